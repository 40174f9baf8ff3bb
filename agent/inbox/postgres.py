"""
The store on PostgreSQL: any number of agents share it.

Leases are rows that nobody waits for (`FOR UPDATE SKIP LOCKED`); the database's clock is
everybody's. Agents see each other by their beats; what a silent one had in hand is taken over.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

import structlog
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from agent.dispatch.limit import Limit
from agent.dispatch.shared_slots import SharedSlots
from agent.duties.jobs import Jobs
from agent.errors import Refused, Sealed, StoreBusy
from agent.inbox import postgres_rows as one_row
from agent.inbox.causes import BY_CAUSE, Cause, grouped
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
    of_polled,
    opened,
    received,
    tried,
)
from agent.inbox.postgres_agents import Presence
from agent.inbox.postgres_rows import (
    ALONE,
    LEASE_KEY,
    OF_FLOW,
    OF_TOKEN,
    SQL,
    Db,
)
from agent.inbox.postgres_schema import make
from agent.inbox.postgres_standing import Standing
from agent.inbox.postgres_transactions import AWAY, Transactions
from agent.inbox.postgres_upkeep import count, purge
from agent.inbox.reader import conditions, oldest
from agent.inbox.seal import Seal
from agent.inbox.sql import on_postgres
from agent.inbox.states import DISCARDED, EDITED, ENDED, OPEN, State
from agent.silence import Traffic, traffic_of

COUNT_SECONDS = 10.0
# A sender is told soon that it must try again.
ACCEPT_PATIENCE_SECONDS = 5.0
GROUP = 500
# What cannot be opened is looked at again after so long.
SEALED_SECONDS = 60.0

log = structlog.get_logger("agent.inbox")


class PostgresStore(Standing):
    """
    `agent.inbox.store.Store` on a PostgreSQL database. Made by `open_store`.

    Args:
        transactions: how work is done.
        presence: this agent among the others.
        url: the database's address.
        max_open: how many open events are kept before new ones are refused.
        seal: encrypts bodies.
    """

    def __init__(
        self,
        transactions: Transactions,
        presence: Presence,
        *,
        url: str,
        max_open: int = 1_000_000,
        seal: Seal | None = None,
    ) -> None:
        self._seal = seal or Seal()
        self._url = url
        self._transactions = transactions
        self._run = transactions.run
        self._presence = presence
        self._max_open = max_open
        self._open = 0
        self._counted = 0.0
        self._waiting: list[tuple[Sequence[Incoming], asyncio.Future[list[bool]]]] = []
        self._collector: asyncio.Task[None] | None = None

    def now(self) -> float:
        """The time, as the store counts it."""
        return self._transactions.now()

    async def start(self, *, seen: bool) -> None:
        """Count what is open, see that it can be read, and be `seen` by the other agents from now on."""

        async def look(db: Db, _now: float) -> list[Any]:
            return await (await db.execute(SQL["any_body"])).fetchall()

        for (body,) in await self._run(look):
            self._seal.open(body)
        await self._count()
        if seen:
            await self._presence.start()

    # --- ways in ------------------------------------------------------------------------------

    async def accept(self, incoming: Sequence[Incoming]) -> list[bool]:
        """Keep events; False for each that was there already. While a group commits, the next one forms."""
        if time.monotonic() - self._counted > COUNT_SECONDS:
            await self._count()
        if self._open + len(incoming) > self._max_open:
            raise Refused("full", "the inbox is full; try again later", status=503, retry_after=30)
        future: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()
        self._waiting.append((incoming, future))
        if self._collector is None:
            self._collector = asyncio.create_task(self._collect())
        new = await future
        self._open += sum(new)
        return new

    async def _collect(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            try:
                results: list[Any] = await self._keep([incoming for incoming, _ in group])
            except Exception:  # noqa: BLE001 - one bad event must not spoil the commit of the others
                results = [await self._alone(incoming) for incoming, _ in group]
            for (_, future), result in zip(group, results, strict=True):
                if future.done():  # its caller was cancelled; the commit stands
                    continue
                if isinstance(result, BaseException):
                    future.set_exception(result)
                else:
                    future.set_result(result)
        self._collector = None

    async def _alone(self, incoming: Sequence[Incoming]) -> list[bool] | Exception:
        try:
            return (await self._keep([incoming]))[0]
        except AWAY as error:
            away = Refused(
                "store", "the inbox cannot be reached; try again", status=503, retry_after=30
            )
            away.__cause__ = error
            return away
        except Exception as error:  # noqa: BLE001 - it is its caller's
            return error

    async def _keep(self, group: list[Sequence[Incoming]]) -> list[list[bool]]:
        # Rows are locked in the order of keys, by everybody.
        order = sorted(
            ((at, n, one) for at, many in enumerate(group) for n, one in enumerate(many)),
            key=lambda found: (found[2].flow, found[2].key),
        )

        async def work(db: Db, now: float) -> list[list[bool]]:
            kept = [[False] * len(many) for many in group]
            new = await one_row.insert(db, [one for _, _, one in order], now, self._seal)
            for (at, n, _), is_new in zip(order, new, strict=True):
                kept[at][n] = is_new
            return kept

        return await self._run(work, patience=ACCEPT_PATIENCE_SECONDS)

    async def accept_polled(
        self, flow: str, changes: Sequence[Polled], state: PollState | None = None
    ) -> int:
        """Keep events together with the hashes of what they tell, and where the poll stands."""
        await self._count()
        if self._open + len(changes) > self._max_open:
            raise Refused("full", "the inbox is full; try again later", status=503, retry_after=30)

        async def work(db: Db, now: float) -> tuple[int, int]:
            told: list[Incoming] = []
            for one in changes:
                statement, values = of_polled(flow, one)
                kept = (await db.execute(SQL[statement], values)).rowcount
                if kept and one.event is not None:
                    told.append(one.event)
            if state is not None:
                await db.execute(SQL["end_poll"], {"flow": flow, **asdict(state)})
            # Rows are locked in the order of keys, by everybody.
            events = sorted(told, key=lambda event: event.key)
            return len(told), sum(await one_row.insert(db, events, now, self._seal))

        told, new = await self._run(work)
        self._open += new
        return told

    async def _count(self) -> None:
        async def work(db: Db, _now: float) -> int:
            return int(await one_row.scalar(db, SQL["count_open"]))

        self._open = await self._run(work)
        self._counted = time.monotonic()

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

        async def work(db: Db, now: float) -> Lease:
            # Two agents must not take two keys of one group.
            await db.execute(ALONE, (flow, OF_FLOW))
            until = now + seconds
            found = await db.execute(SQL["due_keys"], {"flow": flow, "now": now, "limit": limit})
            events: list[Leased] = []
            for (key,) in await found.fetchall():
                try:
                    event = await one_row.first(db, flow, key, self._seal, newest=newest)
                except Sealed as error:
                    log.error("sealed", flow=flow, key=key, reason=str(error))  # noqa: TRY400 - said in one sentence
                    later = {"due": now + SEALED_SECONDS, "flow": flow, "key": key}
                    await db.execute(SQL["postpone_key"], later)
                    continue
                if event is None or not together(events, event):
                    continue
                events.append(event)
                if event.alone == SINGLY:
                    break
            superseded = 0
            for event in events:
                if newest:
                    older = {"flow": flow, "key": event.key, "id": event.id, "now": now}
                    superseded += (await db.execute(SQL["supersede"], older)).rowcount
                held = {"owner": holder, "until": until, "flow": flow, "key": event.key}
                await db.execute(LEASE_KEY, {**held, "agent": self._presence.name})
                row = {"owner": holder, "before": event.before, "now": now, "id": event.id}
                await db.execute(SQL["lease_event"], row)
            # Documents of one group keep the order in which they came.
            events.sort(key=lambda event: event.id)
            return Lease(holder, until, tuple(events), superseded)

        lease = await self._run(work)
        self._open -= lease.superseded
        return lease

    async def complete(self, owner: str, settled: Iterable[Settled]) -> int:
        """Record what became of leased events, fenced by their owner."""
        outcomes = list(settled)
        tokens = {token for one in outcomes for token in (*one.makes, one.waits_for) if token}

        async def work(db: Db, now: float) -> tuple[int, int]:
            # Who looks whether a record was made, and who makes it, go one after the other.
            for token in sorted(tokens):
                await db.execute(ALONE, (token, OF_TOKEN))
            held = ended = 0
            for one in outcomes:
                if await one_row.settle(db, owner, one, now, self._seal):
                    held += 1
                    ended += one.state in ENDED
            for token in sorted({token for one in outcomes for token in one.makes}):
                ended -= await one_row.wake(db, token, now)
            return held, ended

        held, ended = await self._run(work)
        self._open -= ended
        return held

    async def release(self, owner: str, due: float | None = None) -> int:
        """Give back what was not sent."""

        async def work(db: Db, now: float) -> int:
            return await one_row.release(db, owner, now, due)

        return await self._run(work)

    async def next_due(self, flow: str) -> float | None:
        """When the flow's next free key is due."""

        async def work(db: Db, _now: float) -> float | None:
            times = [
                await one_row.scalar(db, SQL[name], {"flow": flow})
                for name in ("next_due", "next_expiry")
            ]
            return min((one for one in times if one is not None), default=None)

        return await self._run(work)

    async def held_by(self, owner: str) -> dict[str, Leased]:
        """Events of an owner that are in a call, by row as text, without their bodies."""

        async def work(db: Db, _now: float) -> dict[str, Leased]:
            rows = await (await db.execute(SQL["held_by"], {"owner": owner})).fetchall()
            return {str(row[0]): event_in_call(row) for row in rows}

        return await self._run(work)

    # --- a person's work ----------------------------------------------------------------------

    async def replay(
        self, which: Filter, *, force: bool = False, dry_run: bool = False
    ) -> Replayed:
        """Try held, dead and waiting events again at once."""

        async def work(db: Db, now: float) -> tuple[Replayed, int]:
            return await _replay(db, now, which, force=force, dry_run=dry_run)

        result, reopened = await self._run(work)
        self._open += reopened
        return result

    async def edit(self, event: int, body: bytes, who: str, *, force: bool = False) -> Replayed:
        """Give a held, dead or waiting event another body, and try it again at once."""

        async def work(db: Db, now: float) -> tuple[Replayed, int]:
            which = Filter(ids=(event,))
            result, reopened = await _replay(db, now, which, force=force, dry_run=False)
            if result.replayed:
                await db.execute(SQL["edit"], {"id": event, "body": self._seal.close(body)})
                await one_row.note(db, event, now, EDITED, f"by {who}")
            return result, reopened

        result, reopened = await self._run(work)
        self._open += reopened
        return result

    async def discard(self, which: Filter, reason: str, who: str, *, dry_run: bool = False) -> int:
        """Give up events that are not in a call and not done."""

        async def work(db: Db, now: float) -> tuple[int, int]:
            where, values = conditions(which)
            rows = await db.execute(
                f"{SQL['discardable']}{on_postgres(where)}{oldest(which)} FOR UPDATE OF e", values
            )
            events = [event for (event,) in await rows.fetchall()]
            ended = 0
            for event in () if dry_run else events:
                state = await one_row.scalar(
                    db, "SELECT state FROM events WHERE id = %(id)s", {"id": event}
                )
                done = await db.execute(SQL["discard"], {"id": event, "now": now})
                await one_row.note(db, event, now, DISCARDED, f"by {who}: {reason}")
                await one_row.free_key(db, "", one_row.place_of(await done.fetchone()))
                ended += State(state) in OPEN
            return len(events), ended

        discarded, ended = await self._run(work)
        self._open -= ended
        return discarded

    # --- looking ------------------------------------------------------------------------------

    async def find(
        self, which: Filter, *, limit: int = 50, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Events without their bodies, newest first."""
        where, values = conditions(which)
        if before is not None:
            where += " AND e.id < :before"
            values["before"] = before
        end = " ORDER BY e.id DESC LIMIT :limit"
        return await self._rows(SQL["find"] + on_postgres(where + end), {**values, "limit": limit})

    async def show(self, event: int) -> dict[str, Any] | None:
        """One event whole, with its history."""
        found = await self._rows(SQL["show"], {"id": event})
        if not found:
            return None
        tries = await self._rows(SQL["tries"], {"id": event})
        return {
            **opened(found[0], self._seal),
            "history": await self._rows(SQL["history"], {"id": event}),
            "tries": [tried(one, self._seal) for one in tries],
        }

    async def causes(self, which: Filter) -> list[Cause]:
        """Why events are held or dead, the most frequent first."""

        async def work(db: Db, _now: float) -> list[Any]:
            where, values = conditions(which)
            statement = f"{SQL['causes']}{on_postgres(where)} {BY_CAUSE}"
            return await (await db.execute(statement.encode(), values)).fetchall()

        return grouped(await self._run(work))

    async def received(self, event: int) -> Call | None:
        """The call that brought an event."""

        async def work(db: Db, _now: float) -> Any:
            return await (await db.execute(SQL["raw"], {"id": event})).fetchone()

        return received(await self._run(work), self._seal)

    async def stats(self) -> list[tuple[str, str, str | None, int]]:
        """(flow, state, outcome, events)."""

        async def work(db: Db, _now: float) -> list[Any]:
            return await (await db.execute(SQL["stats"])).fetchall()

        return await self._run(work)

    async def traffic(self) -> Traffic:
        """What came in by flow and hour, as far as it is counted."""

        async def work(db: Db, _now: float) -> Traffic:
            until = await one_row.scalar(db, SQL["traffic_until"])
            rows = await (await db.execute(SQL["traffic"])).fetchall()
            return traffic_of(float(until), rows)

        return await self._run(work)

    async def oldest(self) -> dict[str, float]:
        """When the oldest event that has not ended came in, by flow."""
        return await self._times("oldest")

    async def newest(self) -> dict[str, float]:
        """When the newest event came in, by flow."""
        return await self._times("newest")

    async def _times(self, query: str) -> dict[str, float]:
        async def work(db: Db, _now: float) -> list[Any]:
            return await (await db.execute(SQL[query])).fetchall()

        return {flow: float(at) for flow, at in await self._run(work)}

    async def progress(self, flow: str, file: str) -> list[tuple[str, str | None, int]]:
        """(state, outcome, events) of a file."""

        async def work(db: Db, _now: float) -> list[tuple[str, str | None, int]]:
            found = await db.execute(SQL["progress"], {"flow": flow, "file": file})
            return [(state, outcome, number) for state, outcome, number in await found.fetchall()]

        return await self._run(work)

    async def results(self, flow: str, file: str, first: int, limit: int) -> list[dict[str, Any]]:
        """Events of a file in the order of the file."""
        return await self._rows(
            SQL["results"], {"flow": flow, "file": file, "first": first, "limit": limit}
        )

    async def _rows(self, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        async def work(db: Db, _now: float) -> list[dict[str, Any]]:
            async with db.cursor(row_factory=dict_row) as cursor:
                return await (await cursor.execute(statement, values)).fetchall()

        return await self._run(work)

    # --- upkeep -------------------------------------------------------------------------------

    async def purge(
        self, before: float, *, ids: float | None = None, raw: float | None = None
    ) -> int:
        """Forget events that ended before a time, and ids and calls that came before others."""
        return await purge(self._transactions, before, ids, raw)

    async def count(self, since: float) -> None:
        """Count what came in since the last time, by flow and hour."""
        await count(self._transactions, since)

    @property
    def open_events(self) -> int:
        """Events that have not ended, as far as this agent knows."""
        return self._open

    def slots(self, account: str, limit: Limit) -> SharedSlots:
        """The account's slots for calls, shared by the agents on the store."""
        return SharedSlots(self._transactions, self._presence.name, account, limit)

    def rota(self) -> Jobs:
        """Who does what is done once for all agents on the store."""
        return Jobs(self._url, self._transactions)

    async def close(self) -> None:
        """Finish what is under way and close; what is still in hand goes to the others."""
        if self._collector is not None:
            await self._collector
        await self._presence.stop()
        await self._transactions.close()


async def open_store(
    url: str,
    *,
    place: str | None = None,
    clock: Callable[[], float] | None = None,
    max_open: int = 1_000_000,
    seal: Seal | None = None,
) -> PostgresStore:
    """
    The store of a `postgresql://` address, its tables made where there are none.

    Args:
        url: the database's address.
        place: where this agent runs (see `Presence`); None for a command beside the agents, which
            takes nothing in hand and nothing over.
        clock: epoch seconds; None asks the database.
        max_open: how many open events are kept before new ones are refused.
        seal: encrypts bodies.

    Raises:
        Sealed: what is kept cannot be opened.
        StoreBusy: the tables are of a newer agent, or the server cannot be reached.
    """
    pool: AsyncConnectionPool[Db] = AsyncConnectionPool(
        url, min_size=1, max_size=8, open=False, kwargs={"application_name": "suiteloom-agent"}
    )
    try:
        await pool.open(wait=True, timeout=30)
    except PoolTimeout as error:
        await pool.close()
        raise StoreBusy("the PostgreSQL store cannot be reached") from error
    try:
        async with pool.connection() as db:
            await make(db)
    except AWAY as error:  # it restarts just now: whoever starts agents tries again
        await pool.close()
        raise StoreBusy(f"the PostgreSQL store went away: {error}") from error
    except BaseException:
        await pool.close()
        raise
    transactions = Transactions(pool, clock)
    store = PostgresStore(
        transactions, Presence(transactions, place or ""), url=url, max_open=max_open, seal=seal
    )
    try:
        await store.start(seen=place is not None)
    except BaseException:
        await pool.close()
        raise
    return store


async def _replay(
    db: Db, now: float, which: Filter, *, force: bool, dry_run: bool
) -> tuple[Replayed, int]:
    """What was replayed, and how many ended events are open again."""
    where, values = conditions(which)
    rows = await db.execute(
        f"{SQL['replayable']}{on_postgres(where)}{oldest(which)} FOR UPDATE OF e", values
    )
    passed: list[int] = []
    replayed = reopened = 0
    for event, superseded in await rows.fetchall():
        if superseded and not force:
            passed.append(event)
            continue
        replayed += 1
        if dry_run:
            continue
        state = await one_row.scalar(
            db, "SELECT state FROM events WHERE id = %(id)s", {"id": event}
        )
        done = await db.execute(SQL["replay"], {"id": event, "now": now})
        await one_row.open_key(db, one_row.place_of(await done.fetchone()), now)
        reopened += state in ENDED
    return Replayed(replayed, tuple(passed)), reopened
