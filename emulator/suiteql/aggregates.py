"""MEDIAN and LISTAGG, as aggregates of the connection."""

from __future__ import annotations

import sqlite3
from typing import Any

from emulator.suiteql.oracle import Number, numeric, plain, shortest


class Median:
    """The middle value, or the mean of the two in the middle."""

    def __init__(self) -> None:
        self._values: list[Number] = []

    def step(self, *row: Any) -> None:
        """Take a row."""
        (value,) = row
        if value is not None:
            self._values.append(numeric(value))

    def finalize(self) -> Number | None:
        """The result."""
        values = sorted(self._values)
        if not values:
            return None
        middle = len(values) // 2
        if len(values) % 2:
            return values[middle]
        return plain((values[middle - 1] + values[middle]) / 2)


class ListAgg:
    """Texts joined in an order of their own: (value, separator, distinct, key, descending, key, ...)."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, tuple[Any, ...]]] = []
        self._separator = ""
        self._distinct = False

    def step(self, *row: Any) -> None:
        """Take a row."""
        value, separator, distinct, *keys = row
        self._separator = "" if separator is None else shortest(separator)
        self._distinct = bool(distinct)
        if value is not None:
            self._rows.append((shortest(value), tuple(keys)))

    def finalize(self) -> str | None:
        """The result."""
        rows = self._rows
        count = len(rows[0][1]) if rows else 0
        for place in range(count - 2, -1, -2):
            rows.sort(key=lambda row: _sortable(row[1][place]), reverse=bool(rows[0][1][place + 1]))
        texts = [text for text, _ in rows]
        return self._separator.join(dict.fromkeys(texts) if self._distinct else texts) or None


def _sortable(value: Any) -> tuple[int, Any]:
    """Nothing sorts last, and numbers before texts."""
    if value is None:
        return 2, 0
    return (1, value) if isinstance(value, str) else (0, value)


def install(connection: sqlite3.Connection) -> None:
    """Make them known to a connection."""
    connection.create_aggregate("sl_median", 1, Median)  # type: ignore[arg-type]
    connection.create_aggregate("sl_listagg", -1, ListAgg)  # type: ignore[arg-type]
