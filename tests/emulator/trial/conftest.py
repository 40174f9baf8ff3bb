"""A small project in an account of this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from trying import Folder

from emulator.trial.stage import Stage


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("trials"))


@pytest.fixture(scope="module")
def stage(folder: Folder) -> Iterator[Stage]:
    with Stage.opened(folder.path) as stage:
        yield stage
