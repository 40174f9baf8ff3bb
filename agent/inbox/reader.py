"""Looks at a store without writing, while an agent runs on it or not (`status`, `list`, `show`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from agent.errors import UserError, newer
from agent.inbox.causes import BY_CAUSE, Cause, grouped
from agent.inbox.model import Call, Filter
from agent.inbox.parameters import opened, received, tried
from agent.inbox.seal import Seal
from agent.inbox.sql import queries
from agent.inbox.sqlite_schema import VERSION, version
from agent.silence import Traffic, traffic_of

SQL = queries()


class Reader:
    """
    Read-only queries, each on a connection of its own.

    Only the writer checkpoints: SQLite before 3.51.3 can damage a file when two connections do.

    Args:
        path: the store's file.
        seal: opens what is encrypted.
    """

    def __init__(self, path: Path, seal: Seal | None = None) -> None:
        self._path = path
        self._seal = seal or Seal()

    def find(
        self, which: Filter, *, limit: int = 50, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Events without their bodies, newest first."""
        where, values = conditions(which)
        if before is not None:
            where += " AND e.id < :before"
            values["before"] = before
        with self._db() as db:
            values["limit"] = limit
            rows = db.execute(f"{SQL['find']}{where} ORDER BY e.id DESC LIMIT :limit", values)
            return [dict(row) for row in rows]

    def show(self, event: int) -> dict[str, Any] | None:
        """One event whole, with its history; None where there is none."""
        with self._db() as db:
            row = db.execute(SQL["show"], {"id": event}).fetchone()
            if row is None:
                return None
            history = [dict(step) for step in db.execute(SQL["history"], {"id": event})]
            tries = [
                tried(dict(one), self._seal) for one in db.execute(SQL["tries"], {"id": event})
            ]
        return {**opened(dict(row), self._seal), "history": history, "tries": tries}

    def causes(self, which: Filter) -> list[Cause]:
        """Why events are held or dead, the most frequent first."""
        where, values = conditions(which)
        with self._db() as db:
            rows = db.execute(f"{SQL['causes']}{where} {BY_CAUSE}", values)
            return grouped(map(tuple, rows))

    def received(self, event: int) -> Call | None:
        """The call that brought an event, as it came; None where it is not kept."""
        with self._db() as db:
            return received(db.execute(SQL["raw"], {"id": event}).fetchone(), self._seal)

    def stats(self) -> list[tuple[str, str, str | None, int]]:
        """(flow, state, outcome, events)."""
        with self._db() as db:
            return [tuple(row) for row in db.execute(SQL["stats"])]

    def traffic(self) -> Traffic:
        """What came in by flow and hour, as far as it is counted."""
        with self._db() as db:
            (until,) = db.execute(SQL["traffic_until"]).fetchone()
            return traffic_of(until, map(tuple, db.execute(SQL["traffic"])))

    def oldest(self) -> dict[str, float]:
        """When the oldest event that has not ended came in, by flow."""
        with self._db() as db:
            return dict(map(tuple, db.execute(SQL["oldest"])))

    def newest(self) -> dict[str, float]:
        """When the newest event came in, by flow."""
        with self._db() as db:
            return dict(map(tuple, db.execute(SQL["newest"])))

    def progress(self, flow: str, file: str) -> list[tuple[str, str | None, int]]:
        """(state, outcome, events) of a file."""
        with self._db() as db:
            return [tuple(row) for row in db.execute(SQL["progress"], {"flow": flow, "file": file})]

    def results(self, flow: str, file: str, first: int, limit: int) -> list[dict[str, Any]]:
        """Events of a file in the order of the file."""
        where = {"flow": flow, "file": file, "first": first, "limit": limit}
        with self._db() as db:
            return [dict(row) for row in db.execute(SQL["results"], where)]

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        if not self._path.exists():
            raise UserError(f"{self._path}: no store there; `suiteloom-agent run` makes it")
        with closing(sqlite3.connect(read_only(self._path), uri=True, timeout=10)) as db:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA query_only = ON")
            if (found := version(db)) != VERSION:
                raise self._other(found)
            yield db

    def _other(self, found: int) -> UserError:
        if found > VERSION:
            return newer(found, VERSION)
        return UserError(
            f"{self._path}: store version {found}, this agent works on {VERSION}: start it,"
            " or `suiteloom-agent store migrate`"
        )


def read_only(path: Path) -> str:
    """The address of a file that is only read."""
    return f"file:{quote(str(path.absolute()))}?mode=ro"


def conditions(which: Filter) -> tuple[str, dict[str, Any]]:
    """The filter as SQL behind a WHERE, with its values by name."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for column, value in (("flow", which.flow), ("key", which.key), ("code", which.code)):
        if value is not None:
            parts.append(f" AND e.{column} = :{column}")
            values[column] = value
    for sign, name, bound in ((">=", "since", which.since), ("<", "until", which.until)):
        if bound is not None:
            parts.append(f" AND e.received_at {sign} :{name}")
            values[name] = bound
    for column, many in (("state", which.states), ("id", which.ids)):
        if many:
            names = {f"{column}_{_letters(at)}": one for at, one in enumerate(many)}
            parts.append(f" AND e.{column} IN ({', '.join(f':{name}' for name in names)})")
            values |= names
    return "".join(parts), values


def oldest(which: Filter) -> str:
    """In the order in which they came, as many as the filter takes."""
    return " ORDER BY e.id" + (f" LIMIT {which.limit:d}" if which.limit is not None else "")


def _letters(number: int) -> str:
    """A number in letters: names of parameters have no digits."""
    return str(number).translate({48 + digit: 97 + digit for digit in range(10)})
