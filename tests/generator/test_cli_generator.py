"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator import cli

GOLDEN = Path(__file__).parents[1] / "golden" / "reports"


@dataclass
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    def run_(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["suiteloom", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as leave:
            code = int(leave.code or 0)
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run_


def test_a_new_project_checks_clean_and_builds(run: Callable[..., Ended], tmp_path: Path) -> None:
    folder = tmp_path / "web-shop"
    made = run("new", folder)
    assert made.code == 0
    assert (folder / "project.yaml").is_file()
    checked = run("check", "--project", folder, "--strict")
    assert (checked.code, checked.out) == (0, "")
    assert "no mistakes found" in checked.err
    built = run("build", "--project", folder)
    assert built.code == 0, built.err
    assert (folder / "sdf_project/flows.json").is_file()
    assert run("build", "--project", folder, "--check").code == 0
    with (folder / "specs/web-customers.yaml").open("a") as spec:
        spec.write("answer: {number: entityid}\n")
    assert run("build", "--project", folder, "--check").code == 1


@pytest.mark.parametrize("name", ["1shop", "x"])
def test_a_new_project_needs_a_name_and_an_empty_folder(
    run: Callable[..., Ended], tmp_path: Path, name: str
) -> None:
    assert run("new", tmp_path / "folder", "--name", name).code == 2
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    ended = run("new", tmp_path / "full")
    assert ended.code == 2
    assert "is not empty" in ended.err


def test_mistakes_end_with_1_and_are_counted(run: Callable[..., Ended]) -> None:
    ended = run("check", "--project", GOLDEN / "bad")
    assert ended.code == 1
    assert ended.out.rstrip() == (GOLDEN / "bad/errors.txt").read_text().rstrip()
    assert ended.err.strip() == "11 errors, 1 warning"


def test_warnings_end_with_1_only_under_strict(run: Callable[..., Ended], project: Any) -> None:
    project.inbound("body: {companyname: name, custentity_x: y}\n", record="customer")
    assert run("check", "--project", project.folder).code == 0
    assert run("check", "--project", project.folder, "--strict").code == 1


def test_json_has_the_fields_that_scripts_rely_on(run: Callable[..., Ended]) -> None:
    ended = run("check", "--project", GOLDEN / "bad", "--format", "json")
    found = json.loads(ended.out)
    assert len(found) == 12
    assert found[0] == {
        "file": "specs/bad.yaml",
        "line": 2,
        "column": 7,
        "code": "E114",
        "severity": "error",
        "message": "flow must be lower-case words joined by '-', 2 to 40 characters: try shop-orders",
        "help": None,
    }
    assert ended.err == ""


def test_json_of_a_clean_project_is_an_empty_list(run: Callable[..., Ended], project: Any) -> None:
    project.inbound("body: {companyname: name}\n", record="customer")
    assert json.loads(run("check", "--project", project.folder, "--format", "json").out) == []


def test_github_annotations_name_files_from_the_working_folder_and_escape_what_would_end_them(
    run: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(GOLDEN / "bad", tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    ended = run("check", "--project", "shop", "--format", "github")
    lines = ended.out.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("::error file=shop/specs/bad.yaml,line=2,col=7,title=E114::flow mus")
    assert "%0Ahelp: " in lines[3]


def test_a_plan_is_printed_as_json(run: Callable[..., Ended], project: Any) -> None:
    project.inbound("body: {companyname: name}\n", record="customer")
    plan = json.loads(run("plan", "orders", "--project", project.folder).out)
    assert (plan["flow"], plan["body"][0]["id"]) == ("orders", "companyname")
    assert plan["body"][0]["value"]["source"] == {"is": "path", "segments": ["name"], "root": False}
    ended = run("plan", "order", "--project", project.folder)
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean 'orders'?" in ended.err


def test_a_plan_of_a_project_with_mistakes_prints_them(run: Callable[..., Ended]) -> None:
    ended = run("plan", "orders", "--project", GOLDEN / "bad")
    assert (ended.code, ended.out) == (1, "")
    assert "error E114" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [["chek"], ["check", "--fromat", "json"], ["check", "--project", "/no/such/folder"], ["plan"]],
)
def test_wrong_use_ends_with_2(run: Callable[..., Ended], arguments: list[str]) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.strip()


def test_a_fault_of_ours_ends_with_3_and_says_so(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, project: Any
) -> None:
    def broken(_: Path) -> None:
        raise KeyError("inside")

    monkeypatch.setattr("generator.compile.compile_project", broken)
    ended = run("check", "--project", project.folder)
    assert ended.code == 3
    assert "this is a fault of suiteloom" in ended.err


def test_schemas_are_printed_and_written(run: Callable[..., Ended], tmp_path: Path) -> None:
    assert json.loads(run("schema").out)["title"] == "Suiteloom flow"
    assert json.loads(run("schema", "project").out)["title"] == "Suiteloom project"
    assert run("schema", "--out", tmp_path / "schemas").code == 0
    assert sorted(path.name for path in (tmp_path / "schemas").iterdir()) == [
        "flow-1.json",
        "project-1.json",
        "shared-1.json",
        "test-1.json",
    ]


def test_help_names_every_command(run: Callable[..., Ended]) -> None:
    ended = run("--help")
    assert ended.code == 0
    for command in ("build", "check", "demo", "emulate", "new", "plan", "schema"):
        assert f"  {command} " in ended.out


def test_checking_needs_neither_emulator_nor_agent() -> None:
    script = (
        "import sys; from generator.compile import compile_project; from pathlib import Path; "
        f"compile_project(Path({str(GOLDEN / 'bad')!r})); "
        "print([name for name in sys.modules if name.split('.')[0] in ('emulator', 'agent')])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"
