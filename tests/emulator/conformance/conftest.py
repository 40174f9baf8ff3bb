"""Every conformance test runs in process, in process with every assumption the other way, and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab import Lab, in_process, over_http

from emulator.account import ADVERSARIAL, Preferences


@pytest.fixture(scope="module", params=["default", "adversarial", "http"])
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One account per module and way. A test that depends on a switch asks `lab.preferences`."""
    match request.param:
        case "http":
            with over_http(tmp_path_factory.mktemp("lab"), Preferences()) as lab:
                yield lab
        case way:
            with in_process(ADVERSARIAL if way == "adversarial" else Preferences()) as lab:
                yield lab
