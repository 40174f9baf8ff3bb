"""
Formulas: Oracle SQL expressions with `{field}` and `{join.field}`.

The text is split at braces and quotes only; what it means is for SuiteQL's grammar to read. A
select stands for its display text, `{field.id}` for the internal id (help topic "SQL Expressions").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from emulator.errors import NetSuiteError
from emulator.suiteql.dialect import parse

_PIECE = re.compile(r"'(?:[^']|'')*'|\{([^{}]*)\}")
_TODAY = "TRUNC(SYSDATE)"
# Of a formula field: its type, what it gives.
TYPES = {
    "formulatext": "text",
    "formulanumeric": "number",
    "formulacurrency": "currency",
    "formulapercent": "percent",
    "formuladate": "date",
    "formuladatetime": "datetime",
}


def expression(formula: str, read: Callable[[str, str | None, bool], str]) -> str:
    """
    SuiteQL of a formula.

    Args:
        formula: as the script wrote it.
        read: gives SuiteQL for (field, join, whether its internal id is meant).

    Raises:
        NetSuiteError: SSS_INVALID_SRCH_FILTER_EXPR... ERROR: Invalid Expression for what is no
            expression.
    """

    def piece(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        name = found[1].strip().lower()
        if name == "today":
            return _TODAY
        if name == "now":
            return "SYSDATE"
        if name == "user.id":
            return read("@user", None, True)
        *path, last = name.split(".")
        if len(path) == 1 and last == "id":
            return read(path[0], None, True)
        if len(path) == 2 and last == "id":
            return read(path[1], path[0], True)
        return read(last, path[0] if path else None, False)

    text = _PIECE.sub(piece, formula)
    # A comment or a second statement would reach beyond the expression.
    if re.search(r"--|/\*|;", re.sub(r"'(?:[^']|'')*'", "", text)):
        raise invalid_formula(formula)
    try:
        parse(f"SELECT ({text}) FROM dual")  # noqa: S608 - only parsed
    except NetSuiteError:
        raise invalid_formula(formula) from None
    return f"({text})"


def invalid_formula(formula: str) -> NetSuiteError:
    """A formula that is no expression."""
    return NetSuiteError("UNEXPECTED_ERROR", f"ERROR: Invalid Expression: {formula}")
