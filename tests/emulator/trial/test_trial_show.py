"""`suiteloom try FLOW`: what a document becomes, what a save tells, and how the command ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from trying import Folder

from emulator.door.control import SeedRecord
from emulator.trial import show
from emulator.trial.stage import Stage
from emulator.trial.trace import FieldTrace
from generator.cli import main
from generator.errors import UsageError
from generator.spec.trials import Save

ADA = {"externalid": "P-7", "companyname": "Ada", "isperson": False, "subsidiary": "1"}
GIVEN = [SeedRecord(type="customercategory", fields={"name": "Good"})]
THERE = [*GIVEN, SeedRecord(type="customer", fields={**ADA, "comments": "old"})]


def test_each_field_has_its_source_what_it_read_and_what_it_became(
    stage: Stage, folder: Folder
) -> None:
    (one,) = show.try_documents(stage, "people", folder.path / "samples/person.json", [], GIVEN)
    assert (one.id, one.result["outcome"], one.before) == ("7", "created", {})
    by_name = {each.name: each for each in one.fields}
    name = by_name["companyname"]
    assert (name.spec, name.source) == ("people.yaml:12", "name | trim")
    assert (name.reads, name.steps, name.value) == (
        [("name", " Ada ")],
        [("text.trim", "Ada")],
        "Ada",
    )
    kind = by_name["category"]
    assert (kind.lookup, kind.key, len(kind.ids), kind.written) == (
        "customercategory_name", "Good", 1, True,
    )  # fmt: skip
    assert "fax" not in by_name  # its condition is false
    assert one.lookups == {"customercategory_name": 1}
    assert (one.after["companyname"], one.after["category"]) == ("Ada", "Good")
    assert "companyname  name | trim" in show.text(one)


def test_a_record_that_is_there_is_shown_before_and_after(stage: Stage, folder: Folder) -> None:
    (one,) = show.try_documents(stage, "people", folder.path / "samples/person.json", [], THERE)
    assert one.result["outcome"] == "updated"
    assert (one.before["comments"], one.after["comments"]) == ("old", "-")
    assert one.before["companyname"] == one.after["companyname"]
    assert show.data(one)["record"]["comments"] == {"before": "old", "after": "-"}


def test_lines_are_numbered_by_their_place(stage: Stage, folder: Folder) -> None:
    folder.write("samples/two.json", '[{"no": 1, "name": "A"}, {"no": 2, "name": ""}]')
    first, second = show.try_documents(stage, "people", folder.path / "samples/two.json", [], GIVEN)
    assert [first.result["outcome"], second.result["outcome"]] == ["created", "failed"]
    assert "REQUIRED_EMPTY: companyname is empty (companyname, people.yaml:12)" in show.text(second)
    with pytest.raises(UsageError, match=r"no document 3 \(it has 1, 2\)"):
        list(show.try_documents(stage, "people", folder.path / "samples/two.json", ["3"], GIVEN))


COUNTS = """\
    spec: 1
    flow: counts
    direction: inbound
    record: inventoryadjustment
    write: create
    via: {restlet: {batch: 10}}
    key: {from: no, prefix: "A-"}
    body:
      subsidiary: {value: "1"}
      account: {value: "5100", ref: {record: account, by: acctnumber}}
    lines:
      inventory:
        from: rows
        policy: append
        body:
          item: {from: sku, required: true, ref: {record: item, by: itemid}}
          location: {from: site, default: "1", ref: {record: location, by: name}}
          adjustqtyby: n
          department: {from: team, ref: {record: department, by: name}}
        subrecords:
          inventorydetail:
            when: {path: lots, present: true}
            lines:
              inventoryassignment:
                from: lots
                policy: append
                body: {receiptinventorynumber: no, quantity: n}
