"""
The account's slots of several agents: rows in their PostgreSQL store, leased and renewed.

One transaction at a time per account takes or frees a slot, so what is learnt is one for all.
Between agents slots go by how many flows wait at each: an agent takes one when what is left is
enough for those that wait and have less. A dead agent's slots are free when its leases end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import random
from dataclasses import asdict, dataclass, replace

import structlog

from agent.dispatch.limit import Call, Limit
from agent.dispatch.slots import Ended, Standing, learn
from agent.inbox.postgres_rows import ALONE, Db
from agent.inbox.postgres_transactions import AWAY, Transactions

LEASE_SECONDS = 30.0
RENEW_SECONDS = 5.0
# Who has not asked for so long does not wait any more.
HEARD_SECONDS = 2.0
# How often an agent that waits asks again: about a tenth of a short call.
ASK_SECONDS = 0.1
OF_ACCOUNT = 7  # beside the numbers in agent.inbox.postgres_rows

EXPIRE = "DELETE FROM account_slots WHERE account = %s AND lease_until < %s"
SLOTS = "SELECT slot, holder FROM account_slots WHERE account = %s"
TAKE = "INSERT INTO account_slots VALUES (%s, %s, %s, %s, %s)"
FREE = "DELETE FROM account_slots WHERE account = %s AND slot = %s AND holder = %s AND since = %s"
RENEW = "UPDATE account_slots SET lease_until = %s WHERE account = %s AND holder = %s AND slot = ANY(%s)"
LEAVE = "DELETE FROM account_slots WHERE account = %s AND holder = %s"
WANT = (
    "INSERT INTO account_agents VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (account, holder) DO UPDATE SET wants = excluded.wants, seen = excluded.seen"
)
SERVED = "UPDATE account_agents SET served = %s WHERE account = %s AND holder = %s"
WAITING = "SELECT holder, wants, served FROM account_agents WHERE account = %s AND wants > 0 AND seen >= %s"
GONE = "DELETE FROM account_agents WHERE account = %s AND (holder = %s OR seen < %s)"
LEARNT = "SELECT learnt FROM account_limits WHERE account = %s"
LEARN = (
    "INSERT INTO account_limits VALUES (%s, %s)"
    " ON CONFLICT (account) DO UPDATE SET learnt = excluded.learnt"
)

log = structlog.get_logger("agent.slots")


@dataclass(frozen=True, slots=True)
class Waits:
    """An agent that wants slots: for so many flows, holding so many, and when it got one last."""

    holder: str
    wants: int
    held: int
    served: float


def may_take(me: Waits, others: list[Waits], free: int, allowed: int) -> bool:
    """Whether an agent may take a slot, or leaves it to those that come before it."""
    wanted = me.wants + sum(one.wants for one in others)
    mine = (me.held / me.wants, me.served)
    owed = 0
    for one in others:
        if (one.held / one.wants, one.served) < mine:
            owed += max(0, math.ceil(allowed * one.wants / wanted) - one.held)
    return free > owed


class SharedSlots:
    """
    Slots that the agents on one store share (`agent.dispatch.slots.Slots`).

    Args:
        transactions: how the store works.
        holder: this agent's name among the others.
        account: the account's id.
        limit: what configuration says; what is learnt is in the store.
    """

    def __init__(self, transactions: Transactions, holder: str, account: str, limit: Limit) -> None:
        self._transactions = transactions
        self._holder = holder
        self._account = account
        self._configured = limit
        self._held: dict[int, float] = {}
        self._standing = Standing(limit.level, limit.allowed, 0)
        self._renewing: asyncio.Task[None] | None = None

    async def take(self, wants: int) -> Call | None:
        """A slot, if one is free and nobody else comes first."""
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew(), name="renew slots")

        async def work(db: Db, now: float) -> Call | None:
            limit, slots = await self._look(db, now)
            await db.execute(WANT, (self._account, self._holder, wants, now))
            rows = await db.execute(WAITING, (self._account, now - HEARD_SECONDS))
            held = _by_holder(slots)
            asking = [
                Waits(holder, wanted, held.get(holder, 0), served)
                for holder, wanted, served in await rows.fetchall()
            ]
            me = next(one for one in asking if one.holder == self._holder)
            others = [one for one in asking if one is not me]
            free = limit.allowed - len(slots)
            if others and free > 0 and not may_take(me, others, free, limit.allowed):
                return None
            before = asdict(limit)
            call = limit.take(len(slots), now)
            if asdict(limit) != before:
                await self._learnt(db, limit)
            if call is None:
                return None
            number = next(n for n in range(1, len(slots) + 2) if n not in slots)
            lease = (self._account, number, self._holder, call.started, now + LEASE_SECONDS)
            await db.execute(TAKE, lease)
            await db.execute(SERVED, (now, self._account, self._holder))
            slots[number] = self._holder
            self._see(limit, slots)
            return replace(call, number=number)

        call = await self._transactions.run(work)
        if call is not None:
            self._held[call.number] = call.started
        return call

    async def give_back(self, call: Call, ended: Ended, wants: int) -> None:
        """Free the slot and learn, for all agents."""
        # Not renewed from here on: where the store is away, the lease ends by itself.
        self._held.pop(call.number, None)

        async def work(db: Db, now: float) -> None:
            limit, slots = await self._look(db, now)
            await db.execute(FREE, (self._account, call.number, self._holder, call.started))
            if slots.get(call.number) == self._holder:
                del slots[call.number]
            await db.execute(WANT, (self._account, self._holder, wants, now))
            learn(limit, call, ended, now)
            await self._learnt(db, limit)
            self._see(limit, slots)

        await self._transactions.run(work)

    def again(self) -> float | None:
        """Others free slots, too."""
        return random.uniform(0.5, 1.5) * ASK_SECONDS  # noqa: S311 - it only spreads

    @property
    def standing(self) -> Standing:
        """As it was seen last."""
        return self._standing

    async def close(self) -> None:
        """Leave every slot."""
        if self._renewing is not None:
            self._renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._renewing
        self._held.clear()

        async def work(db: Db, now: float) -> None:
            await db.execute(LEAVE, (self._account, self._holder))
            await db.execute(GONE, (self._account, self._holder, now - 86_400.0))

        with contextlib.suppress(*AWAY):
            await self._transactions.run(work, patience=1.0)

    async def _look(self, db: Db, now: float) -> tuple[Limit, dict[int, str]]:
        """What is learnt, and the holders of slots; alone from here to the end of the transaction."""
        await db.execute(ALONE, (self._account, OF_ACCOUNT))
        row = await (await db.execute(LEARNT, (self._account,))).fetchone()
        known = asdict(self._configured) if row is None else json.loads(row[0])
        own = {"most": self._configured.most, "headroom": self._configured.headroom}
        await db.execute(EXPIRE, (self._account, now))
        slots = await (await db.execute(SLOTS, (self._account,))).fetchall()
        return Limit(**(known | own)), dict(slots)

    async def _learnt(self, db: Db, limit: Limit) -> None:
        await db.execute(LEARN, (self._account, json.dumps(asdict(limit))))

    def _see(self, limit: Limit, slots: dict[int, str]) -> None:
        self._standing = Standing(limit.level, limit.allowed, len(slots), _by_holder(slots))

    async def _renew(self) -> None:
        """Keep what is held, and see how calls stand."""

        async def work(db: Db, now: float) -> None:
            until = now + LEASE_SECONDS
            await db.execute(RENEW, (until, self._account, self._holder, list(self._held)))
            self._see(*await self._look(db, now))

        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self._transactions.run(work)
            except Exception as error:  # noqa: BLE001 - what is not renewed is given to others
                log.warning("slots_not_renewed", error=repr(error))


def _by_holder(slots: dict[int, str]) -> dict[str, int]:
    held: dict[str, int] = {}
    for holder in slots.values():
        held[holder] = held.get(holder, 0) + 1
    return held
