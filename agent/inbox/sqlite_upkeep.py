"""Upkeep of the store on SQLite: what is old is forgotten, and its room given back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from agent.inbox.past import AT_ONCE, Step, step, walk
from agent.inbox.sql import queries
from agent.inbox.writer import Writer

SQL = queries()
# Free pages are used again; so many are left. One step moves so few that nobody waits for it.
SPARE_PAGES = 1_000
PAGES_AT_ONCE = 100


async def purge(writer: Writer, before: float, ids: float | None, raw: float | None) -> int:
    """As `agent.inbox.store.Store.purge`."""

    def forget(db: sqlite3.Connection, after: int) -> Step:
        which = {"after": after, "before": before, "limit": AT_ONCE}
        past = step(db.execute(SQL["past"], which), before)
        for name in ("keep_ids", "forget_steps", "forget_tries", "forget_events"):
            db.execute(SQL[name], {"ids": json.dumps(past.ended)})
        return past

    def forget_ids(db: sqlite3.Connection) -> int:
        return db.execute(SQL["forget_ids"], {"before": ids or 0.0, "limit": AT_ONCE}).rowcount

    def forget_raw(db: sqlite3.Connection) -> int:
        return db.execute(SQL["forget_raw"], {"before": raw or 0.0, "limit": AT_ONCE}).rowcount

    total = await walk(lambda after: writer.run(lambda db: forget(db, after)))
    while await writer.run(forget_ids) == AT_ONCE:
        pass
    while await writer.run(forget_raw):
        pass
    await _compact(writer)
    return total


async def count(writer: Writer, since: float, now: Callable[[], float]) -> None:
    """As `agent.inbox.store.Store.count`."""

    def some(db: sqlite3.Connection) -> int:
        after, upto = db.execute(SQL["traffic_next"], {"limit": AT_ONCE}).fetchone()
        db.execute(SQL["count_traffic"], {"after": after, "upto": upto})
        db.execute(SQL["traffic_counted"], {"upto": upto, "now": now()})
        db.execute(SQL["forget_traffic"], {"before": since})
        return int(upto - after)

    while await writer.run(some):
        pass


async def _compact(writer: Writer) -> None:
    """Cut free pages off the file, as long as there are many."""

    def cut(db: sqlite3.Connection) -> int:
        (free,) = db.execute("PRAGMA freelist_count").fetchone()
        if free > SPARE_PAGES:
            db.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
        (left,) = db.execute("PRAGMA freelist_count").fetchone()
        return int(free - left)  # none in a file that was made without

    while await writer.run(cut):
        pass
