"""The store on SQLite: WAL, one writer, a lock file, many requests to a commit."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from agent.dispatch.limit import Limit
from agent.dispatch.slots import OwnSlots
from agent.duties.timers import Timers
from agent.errors import Refused, Sealed, StoreBusy
from agent.inbox.causes import Cause
from agent.inbox.model import (
    SINGLY,
    Call,
    Filter,
    Incoming,
    Lease,
    Leased,
    Polled,
    PollState,
    Replayed,
    Settled,
    together,
)
from agent.inbox.parameters import (
    event_in_call,
    first_event,
    of_incoming,
    of_polled,
    of_raw,
    of_settled,
    of_try,
)
from agent.inbox.reader import Reader, conditions, oldest
from agent.inbox.seal import Seal
from agent.inbox.sql import queries
from agent.inbox.sqlite_schema import connect
from agent.inbox.sqlite_standing import Standing
from agent.inbox.sqlite_upkeep import count, purge
from agent.inbox.states import DISCARDED, EDITED, ENDED, OPEN, SUPERSEDED, State
from agent.inbox.writer import Lock, Writer
from agent.silence import Traffic

SQL = queries()
# Tokens of records made lately: a document that was looked up before its reference was saved, and
# is recorded as waiting after it, must not sleep.
MADE_KEPT = 100_000
BACKLOG_MAX = 10_000
# What cannot be opened is looked at again after so long.
SEALED_SECONDS = 60.0

log = structlog.get_logger("agent.inbox")


class SqliteStore(Standing):
    """
    `agent.inbox.store.Store` on one SQLite file.

    Args:
        path: the file; made with its folder where it is not there.
        clock: epoch seconds.
        max_open: how many open events are kept before new ones are refused.
        seal: encrypts bodies.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.time,
        max_open: int = 1_000_000,
        seal: Seal | None = None,
    ) -> None:
        self._clock = clock
        self._seal = seal or Seal()
        self._max_open = max_open
        self._made: OrderedDict[str, float] = OrderedDict()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(path.with_name(path.name + ".lock"))
        try:
            connection = self._connected(path)
        except sqlite3.OperationalError as error:
            self._lock.release()
            raise StoreBusy(f"{path}: the store cannot be written: {error}") from error
        except BaseException:
            self._lock.release()
            raise
        self._writer = Writer(connection)
        self._reader = Reader(path, self._seal)

    def now(self) -> float:
        """The time, as the store counts it."""
        return self._clock()

    # --- ways in ------------------------------------------------------------------------------

    async def accept(self, incoming: Sequence[Incoming]) -> list[bool]:
        """Keep events; False for each that was there already."""
        if self._open + len(incoming) > self._max_open or self._writer.backlog > BACKLOG_MAX:
            raise Refused("full", "the inbox is full; try again later", status=503, retry_after=30)

        def work(db: sqlite3.Connection) -> list[bool]:
            now = self._clock()
            return self._insert(db, incoming, now)

        try:
            new = await self._writer.run(work)
        except sqlite3.OperationalError as error:
            raise Refused(
                "store", f"the inbox cannot write: {error}", status=503, retry_after=30
            ) from error
        self._open += sum(new)
        return new

    async def accept_polled(
        self, flow: str, changes: Sequence[Polled], state: PollState | None = None
    ) -> int:
        """Keep events together with the hashes of what they tell, and where the poll stands."""
        if self._open + len(changes) > self._max_open or self._writer.backlog > BACKLOG_MAX:
            raise Refused("full", "the inbox is full; try again later", status=503, retry_after=30)

        def work(db: sqlite3.Connection) -> tuple[int, int]:
            now = self._clock()
            told: list[Incoming] = []
            for one in changes:
                statement, values = of_polled(flow, one)
                if db.execute(SQL[statement], values).rowcount and one.event is not None:
                    told.append(one.event)
            if state is not None:
                db.execute(SQL["end_poll"], {"flow": flow, **asdict(state)})
            return len(told), sum(self._insert(db, told, now))

        try:
            told, new = await self._writer.run(work)
        except sqlite3.OperationalError as error:
            raise Refused(
                "store", f"the inbox cannot write: {error}", status=503, retry_after=30
            ) from error
        self._open += new
        return told

    def _insert(
        self, db: sqlite3.Connection, incoming: Sequence[Incoming], now: float
    ) -> list[bool]:
        calls: dict[int, tuple[int, bool]] = {}  # rows of calls, and whether they brought anything
        kept = []
        for one in incoming:
            raw = None
            if (call := one.raw) is not None:
                if id(call) not in calls:
                    row = db.execute(
                        SQL["insert_raw"], of_raw(one, call, now, self._seal)
                    ).lastrowid
                    assert row is not None
                    calls[id(call)] = (row, False)
                raw = calls[id(call)][0]
            values = of_incoming(one, now, self._seal, raw)
            new = db.execute(SQL["insert_event"], values).rowcount > 0
            if new:
                _open_key(db, (one.flow, one.key, one.group), now)
                if raw is not None:
                    calls[id(call)] = (raw, True)
            kept.append(new)
        for row, used in calls.values():
            if not used:
                db.execute(SQL["drop_raw"], {"id": row})
        return kept

    # --- leases -------------------------------------------------------------------------------

    async def lease(
        self,
        flow: str,
        limit: int,
        seconds: float,
        owner: str | None = None,
        *,
        newest: bool = False,
    ) -> Lease:
        """Take the first (or newest) open events of up to `limit` due keys, oldest first."""
        holder = owner or secrets.token_hex(8)

        def work(db: sqlite3.Connection) -> Lease:
            now = self._clock()
            until = now + seconds
            where = {"flow": flow, "now": now, "limit": limit}
            keys = [row[0] for row in db.execute(SQL["due_keys"], where).fetchall()]
            events: list[Leased] = []
            for key in keys:
                try:
                    event = _first(db, flow, key, self._seal, newest=newest)
                except Sealed as error:
                    log.error("sealed", flow=flow, key=key, reason=str(error))  # noqa: TRY400 - said in one sentence
                    later = {"due": now + SEALED_SECONDS, "flow": flow, "key": key}
                    db.execute(SQL["postpone_key"], later)
                    continue
                if event is None:  # cannot be: a key has a row only while it has an open event
                    db.execute("DELETE FROM keys WHERE flow = ? AND key = ?", (flow, key))
                    continue
                if not together(events, event):
                    continue
                events.append(event)
                if event.alone == SINGLY:
                    break
            superseded = 0
            for event in events:
                if newest:
                    superseded += db.execute(
                        SQL["supersede"],
                        {"flow": flow, "key": event.key, "id": event.id, "now": now},
                    ).rowcount
                db.execute(
                    SQL["lease_key"],
                    {"owner": holder, "until": until, "flow": flow, "key": event.key},
                )
                db.execute(
                    SQL["lease_event"],
                    {"owner": holder, "before": event.before, "now": now, "id": event.id},
                )
            # Documents of one group keep the order in which they came.
            events.sort(key=lambda event: event.id)
            return Lease(holder, until, tuple(events), superseded)

        lease = await self._writer.run(work)
        self._open -= lease.superseded
        return lease

    async def complete(self, owner: str, settled: Iterable[Settled]) -> int:
        """Record what became of leased events, fenced by their owner."""
        outcomes = list(settled)

        def work(db: sqlite3.Connection) -> tuple[int, int]:
            now = self._clock()
            held = ended = 0
            for one in outcomes:
                if self._settle(db, owner, one, now):
                    held += 1
                    ended += one.state in ENDED
            for one in outcomes:
                ended -= self._wake(db, one.makes, now)
            return held, ended

        held, ended = await self._writer.keep(work)
        self._open -= ended
        return held

    def _settle(self, db: sqlite3.Connection, owner: str, one: Settled, now: float) -> bool:
        due = now if one.due is None else one.due
        if one.waits_for is not None and self._made.get(one.waits_for, -1.0) >= one.started:
            due = now
        values = of_settled(owner, one, due=due, now=now, seal=self._seal)
        place = db.execute(SQL["settle"], values).fetchone()
        if place is None:
            return False
        if one.call is not None:
            db.execute(SQL["insert_try"], of_try(one, one.call, self._seal))
            if one.state is not State.DONE:
                db.execute(SQL["trim_tries"], {"id": one.id})
        if one.closes:
            which = {"flow": place[0], "key": place[1], "id": one.id, "now": now}
            for (closed,) in db.execute(SQL["close_earlier"], which).fetchall():
                _note(db, closed, now, SUPERSEDED, f"by event {one.id}")
        _free_key(db, owner, place)
        return True

    def _wake(self, db: sqlite3.Connection, tokens: Iterable[str], now: float) -> int:
        """Wake what waits for the tokens; returns how many ended events are open again."""
        reopened = 0
        for token in tokens:
            self._made[token] = now
            self._made.move_to_end(token)
            before = db.execute(
                "SELECT count(*) FROM events WHERE waits_for = ? AND state = 'held'", (token,)
            ).fetchone()[0]
            for place in db.execute(SQL["wake"], {"token": token, "now": now}).fetchall():
                _open_key(db, place, now)
            if before:
                after = db.execute(
                    "SELECT count(*) FROM events WHERE waits_for = ? AND state = 'held'", (token,)
                ).fetchone()[0]
                reopened += before - after
        while len(self._made) > MADE_KEPT:
            self._made.popitem(last=False)
        return reopened

    async def release(self, owner: str, due: float | None = None) -> int:
        """Give back what was not sent."""

        def work(db: sqlite3.Connection) -> int:
            return _release(db, owner, self._clock(), due)

        return await self._writer.keep(work)

    async def next_due(self, flow: str) -> float | None:
        """When the flow's next free key is due."""

        def work(db: sqlite3.Connection) -> float | None:
            times = [
                row[0]
                for name in ("next_due", "next_expiry")
                if (row := db.execute(SQL[name], {"flow": flow}).fetchone())[0] is not None
            ]
            return min(times) if times else None

        return await self._writer.run(work)

    async def held_by(self, owner: str) -> dict[str, Leased]:
        """Events of an owner that are in a call, by row as text, without their bodies."""

        def work(db: sqlite3.Connection) -> dict[str, Leased]:
            rows = db.execute(SQL["held_by"], {"owner": owner}).fetchall()
            return {str(row[0]): event_in_call(row) for row in rows}

        return await self._writer.run(work)

    # --- a person's work ----------------------------------------------------------------------

    async def replay(
        self, which: Filter, *, force: bool = False, dry_run: bool = False
    ) -> Replayed:
        """Try held, dead and waiting events again at once."""
        work = partial(self._replay, which=which, force=force, dry_run=dry_run)
        result, reopened = await self._writer.run(work)
        self._open += reopened
        return result

    def _replay(
        self, db: sqlite3.Connection, *, which: Filter, force: bool, dry_run: bool = False
    ) -> tuple[Replayed, int]:
        now = self._clock()
        where, values = conditions(which)
        passed: list[int] = []
        replayed = reopened = 0
        rows = db.execute(SQL["replayable"] + where + oldest(which), values).fetchall()
        for event, superseded in rows:
            if superseded and not force:
                passed.append(event)
                continue
            replayed += 1
            if dry_run:
                continue
            state = db.execute("SELECT state FROM events WHERE id = ?", (event,)).fetchone()[0]
            place = db.execute(SQL["replay"], {"id": event, "now": now}).fetchone()
            _open_key(db, place, now)
            reopened += state in ENDED
        return Replayed(replayed, tuple(passed)), reopened

    async def edit(self, event: int, body: bytes, who: str, *, force: bool = False) -> Replayed:
        """Give a held, dead or waiting event another body, and try it again at once."""

        def work(db: sqlite3.Connection) -> tuple[Replayed, int]:
            result, reopened = self._replay(db, which=Filter(ids=(event,)), force=force)
            if result.replayed:
                db.execute(SQL["edit"], {"id": event, "body": self._seal.close(body)})
                _note(db, event, self._clock(), EDITED, f"by {who}")
            return result, reopened

        result, reopened = await self._writer.run(work)
        self._open += reopened
        return result

    async def discard(self, which: Filter, reason: str, who: str, *, dry_run: bool = False) -> int:
        """Give up events that are not in a call and not done."""

        def work(db: sqlite3.Connection) -> tuple[int, int]:
            now = self._clock()
            where, values = conditions(which)
            rows = db.execute(SQL["discardable"] + where + oldest(which), values).fetchall()
            ended = 0
            for (event,) in () if dry_run else rows:
                state = db.execute("SELECT state FROM events WHERE id = ?", (event,)).fetchone()[0]
                place = db.execute(SQL["discard"], {"id": event, "now": now}).fetchone()
                _note(db, event, now, DISCARDED, f"by {who}: {reason}")
                _free_key(db, "", place)
                ended += State(state) in OPEN
            return len(rows), ended

        discarded, ended = await self._writer.run(work)
        self._open -= ended
        return discarded

    # --- looking ------------------------------------------------------------------------------

    async def find(
        self, which: Filter, *, limit: int = 50, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Events without their bodies, newest first."""
        return await asyncio.to_thread(self._reader.find, which, limit=limit, before=before)

    async def show(self, event: int) -> dict[str, Any] | None:
        """One event whole, with its history."""
        return await asyncio.to_thread(self._reader.show, event)

    async def causes(self, which: Filter) -> list[Cause]:
        """Why events are held or dead, the most frequent first."""
        return await asyncio.to_thread(self._reader.causes, which)

    async def received(self, event: int) -> Call | None:
        """The call that brought an event."""
        return await asyncio.to_thread(self._reader.received, event)

    async def stats(self) -> list[tuple[str, str, str | None, int]]:
        """(flow, state, outcome, events)."""
        return await asyncio.to_thread(self._reader.stats)

    async def traffic(self) -> Traffic:
        """What came in by flow and hour, as far as it is counted."""
        return await asyncio.to_thread(self._reader.traffic)

    async def oldest(self) -> dict[str, float]:
        """When the oldest event that has not ended came in, by flow."""
        return await asyncio.to_thread(self._reader.oldest)

    async def newest(self) -> dict[str, float]:
        """When the newest event came in, by flow."""
        return await asyncio.to_thread(self._reader.newest)

    async def progress(self, flow: str, file: str) -> list[tuple[str, str | None, int]]:
        """(state, outcome, events) of a file."""
        return await asyncio.to_thread(self._reader.progress, flow, file)

    async def results(self, flow: str, file: str, first: int, limit: int) -> list[dict[str, Any]]:
        """Events of a file in the order of the file."""
        return await asyncio.to_thread(self._reader.results, flow, file, first, limit)

    # --- upkeep -------------------------------------------------------------------------------

    async def purge(
        self, before: float, *, ids: float | None = None, raw: float | None = None
    ) -> int:
        """Forget events that ended before a time, and ids and calls that came before others."""
        return await purge(self._writer, before, ids, raw)

    async def count(self, since: float) -> None:
        """Count what came in since the last time, by flow and hour."""
        await count(self._writer, since, self._clock)

    @property
    def open_events(self) -> int:
        """Events that have not ended."""
        return self._open

    def slots(self, account: str, limit: Limit) -> OwnSlots:  # noqa: ARG002 - one store, one agent, one account
        """The account's slots for calls: nobody else's."""
        return OwnSlots(limit)

    def rota(self) -> Timers:
        """Who does what is done once: this agent, as it is alone."""
        return Timers()

    async def close(self) -> None:
        """Commit what waits and free the lock."""
        await self._writer.close()
        self._lock.release()

    def _connected(self, path: Path) -> sqlite3.Connection:
        """The file opened, what is kept seen to be readable, and taken over."""
        db = connect(path)
        try:
            for (body,) in db.execute(SQL["any_body"]).fetchall():
                self._seal.open(body)
            self._recover(db)
            self._open = int(db.execute(SQL["count_open"]).fetchone()[0])
        except BaseException:
            db.close()
            raise
        return db

    def _recover(self, db: sqlite3.Connection) -> None:
        """Take over from a process that is gone: nobody else can hold a lease while we hold the lock."""
        now = self._clock()
        db.execute("BEGIN IMMEDIATE")
        for (run,) in db.execute("SELECT id FROM imports WHERE status = 'staging'").fetchall():
            _release(db, run, now, None)
            db.execute(SQL["drop_import"], {"id": run})
        for (owner,) in db.execute(SQL["orphans"]).fetchall():
            for place in db.execute(SQL["cut"], {"owner": owner, "now": now}).fetchall():
                _free_key(db, owner, place)
        db.execute("COMMIT")


Place = tuple[str, str, str | None]


def _open_key(db: sqlite3.Connection, place: Place, due: float) -> None:
    db.execute(SQL["open_key"], {"flow": place[0], "key": place[1], "grp": place[2], "due": due})


def _note(db: sqlite3.Connection, event: int, now: float, code: str, message: str) -> None:
    db.execute(SQL["note"], {"id": event, "now": now, "code": code, "message": message})


def _free_key(db: sqlite3.Connection, owner: str, place: Place) -> None:
    where = {"flow": place[0], "key": place[1], "owner": owner}
    row = db.execute(SQL["free_key"], where).fetchone()
    if row is not None and row[0] == -1:
        db.execute(SQL["close_key"], where)


def _release(db: sqlite3.Connection, owner: str, now: float, due: float | None) -> int:
    places = db.execute(
        SQL["release_events"], {"owner": owner, "now": now, "due": now if due is None else due}
    ).fetchall()
    for place in places:
        _free_key(db, owner, place)
    return len(places)


def _first(
    db: sqlite3.Connection, flow: str, key: str, seal: Seal, *, newest: bool
) -> Leased | None:
    row = None
    if newest:
        row = db.execute(SQL["newest_event"], {"flow": flow, "key": key}).fetchone()
    if row is None:
        row = db.execute(SQL["first_event"], {"flow": flow, "key": key}).fetchone()
    if row is None:
        return None
    return first_event(row, seal)
