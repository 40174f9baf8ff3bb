"""
Transactions on PostgreSQL that are tried again: in a deadlock with another, and while the server restarts.

What is undone can be done again; what was done and not heard of is the same when it is done twice:
an event is kept once by its id, and settling is fenced by the owner of the lease.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg
from psycopg import errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from agent.inbox.postgres_rows import Db, scalar

T = TypeVar("T")

# How long a server may be away before a request fails.
PATIENCE_SECONDS = 60.0
AGAIN = (errors.DeadlockDetected, errors.SerializationFailure)
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


class Transactions:
    """
    Runs work in transactions.

    Args:
        pool: connections.
        clock: epoch seconds; None asks the database, whose clock is everybody's.
    """

    def __init__(
        self, pool: AsyncConnectionPool[Db], clock: Callable[[], float] | None = None
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._seen = (time.time(), time.monotonic())  # the database's clock, and when it was read

    def now(self) -> float:
        """The database's clock, as it goes on since it was read last; this machine's may be wrong or jump."""
        if self._clock is not None:
            return self._clock()
        told, at = self._seen
        return told + time.monotonic() - at

    async def run(
        self, work: Callable[[Db, float], Awaitable[T]], *, patience: float = PATIENCE_SECONDS
    ) -> T:
        """
        Run `work(connection, now)` in one transaction and commit it.

        Raises:
            AWAY: the server could not be reached for `patience` seconds.
        """
        end = time.monotonic() + patience
        pause = 0.01
        while True:
            try:
                async with self._pool.connection(timeout=patience) as db, db.transaction():
                    return await work(db, await self._now(db))
            except AGAIN:
                pass
            except AWAY:
                if time.monotonic() >= end:
                    raise
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - it only spreads
            pause = min(2 * pause, 1.0)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    async def _now(self, db: Db) -> float:
        if self._clock is not None:
            return self._clock()
        told = float(await scalar(db, "SELECT extract(epoch FROM clock_timestamp())"))
        self._seen = (told, time.monotonic())
        return told
