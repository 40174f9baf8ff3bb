"""What dates and times mean, by zoneinfo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from meaning_values import SPACES, Wrong

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_EPOCH = re.compile(r"-?\d{9,13}", re.ASCII)
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_TOKENS = re.compile(r"\[([^\]]*)\]|YYYY|YY|MM|M|DD|D|HH|H|mm|ss|SSS|Z|.", re.DOTALL)
_DIGITS = {"YYYY": r"\d{4}", "YY": r"\d\d", "MM": r"\d\d", "M": r"\d\d?", "DD": r"\d\d", "D": r"\d\d?",
           "HH": r"\d\d", "H": r"\d\d?", "mm": r"\d\d", "ss": r"\d\d", "SSS": r"\d{3}", "Z": r"Z|[+-]\d\d:?\d\d"}  # fmt: skip


@cache
def zone_of(name: str) -> ZoneInfo:
    """A zone of the database that the generator takes: the machine's own may be older."""
    *region, city = name.split("/")
    with files(".".join(["tzdata", "zoneinfo", *region])).joinpath(city).open("rb") as data:
        return ZoneInfo.from_file(data, name)


@dataclass(frozen=True)
class Moment:
    """A day (no time), a local time (no offset) or an instant."""

    day: date
    clock: datetime | None = None  # naive wall clock
    offset: timedelta | None = None

    @property
    def instant(self) -> datetime:
        assert self.clock is not None
        assert self.offset is not None
        return shifted(self.clock, -self.offset).replace(tzinfo=UTC)


def shifted(clock: datetime, by: timedelta) -> datetime:
    """A clock moved; what leaves the years 1 to 9999 is no date."""
    try:
        return clock + by
    except OverflowError as fault:
        raise Wrong from fault


def shown(when: datetime, zone: str) -> datetime:
    """What the clock of a zone shows at an instant; before 1970 it went as on the first day of that year."""
    try:
        offset = max(when, FIRST).astimezone(zone_of(zone)).utcoffset()
    except OverflowError as fault:
        raise Wrong from fault
    assert offset is not None
    return shifted(when.replace(tzinfo=None), offset)


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text == "Z":
        return timedelta(0)
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return -size if text[0] == "-" else size


def _made(
    y: int, mo: int, d: int, clock: tuple[int, int, int, int] | None, offset: str | None
) -> Moment:
    try:
        day = date(y, mo, d)
        if clock is None:
            return Moment(day)
        h, mi, s, ms = clock
        return Moment(day, datetime(y, mo, d, h, mi, s, ms * 1000), _offset(offset))
    except ValueError as fault:
        raise Wrong from fault


