"""
Dates inside a query, and Oracle's format masks.

A date travels through SQLite as text `<mark>YYYY-MM-DD HH:MM:SS` in the session's zone. The mark
survives MIN, NVL, CASE and sub-queries, so that the door out of the query knows a date when it sees
one; the text sorts and compares as the date does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from emulator.ports import SERVER_ZONE
from emulator.suiteql.faults import search_error

MARK = "\x1d"
MARKED = re.compile(MARK + r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_ISO = "%Y-%m-%d %H:%M:%S"

_TOKEN = re.compile(
    r"YEAR|YYYY|RRRR|RR|RM|YY|MONTH|MON|MM|MI|DDD|DD|DAY|DY|DS|D|HH24|HH12|HH|SSSSS|SS|TS|AM|PM"
    r'|A\.M\.|P\.M\.|IYYY|IW|WW|W(?![A-Za-z])|Q|FM|FF\d?|"[^"]*"|[^A-Za-z"]+|[A-Za-z]+',
    re.IGNORECASE,
)
_STRPTIME = {
    "YYYY": "%Y",
    "YY": "%y",
    "RRRR": "%Y",
    "RR": "%y",
    "MM": "%m",
    "MON": "%b",
    "MONTH": "%B",
    "DD": "%d",
    "DDD": "%j",
    "DY": "%a",
    "DAY": "%A",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%I",
    "MI": "%M",
    "SS": "%S",
    "AM": "%p",
    "PM": "%p",
}


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ONES = [
    "ZERO",
    "ONE",
    "TWO",
    "THREE",
    "FOUR",
    "FIVE",
    "SIX",
    "SEVEN",
    "EIGHT",
    "NINE",
    "TEN",
    "ELEVEN",
    "TWELVE",
    "THIRTEEN",
    "FOURTEEN",
    "FIFTEEN",
    "SIXTEEN",
    "SEVENTEEN",
    "EIGHTEEN",
    "NINETEEN",
]
_TENS = "TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY".split()  # noqa: SIM905


def _spelled(number: int) -> str:
    """A number below one hundred in words."""
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_ONES[ones]}" if ones else "")


def _year(moment: datetime) -> str:
    century, rest = divmod(moment.year, 100)
    if rest == 0 and century % 10 == 0:
        return f"{_ONES[century // 10]} THOUSAND"
    return f"{_spelled(century)} {_spelled(rest) if rest else 'HUNDRED'}"


# Elements that are words or whole dates; DS and TS are those of a United States session.
_WHOLE: dict[str, Callable[[datetime], str]] = {
    "YEAR": _year,
    "RM": lambda d: _ROMAN[d.month - 1].ljust(4),
    "DS": lambda d: f"{d.month}/{d.day}/{d.year}",
    "TS": lambda d: f"{d.hour % 12 or 12}:{d:%M:%S %p}",
    "IYYY": lambda d: str(d.isocalendar().year),
}


def mark(moment: datetime) -> str:
    """A date as it travels through a query."""
    return MARK + moment.strftime(_ISO)


def unmark(text: str) -> datetime:
    """The date in a marked text."""
    return datetime.strptime(text[1:], _ISO)


def is_date(value: object) -> bool:
    """Whether a value is a date that travels through a query."""
    return isinstance(value, str) and value.startswith(MARK)


def format_date(moment: datetime, mask: str) -> str:
    """TO_CHAR of a date. Oracle's masks as far as scripts use them; an unknown element is an error."""
    fill = not mask.upper().startswith("FM")
    return "".join(_format_token(moment, token, fill) for token in _TOKEN.findall(mask))


