"""
What SQLite is told about the storage's indexes.

Without figures its planner takes a whole space to be as small as the rows of one key, and reads the
space. The figures are those of an account with many records and do not change with its contents, so
that a query runs the same way in every test.
"""

from __future__ import annotations

import sqlite3

# All rows, rows of one space, rows of one key of a space.
_FIGURES = "1000000 100000 1"


def tell(connection: sqlite3.Connection, *indexes: str) -> None:
    """Give the planner the figures of indexes whose columns are the space and a key."""
    with_table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if with_table.fetchone() is None:
        connection.execute("ANALYZE record")
    for index in indexes:
        connection.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'record' AND idx = ?", (index,))
        connection.execute("INSERT INTO sqlite_stat1 VALUES ('record', ?, ?)", (index, _FIGURES))
    connection.execute("ANALYZE sqlite_schema")
