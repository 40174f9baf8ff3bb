"""How many calls may be under way in the account at once: learnt, one more at a time, halved when it refuses."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.metrics import Metrics

# Calls that must succeed in a row, per slot, before one more slot is tried.
PATIENCE = 4


class Budget:
    """
    Slots for calls, handed out in the order of asking, so that lanes take turns.

    Args:
        most: the bound that configuration gives; the account may allow less.
        metrics: told of the limit and of what is in use.
    """

    def __init__(self, most: int, metrics: Metrics) -> None:
        self._most = most
        self._allowed = most
        self._used = 0
        self._good = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._metrics = metrics
        metrics.budget.set(most)

    @property
    def allowed(self) -> int:
        """Calls that may be under way now."""
        return self._allowed

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one slot."""
        await self._take()
        try:
            yield
        finally:
            self._used -= 1
            self._metrics.in_flight.set(self._used)
            self._hand_out()

    def succeeded(self) -> None:
        """A call came back: after enough of them one more slot is tried."""
        self._good += 1
        if self._good >= PATIENCE * self._allowed and self._allowed < self._most:
            self._good = 0
            self._change(self._allowed + 1)

    def throttled(self) -> None:
        """The account refused a call for its concurrency limit."""
        self._good = 0
        self._change(max(1, self._allowed // 2))

    def _change(self, allowed: int) -> None:
        self._allowed = allowed
        self._metrics.budget.set(allowed)
        self._hand_out()

    async def _take(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._hand_out()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._used -= 1
                self._hand_out()
            else:
                self._waiting.remove(turn)
            raise

    def _hand_out(self) -> None:
        while self._waiting and self._used < self._allowed:
            turn = self._waiting.popleft()
            if not turn.done():
                self._used += 1
                self._metrics.in_flight.set(self._used)
                turn.set_result(None)
