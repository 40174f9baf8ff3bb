"""Upkeep of the store on PostgreSQL: what is old is forgotten; its room is autovacuum's affair."""

from __future__ import annotations

from agent.inbox.past import AT_ONCE, Step, step, walk
from agent.inbox.postgres_rows import SQL, Db
from agent.inbox.postgres_transactions import Transactions

MADE_SECONDS = 86_400.0


async def purge(
    transactions: Transactions, before: float, ids: float | None, raw: float | None
) -> int:
    """As `agent.inbox.store.Store.purge`."""

    async def forget(after: int) -> Step:
        async def work(db: Db, _now: float) -> Step:
            which = {"after": after, "before": before, "limit": AT_ONCE}
            past = step(await (await db.execute(SQL["past"], which)).fetchall(), before)
            for name in ("keep_ids", "forget_events"):
                await db.execute(SQL[name], {"ids": past.ended})
            return past

        return await transactions.run(work)

    async def forget_ids(db: Db, now: float) -> int:
        await db.execute("DELETE FROM made WHERE at < %s", (now - MADE_SECONDS,))
        gone = await db.execute(SQL["forget_ids"], {"before": ids or 0.0, "limit": AT_ONCE})
        return gone.rowcount

    async def forget_raw(db: Db, _now: float) -> int:
        which = {"before": raw or 0.0, "limit": AT_ONCE}
        return (await db.execute(SQL["forget_raw"], which)).rowcount

    total = await walk(forget)
    while await transactions.run(forget_ids) == AT_ONCE:
        pass
    while await transactions.run(forget_raw):
        pass
    return total


async def count(transactions: Transactions, since: float) -> None:
    """As `agent.inbox.store.Store.count`."""

    async def some(db: Db, now: float) -> int:
        rows = await db.execute(SQL["traffic_next"] + " FOR UPDATE OF c", {"limit": AT_ONCE})
        [(after, upto)] = await rows.fetchall()
        await db.execute(SQL["count_traffic"], {"after": after, "upto": upto})
        await db.execute(SQL["traffic_counted"], {"upto": upto, "now": now})
        await db.execute(SQL["forget_traffic"], {"before": since})
        return int(upto - after)

    while await transactions.run(some):
        pass
