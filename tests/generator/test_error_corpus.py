"""
One mistake, one folder: it is found at its place, said as promised, and nothing else is said.

A folder is checked, spec tests and all; one with a file `command` is given to that command.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from emulator.trial.report import as_findings
from emulator.trial.run import run_tests
from generator.compile import compile_project
from generator.compile.trials import read_trials
from generator.report.text import listing
from generator.spec.codes import CODES
from generator.spec.diagnose import Diagnostic

CORPUS = Path(__file__).parents[1] / "golden" / "errors"
CORRECT = Path(__file__).parents[1] / "golden" / "correct"
CASES = sorted(path.name for path in CORPUS.iterdir())


@cache
def found(case: str) -> tuple[Diagnostic, ...]:
    command = CORPUS / case / "command"
    return COMMANDS[command.read_text() if command.exists() else "check\n"](CORPUS / case)


def checked(folder: Path) -> tuple[Diagnostic, ...]:
    plan, problems = compile_project(folder)
    if plan is not None:
        problems = [*problems, *read_trials(folder, plan)[1]]
    return tuple(problems)


def tried(folder: Path) -> tuple[Diagnostic, ...]:
    """Spec tests that run in an account of their own."""
    report = as_findings(run_tests(folder), folder)
    return tuple(one for case in report.cases for one in case.findings)


COMMANDS = {"check\n": checked, "try --test\n": tried}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_found_at_its_place_and_alone(case: str) -> None:
    expected = CORPUS / case / "errors.txt"
    text = listing(found(case)) + "\n"
    if os.environ.get("SUITELOOM_UPDATE_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert len(found(case)) == 1


def test_every_code_has_a_mistake_and_none_has_more_than_six() -> None:
    counted = Counter(each.code for case in CASES for each in found(case))
    declared = {code for code in CODES if code.startswith("E")}
    assert declared - set(counted) == set()
    assert {code: count for code, count in counted.items() if count > 6} == {}
    assert len(CASES) >= 150


@pytest.mark.parametrize("project", sorted(path.name for path in CORRECT.iterdir()))
def test_what_is_right_is_passed_over_in_silence(project: str) -> None:
    assert compile_project(CORRECT / project)[1] == []
