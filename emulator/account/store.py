"""
The account's SQLite database: rows in, rows out, one connection and one lock.

Knows nothing of NetSuite's rules. `step()` makes everything inside it one transaction.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator.texts import decode, encode

LARGEST = 2**53 - 1
"""The largest internal id: scripts hold ids as JavaScript's doubles, and SQLite as 64 bits."""

_NOTHING = "{}"
# Id spaces with many records that are seldom read again; of the others the last ones read are
# remembered.
_CROWDED = frozenset({"transaction", "entity", "item"})
_REMEMBERED = 4096
# Id spaces whose records stand in the lists of new ones: price levels by currency, locations.
_LISTED = frozenset({"pricelevel", "currency", "location"})
_SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")


_PUT = (
    "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " type = excluded.type, externalid = excluded.externalid, version = excluded.version,"
    " modified = excluded.modified, body = excluded.body, lines = excluded.lines,"
    " subs = excluded.subs"
)

# What the planner is told of the indexes: all rows, then rows of one key of each further column.
# Without figures it takes a whole space for small and reads it.
_FIGURES = {
    "record": "1000000 100000 1",
    "record_externalid": "1000000 100000 1",
    "record_type": "1000000 100000 1",
    "record_entityid": "100000 1",
    "record_itemid": "100000 1",
    "record_createdfrom": "100000 2",
    "record_entity": "100000 20",
    "record_number": "100000 100 1",
}


@dataclass(slots=True)
class Row:
    """A stored record; times are epoch milliseconds."""

    space: str
    id: int
    type: str
    externalid: str | None
    version: int
    created: int
    modified: int
    fields: dict[str, Any]
    sublists: dict[str, list[dict[str, Any]]]
    subrecords: dict[str, dict[str, Any]]


