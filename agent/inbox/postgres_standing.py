"""What stands beside the events of a PostgreSQL store: runs of imports, polls, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from agent.alarms import Alarm, Placed, Where
from agent.inbox.model import Import, PollState
from agent.inbox.parameters import of_alarm, of_told, placed
from agent.inbox.postgres_agents import Presence
from agent.inbox.postgres_rows import BEGIN_IMPORT, OWN_IMPORTS, SQL, Db, scalar
from agent.inbox.postgres_transactions import Transactions

# The alarms of an agent that was not there for so long are nobody's.
GONE_SECONDS = 600.0


class Standing:
    """A part of `agent.inbox.store.Store`, as `PostgresStore` has it."""

    _transactions: Transactions
    _presence: Presence

    # --- imports ------------------------------------------------------------------------------

    async def begin_import(self, run: Import) -> None:
        """Remember a run before anything of it is staged."""
        values = {"id": run.id, "flow": run.flow, "parts": run.parts, "status": run.status}
        await self._execute(
            BEGIN_IMPORT, {**values, "created": run.created, "agent": self._presence.name}
        )

    async def submitted(self, run: str, parts: int) -> None:
        """Remember that the run may have started in the account."""
        await self._execute(SQL["submit_import"], {"id": run, "parts": parts})

    async def imports(self) -> list[Import]:
        """Runs of this agent that are not finished, those that it took over included."""

        async def work(db: Db, _now: float) -> list[Import]:
            found = await db.execute(OWN_IMPORTS, (self._presence.name,))
            return [Import(*row) for row in await found.fetchall()]

        return await self._transactions.run(work)

    async def drop_import(self, run: str) -> None:
        """Remember that a run is given up."""
        await self._execute(SQL["drop_import"], {"id": run})

    async def end_import(self, run: str) -> None:
        """Forget a run."""
        await self._execute(SQL["end_import"], {"id": run})

    # --- polls --------------------------------------------------------------------------------

    async def poll(self, flow: str) -> PollState:
        """Where a polled flow stands."""

        async def work(db: Db, _now: float) -> PollState:
            row = await (await db.execute(SQL["poll"], {"flow": flow})).fetchone()
            return PollState(*row) if row else PollState()

        return await self._transactions.run(work)

    async def hashes(self, flow: str, keys: Sequence[str]) -> dict[str, str]:
        """The hashes of what was told last, of those keys that were told."""

        async def work(db: Db, _now: float) -> dict[str, str]:
            found = await db.execute(SQL["polled"], {"flow": flow, "keys": list(keys)})
            return {row[0]: row[1] for row in await found.fetchall()}

        return await self._transactions.run(work)

    async def hashes_kept(self, flow: str) -> bool:
        """Whether any key of the flow was told."""

        async def work(db: Db, _now: float) -> bool:
            return bool(await scalar(db, SQL["polled_any"], {"flow": flow}))

        return await self._transactions.run(work)

    async def polled_keys(self, flow: str, beginning: str = "") -> list[str]:
        """Every key that was told and not forgotten, or those whose hash begins so."""
        where = {"flow": flow, "like": f"{beginning}%"}

        async def work(db: Db, _now: float) -> list[str]:
            found = await db.execute(SQL["polled_keys"], where)
            return [row[0] for row in await found.fetchall()]

        return await self._transactions.run(work)

    async def end_poll(self, flow: str, state: PollState) -> None:
        """Remember a whole pass."""
        await self._execute(SQL["end_poll"], {"flow": flow, **asdict(state)})

    async def _execute(self, statement: str, values: dict[str, Any]) -> None:
        async def work(db: Db, _now: float) -> None:
            await db.execute(statement, values)

        await self._transactions.run(work)

    # --- alarms -------------------------------------------------------------------------------

    async def share_alarms(
        self, place: str, begun: Sequence[Placed], ended: Sequence[tuple[str, Where]]
    ) -> list[Placed]:
        """Record what began and what ended; returns what stands, the oldest last."""

        async def work(db: Db, now: float) -> list[Placed]:
            await db.execute(SQL["alarms_seen"], {"place": place, "now": now})
            await db.execute(SQL["alarms_gone"], {"before": now - GONE_SECONDS})
            for one in sorted(begun, key=lambda one: (one.alarm.kind, one.alarm.subject)):
                await db.execute(SQL["begin_alarm"], of_alarm(one, now))
            for where, (kind, subject) in sorted(ended):
                which = {"place": where, "kind": kind, "subject": subject}
                await db.execute(SQL["end_alarm"], which)
            rows = await (await db.execute(SQL["alarms"])).fetchall()
            return [placed(row) for row in rows]

        return await self._transactions.run(work)

    async def told(self, channel: str) -> list[tuple[Alarm, float]]:
        """What a channel has told and not told to be over, and when."""

        async def work(db: Db, _now: float) -> list[tuple[Alarm, float]]:
            found = await db.execute(SQL["told_alarms"], {"channel": channel})
            return [(Alarm(*alarm), at) for *alarm, at in await found.fetchall()]

        return await self._transactions.run(work)

    async def tell(self, channel: str, alarm: Alarm, at: float | None) -> None:
        """Remember that a channel has told of an alarm, or (None) that it is over."""
        statement, values = of_told(channel, alarm, at)
        await self._execute(SQL[statement], values)
