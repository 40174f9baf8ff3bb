"""Every mistake of a project is reported at its place, once, in one run: one folder of tests/golden/reports per theme."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from generator.compile import compile_project
from generator.report.text import listing
from generator.spec.codes import CODES
from generator.spec.diagnose import Diagnostic

GOLDEN = Path(__file__).parents[1] / "golden" / "reports"
CASES = sorted(path.name for path in GOLDEN.iterdir())
SOURCES = Path(__file__).parents[2] / "generator"
TRIALS = Path(__file__).parents[2] / "emulator" / "trial"


def check(case: str) -> list[Diagnostic]:
    return compile_project(GOLDEN / case)[1]


@pytest.mark.parametrize("case", CASES)
def test_every_mistake_reads_as_promised(case: str) -> None:
    expected = GOLDEN / case / "errors.txt"
    text = listing(check(case)) + "\n"
    if os.environ.get("SUITELOOM_UPDATE_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_two_runs_say_the_same(case: str) -> None:
    assert check(case) == check(case)


def test_every_fault_of_bad_yaml_is_found_at_its_place_in_one_run() -> None:
    found = {
        (each.line, each.column, each.code) for each in check("bad") if each.severity == "error"
    }
    assert found == {
        (2, 7, "E114"),  # flow: Shop Orders
        (7, 1, "E115"),  # two ways in
        (8, 20, "E113"),  # batch: 5000
        (9, 10, "E110"),  # folder
        (10, 17, "E110"),  # feild
        (12, 64, "E221"),  # missing: create without create
        (13, 3, "E115"),  # from and value
        (14, 37, "E120"),  # trimm
        (14, 55, "E121"),  # truncate: "45"
        (16, 3, "E230"),  # no policy, no key
        (19, 33, "E113"),  # type: money
    }


def codes_in_use() -> set[str]:
    return {
        code
        for path in (*SOURCES.rglob("*.py"), *TRIALS.rglob("*.py"))
        if path.name != "codes.py" and SOURCES / "lint" not in path.parents  # rules have their own
        for code in re.findall(r'"([A-Z]\d{3})"', path.read_text(encoding="utf-8"))
    }


def test_every_code_in_use_is_declared_and_every_declared_one_is_used() -> None:
    assert set(CODES) == codes_in_use()


def test_no_code_is_declared_twice() -> None:
    declared = re.findall(r'"([A-Z]\d{3})"', (SOURCES / "spec" / "codes.py").read_text("utf-8"))
    assert sorted(declared) == sorted(CODES)
