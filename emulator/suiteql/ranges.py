"""
Relative dates: from `TW`, `DAGO30`, `LFQ`, ... to their first and last moment.

The codes are those of help topic "query.RelativeDateRange" (section_1544111773). The fiscal year is
the calendar year and weeks begin on Sunday, as in an account that was not set up otherwise; an END
is the last second of its day.
"""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

from emulator.suiteql.faults import search_error, unsupported

_DAY = timedelta(days=1)
# Units by months.
_MONTHS = {"M": 1, "Q": 3, "H": 6, "Y": 12}
# Code to (unit, how many units from now): whole units.
_WHOLE = {
    "TODAY": ("D", 0),
    "YESTERDAY": ("D", -1),
    "TOMORROW": ("D", 1),
    "OD": ("D", -1),
    "TW": ("W", 0),
    "LW": ("W", -1),
    "WBL": ("W", -2),
    "NW": ("W", 1),
    "WAN": ("W", 2),
    "TBW": ("B", 0),
    "LBW": ("B", -1),
    "NBW": ("B", 1),
    "TM": ("M", 0),
    "LM": ("M", -1),
    "MBL": ("M", -2),
    "MB": ("M", -3),
    "NM": ("M", 1),
    "MAN": ("M", 2),
    "SMLFQ": ("M", -3),
    "SMFQBL": ("M", -6),
    "SMLFY": ("M", -12),
    "SMFYBL": ("M", -24),
    "LMLFQ": ("M", -4),
    "LMFQBL": ("M", -7),
    "LMLFY": ("M", -13),
    "LMFYBL": ("M", -25),
    "TFQ": ("Q", 0),
    "LFQ": ("Q", -1),
    "FQBL": ("Q", -2),
    "FQB": ("Q", -3),
    "NFQ": ("Q", 1),
    "SFQLFY": ("Q", -4),
    "SFQFYBL": ("Q", -8),
    "LFQLFY": ("Q", -5),
    "LFQFYBL": ("Q", -9),
    "TFH": ("H", 0),
    "LFH": ("H", -1),
    "FHBL": ("H", -2),
    "NFH": ("H", 1),
    "SFHLFY": ("H", -2),
    "LFHLFY": ("H", -3),
    "TFY": ("Y", 0),
    "TY": ("Y", 0),
    "LFY": ("Y", -1),
    "LY": ("Y", -1),
    "FYBL": ("Y", -2),
    "OYBL": ("Y", -2),
    "FYB": ("Y", -3),
    "NFY": ("Y", 1),
}
# Code to months (or days) back: one day.
_SAME_DAY = {
    "SDLM": 1,
    "SDMBL": 2,
    "SDLFQ": 3,
    "SDFQBL": 6,
    "SDLFY": 12,
    "SDFYBL": 24,
}
_SAME_WEEKDAY = {"SDLW": 7, "SDWBL": 14}
# Code to months: from so long ago until today, or from today on.
_ROLLING = {
    "OW": (-7, 0, "days"),
    "OM": (-1, 0, "months"),
    "OQ": (-3, 0, "months"),
    "OH": (-6, 0, "months"),
    "OY": (-12, 0, "months"),
    "LRQ": (-3, 0, "months"),
    "LRH": (-6, 0, "months"),
    "LRY": (-12, 0, "months"),
    "PRQ": (-6, -3, "months"),
    "PRH": (-12, -6, "months"),
    "PRY": (-24, -12, "months"),
    "NOW": (0, 7, "days"),
    "NOM": (0, 1, "months"),
    "NOQ": (0, 3, "months"),
    "NOH": (0, 6, "months"),
    "NOY": (0, 12, "months"),
    "N4W": (0, 28, "days"),
}
# Code to (unit, step, months back): a unit's steps before the one that lies as the present one
# does.
_PREVIOUS = {
    "PMTFQ": ("Q", "M", 0),
    "PMTFH": ("H", "M", 0),
    "PMTFY": ("Y", "M", 0),
    "PQTFY": ("Y", "Q", 0),
    "PMLFQ": ("Q", "M", 3),
    "PMLFH": ("H", "M", 6),
    "PMLFY": ("Y", "M", 12),
    "PQLFY": ("Y", "Q", 12),
    "PMSFQLFY": ("Q", "M", 12),
    "PMSFHLFY": ("H", "M", 12),
}
# Units of query.DateId: dago, wfn, ...
_STEPS = {
    "s": "seconds",
    "n": "minutes",
    "h": "hours",
    "d": "days",
    "w": "weeks",
    "m": "months",
    "q": "quarters",
    "y": "years",
}


