"""What stands beside the events of a SQLite store: runs of imports, polls, alarms."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict

from agent.alarms import Alarm, Placed, Where
from agent.inbox.model import Import, PollState
from agent.inbox.parameters import of_alarm, of_told, placed
from agent.inbox.sql import queries
from agent.inbox.writer import Writer

SQL = queries()


class Standing:
    """A part of `agent.inbox.store.Store`, as `SqliteStore` has it."""

    _writer: Writer
    _clock: Callable[[], float]

    # --- imports ------------------------------------------------------------------------------

    async def begin_import(self, run: Import) -> None:
        """Remember a run before anything of it is staged."""
        await self._writer.run(
            lambda db: db.execute(
                SQL["begin_import"],
                {
                    "id": run.id,
                    "flow": run.flow,
                    "parts": run.parts,
                    "status": run.status,
                    "created": run.created,
                },
            )
        )

    async def submitted(self, run: str, parts: int) -> None:
        """Remember that the run may have started in the account."""
        await self._writer.run(
            lambda db: db.execute(SQL["submit_import"], {"id": run, "parts": parts})
        )

    async def imports(self) -> list[Import]:
        """Runs that are not finished."""
        return await self._writer.run(
            lambda db: [Import(*row) for row in db.execute(SQL["imports"]).fetchall()]
        )

    async def drop_import(self, run: str) -> None:
        """Remember that a run is given up."""
        await self._writer.run(lambda db: db.execute(SQL["drop_import"], {"id": run}))

    async def end_import(self, run: str) -> None:
        """Forget a run."""
        await self._writer.run(lambda db: db.execute(SQL["end_import"], {"id": run}))

    # --- polls --------------------------------------------------------------------------------

    async def poll(self, flow: str) -> PollState:
        """Where a polled flow stands."""

        def work(db: sqlite3.Connection) -> PollState:
            row = db.execute(SQL["poll"], {"flow": flow}).fetchone()
            return PollState(*row) if row else PollState()

        return await self._writer.run(work)

    async def hashes(self, flow: str, keys: Sequence[str]) -> dict[str, str]:
        """The hashes of what was told last, of those keys that were told."""
        where = {"flow": flow, "keys": json.dumps(list(keys))}
        return await self._writer.run(lambda db: dict(db.execute(SQL["polled"], where).fetchall()))

    async def hashes_kept(self, flow: str) -> bool:
        """Whether any key of the flow was told."""
        return await self._writer.run(
            lambda db: bool(db.execute(SQL["polled_any"], {"flow": flow}).fetchone()[0])
        )

    async def polled_keys(self, flow: str, beginning: str = "") -> list[str]:
        """Every key that was told and not forgotten, or those whose hash begins so."""
        where = {"flow": flow, "like": f"{beginning}%"}
        return await self._writer.run(
            lambda db: [row[0] for row in db.execute(SQL["polled_keys"], where)]
        )

    async def end_poll(self, flow: str, state: PollState) -> None:
        """Remember a whole pass."""
        await self._writer.run(
            lambda db: db.execute(SQL["end_poll"], {"flow": flow, **asdict(state)})
        )

    # --- alarms -------------------------------------------------------------------------------

    async def share_alarms(
        self,
        place: str,  # noqa: ARG002 - there is one agent
        begun: Sequence[Placed],
        ended: Sequence[tuple[str, Where]],
    ) -> list[Placed]:
        """Record what began and what ended; returns what stands, the oldest last."""

        def work(db: sqlite3.Connection) -> list[Placed]:
            for one in begun:
                db.execute(SQL["begin_alarm"], of_alarm(one, self._clock()))
            for where, (kind, subject) in ended:
                which = {"place": where, "kind": kind, "subject": subject}
                db.execute(SQL["end_alarm"], which)
            return [placed(row) for row in db.execute(SQL["alarms"]).fetchall()]

        return await self._writer.run(work)

    async def told(self, channel: str) -> list[tuple[Alarm, float]]:
        """What a channel has told and not told to be over, and when."""

        def work(db: sqlite3.Connection) -> list[tuple[Alarm, float]]:
            rows = db.execute(SQL["told_alarms"], {"channel": channel}).fetchall()
            return [(Alarm(*alarm), at) for *alarm, at in rows]

        return await self._writer.run(work)

    async def tell(self, channel: str, alarm: Alarm, at: float | None) -> None:
        """Remember that a channel has told of an alarm, or (None) that it is over."""
        statement, values = of_told(channel, alarm, at)
        await self._writer.run(lambda db: db.execute(SQL[statement], values))
