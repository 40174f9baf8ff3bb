"""The store: nothing twice, order per key, groups one at a time, fenced, and whole after a kill."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import postgres
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.alarms import Alarm, Placed
from agent.errors import Refused, StoreBusy
from agent.inbox.model import Filter, Import, Incoming, Polled, PollState, Problem, Settled
from agent.inbox.postgres import open_store
from agent.inbox.reader import Reader
from agent.inbox.sqlite import SqliteStore
from agent.inbox.states import MOVES, State


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def opened(
    kind: str, clock: Clock, path: Path | None = None, **options: Any
) -> AsyncIterator[Any]:
    """A fresh store of a kind (on SQLite: of a file)."""
    if kind == "postgres":
        with postgres.schema() as url:
            store: Any = await open_store(url, place="", clock=clock, **options)
            try:
                yield store
            finally:
                await store.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(path or Path(folder) / "inbox.db", clock=clock, **options)
        try:
            yield store
        finally:
            await store.close()


def on_store(
    work: Callable[[Any, Clock], Awaitable[Any]],
    path: Path | None = None,
    *,
    kind: str = "sqlite",
    **options: Any,
) -> Any:
    """Run work on a fresh store."""

    async def run() -> Any:
        clock = Clock()
        async with opened(kind, clock, path, **options) as store:
            return await work(store, clock)

    return asyncio.run(run())


both = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


def done(id_: int, **more: Any) -> Settled:
    return Settled(id_, State.DONE, outcome="created", **more)


def held(id_: int, **more: Any) -> Settled:
    return Settled(id_, State.HELD, outcome="held", problem=Problem("X", "x"), **more)


EVENTS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 3), st.sampled_from([None, "g1", "g2"])),
    max_size=30,
)
ENDS = st.lists(st.sampled_from(["done", "held", "again", "release"]), max_size=60)


@both
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=EVENTS, ends=ENDS)
def test_each_id_once_and_each_key_in_order(
    kind: str, events: list[tuple[int, int, str | None]], ends: list[str]
) -> None:
    """Whatever becomes of events, one of each id is kept, and a key's events go one after the other in order."""

    async def work(store: Any, clock: Clock) -> None:
        # a key belongs to one group, as it does in documents
        first: dict[int, tuple[int, str | None]] = {}
        groups: dict[int, str | None] = {}
        for id_, key, group in events:
            clock.now += 1
            new = await store.accept(
                [Incoming("f", str(id_), str(key), b"{}", group=groups.setdefault(key, group))]
            )
            assert new == [id_ not in first]
            first.setdefault(id_, (key, group))
        expected = {
            str(key): [str(id_) for id_, (k, _) in first.items() if k == key]
            for key, _ in first.values()
        }
        ended: dict[str, list[str]] = {key: [] for key in expected}
        steps = iter([*ends, *["done"] * 200])
        while sum(map(len, ended.values())) < len(first):
            clock.now += 5
            lease = await store.lease("f", 3, 60)
            assert lease.events, "an open event is due and nobody gets it"
            other = await store.lease("f", 50, 60)
            for one in lease.events:
                assert one.event_id == expected[one.key][len(ended[one.key])]
                for two in other.events:
                    assert one.key != two.key
                    group = groups[int(one.key)]
                    assert group is None or group != groups[int(two.key)]
            await store.release(other.owner)
            for one in lease.events:
                step = next(steps)
                if step == "release":
                    continue
                if step == "again":
                    await store.complete(
                        lease.owner, [Settled(one.id, State.WAITING, due=clock.now + 1)]
                    )
                    continue
                settled = done(one.id) if step == "done" else held(one.id)
                assert await store.complete(lease.owner, [settled]) == 1
                assert await store.complete(lease.owner, [settled]) == 0
                ended[one.key].append(one.event_id)
            await store.release(lease.owner)
        assert store.open_events == 0
        assert await store.next_due("f") is None

    on_store(work, kind=kind)