def moment(code: str, side: str, now: datetime) -> datetime:
    """
    The START or END of a range.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED for a side that is neither.
        UnsupportedError: for a range that is not built.
    """
    if side.upper() not in ("START", "END"):
        raise search_error(f"Invalid range type '{side}' of BUILTIN.RELATIVE_RANGES: START or END")
    first, last = span(code.upper(), now)
    return first if side.upper() == "START" else last


def span(code: str, now: datetime) -> tuple[datetime, datetime]:
    """First and last moment of a range."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if code in _WHOLE:
        return unit(*_WHOLE[code], today)
    if code.endswith("TD") and code[:-2] in _WHOLE:
        first, _ = unit(*_WHOLE[code[:-2]], today)
        kind, count = _WHOLE[code[:-2]]
        reached = today + count * 7 * _DAY if kind in "WB" else months(today, count * _MONTHS[kind])
        return first, _end(reached)
    if code in _SAME_DAY:
        day = months(today, -_SAME_DAY[code])
        return day, _end(day)
    if code in _SAME_WEEKDAY:
        day = today - _SAME_WEEKDAY[code] * _DAY
        return day, _end(day)
    if code in ("SWLFY", "SWFYBL"):
        return unit("W", 0, months(today, -12 if code == "SWLFY" else -24))
    if code in _ROLLING:
        start, stop, step = _ROLLING[code]
        if step == "days":
            return today + start * _DAY, _end(today + stop * _DAY)
        return months(today, start), _end(months(today, stop))
    if code == "TWN3W":
        return unit("W", 0, today)[0], unit("W", 3, today)[1]
    if code == "TODAYTTM":
        return today, unit("M", 0, today)[1]
    if code in _PREVIOUS:
        whole, step, back = _PREVIOUS[code]
        day = months(today, -back)
        return unit(whole, 0, day)[0], unit(step, -1, day)[1]
    return _counted(code, today)


def _counted(code: str, today: datetime) -> tuple[datetime, datetime]:
    for prefix, sign in (("DAGO", -1), ("DFN", 1)):
        count = code.removeprefix(prefix)
        if count != code and count.isdecimal():
            day = today + sign * int(count) * _DAY
            return day, _end(day)
    raise unsupported(f"the relative date range {code}")


def unit(kind: str, count: int, today: datetime) -> tuple[datetime, datetime]:
    """The whole day, week, business week, month, quarter, half or year (D, W, B, M, Q, H, Y) so many from now."""
    match kind:
        case "D":
            day = today + count * _DAY
            return day, _end(day)
        case "W":
            first = today - (today.isoweekday() % 7) * _DAY + count * 7 * _DAY
            return first, _end(first + 6 * _DAY)
        case "B":
            first = today - (today.isoweekday() - 1) * _DAY + count * 7 * _DAY
            return first, _end(first + 4 * _DAY)
    length = _MONTHS[kind]
    begun = today.replace(day=1, month=(today.month - 1) // length * length + 1)
    first = months(begun, count * length)
    return first, _end(months(first, length) - _DAY)


def _end(day: datetime) -> datetime:
    return day + _DAY - timedelta(seconds=1)


def months(day: datetime, count: int) -> datetime:
    """The same day some months later, or the last of a shorter month."""
    number = day.year * 12 + day.month - 1 + count
    year, month = number // 12, number % 12 + 1
    return day.replace(
        year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])
    )


def shifted(date_id: str, value: int, now: datetime) -> datetime:
    """A moment by query.DateId: `dago` 3 is three days ago, `wfn` 2 two weeks from now."""
    step = _STEPS.get(date_id[:1])
    sign = {"ago": -1, "fn": 1}.get(date_id[1:])
    if step is None or sign is None:
        raise search_error(f"Invalid date id '{date_id}'")
    count = sign * int(value)
    if step in ("months", "quarters", "years"):
        return months(now, count * {"months": 1, "quarters": 3, "years": 12}[step])
    return now + timedelta(**{step: count})
