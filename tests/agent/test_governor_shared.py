"""Slots of one agent and of several: never more than allowed, what is learnt is learnt for all, the dead leave theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import postgres
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.dispatch.limit import Limit
from agent.dispatch.shared_slots import LEASE_SECONDS, Waits, may_take
from agent.dispatch.slots import Ended, OwnSlots, Slots
from agent.inbox.postgres import open_store


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


Work = Callable[[list[Slots], Clock], Awaitable[Any]]


def on(kind: str, work: Work, limit: Limit, agents: int = 1) -> Any:
    """Run `work` with the slots of so many agents."""

    async def whole() -> Any:
        clock = Clock()
        async with AsyncExitStack() as stack:
            if kind == "own":
                return await work([OwnSlots(limit, clock)], clock)
            url = stack.enter_context(postgres.schema())
            slots: list[Slots] = []
            for _ in range(agents):
                store = await open_store(url, clock=clock)
                stack.push_async_callback(store.close)
                one = store.slots("1_SB1", limit)
                stack.push_async_callback(one.close)
                slots.append(one)
            return await work(slots, clock)

    return asyncio.run(whole())


KINDS = pytest.mark.parametrize("kind", ["own", "shared"])


@KINDS
def test_no_more_than_allowed_and_a_slot_that_is_given_back_is_free(kind: str) -> None:
    async def work(slots: list[Slots], _clock: Clock) -> None:
        calls = [await slots[0].take(1) for _ in range(3)]
        assert [call is not None for call in calls] == [True, True, False]
        assert slots[0].standing.running == 2
        assert calls[0] is not None
        await slots[0].give_back(calls[0], Ended.UNUSED, 1)
        assert await slots[0].take(1) is not None

    on(kind, work, Limit(2))


@KINDS
def test_a_refusal_lowers_what_is_allowed(kind: str) -> None:
    async def work(slots: list[Slots], clock: Clock) -> int:
        calls = [await slots[0].take(1) for _ in range(4)]
        clock.now += 0.2
        assert calls[3] is not None
        await slots[0].give_back(calls[3], Ended.REFUSED, 0)
        return slots[0].standing.allowed

    assert on(kind, work, Limit(4)) == 3


def test_what_one_agent_learns_all_know() -> None:
    async def work(slots: list[Slots], clock: Clock) -> None:
        calls = [await slots[0].take(1) for _ in range(4)]
        clock.now += 0.2
        for call in calls[1:]:
            assert call is not None
            await slots[0].give_back(call, Ended.REFUSED, 0)
        assert await slots[1].take(1) is None

    on("shared", work, Limit(4), agents=2)


def test_a_dead_agents_slots_are_free_when_their_lease_ends() -> None:
    async def work(slots: list[Slots], clock: Clock) -> None:
        assert await slots[0].take(1) is not None
        clock.now += LEASE_SECONDS - 1
        assert await slots[1].take(1) is None
        clock.now += 2
        assert await slots[1].take(1) is not None

    on("shared", work, Limit(1), agents=2)


def test_the_next_agent_at_a_place_has_the_slots_of_the_one_that_was_killed_there() -> None:
    async def whole() -> None:
        with postgres.schema() as url:
            killed = await open_store(url, place="here:1")
            slots = killed.slots("1_SB1", Limit(1))
            assert await slots.take(1) is not None
            following = await open_store(url, place="here:1")
            others = following.slots("1_SB1", Limit(1))
            assert await others.take(1) is not None
            await others.close()
            await slots.close()
            await following.close()
            await killed.close()

    asyncio.run(whole())


def test_agents_that_want_slots_get_the_same_number_whoever_asks_first() -> None:
    async def work(slots: list[Slots], clock: Clock) -> list[int]:
        held: list[list[Any]] = [[], []]
        had = [0, 0]
        for _ in range(40):
            clock.now += 0.05
            for agent in (0, 0, 0, 1):  # the first asks three times as often
                call = await slots[agent].take(1)
                if call is not None:
                    had[agent] += 1
                    held[agent].append(call)
            for agent in (0, 1):
                if held[agent]:
                    await slots[agent].give_back(held[agent].pop(0), Ended.UNUSED, 1)
        return had

    one, other = on("shared", work, Limit(3), agents=2)
    assert max(one, other) < 2 * min(one, other)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1),
    st.integers(1, 60),
)
def test_while_slots_are_free_somebody_may_take_one(
    agents: list[tuple[int, int, int]], allowed: int
) -> None:
    """Leaving slots to others never leaves them to nobody."""
    asking = [
        Waits(str(number), wants, held, float(served) + number / 100)
        for number, (wants, held, served) in enumerate(agents)
    ]
    free = max(1, allowed - sum(one.held for one in asking))
    assert any(
        may_take(me, [one for one in asking if one is not me], free, allowed) for me in asking
    )
