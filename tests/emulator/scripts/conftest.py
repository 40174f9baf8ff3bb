from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab import Lab, in_process

from emulator.account import Preferences


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One account per module: Node workers start once."""
    with in_process(Preferences()) as lab:
        yield lab
