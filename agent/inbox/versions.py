"""The version of a store's schema, looked at and changed while no agent runs on it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from agent.errors import StoreBusy, UserError
from agent.inbox import sqlite_schema
from agent.inbox.reader import read_only
from agent.inbox.seal import MARK
from agent.inbox.sql import migrations
from agent.inbox.writer import Lock

if TYPE_CHECKING:
    from agent.inbox.postgres_rows import Db

T = TypeVar("T")


def known(where: Path | str) -> int:
    """The version that this agent works on."""
    return len(migrations("sqlite" if isinstance(where, Path) else "postgres"))


def found(where: Path | str) -> int:
    """The version of the store that is there; 0 where there is none."""
    if isinstance(where, Path):
        if not where.exists():
            return 0
        with closing(sqlite3.connect(read_only(where), uri=True)) as db:
            return sqlite_schema.version(db)
    from agent.inbox.postgres_schema import version

    return _on_server(where, version)


# Before this version nothing is encrypted: agents would send what is as it stands.
SEALED_SINCE = 5
_ANY_SEALED = "SELECT 1 FROM events WHERE substr(body, 1, 8) = {mark} LIMIT 1"
_SEALED = UserError(
    "bodies in the store are encrypted, which an older agent cannot read:"
    " run `suiteloom-agent store reseal --plain` first"
)


def agents(url: str) -> int:
    """How many agents run on a PostgreSQL store."""
    from agent.inbox.postgres_schema import running, version

    async def work(db: Db) -> int:
        return await running(db) if await version(db) else 0

    return _on_server(url, work)


def migrate(where: Path | str, to: int) -> None:
    """
    Bring a store to a version that this agent knows.

    Raises:
        StoreBusy: an agent runs on it, or a newer agent wrote it.
        UserError: there is no store, or the older agent could not read it.
    """
    if not isinstance(where, Path):
        _on_server(where, lambda db: _migrate_shared(db, to))
        return
    if not where.exists():
        raise UserError(f"{where}: no store there; `suiteloom-agent run` makes it")
    lock = Lock(where.with_name(where.name + ".lock"))
    try:
        with closing(sqlite3.connect(where, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = FULL")
            mark = f"x'{MARK.hex()}'"
            if to < SEALED_SINCE and db.execute(_ANY_SEALED.format(mark=mark)).fetchone():
                raise _SEALED
            sqlite_schema.migrate(db, to)
    finally:
        lock.release()


async def _migrate_shared(db: Db, to: int) -> None:
    from agent.inbox import postgres_schema
    from agent.inbox.postgres_rows import scalar

    at = await postgres_schema.version(db)
    if at == 0:
        raise UserError("no store there; `suiteloom-agent run` makes it")
    if to < at and (agents := await postgres_schema.running(db)):
        raise StoreBusy(f"{agents} agents run on the store; stop them before it goes back")
    mark = f"'\\x{MARK.hex()}'::bytea"
    if to < SEALED_SINCE and await scalar(db, _ANY_SEALED.format(mark=mark)):
        raise _SEALED
    await postgres_schema.migrate(db, to)


def _on_server(url: str, work: Callable[[Db], Awaitable[T]]) -> T:
    import psycopg

    async def run() -> T:
        try:
            db = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=30)
        except psycopg.OperationalError as error:
            raise StoreBusy("the PostgreSQL store cannot be reached") from error
        async with db:
            return await work(db)

    return asyncio.run(run())
