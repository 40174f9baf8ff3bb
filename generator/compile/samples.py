"""
Sample documents as schemas.

A sample shows what a document can hold, not all of it: a name that it lacks is unknown, unless it
is nearly one that it has. The header of a CSV sample names every column.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from generator.spec.inbound import CsvSpec

_TYPES = {bool: "boolean", int: "number", float: "number", str: "string"}
_SHORT = 5


def from_json(file: Path) -> dict[str, Any] | None:
    """The schema of a JSON document or of the first of several; None where it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    try:
        value = _value(text)
        schema = _schema(value)
    except (ValueError, RecursionError):
        return None
    return schema.get("items", schema) if isinstance(value, list) else schema


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.split("\n") if line.strip()]


def from_csv(file: Path, form: CsvSpec) -> dict[str, Any] | None:
    """The columns of a CSV file, and with group_by the rows of a group; None where it cannot be read."""
    try:
        with file.open(encoding=form.encoding, newline="") as lines:
            header = next(csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote), [])
            if not form.header:
                return numbered(len(header)) if header and not form.group_by else None
    except (OSError, UnicodeError, LookupError, csv.Error):
        return None
    columns: dict[str, Any] = {name.strip().lstrip("\ufeff"): {} for name in header}
    if not columns:
        return None
    row = {"type": "object", "properties": dict(columns)}
    if form.group_by:
        columns["rows"] = {"type": "array", "items": row}
    return {"type": "object", "properties": columns}


def numbered(count: int) -> dict[str, Any]:
    """A row of a file without a header: its columns are 1, 2, 3, ..."""
    return {"type": "object", "properties": {str(one): {} for one in range(1, count + 1)}}


def _schema(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {
            "type": "object",
            "properties": {name: _schema(each) for name, each in value.items()},
        }
    if isinstance(value, list):
        return {"type": "array", "items": _all([_schema(each) for each in value])}
    kind = _TYPES.get(type(value))
    return {"type": kind} if kind else {}


def _all(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """What several elements have in common, and every name that one of them has."""
    kinds = {each.get("type") for each in schemas if each}
    if len(kinds) != 1:
        return {}
    (kind,) = kinds
    if kind == "object":
        names = dict.fromkeys(name for each in schemas for name in each.get("properties", ()))
        parts = {
            name: _all(
                [each["properties"][name] for each in schemas if name in each.get("properties", ())]
            )
            for name in names
        }
        return {"type": "object", "properties": parts}
    if kind == "array":
        return {"type": "array", "items": _all([each.get("items", {}) for each in schemas if each])}
    return {"type": kind}


def misspelt(name: str, names: Iterable[str]) -> str | None:
    """The name that this one differs from by a slip of the pen; numbered names are no slips."""
    for other in names:
        if _plain(name) == _plain(other):
            return other
    allowed = 1 if len(name) <= _SHORT else 2
    close = [
        (distance, other)
        for other in names
        if (distance := _distance(name, other)) <= allowed
        and _letters(name) != _letters(other)
        and min(len(name), len(other)) > 2
    ]
    return min(close)[1] if close else None


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _letters(name: str) -> str:
    return "".join(each for each in name if not each.isdigit())


def _distance(one: str, other: str) -> int:
    """Letters left out, put in, changed, or two of them swapped."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
