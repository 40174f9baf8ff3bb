"""
Circuit breakers: after failures in succession nothing is sent to a target for a while, then one call tries.

    closed     calls go; so many failures in succession open it
    open       nothing goes until the pause is over
    half_open  one call goes as the probe; its failure doubles the pause, an answer of any call closes it

What fails is the way to the target or the target as a whole (no connection, a time-out, a 5xx). An
answer about a document or about who we are is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from agent.alarms import Alarms
from agent.config import DispatchSection
from agent.errors import BadAnswer, CallError, DeliveryError, NotSent, TargetUnavailable, Unknown
from agent.metrics import Metrics

KIND = "breaker"
LOOK_SECONDS = 1.0  # while another call is the probe


class Standing(StrEnum):
    """How a breaker stands."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


GAUGE = {Standing.CLOSED: 0, Standing.HALF_OPEN: 1, Standing.OPEN: 2}


class Passage:
    """Leave for one call. What is said first about its end counts."""

    def __init__(self, breaker: Breaker, *, probe: bool) -> None:
        self._breaker: Breaker | None = breaker
        self._probe = probe

    def answered(self) -> None:
        """The target is there, whatever it says."""
        if breaker := self._leave():
            breaker.close()

    def failed(self, code: str, message: str) -> None:
        """Nobody was there."""
        if breaker := self._leave():
            breaker.fail(code, message, probe=self._probe)

    def nothing(self) -> None:
        """There was no call, or its end says nothing about the target."""
        if (breaker := self._leave()) and self._probe:
            breaker.unproved()

    def judge(self, error: CallError | DeliveryError | None) -> None:
        """What the end of a call says."""
        if error is None or not _is_failure(error):
            self.answered()
        else:
            self.failed(error.code, error.message)

    def _leave(self) -> Breaker | None:
        breaker, self._breaker = self._breaker, None
        return breaker


class Breaker:
    """
    The breaker of one target.

    Args:
        target: the connection's name, or the account's id.
        section: when it opens, how long it waits.
        clock: epoch seconds.
        woken: called when it stands otherwise than before: whoever waits for it looks again.
    """

    def __init__(
        self,
        target: str,
        section: DispatchSection,
        alarms: Alarms,
        metrics: Metrics,
        clock: Callable[[], float],
        woken: Callable[[], None],
    ) -> None:
        self.target = target
        self.section = section
        self._alarms = alarms
        self._gauge = metrics.breaker.labels(target)
        self._clock = clock
        self._woken = woken
        self._failures = 0
        self._since = 0.0
        self._pause = 0.0
        self._probing = False
        self.until = 0.0
        self._stands(Standing.CLOSED)

    def blocked(self) -> bool:
        """Whether no call may begin now."""
        if self.standing is Standing.OPEN and self._clock() >= self.until:
            return False
        return self.standing is Standing.OPEN or self._probing

    def enter(self) -> Passage | None:
        """Leave for a call, None where none may begin. While the target is doubted the call is the probe."""
        if self.blocked():
            return None
        if self.standing is Standing.CLOSED:
            return Passage(self, probe=False)
        self._probing = True
        self._stands(Standing.HALF_OPEN)
        return Passage(self, probe=True)

    @property
    def closed(self) -> bool:
        """Whether calls go as they come."""
        return self.standing is Standing.CLOSED

    @property
    def next_look(self) -> float:
        """When asking again may help, epoch seconds."""
        return self.until if self.standing is Standing.OPEN else self._clock() + LOOK_SECONDS

    def facts(self) -> dict[str, Any]:
        """For people, JSON."""
        facts: dict[str, Any] = {"target": self.target, "state": self.standing}
        if not self.closed:
            facts |= {"since": self._since, "next_try": self.until}
        return facts

    # --- what passages say --------------------------------------------------------------------

    def close(self) -> None:
        """The target answers."""
        self._failures = 0
        self._alarms.end(KIND, self.target)  # it may stand from before a restart
        if self.closed:
            return
        self._probing, self._pause = False, 0.0
        self._stands(Standing.CLOSED)
        self._woken()

    def fail(self, code: str, message: str, *, probe: bool) -> None:
        """A call failed; those that were under way when it opened change nothing."""
        self._failures += 1
        if self.closed and self._failures >= self.section.breaker_failures:
            self._since, self._pause = self._clock(), self.section.breaker_seconds
            told = f"{self._failures} calls in succession failed, nothing is sent for now; the last: {message}"
            self._alarms.begin(KIND, self.target, code, told)
        elif probe:
            self._pause = min(2 * self._pause, self.section.breaker_max_seconds)
        else:
            return
        self._probing, self.until = False, self._clock() + self._pause
        self._stands(Standing.OPEN)
        self._woken()

    def unproved(self) -> None:
        """The probe said nothing: another one may go."""
        self._probing = False
        self._woken()

    def _stands(self, standing: Standing) -> None:
        self.standing = standing
        self._gauge.set(GAUGE[standing])


class Breakers:
    """The breakers of all targets; they outlive a reload."""

    def __init__(
        self,
        alarms: Alarms,
        metrics: Metrics,
        clock: Callable[[], float],
        woken: Callable[[], None],
    ) -> None:
        self._alarms = alarms
        self._metrics = metrics
        self._clock = clock
        self._woken = woken
        self._known: dict[str, Breaker] = {}

    def of(self, target: str, section: DispatchSection) -> Breaker:
        """The target's breaker."""
        breaker = self._known.get(target)
        if breaker is None:
            breaker = self._known[target] = Breaker(
                target, section, self._alarms, self._metrics, self._clock, self._woken
            )
        breaker.section = section
        return breaker

    def only(self, targets: Iterable[str]) -> None:
        """Forget the breakers of targets that are no more."""
        for target in self._known.keys() - set(targets):
            del self._known[target]
            self._metrics.breaker.remove(target)
            self._alarms.end(KIND, target)

    def facts(self) -> list[dict[str, Any]]:
        """All of them, JSON."""
        return [self._known[target].facts() for target in sorted(self._known)]


def _is_failure(error: CallError | DeliveryError) -> bool:
    match error:
        case NotSent() | BadAnswer():
            return True
        case Unknown() | TargetUnavailable():
            return error.status is None or error.status >= 500
    return False
