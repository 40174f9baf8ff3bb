"""
What is done once however many agents run: polls, the outbox's sweep, shared folders, upkeep, telling of alarms.

Who does it now is the rota's to say: the one agent on a SQLite store by timers, the agents on a
PostgreSQL store by jobs that they share.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

# After a round that ended in an error of ours.
AGAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Duty:
    """
    One thing to do, again and again.

    Args:
        name: the same in all agents.
        round: one round; returns how many seconds may pass until the next. What one that is cut off
            leaves is begun anew by another agent, and two may meet: what it does, it must be able
            to do twice.
        due: how many seconds may pass until the first; None: none, unless an agent knows better.
        cut: at a stop the round is cut off, not waited for: the watch over a folder has no end, a
            channel may hang.
    """

    name: str
    round: Callable[[], Awaitable[float]]
    due: Callable[[], Awaitable[float]] | None = None
    cut: bool = False


class Rota(Protocol):
    """Who runs which round now."""

    async def start(self, duties: Sequence[Duty]) -> None:
        """Share in these duties from now on."""

    async def wake(self, name: str) -> None:
        """The next round of a duty is due now."""

    async def stop(self, seconds: float) -> None:
        """Leave the duties to others; rounds under way may end, for so long."""
