"""The lane of a flow by RESTlet: due documents, a batch a call, an outcome a document."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from agent.bundle import InboundFlow
from agent.dispatch.budget import Budget, Slot
from agent.dispatch.fetching import Fetcher
from agent.dispatch.lane import Lane, Tools, monotonic_id
from agent.dispatch.retry import STOPPING, Decide
from agent.dispatch.shares import Kind
from agent.dispatch.sizing import BatchSize
from agent.errors import BadAnswer, CallError, Denied, NotSent, Throttled, Unauthorized, Unknown
from agent.inbox.model import Lease, Leased, Problem, Settled
from agent.inbox.states import State
from agent.ports import NetSuite

# RESTlet bodies are guaranteed to 10 MB (help topic section_4640094112).
BODY_BYTES = 8_000_000
# NetSuite ended the script: the batch was too much for it, not for the network.
TOO_MUCH = frozenset({"SSS_TIME_LIMIT_EXCEEDED", "SSS_USAGE_LIMIT_EXCEEDED"})
# A lane that has filled so many calls in succession works off a backlog.
BACKLOG_CALLS = 10
FETCHING = 300.0  # seconds more that a lease of fetched documents may take
THROTTLED_SECONDS = 1.0
UNSENT_SECONDS_MAX = 30.0


class RestletLane(Lane):
    """
    Sends documents of one flow.

    Args:
        flow: the flow.
        account: the account's id, sent with each call and expected in each answer.
        build: the bundle's build.
        netsuite: the account's RESTlets.
        budget: slots for calls, shared by all lanes.
        decide: what answers mean.
        fetcher: gets the documents where what came in only names them.
    """

    beside = True

    def __init__(
        self,
        flow: InboundFlow,
        tools: Tools,
        *,
        account: str,
        build: str,
        netsuite: NetSuite,
        budget: Budget,
        decide: Decide,
        fetcher: Fetcher | None = None,
    ) -> None:
        super().__init__(flow.flow, tools)
        self.lease_seconds = tools.dispatch.call_timeout + 120.0 + (FETCHING if fetcher else 0.0)
        self._flow = flow
        self._account = account
        self._build = build
        self._netsuite = netsuite
        self._budget = budget
        self._decide = decide
        self._fetcher = fetcher
        self.size = BatchSize(flow.batch_max, tools.dispatch.batch_seconds)
        self._full = 0  # calls in succession that were filled
        self._unsent = 0
        self._good_at = 0.0
        self._suspects: dict[int, float] = {}  # events that stopped the lane, and when

    def follow(self, old: Lane) -> None:
        """As every lane, and with what the old one has learnt of the time of a document."""
        super().follow(old)
        if isinstance(old, RestletLane):
            self.size = old.size.under(self.size.most, self.size.target)

    async def _turn(self) -> bool:
        if self.blocked() or not await self._due():
            return False
        kind = Kind.BACKFILL if self._full >= BACKLOG_CALLS else Kind.INTERACTIVE
        slot = await self._budget.take(self.flow, kind)
        lease: Lease | None = None
        limit = self.limit(self.size.size)
        try:
            if not self._ending and not self.blocked():
                lease = await self.tools.store.lease(self.flow, limit, self.lease_seconds)
        finally:
            if lease is None or not lease.events:
                await slot.free()
        if lease is None or not lease.events:
            self._full = 0
            return False
        self._full = self._full + 1 if len(lease.events) >= limit else 0
        self.taken()
        self.start(asyncio.create_task(self._work(lease, slot), name=f"batch {self.flow}"))
        return True

    async def _due(self) -> bool:
        """Whether there is something to take: a slot is not asked for to find out."""
        due = await self.tools.store.next_due(self.flow)
        return due is not None and due <= self.tools.clock()

    async def _work(self, lease: Lease, slot: Slot) -> None:
        try:
            await self._send(lease, slot)
        finally:
            await slot.free()

    async def _send(self, lease: Lease, slot: Slot) -> None:
        ready = await self._fetched(lease, await self._let_run_out(lease))
        events, rest = _fitting(ready)
        if rest:
            await self.tools.store.complete(
                lease.owner,
                [Settled(e.id, State.WAITING, tried=False, sent_at=e.sent_at) for e in rest],
            )
        if not events:
            return
        batch = monotonic_id()
        started = self.tools.clock()
        metrics = self.tools.metrics
        try:
            with metrics.call_seconds.labels(self._flow.script).time():
                answer = await self._netsuite.call(
                    self._flow.script,
                    self._flow.deploy,
                    self._body(batch, events),
                    timeout=self.tools.dispatch.call_timeout,
                )
        except CallError as error:
            metrics.calls.labels(self._flow.script, type(error).__name__).inc()
            await self._failed(lease, events, slot.judge(error) or error, started)
            return
        slot.judge(None)
        metrics.calls.labels(self._flow.script, "ok").inc()
        self._unsent = 0
        self._measure(answer, started)
        await self._answered(lease, events, answer, started, batch)

    async def _fetched(self, lease: Lease, events: tuple[Leased, ...]) -> tuple[Leased, ...]:
        """The events with the documents that they name; those without end here."""
        if self._fetcher is None or not events:
            return events
        fetched = await self._fetcher.documents(events)
        if fetched.settled:
            await self.settle(lease, list(fetched.settled))
        if fetched.stopping is not None:
            self.halt(fetched.stopping.code, fetched.stopping.message)
        return fetched.events

    async def _let_run_out(self, lease: Lease) -> tuple[Leased, ...]:
        """
        The events that may be sent now.

        A call that was cut may still be running in the account; what sending again could double
        waits until it cannot be any more (after a kill of the agent, too).
        """
        if self._flow.resend_safe:
            return lease.events
        now, wait = self.tools.clock(), self.tools.dispatch.resend_after
        ready, early = [], []
        for event in lease.events:
            if event.before is State.UNKNOWN and (event.sent_at or 0.0) + wait > now:
                due = (event.sent_at or 0.0) + wait
                problem = Problem("OUTCOME_UNKNOWN", "the call before was cut", kind="retry")
                early.append(
                    Settled(event.id, State.UNKNOWN, due=due, tried=False, problem=problem)
                )
            else:
                ready.append(event)
        if early:
            await self.tools.store.complete(lease.owner, early)
        return tuple(ready)

    def _body(self, batch: str, events: list[Leased]) -> bytes:
        head = {
            "contract": self._flow.contract,
            "build": self._build,
            "account": self._account,
            "flow": self.flow,
            "batch": batch,
        }
        documents = b",".join(b'{"id":"%d","doc":%b}' % (e.id, e.body) for e in events)
        return json.dumps(head)[:-1].encode() + b',"documents":[' + documents + b"]}"

    async def _answered(
        self,
        lease: Lease,
        events: list[Leased],
        answer: dict[str, Any],
        started: float,
        batch: str,
    ) -> None:
        if error := answer.get("error"):
            await self._refused(lease, events, error)
            return
        results = {str(row.get("id")): row for row in answer.get("results") or ()}
        settled = []
        for event in events:
            row = results.get(str(event.id))
            if row is None:
                problem = Problem(
                    "NO_RESULT", "the answer does not name this document", kind="retry"
                )
                settled.append(
                    self._decide.again(
                        event,
                        problem,
                        state=State.UNKNOWN,
                        after=None if self._flow.resend_safe else self.tools.dispatch.resend_after,
                        sent_at=started,
                    )
                )
            else:
                settled.append(self._decide.result(event, row, started))
        settled, stopping = self._decide.blame(events, settled)
        if stopping is not None:
            settled, stopping = self._convict(events, settled)
        elif any(one.state is State.DONE for one in settled):
            self._good_at = self.tools.clock()
        await self.settle(lease, settled)
        self.log.info(
            "batch",
            batch=batch,
            documents=len(events),
            outcomes=_count(results.values()),
            usage=answer.get("usage"),
            elapsed_ms=answer.get("elapsed_ms"),
        )
        if stopping is not None:
            self.halt(stopping.code, stopping.message)
        else:
            self.resume()

    def _convict(
        self, events: list[Leased], settled: list[Settled]
    ) -> tuple[list[Settled], Problem | None]:
        """Hold events that stopped the lane before, where others got through since: it was them."""
        now = self.tools.clock()
        judged: list[Settled] = []
        stopping: Problem | None = None
        for event, one in zip(events, settled, strict=True):
            if one.problem is None or one.problem.kind not in STOPPING:
                judged.append(one)
            elif self._suspects.get(event.id, now) < self._good_at:
                del self._suspects[event.id]
                judged.append(self._decide.held(event, one.problem))
            else:
                self._suspects[event.id] = now
                stopping = one.problem
                judged.append(one)
        return judged, stopping

    async def _refused(self, lease: Lease, events: list[Leased], error: dict[str, Any]) -> None:
        """The call as a whole: paused, another account, another contract."""
        code, message = str(error.get("code")), str(error.get("message"))
        if error.get("class") in STOPPING:
            await self._back(lease, events, 0.0)
            self.halt(code, message)
        else:
            await self._back(lease, events, self._decide.wait(3))

    async def _failed(
        self, lease: Lease, events: list[Leased], error: CallError, started: float
    ) -> None:
        if isinstance(error, Throttled):
            await self._back(lease, events, error.retry_after or THROTTLED_SECONDS)
        elif isinstance(error, NotSent):
            self._unsent += 1
            wait = min(UNSENT_SECONDS_MAX, 0.25 * 2 ** min(self._unsent, 10))
            self.log.warning("not_sent", code=error.code, message=error.message, wait=wait)
            await self._back(lease, events, wait)
        elif isinstance(error, Unauthorized | Denied):
            await self._back(lease, events, 0.0)
            self.halt(error.code, error.message)
        else:
            await self._unknown(lease, events, error, started)

    async def _unknown(
        self, lease: Lease, events: list[Leased], error: CallError, started: float
    ) -> None:
        """Sent and not answered: send again what cannot be doubled, let the rest run out first."""
        assert isinstance(error, Unknown | BadAnswer)
        self.size.cut(len(events))
        self.tools.metrics.batch_size.labels(self.flow).set(self.size.size)
        too_much = error.code in TOO_MUCH
        problem = Problem(error.code, error.message, kind="retry")
        after = None if self._flow.resend_safe else self.tools.dispatch.resend_after
        self.log.warning("outcome_unknown", code=error.code, documents=len(events), again=after)
        await self.settle(
            lease,
            [
                self._decide.again(
                    event,
                    problem,
                    state=State.UNKNOWN,
                    after=after,
                    alone=too_much and len(events) > 1,
                    sent_at=started,
                    outage=not too_much,
                )
                for event in events
            ],
        )

    async def _back(self, lease: Lease, events: list[Leased], wait: float) -> None:
        """Not done, and no attempt of theirs."""
        await self.tools.store.release(lease.owner, self.tools.clock() + wait if wait else None)
        self.log.debug("given_back", documents=len(events), wait=wait)

    def _measure(self, answer: dict[str, Any], started: float) -> None:
        """Learn what a document takes."""
        worked = sum(row.get("outcome") != "deferred" for row in answer.get("results") or ())
        elapsed = answer.get("elapsed_ms")
        script = elapsed / 1000 if isinstance(elapsed, int | float) else 0.0
        self.size.ended(worked, max(script, self.tools.clock() - started))
        self.tools.metrics.batch_size.labels(self.flow).set(self.size.size)


def _fitting(events: tuple[Leased, ...]) -> tuple[list[Leased], list[Leased]]:
    """As many events as fit into a body, at least one, and the rest."""
    size = 0
    for count, event in enumerate(events):
        size += len(event.body) + 64
        if size > BODY_BYTES and count:
            return list(events[:count]), list(events[count:])
    return list(events), []


def _count(results: Any) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in results:
        counted[str(row.get("outcome"))] = counted.get(str(row.get("outcome")), 0) + 1
    return counted
