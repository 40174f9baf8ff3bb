"""SuiteQL's functions where SQLite has none of its own, as functions of the connection."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from emulator.errors import EmulatorError
from emulator.ports import Account, Session
from emulator.suiteql import aggregates, dates, lines, lookups, masks, oracle, patterns, ranges
from emulator.suiteql.columns import ID_FIELD
from emulator.suiteql.faults import search_error
from emulator.suiteql.oracle import numeric, shortest

# SuiteQL's name to ours. Anything else that is not plain SQL is refused by name.
NAMES = {
    name: f"sl_{name.lower()}"
    for name in [
        "ACOS",
        "ADD_MONTHS",
        "ASCII",
        "ASCIISTR",
        "ASIN",
        "ATAN",
        "ATAN2",
        "BITAND",
        "CHR",
        "COMPOSE",
        "CONCAT",
        "COS",
        "COSH",
        "DECOMPOSE",
        "EXP",
        "GREATEST",
        "INITCAP",
        "INSTR",
        "LAST_DAY",
        "LEAST",
        "LENGTHB",
        "LN",
        "LOG",
        "LOWER",
        "LPAD",
        "LTRIM",
        "MEDIAN",
        "MOD",
        "MONTHS_BETWEEN",
        "NEXT_DAY",
        "REGEXP_COUNT",
        "REGEXP_INSTR",
        "REGEXP_LIKE",
        "REGEXP_REPLACE",
        "REGEXP_SUBSTR",
        "REMAINDER",
        "REPLACE",
        "ROUND",
        "RPAD",
        "RTRIM",
        "SIN",
        "SINH",
        "SOUNDEX",
        "SQRT",
        "SUBSTR",
        "TAN",
        "TANH",
        "TO_CHAR",
        "TO_DATE",
        "TO_NUMBER",
        "TRANSLATE",
        "TRIM",
        "TRUNC",
        "UPPER",
        "WIDTH_BUCKET",
    ]
} | {
    "CURRENT_DATE": "sl_now",
    "CURRENT_TIMESTAMP": "sl_now",
    "LENGTH2": "sl_length",
    "LENGTH4": "sl_length",
    "LENGTHC": "sl_length",
    "LOCALTIMESTAMP": "sl_now",
    "NLS_INITCAP": "sl_initcap",
    "NLS_LOWER": "sl_lower",
    "NLS_UPPER": "sl_upper",
    "POWER": "pow",
    "SIGN": "sign",
    "SYSDATE": "sl_now",
    "SYSTIMESTAMP": "sl_now",
    "TO_BINARY_DOUBLE": "sl_to_number",
    "TO_BINARY_FLOAT": "sl_to_number",
    "TO_CLOB": "sl_to_char",
    "TO_NCHAR": "sl_to_char",
    "TO_NCLOB": "sl_to_char",
    "TO_TIMESTAMP": "sl_to_date",
}
# Aggregates among them.
AGGREGATES = frozenset({"sl_median", "sl_listagg"})
# Those that give a date, and those that give what they take.
DATES = frozenset(
    {
        "sl_now",
        "sl_to_date",
        "sl_add_months",
        "sl_last_day",
        "sl_date_add",
        "sl_date",
        "sl_next_day",
    }
    | {"sl_relative", "sl_local"}
)
NUMBERS = frozenset(
    f"sl_{name}"
    for name in (
        *(
            "acos",
            "ascii",
            "asin",
            "atan",
            "atan2",
            "bitand",
            "cos",
            "cosh",
            "date_diff",
            "div",
            "exp",
        ),
        *("instr", "length", "lengthb", "ln", "log", "median", "mod", "months_between"),
        *("regexp_count", "regexp_instr", "remainder", "sin", "sinh", "sqrt", "tan", "tanh"),
        *("to_number", "width_bucket"),
    )
) | {"pow", "sign"}
CARRIERS = frozenset({"sl_trunc", "sl_greatest", "sl_least", "sl_same", "sl_round"})
_PURE = (*oracle.FUNCTIONS, *patterns.FUNCTIONS, *dates.FUNCTIONS)


class Functions:
    """
    The functions of one account's connection.

    SQLite keeps an error's text but not the error, so the first one is kept in `failure` and raised
    by whoever ran the query. `session` is who runs the present query; the account's lock is held.
    `labels` are the record types' names for people.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self.session: Session | None = None
        self.labels: Mapping[str, str] = {}
        self._places: dict[tuple[str, str], str | None] = {}
        self.failure: BaseException | None = None
        self._connection: sqlite3.Connection | None = None

    def install(self, connection: sqlite3.Connection) -> None:
        """Make the functions known to a connection."""
        self._connection = connection
        aggregates.install(connection)
        for name, arguments, function in _PURE:
            connection.create_function(name, arguments, self._kept(function), deterministic=True)
        for name, arguments, function, pure in (
            ("sl_lines", 3, lines.rows, True),
            ("sl_id", 1, _id, True),
            ("sl_multi", 1, _multi, True),
            ("sl_concat", 2, _concat, True),
            ("sl_greatest", -1, _greatest, True),
            ("sl_least", -1, _least, True),
            ("sl_like", 3, _like, True),
            ("sl_initcap", 1, _initcap, True),
            ("sl_lpad", -1, _lpad, True),
            ("sl_rpad", -1, _rpad, True),
            ("sl_replace", -1, _replace, True),
            ("sl_substr", -1, _substr, True),
            ("sl_to_number", -1, _to_number, True),
            ("sl_to_date", -1, self._to_date, False),
            ("sl_to_char", -1, self._to_char, False),
            ("sl_date", 1, self._date, False),
            ("sl_local", 1, self._local, False),
            ("sl_now", 0, self._now, False),
            ("sl_df", 4, self._display, False),
            ("sl_scripts", 0, self._scripts, False),
            ("sl_relative", 2, self._relative, False),
            ("sl_currency", 1, self._currency, False),
            ("sl_named_group", 2, self._named_group, False),
            ("sl_periods", 4, self._periods, False),
            ("sl_hierarchy", 3, self._hierarchy, False),
            ("sl_mnfilter", -1, _mnfilter, True),
        ):
            connection.create_function(name, arguments, self._kept(function), deterministic=pure)

    def _kept(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except EmulatorError as error:
                self.failure = self.failure or error
                raise

        return call

    def _running(self) -> Session:
        assert self.session is not None, "a query runs for a session"
        return self.session

    def _local(self, moment_ms: float | None) -> str | None:
        if moment_ms is None:
            return None
        zone = ZoneInfo(self._running().time_zone)
        return masks.mark(datetime.fromtimestamp(moment_ms // 1000, UTC).astimezone(zone))

    def _now(self) -> str | None:
        return self._local(self._account.now_ms())

    def _relative(self, code: str, side: str) -> str:
        """A relative date range's first or last moment (BUILTIN.RELATIVE_RANGES)."""
        now = self._now()
        assert now is not None
        return masks.mark(ranges.moment(code, side, masks.unmark(now)))

    def _currency(self, number: int | str | None) -> str | None:
        assert self._connection is not None
        return lookups.currency(self._connection, None if number is None else int(number))

    def _named_group(self, record: str, group: str) -> str:
        assert self._connection is not None
        return lookups.named_group(self._connection, self._running().user, record, group)

    def _periods(self, code: str, side: str, adjustment: str, operator: str) -> str:
        now = self._now()
        assert self._connection is not None and now is not None
        moment = masks.unmark(now)
        return lookups.periods(self._connection, moment, code, side, adjustment, operator)

    def _hierarchy(self, space: str, value: Any, mode: str) -> str | None:
        """A record with those above it: their names, or with IDENTIFIER their ids (BUILTIN.HIERARCHY)."""
        assert self._connection is not None
        names: list[str] = []
        while value is not None:
            row = self._connection.execute(
                "SELECT body ->> '$.parent', coalesce(body ->> '$.name', body ->> '$.acctname',"
                " body ->> '$.itemid', body ->> '$.entityid') FROM record WHERE space = ? AND id = ?",
                (space, int(value)),
            ).fetchone()
            if row is None:
                break
            names.insert(0, str(value) if mode.upper().startswith("IDENTIFIER") else str(row[1]))
            value = row[0]
        return " : ".join(names) or None

    def _date(self, value: Any) -> Any:
        """What is compared with a date: a date, or text in the user's format (Oracle's implicit conversion)."""
        if value is None or masks.is_date(value):
            return value
        return self._to_date(value)

    def _to_date(self, value: Any, mask: str | None = None) -> str | None:
        if value in (None, ""):
            return None
        if masks.is_date(value):
            return str(value)
        mask = mask or masks.user_mask(self._running().date_format)
        return masks.mark(masks.parse_date(str(value), mask))

    def _to_char(self, value: Any, mask: str | None = None) -> str | None:
        if value is None:
            return None
        if masks.is_date(value):
            moment = masks.unmark(value)
            if mask is None:
                return masks.user_date(moment, self._running().date_format)
            return masks.format_date(moment, mask)
        if mask is None or isinstance(value, str):
            return shortest(value)
        return masks.format_number(value, mask)

    def _scripts(self) -> str:
        """Scripts and deployments; their internal ids are their places in the account's list."""
        return json.dumps(
            [
                {
                    "id": number,
                    "scriptid": script.scriptid,
                    "name": script.name or script.scriptid,
                    "type": script.type,
                    "code": _SCRIPT_CODES.get(script.type, script.type.upper()),
                    "deployments": [
                        {
                            "id": place,
                            "scriptid": deployment.scriptid,
                            "title": deployment.title or deployment.scriptid,
                            "status": deployment.status,
                            "isdeployed": "T" if deployment.deployed else "F",
                            "record": deployment.record,
                            "loglevel": deployment.log_level,
                        }
                        for place, deployment in enumerate(script.deployments, start=1)
                    ],
                }
                for number, script in enumerate(self._account.scripts(), start=1)
            ]
        )

    def _display(self, record: str, field: str, sublist: str | None, value: Any) -> str | None:
        if value is None:
            return None
        if field == ID_FIELD:
            return self._name(record, value)
        if field == "type":
            return self.labels.get(record, str(value))
        place = self._place(record, field) if sublist else None
        chosen = value.split(_BETWEEN) if isinstance(value, str) and _BETWEEN in value else None
        return self._account.text(record, field, chosen or shortest(value), place) or None

    def _name(self, record: str, value: Any) -> str | None:
        """What NetSuite shows for a record of a type or family."""
        return self._account.name(record, int(value)) or None

    def _place(self, record: str, field: str) -> str | None:
        """The sublist in which lines of this record type have the field; None for the body."""
        if (record, field) not in self._places:
            sublists: Mapping[str, Any] = self._account.meta(record)["sublists"]
            places = (name for name, sublist in sublists.items() if field in sublist["fields"])
            self._places[record, field] = next(places, None)
        return self._places[record, field]


def _id(value: Any) -> Any:
    """An internal id as a number, a code (an order status, a country) as it is."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    return value


def _mnfilter(*arguments: Any) -> str | None:
    """BUILTIN.MNFILTER: a multiselect's ids, the operator, then (after three settings) the wanted ids."""
    text, operator = arguments[:2]
    chosen = set() if text is None else {part.strip() for part in str(text).split(",")}
    wanted = {shortest(value) for value in arguments[5:] if value is not None}
    match str(operator).upper():
        case "MN_INCLUDE":
            found = bool(chosen & wanted)
        case "MN_INCLUDE_ALL":
            found = wanted <= chosen
        case "MN_INCLUDE_EXACTLY":
            found = wanted == chosen
        case "MN_EXCLUDE":
            found = not wanted <= chosen
        case "MN_EXCLUDE_ALL":
            found = not chosen & wanted
        case "MN_EXCLUDE_EXACTLY":
            found = wanted != chosen
        case _:
            raise search_error(f"Invalid operator '{operator}' of BUILTIN.MNFILTER")
    return "T" if found else "F"


# What searches and SuiteQL call a script type, where it is not its name.
_SCRIPT_CODES = {
    "ClientScript": "CLIENT",
    "MapReduceScript": "MAPREDUCE",
    "MassUpdateScript": "MASSUPDATE",
    "ScheduledScript": "SCHEDULED",
    "Suitelet": "SCRIPTLET",
    "UserEventScript": "USEREVENT",
    "WorkflowActionScript": "ACTION",
}
# Between the ids of a multiselect.
_BETWEEN = ", "


def _multi(value: str | None) -> str | None:
    return _BETWEEN.join(str(v) for v in json.loads(value)) if value else None


def _concat(left: Any, right: Any) -> str | None:
    """Text joined as Oracle does: nothing counts as '', and '' is nothing."""
    joined = ("" if left is None else shortest(left)) + ("" if right is None else shortest(right))
    return joined or None


def _greatest(*values: Any) -> Any:
    return None if None in values else max(values)


def _least(*values: Any) -> Any:
    return None if None in values else min(values)


def _like(value: Any, pattern: str | None, escape: str | None) -> bool | None:
    """LIKE, which in Oracle tells upper from lower case."""
    if value is None or pattern is None:
        return None
    return _like_pattern(pattern, escape).fullmatch(shortest(value)) is not None


@lru_cache(maxsize=256)
def _like_pattern(pattern: str, escape: str | None) -> re.Pattern[str]:
    out, literal = "", False
    for character in pattern:
        if character == escape and not literal:
            literal = True
            continue
        if literal or character not in "%_":
            out += re.escape(character)
        else:
            out += ".*" if character == "%" else "."
        literal = False
    return re.compile(out, re.DOTALL)


def _initcap(value: str | None) -> str | None:
    return None if value is None else value.title()


def _lpad(value: Any, length: int, fill: str = " ") -> str | None:
    if value is None:
        return None
    text = shortest(value)
    missing = max(0, int(length) - len(text))
    return ((fill * missing)[:missing] + text)[: int(length)]


def _rpad(value: Any, length: int, fill: str = " ") -> str | None:
    if value is None:
        return None
    text = shortest(value)
    missing = max(0, int(length) - len(text))
    return (text + (fill * missing)[:missing])[: int(length)]


def _replace(value: Any, find: str | None, by: str | None = None) -> str | None:
    if value is None or not find:
        return value if value is None else shortest(value)
    return shortest(value).replace(find, by or "") or None


def _substr(value: Any, start: int, length: int | None = None) -> str | None:
    if value is None:
        return None
    text = shortest(value)
    first = len(text) + start if start < 0 else max(start - 1, 0)
    if first < 0:
        return None
    return (text[first:] if length is None else text[first : first + max(int(length), 0)]) or None


def _to_number(value: Any, mask: str | None = None) -> int | float | None:
    if value is None or isinstance(value, int | float):
        return value
    text = str(value).strip()
    if mask and "," in mask:
        text = text.replace(",", "")
    return numeric(text)
