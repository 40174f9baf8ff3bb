"""A slip of the pen in a spec test does not make it pass: each is found at its place, or the test fails."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from trying import Folder

from emulator.trial.report import rendered
from emulator.trial.run import Report, run_on
from emulator.trial.stage import Stage


@pytest.fixture
def run(folder: Folder, stage: Stage) -> Iterator[Callable[..., Report]]:
    """Runs a case as the test of a flow."""
    file = ""

    def run(case: str, flow: str = "people") -> Report:
        nonlocal file
        file = f"specs/{flow}.test.yaml"
        good = "given: [{type: customercategory, fields: {name: Good}}]\n"
        case = textwrap.indent(textwrap.dedent(case).lstrip(), "    ")
        folder.write(file, f"{good}cases:\n  case:\n{case}")
        return run_on(stage, folder.path, [flow])

    yield run
    (folder.path / file).unlink()


SAVE = 'save: {fields: {companyname: Ada, isperson: false, subsidiary: "1"}}\n'
BOOK = "lines: {addressbook: [{label: a, subrecords: %s}]}"
WRONG = [
    ("expect: {absent: [emial]}", "emial", "'emial' is no field of customer; did you mean 'email'?"),
    ("expect: {absent: [addressbook.label]}", "addressbook.label", "'addressbook.label' names no line of 'addressbook': the first one is  addressbook.0"),
    ("expect: {absent: [addressbook.0.labl]}", "addressbook.0.labl", "'labl' is no field of customer.addressbook; did you mean 'label'?"),
    ("expect: {absent: [custentity_nope]}", "custentity_nope", "'custentity_nope' is no known field of customer"),
    ("expect: {" + BOOK % "{addressbookaddres: {city: x}}" + "}", "addressbookaddres:", "'addressbookaddres' is no subrecord of customer.addressbook; did you mean 'addressbookaddress'?"),
    ("expect: {" + BOOK % "{addressbookaddress: {cty: x}}" + "}", "cty", "'cty' is no field of address; did you mean 'city'?"),
    ("expect: {answer: {number: x}}", "number", "'number' is no answer of people"),
    ("clock: nope", "nope", "'nope' is no ISO time"),
    ("given: {type: inventorytransfer, lines: {inventory: [{subrecords: {inventorydetail: {lines: {inventoryasignment: []}}}}]}}", "inventoryasignment", "'inventoryasignment' is no sublist of inventorytransfer.inventory.inventorydetail; did you mean 'inventoryassignment'?"),
]  # fmt: skip
IGNORED = [
    (SAVE + "expect: {outcome: failed}", "outcome", "'outcome' does not go with 'save'"),
    (SAVE + "expect: {key: P-7}", "key", "'key' does not go with 'save'"),
    (SAVE + "expect: [{events: []}, {fields: {comments: x}}]", "{fields: {comments", "there is one expectation of 'save', not 2"),
    (SAVE + "send: 2", "send", "'send' does not go with 'save'"),
    ("save: {find: {companyname: Ada}, delete: true}\nexpect: {fields: {comments: x}}", "fields: {comm", "'fields' does not go with 'delete'"),
    ("save: {fields: {companyname: Ada}, as: {context: CSV_IMPORTS}}", "CSV_IMPORTS", "unknown execution context 'CSV_IMPORTS'; did you mean 'CSVIMPORT'?"),
]  # fmt: skip


def told(report: Report) -> list[tuple[int, str]]:
    return [(one.column - 4, one.message) for one in report.found]


def column(case: str, slip: str) -> int:
    (line,) = [line for line in case.splitlines() if slip in line]
    return line.index(slip) + 1


@pytest.mark.parametrize(("case", "slip", "message"), WRONG)
def test_a_name_that_is_nothing_is_found(
    run: Callable[..., Report], case: str, slip: str, message: str
) -> None:
    report = run(case)
    assert told(report) == [(column(case, slip), message)]


@pytest.mark.parametrize(("case", "slip", "message"), IGNORED)
def test_what_nothing_would_look_at_is_found(
    run: Callable[..., Report], case: str, slip: str, message: str
) -> None:
    report = run(case, "news")
    assert told(report) == [(column(case, slip), message)]


@pytest.mark.parametrize(
    "case",
    [
        'input: {set: {name: ""}}',
        'input: [{set: {name: ""}}, {document: {no: 2, name: Bea}}]\nexpect: {outcome: created}',
        'input: [{document: {no: 2, name: Bea}}, {set: {name: ""}}]\nexpect: [{outcome: created}]',
    ],
)
def test_a_document_that_fails_without_being_expected_to_fails_the_test(
    run: Callable[..., Report], case: str
) -> None:
    report = run(case)
    found = [(one.got, one.note) for one in report.cases[0].mismatches]
    assert found[0] == (
        "failed",
        "REQUIRED_EMPTY: companyname is empty (companyname, people.yaml:12)",
    )


def test_a_subrecord_of_a_line_may_be_absent(run: Callable[..., Report]) -> None:
    stock = "{item: {ref: item, by: itemid, value: SAMPLE-LOT}, location: 1, adjustqtyby: 1"
    detail = "{inventorydetail: {lines: {inventoryassignment: [{receiptinventorynumber: A, quantity: 1}]}}}"
    given = f'given: {{type: inventoryadjustment, externalid: A, fields: {{account: "15", subsidiary: "1", adjlocation: "1"}}, lines: {{inventory: [{stock}, subrecords: {detail}}}]}}}}\n'
    other = (
        "{type: inventoryadjustment, find: {externalid: A}, absent: [inventory.0.inventorydetail]}"
    )
    report = run(f"{given}input: {{}}\nexpect: {{records: [{other}]}}")
    shown = rendered(report, Path(), "text", coverage=False)
    assert "inventory.0.inventorydetail" in shown, shown
