"""
The tables of procrastinate, beside those of the store.

They are made and brought up to the installed release by the library's own migrations, at the start
of an agent.
"""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager

from agent.errors import StoreBusy
from agent.inbox.postgres_rows import ALONE, OF_SCHEMA, Db, scalar

APPLIED = "CREATE TABLE IF NOT EXISTS engine_migrations (name TEXT PRIMARY KEY)"
RECORD = "INSERT INTO engine_migrations VALUES (%s) ON CONFLICT DO NOTHING"
OF_OTHERS = (
    "the schema has tables of another use of procrastinate; give the store a schema of its own"
    " (postgresql://...?options=-csearch_path%3Dsuiteloom)"
)


def migrations() -> list[Path]:
    """The library's migrations, in order."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


async def make(db: Db) -> None:
    """
    Make the tables, or bring them up to date; of agents that start at once, one does.

    Raises:
        StoreBusy: somebody else uses procrastinate in this schema.
    """
    async with db.transaction():
        await db.execute(ALONE, ("suiteloom engine", OF_SCHEMA))
        await db.execute(APPLIED)
        rows = await (await db.execute("SELECT name FROM engine_migrations")).fetchall()
        applied = {name for (name,) in rows}
        there = await scalar(db, "SELECT to_regclass('procrastinate_jobs')") is not None
        if there and not applied:
            raise StoreBusy(OF_OTHERS)
        if not there:
            await db.execute(SchemaManager.get_schema().encode())
        for one in migrations():
            if there and one.name not in applied:
                await db.execute(one.read_bytes())
            await db.execute(RECORD, (one.name,))
