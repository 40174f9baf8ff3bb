"""Every rule finds what its wrong example shows, and nothing at all in its right one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.lint import RULES, lint, read_folder
from generator.lint.examples import Example, files
from generator.lint.page import page
from generator.spec.diagnose import Diagnostic

ROOT = Path(__file__).parents[2]


def found_in(example: Example, folder: Path) -> list[Diagnostic]:
    for path, text in files(example).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return lint(read_folder(folder), folder)


@pytest.mark.parametrize("code", RULES)
def test_the_wrong_example_has_this_fault_and_no_other(code: str, tmp_path: Path) -> None:
    found = found_in(RULES[code].wrong, tmp_path)
    expected = {code}
    if code == "L901":
        expected.add("L283")  # a waiver without a reason hides nothing
    assert {each.code for each in found} == expected, [str(each) for each in found]


@pytest.mark.parametrize("code", RULES)
def test_the_right_example_has_none(code: str, tmp_path: Path) -> None:
    assert [str(each) for each in found_in(RULES[code].right, tmp_path)] == []


def test_the_page_of_rules_is_made_from_their_declarations() -> None:
    """`SUITELOOM_UPDATE_GOLDEN=1 pytest tests/generator/test_lint_rules.py` writes it anew."""
    written = ROOT / "docs" / "lint.md"
    if os.environ.get("SUITELOOM_UPDATE_GOLDEN"):
        written.write_text(page(), encoding="utf-8")
    assert written.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("code", RULES)
def test_a_rule_says_what_happens_and_on_whose_word(code: str) -> None:
    rule = RULES[code]
    assert rule.title == rule.title.strip().rstrip(".")
    assert rule.why.endswith(".")
    assert rule.mend.endswith(".")
    assert rule.source
    assert sum(check is not None for check in (rule.script, rule.object, rule.project)) == 1
