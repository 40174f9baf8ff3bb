"""The account's concurrency limit: one number for RESTlets and REST together (section_1500275531)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# A Standard tier account without SuiteCloud Plus, and every developer account.
DEFAULT_LIMIT = 5


class TooManyCalls(Exception):
    """The account has no place for another call."""


class Concurrency:
    """Places for calls in flight; nothing waits, the call over the limit is refused."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.refused = 0
        self.highest = 0
        self.running = 0
        self._lock = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one call. Raises TooManyCalls where none is free."""
        with self._lock:
            if self.running >= self.limit:
                self.refused += 1
                raise TooManyCalls
            self.running += 1
            self.highest = max(self.highest, self.running)
        try:
            yield
        finally:
            with self._lock:
                self.running -= 1
