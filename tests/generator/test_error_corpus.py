"""One mistake, one folder: it is found at its place, said as promised, and nothing else is said."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

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
    plan, problems = compile_project(CORPUS / case)
    if plan is not None:
        problems = [*problems, *read_trials(CORPUS / case, plan)[1]]
    return tuple(problems)


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_found_at_its_place_and_alone(case: str) -> None:
    expected = CORPUS / case / "errors.txt"
    text = listing(found(case)) + "\n"
    if os.environ.get("SUITELOOM_UPDATE_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert len(found(case)) == 1


def test_every_code_of_the_check_has_a_mistake_and_none_has_more_than_six() -> None:
    counted = Counter(each.code for case in CASES for each in found(case))
    # E501 and E502 are told when spec tests run: tests/emulator/trial/test_trial_run.py.
    declared = {code for code in CODES if code.startswith("E")} - {"E501", "E502"}
    assert declared - set(counted) == set()
    assert {code: count for code, count in counted.items() if count > 6} == {}
    assert len(CASES) >= 150


@pytest.mark.parametrize("project", sorted(path.name for path in CORRECT.iterdir()))
def test_what_is_right_is_passed_over_in_silence(project: str) -> None:
    assert compile_project(CORRECT / project)[1] == []
