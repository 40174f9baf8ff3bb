"""Fixtures of the agent's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_bench import Bench
from fake_account import FakeAccount


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    account = FakeAccount()
    yield Bench(tmp_path, account)
    account.close()
