"""
The time zone database's files, as RFC 8536 has them: changes of the offset, and the rule after them.

Of a file only what counts from 1970 on is taken. Changes that recur are not listed: the footer of
the file states the rule in the POSIX form, and generated scripts work it out (`lib/dates.js`).
"""

from __future__ import annotations

import re
import struct
from functools import cache
from pathlib import Path

import tzdata  # type: ignore[import-untyped]
from msgspec import Struct

_DATABASE = Path(tzdata.__file__).parent / "zoneinfo"
_HEADER = struct.Struct(">4s c 15x 6I")
_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)"
_TIME = r"[+-]?\d+(?::\d\d)?(?::\d\d)?"
_FOOTER = re.compile(
    rf"{_NAME}(?P<standard>{_TIME})(?:{_NAME}(?P<summer>{_TIME})?,(?P<start>[^,]+),(?P<end>[^,]+))?"
)
_DAY = re.compile(rf"M(\d+)\.(\d)\.(\d)(?:/({_TIME}))?")
_HOUR = 60
Minutes = float
"""Of offsets and instants; whole but for offsets of long ago, as Monrovia's of 44:30 until 1972."""


class Turn(Struct, frozen=True):
    """A day of the year on which clocks change: weekday (0 is Sunday) of a week (5 is the last), minutes after its midnight."""

    month: int
    week: int
    weekday: int
    minutes: Minutes


class Rule(Struct, frozen=True):
    """What holds after the last change: `summer` from one turn to the other, both on the clock before it."""

    standard: Minutes
    summer: Minutes
    start: Turn
    end: Turn


class Zone(Struct, frozen=True):
    """
    A zone: `first` offset, then from minute `at[i]` since 1970 on the offset `to[i]`.

    From the last change on the rule holds; None where the offset stays.
    """

    name: str
    first: Minutes
    at: tuple[Minutes, ...]
    to: tuple[Minutes, ...]
    rule: Rule | None


@cache
def zone(name: str) -> Zone:
    """A zone from the packaged database: the same on every machine."""
    data = _DATABASE.joinpath(name).read_bytes()
    changes, before, footer = _changes(data)
    first = next((offset for when, offset in reversed(changes) if when <= 0), before)
    at: list[Minutes] = []
    to: list[Minutes] = []
    known = first
    for when, offset in changes:
        # The last change is also where the rule begins, be it with the offset that was before.
        if when > 0 and (offset != known or when == changes[-1][0]):
            at.append(_number(when / 60))
            to.append(_number(offset / 60))
            known = offset
    return Zone(name, _number(first / 60), tuple(at), tuple(to), rule(footer))


def rule(footer: str) -> Rule | None:
    """The rule of a POSIX footer such as `CET-1CEST,M3.5.0,M10.5.0/3`; None without summer time."""
    found = _FOOTER.fullmatch(footer)
    if found is None:
        raise ValueError(f"the time zone rule {footer!r} is of a form that is not known here")
    if found["start"] is None:
        return None
    standard = -_minutes(found["standard"])
    summer = -_minutes(found["summer"]) if found["summer"] else standard + _HOUR
    return Rule(standard, summer, _turn(found["start"]), _turn(found["end"]))


def _changes(data: bytes) -> tuple[list[tuple[int, int]], int, str]:
    """Instant and offset of every change, in seconds; the offset before them; the footer."""
    first = _HEADER.unpack_from(data)
    isut, isstd, leap, times, types, characters = first[2:]
    skipped = times * 5 + types * 6 + characters + leap * 8 + isstd + isut
    start = _HEADER.size + skipped
    isut, isstd, leap, times, types, characters = _HEADER.unpack_from(data, start)[2:]
    start += _HEADER.size
    instants = struct.unpack_from(f">{times}q", data, start)
    kinds = struct.unpack_from(f">{times}B", data, start + times * 8)
    start += times * 9
    offsets = [struct.unpack_from(">i", data, start + 6 * i)[0] for i in range(types)]
    start += types * 6 + characters + leap * 12 + isstd + isut
    footer = data[start:].strip(b"\n").decode("ascii")
    changes = [(when, offsets[kind]) for when, kind in zip(instants, kinds, strict=True)]
    return changes, offsets[0], footer


def _turn(text: str) -> Turn:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(
            f"the day {text!r} of a time zone rule is of a form that is not known here"
        )
    month, week, weekday, time = found.groups()
    return Turn(int(month), int(week), int(weekday), _minutes(time or "2"))


def _minutes(text: str) -> Minutes:
    """`-3:30` in minutes."""
    hours, minutes, seconds = (*text.lstrip("+-").split(":"), "0", "0")[:3]
    size = int(hours) * _HOUR + int(minutes) + int(seconds) / 60
    return _number(-size if text.startswith("-") else size)


def _number(value: float) -> Minutes:
    return int(value) if value == int(value) else value
