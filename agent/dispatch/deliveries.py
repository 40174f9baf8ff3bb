"""The lane of an outbound flow: events of the account to the flow's target, in order per record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

from agent.bundle import OutboundFlow
from agent.dispatch.breaker import Breaker, Passage
from agent.dispatch.lane import AGENT, Lane, Tools, monotonic_id
from agent.dispatch.retry import Decide
from agent.documents import cut
from agent.errors import DeliveryError, TargetRefused, TargetUnavailable
from agent.inbox.model import SINGLY, Lease, Leased, Problem, Settled, Try
from agent.inbox.states import State
from agent.ports import Delivered, Destination, Outgoing
from agent.redaction import redacted

AT_ONCE = 8
ANSWER_SHOWN = 2_000
# The target does not know us: no event is to blame, the lane stops.
CREDENTIALS = frozenset({401, 403})


class DeliveryLane(Lane):
    """
    Delivers events of one flow.

    Args:
        flow: the flow.
        destination: where they go.
        slots: bounds deliveries under way, shared by all flows.
        decide: when to try again.
        breaker: the target's.
    """

    def __init__(
        self,
        flow: OutboundFlow,
        tools: Tools,
        *,
        destination: Destination,
        slots: asyncio.Semaphore,
        decide: Decide,
        breaker: Breaker,
    ) -> None:
        super().__init__(flow.flow, tools, breaker, only_newest=flow.only_newest)
        self._whole = flow.whole
        self._destination = destination
        self._slots = slots
        self._decide = decide

    async def _turn(self) -> bool:
        if self.blocked():
            return False
        if len(self._working) >= 2 * AT_ONCE:
            await asyncio.wait(self._working, return_when=asyncio.FIRST_COMPLETED)
        most = self._destination.most
        if (gather := self._destination.gather_seconds) and not await self._gathered(gather):
            return False
        limit = self.limit(max(AT_ONCE, most))
        lease = await self.lease(limit, self.lease_seconds)
        if not lease.events:
            return False
        self.taken()
        for first in range(0, len(lease.events), most):
            some = lease.events[first : first + most]
            self.start(asyncio.create_task(self._some(lease, some), name=f"deliver {self.flow}"))
        return True

    async def _gathered(self, seconds: float) -> bool:
        """Wait for more where something is due; False where nothing is."""
        due = await self.tools.store.next_due(self.flow)
        if due is None or due > self.tools.clock():
            return False
        while seconds > 0 and not self._ending:
            await asyncio.sleep(min(0.2, seconds))
            seconds -= 0.2
        return not self._ending

    async def _some(self, lease: Lease, events: Sequence[Leased]) -> None:
        outgoing = [_outgoing(event) for event in events]
        async with self._slots:
            passage = self.breaker.enter()
            if passage is None:  # it opened while these waited for their turn
                settled = [self._later(event) for event in events]
            else:
                try:
                    settled = await self._deliver(events, outgoing, passage)
                finally:
                    passage.nothing()
        await self.settle(lease, settled)
        done = {one.id for one in settled if one.state is State.DONE}
        await self._destination.settled(
            [out for event, out in zip(events, outgoing, strict=True) if event.id in done]
        )

    async def _deliver(
        self, events: Sequence[Leased], outgoing: Sequence[Outgoing], passage: Passage
    ) -> list[Settled]:
        """What became of events that were delivered together."""
        started, batch = self.tools.clock(), monotonic_id()
        try:
            with self.tools.traces.carry("send", self.flow, events, started):
                outcomes = await self._destination.deliver(outgoing)
        except DeliveryError as error:
            passage.judge(error)
            outcomes = [error] * len(events)
            no_one_known = isinstance(error, TargetRefused) and error.status not in CREDENTIALS
            if no_one_known and len(events) > 1:
                self._count("refused", len(events))
                call = Try(started, AGENT, batch, None, _told(error))
                return [replace(self._alone(event, error), call=call) for event in events]
        else:
            faults = [one for one in outcomes if isinstance(one, DeliveryError)]
            passage.judge(faults[0] if len(faults) == len(outcomes) else None)
        return [
            replace(
                self._settled(event, outcome, started),
                call=Try(started, AGENT, batch, None, _told(outcome)),
                closes=self._whole and isinstance(outcome, Delivered),
            )
            for event, outcome in zip(events, outcomes, strict=True)
        ]

    def _later(self, event: Leased) -> Settled:
        due = self.breaker.next_look
        return Settled(event.id, State.WAITING, due=due, tried=False, alone=event.alone)

    def _alone(self, event: Leased, error: DeliveryError) -> Settled:
        """Of several that were refused together one may be to blame: each is sent alone."""
        problem = Problem(error.code, error.message, kind="retry")
        return Settled(event.id, State.WAITING, tried=False, alone=SINGLY, problem=problem)

    def _settled(
        self, event: Leased, outcome: Delivered | DeliveryError, started: float
    ) -> Settled:
        if isinstance(outcome, Delivered):
            self._count("delivered")
            self.resume()
            return Settled(
                event.id, State.DONE, outcome="delivered", record=outcome.record, started=started
            )
        if isinstance(outcome, TargetRefused):
            self._count("refused")
            if outcome.status in CREDENTIALS:
                self.halt(outcome.code, outcome.message)
                problem = Problem(outcome.code, outcome.message, kind="permission")
                return Settled(event.id, State.WAITING, tried=False, problem=problem)
            return self._decide.held(event, Problem(outcome.code, outcome.message))
        self._count("unavailable")
        problem = Problem(outcome.code, outcome.message, kind="retry")
        return self._decide.again(
            event,
            problem,
            after=outcome.retry_after,
            alone=event.alone,
            sent_at=started if outcome.status else None,
            outage=isinstance(outcome, TargetUnavailable),
            tried=self.breaker.closed,
        )

    def _count(self, outcome: str, events: int = 1) -> None:
        self.tools.metrics.deliveries.labels(self.flow, outcome).inc(events)


def _outgoing(event: Leased) -> Outgoing:
    text = event.body.decode()
    kind = json.loads(cut(text, ["event"]) or '""')
    return Outgoing(event.event_id, str(kind), (cut(text, ["data"]) or "null").encode())


def _told(outcome: Delivered | DeliveryError) -> str:
    """What came back, for people."""
    if isinstance(outcome, Delivered):
        body = outcome.body[:ANSWER_SHOWN].decode("utf-8", "replace")
        return redacted(f"{outcome.status} {body}".strip())
    return f"{outcome.code}: {outcome.message}"
