"""The lane of an outbound flow: events of the account to the flow's target, in order per record."""

from __future__ import annotations

import asyncio

from agent.bundle import OutboundFlow
from agent.dispatch.lane import Lane, Tools
from agent.dispatch.retry import Decide
from agent.documents import cut
from agent.errors import DeliveryError, TargetRefused, TargetUnavailable
from agent.inbox.model import Lease, Leased, Problem, Settled
from agent.inbox.states import State
from agent.ports import OutboundEvent, Target

AT_ONCE = 8
# The target does not know us: no event is to blame, the lane stops.
CREDENTIALS = frozenset({401, 403})


class DeliveryLane(Lane):
    """
    Delivers events of one flow.

    Args:
        flow: the flow.
        target: the connection's target.
        slots: bounds deliveries under way, shared by all flows.
        decide: when to try again.
    """

    def __init__(
        self,
        flow: OutboundFlow,
        tools: Tools,
        *,
        target: Target,
        slots: asyncio.Semaphore,
        decide: Decide,
    ) -> None:
        super().__init__(flow.flow, tools)
        self._flow = flow
        self._target = target
        self._slots = slots
        self._decide = decide

    async def _turn(self) -> bool:
        if self.blocked():
            return False
        if len(self._working) >= 2 * AT_ONCE:
            await asyncio.wait(self._working, return_when=asyncio.FIRST_COMPLETED)
        lease = await self.tools.store.lease(self.flow, self.limit(AT_ONCE), self.lease_seconds)
        if not lease.events:
            return False
        self.taken()
        for event in lease.events:
            self.start(asyncio.create_task(self._one(lease, event), name=f"deliver {self.flow}"))
        return True

    async def _one(self, lease: Lease, event: Leased) -> None:
        async with self._slots:
            settled = await self._deliver(event)
        await self.settle(lease, [settled])

    async def _deliver(self, event: Leased) -> Settled:
        body = cut(event.body.decode(), ["data"]) or "null"
        started = self.tools.clock()
        count = self.tools.metrics.deliveries
        try:
            delivered = await self._target.deliver(
                OutboundEvent(
                    event.event_id,
                    self.flow,
                    self._flow.target.method,
                    self._flow.target.path,
                    body.encode(),
                )
            )
        except TargetRefused as error:
            count.labels(self.flow, "refused").inc()
            if error.status in CREDENTIALS:
                self.halt(error.code, error.message)
                problem = Problem(error.code, error.message, kind="permission")
                return Settled(event.id, State.WAITING, tried=False, problem=problem)
            return self._decide.held(event, Problem(error.code, error.message))
        except DeliveryError as error:
            count.labels(self.flow, "unavailable").inc()
            problem = Problem(error.code, error.message, kind="retry")
            return self._decide.again(
                event,
                problem,
                after=error.retry_after,
                sent_at=started if error.status else None,
                outage=isinstance(error, TargetUnavailable),
            )
        count.labels(self.flow, "delivered").inc()
        self.resume()
        return Settled(
            event.id, State.DONE, outcome="delivered", record=delivered.record, started=started
        )
