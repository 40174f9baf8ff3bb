"""SuiteQL's functions where SQLite has none of its own, as functions of the connection."""

from __future__ import annotations

import calendar
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from emulator.errors import EmulatorError
from emulator.ports import Account, Session
from emulator.suiteql import lines, masks
from emulator.suiteql.dialect import search_error

# SuiteQL's name to ours. Anything else that is not plain SQL is refused by name.
NAMES = {
    "ADD_MONTHS": "sl_add_months",
    "CONCAT": "sl_concat",
    "CURRENT_DATE": "sl_now",
    "GREATEST": "sl_greatest",
    "INITCAP": "sl_initcap",
    "INSTR": "instr",
    "LAST_DAY": "sl_last_day",
    "LEAST": "sl_least",
    "LPAD": "sl_lpad",
    "LTRIM": "ltrim",
    "POWER": "pow",
    "REPLACE": "sl_replace",
    "RPAD": "sl_rpad",
    "RTRIM": "rtrim",
    "SIGN": "sign",
    "SUBSTR": "sl_substr",
    "SYSDATE": "sl_now",
    "TO_CHAR": "sl_to_char",
    "TO_DATE": "sl_to_date",
    "TO_NUMBER": "sl_to_number",
    "TO_TIMESTAMP": "sl_to_date",
    "TRUNC": "sl_trunc",
}
# Those that give a date.
DATES = frozenset(
    {"sl_now", "sl_to_date", "sl_add_months", "sl_last_day", "sl_date_add", "sl_date", "sl_trunc"}
)


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

    def install(self, connection: sqlite3.Connection) -> None:
        """Make the functions known to a connection."""
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
            ("sl_add_months", 2, _add_months, True),
            ("sl_last_day", 1, _last_day, True),
            ("sl_date_add", 2, _date_add, True),
            ("sl_date_diff", 2, _date_diff, True),
            ("sl_trunc", -1, _trunc, True),
            ("sl_to_number", -1, _to_number, True),
            ("sl_to_date", -1, self._to_date, False),
            ("sl_to_char", -1, self._to_char, False),
            ("sl_date", 1, self._date, False),
            ("sl_local", 1, self._local, False),
            ("sl_now", 0, self._now, False),
            ("sl_df", 4, self._display, False),
            ("sl_scripts", 0, self._scripts, False),
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
            return _shortest(value)
        return masks.format_number(value, mask)

    def _scripts(self) -> str:
        """Scripts and deployments; their internal ids are their places in the account's list."""
        return json.dumps(
            [
                {
                    "id": number,
                    "scriptid": script.scriptid,
                    "type": script.type,
                    "deployments": [
                        {
                            "id": place,
                            "scriptid": deployment.scriptid,
                            "status": deployment.status,
                            "isdeployed": "T" if deployment.deployed else "F",
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
        if field == "type":
            return self.labels.get(record, str(value))
        place = self._place(record, field) if sublist else None
        return self._account.text(record, field, _shortest(value), place) or None

    def _place(self, record: str, field: str) -> str | None:
        """The sublist in which lines of this record type have the field; None for the body."""
        if (record, field) not in self._places:
            sublists: Mapping[str, Any] = self._account.meta(record)["sublists"]
            places = (name for name, sublist in sublists.items() if field in sublist["fields"])
            self._places[record, field] = next(places, None)
        return self._places[record, field]


def _shortest(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _id(value: Any) -> Any:
    """An internal id as a number, a code (an order status, a country) as it is."""
    if isinstance(value, str) and value.removeprefix("-").isdecimal():
        return int(value)
    return value


def _multi(value: str | None) -> str | None:
    return ", ".join(str(v) for v in json.loads(value)) if value else None


def _concat(left: Any, right: Any) -> str | None:
    """Text joined as Oracle does: nothing counts as '', and '' is nothing."""
    joined = ("" if left is None else _shortest(left)) + ("" if right is None else _shortest(right))
    return joined or None


def _greatest(*values: Any) -> Any:
    return None if None in values else max(values)


def _least(*values: Any) -> Any:
    return None if None in values else min(values)


def _like(value: Any, pattern: str | None, escape: str | None) -> bool | None:
    """LIKE, which in Oracle tells upper from lower case."""
    if value is None or pattern is None:
        return None
    return _like_pattern(pattern, escape).fullmatch(_shortest(value)) is not None


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
    text = _shortest(value)
    missing = max(0, int(length) - len(text))
    return ((fill * missing)[:missing] + text)[: int(length)]


def _rpad(value: Any, length: int, fill: str = " ") -> str | None:
    if value is None:
        return None
    text = _shortest(value)
    missing = max(0, int(length) - len(text))
    return (text + (fill * missing)[:missing])[: int(length)]


def _replace(value: Any, find: str | None, by: str | None = None) -> str | None:
    if value is None or not find:
        return value if value is None else _shortest(value)
    return _shortest(value).replace(find, by or "") or None


def _substr(value: Any, start: int, length: int | None = None) -> str | None:
    if value is None:
        return None
    text = _shortest(value)
    first = len(text) + start if start < 0 else max(start - 1, 0)
    if first < 0:
        return None
    return (text[first:] if length is None else text[first : first + max(int(length), 0)]) or None


def _add_months(value: str | None, months: float | None) -> str | None:
    if value is None or months is None:
        return None
    moment = masks.unmark(value)
    number = moment.year * 12 + moment.month - 1 + int(months)
    year, month = number // 12, number % 12 + 1
    last = calendar.monthrange(year, month)[1]
    was_last = moment.day == calendar.monthrange(moment.year, moment.month)[1]
    day = last if was_last else min(moment.day, last)
    return masks.mark(moment.replace(year=year, month=month, day=day))


def _last_day(value: str | None) -> str | None:
    if value is None:
        return None
    moment = masks.unmark(value)
    return masks.mark(moment.replace(day=calendar.monthrange(moment.year, moment.month)[1]))


def _date_add(value: str | None, days: float | None) -> str | None:
    if value is None or days is None:
        return None
    return masks.mark(masks.unmark(value) + timedelta(seconds=round(days * 86400)))


def _date_diff(later: str | None, earlier: str | None) -> float | None:
    if later is None or earlier is None:
        return None
    return (masks.unmark(later) - masks.unmark(earlier)).total_seconds() / 86400


def _trunc(value: Any, unit: str | int | None = None) -> Any:
    if value is None:
        return None
    if not masks.is_date(value):
        scale = 10 ** int(unit or 0)
        return int(value * scale) / scale if scale != 1 else int(value)
    day = masks.unmark(value).replace(hour=0, minute=0, second=0)
    match str(unit or "DD").upper():
        case "DD" | "DDD" | "J":
            return masks.mark(day)
        case "MM" | "MON" | "MONTH":
            return masks.mark(day.replace(day=1))
        case "YYYY" | "YEAR" | "YY" | "Y":
            return masks.mark(day.replace(month=1, day=1))
        case "Q":
            return masks.mark(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))
        case "D" | "DAY" | "DY":
            return masks.mark(day - timedelta(days=day.isoweekday() % 7))
    raise search_error(f"TRUNC to '{unit}' is not supported")


def _to_number(value: Any, mask: str | None = None) -> int | float | None:
    if value is None or isinstance(value, int | float):
        return value
    text = str(value).strip()
    if mask and "," in mask:
        text = text.replace(",", "")
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        raise search_error(f"Invalid number: '{value}'") from None
