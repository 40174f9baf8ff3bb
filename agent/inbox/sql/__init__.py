"""The store's SQL, in files: the schema, and statements by name."""

from __future__ import annotations

from importlib.resources import files


def schema() -> str:
    """The statements that make an empty store."""
    return (files(__name__) / "schema.sql").read_text("utf-8")


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
