"""
The spec tests of the examples and of the example specs: all pass, and no line of a spec is left out.

What counts as covered is written in docs/testing.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.trial.report import rendered
from emulator.trial.run import run_tests

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ("examples/acme", "examples/northwind", "tests/golden/trees/example-specs/project")


@pytest.mark.parametrize("project", PROJECTS)
def test_every_spec_test_passes_and_every_spec_line_is_covered(project: str) -> None:
    report = run_tests(ROOT / project)
    told = rendered(report, ROOT / project, "text", coverage=True)
    assert report.passed, told
    tested = {case.flow for case in report.cases}
    assert {one.flow for one in report.coverage} == tested, told
    assert [item for one in report.coverage for item in one.missed()] == [], told
