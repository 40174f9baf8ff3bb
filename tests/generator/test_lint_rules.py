"""Every rule finds what its wrong example shows, and nothing at all in its right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.lint import RULES, lint, read_folder
from generator.lint.examples import Example, files
from generator.spec.diagnose import Diagnostic


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
