"""
What is known of a file's groups, kept by SQLite in a file that has no name.

A million groups take no more memory than a few: SQLite keeps what fits into its cache, and the
system takes the file back when it is closed, in any way.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from types import TracebackType
from typing import Self


class _Scratch:
    """A database of its own that ends with the block."""

    def __init__(self, table: str) -> None:
        # The readers of folders run on whichever thread is free, one after the other.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute(f"CREATE TABLE {table}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()


class Heads(_Scratch):
    """What stood in the first row of every group."""

    def __init__(self) -> None:
        super().__init__("heads (key TEXT PRIMARY KEY, line INTEGER, cells TEXT) WITHOUT ROWID")
        self._last: tuple[str, int, list[str]] | None = None

    def first(self, key: str, line: int, cells: list[str]) -> tuple[int, list[str]]:
        """Line and cells of the group's first row, which is this one where there was none."""
        if self._last is None or self._last[0] != key:  # rows of a group mostly stand together
            # Bytes that cannot be decoded are faults elsewhere; here they only must not be in the
            # way.
            named = key.encode("utf-8", "surrogateescape").hex()
            found = (named, line, json.dumps(cells))
            if self._db.execute("INSERT OR IGNORE INTO heads VALUES (?, ?, ?)", found).rowcount:
                self._last = (key, line, cells)
            else:
                row = self._db.execute("SELECT line, cells FROM heads WHERE key = ?", (named,))
                first, text = row.fetchone()
                self._last = (key, first, json.loads(text))
        return self._last[1], self._last[2]


class Groups(_Scratch):
    """Rows of a file, put together by their group."""

    def __init__(self) -> None:
        super().__init__("rows (number INTEGER PRIMARY KEY, key TEXT, line INTEGER, row TEXT)")

    def add(self, rows: Iterable[tuple[str, int, str]]) -> None:
        """Keep rows: group, line and text, in the order of the file."""
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO rows (key, line, row) VALUES (?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def whole(self) -> Iterator[tuple[list[int], list[str]]]:
        """Lines and rows of every group, in the order in which the groups are complete."""
        found = self._db.execute(
            "SELECT last, line, row FROM rows"
            " JOIN (SELECT key AS own, max(number) AS last FROM rows GROUP BY key) ON own = key"
            " ORDER BY last, number"
        )
        for _, members in groupby(found, key=lambda row: row[0]):
            rows = list(members)
            yield [line for _, line, _ in rows], [text for _, _, text in rows]
