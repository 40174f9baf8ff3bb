"""Alarms: something that a person must mend. Said once when it begins and once when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from agent.metrics import Metrics
from agent.redaction import redacted

log = structlog.get_logger("agent.alarms")


@dataclass(frozen=True, slots=True)
class Alarm:
    """
    What is wrong, since when.

    `kind` is `lane`, `account`, `drift`, `outbox`, `poll`, `target`, `breaker`,
    `held`, `queue`, `silence`, `certificate` or `reload`; `subject` names the flow, script or connection.
    """

    kind: str
    subject: str
    code: str
    message: str
    since: float


class Alarms:
    """The alarms that stand."""

    def __init__(self, metrics: Metrics, clock: Callable[[], float] = time.time) -> None:
        self._metrics = metrics
        self._clock = clock
        self._standing: dict[tuple[str, str], Alarm] = {}

    def begin(self, kind: str, subject: str, code: str, message: str) -> None:
        """Raise an alarm; while it stands, raising it again says nothing new."""
        message = redacted(message)
        known = self._standing.get((kind, subject))
        if known is not None and known.code == code:
            return
        self._standing[kind, subject] = Alarm(kind, subject, code, message, self._clock())
        self._metrics.alarm.labels(kind, subject).set(1)
        log.error("alarm", kind=kind, subject=subject, code=code, message=message)

    def end(self, kind: str, subject: str) -> None:
        """Take an alarm back, where it stands."""
        known = self._standing.pop((kind, subject), None)
        if known is not None:
            self._metrics.alarm.labels(kind, subject).set(0)
            log.info("alarm_over", kind=kind, subject=subject, code=known.code)

    def end_all(self, subject: str) -> None:
        """Take back what stands of a subject that is no more."""
        for kind, named in list(self._standing):
            if named == subject:
                self.end(kind, subject)

    def now(self) -> dict[tuple[str, str], Alarm]:
        """Alarms that stand, by kind and subject."""
        return dict(self._standing)

    def standing(self) -> list[dict[str, Any]]:
        """Alarms as JSON, oldest first."""
        return [asdict(alarm) for alarm in sorted(self._standing.values(), key=lambda a: a.since)]
