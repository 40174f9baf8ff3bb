"""
Faults on demand: what goes wrong between the account and its callers.

| name | effect |
|---|---|
| `timeout_after_save` | the script runs to its end, then the connection is dropped without an answer |
| `http_500` | UNEXPECTED_ERROR with HTTP 500, the script is not run |
| `unauthorized` | 401 as for a revoked token, the script is not run |
| `slow` | the answer comes `seconds` later; the call keeps its place of the concurrency limit |
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

NAMES = ("timeout_after_save", "http_500", "unauthorized", "slow")


@dataclass(slots=True)
class Fault:
    """A fault for the next `count` calls (None: for all), of one script or (None) of any."""

    name: str
    count: int | None = None
    script: str | None = None
    seconds: float = 0.0


class Faults:
    """The faults that are set. Safe between threads."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def set(self, fault: Fault) -> None:
        """Set a fault beside those that are set."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Take all faults away."""
        with self._lock:
            self._faults.clear()

    def take(self, name: str, script: str | None) -> Fault | None:
        """The fault of this name for a call of `script`, counted down; None where there is none."""
        with self._lock:
            for fault in self._faults:
                if fault.name == name and fault.script in (None, script):
                    if fault.count is not None:
                        fault.count -= 1
                        if fault.count <= 0:
                            self._faults.remove(fault)
                    return fault
        return None