def read(value: Any) -> Moment:
    """An ISO date, an ISO time, or an epoch in seconds, from 10^11 up in milliseconds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and _EPOCH.fullmatch(value)):
        n = float(value)
        try:
            clock = datetime(1970, 1, 1) + timedelta(
                milliseconds=int(n) if abs(n) >= 10**11 else round(n * 1000)
            )
        except OverflowError as fault:
            raise Wrong from fault
        return Moment(clock.date(), clock, timedelta(0))
    found = _ISO.fullmatch(value.strip(SPACES)) if isinstance(value, str) else None
    if not found:
        raise Wrong
    y, mo, d, h, mi, s, fraction, offset = found.groups()
    clock = None
    if h is not None:
        clock = (int(h), int(mi), int(s or 0), int(((fraction or "") + "000")[:3]))
    return _made(int(y), int(mo), int(d), clock, offset)


def read_by(text: str, form: str) -> Moment:
    """A text of a format."""
    names: list[str] = []
    pattern = ""
    for token in _TOKENS.finditer(form):
        word = token[0]
        if word in _DIGITS:
            names.append(word)
            pattern += f"({_DIGITS[word]})"
        else:
            pattern += re.escape(token[1] if token[1] is not None else word)
    found = re.fullmatch(pattern, text.strip(SPACES), re.ASCII)
    if not found:
        raise Wrong
    part = dict(zip(names, found.groups(), strict=True))
    year = int(part["YYYY"]) if "YYYY" in part else 2000 + int(part.get("YY", -30))
    hour = part.get("HH", part.get("H"))
    clock = None
    if hour is not None:
        clock = (int(hour), int(part.get("mm", 0)), int(part.get("ss", 0)), int(part.get("SSS", 0)))
    month, day = part.get("MM", part.get("M", 1)), part.get("DD", part.get("D", 1))
    return _made(year, int(month), int(day), clock, part.get("Z"))


def located(clock: datetime, zone: str) -> datetime:
    """The instant of a wall clock: a doubled time is the earlier one, a missing one moves forward."""
    if clock.year < 1970:
        offset = FIRST.astimezone(zone_of(zone)).utcoffset()
        assert offset is not None
        return shifted(clock, -offset).replace(tzinfo=UTC)
    # fold=0 is the first of two showings; in a gap it takes the offset before the change, which
    # moves the clock forward by the size of the gap.
    try:
        return clock.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)
    except OverflowError as fault:
        raise Wrong from fault


def instant_text(when: datetime) -> str:
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _found(value: Any, form: str | None) -> Moment:
    """A value by its format; a number is then the text of its digits, not an epoch."""
    written = isinstance(value, str | int | float) and not isinstance(value, bool)
    return read_by(str(value), form) if form and written else read(value)


def day(value: Any, form: str | None, zone: str | None) -> str:
    """A date field: the written day, or the day of an instant in the zone."""
    found = _found(value, form)
    if found.clock is None or found.offset is None or zone is None:
        return found.day.isoformat()
    return shown(found.instant, zone).date().isoformat()


def moment(value: Any, form: str | None, zone: str | None) -> str:
    """A datetime field, as ISO text in UTC; a day is its midnight."""
    found = _found(value, form)
    if found.offset is not None:
        return instant_text(found.instant)
    if zone is None:
        raise Wrong
    clock = found.clock or datetime.combine(found.day, datetime.min.time())
    return instant_text(located(clock, zone))


def parse_date(value: Any, form: str, zone: str | None) -> str:
    from meaning_values import as_text

    found = read_by(as_text(value), form)
    if found.clock is None:
        return found.day.isoformat()
    if found.offset is not None:
        return instant_text(found.instant)
    if zone is None:
        return instant_text(found.clock.replace(tzinfo=UTC)).removesuffix("Z")
    return instant_text(located(found.clock, zone))


def format_date(value: Any, form: str, zone: str | None) -> str:
    """A day or a local time as it is written, an instant in the zone (UTC)."""
    found = read(value)
    there = found.clock or datetime.combine(found.day, datetime.min.time())
    offset = timedelta(0)
    if found.clock is not None and found.offset is not None:
        there = shown(found.instant, zone or "UTC")
        offset = there - found.instant.replace(tzinfo=None)
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    parts = {
        "YYYY": f"{there.year:04}", "YY": f"{there.year % 100:02}", "MM": f"{there.month:02}", "M": str(there.month),
        "DD": f"{there.day:02}", "D": str(there.day), "HH": f"{there.hour:02}", "H": str(there.hour),
        "mm": f"{there.minute:02}", "ss": f"{there.second:02}", "SSS": f"{there.microsecond // 1000:03}",
        "Z": f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}",
    }  # fmt: skip
    return _TOKENS.sub(lambda m: m[1] if m[1] is not None else parts.get(m[0], m[0]), form)


def time_of_day(text: str) -> str:
    """`HH:mm`, with seconds or with am and pm."""
    found = re.fullmatch(
        r"(\d\d?):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:\s*([ap])\.?m\.?)?", text.strip(SPACES), re.ASCII | re.IGNORECASE
    )  # fmt: skip
    if not found or int(found[1]) > 23 or (found[3] and not 1 <= int(found[1]) <= 12):
        raise Wrong
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{hour:02}:{found[2]}"
