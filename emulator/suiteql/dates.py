"""Oracle's functions of dates. A date travels as emulator.suiteql.masks says."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from emulator.suiteql import masks
from emulator.suiteql.faults import search_error
from emulator.suiteql.oracle import Function, numeric, plain


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
        return _trunc_number(numeric(value), int(unit or 0))
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
        case "IW":
            return masks.mark(day - timedelta(days=day.isoweekday() - 1))
        case "HH" | "HH24" | "HH12":
            return masks.mark(masks.unmark(value).replace(minute=0, second=0))
        case "MI":
            return masks.mark(masks.unmark(value).replace(second=0))
    raise search_error(f"TRUNC to '{unit}' is not supported")


def _trunc_number(value: float, digits: int) -> float:
    step = Decimal(1).scaleb(-digits)
    return plain(float((Decimal(repr(value)) / step).quantize(Decimal(1), ROUND_DOWN) * step))


def _months_between(later: str | None, earlier: str | None) -> float | None:
    """Whole months where the days are equal or both the last of their month, else by 31sts of one."""
    if later is None or earlier is None:
        return None
    one, other = masks.unmark(later), masks.unmark(earlier)
    whole = (one.year - other.year) * 12 + one.month - other.month
    if one.day == other.day or (_is_last(one) and _is_last(other)):
        return whole
    seconds = (one - other.replace(year=one.year, month=one.month, day=1)).total_seconds()
    days = seconds / 86400 - (other.day - 1)
    return plain(round(whole + days / 31, 10))


def _is_last(day: datetime) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def _next_day(value: str | None, weekday: str | None) -> str | None:
    """The first such weekday after a date."""
    if value is None or weekday is None:
        return None
    name = weekday[:3].upper()
    if name not in _WEEKDAYS:
        raise search_error(f"'{weekday}' is not a day of the week")
    day = masks.unmark(value)
    ahead = (_WEEKDAYS.index(name) - day.weekday() - 1) % 7 + 1
    return masks.mark(day + timedelta(days=ahead))


FUNCTIONS: tuple[Function, ...] = (
    ("sl_add_months", 2, _add_months),
    ("sl_last_day", 1, _last_day),
    ("sl_date_add", 2, _date_add),
    ("sl_date_diff", 2, _date_diff),
    ("sl_trunc", -1, _trunc),
    ("sl_months_between", 2, _months_between),
    ("sl_next_day", 2, _next_day),
)
