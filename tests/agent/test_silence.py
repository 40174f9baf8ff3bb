"""Silence where traffic is usual, learnt from what the inbox has seen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import postgres
import pytest

from agent.alarms import Alarms
from agent.config import AlertsSection
from agent.inbox.model import Incoming
from agent.inbox.postgres import open_store
from agent.inbox.sqlite import SqliteStore
from agent.inbox.store import Store
from agent.metrics import Metrics
from agent.observation import Observer
from agent.silence import HOUR, KEPT_SECONDS, Silence, judged


async def opened(where: Path | str, clock: Callable[[], float]) -> Store:
    if isinstance(where, Path):
        return SqliteStore(where, clock=clock)
    return await open_store(where, clock=clock)


BERLIN = ZoneInfo("Europe/Berlin")
# Monday; the clocks go back on Sunday 25 October 2026.
BEGIN = datetime(2026, 9, 7, tzinfo=BERLIN)


def office(
    weeks: int, each: int, until: datetime, skip: tuple[datetime, ...] = ()
) -> dict[int, int]:
    """`each` documents an hour, Monday to Friday from 8 to 18, by the clock in Berlin."""
    hours: dict[int, int] = {}
    now = BEGIN.timestamp()
    while now < min(until, BEGIN + timedelta(weeks=weeks)).timestamp():
        local = datetime.fromtimestamp(now, BERLIN)
        day = local.replace(hour=0)
        if local.weekday() < 5 and 8 <= local.hour < 18 and day not in skip:
            hours[int(now // HOUR)] = each
        now += HOUR
    return hours


def at(week: int, day: int, hour: int) -> datetime:
    return BEGIN + timedelta(weeks=week, days=day, hours=hour)


def judge(hours: dict[int, int], now: datetime, since: float = 0.0) -> Silence | None:
    return judged(hours, since=since, until=now.timestamp(), zone=BERLIN)


def test_a_busy_hour_without_a_document_is_silence_and_a_night_is_none() -> None:
    hours = office(5, 20, until=at(4, 1, 11))
    assert judge(hours, at(4, 1, 11)) is None
    assert judge(hours, at(4, 1, 12)) == Silence(1, 20)
    assert judge(hours, at(4, 1, 14)) == Silence(3, 60)
    hours = office(5, 20, until=at(4, 4, 18))  # Friday evening, and the whole week-end
    assert [judge(hours, at(4, 4, 18) + timedelta(hours=n)) for n in range(62)] == [None] * 62
    assert judge(hours, at(5, 0, 9)) == Silence(24, 20)


def test_nothing_is_said_without_three_weeks_or_of_rare_flows() -> None:
    assert judge(office(5, 20, until=at(2, 1, 11)), at(2, 1, 17)) is None
    assert judge(office(5, 20, until=at(3, 1, 11)), at(3, 1, 17)) is not None
    rare = {int(at(week, 1, 9).timestamp() // HOUR): 3 for week in range(8)}
    assert all(judge(rare, at(8, 0, 0) + timedelta(hours=n)) is None for n in range(24 * 14))
    assert judge({}, at(8, 0, 0)) is None


def test_a_holiday_teaches_nothing_and_the_agents_own_pause_is_no_silence() -> None:
    holiday = at(3, 1, 0)
    hours = office(6, 20, until=at(5, 1, 11), skip=(holiday,))
    assert judge(hours, at(5, 1, 13)) == Silence(2, 40)
    assert judge(hours, at(5, 1, 13), since=at(5, 1, 12).timestamp() + 60) is None


def test_weeks_are_alike_by_the_clock_on_the_wall() -> None:
    """After the clocks went back the office opens an hour later by UTC: that is no silence."""
    hours = office(8, 20, until=at(6, 4, 18))
    monday = datetime(2026, 10, 26, tzinfo=BERLIN)
    assert judge(hours, monday + timedelta(hours=8)) is None
    assert judge(hours, monday + timedelta(hours=9)) is not None


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_alarm_begins_and_ends_once(kind: str, tmp_path: Path) -> None:
    """Documents of four weeks through a real store with a clock of the test's."""
    now = BEGIN.timestamp()

    async def come(store: Any, hour: float) -> None:
        rows = [Incoming("orders", f"{hour}-{n}", f"k{n}", b"{}") for n in range(12)]
        await store.accept(rows)

    async def whole(where: Path | str) -> None:
        nonlocal now
        store = await opened(where, lambda: now)
        alarms = Alarms(Metrics(), lambda: now)
        observer = Observer(
            store, alarms, Metrics(), AlertsSection(), flows=["orders"], zone="Europe/Berlin",
            certificate=None, clock=lambda: now,
        )  # fmt: skip
        stands: list[tuple[float, str]] = []
        silent = (at(4, 1, 10).timestamp(), at(4, 1, 15).timestamp())
        for number in range(24 * 30):
            now = BEGIN.timestamp() + number * HOUR + 60
            if 9 <= number % 24 < 17 and not silent[0] <= now < silent[1]:
                await come(store, now)
            if now < at(4, 0, 20).timestamp():
                continue
            now += HOUR - 61
            await store.count(now - KEPT_SECONDS)
            now += 2
            await observer.once()
            stands += [(now, one.message) for one in alarms.now().values() if one.kind == "silence"]
        await store.close()
        first, last = stands[0][0], stands[-1][0]
        assert silent[0] + HOUR <= first < silent[0] + 3 * HOUR
        assert last < silent[1] + HOUR
        assert "12 documents or more" in stands[0][1]

    with contextlib.ExitStack() as stack:
        where: Path | str = tmp_path / "inbox.db"
        if kind == "postgres":
            where = stack.enter_context(postgres.schema())
        asyncio.run(whole(where))


def test_counting_goes_on_where_it_stopped_and_counts_each_event_once(tmp_path: Path) -> None:
    async def whole() -> None:
        store = await opened(tmp_path / "inbox.db", lambda: 7_200.0)
        for part in range(3):
            rows = [Incoming("a", f"{part}-{n}", "k", b"{}") for n in range(1_500)]
            await store.accept(rows)
            await store.count(0.0)
            await store.count(0.0)
        assert (await store.traffic()).hours == {"a": {2: 4_500}}
        await store.count(3 * HOUR)
        assert (await store.traffic()).hours == {}
        await store.close()

    asyncio.run(whole())
