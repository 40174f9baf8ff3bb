"""The agents on one PostgreSQL store: they see each other by their beats, and take over from the silent."""

from __future__ import annotations

import asyncio
import contextlib
import secrets

import structlog

from agent.inbox.postgres_rows import (
    ADOPT,
    BEAT,
    IN_CALL,
    SILENT,
    SQL,
    STAGED,
    Db,
    free_key,
    place_of,
    release,
)
from agent.inbox.postgres_transactions import AWAY, Transactions

log = structlog.get_logger(__name__)

BEAT_SECONDS = 5.0
SILENT_SECONDS = 30.0


class Presence:
    """
    One agent among those on the store.

    Args:
        transactions: how work is done.
        place: where it runs, for example host and port: the next agent there knows at once that
            this one is gone. Empty: others wait until it has been silent for a while.

    `name` stands at everything that it has in hand.
    """

    def __init__(self, transactions: Transactions, place: str = "") -> None:
        self.name = secrets.token_hex(8)
        self._place = place
        self._transactions = transactions
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Be seen from now on."""
        await self.beat(self._place or None)
        self._beating = asyncio.create_task(self._beats(), name="beats")

    async def stop(self) -> None:
        """Be gone: the others take over at once what is still in hand."""
        if self._beating is None:
            return
        self._beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._beating

        async def work(db: Db, _now: float) -> None:
            await db.execute(BEAT, (self.name, self._place, 0.0))

        with contextlib.suppress(*AWAY):
            await self._transactions.run(work, patience=1.0)

    async def beat(self, place: str | None = None) -> None:
        """Be seen, and take over from agents that no longer are, or were at a place."""

        async def work(db: Db, now: float) -> None:
            await db.execute(BEAT, (self.name, self._place, now))
            silent = await db.execute(SILENT, (now - SILENT_SECONDS, place, self.name))
            for (agent,) in await silent.fetchall():
                await self._take_over(db, agent, now)

        await self._transactions.run(work)

    async def _beats(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001 - others take over from who is silent
                log.warning("the inbox is away", error=repr(error))

    async def _take_over(self, db: Db, agent: str, now: float) -> None:
        """
        Calls of a silent agent are unknown, its staged runs are given up, its submitted ones go on here.

        If it was only asleep, what it settles later is fenced: its leases are gone.
        """
        for (run,) in await (await db.execute(STAGED, (agent,))).fetchall():
            await release(db, run, now, None)
            await db.execute(SQL["drop_import"], {"id": run})
        for (owner,) in await (await db.execute(IN_CALL, (agent,))).fetchall():
            cut = await db.execute(SQL["cut"], {"owner": owner, "now": now})
            for row in sorted(await cut.fetchall(), key=lambda row: (row[0], row[1])):
                await free_key(db, owner, place_of(row))
        await db.execute(ADOPT, (self.name, agent))
        await db.execute("UPDATE keys SET agent = %s WHERE agent = %s", (self.name, agent))
        await db.execute("DELETE FROM account_slots WHERE holder = %s", (agent,))
        await db.execute("DELETE FROM account_agents WHERE holder = %s", (agent,))
        await db.execute("DELETE FROM agents WHERE id = %s", (agent,))
        log.info("took over", agent=agent)
