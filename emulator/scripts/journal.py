"""What ran and what it said: one row per execution, and the script log."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

ROWS = 200_000


class Journal:
    """Usage rows and log rows, newest last; the oldest are dropped beyond 200,000."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usage: deque[Mapping[str, Any]] = deque(maxlen=ROWS)
        self._log: deque[Mapping[str, Any]] = deque(maxlen=ROWS)

    def used(self, row: Mapping[str, Any]) -> None:
        """Note an execution that ended."""
        with self._lock:
            self._usage.append(row)

    def logged(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Note log rows of a script."""
        with self._lock:
            self._log.extend(rows)

    def usage(self) -> list[Mapping[str, Any]]:
        """All usage rows."""
        with self._lock:
            return list(self._usage)

    def log(self) -> list[Mapping[str, Any]]:
        """All log rows."""
        with self._lock:
            return list(self._log)

    def clear(self) -> None:
        """Forget both (reset of the account)."""
        with self._lock:
            self._usage.clear()
            self._log.clear()
