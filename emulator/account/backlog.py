"""The task queue as it is kept in the account's database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from emulator.account.store import Store, dump

_TICK = "schedules_started_until_ms"


class Backlog:
    """Implements emulator.scripts.backlog.Backlog."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tasks(self) -> list[dict[str, Any]]:
        """The facts of all tasks, in the order in which they were submitted."""
        rows = self._store.all("SELECT id, facts FROM task ORDER BY number")
        return [{**json.loads(facts), "id": id_} for id_, facts in rows]

    def put(self, task: str, facts: Mapping[str, Any]) -> None:
        """Keep a task, or what has changed of it."""
        self._store.run(
            "INSERT INTO task (id, facts) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET facts = excluded.facts",
            task,
            dump(facts),
        )

    def drop(self, task: str) -> None:
        """Forget a task."""
        self._store.run("DELETE FROM task WHERE id = ?", task)

    def parts(self, task: str) -> dict[str, Any]:
        """What an unfinished task has done."""
        rows = self._store.all("SELECT part, value FROM task_part WHERE task = ?", task)
        return {part: json.loads(value) for part, value in rows}

    def keep(self, task: str, part: str, value: Any) -> None:
        """Keep a part of what a task has done."""
        self._store.run(
            "INSERT OR REPLACE INTO task_part VALUES (?, ?, ?)", task, part, dump(value)
        )

    def tidy(self, task: str) -> None:
        """Drop the parts of a task that has ended."""
        self._store.run("DELETE FROM task_part WHERE task = ?", task)

    def last_tick(self) -> int | None:
        """Until when schedules were started, epoch milliseconds."""
        kept = self._store.setting(_TICK)
        return None if kept is None else int(kept)

    def ticked(self, now_ms: int) -> None:
        """Schedules are started until now."""
        self._store.set(_TICK, now_ms)

    def clear(self) -> None:
        """Forget everything: a copy of an account does not go on with the tasks of its source."""
        with self._store.step():
            self._store.empty(("task", "task_part"))
            self._store.unset(_TICK)
