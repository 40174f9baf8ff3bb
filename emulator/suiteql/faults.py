"""What a query that cannot run is told: what is wrong with it, where, and which names come near."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from sqlglot import exp

from emulator.errors import NetSuiteError, UnsupportedError


def search_error(detail: str) -> NetSuiteError:
    """The error that a query which NetSuite cannot run ends in."""
    return NetSuiteError("SSS_SEARCH_ERROR_OCCURRED", f"Search error occurred: {detail}")


def unsupported(what: str, node: exp.Expr | None = None) -> UnsupportedError:
    """NetSuite has it, the emulator does not."""
    return UnsupportedError(f"SuiteQL: {what} is not in the emulator{place(node)}")


def refused(what: str, node: exp.Expr | None = None) -> NetSuiteError:
    """NetSuite has it not."""
    return search_error(f"Invalid or unsupported search: {what}{place(node)}")


def place(node: exp.Expr | None) -> str:
    """` (line 1, column 8)` of what was written, nothing where the text does not show it."""
    if node is None:
        return ""
    for part in node.walk():
        line, end = part.meta.get("line"), part.meta.get("col")
        if line is not None and end is not None:
            length = part.meta["end"] - part.meta["start"]
            return f" (line {line}, column {max(end - length, 1)})"
    return ""


def near(name: str, known: Iterable[str]) -> str:
    """` Near names: entity, entityid.` for a name that is not known."""
    found = get_close_matches(name, list(known), n=3, cutoff=0.7)
    return f" Near names: {', '.join(found)}." if found else ""
