"""
How far a map/reduce task has come: what N/task's status tells, and the limit of persisted data.

Persisted are keys and values that are not mapped yet, those that are not reduced yet, and what
reduce has written (help topic "Map/Reduce Governance", section_4480364878).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from emulator.errors import NetSuiteError

Pair = tuple[str, str]
PERSISTED_BYTES = 200 * 1024 * 1024


class PersistedLimit(NetSuiteError):
    """Keys and values between stages pass 200 MB: the script jumps to summarize."""

    def __init__(self) -> None:
        super().__init__(
            "PERSISTED_DATA_LIMIT_FOR_MAPREDUCE_SCRIPT_EXCEEDED",
            "The total size of persisted data exceeds 200 MB.",
        )


@dataclass(slots=True)
class Store:
    """Pairs of one kind: how many there were, how many still wait, and their size in characters."""

    total: int = 0
    pending: int = 0
    size: int = 0

    def add(self, count: int, size: int) -> None:
        """More pairs."""
        self.total += count
        self.pending += count
        self.size += size

    def take(self, count: int, size: int) -> None:
        """Pairs that were processed."""
        self.pending -= count
        self.size -= size


def size_of(pairs: Iterable[Pair]) -> int:
    """Characters of keys and values."""
    return sum(len(key) + len(value) for key, value in pairs)


@dataclass(slots=True)
class Progress:
    """The three stores of a task; changed by several invocations at a time."""

    map: Store = field(default_factory=Store)
    reduce: Store = field(default_factory=Store)
    output: Store = field(default_factory=Store)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, store: Store, count: int, size: int) -> None:
        """Persist pairs. PersistedLimit when it is too much altogether."""
        with self._lock:
            store.add(count, size)
            if self.map.size + self.reduce.size + self.output.size > PERSISTED_BYTES:
                raise PersistedLimit

    def done(self, store: Store, count: int, size: int) -> None:
        """Pairs are processed and no longer kept."""
        with self._lock:
            store.take(count, size)

    def facts(self, stage: str | None) -> dict[str, Any]:
        """For the status of the task: counts, sizes and the percentage of the stage it is in."""
        with self._lock:
            current = {"MAP": self.map, "REDUCE": self.reduce}.get(stage or "")
            share = 0.0
            if current is not None and current.total:
                share = 100.0 * (current.total - current.pending) / current.total
            return {
                "totalMapCount": self.map.total,
                "pendingMapCount": self.map.pending,
                "pendingMapSize": self.map.size,
                "totalReduceCount": self.reduce.total,
                "pendingReduceCount": self.reduce.pending,
                "pendingReduceSize": self.reduce.size,
                "totalOutputCount": self.output.total,
                "pendingOutputCount": self.output.pending,
                "pendingOutputSize": self.output.size,
                "currentTotalSize": self.map.size + self.reduce.size + self.output.size,
                "percentageCompleted": share,
            }
