"""
Spec tests of a small project: what passes, what a difference looks like, what counts as covered.

One account for all of them: each test writes its own test file beside the spec.
"""

from __future__ import annotations

import json
import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from trying import Folder

from emulator.trial.report import as_findings, rendered
from emulator.trial.run import Report, run_on
from emulator.trial.stage import Stage
from generator.errors import UsageError

GIVEN = "given: [{type: customercategory, fields: {name: Good}}]\n"

BILLS = """
    spec: 1
    flow: bills
    direction: inbound
    record: invoice
    write: create
    via: {restlet: {}}
    transform_from: {record: salesorder, id: {from: order, ref: {record: salesorder}}}
    key: {from: no, prefix: "B-"}
    lines:
      item: {from: rows, key: {description: text}, policy: merge, body: {quantity: n}}
"""
BILLED = """
    cases:
      a part:
        given:
          - type: salesorder
            externalid: O-1
            fields: {entity: {ref: customer, by: companyname, value: Harbour Stores}, orderstatus: B}
            lines: {item: [{item: {ref: item, by: itemid, value: SAMPLE-SERVICE}, quantity: 4, rate: 1, description: work}]}
        input: {document: {no: 1, order: O-1, rows: [{text: work, n: 3}]}}
        expect: {outcome: created, lines: {item: [{quantity: 3}]}}
"""
KITS = """
    spec: 1
    flow: kits
    direction: inbound
    record: kititem
    via: {restlet: {}}
    key: {from: no, prefix: "K-"}
    body: {itemid: no}
    lines:
      member:
        from: parts
        key: {item: sku}
        policy: merge
        body: {item: {from: sku, ref: {record: item, by: itemid}}, quantity: n}
"""
KITTED = """
    cases:
      a kit:
        input: {document: {no: K, parts: [{sku: SAMPLE-STOCK, n: 2}]}}
        expect: {outcome: created, lines: {member: [{item: SAMPLE-STOCK, quantity: 2}]}}
"""


@pytest.fixture
def run(folder: Folder, stage: Stage) -> Iterator[Callable[..., Report]]:
    """Runs these cases as the tests of a flow."""
    file = ""

    def run(cases: str, flow: str = "people") -> Report:
        nonlocal file
        file = f"specs/{flow}.test.yaml"
        folder.write(
            file, GIVEN + "cases:\n" + textwrap.indent(textwrap.dedent(cases).lstrip(), "  ")
        )
        return run_on(stage, folder.path, [flow])

    yield run
    (folder.path / file).unlink()


def missed(report: Report) -> set[str]:
    return {item.what for flow in report.coverage for item in flow.missed()}


def test_what_holds_passes(run: Callable[..., Report]) -> None:
    report = run("""
        made and left alone:
          send: 2
          expect:
            - {outcome: created, key: P-7, fields: {companyname: Ada, category: Good, comments: "-"}, absent: [fax]}
            - {outcome: unchanged, lookups: {}}
        what is switched off is skipped:
          input: {set: {live: false}}
          expect: {outcome: skipped, reason: live, records: [{type: customer, find: {externalid: P-7}, count: 0}]}
        one stops, another goes on:
          input: [{set: {no: 1, kind: z}}, {document: {no: 2, name: Bea}}]
          expect:
            - {outcome: failed, error: {code: MAP_NO_MATCH, field: category, class: data}}
            - {outcome: created, fields: {companyname: Bea}}
        a person's word stands:
          steps:
            - input: {}
            - save: {find: {externalid: P-7}, fields: {fax: "+4420770011"}}
            - input: {set: {note: new}}
              expect: {outcome: updated, fields: {fax: "+4420770011", comments: new}}
    """)
    assert report.passed, rendered(report, Path(), "text", coverage=False)
    assert [case.name for case in report.cases] == [
        "made and left alone",
        "what is switched off is skipped",
        "one stops, another goes on",
        "a person's word stands",
    ]


def test_a_save_picks_lines_that_are_there_by_what_they_hold(run: Callable[..., Report]) -> None:
    report = run("""
        moved, and one address less:
          steps:
            - save: {fields: {companyname: Bea, subsidiary: "1"}, lines: {addressbook: [{label: home, subrecords: &a {addressbookaddress: {country: US}}}, {label: work, subrecords: *a}]}}
            - save: {find: {companyname: Bea}, lines: {addressbook: [{match: {label: work}, label: office}, {match: {label: home}, remove: true}]}}
              expect: {lines: {addressbook: [{label: office}]}}
    """)
    assert report.passed, rendered(report, Path(), "text", coverage=False)
    report = run("""
        misspelt: {save: {find: {companyname: Bea}, lines: {addressbook: [{match: {labl: work}, label: office}]}}}
    """)
    assert "'labl' is no field of customer.addressbook" in str(report)
    report = run("""
        which: {save: {fields: {companyname: Bea, subsidiary: "1"}, lines: {addressbook: [{remove: true}]}}}
    """)
    (case,) = report.cases
    assert "does not say which line" in str(case)


