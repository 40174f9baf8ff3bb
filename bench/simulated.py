"""An account and a clock that are not real: hours of calls in a moment, on a real asyncio loop."""

from __future__ import annotations

import asyncio
import math
import random
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from agent.errors import Throttled

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Waits for nothing: the clock goes on to the next timer instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        """Seconds of virtual time."""
        return self._virtual.now


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


class Account:
    """
    Takes `limit` calls at once and refuses more.

    Args:
        draw: a new limit.
        every: calls after which the limit changes; 0: never.
        others: slots that other integrations hold at a time of the clock.
        seed: of everything random.

    Calls last 1 to 10 s, log-normal around 3.2 s; a refusal takes about 0.2 s.
    """

    def __init__(
        self,
        draw: Callable[[random.Random], int],
        *,
        every: int = 500,
        others: Callable[[float], int] = lambda _now: 0,
        seed: int = 0,
    ) -> None:
        self._random = random.Random(seed)
        self._draw = draw
        self._every = every
        self._others = others
        self.limit = draw(self._random)
        self.running = 0
        self.done = 0
        self.refused = 0
        self.busy = 0.0  # slot seconds of calls that were done
        self._offered = 0.0
        self._since = 0.0

    async def call(self, scale: float = 1.0) -> float:
        """One call, and how long it took. Raises Throttled where no slot is free."""
        now = asyncio.get_running_loop().time()
        if self.running + self._others(now) >= self.limit:
            self.refused += 1
            await asyncio.sleep(self._random.uniform(0.1, 0.3))
            raise Throttled("SSS_REQUEST_LIMIT_EXCEEDED", "too many")
        self._count()
        self.running += 1
        seconds = scale * min(10.0, max(1.0, self._random.lognormvariate(math.log(3.2), 0.6)))
        try:
            await asyncio.sleep(seconds)
        finally:
            self._count()
            self.running -= 1
        self.busy += seconds
        self.done += 1
        if self._every and self.done % self._every == 0:
            self.limit = self._draw(self._random)
        return seconds

    @property
    def share(self) -> float:
        """Slot time that was used of what was offered."""
        self._count()
        return self.busy / self._offered

    @property
    def rejected(self) -> float:
        """Refused calls of all."""
        return self.refused / (self.done + self.refused)

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        # Calls that ran when the limit fell go on: the best agent has them, too.
        self._offered += max(self.limit, self.running) * (now - self._since)
        self._since = now
