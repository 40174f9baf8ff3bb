"""
The pace of a poll: a round every so many minutes, later after a failure.

What a round has kept is in the store; one that fails or is cut off is begun anew.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from agent.alarms import Alarms
from agent.duties.model import AGAIN_SECONDS
from agent.errors import AgentError, CallError, DeliveryError, Refused
from agent.inbox.store import Store

LONGEST_SECONDS = 900.0

log = structlog.get_logger("agent.poll")


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass found: keys looked at, messages that are new, keys that could not be read."""

    keys: int
    told: int
    failed: int


class Rounds(ABC):
    """
    Polls one flow, round after round.

    Args:
        flow: the flow's name.
        every_minutes: from the begin of one round to the next.
        store: knows when the last whole round began.
        alarms: told of what a person must mend.
        clock: epoch seconds.
    """

    def __init__(
        self,
        flow: str,
        every_minutes: float,
        *,
        store: Store,
        alarms: Alarms,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name = flow
        self._every = every_minutes * 60.0
        self._store = store
        self._alarms = alarms
        self._clock = clock
        self._again = AGAIN_SECONDS
        self.log = log.bind(flow=flow)

    @abstractmethod
    async def once(self) -> Pass:
        """One whole round. Raises CallError, DeliveryError or Refused: nothing is lost."""

    async def due(self) -> float:
        """How many seconds may pass until the next round: every so many minutes from the begin of the last."""
        began = (await self._store.poll(self._name)).began
        return max(began + self._every - self._clock(), 0.0) if began else 0.0

    async def round(self) -> float:
        """One round, whatever it meets; returns how many seconds may pass until the next."""
        started = self._clock()
        try:
            found = await self.once()
        except (CallError, DeliveryError, Refused) as error:
            self.log.warning("poll_failed", code=error.code, message=_message(error))
            self._alarms.begin("poll", self._name, error.code, _message(error))
            wait = max(min(self._again, self._every), error.retry_after or 0.0)
            self._again = min(self._again * 2, LONGEST_SECONDS)
            return wait
        self.log.info("polled", keys=found.keys, told=found.told, failed=found.failed)
        self._again = AGAIN_SECONDS
        return max(started + self._every - self._clock(), 0.0)


def _message(error: AgentError) -> str:
    return str(getattr(error, "message", error))
