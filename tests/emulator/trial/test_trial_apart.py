"""Flows are tried while somebody works on others: their mistakes stand in nobody's way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from trying import NEWS, PEOPLE, Folder

from generator.cli import main

TEST = """\
given: [{type: customercategory, fields: {name: Good}}]
cases:
  made: {expect: {outcome: created}}
"""
NEWS_TEST = """\
cases:
  told: {save: {fields: {companyname: Ada, isperson: false, subsidiary: "1"}}}
"""

Try = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.write("specs/people.test.yaml", TEST)
    made.write("specs/news.test.yaml", NEWS_TEST)
    return made


@pytest.fixture
def try_(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Try:
    def run(*arguments: str) -> int:
        told = ["suiteloom", "try", *arguments, "--project", str(folder.path)]
        monkeypatch.setattr("sys.argv", told)
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0)

    return run


@pytest.mark.parametrize(
    "wrong",
    [
        NEWS.replace("name: companyname", "name: companynme"),
        NEWS.replace("flow: news", "flow: [news"),
        NEWS.replace("direction: outbound", "direction: sideways"),
        NEWS.replace("spec: 1", "spec: 1\n    include: [shared.yaml]"),
    ],
    ids=["a field", "no YAML", "no direction", "what it includes"],
)
def test_tests_of_a_flow_run_while_another_spec_has_mistakes(
    folder: Folder, try_: Try, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    folder.write("specs/news.yaml", wrong)
    folder.write("shared.yaml", "spec: 1\nmapps: {}\n")
    assert try_("people", "--test") == 1  # the project is not right, and what is shown says so
    told = capsys.readouterr().out
    assert "  ok   made" in told
    assert "1 test: 1 passed, 0 failed" in told
    assert "error E" in told
    assert "run without specs/news.yaml" in told
    assert "specs/news.test.yaml" not in told  # its tests are no mistakes
    assert try_("people", "--test", "--format", "json") == 1
    data = json.loads(capsys.readouterr().out)
    assert data["passed"] is False
    assert [case["passed"] for case in data["cases"]] == [True]
    assert data["left_out"] == ["specs/news.yaml"]


def test_a_document_is_tried_while_another_spec_has_mistakes(
    folder: Folder, try_: Try, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write("specs/news.yaml", NEWS.replace("name: companyname", "name: companynme"))
    folder.write("person.json", '{"no": 8, "name": "Bea"}')
    assert try_("people", "--input", str(folder.path / "person.json")) == 0
    told = capsys.readouterr()
    assert "people 8: created" in told.out
    assert "run without specs/news.yaml" in told.err


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("specs/people.yaml", PEOPLE.replace("companyname:", "companynme:")),
        ("specs/again.yaml", PEOPLE),  # two files that say that they are the flow
        ("project.yaml", "spec: 1\n"),
    ],
)
def test_nothing_runs_where_the_flow_itself_or_what_all_share_has_mistakes(
    folder: Folder, try_: Try, capsys: pytest.CaptureFixture[str], file: str, wrong: str
) -> None:
    folder.write(file, wrong)
    folder.write("specs/news.yaml", NEWS.replace("name: companyname", "name: companynme"))
    assert try_("people", "--test") == 1
    told = capsys.readouterr().out
    assert "no tests" in told
    assert "run without" not in told
    assert "error E" in told


def test_a_flow_that_is_nowhere_is_told_whatever_else_is_wrong(
    folder: Folder, try_: Try, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write("specs/news.yaml", NEWS.replace("name: companyname", "name: companynme"))
    assert try_("peple", "--test") == 2
    assert "no flow 'peple'; did you mean 'people'?" in capsys.readouterr().err
