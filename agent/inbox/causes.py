"""Why events are held or dead: their errors without what differs from one document to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

BY_CAUSE = "GROUP BY e.flow, e.code, e.message"
# In this order: what stands in quotes, identifiers, addresses of things, numbers.
_QUOTED = re.compile(
    r"(?P<name>[{,]\s*\"[^\"]*\"\s*:)|'[^']*'|\"[^\"]*\"|\u201c[^\u201d]*\u201d|`[^`]*`"
)
_PARTS = (
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "#"),
    (re.compile(r"\b(?=[\w.-]*\d)[\w-]+(?:\.\w+)*"), "#"),
    (re.compile(r"#(?:\s*,\s*#)+"), "#"),
)


@dataclass(frozen=True, slots=True)
class Cause:
    """
    Events with one cause.

    Args:
        message: with marks where documents differ.
        oldest, newest: when the first and the last of them came in, epoch seconds.
        example: the newest event.
    """

    flow: str
    code: str | None
    message: str
    events: int
    oldest: float
    newest: float
    example: int


def normalised(message: str) -> str:
    """A message without values: what is in quotes (names of JSON stay), and every word with a digit."""
    message = _QUOTED.sub(lambda found: found["name"] or "'\u2026'", message)
    for part, mark in _PARTS:
        message = part.sub(mark, message)
    return " ".join(message.split())


def grouped(rows: Iterable[tuple[Any, ...]]) -> list[Cause]:
    """Rows of the statement `causes`, those with one cause together, the most frequent first."""
    found: dict[tuple[str, str | None, str], Cause] = {}
    for flow, code, message, events, oldest, newest, example in rows:
        cause = Cause(flow, code, normalised(message or ""), events, oldest, newest, example)
        where = flow, code, cause.message
        if known := found.get(where):
            cause = replace(
                known,
                events=known.events + events,
                oldest=min(known.oldest, oldest),
                newest=max(known.newest, newest),
                example=max(known.example, example),
            )
        found[where] = cause
    return sorted(found.values(), key=lambda one: (-one.events, one.flow, one.code or ""))
