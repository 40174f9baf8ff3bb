"""
A lane: the events of one flow on their way, as fast as what is at its end allows.

A lane that meets a fault which no document caused (credentials, permission, configuration, drift)
stops, raises one alarm and lets a single event through now and then; the first that gets through
opens it again.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from agent.alarms import Alarms
from agent.config import DispatchSection
from agent.dispatch.breaker import Breaker
from agent.inbox.model import Lease, Settled
from agent.inbox.states import State
from agent.inbox.store import Store
from agent.metrics import Metrics
from agent.tracing import Traces

IDLE_SECONDS = 30.0
FAULT_SECONDS = 1.0

log = structlog.get_logger("agent.lane")


@dataclass(slots=True)
class Stop:
    """Why a lane stands, and when it tries next. Epoch seconds."""

    code: str
    message: str
    since: float
    probe_at: float
    pause: float
    probing: bool = False


@dataclass(frozen=True, slots=True)
class Tools:
    """What every lane works with."""

    store: Store
    alarms: Alarms
    metrics: Metrics
    dispatch: DispatchSection
    clock: Callable[[], float]
    woken: Callable[[], None]  # events of other lanes may be due now
    traces: Traces


class Lane(ABC):
    """
    The loop that all lanes share: wait until something is due, take it, work on it.

    Args:
        flow: the flow's name.
        tools: store, alarms, metrics, configuration, clock.
        breaker: of what is at its end.
        only_newest: of what waits of one record, only the newest is sent.
    """

    lease_seconds = 900.0
    beside = False  # whether it may work while the lane of before a reload ends its calls

    def __init__(
        self, flow: str, tools: Tools, breaker: Breaker, *, only_newest: bool = False
    ) -> None:
        self.flow = flow
        self._only_newest = only_newest
        self.tools = tools
        self.breaker = breaker
        self.stop: Stop | None = None
        self.log = log.bind(flow=flow)
        self._wake = asyncio.Event()
        self._ending = False
        self._working: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def run(self) -> None:
        """Work until `end`."""
        while not self._ending:
            self._wake.clear()
            try:
                if not await self._turn() and not self._ending:
                    await self._rest()
            except Exception:  # a lane must outlive anything; the events are safe in the store
                self.log.exception("lane_fault")
                await asyncio.sleep(FAULT_SECONDS)

    def follow(self, old: Lane) -> None:
        """Take over from the lane of before a reload. Where that one stands, the new one probes at once."""
        if old.stop is not None:
            now, first = self.tools.clock(), self.tools.dispatch.probe_seconds
            self.stop = Stop(old.stop.code, old.stop.message, old.stop.since, now, first)

    def wind_down(self) -> None:
        """Take nothing more."""
        self._ending = True
        self._wake.set()

    async def end(self, seconds: float | None) -> None:
        """Take nothing more; wait for what is under way, at most so long (None: to its end)."""
        self.wind_down()
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=seconds)
            for work in late:  # its events are sent again after the next start
                work.cancel()

    @abstractmethod
    async def _turn(self) -> bool:
        """Take work and start it; False when there was none."""

    # --- for subclasses -----------------------------------------------------------------------

    def start(self, work: asyncio.Task[None]) -> None:
        """Keep a task until it is done, then look for more."""
        self._working.add(work)
        work.add_done_callback(self._done)

    def blocked(self) -> bool:
        """Whether the lane stands and its next probe is not due, or its target does not answer."""
        stop = self.stop
        if self.breaker.blocked():
            return True
        return stop is not None and (stop.probing or self.tools.clock() < stop.probe_at)

    def limit(self, most: int) -> int:
        """How many events may be taken: one, as a probe, while the lane stands or its target is doubted."""
        return 1 if self.stop or not self.breaker.closed else most

    def taken(self) -> None:
        """Events were taken: where the lane stands, they are the probe, and nothing else goes."""
        if self.stop is not None:
            self.stop.probing = True

    async def lease(self, limit: int, seconds: float, owner: str | None = None) -> Lease:
        """Take what is due."""
        lease = await self.tools.store.lease(
            self.flow, limit, seconds, owner, newest=self._only_newest
        )
        if lease.superseded:
            superseded = self.tools.metrics.settled.labels(self.flow, State.DONE, "superseded")
            superseded.inc(lease.superseded)
        return lease

    async def settle(self, lease: Lease, settled: list[Settled]) -> None:
        """Record outcomes, count them, and wake whoever may go on now."""
        await self.tools.store.complete(lease.owner, settled)
        for one in settled:
            self.tools.metrics.settled.labels(self.flow, one.state, one.outcome or "").inc()
            if one.problem is not None and one.outcome != "skipped":
                self.log.info(
                    "event_not_done",
                    event_row=one.id,
                    state=one.state,
                    code=one.problem.code,
                    message=one.problem.message,
                    field=one.problem.field,
                    spec=one.problem.spec,
                )
        if any(one.makes for one in settled):
            self.tools.woken()
        self.wake()

    def halt(self, code: str, message: str) -> None:
        """Stop the lane, or wait longer where a probe failed."""
        now = self.tools.clock()
        first, most = self.tools.dispatch.probe_seconds, self.tools.dispatch.probe_max_seconds
        if self.stop is None:
            self.stop = Stop(code, message, now, now + first, first)
        elif self.stop.probing:
            pause = min(self.stop.pause * 2, most)
            self.stop = Stop(code, message, self.stop.since, now + pause, pause)
        self.tools.alarms.begin("lane", self.flow, code, message)

    def resume(self) -> None:
        """Something got through: the lane is open."""
        self.tools.alarms.end("lane", self.flow)  # it may stand from before a restart
        if self.stop is not None:
            self.stop = None
            self.wake()

    # --- waiting ------------------------------------------------------------------------------

    def _done(self, work: asyncio.Task[None]) -> None:
        self._working.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            self.log.error("lane_fault", exc_info=error)
        if self.stop is not None and self.stop.probing and not self._working:
            # The probe said neither yes nor no (no connection, a time-out).
            self.stop.probing = False
            self.stop.probe_at = self.tools.clock() + self.stop.pause
        self.wake()

    async def _rest(self) -> None:
        now = self.tools.clock()
        if self.breaker.blocked():
            until = self.breaker.next_look
        elif self.stop is not None:
            until = now + IDLE_SECONDS if self.stop.probing else self.stop.probe_at
        else:
            due = await self.tools.store.next_due(self.flow)
            until = now + IDLE_SECONDS if due is None else due
        # A key that is due and was not leased waits for its group: whoever holds it wakes us.
        least = 0.25 if self._working else 0.02
        seconds = min(max(until - now, least), IDLE_SECONDS)
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass


# Which agent made a call, in the history of its events.
AGENT = f"{socket.gethostname()}:{os.getpid()}"


def monotonic_id() -> str:
    """A name for a batch, for logs."""
    return f"{time.time_ns():x}"
