"""The store's SQL, in files: migrations by kind of store and number, and statements by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
_AMONG = re.compile(r"IN \(SELECT value FROM json_each\((:[a-z_]+)\)\)")
_HINT = re.compile(r" INDEXED BY [a-z_]+")
_PART = re.compile(r"^-- (up|down)\n", re.MULTILINE)

Kind = Literal["sqlite", "postgres"]


@dataclass(frozen=True, slots=True)
class Migration:
    """
    From one version of the schema to the next and back.

    Args:
        version: the store's version afterwards.
        name: what it brings.
        up: the statements that bring it.
        down: the statements that take it away; empty for the first, which is not taken away.
    """

    version: int
    name: str
    up: str
    down: str


@cache
def migrations(kind: Kind) -> tuple[Migration, ...]:
    """All migrations of a kind of store, `<version>_<name>.sql`, in order."""
    found = [one for one in (files(__name__) / kind).iterdir() if one.name.endswith(".sql")]
    return tuple(
        _migration(one.name, one.read_text("utf-8"))
        for one in sorted(found, key=lambda one: one.name)
    )


def _migration(file: str, text: str) -> Migration:
    number, _, name = file.removesuffix(".sql").partition("_")
    _, *parts = _PART.split(text)
    up_and_down = dict(zip(parts[::2], parts[1::2], strict=True))
    return Migration(int(number), name, up_and_down["up"], up_and_down.get("down", ""))


def step(known: Sequence[Migration], version: int, to: int) -> tuple[str, int]:
    """The statements of the next step on the way from a version to another, and the version after it."""
    if version < to:
        return known[version].up, version + 1
    return known[version - 1].down, version - 1


def queries() -> dict[str, str]:
    """Statements by name: blocks of `-- name`, further comments, and the statement."""
    found: dict[str, str] = {}
    for block in (files(__name__) / "queries.sql").read_text("utf-8").strip().split("\n\n"):
        lines = block.splitlines()
        name = lines[0].removeprefix("-- ")
        found[name] = "\n".join(line for line in lines[1:] if not line.startswith("--"))
    return found


def on_postgres(statement: str) -> str:
    """A statement as psycopg takes it: parameters and lists in its form, without SQLite's hints and names of its own."""
    escaped = _HINT.sub("", statement).replace("%", "%%").replace("rowid", "id")
    return _PARAMETER.sub(r"%(\1)s", _AMONG.sub(r"= ANY(\1)", escaped))
