"""A store's tables on PostgreSQL: brought to a version of the schema and back."""

from __future__ import annotations

from collections.abc import Sequence

from agent.errors import newer
from agent.inbox.parameters import moves
from agent.inbox.postgres_agents import SILENT_SECONDS
from agent.inbox.postgres_rows import ALONE, OF_SCHEMA, Db, scalar
from agent.inbox.sql import Migration, migrations, step

KNOWN = migrations("postgres")
VERSION = len(KNOWN)


async def make(db: Db) -> None:
    """
    Bring the store to this version, made where there is none; of agents that start at once, one does.

    Raises:
        StoreBusy: a newer agent wrote the store.
    """
    await migrate(db, VERSION)
    async with db.transaction(), db.cursor() as cursor:
        await cursor.execute(ALONE, ("suiteloom inbox", OF_SCHEMA))
        await cursor.executemany(
            "INSERT INTO moves VALUES (%s, %s) ON CONFLICT DO NOTHING", sorted(moves())
        )


async def version(db: Db) -> int:
    """The version of the store's schema; 0 where there is no store."""
    if await scalar(db, "SELECT to_regclass('store')") is None:
        return 0
    return int(await scalar(db, "SELECT version FROM store"))


async def running(db: Db) -> int:
    """Agents that were seen on the store lately."""
    beats = "SELECT count(*) FROM agents WHERE seen > extract(epoch FROM clock_timestamp()) - %s"
    return int(await scalar(db, beats, (SILENT_SECONDS,)))


async def migrate(db: Db, to: int, known: Sequence[Migration] = KNOWN) -> None:
    """
    Bring the store to a version, each step a transaction of its own that no two agents do at once.

    Raises:
        StoreBusy: there is no way from the store's version, which a newer agent knows.
    """
    while True:
        async with db.transaction():
            await db.execute(ALONE, ("suiteloom inbox", OF_SCHEMA))
            at = await version(db)
            if at == to:
                return
            if at > len(known):
                raise newer(at, len(known))
            statements, after = step(known, at, to)
            await db.execute(statements.encode())
            if at == 0:
                await db.execute("INSERT INTO store VALUES (0)")
            await db.execute("UPDATE store SET version = %s", (after,))
