"""
What of tasks outlives a kill of the account: the seam, and one task's past.

A task that was running when the account ended runs again as after a restart of the application
server: getInputData and summarize from their beginning, map and reduce from the buffers that were
not finished, a scheduled script as ABORTED (help topic section_1517279521).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol


class Backlog(Protocol):
    """Where tasks are kept. Everything is JSON."""

    def tasks(self) -> list[dict[str, Any]]:
        """The facts of all tasks, in the order in which they were submitted."""

    def put(self, task: str, facts: Mapping[str, Any]) -> None:
        """Keep a task, or what has changed of it."""

    def drop(self, task: str) -> None:
        """Forget a task."""

    def parts(self, task: str) -> dict[str, Any]:
        """What an unfinished task has done."""

    def keep(self, task: str, part: str, value: Any) -> None:
        """Keep a part of what a task has done."""

    def tidy(self, task: str) -> None:
        """Drop the parts of a task that has ended."""

    def last_tick(self) -> int | None:
        """Until when schedules were started, epoch milliseconds."""

    def ticked(self, now_ms: int) -> None:
        """Schedules are started until now."""


class Nowhere:
    """Implements Backlog for an account that is kept in memory: it ends with its process."""

    def tasks(self) -> list[dict[str, Any]]:
        """None."""
        return []

    def put(self, task: str, facts: Mapping[str, Any]) -> None:
        """Nothing is kept."""

    def drop(self, task: str) -> None:
        """Nothing is kept."""

    def parts(self, task: str) -> dict[str, Any]:  # noqa: ARG002
        """None."""
        return {}

    def keep(self, task: str, part: str, value: Any) -> None:
        """Nothing is kept."""

    def tidy(self, task: str) -> None:
        """Nothing is kept."""

    def last_tick(self) -> int | None:
        """Not known."""
        return None

    def ticked(self, now_ms: int) -> None:
        """Nothing is kept."""


class Past:
    """
    What a task did before the account ended in the middle of it, and what it does now.

    A part (a stage, or a buffer of map or reduce) begins, and ends with what is kept of it.
    """

    def __init__(self, backlog: Backlog, task: str) -> None:
        self._backlog = backlog
        self._task = task
        self._before = backlog.parts(task)
        self._lock = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Keep nothing more: the account ends, and what fails now fails because of that."""
        with self._lock:
            self._closed = True

    def done(self, part: str) -> Any:
        """What was kept of a part that had ended; None where it has to run."""
        kept = self._before.get(part)
        return None if kept is None else kept.get("done")

    def begin(self, part: str) -> int:
        """A part begins; how often it had begun before and not ended."""
        with self._lock:
            kept = self._before.get(part) or {}
            before = int(kept.get("begun", 0))
            if not self._closed:
                self._backlog.keep(self._task, part, {"begun": before + 1})
            return before

    def end(self, part: str, value: Any) -> None:
        """A part has ended."""
        with self._lock:
            if not self._closed:
                self._backlog.keep(self._task, part, {"done": value})
