"""
The account's concurrency limit: one number for RESTlets and REST together (section_1500275531).

A part of it may be given to one integration record; the rest is shared by those without a part, and
no integration passes its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# A Standard tier account without SuiteCloud Plus, and every developer account.
DEFAULT_LIMIT = 5


class TooManyCalls(Exception):
    """The account, or the integration, has no place for another call."""


class Concurrency:
    """Places for calls in flight; nothing waits, the call over the limit is refused."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.refused = 0
        self.highest = 0
        self._parts: dict[str, int] = {}
        self._running: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def running(self) -> int:
        """Calls in flight."""
        return sum(self._running.values())

    def give(self, integration: str, limit: int | None) -> None:
        """Give a part of the limit to an integration, or (None) take it back."""
        with self._lock:
            if limit is None:
                self._parts.pop(integration, None)
            else:
                self._parts[integration] = limit

    def shown(self) -> dict[str, Any]:
        """The limit, its parts, and what it has seen."""
        with self._lock:
            return {
                "limit": self.limit,
                "integrations": dict(self._parts),
                "running": self.running,
                "highest": self.highest,
                "refused": self.refused,
            }

    @contextmanager
    def place(self, integration: str | None = None) -> Iterator[None]:
        """A place for one call. Raises TooManyCalls where none is free."""
        key = integration or ""
        with self._lock:
            if self.running >= self.limit or self._full(key):
                self.refused += 1
                raise TooManyCalls
            self._running[key] = self._running.get(key, 0) + 1
            self.highest = max(self.highest, self.running)
        try:
            yield
        finally:
            with self._lock:
                self._running[key] -= 1

    def _full(self, key: str) -> bool:
        if key in self._parts:
            return self._running.get(key, 0) >= self._parts[key]
        shared = sum(count for name, count in self._running.items() if name not in self._parts)
        return shared >= self.limit - sum(self._parts.values())
