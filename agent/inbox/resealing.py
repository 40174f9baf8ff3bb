"""All that a store keeps encrypted, encrypted anew: with another key, for the first time, or no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from agent.errors import StoreBusy, UserError
from agent.inbox import sqlite_schema, versions
from agent.inbox.seal import Seal
from agent.inbox.writer import Lock

AT_ONCE = 500
# What is closed, by table: bytes and text. `events` first: what changes there is copied to `raw`.
_CLOSED = (
    ("events", ("body", "original"), ("answer",)),
    ("raw", ("body",), ("headers",)),
    ("tries", ("sent",), ("answer",)),
)


def reseal(where: Path | str, seal: Seal, *, plain: bool = False) -> int:
    """
    Close everything anew with the seal's first key, or with none, in short steps; returns how many rows.

    Raises:
        Sealed: a key is missing; steps before it stay done.
        StoreBusy: an agent runs on the store.
    """
    close = Seal() if plain else seal
    if isinstance(where, Path):
        if not where.exists():
            raise UserError(f"{where}: no store there; `suiteloom-agent run` makes it")
        with _alone(where) as db:
            return _each(lambda sql, values: db.execute(sql, values).fetchall(), "?", seal, close)
    import psycopg

    if versions.agents(where):
        raise StoreBusy("agents run on the store; stop them first")
    with psycopg.connect(where, autocommit=True) as server:

        def ask(sql: str, values: tuple[Any, ...]) -> list[Any]:
            found = server.execute(sql.encode(), values)
            return found.fetchall() if found.description else []

        return _each(ask, "%s", seal, close)


def _each(ask: Any, mark: str, seal: Seal, close: Seal) -> int:
    total = 0
    for table, of_bytes, of_text in _CLOSED:
        columns = (*of_bytes, *of_text)
        rows = f"SELECT id, {', '.join(columns)} FROM {table} WHERE id > {mark} ORDER BY id LIMIT {AT_ONCE}"  # noqa: S608 - names of ours
        values = ", ".join(f"{column} = {mark}" for column in columns)
        change = f"UPDATE {table} SET {values} WHERE id = {mark}"  # noqa: S608 - names of ours
        after = 0
        while found := ask(rows, (after,)):
            for row, *kept in found:
                anew = [
                    None if one is None else close.close(seal.open(bytes(one)))
                    for one in kept[: len(of_bytes)]
                ] + [close.close_text(seal.open_text(one)) for one in kept[len(of_bytes) :]]
                ask(change, (*anew, row))
            total, after = total + len(found), found[-1][0]
    return total


@contextmanager
def _alone(path: Path) -> Iterator[sqlite3.Connection]:
    lock = Lock(path.with_name(path.name + ".lock"))
    try:
        with closing(sqlite_schema.connect(path)) as db:
            yield db
            db.execute("VACUUM")  # free pages hold what was there before
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        lock.release()
