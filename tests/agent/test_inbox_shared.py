"""Several agents on one PostgreSQL store: nothing twice, nothing lost, order per key, whatever falls over."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import postgres
import pytest

from agent.inbox.model import Filter, Import, Incoming, Settled
from agent.inbox.postgres import PostgresStore, open_store
from agent.inbox.states import State

SEED = 20_260_101


@asynccontextmanager
async def agents(number: int) -> AsyncIterator[tuple[str, list[PostgresStore]]]:
    """Stores of several agents on one schema, and its address."""
    with postgres.schema() as url:
        stores = [await open_store(url, place="") for _ in range(number)]
        try:
            yield url, stores
        finally:
            for store in stores:
                await store.close()


class World:
    """What is seen from outside: which events were worked on, by whom, and when."""

    def __init__(self) -> None:
        self.in_call: dict[str, str] = {}  # key: event
        self.groups: set[str] = set()
        self.worked: dict[str, list[str]] = defaultdict(list)  # key: events in order

    def begin(self, key: str, event: str, group: str | None) -> None:
        assert key not in self.in_call, f"{key} is in two calls"
        self.in_call[key] = event
        if group is not None:
            self.groups.add(group)

    def end(self, key: str, event: str, group: str | None) -> None:
        assert self.in_call.pop(key) == event
        self.groups.discard(group or "")
        self.worked[key].append(event)


def group_of(key: str) -> str | None:
    return "g" if int(key) % 5 == 0 else None


async def works(store: PostgresStore, world: World, chance: random.Random, total: int) -> None:
    """One agent: leases, works, sometimes gives back, until everything has been worked on."""
    while sum(map(len, world.worked.values())) < total:
        lease = await store.lease("f", chance.randint(1, 4), 60)
        groups = {group for one in lease.events if (group := group_of(one.key))}
        assert not groups & world.groups, "a group is in two calls"
        for one in lease.events:
            world.begin(one.key, one.event_id, group_of(one.key))
        await asyncio.sleep(chance.random() / 200)
        settled = []
        for one in lease.events:
            if chance.random() < 0.1:
                del world.in_call[one.key]
                world.groups -= groups
                continue
            world.end(one.key, one.event_id, group_of(one.key))
            settled.append(Settled(one.id, State.DONE, outcome="created"))
        assert await store.complete(lease.owner, settled) == len(settled)
        await store.release(lease.owner)


async def feeds(store: PostgresStore, events: list[Incoming], chance: random.Random) -> None:
    """One door: events in small groups, some of them twice."""
    while events:
        part = [events.pop(0) for _ in range(min(len(events), chance.randint(1, 5)))]
        assert await store.accept(part) == [True] * len(part)
        if chance.random() < 0.3:
            assert await store.accept(part) == [False] * len(part)


def test_three_agents_share_the_work() -> None:
    """600 events of 23 keys, three doors and six workers: each once, in order, a group in one call at a time."""

    async def run() -> None:
        chance = random.Random(SEED)
        world = World()
        # Keys of one door each: their order is the order in which that door took them.
        doors: list[list[Incoming]] = [[], [], []]
        for number in range(600):
            key = str(chance.randrange(23))
            doors[int(key) % 3].append(Incoming("f", f"e{number}", key, b"{}", group=group_of(key)))
        expected = {
            key: [one.event_id for door in doors for one in door if one.key == key]
            for key in {one.key for door in doors for one in door}
        }
        async with agents(3) as (_, stores):
            await asyncio.gather(
                *(feeds(store, door, chance) for store, door in zip(stores, doors, strict=True)),
                *(works(store, world, chance, 600) for store in stores for _ in range(2)),
            )
            assert {row[1] for row in await stores[0].stats()} == {"done"}
            assert await stores[0].oldest() == {}
            assert list(await stores[0].newest()) == ["f"]
            assert await stores[0].next_due("f") is None
        assert world.worked == expected

    asyncio.run(run())


def test_a_reference_that_another_agent_makes_is_not_slept_over() -> None:
    """Who waits for a record and who makes it meet in any order, 40 times."""

    async def run() -> None:
        async with agents(2) as (_, (one, two)):
            for number in range(40):
                token = f"customer|externalid|{number}"
                await one.accept([Incoming("orders", f"o{number}", f"o{number}", b"{}")])
                await one.accept([Incoming("customers", f"c{number}", f"c{number}", b"{}")])
                order = await one.lease("orders", 1, 60)
                customer = await two.lease("customers", 1, 60)
                waits = Settled(
                    order.events[0].id, State.WAITING, due=9e12, waits_for=token, started=0.0
                )
                made = Settled(customer.events[0].id, State.DONE, outcome="created", makes=(token,))
                await asyncio.gather(
                    one.complete(order.owner, [waits]), two.complete(customer.owner, [made])
                )
                again = await two.lease("orders", 1, 60)
                assert [event.event_id for event in again.events] == [f"o{number}"]
                await two.complete(
                    again.owner, [Settled(again.events[0].id, State.DONE, outcome="created")]
                )

    asyncio.run(run())


def test_what_a_silent_agent_had_in_hand_is_taken_over() -> None:
    """Long before its leases run out: calls are unknown, a staged run is given up, a submitted one goes on."""

    async def run() -> None:
        clock = [1_000.0]
        with postgres.schema() as url:
            gone = await open_store(url, place="", clock=lambda: clock[0])
            await gone.accept([Incoming("f", str(n), str(n), b"{}") for n in range(2)])
            await gone.lease("f", 1, 9_999)
            await gone.accept([Incoming("bills", str(n), str(n), b"{}") for n in range(4)])
            for name in ("staged", "running"):
                await gone.begin_import(Import(name, "bills", 0, "staging", 0.0))
                await gone.lease("bills", 2, 9_999, owner=name)
            await gone.submitted("running", 3)
            clock[0] += 60  # it beats no more: nobody lets it
            heir = await open_store(url, place="", clock=lambda: clock[0])
            try:
                runs = {run.id: run.status for run in await heir.imports()}
                assert runs == {"staged": "dropped", "running": "submitted"}
                await gone.submitted("staged", 1)  # it was only asleep
                assert {run.status for run in await heir.imports()} == {"dropped", "submitted"}
                assert await gone.imports() == []
                states = {row["event_id"]: row["state"] for row in await heir.find(Filter("f"))}
                assert states == {"0": "unknown", "1": "received"}
                bills = {row["event_id"]: row["state"] for row in await heir.find(Filter("bills"))}
                assert bills == {"0": "waiting", "1": "waiting", "2": "sending", "3": "sending"}
            finally:
                await gone.close()
                await heir.close()

    asyncio.run(run())


CHILD = """
import asyncio, sys
from agent.inbox.postgres import open_store

