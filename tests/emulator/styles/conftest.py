"""The styles project deployed and served, under the default and under the adversarial profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from outside import Account

from emulator.account import ADVERSARIAL, Preferences
from emulator.server import LocalServer, Settings

PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="module", params=[Preferences(), ADVERSARIAL], ids=["default", "adversarial"])
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    with LocalServer(Settings(PROJECT, environ={}, preferences=request.param)) as server:
        yield Account(server)
