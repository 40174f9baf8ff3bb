"""
The lane of a file flow: many documents as one run of the account's map/reduce import.

    lease ─► remember the run ─► stage parts ─► remember "submitted" ─► import ─► state … ─► settle ─► clear

A run that was submitted outlives the agent: the next one goes on asking for its state. One that was
only staged is forgotten, and its documents are sent again.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterator
from typing import Any

from agent.bundle import InboundFlow
from agent.dispatch.account import Account
from agent.dispatch.lane import Lane, Tools
from agent.dispatch.retry import Decide
from agent.errors import CallError, Denied, Unauthorized
from agent.inbox.model import Import, Lease, Leased, Problem
from agent.inbox.states import State

PART_BYTES = 2_000_000
PART_DOCUMENTS = 20_000
RUN_DOCUMENTS = 20_000
RUN_SECONDS = 7 * 86_400.0
FIRST_LOOK = 0.5
LOOK_MAX = 15.0
GATHER_SECONDS = 0.5


class ImportLane(Lane):
    """
    Imports documents of one flow, one run at a time (the account has one deployment for it).

    Args:
        flow: the flow.
        account: the service RESTlet.
        decide: what results mean.
    """

    def __init__(
        self, flow: InboundFlow, tools: Tools, *, account: Account, decide: Decide
    ) -> None:
        super().__init__(flow.flow, tools)
        self._flow = flow
        self._account = account
        self._decide = decide
        self._followed: set[str] = set()

    async def _turn(self) -> bool:
        if self._working or self.blocked():
            return False
        # Of an agent that is gone: this store's last one, or another agent on it.
        for run in await self.tools.store.imports():
            if run.flow == self.flow and run.status == "submitted" and run.id not in self._followed:
                self._followed.add(run.id)
                self.start(
                    asyncio.create_task(self._resume(run.id, run.parts), name=f"run {run.id}")
                )
                return True
        if await self.tools.store.next_due(self.flow) is None:
            return False
        await asyncio.sleep(GATHER_SECONDS)  # a file arrives in chunks; one run is better than many
        run_id = secrets.token_hex(8)
        await self.tools.store.begin_import(
            Import(run_id, self.flow, 0, "staging", self.tools.clock())
        )
        limit = self.limit(RUN_DOCUMENTS)
        lease = await self.tools.store.lease(self.flow, limit, RUN_SECONDS, owner=run_id)
        if not lease.events:
            await self.tools.store.end_import(run_id)
            return False
        self.taken()
        self._followed.add(run_id)
        self.start(asyncio.create_task(self._run(lease), name=f"run {run_id}"))
        return True

    async def _run(self, lease: Lease) -> None:
        run_id = lease.owner
        try:
            parts = 0
            for number, lines in enumerate(_parts(lease.events), 1):
                await self._account.op(
                    "stage",
                    flow=self.flow,
                    contract=self._flow.contract,
                    **{"import": run_id},
                    part=number,
                    lines=lines,
                )
                parts = number
        except CallError as error:
            # Nothing was submitted: forget the run, keep the documents.
            await self.tools.store.end_import(run_id)
            await self._back(run_id, error)
            return
        await self.tools.store.submitted(run_id, parts)
        await self._submit(run_id, parts)
        await self._follow(run_id)

    async def _resume(self, run_id: str, parts: int) -> None:
        """Go on with a run of an agent that is gone; op `import` for a run that was started does nothing."""
        await self._submit(run_id, parts)
        await self._follow(run_id)

    async def _submit(self, run_id: str, parts: int) -> None:
        tries = 0
        while not self._ending:
            try:
                await self._account.op(
                    "import",
                    flow=self.flow,
                    contract=self._flow.contract,
                    **{"import": run_id},
                    parts=parts,
                )
            except CallError as error:
                tries += 1
                if isinstance(error, Unauthorized | Denied):
                    # The parts are staged: the account's 15-minute net picks them up meanwhile.
                    self.halt(error.code, error.message)
                    return
                await self._pause(self._decide.wait(tries))
            else:
                return

    async def _follow(self, run_id: str) -> None:
        """Ask for results until there are no more."""
        offset, pause = 0, FIRST_LOOK
        while not self._ending:
            try:
                answer = await self._account.op(
                    "state", flow=self.flow, **{"import": run_id}, offset=offset
                )
            except CallError as error:
                if isinstance(error, Unauthorized | Denied):
                    self.halt(error.code, error.message)
                pause = min(pause * 2, LOOK_MAX)
                await self._pause(pause)
                continue
            status = answer.get("status")
            rows = answer.get("results") or []
            if rows:
                await self._take(run_id, rows)
                offset += len(rows)
                pause = FIRST_LOOK
            if status in ("done", "failed") and not answer.get("more"):
                await self._finish(run_id, status)
                return
            if not rows:
                pause = min(pause * 1.5, LOOK_MAX)
                await self._pause(pause)

    async def _take(self, run_id: str, rows: list[dict[str, Any]]) -> None:
        held = await self.tools.store.held_by(run_id)
        events, results = [], []
        for row in rows:
            event = held.get(str(row.get("id")))
            if event is not None:
                events.append(event)
                results.append(self._decide.result(event, row, event.sent_at or 0.0))
        settled, stopping = self._decide.blame(events, results)
        await self.settle(Lease(run_id, 0.0, ()), settled)
        if stopping is not None:
            self.halt(stopping.code, stopping.message)
        else:
            self.resume()

    async def _finish(self, run_id: str, status: str) -> None:
        """Settle what has no result, and let the account forget the run."""
        problem = Problem("NO_RESULT", f"the import ended ({status}) without it", kind="retry")
        left = [
            self._decide.again(event, problem, state=State.UNKNOWN)
            for event in (await self.tools.store.held_by(run_id)).values()
        ]
        await self.settle(Lease(run_id, 0.0, ()), left)
        await self.tools.store.end_import(run_id)
        try:
            await self._account.op("clear", flow=self.flow, **{"import": run_id})
        except CallError as error:
            self.log.warning("import_not_cleared", run=run_id, code=error.code)
        self.log.info("import_done", run=run_id, status=status, without_result=len(left))

    async def _back(self, run_id: str, error: CallError) -> None:
        if isinstance(error, Unauthorized | Denied):
            await self.tools.store.release(run_id)
            self.halt(error.code, error.message)
        else:
            self.log.warning("not_staged", code=error.code, message=error.message)
            await self.tools.store.release(run_id, self.tools.clock() + 1.0)

    async def _pause(self, seconds: float) -> None:
        """Sleep, but end when the lane ends."""
        step = 0.2
        while seconds > 0 and not self._ending:
            await asyncio.sleep(min(step, seconds))
            seconds -= step


def _parts(events: tuple[Leased, ...]) -> Iterator[list[str]]:
    """Lines of staged parts, within the bounds of size and number."""
    lines: list[str] = []
    size = 0
    for event in events:
        line = json.dumps({"id": str(event.id)})[:-1] + ',"doc":' + event.body.decode() + "}"
        line = line.replace("\r", " ").replace(
            "\n", " "
        )  # one document a line; only white space between JSON tokens
        if lines and (size + len(line) > PART_BYTES or len(lines) >= PART_DOCUMENTS):
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += len(line.encode())
    if lines:
        yield lines
