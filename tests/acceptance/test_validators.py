"""The generated SuiteScript before its judges: TypeScript, eslint, Oracle's stubs, and their own eyesight."""

from __future__ import annotations

from pathlib import Path

import pytest
import suitescript

from generator.compile import compile_project
from generator.errors import UsageError
from generator.lint import read, types
from generator.project import build
from generator.render import objects

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCRIPTS = "src/FileCabinet/SuiteScripts"

GOOD = """
/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', './lib/text'], (record, text) => {
  const post = (body) => ({ id: record.load({ type: 'salesorder', id: body.id }).id, text: text.lower('A') });
  return { post };
});
"""
LIBRARY = """
/**
 * @NApiVersion 2.1
 */
define([], () => ({ lower: (text) => text.toLowerCase() }));
"""


def test_every_generated_script_passes(tmp_path: Path) -> None:
    """sdf_project, both examples, every golden tree and what stands in for scripts that are gone."""
    folders = [ROOT / "sdf_project" / SCRIPTS, retired(tmp_path / "retired")]
    ways_out = ROOT / "tests/generator/running/project_out"
    trees = (ROOT / "tests/golden/trees").glob("*/project")
    for project in (ROOT / "examples/northwind", ways_out, *trees):
        out = tmp_path / (project.parent.name if project.name == "project" else project.name)
        assert build(project, out).written
        folders.append(out / SCRIPTS)
    assert len(folders) >= 4
    assert [str(found) for found in suitescript.validate(folders)] == []


def retired(folder: Path) -> Path:
    """The stand-ins of all kinds of scripts."""
    plan, _ = compile_project(ROOT / "examples/acme")
    assert plan is not None
    gone = [objects.retire(script, plan.prefix) for script in objects.scripts(plan)]
    for path, text in objects.render(plan, gone).items():
        if path.endswith(".js"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    assert len(list(folder.rglob("*.js"))) == len(objects.SCRIPT_TYPES)
    return folder


def test_hand_written_scripts_are_formatted() -> None:
    """The library and the examples' hooks. Rendered scripts are exempt: a build has no Node to wrap their lines."""
    found = suitescript.formatted(suitescript.hand_written())
    assert [str(path.relative_to(ROOT)) for path in found] == [], "make format writes them"


SLIPS = {
    "unknown member": ("record.load(", "record.laod(", "tsc", "laod"),
    "unknown option": ("{ type: 's", "{ recordType: 's", "tsc", "recordType"),
    "unknown module": ("'N/record'", "'N/recrod'", "eslint", "N/recrod"),
    "unknown version": ("2.1", "2.9", "eslint", "api-version"),
    "async": ("(body) =>", "async (body) =>", "eslint", "async"),
    "generator": ("  return", "  (function* () { yield 1; })();\n  return", "eslint", "generator"),
    "wrong entry point": ("{ post }", "{ execute: post }", "stubs", "execute"),
    "missing module": ("'./lib/text'", "'./lib/txt'", "stubs", "lib/txt"),
    "call while loading": (
        "  return",
        "  record.load({ type: 'a', id: 1 });\n  return",
        "stubs",
        "N/record.load",
    ),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[suitescript.Finding]]:
    """The findings of one sound script and of the same with one slip each, by the slip's name."""
    root = tmp_path_factory.mktemp("scripts").resolve()
    for name, (old, new, *_) in {"none": ("", ""), **SLIPS}.items():
        assert old in GOOD
        (root / name / "lib").mkdir(parents=True)
        (root / name / "lib/text.js").write_text(LIBRARY.lstrip())
        (root / name / "script.js").write_text(GOOD.replace(old, new, 1).lstrip())
    found = suitescript.validate(sorted(root.iterdir()))
    return {name: [f for f in found if root / name in f.file.parents] for name in ["none", *SLIPS]}


def test_a_sound_script_has_no_finding(judged: dict[str, list[suitescript.Finding]]) -> None:
    assert [str(found) for found in judged["none"]] == []


@pytest.mark.parametrize("slip", SLIPS)
def test_the_judges_see(slip: str, judged: dict[str, list[suitescript.Finding]]) -> None:
    """Each kind of slip is found by the tool that is there for it."""
    *_, tool, words = SLIPS[slip]
    assert any(finding.tool == tool and words in finding.message for finding in judged[slip])


def test_a_folder_without_scripts_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no SuiteScript"):
        suitescript.validate([tmp_path])


def test_the_lock_names_no_host() -> None:
    """Which registry is asked is the machine's own setting."""
    lock = (ROOT / "generator/lint/tools/package-lock.json").read_text()
    assert "http" not in lock
    assert '"integrity"' in lock


SLOPPY = """\
/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record'], (record) => {
  /**
   * @param {Record} order - as NetSuite's own comments have it
   * @returns {Search}
   */
  const total = (order) => Number(order.getValue({ fieldId: 'total' }));
  const post = (body) => {
    const order = record.load({ type: 'salesorder', id: body.id, isdynamic: true });
    order.setVal({ fieldId: 'memo', value: String(total(order)) });
    return record.craete({ type: 'task' }).save() + misspelt;
  };

  return { post };
});
"""


def test_people_are_told_what_the_tools_find_in_their_own_scripts(tmp_path: Path) -> None:
    (tmp_path / "orders.js").write_text(SLOPPY)
    found = types.judge(read(tmp_path), suitescript.tools())
    assert [(each.line, each.code, each.severity) for each in sorted(found)] == [
        (12, "TS2561", "warning"),
        (13, "TS2551", "warning"),
        (14, "TS2551", "warning"),
        (14, "no-undef", "warning"),
    ]
    assert all(each.file == "orders.js" and each.text for each in found)
    assert not any(str(ROOT) in each.message or "node_modules" in each.message for each in found)


def test_generated_scripts_of_a_project_pass_as_users_see_them(tmp_path: Path) -> None:
    project = read(ROOT / "examples/northwind")
    assert [str(each) for each in types.judge(project, suitescript.tools())] == []


def test_tools_that_are_not_installed_are_asked_for_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUITELOOM_TOOLS", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="suiteloom lint --install"):
        types.judge(read(ROOT / "examples/northwind"))