class Store:
    """
    The database of one account, in a file or (path None) in memory.

    Killing the process at any moment leaves the last finished step, in a file.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._seen: dict[tuple[str, int], tuple[Any, ...]] = {}
        self._settings: dict[str, str | None] = {}
        self._counters: dict[str, int] = {}  # the last number given, of those given since the start
        self.beginnings = 1  # grows with what new records may begin with
        self.connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False
        )
        # One for all statements that are over when they return: making one costs as much as a small
        # statement.
        self._cursor = self.connection.cursor()
        if path is not None:
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(_SCHEMA)
        self._tell_planner()

    def _tell_planner(self) -> None:
        self.connection.execute("PRAGMA analysis_limit = 100")
        self.connection.execute("ANALYZE record")
        for index, figures in _FIGURES.items():
            self.connection.execute("DELETE FROM sqlite_stat1 WHERE idx = ?", (index,))
            self.connection.execute(
                "INSERT INTO sqlite_stat1 VALUES ('record', ?, ?)", (index, figures)
            )
        self.connection.execute("ANALYZE sqlite_schema")

    def fill(self, source: Store) -> None:
        """Take over everything that another database holds."""
        with source.locked() as connection, self._lock:
            connection.backup(self.connection)
            self._forget()

    def _forget(self) -> None:
        self._seen.clear()
        self._settings.clear()
        self._counters.clear()
        self.beginnings += 1

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self.connection.close()

    @contextmanager
    def locked(self) -> Iterator[sqlite3.Connection]:
        """The connection, for reading, while nobody else uses it."""
        with self._lock:
            yield self.connection

    def step(self) -> AbstractContextManager[sqlite3.Connection]:
        """One atomic step; steps inside it belong to it. An exception undoes the outermost one."""
        return _Step(self)

    def begin(self) -> sqlite3.Connection:
        """Enter a step."""
        self._lock.acquire()
        try:
            if not self._depth:
                self._cursor.execute("BEGIN IMMEDIATE")
            self._depth += 1
        except BaseException:
            self._lock.release()
            raise
        return self.connection

    def end(self, *, failed: bool) -> None:
        """Leave a step: keep the outermost one, or undo it."""
        try:
            self._depth -= 1
            if self._depth:
                return
            if failed:
                self._cursor.execute("ROLLBACK")
                self._forget()
            else:
                self._cursor.execute("COMMIT")
        finally:
            self._lock.release()

    def one(self, sql: str, *values: Any) -> Any:
        """The first row as a tuple, or None."""
        with self._lock:
            return self.connection.execute(sql, values).fetchone()

    def all(self, sql: str, *values: Any) -> list[Any]:
        """All rows as tuples."""
        with self._lock:
            return self._cursor.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> None:
        """Execute a statement."""
        with self._lock:
            self._cursor.execute(sql, values)

    # --- records ------------------------------------------------------------------------------

    def get(self, space: str, id: int) -> Row | None:  # noqa: A002
        """A record of an id space; each reader has its own copy."""
        with self._lock:
            row = self._seen.get((space, id))
            if row is None:
                row = self.connection.execute(
                    "SELECT type, externalid, version, created, modified, body, lines, subs"
                    " FROM record WHERE space = ? AND id = ?",
                    (space, id),
                ).fetchone()
                if row is None:
                    return None
                if space not in _CROWDED:
                    if len(self._seen) >= _REMEMBERED:
                        self._seen.clear()
                    self._seen[space, id] = row
        kind, external, version, created, modified, body, lines, subs = row
        return Row(
            space,
            id,
            kind,
            external,
            version,
            created,
            modified,
            load(body),
            load(lines),
            load(subs),
        )

    def put(self, row: Row) -> None:
        """Insert or replace a record."""
        values = (
            row.space,
            row.id,
            row.type,
            row.externalid,
            row.version,
            row.created,
            row.modified,
            dump(row.fields),
            dump(row.sublists),
            dump(row.subrecords),
        )
        with self._lock:
            self._changes(row.space, row.id)
            self._cursor.execute(_PUT, values)

    def drop(self, space: str, id: int) -> None:  # noqa: A002
        """Delete a record's row."""
        with self._lock:
            self._changes(space, id)
            self.run("DELETE FROM record WHERE space = ? AND id = ?", space, id)

    def _changes(self, space: str, id: int) -> None:  # noqa: A002
        self._seen.pop((space, id), None)
        self.beginnings += space in _LISTED

    # --- counters and settings ----------------------------------------------------------------

    def next(self, name: str, first: int = 1) -> int:
        """The next number of a counter."""
        with self._lock:
            last = self._counters.get(name)
            if last is None:
                ((value,),) = self.all(
                    "INSERT INTO counter VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + 1"
                    " RETURNING value",
                    name,
                    first,
                )
            else:
                value = last + 1
                self.run("UPDATE counter SET value = ? WHERE name = ?", value, name)
            self._counters[name] = int(value)
        return int(value)

    def at_least(self, name: str, value: int) -> None:
        """Move a counter up, so that `value` is not given again. Negative numbers are never counted."""
        if value < 1:
            return
        with self._lock:
            self._counters.pop(name, None)
            self.run(
                "INSERT INTO counter VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
                name,
                value,
            )

    def setting(self, name: str) -> Any:
        """A setting, or None."""
        with self._lock:
            if name not in self._settings:
                row = self.one("SELECT value FROM setting WHERE name = ?", name)
                self._settings[name] = None if row is None else row[0]
            text = self._settings[name]
        return None if text is None else decode(text)

    def set(self, name: str, value: Any) -> None:
        """Keep a setting."""
        with self._lock:
            self._settings.pop(name, None)
            self.beginnings += 1  # the account's features are a setting
            self.run(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                name,
                dump(value),
            )

    def unset(self, name: str) -> None:
        """Forget a setting."""
        with self._lock:
            self._settings.pop(name, None)
            self.run("DELETE FROM setting WHERE name = ?", name)

    def empty(self, tables: Iterable[str]) -> None:
        """Delete all rows of these tables."""
        with self._lock:
            for table in tables:
                self.run(f"DELETE FROM {table}")  # noqa: S608 - names from the schema
            self._forget()


class _Step:
    """`Store.step`, entered and left often: a class costs less than a generator."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> sqlite3.Connection:
        return self._store.begin()

    def __exit__(self, kind: object, *_: object) -> None:
        self._store.end(failed=kind is not None)


def dump(value: Any) -> str:
    """JSON as the storage writes it: compact, UTF-8."""
    return encode(value).decode() if value != {} else _NOTHING


def load(text: str) -> Any:
    """What the storage has as JSON."""
    return {} if text == _NOTHING else decode(text)
