"""What is old is forgotten, but not that it was there; and a file that shrank gives its room back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_inbox import Clock, both, done, on_store

from agent import config as configs
from agent.errors import ConfigError
from agent.inbox import past
from agent.inbox.model import Filter, Incoming, Settled
from agent.inbox.states import State

DAY = 86_400.0


@both
def test_a_repeat_is_one_after_its_event_was_forgotten(kind: str) -> None:
    """Until its id is, too; an event that has not ended, or was given up by nobody, stays."""

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", str(n), str(n), b"{}") for n in range(6)])
        lease = await store.lease("f", 4, 60)
        by_id = {one.event_id: one.id for one in lease.events}
        states = [State.DONE, State.HELD, State.DEAD, State.HELD]
        settled = [Settled(by_id[str(n)], state) for n, state in enumerate(states)]
        await store.complete(lease.owner, settled)
        await store.discard(Filter(ids=(by_id["3"],)), "not ours", "me")
        clock.now += 40 * DAY
        assert await store.purge(clock.now - 30 * DAY, ids=clock.now - 400 * DAY) == 2
        rows = await store.find(Filter())
        assert {row["event_id"]: row["state"] for row in rows} == {
            "1": "held",
            "2": "dead",
            "4": "received",
            "5": "received",
        }
        repeats = [Incoming("f", str(n), "other", b"[]") for n in range(4)]
        assert await store.accept(repeats) == [False] * 4
        assert await store.accept([Incoming("g", "0", "0", b"{}")]) == [True]
        assert store.open_events == 3
        clock.now += 370 * DAY
        await store.purge(clock.now - 30 * DAY, ids=clock.now - 400 * DAY)
        assert await store.accept(repeats) == [True, False, False, True]

    on_store(work, kind=kind)


@both
def test_what_is_forgotten_is_walked_through_in_short_steps(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("past", "sqlite_upkeep", "postgres_upkeep"):
        monkeypatch.setattr(f"agent.inbox.{module}.AT_ONCE", 10)

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", str(n), str(n), b"{}") for n in range(95)])
        lease = await store.lease("f", 60, 60)
        await store.complete(lease.owner, [done(one.id) for one in lease.events])
        clock.now += 100
        await store.accept([Incoming("f", f"new{n}", f"new{n}", b"{}") for n in range(25)])
        assert await store.purge(clock.now - 50) == 60
        assert await store.purge(clock.now - 50) == 0
        assert len(await store.find(Filter(), limit=1000)) == 60
        clock.now += 1000
        assert await store.purge(clock.now, ids=clock.now) == 0
        again = [Incoming("f", one.event_id, one.key, b"{}") for one in lease.events]
        assert await store.accept(again) == [True] * 60

    on_store(work, kind=kind)


def test_rows_that_are_all_newer_end_the_walk() -> None:
    rows = [(n, 100.0, False) for n in range(past.AT_ONCE)]
    assert past.step(rows, 50.0).after is None
    assert past.step(rows, 150.0).after == past.AT_ONCE - 1


def test_the_file_gives_its_room_back(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"

    async def work(store: Any, clock: Clock) -> None:
        body = b'"%s"' % (b"x" * 4_000)
        await store.accept([Incoming("f", str(n), str(n), body) for n in range(2_000)])
        await store.accept([Incoming("g", "last", "last", b"{}")])
        while (lease := await store.lease("f", 100, 60)).events:
            await store.complete(lease.owner, [done(one.id) for one in lease.events])
        clock.now += 100
        assert path.stat().st_size > 8_000_000
        assert await store.purge(clock.now - 50) == 2_000
        assert len(await store.find(Filter())) == 1

    on_store(work, path)
    assert path.stat().st_size < 6_000_000


def test_ids_are_kept_no_shorter_than_their_events(tmp_path: Path) -> None:
    config = tmp_path / "agent.toml"
    config.write_text('bundle = "b"\nenvironment = "e"\nkeep_days = 60\nkeep_ids_days = 30\n')
    with pytest.raises(ConfigError, match="keep_ids_days must not be less"):
        configs.load(config)
