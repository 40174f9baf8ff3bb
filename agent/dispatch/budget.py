"""Calls in flight: who may begin one, and what each one's end says about the account and the credentials."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from agent.dispatch.limit import Call
from agent.dispatch.shares import Kind, Shares, Turn
from agent.dispatch.slots import Ended, Slots, Standing
from agent.errors import CallError, NotSent, Throttled, Unauthorized
from agent.metrics import Metrics

# So often a lone call must be refused its login before credentials that were good are bad.
LONE_REFUSALS = 3
LONE_SECONDS = 1.0
# What the token endpoint says of credentials is never about load.
OF_TOKENS = frozenset({"invalid_client", "invalid_grant", "unauthorized_client"})
AWAY_SECONDS = 1.0

log = structlog.get_logger("agent.budget")

Waiter = asyncio.Future["Slot"]


class Slot:
    """A slot that is held. `judge` what came back, then `free` it."""

    def __init__(self, budget: Budget, call: Call, turn: Turn[Waiter], began: float) -> None:
        self._budget = budget
        self.call = call
        self.turn = turn
        self.began = began
        self.ended = Ended.UNUSED

    def judge(self, error: CallError | None) -> CallError | None:
        """
        What a call's end means; None where it was answered.

        A login that is refused while other calls run, to credentials that were good before, is the
        account's way to say that there is too much: it becomes Throttled. So does that of a lone
        call, a few times.
        """
        self.ended, judged = self._budget.judged(self, error)
        return judged

    async def free(self) -> None:
        """Give the slot back."""
        await self._budget.freed(self)


class Budget:
    """
    Hands out slots: fairly over flows by the time that their calls take, what somebody waits for first.

    Args:
        slots: the account's slots.
        metrics: told of the limit, of what is in use and of how long was waited.
        clock: seconds; the event loop's own if None.
    """

    def __init__(
        self, slots: Slots, metrics: Metrics, clock: Callable[[], float] | None = None
    ) -> None:
        self._slots = slots
        self._metrics = metrics
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._shares: Shares[Waiter] = Shares()
        self._pump: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._good_login = False
        self._lone = 0
        self._tell()

    @property
    def standing(self) -> Standing:
        """How calls stand."""
        return self._slots.standing

    def held(self) -> dict[str, int]:
        """Slots by flow, of this agent."""
        return self._shares.held()

    async def take(self, flow: str, kind: Kind = Kind.INTERACTIVE) -> Slot:
        """A slot for a call of a flow; waits for its turn."""
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._shares.wait(flow, kind, waiter)
        self._changed.set()
        if self._pump is None:
            self._pump = asyncio.create_task(self._hand_out(), name="slots")
        began = self._clock()
        try:
            slot = await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                await waiter.result().free()
            else:
                self._shares.leave(flow, waiter)
            raise
        self._metrics.slot_wait.labels(kind).observe(self._clock() - began)
        return slot

    @asynccontextmanager
    async def slot(self, flow: str, kind: Kind = Kind.INTERACTIVE) -> AsyncIterator[Slot]:
        """Hold a slot."""
        slot = await self.take(flow, kind)
        try:
            yield slot
        finally:
            await slot.free()

    def judged(self, slot: Slot, error: CallError | None) -> tuple[Ended, CallError | None]:
        """See `Slot.judge`."""
        if isinstance(error, Throttled):
            return Ended.REFUSED, error
        if isinstance(error, NotSent):
            return Ended.UNUSED, error
        if not isinstance(error, Unauthorized):
            # Whatever else came back, or did not: the account took the call, login and all.
            self._good_login = self._good_login or error is None
            self._lone = 0
            return Ended.TAKEN, error
        if not self._good_login or error.code in OF_TOKENS:
            return Ended.UNUSED, error
        pause = error.retry_after or LONE_SECONDS
        if slot.call.n == 1:
            self._lone += 1
            pause *= 2 ** (self._lone - 1)
        if self._lone >= LONE_REFUSALS:
            self._good_login, self._lone = False, 0
            return Ended.UNUSED, error
        log.warning("login_refused_under_load", calls=slot.call.n, code=error.code)
        throttled = Throttled(error.code, error.message, status=error.status, retry_after=pause)
        return Ended.LOGIN, throttled

    async def freed(self, slot: Slot) -> None:
        """See `Slot.free`."""
        used = slot.ended is Ended.TAKEN
        self._shares.ended(slot.turn, self._clock() - slot.began, used=used)
        try:
            await self._slots.give_back(slot.call, slot.ended, self._shares.waiting)
        finally:
            self._tell()
            self._changed.set()

    async def close(self) -> None:
        """Leave every slot."""
        if self._pump is not None:
            self._pump.cancel()
        await self._slots.close()

    async def _hand_out(self) -> None:
        """Give slots to those who wait, until nobody does."""
        try:
            while self._shares.waiting:
                self._changed.clear()
                try:
                    call = await self._slots.take(self._shares.flows)
                    again = None if call else self._slots.again()
                except (
                    Exception
                ):  # whoever waits must get a slot when the shared ones can be reached again
                    log.exception("slots_away")
                    call, again = None, AWAY_SECONDS
                if call is not None:
                    await self._give(call)
                    continue
                try:
                    async with asyncio.timeout(again):
                        await self._changed.wait()
                except TimeoutError:
                    pass
        finally:
            self._pump = None

    async def _give(self, call: Call) -> None:
        turn = self._shares.next()
        if turn is None:  # whoever waited has gone
            await self._slots.give_back(call, Ended.UNUSED, 0)
            return
        slot = Slot(self, call, turn, self._clock())
        if turn.who.done():
            await slot.free()
        else:
            turn.who.set_result(slot)
        self._tell()

    def _tell(self) -> None:
        standing = self._slots.standing
        self._metrics.budget.set(standing.allowed)
        self._metrics.account_limit.set(standing.limit)
        self._metrics.in_flight.set(sum(self._shares.held().values()))
