"""
The spec tests of the examples and of the example specs: all pass, and no line of a spec is left out.

What counts as covered is written in docs/testing.md.
"""

from __future__ import annotations

import shutil
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


def test_what_only_one_case_shows_is_missed_without_it(tmp_path: Path) -> None:
    """Coverage is not given away: the order's first test alone leaves eight things unseen."""
    project = tmp_path / "acme"
    shutil.copytree(ROOT / "examples/acme", project)
    tests = project / "specs/shop-orders.test.yaml"
    first, _, _ = tests.read_text(encoding="utf-8").partition("\n  the same order again")
    tests.write_text(first, encoding="utf-8")
    report = run_tests(project, ["shop-orders"])
    assert report.passed
    assert [f"{item.line}: {item.what}" for item in report.coverage[0].missed()] == [
        "22: this test never refused a document",
        "23: this test never refused a document",
        "45: the default of firstname was never used",
        "46: the default of lastname was never used",
        "71: no line of item was ever closed",
        "83: the condition of shippingaddress was never false",
        "96: no value was ever 'express'",
        "97: no value was ever outside of map ship_method",
    ]