@both
def test_only_the_holder_settles(kind: str) -> None:
    """After a lease ran out and another took the key, the first one's outcome counts no more."""

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", "1", "k", b"{}")])
        slow = await store.lease("f", 10, 60)
        assert (await store.lease("f", 10, 60)).events == ()
        clock.now += 61
        fast = await store.lease("f", 10, 60)
        assert fast.events[0].before is State.UNKNOWN
        assert fast.events[0].sent_at == clock.now - 61
        assert await store.complete(slow.owner, [held(slow.events[0].id)]) == 0
        assert await store.complete(fast.owner, [done(fast.events[0].id)]) == 1
        assert [row["state"] for row in await store.find(Filter())] == ["done"]

    on_store(work, kind=kind)


@both
def test_later_sequences_wait_for_earlier_ones(kind: str) -> None:
    """Events of the account come in any order and go out by their sequence."""

    async def work(store: Any, clock: Clock) -> None:
        for number in ("3", "1", "2"):
            await store.accept([Incoming("f", number, "k", b"{}", sequence=f"000{number}-0001")])
        out = []
        while (lease := await store.lease("f", 10, 60)).events:
            out += [one.event_id for one in lease.events]
            await store.complete(lease.owner, [done(one.id) for one in lease.events])
        assert out == ["1", "2", "3"]

    on_store(work, kind=kind)


@both
def test_a_missing_reference_wakes_whoever_waits_even_if_held(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("orders", str(i), str(i), b"{}") for i in range(3)])
        lease = await store.lease("orders", 10, 60)
        a, b, c = lease.events
        await store.complete(
            lease.owner,
            [
                Settled(
                    a.id, State.WAITING, due=clock.now + 900, waits_for="customer|externalid|X"
                ),
                held(b.id, waits_for="customer|externalid|X"),
                Settled(
                    c.id, State.WAITING, due=clock.now + 900, waits_for="customer|externalid|Y"
                ),
            ],
        )
        assert store.open_events == 2
        assert (await store.lease("orders", 10, 60)).events == ()
        await store.accept([Incoming("customers", "x", "x", b"{}")])
        made = await store.lease("customers", 10, 60)
        await store.complete(
            made.owner, [done(made.events[0].id, makes=("customer|externalid|X",))]
        )
        assert store.open_events == 3
        woken = await store.lease("orders", 10, 60)
        assert [one.id for one in woken.events] == [a.id, b.id]

    on_store(work, kind=kind)


@both
def test_a_reference_made_during_the_call_is_not_slept_over(kind: str) -> None:
    """The document looked before the other was saved and is recorded after it: it must not sleep."""

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", "order", "o", b"{}"), Incoming("f", "cust", "c", b"{}")])
        lease = await store.lease("f", 10, 60)
        order, customer = lease.events
        started = clock.now
        clock.now += 2
        await store.complete(lease.owner, [done(customer.id, makes=("t",))])
        clock.now += 2
        await store.complete(
            lease.owner,
            [Settled(order.id, State.WAITING, due=clock.now + 900, waits_for="t", started=started)],
        )
        assert [one.id for one in (await store.lease("f", 10, 60)).events] == [order.id]

    on_store(work, kind=kind)


