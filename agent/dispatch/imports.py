"""
The lane of a file flow: many documents as one run of the account's map/reduce import.

    lease ─► remember the run ─► stage parts ─► remember "submitted" ─► import ─► state … ─► settle ─► clear

A run that was submitted outlives the agent: the next one goes on asking for its state. One that was
only staged is given up: its documents are sent again, and its parts are cleared. Documents are
leased and staged in small numbers, so that a file of a million rows needs no more memory than one
of a thousand.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from agent.bundle import InboundFlow
from agent.dispatch import poison
from agent.dispatch.account import Account
from agent.dispatch.lane import AGENT, Lane, Tools
from agent.dispatch.restlets import WRITTEN
from agent.dispatch.retry import Decide
from agent.documents import exact
from agent.errors import CallError, Denied, Unauthorized
from agent.inbox.model import Import, Lease, Leased, Problem, Settled, Try
from agent.inbox.states import State

# Of one request, as it is sent: RESTlets take 10 MB (help: SuiteScript governance), and a file that
# is written from it is smaller than the request.
PART_BYTES = 8_000_000
PART_DOCUMENTS = 20_000
# Of one run: a map/reduce keeps 200 MB over all its stages, input and results.
RUN_DOCUMENTS = 20_000
RUN_BYTES = 60_000_000
# Documents that are in memory at a time, besides the part that they fill.
CHUNK = 500
RUN_SECONDS = 7 * 86_400.0
FIRST_LOOK = 0.5
LOOK_MAX = 15.0
GATHER_SECONDS = 0.5


@dataclass(slots=True)
class Run:
    """How far a run is, for people: documents, those staged, those with an outcome, and those that failed."""

    id: str
    phase: str = "staging"
    documents: int = 0
    staged: int = 0
    parts: int = 0
    imported: int = 0
    failed: int = 0


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
        super().__init__(flow.flow, tools, account.breaker, only_newest=flow.only_newest)
        self._flow = flow
        self._account = account
        self._decide = decide
        self._followed: set[str] = set()
        self._runs: dict[str, Run] = {}

    def progress(self) -> list[dict[str, Any]]:
        """Runs under way, JSON."""
        return [{"flow": self.flow, **asdict(run)} for run in self._runs.values()]

    async def _turn(self) -> bool:
        if self._working or self.blocked():
            return False
        # Of an agent that is gone: this store's last one, or another agent on it.
        for run in await self.tools.store.imports():
            if run.flow != self.flow or run.id in self._followed:
                continue
            if run.status == "submitted":
                self._followed.add(run.id)
                self.start(
                    asyncio.create_task(self._resume(run.id, run.parts), name=f"run {run.id}")
                )
                return True
            if run.status == "dropped":
                await self._clear_dropped(run.id)
        if await self.tools.store.next_due(self.flow) is None:
            return False
        await asyncio.sleep(GATHER_SECONDS)  # a file arrives in chunks; one run is better than many
        run_id = secrets.token_hex(8)
        await self.tools.store.begin_import(
            Import(run_id, self.flow, 0, "staging", self.tools.clock())
        )
        limit = self.limit(RUN_DOCUMENTS)
        lease = await self._lease(run_id, limit)
        if not lease.events:
            await self.tools.store.end_import(run_id)
            return False
        self.taken()
        self._followed.add(run_id)
        self.start(asyncio.create_task(self._run(lease, limit), name=f"run {run_id}"))
        return True

    async def _lease(self, run_id: str, left: int) -> Lease:
        """Some more documents for a run."""
        some = min(CHUNK, left)
        return await self.lease(some, RUN_SECONDS, owner=run_id)

    async def _run(self, lease: Lease, limit: int) -> None:
        run_id = lease.owner
        run = self._runs[run_id] = Run(run_id)
        try:
            await self._stage_all(run, lease, limit)
        except CallError as error:
            # Nothing was submitted: give the run up, keep the documents.
            await self.tools.store.drop_import(run_id)
            await self._back(run_id, error)
            self._followed.discard(run_id)
            del self._runs[run_id]
            return
        if not run.parts:
            await self.tools.store.end_import(run_id)
            del self._runs[run_id]
            return
        await self.tools.store.submitted(run_id, run.parts)
        run.phase = "importing"
        await self._submit(run_id, run.parts)
        await self._follow(run_id)

    async def _stage_all(self, run: Run, lease: Lease, limit: int) -> None:
        """Stage documents part by part until there are no more, or the run is full."""
        part = Part()
        total = 0
        while lease.events:
            run.documents += len(lease.events)
            for event in lease.events:
                line = _line(event)
                if _sent(line) > PART_BYTES:
                    await self._too_large(run, event)
                    continue
                if not part.takes(line):
                    total += part.size
                    await self._stage(run, part)
                    part = Part()
                part.add(line)
            left = limit - run.documents
            # Documents that must be by themselves are the whole run.
            if left <= 0 or total + part.size >= RUN_BYTES or _apart(lease) or self._ending:
                break
            lease = await self._lease(run.id, left)
            if _apart(lease):
                back = [self._decide.back(event) for event in lease.events]
                await self.tools.store.complete(run.id, back)
                break
        if part.lines:
            await self._stage(run, part)

    async def _too_large(self, run: Run, event: Leased) -> None:
        """A document that no request can carry is for a person; the others go on without it."""
        problem = Problem("TOO_LARGE", f"a document of {len(event.body)} bytes cannot be staged")
        await self.settle(Lease(run.id, 0.0, ()), [self._decide.held(event, problem)])
        run.failed += 1

    async def _stage(self, run: Run, part: Part) -> None:
        await self._account.op(
            "stage",
            flow=self.flow,
            contract=self._flow.contract,
            **{"import": run.id},
            part=run.parts + 1,
            lines=part.lines,
        )
        run.parts += 1
        run.staged += len(part.lines)

    async def _clear_dropped(self, run_id: str) -> None:
        """Take away what was staged for a run that is given up; in vain: with the lane's next turn."""
        try:
            await self._account.op("clear", flow=self.flow, **{"import": run_id})
        except CallError as error:
            self.log.warning("import_not_cleared", run=run_id, code=error.code)
        else:
            await self.tools.store.end_import(run_id)

    async def _resume(self, run_id: str, parts: int) -> None:
        """Go on with a run of an agent that is gone; op `import` for a run that was started does nothing."""
        held = len(await self.tools.store.held_by(run_id))
        self._runs[run_id] = Run(run_id, "importing", held, held, parts)
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
                await self._finish(run_id, answer)
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
                since = event.sent_at or 0.0
                call = Try(since, AGENT, run_id, None, json.dumps(row, ensure_ascii=False))
                one = self._decide.result(event, row, since)
                closes = self._flow.whole and one.state is State.DONE and one.outcome in WRITTEN
                results.append(replace(one, call=call, closes=closes))
        settled, stopping = self._decide.blame(events, results)
        await self.settle(Lease(run_id, 0.0, ()), settled)
        if run := self._runs.get(run_id):
            run.imported += len(settled)
            run.failed += sum(one.state in (State.HELD, State.DEAD) for one in settled)
        if stopping is not None:
            self.halt(stopping.code, stopping.message)
        else:
            self.resume()

    async def _finish(self, run_id: str, answer: dict[str, Any]) -> None:
        """Settle what has no result, and let the account forget the run."""
        status = str(answer["status"])
        without = list((await self.tools.store.held_by(run_id)).values())
        if answer.get("broken"):
            left = self._broken(without, answer.get("cause") or {})
        else:
            problem = Problem("NO_RESULT", f"the import ended ({status}) without it", kind="retry")
            left = [self._decide.again(event, problem, state=State.UNKNOWN) for event in without]
        await self.settle(Lease(run_id, 0.0, ()), left)
        await self.tools.store.end_import(run_id)
        try:
            await self._account.op("clear", flow=self.flow, **{"import": run_id})
        except CallError as error:
            self.log.warning("import_not_cleared", run=run_id, code=error.code)
        self._runs.pop(run_id, None)
        self.log.info("import_done", run=run_id, status=status, without_result=len(left))

    def _broken(self, events: list[Leased], cause: dict[str, Any]) -> list[Settled]:
        """
        Documents whose batch ended its script: one of them is to blame, and is found by halves.

        Until it is alone it was no document's try; alone it is held when it fails again.
        """
        code, message = str(cause.get("code") or "NO_RESULT"), str(cause.get("message") or "")
        problem = Problem(code, message, kind="retry")
        lone = len(events) == 1
        if lone and events[0].alone and events[0].attempts + 1 >= poison.LONE_TRIES:
            return [self._decide.held(events[0], problem)]
        wait = self._decide.wait(0)
        parts = poison.halves(events)
        return [
            self._decide.again(
                event,
                problem,
                state=State.UNKNOWN,
                # One half after the other: what is due together goes together.
                after=wait if part == parts[0] else wait + 0.001,
                alone=part,
                outage=True,
                tried=lone and event.alone != 0,
            )
            for event, part in zip(events, parts, strict=True)
        ]

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


def _apart(lease: Lease) -> bool:
    """Whether the documents go by themselves: one of them is suspected."""
    return any(event.alone for event in lease.events)


@dataclass(slots=True)
class Part:
    """Lines of one staged part; `size` is that of the request that carries them, bytes."""

    lines: list[str] = field(default_factory=list)
    size: int = 0

    def takes(self, line: str) -> bool:
        """Whether the line still fits."""
        return self.size + _sent(line) <= PART_BYTES and len(self.lines) < PART_DOCUMENTS

    def add(self, line: str) -> None:
        """Put a line in."""
        self.lines.append(line)
        self.size += _sent(line)


def _line(event: Leased) -> str:
    """One document a line; only white space between JSON tokens is replaced."""
    line = json.dumps({"id": str(event.id)})[:-1] + ',"doc":' + exact(event.body).decode() + "}"
    return line.replace("\r", " ").replace("\n", " ")


def _sent(line: str) -> int:
    """Bytes of a line as a text in a JSON request."""
    return len(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass")) + 1
