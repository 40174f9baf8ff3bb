"""Rows of the PostgreSQL store: statements, and what is done to one event or one key inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from agent.inbox.model import Incoming, Leased, Settled
from agent.inbox.parameters import first_event, of_incoming, of_raw, of_settled, of_try
from agent.inbox.seal import Seal
from agent.inbox.sql import on_postgres, queries
from agent.inbox.states import SUPERSEDED, State

QUERIES = queries()
SQL = {name: on_postgres(statement).rstrip(";\n ") for name, statement in QUERIES.items()}
SQL["insert_raw"] += " RETURNING id"
SQL["due_keys"] += " FOR UPDATE OF k SKIP LOCKED"

LEASE_KEY = SQL["lease_key"].replace("SET ", "SET agent = %(agent)s, ")
BEGIN_IMPORT = (
    "INSERT INTO imports (id, flow, parts, status, created, agent)"
    " VALUES (%(id)s, %(flow)s, %(parts)s, %(status)s, %(created)s, %(agent)s)"
)
OWN_IMPORTS = (
    "SELECT id, flow, parts, status, created FROM imports WHERE agent = %s ORDER BY created"
)
BEAT = "INSERT INTO agents VALUES (%s, %s, %s) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen"
SILENT = "SELECT id FROM agents WHERE (seen < %s OR place = %s) AND id <> %s FOR UPDATE SKIP LOCKED"
STAGED = "SELECT id FROM imports WHERE agent = %s AND status = 'staging'"
ADOPT = "UPDATE imports SET agent = %s WHERE agent = %s"
IN_CALL = (
    "SELECT DISTINCT owner FROM keys WHERE agent = %s AND owner IS NOT NULL"
    " AND owner NOT IN (SELECT id FROM imports)"
)
LOCK_KEY = "SELECT 1 FROM keys WHERE flow = %(flow)s AND key = %(key)s FOR UPDATE"
# One number for what one transaction at a time may do: lease from a flow, settle about a token.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
MADE = "INSERT INTO made VALUES (%s, %s) ON CONFLICT (token) DO UPDATE SET at = excluded.at"
OF_FLOW, OF_TOKEN, OF_SCHEMA = range(3)

Db = AsyncConnection[tuple[Any, ...]]
Place = tuple[str, str, str | None]


async def scalar(db: Db, statement: str, values: Any = None) -> Any:
    """The first value of the first row; None where there is no row."""
    row = await (await db.execute(statement.encode(), values)).fetchone()
    return None if row is None else row[0]


def place_of(row: tuple[Any, ...] | None) -> Place:
    """Flow, key and group of an event that a statement returned."""
    assert row is not None
    flow, key, group = row
    return flow, key, group


async def insert(db: Db, incoming: Sequence[Incoming], now: float, seal: Seal) -> list[bool]:
    """Keep new events; False for each that was there."""
    calls: dict[int, tuple[int, bool]] = {}  # rows of calls, and whether they brought anything
    kept = []
    for one in incoming:
        raw = None
        if (call := one.raw) is not None:
            if id(call) not in calls:
                row = await scalar(db, SQL["insert_raw"], of_raw(one, call, now, seal))
                calls[id(call)] = (row, False)
            raw = calls[id(call)][0]
        made = await db.execute(SQL["insert_event"], of_incoming(one, now, seal, raw))
        new = made.rowcount > 0
        if new:
            await open_key(db, (one.flow, one.key, one.group), now)
            if raw is not None:
                calls[id(call)] = (raw, True)
        kept.append(new)
    for row, used in calls.values():
        if not used:
            await db.execute(SQL["drop_raw"], {"id": row})
    return kept


async def open_key(db: Db, place: Place, due: float) -> None:
    """Twice: the first takes the row, waiting for others, and the second sees what they did."""
    where = {"flow": place[0], "key": place[1], "grp": place[2], "due": due}
    await db.execute(SQL["open_key"], where)
    await db.execute(SQL["open_key"], where)


async def free_key(db: Db, owner: str, place: Place) -> None:
    """After a lease: the key goes, or follows its next open event."""
    where = {"flow": place[0], "key": place[1], "owner": owner}
    # The row first: an event that another agent keeps meanwhile must be seen.
    await db.execute(LOCK_KEY, where)
    row = await (await db.execute(SQL["free_key"], where)).fetchone()
    if row is not None and row[0] == -1:
        await db.execute(SQL["close_key"], where)


async def first(db: Db, flow: str, key: str, seal: Seal, *, newest: bool) -> Leased | None:
    """The first open event of a key, or its newest where it may go first."""
    row = None
    if newest:
        row = await (await db.execute(SQL["newest_event"], {"flow": flow, "key": key})).fetchone()
    if row is None:
        row = await (await db.execute(SQL["first_event"], {"flow": flow, "key": key})).fetchone()
    if row is None:
        return None
    return first_event(row, seal)


async def settle(db: Db, owner: str, one: Settled, now: float, seal: Seal) -> bool:
    """Record what became of an event, where the owner still holds it."""
    due = now if one.due is None else one.due
    if one.waits_for is not None:
        made = await scalar(db, "SELECT at FROM made WHERE token = %s", (one.waits_for,))
        if made is not None and made >= one.started:
            due = now
    row = await db.execute(SQL["settle"], of_settled(owner, one, due=due, now=now, seal=seal))
    place = await row.fetchone()
    if place is None:
        return False
    if one.call is not None:
        await db.execute(SQL["insert_try"], of_try(one, one.call, seal))
        if one.state is not State.DONE:
            await db.execute(SQL["trim_tries"], {"id": one.id})
    if one.closes:
        which = {"flow": place[0], "key": place[1], "id": one.id, "now": now}
        for (closed,) in await (await db.execute(SQL["close_earlier"], which)).fetchall():
            await note(db, closed, now, SUPERSEDED, f"by event {one.id}")
    await free_key(db, owner, place_of(place))
    return True


async def note(db: Db, event: int, now: float, code: str, message: str) -> None:
    """A step of an event's history that is no move."""
    await db.execute(SQL["note"], {"id": event, "now": now, "code": code, "message": message})


async def wake(db: Db, token: str, now: float) -> int:
    """Wake what waits for the token; returns how many ended events are open again."""
    await db.execute(MADE, (token, now))
    held = "SELECT count(*) FROM events WHERE waits_for = %(token)s AND state = 'held'"
    before = await scalar(db, held, {"token": token})
    rows = await db.execute(SQL["wake"], {"token": token, "now": now})
    for place in sorted(await rows.fetchall(), key=lambda row: (row[0], row[1])):
        await open_key(db, place_of(place), now)
    after = await scalar(db, held, {"token": token}) if before else 0
    return int(before - after)


async def release(db: Db, owner: str, now: float, due: float | None) -> int:
    """Give back all that an owner holds."""
    rows = await db.execute(
        SQL["release_events"], {"owner": owner, "now": now, "due": now if due is None else due}
    )
    places = sorted(await rows.fetchall(), key=lambda row: (row[0], row[1]))
    for place in places:
        await free_key(db, owner, place_of(place))
    return len(places)
