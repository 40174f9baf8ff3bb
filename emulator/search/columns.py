"""What summaries and special functions make of a column."""

from __future__ import annotations

from emulator.errors import NetSuiteError, UnsupportedError
from emulator.search.model import FieldType

# Special functions of columns (help topic "Search.createColumn", option `function`), in SuiteQL.
_FUNCTIONS = {
    "absolutevalue": "ABS({})",
    "negate": "-({})",
    "round": "ROUND({}, 0)",
    "roundtohundredths": "ROUND({}, 2)",
    "roundtotenths": "ROUND({}, 1)",
    "ageindays": "TRUNC(SYSDATE - {})",
    "ageinhours": "TRUNC((SYSDATE - {}) * 24)",
    "ageinweeks": "TRUNC((SYSDATE - {}) / 7)",
    "day": "TO_CHAR({}, 'YYYY-MM-DD')",
    "month": "TO_CHAR({}, 'YYYY-MM')",
    "quarter": "TO_CHAR({}, 'YYYY') || '-Q' || TO_CHAR({}, 'Q')",
    "year": "TO_CHAR({}, 'YYYY')",
}
_KNOWN = frozenset(
    {"percentoftotal", "ageinmonths", "ageinyears", "calendarweek", "numberastime", "rank"}
    | {"weekofyear", "todayasofdate", "dayofweek", "daysinmonth"}
)


def applied(function: str, sql: str) -> str:
    """The special function over an expression. INVALID_SRCH_FUNCTN."""
    found = _FUNCTIONS.get(function.lower())
    if found is not None:
        return found.replace("{}", sql)
    if function.lower() in _KNOWN:
        raise UnsupportedError(f"The emulator does not have the search function {function}.")
    raise NetSuiteError("INVALID_SRCH_FUNCTN", f"Invalid search function: {function}.")


def summary_type(summary: str, type_: FieldType) -> FieldType:
    """What a summary of a field holds."""
    if summary == "COUNT":
        return "number"
    if summary in ("SUM", "AVG") and type_ not in ("number", "currency", "percent"):
        return "number"
    return type_
