"""
Conformance tests run in process, in process with every assumption the other way, and over HTTP.

Those without the `lab` ask the account itself, without scripts; they can show rules, but no
members.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

import conforming
import pytest
from lab import Lab, in_process, over_http

from emulator.account import ADVERSARIAL, Preferences
from emulator.tracing import Trace, Used


@pytest.fixture(scope="module", params=["default", "adversarial", "http"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One account per module and way. A test that depends on a switch asks `lab.preferences`."""
    match request.param:
        case "http":
            with over_http(tmp_path_factory.mktemp("lab"), Preferences(), Trace()) as lab:
                yield lab
        case way:
            with in_process(ADVERSARIAL if way == "adversarial" else Preferences(), Trace()) as lab:
                yield lab


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None]:
    """A mark cannot lie: what it says was shown, a script of the test has used."""
    lab = getattr(item, "funcargs", {}).get("lab")
    trace = lab.trace if isinstance(lab, Lab) else None
    if trace is not None:
        trace.take()  # what is left of fixtures' and earlier tests' scripts
    yield
    used = trace.take() if trace is not None else Used()
    conforming.proved(item, used, "\n".join(lab.sources) if isinstance(lab, Lab) else "")
