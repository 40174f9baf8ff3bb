"""
Dates in filters: text in the user's format, and the names of relative dates ('thismonth', 'daysago30').

A name means a span of days, first and last. Source of the names: help topic "Search Date Filters"
(the names that searches accept: today, thisweek, lastmonth, daysago7, startofthisquarter, ...).
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from emulator.errors import NetSuiteError
from emulator.ports import Session
from emulator.suiteql import masks

Span = tuple[date, date]
_COUNTED = re.compile(r"(days?|weeks?|months?|quarters?|years?)(ago|fromnow)(\d+)")
_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
} | {"thirty": 30, "sixty": 60, "ninety": 90, "onehundredeighty": 180}
_SPELLED = re.compile(rf"({'|'.join(_WORDS)})(days?|weeks?|months?|quarters?|years?)(ago|fromnow)")
_NAMED = re.compile(
    r"(this|last|next|sameday)?(day|week|businessweek|month|quarter|year|fiscalyear|fiscalquarter)(todate|beforelast|afternext)?"
)
_TIME = re.compile(r"\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(am|pm)?$", re.IGNORECASE)


def today(session: Session, now_ms: int) -> date:
    """The calendar day at the session's place."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(session.time_zone)).date()


def span(value: Any, session: Session, now_ms: int) -> Span:
    """The days that a filter value means. SSS_INVALID_SRCH_FILTER... where it is no date."""
    if isinstance(value, dict) and "date" in value:
        day = masks.script_date(value["date"], ZoneInfo(session.time_zone)).date()
        return day, day
    text = str(value).strip()
    named = _named(text.lower().replace(" ", ""), today(session, now_ms))
    if named is not None:
        return named
    day = _day(_TIME.sub("", text), session)
    return day, day


def has_time(value: Any) -> bool:
    """Whether a filter value says a time of day."""
    return isinstance(value, str) and _TIME.search(value) is not None


def moment_ms(value: str, session: Session) -> int:
    """A date and time in the user's format and zone as epoch milliseconds."""
    found = _TIME.search(value)
    assert found is not None
    day = _day(value[: found.start()], session)
    hour = int(found[1]) % (12 if found[4] else 24)
    hour += 12 if (found[4] or "").lower() == "pm" else 0
    local = datetime(
        day.year, day.month, day.day, hour, int(found[2]), int(found[3] or 0),
        tzinfo=ZoneInfo(session.time_zone),
    )  # fmt: skip
    return int(local.timestamp() * 1000)


def start_ms(day: date, session: Session) -> int:
    """The first moment of a day at the session's place, epoch milliseconds."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(session.time_zone))
    return int(local.timestamp() * 1000)


def _day(text: str, session: Session) -> date:
    try:
        return masks.parse_date(text, masks.user_mask(session.date_format)).date()
    except NetSuiteError:
        raise NetSuiteError(
            "UNEXPECTED_ERROR",
            f"Invalid date value (must be {session.date_format}): {text}",
        ) from None


def _named(name: str, day: date) -> Span | None:
    single = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(name)
    if single is not None:
        found = day + timedelta(days=single)
        return found, found
    spelled = _SPELLED.fullmatch(name)
    if spelled:
        name = f"{spelled[2]}{spelled[3]}{_WORDS[spelled[1]]}"
    counted = _COUNTED.fullmatch(name)
    if counted:
        number = int(counted[3]) * (-1 if counted[2] == "ago" else 1)
        found = _moved(day, counted[1].rstrip("s"), number)
        return found, found
    bare = re.sub(r"^(startof|endof)", "", name)
    found_span = _period(bare, day)
    if found_span is None:
        return None
    if name.startswith("startof"):
        return found_span[0], found_span[0]
    if name.startswith("endof"):
        return found_span[1], found_span[1]
    return found_span


def _period(name: str, day: date) -> Span | None:
    found = _NAMED.fullmatch(name)
    if not found or not found[1] or found[1] == "sameday":
        return None
    unit = found[2].removeprefix("fiscal").removeprefix("business")
    number = {"this": 0, "last": -1, "next": 1}[found[1]]
    if found[3] in ("beforelast", "afternext"):
        number *= 2
    start = _start(_moved(_start(day, unit), unit, number), unit)
    end = _moved(start, unit, 1) - timedelta(days=1)
    if found[2] == "businessweek":
        start, end = start + timedelta(days=1), end - timedelta(days=1)
    if found[3] == "todate":
        end = _moved(day, unit, number)
    return start, end


def _start(day: date, unit: str) -> date:
    match unit:
        case "week":
            return day - timedelta(days=day.isoweekday() % 7)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _moved(day: date, unit: str, number: int) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=number * (7 if unit == "week" else 1))
    months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
