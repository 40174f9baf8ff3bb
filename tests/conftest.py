"""What every test run says at its end, and where real data may lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conforming import Conformance

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """Collect what conformance tests prove; keep builds from remembering the ones before."""
    os.environ["SUITELOOM_CACHE"] = ""
    config.pluginmanager.register(Conformance(config))


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """What tests measured, the slowest tests, and every skip: a green run must not hide what did not run."""
    for report in terminalreporter.stats.get("passed", []):
        for name, text in report.user_properties:
            if name == "said":
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {text}")
    yield
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"skipped: {report.nodeid}: {reason}")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def northwind_data() -> Path | None:
    """The Northwind CSV files, where they exist on this machine."""
    folder = SHARED / "data" / "northwind"
    return folder if folder.is_dir() else None
