"""
Whose turn it is: slots handed out so that every flow gets the same time in the account, not the same number of calls.

Weighted fair queueing by start times: a flow's clock runs by the seconds that its calls hold slots
(as expected when one begins, as measured when it ends), and the flow that is furthest behind comes
first. So it is between what somebody waits for and backfill, too: four parts to one, where both
want slots.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

LEARN = 0.2
FIRST_SECONDS = 1.0

T = TypeVar("T")


class Kind(StrEnum):
    """What a call is for: something that somebody waits for, or a backlog."""

    INTERACTIVE = "interactive"
    BACKFILL = "backfill"


WEIGHTS = {Kind.INTERACTIVE: 4.0, Kind.BACKFILL: 1.0}


@dataclass(slots=True)
class _Account:
    """Time used, in seconds by weight; `running` calls hold slots."""

    weight: float = 1.0
    clock: float = 0.0
    running: int = 0


@dataclass(slots=True)
class _Flow(_Account, Generic[T]):
    name: str = ""
    seconds: float = FIRST_SECONDS
    waiting: deque[tuple[Kind, T]] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class Turn(Generic[T]):
    """Somebody's turn, and what it was charged."""

    flow: str
    kind: Kind
    who: T
    charged: float


class Shares(Generic[T]):
    """Who waits, by flow, and what each flow has had."""

    def __init__(self) -> None:
        self._flows: dict[str, _Flow[T]] = {}
        self._kinds = {kind: _Account(weight) for kind, weight in WEIGHTS.items()}
        self._now = 0.0
        self._kind_now = 0.0

    def wait(self, flow: str, kind: Kind, who: T) -> None:
        """Somebody wants a slot. What was not wanted before is not owed."""
        one = self._flows.setdefault(flow, _Flow(name=flow))
        if not one.waiting and not one.running:
            one.clock = max(one.clock, self._now)
        account = self._kinds[kind]
        if not account.running and not self._waits(kind):
            account.clock = max(account.clock, self._kind_now)
        one.waiting.append((kind, who))

    def leave(self, flow: str, who: T) -> None:
        """Somebody no longer waits."""
        one = self._flows[flow]
        one.waiting = deque(entry for entry in one.waiting if entry[1] is not who)

    def next(self) -> Turn[T] | None:
        """The next one that waits, charged for a call of the flow's usual length; None where nobody does."""
        kinds = [kind for kind in Kind if self._waits(kind)]
        if not kinds:
            return None
        kind = min(kinds, key=lambda one: self._kinds[one].clock)
        flow = min(
            (one for one in self._flows.values() if one.waiting and one.waiting[0][0] is kind),
            key=lambda one: one.clock,
        )
        self._now = max(self._now, flow.clock)
        self._kind_now = max(self._kind_now, self._kinds[kind].clock)
        _, who = flow.waiting.popleft()
        flow.running += 1
        self._kinds[kind].running += 1
        self._charge(flow, kind, flow.seconds)
        return Turn(flow.name, kind, who, flow.seconds)

    def ended(self, turn: Turn[T], seconds: float, *, used: bool) -> None:
        """The slot is free again after so many seconds; `used`: a call was made."""
        flow = self._flows[turn.flow]
        flow.running -= 1
        self._kinds[turn.kind].running -= 1
        self._charge(flow, turn.kind, seconds - turn.charged)
        if used:
            flow.seconds += LEARN * (seconds - flow.seconds)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(flow.waiting) for flow in self._flows.values())

    @property
    def flows(self) -> int:
        """How many flows wait or hold slots."""
        return sum(1 for flow in self._flows.values() if flow.waiting or flow.running)

    def held(self) -> dict[str, int]:
        """Slots by flow, of those that hold any."""
        return {flow.name: flow.running for flow in self._flows.values() if flow.running}

    def _charge(self, flow: _Flow[T], kind: Kind, seconds: float) -> None:
        flow.clock += seconds / flow.weight
        self._kinds[kind].clock += seconds / self._kinds[kind].weight

    def _waits(self, kind: Kind) -> bool:
        return any(flow.waiting and flow.waiting[0][0] is kind for flow in self._flows.values())
