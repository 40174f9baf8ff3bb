"""Watermarks as sources give them: which of two is newer, and what lies some seconds before one."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any

OVERLAP_SECONDS = 300
# Clocks and zones of sources may be so far ahead of ours.
AHEAD_SECONDS = 86_400
# Epoch values from here on are milliseconds (10^11 s is the year 5138).
MILLISECONDS_FROM = 10**11

_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?P<mark>[T ])(?P<clock>\d\d:\d\d(:\d\d)?)"
    r"(?P<fraction>[.,]\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)


def newer(one: Any, other: Any) -> Any:
    """The newer of two watermarks: as times, as numbers, else as text. None is older than any."""
    if one is None or other is None:
        return other if one is None else one
    for kind in (_moment, _number):
        left, right = kind(one), kind(other)
        if left is not None and right is not None:
            return one if left > right else other
    return one if str(one) > str(other) else other


def is_to_come(watermark: Any) -> bool:
    """
    Whether a time lies in the future, as that of a wrong row does (9999-12-31).

    A round that began there would see nothing any more. Of a number it is not known whether it is a
    time.
    """
    moment = _moment(watermark if not _is_day(watermark) else f"{watermark}T00:00:00")
    return moment is not None and moment > time.time() + AHEAD_SECONDS


def before(watermark: Any, seconds: int | None) -> Any:
    """
    The watermark some seconds earlier, in the same form.

    Of a number that is only done where seconds are given: it may be no time at all.
    """
    if isinstance(watermark, bool) or watermark is None:
        return watermark
    if isinstance(watermark, int | float):
        if not seconds:
            return watermark
        return watermark - seconds * (1000 if watermark >= MILLISECONDS_FROM else 1)
    match = _TIME.fullmatch(str(watermark))
    back = OVERLAP_SECONDS if seconds is None else seconds
    if match is None or not back:
        return watermark
    clock = match["clock"] if match[4] else match["clock"] + ":00"
    then = datetime.fromisoformat(f"{match['day']}T{clock}") - timedelta(seconds=back)
    mark = match["mark"]
    written = then.strftime(f"%Y-%m-%d{mark}%H:%M:%S")
    return written + (match["fraction"] or "") + (match["zone"] or "")


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def _moment(value: Any) -> float | None:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value.replace(",", "."))
    except ValueError:
        return None
    # Times without a zone are compared with each other alone; any zone will do for that.
    return (found - _EPOCH).total_seconds() if found.tzinfo is None else found.timestamp()


_EPOCH = datetime(1970, 1, 1)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
