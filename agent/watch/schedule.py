"""When files are taken up: at a time of day, in a zone, on some weekdays."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.bundle import Schedule
from agent.errors import ConfigError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def next_after(schedule: Schedule, moment: float) -> float:
    """
    The first moment of the schedule after `moment`, both epoch seconds.

    A local time that does not exist (clocks go forward) falls on the moment as much later; of one
    that comes twice the earlier counts. Raises ConfigError for a zone, time or day that is none.
    """
    zone, at, days = _parts(schedule)
    day = datetime.fromtimestamp(moment, zone).date()
    for offset in range(9):
        date = day + timedelta(days=offset)
        if WEEKDAYS[date.weekday()] not in days:
            continue
        due = datetime.combine(date, at, zone).astimezone(UTC).timestamp()
        if due > moment:
            return due
    raise ConfigError("the schedule names no day")


def is_due(schedule: Schedule | None, arrived: float, now: float) -> bool:
    """
    Whether a file that arrived then is to be taken up now.

    Judged by the file's own arrival, so that nothing has to be remembered: an agent that was down
    at the hour takes the file up when it is back.
    """
    return schedule is None or next_after(schedule, arrived) <= now


def _parts(schedule: Schedule) -> tuple[ZoneInfo, time, frozenset[str]]:
    try:
        zone = ZoneInfo(schedule.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"schedule: time zone {schedule.timezone!r} is not known") from error
    try:
        at = time.fromisoformat(schedule.at)
    except ValueError as error:
        raise ConfigError(f"schedule: {schedule.at!r} is not a time of day (HH:MM)") from error
    days = frozenset(day.lower()[:3] for day in schedule.days) or frozenset(WEEKDAYS)
    if not days <= set(WEEKDAYS):
        raise ConfigError(f"schedule: days are {', '.join(WEEKDAYS)}")
    return zone, at, days
