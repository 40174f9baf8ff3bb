"""The store's SQL, in files: the schema, and statements by name."""

from __future__ import annotations

import re
from importlib.resources import files

_PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
_HINT = re.compile(r" INDEXED BY [a-z_]+")


def schema(name: str = "schema") -> str:
    """The statements that make an empty store: `schema` for SQLite, `postgres`; `slots`: what agents share of an account."""
    return (files(__name__) / f"{name}.sql").read_text("utf-8")


def polls() -> str:
    """The statements that add polls to a store of version 1."""
    return (files(__name__) / "polls.sql").read_text("utf-8")


def queries() -> dict[str, str]:
    """Statements by name: blocks of `-- name`, further comments, and the statement."""
    found: dict[str, str] = {}
    for block in (files(__name__) / "queries.sql").read_text("utf-8").strip().split("\n\n"):
        lines = block.splitlines()
        name = lines[0].removeprefix("-- ")
        found[name] = "\n".join(line for line in lines[1:] if not line.startswith("--"))
    return found


def on_postgres(statement: str) -> str:
    """A statement as psycopg takes it: parameters in its form, without SQLite's hints and names of its own."""
    escaped = _HINT.sub("", statement).replace("%", "%%").replace("rowid", "id")
    return _PARAMETER.sub(r"%(\1)s", escaped)
