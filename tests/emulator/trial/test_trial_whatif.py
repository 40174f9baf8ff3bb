"""`suiteloom diff`: which records, errors and units would be different, and what is approved."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from trying import PEOPLE, Folder

from agent.inbox.seal import MARK
from agent.inbox.sql import migrations
from emulator.door.control import SeedRecord
from emulator.trial.stage import Stage
from emulator.trial.whatif import Document, data, read_traffic, text, unapproved, what_if
from generator.cli import main
from generator.errors import UsageError

GIVEN = [SeedRecord(type="customercategory", fields={"name": name}) for name in ("Good", "Better")]
TRAFFIC = [
    Document("people", "one", {"no": 1, "name": " Ada ", "kind": "a"}),
    Document("people", "two", {"no": 2, "name": "Bea", "kind": "c"}),
    Document("people", "three", {"no": 3, "name": "", "kind": "b"}),
    Document("people", "four", {"no": 4, "name": "Dee", "live": "no"}),
    Document("gone", "five", {}),
    Document("news", "six", {}),
]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same project with another mapping."""
    folder = Folder(tmp_path_factory.mktemp("newer"))
    mapping = PEOPLE.replace("apply: [trim]", "apply: [trim, upper]")
    mapping = mapping.replace("b: Better}", "b: Better, c: Good}")
    mapping = mapping.replace("name, required: true", "name, default: Nobody")
    mapping = mapping.replace("not_equals: false", "not_in: [false, 'no']")
    folder.write("specs/people.yaml", mapping)
    with Stage.opened(folder.path) as stage:
        yield stage


def test_values_errors_and_outcomes_that_change_are_told_one_by_one(
    stage: Stage, newer: Stage
) -> None:
    found = what_if(stage, newer, TRAFFIC, GIVEN)
    assert (found.documents, found.missing) == (4, {"gone": 1})
    changes = {one.id: one for one in found.changes}
    assert [(each.name, each.old, each.new, each.spec) for each in changes["one"].fields] == [
        ("companyname", "Ada", "ADA", "people.yaml:12"),
        ("entityid", "Ada", "ADA", None),
    ]
    two = changes["two"]
    assert (two.old.outcome, two.new.outcome) == ("failed", "created")
    assert two.old.error == "MAP_NO_MATCH: map kinds has no entry for 'c' (category)"
    assert (changes["three"].old.outcome, changes["three"].new.outcome) == ("failed", "created")
    assert (changes["four"].old.outcome, changes["four"].new.outcome) == ("created", "skipped")
    told = text(found)
    assert "  companyname  Ada -> ADA   people.yaml:12" in told
    assert "  - MAP_NO_MATCH" in told
    assert "  - the record would not be written" in told
    assert "4 would become something else (4 with other values, 0 errors appear, 2 vanish)" in told


def test_the_same_mapping_makes_no_difference(stage: Stage, folder: Folder) -> None:
    with Stage.opened(folder.path) as again:
        found = what_if(stage, again, TRAFFIC[:3], GIVEN)
    assert found.changes == ()


def test_what_is_approved_may_differ_and_nothing_else(stage: Stage, newer: Stage) -> None:
    approved = json.loads(json.dumps(data(what_if(stage, newer, TRAFFIC[:3], GIVEN))))
    assert unapproved(approved, data(what_if(stage, newer, TRAFFIC[:3], GIVEN))) == []
    now = data(what_if(stage, newer, [TRAFFIC[0], TRAFFIC[3]], GIVEN))
    told = unapproved(approved, now)
    assert "people two: the difference that was approved is gone" in told
    assert "people four: a new difference" in told


def test_traffic_comes_from_lines_or_from_the_store_of_an_agent(tmp_path: Path) -> None:
    lines = tmp_path / "traffic.jsonl"
    lines.write_text('{"flow": "a", "id": 1, "doc": {"x": 1}}\n\n{"flow": "a", "doc": 2}\n')
    assert read_traffic(lines) == [Document("a", "1", {"x": 1}), Document("a", "3", 2)]
    lines.write_text('{"flow": "a", "doc": 1}\n{"flow": "a"}\n')
    with pytest.raises(UsageError, match=r"traffic\.jsonl:2: not a document"):
        read_traffic(lines)
    for odd in ("\udcff", "[" * 99_999, '{"flow": "a", "doc": NaN}', "[]"):
        lines.write_text(odd, errors="surrogateescape")
        with pytest.raises(UsageError, match=r"traffic\.jsonl:1: not a document"):
            read_traffic(lines)
    lines.write_text('{"flow": "a", "doc": "x\u2028y"}\r\n')  # only \n ends a line of JSON Lines
    assert read_traffic(lines) == [Document("a", "1", "x\u2028y")]
    store = tmp_path / "inbox.db"
    with sqlite3.connect(store) as connection:
        connection.executescript(migrations("sqlite")[0].up)
        connection.execute(
            "INSERT INTO events (flow, event_id, key, origin, body, state, due, received_at,"
            " changed_at) VALUES ('a', 'e', 'k', 'http', ?, 'done', 0, 0, 0)",
            (b'{"x": 1.50}',),
        )
    connection.close()
    assert read_traffic(store) == [Document("a", "e", {"x": 1.5})]
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE events SET body = ?", (MARK + b"...",))
    connection.close()
    with pytest.raises(UsageError, match="bodies are encrypted"):
        read_traffic(store)


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    def run(*args: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["suiteloom", "diff", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(str(ended.value.code)), out, err

    return run


def git(folder: Path, *args: str) -> None:
    named = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *named, *args], check=True, capture_output=True)


def test_a_revision_is_compared_with_what_lies_there_and_approved_once(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "shop")
    traffic, approved = tmp_path / "traffic.jsonl", tmp_path / "approved.json"
    traffic.write_text(json.dumps({"flow": "people", "id": "1", "doc": {"no": 1, "name": "Ada"}}))
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "shop")
    git(tmp_path, "commit", "-qm", "first")
    folder.write("specs/people.yaml", PEOPLE.replace('default: "-"', "default: none"))
    base = ("--project", folder.path, "--against", "HEAD", "--traffic", traffic)
    code, out, _ = command(*base)
    assert code == 1
    assert '  comments  "-" -> none' in out
    assert command(*base, "--approve", approved)[0] == 0
    folder.write("specs/people.yaml", PEOPLE.replace('default: "-"', "default: nothing"))
    code, _, err = command(*base, "--approve", approved)
    assert code == 1
    assert "people 1: another difference than was approved" in err
    assert command(*base, "--approve", approved, "--update")[0] == 0
    for wrong, words in {
        ("--project", str(folder.path), "--traffic", str(traffic)): "say what to compare with",
        (*map(str, base[:2]), "--against", "nowhere", "--traffic", str(traffic)): "no revision",
        (*map(str, base), "--update"): "--update goes with --approve",
    }.items():
        code, _, err = command(*wrong)
        assert (code, words in err) == (2, True), (wrong, err)
