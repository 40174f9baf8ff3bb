"""
Silence where traffic is usual: learnt from how many documents of a flow came in each hour.

The hours since the last document are held against the same hours of the weeks before, by the clock
on the wall of the project's time zone. Silence is unusual when in three weeks of four at least so
many documents came in them: one holiday or one outage in the past teaches nothing, and a flow that
has few documents is never silent.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

HOUR = 3_600
WEEKS = 8
LEAST_WEEKS = 3
# In what was silent, of earlier weeks. Were they spread by chance, none at all would be one in
# twenty thousand.
LEAST_EVENTS = 10
# Longer than this nothing is compared: a flow without so many documents in a day is rare.
LONGEST = 24
KEPT_SECONDS = (WEEKS + 1) * 7 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class Traffic:
    """
    What came in, by flow and hour (epoch seconds // 3600).

    `until` is the time up to which it is counted, epoch seconds; 0 for never.
    """

    until: float
    hours: Mapping[str, Mapping[int, int]]


def traffic_of(until: float, rows: Iterable[Sequence[Any]]) -> Traffic:
    """From a store's rows of flow, hour and number."""
    hours: dict[str, dict[int, int]] = defaultdict(dict)
    for flow, hour, events in rows:
        hours[flow][hour] = events
    return Traffic(until, hours)


@dataclass(frozen=True, slots=True)
class Silence:
    """So many hours without a document, in which so many are usual."""

    hours: int
    usual: int


def judged(
    hours: Mapping[int, int], *, since: float, until: float, zone: ZoneInfo
) -> Silence | None:
    """
    Whether a flow is silent when it usually is not.

    Args:
        hours: documents by hour.
        since: from when on it would have been seen that one comes in, epoch seconds.
        until: up to when it is counted, epoch seconds.
        zone: the project's time zone: weeks are alike by its clock.
    """
    if not hours:
        return None
    end = math.floor(until / HOUR)  # the first hour that is not over
    begin = max(max(hours) + 1, math.ceil(since / HOUR), end - LONGEST)
    if begin >= end:
        return None
    first = min(hours)
    seen = []
    for week in range(1, WEEKS + 1):
        then = _earlier(begin, week, zone)
        if then < first:  # it is not known that the flow was there for the whole of it
            break
        seen.append(sum(hours.get(hour, 0) for hour in range(then, _earlier(end, week, zone))))
    if len(seen) < LEAST_WEEKS:
        return None
    usual = sorted(seen)[len(seen) // 4]
    return Silence(end - begin, usual) if usual >= LEAST_EVENTS else None


def _earlier(hour: int, weeks: int, zone: ZoneInfo) -> int:
    """The hour that began at the same time of day, so many weeks before."""
    then = datetime.fromtimestamp(hour * HOUR, zone) - timedelta(weeks=weeks)
    return math.floor(then.timestamp() / HOUR)