async def main():
    store = await open_store(sys.argv[1], place='')
    lease = await store.lease("f", 2, 1.0)
    print([one.event_id for one in lease.events], flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def test_what_a_killed_agent_had_in_hand_is_taken_over() -> None:
    """After the lease has run out, as an outcome that is not known; nothing else waits meanwhile."""

    async def run() -> None:
        async with agents(1) as (url, (store,)):
            await store.accept([Incoming("f", str(n), str(n), b"{}") for n in range(4)])
            child = await asyncio.to_thread(
                lambda: subprocess.Popen(
                    [sys.executable, "-c", CHILD, url], stdout=subprocess.PIPE, env=os.environ
                )
            )
            assert child.stdout is not None
            said = await asyncio.to_thread(child.stdout.readline)
            child.kill()
            child.wait()
            child.stdout.close()
            assert said.strip() == b"['0', '1']"
            rest = await store.lease("f", 10, 60)
            taken = {one.event_id: one.before for one in rest.events}
            assert {"2", "3"} <= taken.keys()
            while len(taken) < 4:
                await asyncio.sleep(0.1)
                late = await store.lease("f", 10, 60)
                taken |= {one.event_id: one.before for one in late.events}
            assert taken["0"] is taken["1"] is State.UNKNOWN

    asyncio.run(run())


async def reaches(kept: list[str], number: int) -> None:
    async with asyncio.timeout(90):
        while len(kept) < number:  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_of_the_server_loses_nothing_that_was_said_to_be_kept(mode: str) -> None:
    """Agents go on by themselves; what was answered is there, once."""

    async def run() -> None:
        async with agents(2) as (_, (door, worker)):
            kept: list[str] = []
            stopping = asyncio.Event()

            async def feed() -> None:
                number = 0
                while not stopping.is_set():
                    await door.accept([Incoming("f", f"e{number}", f"k{number % 7}", b"{}")])
                    kept.append(f"e{number}")
                    number += 1

            async def work() -> None:
                while not stopping.is_set():
                    lease = await worker.lease("f", 3, 60)
                    done = [Settled(one.id, State.DONE, outcome="created") for one in lease.events]
                    await worker.complete(lease.owner, done)

            tasks = [asyncio.create_task(feed()), asyncio.create_task(work())]
            await reaches(kept, 30)
            await asyncio.to_thread(postgres.restart, mode)
            await reaches(kept, len(kept) + 30)
            stopping.set()
            await asyncio.gather(*tasks)
            rows = await door.find(Filter(flow="f"), limit=100_000)
            ids = [row["event_id"] for row in rows]
            assert sorted(ids) == sorted(set(ids))
            assert set(kept) <= set(ids)

    asyncio.run(run())
