"""
Search operators: which field types have them, and what they mean in SQL.

Which operator goes with which type: help topic "SuiteScript 2.x Search Operators"
(article_4094344956). Text is compared without regard to case, and the negative operators also find
empty fields: seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import Session
from emulator.search import dates
from emulator.search.model import NUMBERS, SearchField, invalid_operator
from emulator.tracing import filtered

Bind = Callable[[Any], str]
Read = Callable[[str], str]  # 'raw' or 'lower'

OPERATORS = frozenset(
    """
    abs after allof any anyof before between contains doesnotcontain doesnotstartwith equalto greaterthan
    greaterthanorequalto haskeywords is isempty isnot isnotempty lessthan lessthanorequalto noneof
    notafter notallof notbefore notbetween notequalto notgreaterthan notgreaterthanorequalto
    notlessthan notlessthanorequalto noton notonorafter notonorbefore notwithin on onorafter
    onorbefore rel startswith within
    """.split()  # noqa: SIM905 - a list of forty words says no more
)
_COMPARED = {
    "equalto": "=",
    "greaterthan": ">",
    "greaterthanorequalto": ">=",
    "lessthan": "<",
    "lessthanorequalto": "<=",
}
NONE, ALL = "@NONE@", "@ALL@"


class Operators:
    """Conditions for one run of a search: the session's date format, zone and day."""

    def __init__(
        self, session: Session, now_ms: int, bind: Bind,
        *, select_is: bool, text_number_is: bool, all_finds_empty: bool,
    ) -> None:  # fmt: skip
        self._session = session
        self._now_ms = now_ms
        self._bind = bind
        self._select_is = select_is
        self._text_number_is = text_number_is
        self._all_finds_empty = all_finds_empty

    def condition(
        self, field: SearchField, reading: Read, operator: str, values: Sequence[Any]
    ) -> str:
        """
        SQL for one filter. `reading` gives the field's stored value, and its text in lower case.

        Raises:
            NetSuiteError: SSS_INVALID_SRCH_OPERATOR where the field's type does not have the
                operator.
        """
        read = reading("raw")
        if field.type in NUMBERS:
            found = self._number(read, operator, values)
        elif field.type == "textnumber":
            found = self._text_number(read, reading("lower"), operator, values)
        elif field.type in ("date", "datetime"):
            found = self._date(field, read, operator, values)
        elif field.type == "boolean":
            found = self._boolean(read, operator, values)
        elif field.type == "select":
            found = self._select(field, read, operator, values)
        elif field.type == "multiselect":
            found = self._multiselect(read, operator, values)
        else:
            found = self._text(read, reading("lower"), operator, values)
        if found is None:
            raise invalid_operator(operator, field.id)
        filtered(field.type, operator)
        return found

    # --- text ----------------------------------------------------------------------------------

    def _text(self, read: str, lower: str, operator: str, values: Sequence[Any]) -> str | None:
        if operator in ("isempty", "isnotempty"):
            return _empty(read, operator)
        if operator == "any":
            return "1 = 1"
        word = _text_of(_first(values))
        if word == "":
            empty = {"is": "isempty", "isnot": "isnotempty"}.get(operator)
            if empty:
                return _empty(read, empty)
        match operator:
            case "is":
                return f"{lower} = LOWER({self._bind(word)})"
            case "isnot":
                return f"({read} IS NULL OR {lower} <> LOWER({self._bind(word)}))"
            case "contains":
                return f"SL_SEARCH_INSTR({lower}, LOWER({self._bind(word)})) > 0"
            case "doesnotcontain":
                return (
                    f"({read} IS NULL OR SL_SEARCH_INSTR({lower}, LOWER({self._bind(word)})) = 0)"
                )
            case "startswith":
                return f"SL_SEARCH_INSTR({lower}, LOWER({self._bind(word)})) = 1"
            case "doesnotstartwith":
                return (
                    f"({read} IS NULL OR SL_SEARCH_INSTR({lower}, LOWER({self._bind(word)})) <> 1)"
                )
            case "haskeywords":
                parts = [
                    f"SL_SEARCH_INSTR({lower}, LOWER({self._bind(part)})) > 0"
                    for part in word.split()
                ]
                return f"({' AND '.join(parts)})" if parts else "1 = 1"
        return None

    # --- numbers -------------------------------------------------------------------------------

    def _number(self, read: str, operator: str, values: Sequence[Any]) -> str | None:
        if operator in ("isempty", "isnotempty"):
            return _empty(read, operator)
        if operator == "any":
            return "1 = 1"
        negative = operator.startswith("not")
        plain = operator.removeprefix("not") if negative else operator
        if plain == "between":
            low, high = (self._bind(_number(value)) for value in _pair(values))
            found = f"({read} >= {low} AND {read} <= {high})"
        elif plain in _COMPARED:
            found = f"{read} {_COMPARED[plain]} {self._bind(_number(_first(values)))}"
        else:
            return None
        return f"({read} IS NULL OR NOT ({found}))" if negative else found

    def _text_number(
        self, read: str, lower: str, operator: str, values: Sequence[Any]
    ) -> str | None:
        """Numbers' operators on text that may be a number: equal by text, in order by number."""
        if operator in ("equalto", "notequalto"):
            return self._text(
                read, lower, {"equalto": "is", "notequalto": "isnot"}[operator], values
            )
        if operator in ("is", "isnot") and self._text_number_is:
            return self._text(read, lower, operator, values)
        if operator in ("isempty", "isnotempty"):
            return _empty(read, operator)
        return self._number(f"SL_SEARCH_NUMBER_OF({read})", operator, values)

    # --- dates ---------------------------------------------------------------------------------

    def _date(
        self, field: SearchField, read: str, operator: str, values: Sequence[Any]
    ) -> str | None:
        if operator in ("isempty", "isnotempty"):
            return _empty(read, operator)
        negative = operator.startswith("not")
        plain = operator.removeprefix("not") if negative else operator
        if plain not in ("on", "after", "before", "onorafter", "onorbefore", "within"):
            return None
        if plain == "within":
            start, end = self._within(field, values)
        else:
            start, end = self._bounds(field, _first(values))
        # `start` is the first moment of the value, `end` the first one after it.
        found = {
            "on": f"({read} >= {{s}} AND {read} < {{e}})",
            "within": f"({read} >= {{s}} AND {read} < {{e}})",
            "after": f"{read} >= {{e}}",
            "onorafter": f"{read} >= {{s}}",
            "before": f"{read} < {{s}}",
            "onorbefore": f"{read} < {{e}}",
        }[plain]
        for mark, value in (("{s}", start), ("{e}", end)):
            if mark in found:
                found = found.replace(mark, self._bind(value))
        return f"({read} IS NULL OR NOT ({found}))" if negative else found

    def _bounds(self, field: SearchField, value: Any) -> tuple[Any, Any]:
        if field.type == "datetime" and dates.has_time(value):
            moment = dates.moment_ms(value, self._session)
            return moment, moment + 60_000
        return self._edges(field, *dates.span(value, self._session, self._now_ms))

    def _within(self, field: SearchField, values: Sequence[Any]) -> tuple[Any, Any]:
        given = [value for value in values if value not in (None, "")]
        if len(given) == 1:
            return self._bounds(field, given[0])
        first, last = _pair(given)
        return self._bounds(field, first)[0], self._bounds(field, last)[1]

    def _edges(self, field: SearchField, first: Any, last: Any) -> tuple[Any, Any]:
        after = last.fromordinal(last.toordinal() + 1)
        if field.type == "date":
            return first.isoformat(), after.isoformat()
        return dates.start_ms(first, self._session), dates.start_ms(after, self._session)

    # --- selects and check boxes ---------------------------------------------------------------

    def _boolean(self, read: str, operator: str, values: Sequence[Any]) -> str | None:
        if operator == "any":
            return "1 = 1"
        if operator not in ("is", "isnot", "equalto"):
            return None
        value = _first(values)
        checked = value is True or str(value).upper() in ("T", "TRUE", "YES", "1")
        if operator == "isnot":
            checked = not checked
        return f"{read} = '{'T' if checked else 'F'}'"

    def _select(
        self, field: SearchField, read: str, operator: str, values: Sequence[Any]
    ) -> str | None:
        if operator in ("is", "isnot", "equalto") and self._select_is:
            operator = "noneof" if operator == "isnot" else "anyof"
        if field.refers == "accountingperiod" and operator in ("abs", "rel"):
            if operator == "rel":
                raise UnsupportedError("The emulator does not have relative accounting periods.")
            operator = "anyof"
        if operator not in ("anyof", "noneof"):
            return None
        if ALL in values:
            return self._all(read, operator)
        wanted, empty = self._ids(field, values)
        if operator == "anyof":
            parts = [f"{read} IS NULL"] if empty else []
            if wanted:
                parts.append(f"{read} IN ({self._bind(wanted)})")
            return f"({' OR '.join(parts)})" if parts else "1 = 0"
        found = f"{read} NOT IN ({self._bind(wanted)})" if wanted else "1 = 1"
        return f"({read} IS NOT NULL AND {found})" if empty else f"({read} IS NULL OR {found})"

    def _all(self, read: str, operator: str) -> str:
        """`@ALL@`, the filter's - All -: no condition, or any value at all."""
        positive = operator in ("anyof", "allof", "is")
        if self._all_finds_empty:
            return "1 = 1" if positive else "1 = 0"
        return f"{read} IS NOT NULL" if positive else f"{read} IS NULL"

    def _ids(self, field: SearchField, values: Sequence[Any]) -> tuple[list[Any], bool]:
        wanted: list[Any] = []
        empty = False
        for value in values:
            if value in (NONE, None, ""):
                empty = empty or value == NONE
            elif value == "@CURRENT@":
                wanted.append(self._session.user)
            elif field.coded:
                wanted.append(_text_of(value))
            else:
                text = _text_of(value)
                wanted.append(int(text) if text.lstrip("-").isdigit() else -(2**62))
        return wanted, empty

    def _multiselect(self, read: str, operator: str, values: Sequence[Any]) -> str | None:
        if operator not in ("anyof", "noneof", "allof", "notallof", "is"):
            return None
        if ALL in values:
            return self._all(read, operator)
        given = [_text_of(value) for value in values if value not in (None, "")]
        wanted = [value for value in given if value != NONE]
        parts = [f"SL_SEARCH_INSTR({read}, {self._bind(_quoted(value))}) > 0" for value in wanted]
        joined = " AND " if operator in ("allof", "notallof") else " OR "
        if NONE in given:
            parts.append(f"{read} IS NULL")
        found = f"({joined.join(parts)})" if parts else "1 = 0"
        if operator in ("noneof", "notallof"):
            blank = "" if NONE in given else f"{read} IS NULL OR "
            return f"({blank}NOT {found})"
        return found


def _quoted(value: str) -> str:
    return f'"{value}"'


def _empty(read: str, operator: str) -> str:
    return f"{read} IS NULL" if operator == "isempty" else f"{read} IS NOT NULL"


def _first(values: Sequence[Any]) -> Any:
    return values[0] if values else ""


def _pair(values: Sequence[Any]) -> tuple[Any, Any]:
    if len(values) < 2:
        raise NetSuiteError("SSS_INVALID_SRCH_FILTER_EXPR", "This operator needs two values.")
    return values[0], values[1]


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _number(value: Any) -> float:
    try:
        return float(str(value).rstrip("%").replace(",", ""))
    except ValueError:
        raise NetSuiteError(
            "SSS_INVALID_SRCH_FILTER_EXPR", f"A number is expected, not {value!r}."
        ) from None