def test_a_difference_names_the_place_in_the_test_and_the_spec_line_that_made_the_value(
    run: Callable[..., Report], folder: Folder
) -> None:
    report = run("""
        wrong:
          expect:
            outcome: created
            fields: {companyname: Bea, comments: "-"}
            lookups: {customercategory_name: 2}
            units_at_most: 1
    """)
    (case,) = report.cases
    assert [(one.what, one.expected, one.got, one.spec) for one in case.mismatches] == [
        ("companyname", "Bea", "Ada", "people.yaml:12"),
        ("units", "at most 1", case.mismatches[1].got, None),
        ("queries of look-up customercategory_name", 2, 1, None),
    ]
    assert (case.mismatches[0].line, case.mismatches[0].column) == (6, 16)
    text = rendered(report, folder.path, "text", coverage=False)
    assert "expected  Bea\n         got       Ada    from people.yaml:12" in text
    assert as_findings(report, folder.path).exit_code == 1
    root = ET.fromstring(rendered(report, folder.path, "junit", coverage=False))
    assert (root.get("tests"), root.get("failures")) == ("1", "1")
    github = rendered(report, folder.path, "github", coverage=False)
    assert "line=6,col=16,title=E501::wrong: companyname: expected Bea, got Ada" in github
    data = json.loads(rendered(report, folder.path, "json", coverage=False))
    assert data["cases"][0]["mismatches"][0]["spec"] == "people.yaml:12"


def test_a_failure_that_nobody_expected_is_told_with_its_reason(
    run: Callable[..., Report],
) -> None:
    report = run("""
        fails:
          input: {set: {name: ""}}
          expect: {outcome: created}
    """)
    (one,) = report.cases[0].mismatches
    assert one.note == "REQUIRED_EMPTY: companyname is empty (companyname, people.yaml:12)"


def test_mistakes_in_a_test_are_found_at_their_place(run: Callable[..., Report]) -> None:
    report = run("""
        wrong:
          given: [{type: custmer, fields: {}}]
          input: {file: samples/persn.json}
          expect: {outcme: created, fields: {companynme: Ada}, lookups: {customercategory_nam: 1}}
    """)
    told = {(each.line, each.column, each.code) for each in report.found}
    assert told == {
        (4, 20, "E201"),
        (5, 19, "E407"),
        (6, 14, "E110"),
        (6, 40, "E202"),
        (6, 68, "E110"),
    }
    assert any("did you mean 'companyname'" in each.message for each in report.found)
    assert report.cases == ()
    assert not report.passed


def test_a_case_that_cannot_be_run_says_why_and_the_next_one_runs(
    run: Callable[..., Report],
) -> None:
    report = run("""
        no such place:
          input: {set: {lines.3.sku: x}, without: [name.first.0]}
        fine:
          expect: {outcome: created}
    """)
    assert [case.passed for case in report.cases] == [False, True]
    assert "name.first.0" in str(report.cases[0].fault)


def test_covered_is_what_happened_and_not_what_was_passed_over(
    run: Callable[..., Report],
) -> None:
    report = run("only:\n  expect: {outcome: created}\n")
    assert missed(report) == {
        "accept never refused one",
        "fax was never set",
        "the condition of fax was never true",
        "the condition of fax was never false",
        "the record of category was never missing",
        "no value was ever 'b'",
        "no value was ever outside of map kinds",
    }
    report = run("""
        all:
          input:
            - {set: {no: 1, live: false}}
            - {set: {no: 2, fax: "+12075550100"}}
            - {set: {no: 3, kind: b, fax: "555"}}
            - {set: {no: 4, kind: c}}
    """)
    assert missed(report) == set()
    assert report.coverage[0].percent == 100