"""
ROWS = """{"no": 1, "rows": [
    {"sku": "SAMPLE-STOCK", "n": 1, "team": "Sales"},
    {"sku": "SAMPLE-LOT", "n": 3, "lots": [{"no": "L1", "n": 1}, {"no": "L2", "n": 2}]},
    {"sku": "SAMPLE-LOT", "n": 1, "lots": [{"no": "L3", "n": 1}]}
]}"""


def test_each_line_shows_its_own_references_and_the_lines_inside_of_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("specs/counts.yaml", COUNTS)
    folder.write("samples/rows.json", ROWS)
    with Stage.opened(folder.path) as stage:
        (one,) = show.try_documents(stage, "counts", folder.path / "samples/rows.json", [], [])
    by_name = {each.name: each for each in one.fields}
    teams = [by_name[f"inventory[{n}].department"] for n in range(3)]
    assert [(each.key, each.lookup is None) for each in teams] == [
        ("Sales", False), (None, True), (None, True),
    ]  # fmt: skip
    lots = "inventory[{}].inventorydetail.inventoryassignment[{}].receiptinventorynumber"
    assert [by_name[lots.format(*at)].value for at in ((1, 0), (1, 1), (2, 0))] == [
        "L1",
        "L2",
        "L3",
    ]
    assert lots.format(1, 1) in show.text(one)


def test_a_key_that_was_never_looked_up_is_shown_as_such() -> None:
    """A document that fails while it is read asks for none of its references."""
    kind = FieldTrace(
        "category", "p.yaml:9", "kind, ref category_name",
        value=["category_name", "Good"], waits=[["category_name", "Good"]],
    )  # fmt: skip
    tags = FieldTrace("tags", "p.yaml:10", "tags", value=["new", "old"])
    failed = show.Shown("people", "7", {"outcome": "failed"}, 0, {}, (kind, tags), {}, {})
    told = show.text(failed)
    assert "Good (not looked up)" in told
    assert "category_name" not in told.split("kind, ref category_name")[1]
    assert '["new", "old"]' in told


def test_a_key_of_several_parts_is_shown_as_looked_up(tmp_path: Path) -> None:
    """Also where a part of it is a reference itself, and where nothing was found."""
    folder = Folder(tmp_path)
    folder.write(
        "specs/bills.yaml",
        """\
        spec: 1
        flow: bills
        direction: inbound
        record: vendorbill
        via: {restlet: {}}
        key: {from: no, prefix: "B-"}
        body:
          entity: {from: vendor, ref: {record: vendor, by: {entityid: vendor, subsidiary: subsidiary}}}
          subsidiary: {from: company, on: create, ref: {record: subsidiary, by: name}}
        lines:
          expense: {from: lines, policy: append, body: {account: {from: account, ref: {record: account, by: acctnumber}}, amount: amount}}
        """,
    )
    bill = '{"no": 1, "vendor": "Nobody", "company": "%s", "lines": []}'
    with Stage.opened(folder.path) as stage:
        for name, told in (
            ("Parent Company", "Nobody, Parent Company (not found)"),
            ("Nowhere", "Nobody, Nowhere (not looked up)"),
        ):
            folder.write("bill.json", bill % name)
            (one,) = show.try_documents(stage, "bills", folder.path / "bill.json", [], [])
            assert told in show.text(one)


def test_a_save_shows_its_event_or_why_there_is_none(stage: Stage) -> None:
    told = show.try_save(
        stage, "news", Save(find={"externalid": "P-7"}, fields={"comments": "new"}), THERE
    )
    assert [event["data"] for event in told.events] == [{"name": "Ada", "note": "new"}]
    assert [(each.name, each.value) for each in told.fields] == [("name", "Ada"), ("note", "new")]
    silent = show.try_save(
        stage, "news", Save(find={"externalid": "P-7"}, fields={"fax": "2075550142"}), THERE
    )
    assert silent.events == ()
    assert silent.why == ("none of comments changed", "so the save raised no event for it")


@pytest.fixture
def command(
    folder: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    def run(*args: str | Path) -> tuple[int, str, str]:
        line = ["suiteloom", "try", *map(str, args), "--project", str(folder.path)]
        monkeypatch.setattr(sys, "argv", line)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(str(ended.value.code)), out, err

    return run


def test_the_command_ends_as_it_should(
    command: Callable[..., tuple[int, str, str]], folder: Folder, tmp_path: Path
) -> None:
    sample = folder.path / "samples/person.json"
    given = tmp_path / "given.json"
    given.write_text(json.dumps({"records": [one.model_dump() for one in GIVEN]}))
    code, out, _ = command("people", "--input", sample, "--given", given, "--format", "json")
    assert (code, json.loads(out)[0]["result"]["outcome"]) == (0, "created")
    for wrong, words in {
        (): "say what to try",
        ("--test", "--input", str(sample)): "say what to try",
        ("--input", str(sample)): "about one FLOW",
        ("poeple", "--input", str(sample)): "did you mean 'people'",
        ("news", "--input", str(sample)): "no inbound flow 'news'",
        ("people", "--input", str(sample), "--given", str(sample)): "no records to seed",
    }.items():
        code, _, err = command(*wrong)
        assert (code, words in err) == (2, True), (wrong, err)


def test_mistakes_of_specs_and_too_little_coverage_fail_in_every_form(
    command: Callable[..., tuple[int, str, str]], folder: Folder
) -> None:
    folder.write("specs/people.test.yaml", "cases: {one: {expect: {outcome: created}}}")
    spec = folder.path / "specs/people.yaml"
    text = spec.read_text(encoding="utf-8")
    try:
        code, out, err = command("--test", "people", "--coverage-min", "90")
        assert (code, "wanted are 90 %" in err) == (1, True)
        assert "specs/people.yaml:13: the default of comments" not in out  # it was used
        spec.write_text(text.replace("companyname", "companynme"), encoding="utf-8")
        code, out, _ = command("--test", "--format", "github")
        assert (code, "title=E202" in out) == (1, True)
    finally:
        spec.write_text(text, encoding="utf-8")
        (folder.path / "specs/people.test.yaml").unlink()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fields: {companynme: Ada}", "save.yaml:1:10: error E202: 'companynme' is no field of"),
        ("feilds: {}", "did you mean 'fields'?"),
        ("", "save.yaml:1:1: error E104"),
        ("[", "save.yaml:1:"),
        ("\udcff", "save.yaml:1:1: error E104: the file is not UTF-8"),
        ("fields: {phone: 0123}", 'quote it: "0123"'),
    ],
)
def test_a_save_with_mistakes_is_told_as_a_test_would_be(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "save.yaml").write_text(text, errors="surrogateescape")
    code, _, err = command("news", "--save", tmp_path / "save.yaml")
    assert code == 1
    assert told in err


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("[]", 2, "holds no document"),
        ('{"no": "\\ud800", "name": "Ada"}', 0, "_x3F"),  # half a character is a question mark
        ("[" * 99_999, 2, "it ends too soon"),
    ],
)
def test_odd_documents_are_answered(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path, text: str, code: int, told: str
) -> None:
    (tmp_path / "odd.json").write_text(text)
    ended, out, err = command("people", "--input", tmp_path / "odd.json")
    assert ended == code
    assert told in out + err


def test_numbers_that_are_no_id_are_told(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    assert command("news", "--record", "9" * 20)[0] == 2
    (tmp_path / "save.yaml").write_text(f"find: {{id: {'9' * 20}}}\nfields: {{fax: x}}")
    code, _, err = command("news", "--save", tmp_path / "save.yaml")
    assert (code, "0 records of customer have id" in err) == (2, True)
    (tmp_path / "given.json").write_text('[{"type": "customer", "id": %s}]' % ("9" * 20))
    code, _, err = command("news", "--record", 1, "--given", tmp_path / "given.json")
    assert (code, "record 1 (customer): id" in err) == (2, True)


def test_records_with_half_a_character_are_no_records(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    (tmp_path / "given.json").write_text('[{"type": "customer", "fields": {"fax": "\\ud800"}}]')
    code, _, err = command("news", "--record", 1, "--given", tmp_path / "given.json")
    assert (code, "holds no records to seed" in err) == (2, True)
