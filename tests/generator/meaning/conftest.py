"""What the tests of meaning share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from meaning_node import Node


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.close()