@both
def test_an_older_event_is_not_replayed_over_a_newer_one(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", "1", "k", b"{}"), Incoming("f", "2", "k", b"{}")])
        one = await store.lease("f", 10, 60)
        await store.complete(one.owner, [held(one.events[0].id)])
        two = await store.lease("f", 10, 60)
        assert two.events[0].event_id == "2"
        await store.complete(two.owner, [done(two.events[0].id)])
        result = await store.replay(Filter(states=(State.HELD,)))
        assert (result.replayed, result.superseded) == (0, (one.events[0].id,))
        forced = await store.replay(Filter(states=(State.HELD,)), force=True)
        assert forced.replayed == 1
        assert [e.event_id for e in (await store.lease("f", 10, 60)).events] == ["1"]

    on_store(work, kind=kind)


@both
def test_an_event_that_needs_its_own_call_is_leased_alone(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", str(i), str(i), b"{}") for i in range(4)])
        lease = await store.lease("f", 10, 60)
        await store.complete(
            lease.owner,
            [Settled(e.id, State.UNKNOWN, due=clock.now, alone=True) for e in lease.events[:2]],
        )
        await store.release(lease.owner)
        sizes = []
        while (taken := await store.lease("f", 10, 60)).events:
            sizes.append(len(taken.events))
            await store.complete(taken.owner, [done(e.id) for e in taken.events])
        assert sum(sizes) == 4
        assert sorted(sizes) == [1, 1, 2]

    on_store(work, kind=kind)


@both
def test_parts_of_a_batch_are_leased_each_by_itself(kind: str) -> None:
    """In the order in which they are due, with nothing else beside them."""

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", str(i), str(i), b"{}") for i in range(7)])
        lease = await store.lease("f", 5, 60)
        parts = [17, 17, 17, 18, 18]
        await store.complete(
            lease.owner,
            [
                Settled(e.id, State.UNKNOWN, due=clock.now - (18 - part), alone=part)
                for e, part in zip(lease.events, parts, strict=True)
            ],
        )
        taken = []
        while (one := await store.lease("f", 10, 60)).events:
            taken.append([event.event_id for event in one.events])
            assert len({event.alone for event in one.events}) == 1
            await store.complete(one.owner, [done(e.id) for e in one.events])
        assert sorted(taken) == [["0", "1", "2"], ["3", "4"], ["5", "6"]]

    on_store(work, kind=kind)


@both
def test_a_full_inbox_refuses_and_takes_again_when_events_end(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", "1", "1", b"{}"), Incoming("f", "2", "2", b"{}")])
        with pytest.raises(Refused) as caught:
            await store.accept([Incoming("f", "3", "3", b"{}")])
        assert caught.value.status == 503
        assert caught.value.retry_after
        lease = await store.lease("f", 1, 60)
        await store.complete(lease.owner, [done(lease.events[0].id)])
        assert await store.accept([Incoming("f", "3", "3", b"{}")]) == [True]

    on_store(work, kind=kind, max_open=2)


@both
def test_one_bad_request_does_not_spoil_the_commit_it_shares(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        good = [store.accept([Incoming("f", str(i), str(i), b"{}")]) for i in range(5)]
        bad = store.accept([Incoming("f", "x", "x", None)])  # type: ignore[arg-type]
        results = await asyncio.gather(*good, bad, return_exceptions=True)
        assert results[:5] == [[True]] * 5
        assert isinstance(results[5], sqlite3.IntegrityError | psycopg.IntegrityError)
        assert len(await store.find(Filter())) == 5

    on_store(work, kind=kind)


def test_only_the_written_moves_are_possible(tmp_path: Path) -> None:
    """The database itself refuses a move that agent/inbox/states.py does not name."""
    path = tmp_path / "inbox.db"

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", "1", "k", b"{}")])

    on_store(work, path)
    db = sqlite3.connect(path)
    for before in State:
        for after in State:
            row = db.execute(
                "SELECT 1 FROM moves WHERE before = ? AND after = ?", (before, after)
            ).fetchone()
            assert (row is not None) == (after in MOVES[before])
    with pytest.raises(sqlite3.IntegrityError, match="cannot move"):
        db.execute("UPDATE events SET state = 'held' WHERE event_id = '1'")
    db.close()


@both
def test_every_move_is_in_the_history(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> dict[str, Any]:
        await store.accept([Incoming("f", "1", "k", b"{}")])
        lease = await store.lease("f", 1, 60)
        await store.complete(lease.owner, [held(lease.events[0].id)])
        await store.replay(Filter(ids=(lease.events[0].id,)))
        again = await store.lease("f", 1, 60)
        await store.complete(again.owner, [done(again.events[0].id)])
        shown = await store.show(lease.events[0].id)
        assert shown is not None
        return shown

    shown = on_store(work, kind=kind)
    assert [(step["before"], step["after"]) for step in shown["history"]] == [
        ("received", "sending"),
        ("sending", "held"),
        ("held", "waiting"),
        ("waiting", "sending"),
        ("sending", "done"),
    ]


@both
def test_done_events_are_forgotten_after_their_time(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", str(i), str(i), b"{}") for i in range(3)])
        lease = await store.lease("f", 2, 60)
        await store.complete(lease.owner, [done(e.id) for e in lease.events])
        clock.now += 100
        assert await store.purge(clock.now - 50) == 2
        assert [row["event_id"] for row in await store.find(Filter())] == ["2"]

    on_store(work, kind=kind)


def test_a_second_agent_refuses_to_start(tmp_path: Path) -> None:
    async def work(store: Any, clock: Clock) -> None:
        with pytest.raises(StoreBusy, match="another agent"):
            SqliteStore(tmp_path / "inbox.db")

    on_store(work, tmp_path / "inbox.db")


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreBusy, match="newer agent"):
        SqliteStore(path)


CHILD = """
import asyncio, sys
from pathlib import Path
from agent.inbox.model import Import, Incoming, Settled
from agent.inbox.sqlite import SqliteStore
from agent.inbox.states import State

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    await store.accept([Incoming("f", str(i), str(i), b"{}") for i in range(4)])
    lease = await store.lease("f", 2, 600)
    await store.complete(lease.owner, [Settled(lease.events[0].id, State.DONE, outcome="created")])
    await store.accept([Incoming("bills", str(i), str(i), b"{}") for i in range(4)])
    for name in ("staged", "running"):
        await store.begin_import(Import(name, "bills", 0, "staging", 0.0))
        await store.lease("bills", 2, 600, owner=name)
    await store.submitted("running", 1)
    number = 0
    while True:
        await store.accept([Incoming("g", str(number), str(number), b"{}")])
        print(number, flush=True)
        number += 1

asyncio.run(main())
"""


def test_a_killed_process_loses_nothing_that_was_said_to_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= 50:
            break
    child.kill()
    said = int((child.stdout.read().split() or ["50"])[-1])
    child.wait()
    child.stdout.close()
    assert ("g", "received", None) in {row[:3] for row in Reader(path).stats()}

    async def look() -> None:
        store = SqliteStore(path)
        kept = {row["event_id"] for row in await store.find(Filter(flow="g"), limit=100_000)}
        assert {str(number) for number in range(said + 1)} <= kept
        states = {row["event_id"]: row["state"] for row in await store.find(Filter(flow="f"))}
        # 0 was settled; 1 was in a call that may have been done; 2 and 3 were never taken.
        assert states == {"0": "done", "1": "unknown", "2": "received", "3": "received"}
        bills = {row["event_id"]: row["state"] for row in await store.find(Filter(flow="bills"))}
        # A run that was submitted keeps its documents; one that was only staged gives them back.
        assert bills == {"0": "waiting", "1": "waiting", "2": "sending", "3": "sending"}
        # What the staged one has left in the account is still to be cleared.
        runs = {run.id: run.status for run in await store.imports()}
        assert runs == {"staged": "dropped", "running": "submitted"}
        assert len(await store.held_by("running")) == 2
        assert (await store.lease("f", 10, 60)).events[0].sent_at is not None
        await store.close()

    asyncio.run(look())


@both
def test_a_run_is_forgotten_when_it_ends(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        await store.begin_import(Import("r", "bills", 0, "staging", clock.now))
        await store.submitted("r", 3)
        assert [(run.status, run.parts) for run in await store.imports()] == [("submitted", 3)]
        await store.end_import("r")
        assert await store.imports() == []

    on_store(work, kind=kind)


@both
def test_a_polled_key_and_its_event_are_one_commit(kind: str) -> None:
    """A store that is full takes neither; what was told is known, and what is gone is forgotten."""

    def told(key: str, hash_: str | None, number: int, before: str | None = None) -> Polled:
        return Polled(key, hash_, Incoming("stock", f"e{number}", f"item:{key}", b"{}"), before)

    async def work(store: Any, _clock: Clock) -> None:
        assert await store.poll("stock") == PollState()
        assert not await store.hashes_kept("stock")
        await store.accept_polled("stock", [told("1", "a", 1), told('"x"', "b", 2)])
        gone = told('"x"', None, 4)
        assert await store.accept_polled("stock", [told("1", "c", 3, "a"), gone]) == 2
        assert await store.hashes("stock", ["1", '"x"', "7"]) == {"1": "c"}
        assert await store.polled_keys("stock") == ["1"]
        assert await store.hashes("other", ["1"]) == {}
        with pytest.raises(Refused):
            await store.accept_polled("stock", [told("8", "d", 5)], PollState("far", "", 2.0))
        assert await store.hashes("stock", ["8"]) == {}
        assert await store.poll("stock") == PollState()
        await store.accept_polled("stock", [], PollState("near", "", 1.0))
        assert await store.poll("stock") == PollState("near", "", 1.0)
        state = PollState("2026-11-28 01:02:03", "Asia/Tokyo", 17.5)
        await store.end_poll("stock", state)
        assert await store.poll("stock") == state
        lease = await store.lease("stock", 10, 60)
        assert {event.event_id for event in lease.events} == {"e1", "e2"}

    on_store(work, kind=kind, max_open=4)


@both
def test_what_another_agent_told_meanwhile_is_not_told_again(kind: str) -> None:
    """Two passes of one poll that meet compare with the same hashes: one of them tells."""

    async def work(store: Any, _clock: Clock) -> None:
        async def pass_(number: int, key: str, hash_: str | None, before: str | None) -> int:
            event = Incoming("stock", f"e{number}", f"item:{key}", b"{}")
            return int(await store.accept_polled("stock", [Polled(key, hash_, event, before)]))

        assert [await pass_(n, "1", "a", None) for n in (1, 2)] == [1, 0]
        assert [await pass_(n, "1", "b", "a") for n in (3, 4)] == [1, 0]
        assert await pass_(5, "1", "c", "a") == 0  # newer than "b", told by the next pass
        assert await store.hashes("stock", ["1"]) == {"1": "b"}
        assert [await pass_(n, "1", None, None) for n in (6, 7)] == [1, 0]
        assert sum(row[3] for row in await store.stats()) == 3

    on_store(work, kind=kind)


@both
def test_alarms_stand_and_what_is_told_of_them_is_known(kind: str) -> None:
    """While one stands under a code its begin stays; what is told goes when it is told to be over."""

    async def work(store: Any, clock: Clock) -> None:
        first, later = (Alarm("poll", "stock", "X", "m", since) for since in (1.0, 2.0))
        assert await store.share_alarms("", [Placed("", first)], []) == [Placed("", first)]
        assert await store.share_alarms("", [Placed("", later)], []) == [Placed("", first)]
        other = Alarm("poll", "stock", "Z", "m", 3.0)
        assert await store.share_alarms("", [Placed("", other)], []) == [Placed("", other)]
        await store.tell("slack", other, 4.0)
        await store.tell("slack", other, 5.0)
        assert await store.told("slack") == [(other, 5.0)]
        assert await store.told("mail") == []
        await store.tell("slack", other, None)
        assert await store.told("slack") == []
        assert await store.share_alarms("", [], [("", ("poll", "stock")), ("", ("no", "x"))]) == []

    on_store(work, kind=kind)
