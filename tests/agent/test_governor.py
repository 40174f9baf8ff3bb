"""Calls in flight: the account's limit is found and followed, slots are shared, batches fit their time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import signed

from agent.dispatch.budget import Budget
from agent.dispatch.limit import Limit
from agent.dispatch.shares import Kind
from agent.dispatch.sizing import BatchSize
from agent.dispatch.slots import OwnSlots
from agent.errors import CallError, NotSent, Throttled, Unauthorized
from agent.metrics import Metrics
from bench import simulated
from bench.simulated import Account


def budget(limit: Limit) -> Budget:
    clock = asyncio.get_running_loop().time
    return Budget(OwnSlots(limit, clock), Metrics(), clock)


async def flow(
    name: str,
    slots: Budget,
    account: Account,
    used: dict[str, float],
    until: Callable[[], bool],
    *,
    kind: Kind = Kind.INTERACTIVE,
    scale: float = 1.0,
) -> None:
    """A flow that always has work."""

    async def work(slot: Any) -> None:
        try:
            seconds = await account.call(scale)
            used[name] = used.get(name, 0.0) + seconds
            slot.judge(None)
        except Throttled as error:
            slot.judge(error)
        await slot.free()

    async with asyncio.TaskGroup() as running:
        while not until():
            running.create_task(work(await slots.take(name, kind)))


def governed(
    account: Account, calls: int, *, headroom: int = 0, **flows: dict[str, Any]
) -> dict[str, float]:
    """Slot seconds by flow, after so many calls of all of them."""
    used: dict[str, float] = {}

    async def whole() -> None:
        slots = budget(Limit(100, headroom))
        async with asyncio.TaskGroup() as running:
            for name, options in (flows or {"one": {}}).items():
                running.create_task(
                    flow(name, slots, account, used, lambda: account.done >= calls, **options)
                )
        used["share"] = account.share

    simulated.run(whole())
    return used


@pytest.mark.parametrize("slots", [5, 15])
def test_a_hidden_limit_that_changes_is_used_and_seldom_passed(slots: int) -> None:
    account = Account(lambda draw: draw.randint(slots * 3 // 5, slots), seed=7)
    used = governed(account, 2000)
    assert used["share"] > 0.93  # bench: 0.95 over more calls
    assert account.rejected < 0.01


def test_other_integrations_that_come_and_go_are_made_room_for() -> None:
    account = Account(lambda _draw: 10, every=0, others=lambda now: 3 * (int(now) // 120 % 2))
    used = governed(account, 1500)
    assert used["share"] > 0.75  # 0.85 of all slots were there to be had
    assert account.rejected < 0.02


def test_headroom_is_left_to_others() -> None:
    highest = 0

    def others(_now: float) -> int:
        nonlocal highest
        if account.done > 100:
            highest = max(highest, account.running)
            seen.append(account.running)
        return 0

    seen: list[int] = []
    account = Account(lambda _draw: 8, every=0, others=others)
    governed(account, 600, headroom=2)
    full = sum(running >= 6 for running in seen) / len(seen)
    assert full < 0.1  # but for looking whether the limit has risen


def test_long_calls_of_one_flow_leave_the_others_their_time() -> None:
    account = Account(lambda _draw: 6, every=0)
    used = governed(account, 800, long={"scale": 10.0}, a={}, b={})
    fair = (used["long"] + used["a"] + used["b"]) / 3
    assert min(used["a"], used["b"]) > fair / 2


def test_what_somebody_waits_for_comes_first_and_backfill_goes_on() -> None:
    account = Account(lambda _draw: 5, every=0)
    kind = {"kind": Kind.BACKFILL}
    used = governed(account, 800, orders={}, history=kind, more=kind)
    backfill = used["history"] + used["more"]
    assert 0.1 < backfill / (backfill + used["orders"]) < 0.3


def test_one_order_does_not_wait_for_a_backlog() -> None:
    async def whole() -> float:
        account = Account(lambda _draw: 4, every=0)
        slots = budget(Limit(4))
        used: dict[str, float] = {}
        clock = asyncio.get_running_loop().time
        backlog = [
            asyncio.create_task(
                flow(
                    f"old {number}", slots, account, used, lambda: clock() > 200, kind=Kind.BACKFILL
                )
            )
            for number in range(8)
        ]
        await asyncio.sleep(100)
        before = clock()
        slot = await slots.take("orders")
        waited = clock() - before
        await slot.free()
        await asyncio.gather(*backlog)
        return waited

    assert simulated.run(whole()) < 10.0  # the end of one call


def refused_login(code: str = "INVALID_LOGIN_ATTEMPT") -> Unauthorized:
    return Unauthorized(code, "no", status=401)


def judgements(*, lone: bool, good_before: bool, errors: list[CallError]) -> list[type]:
    """What a series of answers comes to, with or without another call under way."""

    async def whole() -> list[type]:
        slots = budget(Limit(4))
        if good_before:
            async with slots.slot("a") as slot:
                slot.judge(None)
        seen: list[type] = []
        for error in errors:
            other = None if lone else await slots.take("b")
            async with slots.slot("a") as slot:
                seen.append(type(slot.judge(error)))
                if other is not None:
                    await other.free()
        return seen

    return simulated.run(whole())


def test_a_refused_login_under_load_is_throttling() -> None:
    errors: list[CallError] = [refused_login()]
    assert judgements(lone=False, good_before=True, errors=errors) == [Throttled]


def test_a_lone_call_that_is_refused_its_login_again_and_again_has_bad_credentials() -> None:
    errors: list[CallError] = [refused_login()] * 3
    seen = judgements(lone=True, good_before=True, errors=errors)
    assert seen == [Throttled, Throttled, Unauthorized]
    whole: list[CallError] = [refused_login(), NotSent("X", "x"), refused_login()]
    assert judgements(lone=True, good_before=True, errors=whole)[-1] is Throttled


def test_credentials_that_never_were_good_and_what_the_token_endpoint_refuses_are_bad_at_once() -> (
    None
):
    errors: list[CallError] = [refused_login()]
    assert judgements(lone=False, good_before=False, errors=errors) == [Unauthorized]
    errors = [refused_login("invalid_client")]
    assert judgements(lone=False, good_before=True, errors=errors) == [Unauthorized]


def test_logins_refused_under_load_stop_no_lane(bench: Bench) -> None:
    """Over real HTTP: two calls of several are answered 401, and everything gets there without an alarm."""
    calls = 0

    def fault(script: str) -> tuple[int, dict[str, Any]] | None:
        nonlocal calls
        calls += script == "customscript_orders"
        if calls in (2, 4):
            return 401, {"error": {"code": "INVALID_LOGIN_ATTEMPT", "message": "no"}}
        return None

    bench.account.fault = fault
    bench.changes = {"batch_max": 2}

    async def work(client: httpx.AsyncClient) -> list[Any]:
        for number in range(12):
            body = json.dumps({"id": number}).encode()
            await client.post("/in/orders", content=body, headers=signed(body, f"m{number}"))
        await until("all done", lambda: set(bench.states().values()) == {"done"})
        status = await client.get("/status", headers={"Authorization": "Bearer sesame"})
        assert status.json()["calls"]["allowed"] >= 1
        return list(status.json()["alarms"])

    assert bench.run(work) == []
    assert calls > 4


def test_batches_end_in_their_time_whatever_a_document_takes() -> None:
    size = BatchSize(1000, target=60.0)
    assert size.size == 1000
    for _ in range(30):
        size.ended(size.size, size.size * 0.5)
    assert 60 < size.size <= 120
    slower = size.size
    for _ in range(10):
        size.ended(size.size, size.size * 2.0)
    assert size.size < slower / 2


def test_a_cut_call_halves_batches_at_once_and_they_grow_back_slowly() -> None:
    size = BatchSize(100, target=60.0)
    size.cut(80)
    assert size.size == 40
    for _ in range(19):
        size.ended(40, 1.0)
    assert size.size == 40
    for _ in range(1):
        size.ended(40, 1.0)
    assert size.size == 42
    size.cut(1)
    assert size.size == 1


def test_a_limit_that_falls_while_nobody_calls_costs_one_burst() -> None:
    limit = Limit(50, level=20)
    limit.target = 20
    now = time.monotonic()
    calls = [limit.take(running, now) for running in range(20)]
    for call in calls[5:]:
        assert call is not None
        limit.refused(call, now + 0.2)
    assert limit.level == 5
