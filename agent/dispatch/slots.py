"""The account's slots for calls: of one agent here, of several in `agent.dispatch.shared_slots`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from agent.dispatch.limit import Call, Limit


class Ended(StrEnum):
    """What a call said about the account's limit."""

    TAKEN = "taken"
    REFUSED = "refused"
    LOGIN = "login"  # a login refused under load
    UNUSED = "unused"  # nothing reached the account


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How calls stand, for people and metrics.

    Args:
        limit: the learnt limit of the account, without what others use.
        allowed: calls that the agents may have under way now.
        running: calls under way, of all agents.
        holders: slots by agent, where several share them.
    """

    limit: int
    allowed: int
    running: int
    holders: dict[str, int] = field(default_factory=dict)


class Slots(Protocol):
    """Slots of one account. Nobody waits here: whose turn it is, is the caller's matter."""

    async def take(self, wants: int) -> Call | None:
        """A slot for a call now, None where there is none; `wants` flows here have work for one."""

    async def give_back(self, call: Call, ended: Ended, wants: int) -> None:
        """A call has ended; `wants` flows here still wait."""

    def again(self) -> float | None:
        """Seconds after which asking once more may help although no call of ours ended; None: it cannot."""

    @property
    def standing(self) -> Standing:
        """As it was seen last."""

    async def close(self) -> None:
        """Leave every slot."""


class OwnSlots:
    """
    Slots of the only agent.

    Args:
        limit: what is learnt.
        clock: seconds, monotonic.
    """

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._running = 0

    async def take(self, wants: int) -> Call | None:  # noqa: ARG002 - there is nobody to share with
        """A slot, if one is free."""
        call = self._limit.take(self._running, self._clock())
        if call is not None:
            self._running += 1
        return call

    async def give_back(self, call: Call, ended: Ended, wants: int) -> None:  # noqa: ARG002 - as above
        """Free the slot and learn."""
        self._running -= 1
        learn(self._limit, call, ended, self._clock())

    def again(self) -> float | None:
        """When time alone settles what is being tried."""
        return self._limit.waits(self._clock())

    @property
    def standing(self) -> Standing:
        """Now."""
        return Standing(self._limit.level, self._limit.allowed, self._running)

    async def close(self) -> None:
        """Nothing to leave."""


def learn(limit: Limit, call: Call, ended: Ended, now: float) -> None:
    """Tell the limit what became of a call."""
    match ended:
        case Ended.TAKEN:
            limit.taken(call, now)
        case Ended.REFUSED:
            limit.refused(call, now)
        case Ended.LOGIN:
            limit.login_refused(call)
        case Ended.UNUSED:
            limit.unused(call)
