"""The lane of a flow by RESTlet: due documents, a batch a call, an outcome a document."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.bundle import InboundFlow
from agent.dispatch import poison
from agent.dispatch.breaker import Breaker, Passage
from agent.dispatch.budget import Budget, Slot
from agent.dispatch.fetching import Fetcher
from agent.dispatch.lane import AGENT, Lane, Tools, monotonic_id
from agent.dispatch.retry import STOPPING, Decide
from agent.dispatch.shares import Kind
from agent.dispatch.sizing import BatchSize
from agent.documents import exact
from agent.errors import BadAnswer, CallError, Denied, NotSent, Throttled, Unauthorized, Unknown
from agent.inbox.model import Lease, Leased, Problem, Settled, Try
from agent.inbox.states import State
from agent.ports import NetSuite

# RESTlet bodies are guaranteed to 10 MB (help topic section_4640094112).
BODY_BYTES = 8_000_000
# The account has the document's state: what came before it for the same record is past.
WRITTEN = frozenset({"created", "updated", "unchanged"})
# A lane that has filled so many calls in succession works off a backlog.
BACKLOG_CALLS = 10
FETCHING = 300.0  # seconds more that a lease of fetched documents may take
THROTTLED_SECONDS = 1.0
UNSENT_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Sent:
    """
    A call on its way.

    Args:
        lease: what its events are held by.
        events: what it carries.
        looks: ids of those that are only looked for: a call before this one may still be making
            them.
        batch: its name in logs.
        started: when, epoch seconds.
    """

    lease: Lease
    events: list[Leased]
    looks: frozenset[int]
    batch: str
    started: float


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
        breaker: the account's.
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
        breaker: Breaker,
        fetcher: Fetcher | None = None,
    ) -> None:
        super().__init__(flow.flow, tools, breaker, only_newest=flow.only_newest)
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
        passage: Passage | None = None
        limit = 0
        try:
            if not self._ending and not self.blocked():
                limit, passage = self.limit(self.size.size), self.breaker.enter()
            if passage is not None:
                lease = await self.lease(limit, self.lease_seconds)
        finally:
            if lease is None or not lease.events:
                if passage is not None:
                    passage.nothing()
                await slot.free()
        if lease is None or passage is None or not lease.events:
            self._full = 0
            return False
        self._full = self._full + 1 if len(lease.events) >= limit else 0
        self.taken()
        work = self._work(lease, slot, passage)
        self.start(asyncio.create_task(work, name=f"batch {self.flow}"))
        return True

    async def _due(self) -> bool:
        """Whether there is something to take: a slot is not asked for to find out."""
        due = await self.tools.store.next_due(self.flow)
        return due is not None and due <= self.tools.clock()

    async def _work(self, lease: Lease, slot: Slot, passage: Passage) -> None:
        try:
            await self._send(lease, slot, passage)
        finally:
            passage.nothing()
            await slot.free()

    async def _send(self, lease: Lease, slot: Slot, passage: Passage) -> None:
        ready = await self._fetched(lease)
        events, rest = _fitting(ready)
        if rest:
            await self.tools.store.complete(lease.owner, [self._decide.back(e) for e in rest])
        if not events:
            return
        started = self.tools.clock()
        looks = frozenset(event.id for event in events if self._may_be_running(event, started))
        sent = Sent(lease, events, looks, monotonic_id(), started)
        metrics = self.tools.metrics
        try:
            with (
                metrics.call_seconds.labels(self._flow.script).time(),
                self.tools.traces.carry("process", self.flow, events, started),
            ):
                answer = await self._netsuite.call(
                    self._flow.script,
                    self._flow.deploy,
                    self._body(sent),
                    timeout=self.tools.dispatch.call_timeout,
                )
        except CallError as error:
            metrics.calls.labels(self._flow.script, type(error).__name__).inc()
            judged = slot.judge(error) or error
            if isinstance(judged, Unknown) and any(event.alone for event in events):
                passage.nothing()  # its documents are suspected, not the account
            else:
                passage.judge(judged)
            await self._failed(sent, judged)
            return
        slot.judge(None)
        passage.answered()
        metrics.calls.labels(self._flow.script, "ok").inc()
        self._unsent = 0
        self._measure(answer, started)
        await self._answered(sent, answer)

    async def _fetched(self, lease: Lease) -> tuple[Leased, ...]:
        """The events with the documents that they name; those without end here."""
        if self._fetcher is None:
            return lease.events
        fetched = await self._fetcher.documents(lease.events)
        if fetched.settled:
            await self.settle(lease, list(fetched.settled))
        if fetched.stopping is not None:
            self.halt(fetched.stopping.code, fetched.stopping.message)
        return fetched.events

    def _may_be_running(self, event: Leased, now: float) -> bool:
        """
        Whether a call that was cut may still be making the event's record (after a kill of the agent, too).

        Only where sending again could double: until the account must have ended that call, the
        document is looked for, and sent when it is found or when the time is over.
        """
        if self._flow.resend_safe or event.before is not State.UNKNOWN:
            return False
        return (event.sent_at or 0.0) + self.tools.dispatch.resend_after > now

    def _body(self, sent: Sent) -> bytes:
        head = {
            "contract": self._flow.contract,
            "build": self._build,
            "account": self._account,
            "flow": self.flow,
            "batch": sent.batch,
        }
        documents = b",".join(
            b'{"id":"%d",%b"doc":%b}'
            % (event.id, b'"look":true,' if event.id in sent.looks else b"", exact(event.body))
            for event in sent.events
        )
        return json.dumps(head)[:-1].encode() + b',"documents":[' + documents + b"]}"

    async def _answered(self, sent: Sent, answer: dict[str, Any]) -> None:
        if error := answer.get("error"):
            await self._refused(sent, error)
            return
        results = {str(row.get("id")): row for row in answer.get("results") or ()}
        rows = [results.get(str(event.id)) for event in sent.events]
        settled = [
            self._settled(sent, event, row) for event, row in zip(sent.events, rows, strict=True)
        ]
        settled, stopping = self._decide.blame(sent.events, settled)
        if stopping is not None:
            settled, stopping = self._convict(sent.events, settled)
        elif any(one.state is State.DONE for one in settled):
            self._good_at = self.tools.clock()
        told = [None if row is None else json.dumps(row, ensure_ascii=False) for row in rows]
        await self.settle(sent.lease, self._with_calls(sent, settled, told))
        self.log.info(
            "batch",
            batch=sent.batch,
            documents=len(sent.events),
            outcomes=_count(results.values()),
            usage=answer.get("usage"),
            elapsed_ms=answer.get("elapsed_ms"),
        )
        if stopping is not None:
            self.halt(stopping.code, stopping.message)
        else:
            self.resume()

    def _settled(self, sent: Sent, event: Leased, row: dict[str, Any] | None) -> Settled:
        looked = event.id in sent.looks
        if row is None:
            problem = Problem("NO_RESULT", "the answer does not name this document", kind="retry")
            return self._again_unknown(sent, event, problem)
        if looked and row.get("outcome") == "deferred":
            message = "the call before was cut, and what it was to make is not there yet"
            return Settled(
                event.id,
                State.UNKNOWN,
                due=self.tools.clock() + self._look_after(event.sent_at or 0.0),
                tried=False,
                alone=event.alone,
                problem=Problem("OUTCOME_UNKNOWN", message, kind="retry"),
            )
        return self._decide.result(event, row, sent.started)

    def _with_calls(
        self, sent: Sent, settled: list[Settled], told: Sequence[str | None]
    ) -> list[Settled]:
        """With what their history keeps of the call, and what they close."""
        return [
            replace(
                one,
                call=Try(
                    sent.started,
                    AGENT,
                    sent.batch,
                    event.body if self._fetcher is not None else None,
                    text,
                ),
                closes=self._flow.whole and one.state is State.DONE and one.outcome in WRITTEN,
            )
            for one, event, text in zip(settled, sent.events, told, strict=True)
        ]

    def _again_unknown(
        self,
        sent: Sent,
        event: Leased,
        problem: Problem,
        *,
        after: float | None = None,
        **more: Any,
    ) -> Settled:
        """What may have been done: sent again where that doubles nothing, else looked for."""
        # A look makes nothing: what is waited for is the end of the call before it.
        since = (event.sent_at or 0.0) if event.id in sent.looks else sent.started
        return self._decide.again(
            event,
            problem,
            state=State.UNKNOWN,
            after=after if self._flow.resend_safe else self._look_after(since) + (after or 0.0),
            sent_at=since,
            **more,
        )

    def _look_after(self, since: float) -> float:
        return self._decide.look(since, since + self.tools.dispatch.resend_after)

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

    async def _refused(self, sent: Sent, error: dict[str, Any]) -> None:
        """The call as a whole: paused, another account, another contract."""
        code, message = str(error.get("code")), str(error.get("message"))
        if error.get("class") in STOPPING:
            await self._back(sent, 0.0)
            self.halt(code, message)
        else:
            await self._back(sent, self._decide.wait(3))

    async def _failed(self, sent: Sent, error: CallError) -> None:
        if isinstance(error, Throttled):
            await self._back(sent, error.retry_after or THROTTLED_SECONDS)
        elif isinstance(error, NotSent):
            self._unsent += 1
            wait = min(UNSENT_SECONDS_MAX, 0.25 * 2 ** min(self._unsent, 10))
            self.log.warning("not_sent", code=error.code, message=error.message, wait=wait)
            await self._back(sent, wait)
        elif isinstance(error, Unauthorized | Denied):
            await self._back(sent, 0.0)
            self.halt(error.code, error.message)
        else:
            await self._unknown(sent, error)

    async def _unknown(self, sent: Sent, error: CallError) -> None:
        """Sent and not answered: the way there is to blame, or one of the documents."""
        assert isinstance(error, Unknown | BadAnswer)
        events = sent.events
        problem = Problem(error.code, error.message, kind="retry")
        suspected = poison.suspected(error, events, self._good_at)
        self.log.warning(
            "outcome_unknown", code=error.code, documents=len(events), suspected=suspected
        )
        if not any(event.alone for event in events):
            self.size.cut(len(events))
        if suspected and len(events) > 1:
            settled = self._apart(sent, problem)
        elif suspected and poison.convicted(
            error, events[0], self._good_at, self._decide.most_attempts
        ):
            settled = [self._decide.held(events[0], problem)]
            self.size.pardon()
        else:
            lone = suspected and poison.got_through_since(events[0], self._good_at)
            counts = lone or error.code in poison.TOO_MUCH
            settled = [
                self._again_unknown(
                    sent, event, problem, alone=event.alone, outage=True, tried=counts
                )
                for event in events
            ]
        self.tools.metrics.batch_size.labels(self.flow).set(self.size.size)
        told = json.dumps({"code": error.code, "message": error.message, "status": error.status})
        await self.settle(sent.lease, self._with_calls(sent, settled, [told] * len(events)))

    def _apart(self, sent: Sent, problem: Problem) -> list[Settled]:
        """Send the halves of a batch in calls of their own; it was no document's attempt yet."""
        wait = self._decide.wait(0)
        parts = poison.halves(sent.events)
        return [
            self._again_unknown(
                sent,
                event,
                problem,
                alone=part,
                outage=True,
                tried=False,
                # One half after the other: what is due together is leased together.
                after=wait if part == parts[0] else wait + 0.001,
            )
            for event, part in zip(sent.events, parts, strict=True)
        ]

    async def _back(self, sent: Sent, wait: float) -> None:
        """Not done, and no attempt of theirs."""
        due = self.tools.clock() + wait if wait else None
        await self.tools.store.release(sent.lease.owner, due)
        self.log.debug("given_back", documents=len(sent.events), wait=wait)

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
