"""Schedules of deployments, on the account's clock (SDF object part "recurrence")."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from emulator.errors import NetSuiteError
from emulator.ports import Account, Deployment, Script, Session
from emulator.scripts.backlog import Backlog
from emulator.scripts.tasks import Tasks

SYSTEM_USER = -4
DAY = timedelta(days=1)
_REPEAT = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?$")
_ORDERS = ("FIRST", "SECOND", "THIRD", "FOURTH")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Scheduler:
    """
    Starts scheduled deployments that became due since the last tick, each once.

    A run whose deployment still has an unfinished task is left out. Scheduled runs are the
    system's: user -4, with an administrator's permissions, unless the deployment names a role.
    """

    def __init__(self, account: Account, tasks: Tasks, backlog: Backlog) -> None:
        self._account = account
        self._tasks = tasks
        self._backlog = backlog
        self._lock = threading.Lock()
        # What became due while the account was down starts with the first tick.
        self._last = _moment(backlog.last_tick() or account.now_ms())

    def tick(self) -> None:
        """Start what is due."""
        with self._lock:
            since, self._last = self._last, self._now()
            until = self._last
        for kind in ("ScheduledScript", "MapReduceScript"):
            for script in self._account.scripts(kind):
                for deployment in script.deployments:
                    if _scheduled(deployment) and due(deployment.recurrence or {}, since, until):
                        self._start(script, deployment)
        self._backlog.ticked(int(until.timestamp() * 1000))

    def _start(self, script: Script, deployment: Deployment) -> None:
        session = Session(
            SYSTEM_USER,
            deployment.run_as or "ADMINISTRATOR",
            "SCHEDULED",
            self._account.switches()["time_zone"],
        )
        if self._tasks.busy(script, deployment):
            return
        try:
            self._tasks.submit(
                session, script.scriptid, deployment.scriptid, {}, invocation="SCHEDULED"
            )
        except NetSuiteError:
            return  # another submit was faster: the run takes place

    def _now(self) -> datetime:
        return _moment(self._account.now_ms())


def _moment(epoch_ms: int) -> datetime:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)


def _scheduled(deployment: Deployment) -> bool:
    return deployment.deployed and deployment.status == "SCHEDULED"


def due(recurrence: Mapping[str, str], since: datetime, until: datetime) -> bool:
    """
    Whether a run falls into (since, until].

    `recurrence` is the SDF element as a flat table: `kind` (single, daily, weekly, monthly,
    monthlydayofweek, yearly, yearlydayofweek), startdate, starttime, enddate and the kind's own
    fields.
    """
    start = _start(recurrence)
    end = date.fromisoformat(recurrence["enddate"]) if recurrence.get("enddate") else None
    day = max(since.date() - DAY, start.date())
    while day <= until.date():
        if (end is None or day <= end) and _on(recurrence, start.date(), day):
            first = start.replace(year=day.year, month=day.month, day=day.day)
            if _any_between(first, _repeat(recurrence), since, until):
                return True
        day += DAY
    return False


def _start(recurrence: Mapping[str, str]) -> datetime:
    day = date.fromisoformat(recurrence.get("startdate", "2000-01-01"))
    clock = recurrence.get("starttime", "00:00:00Z").replace("Z", "")
    hour, minute, *_ = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def _repeat(recurrence: Mapping[str, str]) -> timedelta | None:
    text = recurrence.get("repeat") or ""
    found = _REPEAT.match(text)
    if not found or not text:
        return None
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def _on(recurrence: Mapping[str, str], start: date, day: date) -> bool:
    kind = recurrence.get("kind", "daily")
    if kind == "single":
        return day == start
    if kind == "daily":
        if _true(recurrence.get("everyweekday")):
            return day.weekday() < 5
        return (day - start).days % _every(recurrence, "everyxdays") == 0
    if kind == "weekly":
        weeks = (day - start).days // 7
        named = _true(recurrence.get(_WEEKDAYS[day.weekday()]))
        return named and weeks % _every(recurrence, "everyxweeks") == 0
    return _in_month(kind, recurrence, start, day) and (
        _nth_weekday(recurrence, day) if kind.endswith("dayofweek") else day.day == start.day
    )


def _in_month(kind: str, recurrence: Mapping[str, str], start: date, day: date) -> bool:
    if kind.startswith("yearly"):
        return day.month == start.month
    months = (day.year - start.year) * 12 + day.month - start.month
    return months % _every(recurrence, "everyxmonths") == 0


def _nth_weekday(recurrence: Mapping[str, str], day: date) -> bool:
    if recurrence.get("dayofweek", "").lower() != _WEEKDAYS[day.weekday()]:
        return False
    order = recurrence.get("orderofweek", "").upper()
    if order == "LAST":
        return (day + 7 * DAY).month != day.month
    return order in _ORDERS and (day.day - 1) // 7 == _ORDERS.index(order)


def _every(recurrence: Mapping[str, str], name: str) -> int:
    return int(recurrence.get(name) or 1)


def _true(value: str | None) -> bool:
    return str(value).upper() in ("T", "TRUE")


def _any_between(
    first: datetime, repeat: timedelta | None, since: datetime, until: datetime
) -> bool:
    """Runs of one day: at `first`, then every `repeat` until the day ends."""
    if repeat is None:
        return since < first <= until
    end = first.replace(hour=0, minute=0) + DAY
    passed = max(0, -((first - since) // repeat))  # whole intervals up to `since`
    run = first + passed * repeat
    while run <= since:
        run += repeat
    return run <= until and run < end
