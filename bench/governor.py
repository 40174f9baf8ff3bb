"""
How well the agent finds and uses the account's limit, in virtual time (bench/simulated.py).

Six flows that always have work, one in three with calls three times as long, on an account whose
limit changes every 500 calls to something between 60 and 100 % of its slots.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from statistics import median

from agent.dispatch.budget import Budget, Slot
from agent.dispatch.limit import Limit
from agent.dispatch.slots import OwnSlots
from agent.errors import Throttled
from agent.metrics import Metrics
from bench import simulated
from bench.result import Result

CALLS = 6_000
EVERY = 500
MOST = 100
FLOWS = 6
SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Seen:
    """Share of the ideal throughput, share of refused calls, and the worst flow's wait against its fair one."""

    share: float
    rejected: float
    waited: float


async def _flow(number: int, budget: Budget, account: simulated.Account, used: list[float]) -> None:
    """Work without end, one call for every slot."""

    async def work(slot: Slot) -> None:
        error: Throttled | None = None
        seconds = 0.0
        try:
            seconds = await account.call(3.0 if number % 3 == 0 else 1.0)
        except Throttled as refused:
            error = refused
        slot.judge(error)
        used[number] += seconds
        await slot.free()

    async with asyncio.TaskGroup() as running:
        while account.done < CALLS:
            slot = await budget.take(f"flow {number}")
            running.create_task(work(slot))


async def _governed(slots: int, seed: int) -> Seen:
    account = simulated.Account(
        lambda draw: max(1, round(draw.uniform(0.6, 1.0) * slots)), every=EVERY, seed=seed
    )
    clock = asyncio.get_running_loop().time
    budget = Budget(OwnSlots(Limit(MOST), clock), Metrics(), clock)
    used, before = [0.0] * FLOWS, [0.0] * FLOWS
    waited = 0.0
    flows = [asyncio.create_task(_flow(n, budget, account, used)) for n in range(FLOWS)]
    window = 1
    while account.done < CALLS:
        await asyncio.sleep(0.5)
        if account.done >= window * EVERY:
            window += 1
            had = [now - then for now, then in zip(used, before, strict=True)]
            before = list(used)
            waited = max(waited, sum(had) / FLOWS / min(had))
    share, rejected = account.share, account.rejected
    await asyncio.gather(*flows)
    return Seen(share, rejected, waited)


def seen(slots: int) -> Seen:
    """Medians over seeds; the worst flow of all of them."""
    runs = [simulated.run(_governed(slots, seed)) for seed in SEEDS]
    return Seen(
        median(one.share for one in runs),
        median(one.rejected for one in runs),
        max(one.waited for one in runs),
    )


def governed(slots: int) -> tuple[Callable[[], Result], Callable[[], Result], Callable[[], Result]]:
    """Benchmarks of an account with so many slots: share of the ideal, refused calls, fairness."""
    once = cache(lambda: seen(slots))

    def share() -> Result:
        found = once().share
        return Result(found, "of ideal", "every slot used", found, 0.95, found >= 0.95)

    def rejected() -> Result:
        found = once().rejected
        return Result(found, "refused", None, None, 0.01, found < 0.01)

    def fairness() -> Result:
        found = once().waited
        return Result(found, "x fair wait", "equal shares", found, 2.0, found <= 2.0)

    return share, rejected, fairness
