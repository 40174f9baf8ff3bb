"""Specs of an older version become specs of the newest, and everything else in them stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator.cli import main
from generator.commands.upgrade import upgrade
from generator.errors import ProjectError, UsageError
from generator.spec.allowed import choices
from generator.spec.flow import Flow
from generator.spec.migrations import MIGRATIONS, FileKind, Migration, newest
from generator.spec.project import Project as ProjectSpec
from generator.spec.shared import SharedSpec
from generator.upgrade import upgrades, write

ROOT = Path(__file__).resolve().parents[2]

FLOW = """\
# Orders of the shop.
spec: 1   # the language
flow: orders
direction: inbound
record: salesorder
include: [shared/maps.yaml]
via: {restlet: {batch: 10}}    # one line
key: {from: id, prefix: "0123"}
accept:
  all:
    - {path: state, equals: 'paid'}
    # tests do not count
    - {path: test, equals: false}
body:
  entity: {from: who, ref: {record: customer}}

  memo: >-
    note
lines:
  item:
    from: lines
    policy: append
"""


def rename_policy(kind: FileKind, root: Any) -> None:
    if kind != "flow":
        return
    for lines in root.get("lines", {}).values():
        position = list(lines).index("policy")
        lines.insert(position, "existing", lines.pop("policy"))


def quote_nothing(kind: FileKind, root: Any) -> None:
    if kind == "project":
        root.pop("timezone")


TWO = (Migration("'policy' of lines is called 'existing'", rename_policy),)
THREE = (*TWO, Migration("the project has no timezone", quote_nothing))


@pytest.fixture
def folder(project: Any) -> Path:
    project.flow("orders", FLOW)
    project.write("shared/maps.yaml", "spec: 1\nmaps: {a: {values: {b: c}}}  # ours\n")
    project.write("specs/orders.test.yaml", "flow: orders\ntests: []\n")
    return Path(project.folder)


def test_a_migration_changes_its_key_and_the_number_and_nothing_else(folder: Path) -> None:
    found = upgrades(folder, TWO)
    assert {one.file for one in found.files} == {
        "project.yaml", "specs/orders.yaml", "shared/maps.yaml",
    }  # fmt: skip
    write(folder, found)
    expected = FLOW.replace("spec: 1   #", "spec: 2   #").replace(
        "policy: append", "existing: append"
    )
    assert (folder / "specs/orders.yaml").read_text() == expected
    shared = (folder / "shared/maps.yaml").read_text()
    assert shared == "spec: 2\nmaps: {a: {values: {b: c}}}  # ours\n"
    assert upgrades(folder, TWO).files == ()


def test_a_folder_without_specs_is_not_called_up_to_date(tmp_path: Path) -> None:
    left = CliRunner().invoke(upgrade, ["--project", str(tmp_path)])
    assert isinstance(left.exception, UsageError)


def test_migrations_run_one_after_the_other_from_where_a_file_stands(folder: Path) -> None:
    (folder / "specs/orders.yaml").write_text(FLOW.replace("spec: 1", "spec: 2"))
    abouts = {one.file: one.about for one in upgrades(folder, THREE).files}
    assert abouts["specs/orders.yaml"] == ("the project has no timezone",)
    assert abouts["project.yaml"] == tuple(step.about for step in THREE)
    texts = {one.file: one.text for one in upgrades(folder, THREE).files}
    assert "policy: append" in texts["specs/orders.yaml"]
    assert "timezone" not in texts["project.yaml"]


def test_nothing_is_upgraded_where_a_file_cannot_be_read(folder: Path) -> None:
    (folder / "specs/broken.yaml").write_text("spec: 1\nflow: [")
    with pytest.raises(ProjectError):
        upgrades(folder, TWO)


@pytest.mark.parametrize(
    ("first", "place", "message", "advice"),
    [
        ("spec: 0", (1, 7), "spec version 0 is not known", "allowed: 1 to 3; "),
        ("spec: -1", (1, 7), "spec version -1 is not known", "allowed: 1 to 3; "),
        ("spec: true", (1, 7), "'spec' must be a number", "allowed: 1 to 3; "),
        ('spec: "1"', (1, 7), "'spec' must be a number", "allowed: 1 to 3; "),
        ("spec:", (1, 1), "'spec' must be a number", "allowed: 1 to 3; "),
        ("# none", (2, 1), "missing key 'spec'", "allowed: 1 to 3; "),
        ("spec: 7", (1, 7), "spec version 7 is not known", "install a newer suiteloom; "),
    ],
)
def test_a_file_of_an_unknown_version_is_named_and_then_nothing_is_upgraded(
    folder: Path, first: str, place: tuple[int, int], message: str, advice: str
) -> None:
    (folder / "specs/odd.yaml").write_text(f"{first}\nflow: odd\n")
    (folder / "specs/other.yaml").write_text("spec: 0\nflow: other\n")
    with pytest.raises(ProjectError) as raised:
        upgrades(folder, THREE)
    one, other = raised.value.diagnostics
    assert (one.file, one.line, one.column) == ("specs/odd.yaml", *place)
    assert one.message.startswith(message)
    assert one.help == f"{advice}nothing is upgraded until then"
    assert other.file == "specs/other.yaml"


def test_the_command_says_what_it_does_and_check_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = CliRunner().invoke
    where = ["--project", str(folder)]
    for more in ([], ["--check"]):
        nothing = run(upgrade, [*where, *more])
        assert (nothing.exit_code, nothing.output) == (
            0,
            "nothing to do: all 3 files are of version 1, the newest\n",
        )
    monkeypatch.setattr("generator.spec.migrations.MIGRATIONS", TWO)
    before = (folder / "specs/orders.yaml").read_text()
    checked = run(upgrade, [*where, "--check"])
    assert checked.exit_code == 1
    assert "specs/orders.yaml: version 1 would become 2\n  'policy' of lines" in checked.output
    assert (folder / "specs/orders.yaml").read_text() == before
    assert run(upgrade, where).exit_code == 0
    assert (folder / "specs/orders.yaml").read_text() != before
    assert run(upgrade, [*where, "--check"]).exit_code == 0
    shared = folder / "shared/maps.yaml"
    shared.write_text(shared.read_text().replace("spec: 2", "spec: 0"))
    for more in ([], ["--check"]):
        monkeypatch.setattr("sys.argv", ["suiteloom", "upgrade", *where, *more])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 1
        assert "shared/maps.yaml:1:7: error E105: spec version 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted((ROOT / "examples").glob("*/specs/*.yaml"))
        if ".test." not in path.name
    ],
    ids=lambda p: p.name,
)
def test_a_migration_that_changes_nothing_leaves_every_example_to_the_byte(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / path.name).write_bytes(path.read_bytes())
    (one,) = upgrades(tmp_path, (Migration("nothing", lambda _kind, _root: None),)).files
    assert one.text.replace("spec: 2", "spec: 1") == path.read_text()


def test_the_shapes_and_the_migrations_know_the_same_newest_version() -> None:
    for model in (Flow, ProjectSpec, SharedSpec):
        assert max(choices(model, ("spec",))) == newest(MIGRATIONS)
