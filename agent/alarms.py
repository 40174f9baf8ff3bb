"""
Alarms: something that a person must mend. Said once when it begins and once when it is over.

They stand in the store, so that a restart forgets none; agents on one store see those of all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import structlog

from agent.metrics import Metrics
from agent.redaction import redacted

# What any agent finds out for all of them; the others are each agent's own (its log-in, its lanes).
OF_ALL = frozenset({"poll", "outbox", "sftp", "held", "queue", "silence"})
# Found out by whoever's turn it is: the end may be seen before the begin was heard of.
IN_TURN = frozenset({"poll", "outbox", "sftp"})

log = structlog.get_logger("agent.alarms")

Where = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alarm:
    """
    What is wrong, since when.

    `kind` is `lane`, `account`, `drift`, `outbox`, `poll`, `sftp`, `target`,
    `held`, `queue`, `silence`, `certificate` or `reload`; `subject` names the flow, script or
    connection.
    """

    kind: str
    subject: str
    code: str
    message: str
    since: float


@dataclass(frozen=True, slots=True)
class Placed:
    """An alarm and the agent whose own it is, by its place; empty: of all."""

    place: str
    alarm: Alarm


class Memory(Protocol):
    """What a store keeps of alarms."""

    async def share_alarms(
        self, place: str, begun: Sequence[Placed], ended: Sequence[tuple[str, Where]]
    ) -> list[Placed]:
        """Record what began and what ended (place and alarm); returns what stands, the oldest last."""

    async def told(self, channel: str) -> list[tuple[Alarm, float]]:
        """What a channel has told and not told to be over, and when."""

    async def tell(self, channel: str, alarm: Alarm, at: float | None) -> None:
        """Remember that a channel has told of an alarm, or (None) that it is over."""


class Alarms:
    """
    The alarms that stand.

    Args:
        metrics: shows them.
        clock: epoch seconds.
        place: where this agent runs; empty for one that is alone.
    """

    def __init__(
        self, metrics: Metrics, clock: Callable[[], float] = time.time, place: str = ""
    ) -> None:
        self._metrics = metrics
        self._clock = clock
        self._place = place
        self._standing: dict[Where, Alarm] = {}
        self._elsewhere: dict[Where, Alarm] = {}
        self._changed: dict[Where, Alarm | None] = {}  # since they were shared last

    def begin(self, kind: str, subject: str, code: str, message: str) -> None:
        """Raise an alarm; while it stands, raising it again says nothing new."""
        message = redacted(message)
        known = self._standing.get((kind, subject))
        if known is not None and known.code == code:
            return
        alarm = Alarm(kind, subject, code, message, self._clock())
        self._standing[kind, subject] = self._changed[kind, subject] = alarm
        self._metrics.alarm.labels(kind, subject).set(1)
        log.error("alarm", kind=kind, subject=subject, code=code, message=message)

    def end(self, kind: str, subject: str) -> None:
        """Take an alarm back, where it stands."""
        known = self._standing.pop((kind, subject), None)
        if known is not None or kind in IN_TURN:
            self._changed[kind, subject] = None
        if known is not None:
            self._metrics.alarm.labels(kind, subject).set(0)
            log.info("alarm_over", kind=kind, subject=subject, code=known.code)

    def end_all(self, subject: str) -> None:
        """Take back what stands of a subject that is no more."""
        for kind, named in list(self._standing):
            if named == subject:
                self.end(kind, subject)

    def only(self, kinds: Iterable[str], subjects: Iterable[str]) -> None:
        """Take back what stands, of these kinds, of other subjects: they went while no agent ran."""
        known = set(subjects)
        for kind, subject in list(self._standing):
            if kind in kinds and subject not in known:
                self.end(kind, subject)

    async def share(self, memory: Memory) -> None:
        """Record what has changed, and see what stands. Raises what the store raises; nothing is lost then."""
        changes, self._changed = self._changed, {}
        begun = [Placed(self._of(w[0]), alarm) for w, alarm in changes.items() if alarm is not None]
        ended = [(self._of(w[0]), w) for w, alarm in changes.items() if alarm is None]
        try:
            found = await memory.share_alarms(self._place, begun, ended)
        except BaseException:
            self._changed = changes | self._changed
            raise
        before = self.now()
        own = {"", self._place}
        self._standing = {_where(one.alarm): one.alarm for one in found if one.place in own}
        self._elsewhere = {_where(one.alarm): one.alarm for one in found if one.place not in own}
        for where, alarm in self._changed.items():
            if alarm is None:
                self._standing.pop(where, None)
            else:
                self._standing[where] = alarm
        for where in before.keys() ^ self.now().keys():
            self._metrics.alarm.labels(*where).set(where not in before)

    def _of(self, kind: str) -> str:
        return "" if kind in OF_ALL else self._place

    def now(self) -> dict[Where, Alarm]:
        """Alarms that stand, at any agent, by kind and subject."""
        return self._elsewhere | self._standing

    def standing(self) -> list[dict[str, Any]]:
        """Alarms as JSON, oldest first."""
        return [asdict(alarm) for alarm in sorted(self.now().values(), key=lambda a: a.since)]


def _where(alarm: Alarm) -> Where:
    return alarm.kind, alarm.subject