def _format_token(moment: datetime, token: str, fill: bool) -> str:
    name = token.upper()
    if name == "FM":
        return ""
    if token.startswith('"'):
        return token[1:-1]
    if not token[0].isalpha():
        return token
    if name == "Q":
        return str((moment.month + 2) // 3)
    if name in _WHOLE:
        return _WHOLE[name](moment)
    if name == "D":
        return str(moment.isoweekday() % 7 + 1)
    if name == "IW":
        return f"{moment.isocalendar().week:02}"
    if name in ("WW", "W"):
        first = moment.timetuple().tm_yday if name == "WW" else moment.day
        return f"{(first + 6) // 7:02}" if name == "WW" else str((first + 6) // 7)
    if name.startswith("FF"):
        return "0" * int(name[2:] or 6)
    if name in ("A.M.", "P.M."):
        half = f"{moment.strftime('%p')[0]}.M."
        return half if token.isupper() else half.lower()
    if name == "SSSSS":
        return str(moment.hour * 3600 + moment.minute * 60 + moment.second)
    if name not in _STRPTIME:
        raise search_error(f"Date format not recognized: {token}")
    text = moment.strftime(_STRPTIME[name])
    if name in ("MON", "MONTH", "DY", "DAY", "AM", "PM"):
        # Oracle fills the names of months and days with blanks to the longest one.
        width = {"MONTH": 9, "DAY": 9}.get(name, 0) if fill else 0
        return _case_like(token, text).ljust(width)
    return text if fill else text.lstrip("0") or "0"


def _case_like(token: str, text: str) -> str:
    if token.isupper():
        return text.upper()
    return text.lower() if token.islower() else text.capitalize()


def parse_date(text: str, mask: str) -> datetime:
    """
    TO_DATE.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED where the text does not fit the mask.
    """
    pattern = ""
    for token in _TOKEN.findall(mask):
        name = token.upper()
        if name == "FM":
            continue
        if token.startswith('"'):
            pattern += token[1:-1]
        elif not token[0].isalpha():
            pattern += token
        elif name in _STRPTIME:
            pattern += _STRPTIME[name]
        else:
            raise search_error(f"Date format not recognized: {token}")
    for candidate in _shorter(pattern):
        try:
            return datetime.strptime(text.strip(), candidate)
        except ValueError:
            continue
    raise search_error(f"Invalid date value: '{text}' does not fit {mask}")


def _shorter(pattern: str) -> list[str]:
    """The pattern, and without its time: Oracle fills elements that the text leaves out."""
    day = re.split(r"[ T]*%[HI]", pattern, maxsplit=1)[0]
    return [pattern, day] if day and day != pattern else [pattern]


_USER_FORMATS: dict[str, Callable[[datetime], str]] = {
    "M/D/YYYY": lambda d: f"{d.month}/{d.day}/{d.year}",
    "D/M/YYYY": lambda d: f"{d.day}/{d.month}/{d.year}",
    "D.M.YYYY": lambda d: f"{d.day}.{d.month}.{d.year}",
    "D-Mon-YYYY": lambda d: f"{d.day}-{d:%b}-{d.year}",
}


def script_date(moment_ms: int, zone: tzinfo | None) -> datetime:
    """
    A script's Date at a user's place.

    Midnight in the server's zone is how scripts see a day without a time: that day, wherever the
    user is.
    """
    moment = datetime.fromtimestamp(moment_ms / 1000, UTC)
    there = moment.astimezone(ZoneInfo(SERVER_ZONE))
    if (there.hour, there.minute, there.second) == (0, 0, 0):
        return there.replace(tzinfo=zone)
    return moment.astimezone(zone)


def user_date(moment: datetime, preference: str) -> str:
    """A date as text in a user's date format preference (`M/D/YYYY`, `DD/MM/YYYY`, `YYYY-MM-DD`, ...)."""
    short = _USER_FORMATS.get(preference)
    return short(moment) if short else format_date(moment, preference)


def user_mask(preference: str) -> str:
    """The mask that reads a user's date format; one-digit days and months are read by the same mask."""
    return re.sub(r"(?<!D)D(?![Da-z])", "DD", re.sub(r"(?<!M)M(?![Mo])", "MM", preference))


def format_number(value: float, mask: str) -> str:
    """TO_CHAR of a number with 9, 0, `.`, `,`, a leading `$` and FM; what does not fit is all `#`."""
    bare = mask.upper().removeprefix("FM")
    sign = "$" if bare.startswith("$") else ""
    digits = bare.removeprefix("$").replace("G", ",").replace("D", ".")
    if not re.fullmatch(r"[90,]*(\.[90]*)?", digits):
        raise search_error(f"Number format not recognized: {mask}")
    whole, _, places = digits.partition(".")
    amount = Decimal(repr(value)).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    text = f"{abs(amount):,f}" if "," in whole else f"{abs(amount):f}"
    left, dot, right = text.partition(".")
    room = len(whole.replace(",", ""))
    if len(left.replace(",", "")) > room and left != "0":
        return "#" * (len(bare) + 1)
    zeros = room - whole.replace(",", "").find("0") if "0" in whole else 0
    left = left.zfill(zeros) if "," not in whole else left
    if not zeros and left == "0" and places:
        left = ""
    text = f"{'-' if amount < 0 else ''}{sign}{left}{dot}{right}"
    if mask.upper().startswith("FM"):
        kept = len(places.rstrip("9"))
        shown = right[:kept] + right[kept:].rstrip("0")
        return text[: len(text) - len(right)] + shown
    return text.rjust(len(bare) + 1)
