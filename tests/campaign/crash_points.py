"""
Where an agent can die. Each point is named after the moment: before, inside (the work is written, the
transaction is not committed), under way, after.

They are put in from outside, by wrapping the agent's own seams in the process that shall die: the
agent's code knows nothing of them.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.inbox.postgres import PostgresStore
from agent.inbox.postgres_transactions import Transactions
from agent.inbox.sqlite import SqliteStore
from agent.inbox.writer import Writer
from agent.netsuite.client import NetSuite
from agent.targets.http import HttpTarget

Die = Callable[[], None]
STORES = (SqliteStore, PostgresStore)
CALLS: dict[str, tuple[Any, str]] = {
    "call": (NetSuite, "call"),
    "delivery": (HttpTarget, "deliver"),
}
POINTS = (
    *(f"{method}.{moment}" for method in ("accept", "lease", "complete") for moment in ("before", "inside", "after")),
    "release.before",
    "release.after",
    *(f"{name}.{moment}" for name in CALLS for moment in ("before", "under_way", "after")),
)  # fmt: skip
UNDER_WAY_SECONDS = 0.03

_inside: contextvars.ContextVar[bool] = contextvars.ContextVar("inside", default=False)


def arm(point: str, count: int, hit: Path) -> None:
    """Die at the `count`-th time that this process comes to a point; the hit is written down first."""
    passed = 0

    def die() -> None:
        nonlocal passed
        passed += 1
        if passed == count:
            hit.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    what, _, moment = point.partition(".")
    if what in CALLS:
        _around(*CALLS[what], moment, die)
    elif moment == "inside":
        for store in STORES:
            _marked(store, what)
        _in_transactions(die)
    else:
        for store in STORES:
            _around(store, what, moment, die)


def _around(owner: Any, method: str, moment: str, die: Die) -> None:
    real = getattr(owner, method)

    @functools.wraps(real)
    async def wrapped(self: Any, *args: Any, **kwargs: Any) -> Any:
        if owner is NetSuite and str(args[0]).endswith("_service"):
            return await real(self, *args, **kwargs)  # a look at the outbox, not a batch
        if moment == "before":
            die()
        elif moment == "under_way":
            soon = random.uniform(0, UNDER_WAY_SECONDS)
            asyncio.get_running_loop().call_later(soon, die)
        result = await real(self, *args, **kwargs)
        if moment == "after":
            die()
        return result

    setattr(owner, method, wrapped)


def _marked(store: Any, method: str) -> None:
    """Know in a transaction that it is this method's."""
    real = getattr(store, method)

    @functools.wraps(real)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        token = _inside.set(True)
        try:
            return await real(*args, **kwargs)
        finally:
            _inside.reset(token)

    setattr(store, method, wrapped)


def _in_transactions(die: Die) -> None:
    """Die when the work of a marked method is written and its transaction is still open."""
    real_sqlite, real_postgres = Writer.run, Transactions.run

    async def sqlite(self: Any, work: Any) -> Any:
        if not _inside.get():
            return await real_sqlite(self, work)

        def deadly(db: Any) -> Any:
            result = work(db)
            die()
            return result

        return await real_sqlite(self, deadly)

    async def postgres(self: Any, work: Any, **kwargs: Any) -> Any:
        if not _inside.get():
            return await real_postgres(self, work, **kwargs)

        async def deadly(db: Any, now: float) -> Any:
            result = await work(db, now)
            die()
            return result

        return await real_postgres(self, deadly, **kwargs)

    Writer.run = sqlite
    Transactions.run = postgres