def test_what_tells_lines_apart_is_covered_by_lines_that_are_told_apart(tmp_path: Path) -> None:
    """Of lines that come from another record the key is never set; where the body has it, its path is not read."""
    folder = Folder(tmp_path)
    folder.write("specs/bills.yaml", BILLS)
    folder.write("specs/kits.yaml", KITS)
    folder.write("specs/bills.test.yaml", BILLED)
    folder.write("specs/kits.test.yaml", KITTED)
    with Stage.opened(folder.path) as stage:
        report = run_on(stage, folder.path, ["bills", "kits"])
    assert report.passed, rendered(report, folder.path, "text", coverage=False)
    assert missed(report) == set()


def test_events_of_a_save_are_compared_whole(run: Callable[..., Report]) -> None:
    report = run(
        """
        told:
          steps:
            - save: {fields: {companyname: Ada, isperson: false, subsidiary: "1"}}
              expect: {events: [{event: create, data: {name: Ada, note: null}}]}
            - save: {find: {companyname: Ada}, fields: {fax: "2075550100"}}
              expect: {events: []}
            - save: {find: {companyname: Ada}, fields: {comments: x}}
              expect: {events: [{event: edit, data: {note: y}, absent: [name]}]}
        """,
        "news",
    )
    (case,) = report.cases
    assert [(one.what, one.expected, one.got, one.spec) for one in case.mismatches] == [
        ("events[0].data.note", "y", "x", "news.yaml:10"),
        ("events[0].data.name", None, "Ada", "news.yaml:9"),
    ]
    assert missed(report) == set()


def test_a_person_picks_lines_by_what_they_hold(run: Callable[..., Report]) -> None:
    picked = """
        picked:
          given: [{type: customer, fields: {companyname: Pier, subsidiary: "1"}, lines: {addressbook: [{subrecords: &us {addressbookaddress: {country: US}}}]}}]
          steps:
            - save: {fields: {isperson: false, companyname: Quay, comments: a, subsidiary: "1"}, lines: {addressbook: [{label: Office, subrecords: *us}, {label: Dock, subrecords: *us}]}}
            - save: {find: {companyname: Quay}, lines: {addressbook: [{match: {label: Dock}, remove: true}, {line: 1, label: Yard}]}}
              expect: {records: [{type: customer, find: {companyname: Quay}, lines: {addressbook: [{label: Yard}]}}]}
        """
    report = run(picked, "news")
    assert report.passed, rendered(report, Path(), "text", coverage=False)
    (slip,) = run(picked.replace("{match: {label", "{match: {lable"), "news").found
    assert "'lable' is no field of customer.addressbook; did you mean 'label'" in slip.message


def test_a_file_of_records_with_a_slip_names_the_record_and_the_key(
    run: Callable[..., Report], folder: Folder
) -> None:
    folder.write("given.json", '[{"type": "vendor"}, {"type": "salesorder", "lines": {}}]')
    case = run("one: {given: given.json}").cases[0]
    assert case.fault is not None
    assert "record 2 (salesorder): unknown key 'lines'; did you mean 'sublists'?" in case.fault


def test_a_refused_save_may_be_what_is_expected(run: Callable[..., Report]) -> None:
    report = run(
        """
        nameless:
          save: {fields: {isperson: false, subsidiary: "1"}}
          expect: {error: {code: USER_ERROR}}
        """,
        "news",
    )
    assert report.passed, report.cases


def test_a_test_of_no_flow_and_an_unknown_flow_are_told(folder: Folder, stage: Stage) -> None:
    folder.write("specs/poeple.test.yaml", "cases: {one: {}}")
    folder.write("specs/other.test.yaml", "flow: poeple\ncases: {one: {}}")
    try:
        report = run_on(stage, folder.path)
    finally:
        (folder.path / "specs/poeple.test.yaml").unlink()
        (folder.path / "specs/other.test.yaml").unlink()
    assert [each.code for each in report.found] == ["E500", "E500"]
    assert "did you mean 'people'" in report.found[0].message
    with pytest.raises(UsageError, match="did you mean 'people'"):
        run_on(stage, folder.path, ["peple"])


def test_a_test_file_with_a_wrong_environment_keeps_no_other_from_running(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("specs/people.test.yaml", GIVEN + "cases: {made: {expect: {outcome: created}}}")
    folder.write(
        "specs/more.test.yaml",
        f"flow: people\nenvironment: sandbx\ncases: {{a: {{input: {'x' * 300}}}}}",
    )
    with Stage.opened(folder.path) as stage:
        report = run_on(stage, folder.path)
    assert [case.passed for case in report.cases] == [True]
    assert [each.code for each in report.found] == ["E402", "E407"]
    assert "did you mean 'sandbox'" in report.found[0].message
