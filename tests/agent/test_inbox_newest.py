"""Where only the newest state of a record counts, what waits before it is not sent, and says so."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import signed, write_bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_inbox import Clock, both, done, held, on_store

from agent import bundle as bundles
from agent.inbox.model import Filter, Incoming, Settled
from agent.inbox.states import State


async def ended(store: Any) -> dict[str, tuple[str, str | None]]:
    return {row["event_id"]: (row["state"], row["outcome"]) for row in await store.find(Filter())}


@both
def test_the_newest_is_taken_and_those_before_it_end(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        rows = [Incoming("f", str(n), "k", b"[%d]" % n) for n in range(4)]
        await store.accept([*rows, Incoming("f", "other", "o", b"{}")])
        await store.accept([Incoming("g", "g1", "k", b"{}")])  # another flow's record
        lease = await store.lease("f", 10, 60, newest=True)
        assert [one.body for one in lease.events] == [b"[3]", b"{}"]
        assert lease.superseded == 3
        assert store.open_events == 3
        await store.accept([Incoming("f", "5", "k", b"[5]")])
        assert (await store.lease("f", 10, 60, newest=True)).events == ()
        await store.complete(lease.owner, [done(one.id) for one in lease.events])
        assert (await store.lease("f", 10, 60, newest=True)).events[0].event_id == "5"
        assert await ended(store) == {
            "0": ("done", "superseded"),
            "1": ("done", "superseded"),
            "2": ("done", "superseded"),
            "3": ("done", "created"),
            "other": ("done", "created"),
            "5": ("sending", None),
            "g1": ("received", None),
        }
        first = next(
            row["id"]
            for row in await store.find(Filter(flow="f", key="k"))
            if row["event_id"] == "0"
        )
        steps = (await store.show(first))["history"]
        assert [(step["before"], step["after"]) for step in steps] == [("received", "done")]

    on_store(work, kind=kind)


@both
def test_newest_is_by_the_senders_order_not_by_arrival(kind: str) -> None:
    async def work(store: Any, clock: Clock) -> None:
        for sequence in ("2", "3", "1"):
            await store.accept([Incoming("f", sequence, "k", b"{}", sequence=sequence)])
        lease = await store.lease("f", 10, 60, newest=True)
        assert [one.event_id for one in lease.events] == ["3"]
        assert lease.superseded == 2

    on_store(work, kind=kind)


@both
def test_a_call_whose_outcome_is_not_known_comes_first(kind: str) -> None:
    """It may still be under way in the account, and must not land on top of what is newer."""

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", str(n), "k", b"{}") for n in range(3)])
        lease = await store.lease("f", 1, 60)
        await store.complete(
            lease.owner, [Settled(lease.events[0].id, State.UNKNOWN, sent_at=clock.now)]
        )
        lease = await store.lease("f", 1, 60, newest=True)
        assert (lease.events[0].event_id, lease.superseded) == ("0", 0)
        clock.now += 100  # the lease ran out: not known again
        lease = await store.lease("f", 1, 60, newest=True)
        assert (lease.events[0].event_id, lease.superseded) == ("0", 0)
        await store.complete(lease.owner, [done(lease.events[0].id)])
        lease = await store.lease("f", 1, 60, newest=True)
        assert (lease.events[0].event_id, lease.superseded) == ("2", 1)

    on_store(work, kind=kind)


@both
def test_what_was_superseded_does_not_stand_in_the_way_of_what_is_held(kind: str) -> None:
    """A newer event that was never sent is no reason to pass an older one over."""

    async def work(store: Any, clock: Clock) -> None:
        await store.accept([Incoming("f", "0", "k", b"{}")])
        lease = await store.lease("f", 1, 60, newest=True)
        await store.complete(lease.owner, [held(lease.events[0].id)])
        await store.accept([Incoming("f", str(n), "k", b"{}") for n in (1, 2)])
        lease = await store.lease("f", 1, 60, newest=True)
        assert lease.superseded == 1
        await store.complete(lease.owner, [held(lease.events[0].id)])
        again = await store.replay(Filter(states=(State.HELD,)))
        assert (again.replayed, again.superseded) == (2, ())
        lease = await store.lease("f", 1, 60, newest=True)
        assert (lease.events[0].event_id, lease.superseded) == ("2", 1)

    on_store(work, kind=kind)


@both
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["new", "done", "held", "again", "unknown", "release"]),
            st.integers(0, 2),
        ),
        max_size=40,
    )
)
def test_the_last_that_is_sent_is_the_last_that_came(
    kind: str, steps: list[tuple[str, int]]
) -> None:
    """Whatever becomes of calls: no event is sent after a newer one, and the newest of each record is sent."""

    async def work(store: Any, clock: Clock) -> None:
        came: dict[str, int] = {}
        sent: dict[str, int] = {}
        number = 0
        for step, which in [*steps, *[("done", 0)] * 60]:
            clock.now += 1
            if step == "new":
                number += 1
                came[str(which)] = number
                await store.accept([Incoming("f", str(number), str(which), b"{}")])
                continue
            lease = await store.lease("f", 2, 60, newest=True)
            for one in lease.events:
                assert int(one.event_id) >= sent.get(one.key, 0)
                sent[one.key] = int(one.event_id)
            if step == "release":
                await store.release(lease.owner)
                continue
            state = {
                "done": State.DONE,
                "held": State.HELD,
                "again": State.WAITING,
                "unknown": State.UNKNOWN,
            }[step]
            await store.complete(
                lease.owner,
                [Settled(one.id, state, due=clock.now, outcome="x") for one in lease.events],
            )
        assert sent == came
        assert store.open_events == 0

    on_store(work, kind=kind)


def test_a_record_that_changes_faster_than_the_account_saves_is_saved_once_more(
    bench: Bench,
) -> None:
    bench.changes = {"only_newest": True}
    busy, go = threading.Event(), threading.Event()

    def answer(row: dict[str, Any]) -> None:
        if row["doc"]["v"] == 1:
            busy.set()
            go.wait(20)

    bench.account.answer = answer

    async def work(client: httpx.AsyncClient) -> None:
        async def send(id_: int, version: int) -> None:
            body = json.dumps({"id": id_, "v": version}).encode()
            headers = signed(body, f"{id_}-{version}")
            assert (await client.post("/in/orders", content=body, headers=headers)).is_success

        await send(7, 1)
        assert await asyncio.to_thread(busy.wait, 20)
        for version in range(2, 6):
            await send(7, version)
        go.set()
        await until("all have ended", lambda: set(bench.states().values()) == {"done"})
        text = (await client.get("/metrics")).text
        assert 'events_settled_total{flow="orders",outcome="superseded",state="done"} 3.0' in text

    bench.run(work)
    sent = [
        document["doc"]["v"]
        for _, call in bench.account.calls
        for document in call.get("documents", ())
    ]
    assert sent == [1, 5]
    rows = {row["event_id"]: row["outcome"] for row in bench.store.find(Filter())}
    assert [rows[f"7-{version}"] for version in (2, 3, 4)] == ["superseded"] * 3


@pytest.mark.parametrize(
    ("write", "newest"),
    [("upsert", True), ("update", True), ("delete", True), ("create", False), ("attach", False)],
)
def test_what_is_only_created_is_never_left_out(bench: Bench, write: str, newest: bool) -> None:
    path = write_bundle(bench.folder, only_newest=True, write=write)
    assert bundles.load(path).inbound("sandbox")["orders"].only_newest is newest
