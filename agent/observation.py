"""Looks at the inbox and the certificate now and then: numbers for Prometheus, and alarms for people."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from agent.alarms import Alarms
from agent.config import AlertsSection
from agent.errors import AgentError
from agent.inbox.states import State
from agent.inbox.store import Store
from agent.metrics import Metrics
from agent.netsuite.certificate import look, moment
from agent.silence import HOUR, judged

log = structlog.get_logger("agent.observation")


class Observer:
    """
    Counts what is in the inbox and begins and ends the alarms that follow from it.

    Args:
        store: the inbox.
        alarms: `held`, `queue`, `silence` and `certificate` are raised here.
        metrics: told of every number.
        section: what is an alarm, and how often to look.
        clock: epoch seconds, as the times of events are.
        flows: every flow of the bundle that runs here.
        zone: the project's time zone, by which weeks are alike.
        certificate: the log-in's certificate, where it is known.
    """

    def __init__(
        self,
        store: Store,
        alarms: Alarms,
        metrics: Metrics,
        section: AlertsSection,
        *,
        flows: Iterable[str],
        zone: str,
        certificate: Path | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._alarms = alarms
        self._metrics = metrics
        self._section = section
        self._flows = tuple(flows)
        self.without_flow: dict[str, int] = {}
        self._certificate = certificate
        self._clock = clock
        self._began = clock()
        self._zone = ZoneInfo(zone)
        self._judged = 0.0  # up to when traffic was counted when silence was last looked for

    def watch(self, flows: Iterable[str], section: AlertsSection) -> None:
        """Look at other flows from now on."""
        gone = set(self._flows)
        self._flows, self._section = tuple(flows), section
        for flow in gone.difference(self._flows):
            with contextlib.suppress(KeyError):  # not looked at before it went
                self._metrics.oldest.remove(flow)
                for state in State:
                    self._metrics.events.remove(flow, state.value)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._section.look_seconds)

    async def look(self) -> None:
        """One look; a store that cannot be read now is looked at again."""
        try:
            await self.once()
        except Exception as error:  # noqa: BLE001 - whatever the store says, the next look may find it well
            log.warning("not_observed", reason=repr(error))

    async def once(self) -> None:
        """One look."""
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for flow, state, _, number in await self._store.stats():
            counts[flow, state] += number
        self._note_without_flow(counts)
        oldest = await self._store.oldest()
        now = self._clock()
        for flow in self._flows:
            for state in State:
                self._metrics.events.labels(flow, state.value).set(counts[flow, state.value])
            self._stand("held", flow, "DOCUMENTS_HELD", self._held(counts, flow))
            age = max(now - oldest[flow], 0.0) if flow in oldest else 0.0
            self._metrics.oldest.labels(flow).set(age)
            late = age > self._section.queue_seconds
            message = (
                f"the oldest document has waited for more than {self._section.queue_seconds:.0f} s"
            )
            self._stand("queue", flow, "QUEUE_AGE", message if late else None)
        await self._listen(now)
        self._look_at_certificate(now)

    async def _listen(self, now: float) -> None:
        """Silence: as long as was declared, or where the weeks before had much."""
        declared = self._section.silence_hours
        silent = {one.subject: one for one in self._alarms.now().values() if one.kind == "silence"}
        newest = await self._store.newest() if declared or silent else {}
        for flow, hours in declared.items():
            last = newest.get(flow, 0.0)
            if now - last <= hours * HOUR:
                self._alarms.end("silence", flow)
            elif (
                now - max(last, self._began) > hours * HOUR
            ):  # else an agent that began before may know
                self._alarms.begin(
                    "silence", flow, "SILENCE", f"nothing came in for {hours:g} hours"
                )
        for flow, alarm in silent.items():
            if flow not in declared and newest.get(flow, 0.0) >= alarm.since:
                self._alarms.end("silence", flow)
        if self._section.silence == "learnt":
            await self._judge([flow for flow in self._flows if flow not in {*declared, *silent}])

    async def _judge(self, flows: Iterable[str]) -> None:
        """Look for unusual silence, once for each hour that is counted."""
        if self._judged // HOUR == self._clock() // HOUR:
            return
        traffic = await self._store.traffic()
        if traffic.until // HOUR == self._judged // HOUR:
            return
        self._judged = traffic.until
        for flow in flows:
            hours = traffic.hours.get(flow, {})
            found = judged(hours, since=self._began, until=traffic.until, zone=self._zone)
            if found is not None:
                message = (
                    f"nothing came in for {found.hours} hours; in the same hours of the weeks before it was"
                    f" {found.usual} documents or more"
                )
                self._alarms.begin("silence", flow, "SILENCE", message)

    def _note_without_flow(self, counts: dict[tuple[str, str], int]) -> None:
        """Documents of flows that the bundle does not have any more: they wait until it has them again."""
        left: dict[str, int] = defaultdict(int)
        for (flow, state), number in counts.items():
            if flow not in self._flows and State(state) not in (State.DONE, State.DEAD):
                left[flow] += number
        for flow in left.keys() - self.without_flow.keys():
            log.warning("documents_without_flow", flow=flow, documents=left[flow])
        self.without_flow = dict(left)

    def _held(self, counts: dict[tuple[str, str], int], flow: str) -> str | None:
        held = counts[flow, State.HELD.value]
        command = f"suiteloom-agent list --flow {flow} --state held"
        return f"documents are held, a person must look: {command}" if held else None

    def _look_at_certificate(self, now: float) -> None:
        path = self._certificate
        if path is None:
            return
        try:
            _, facts = look(path)
        except AgentError as error:
            self._stand("certificate", path.name, "CERTIFICATE_UNREADABLE", str(error))
            return
        self._metrics.certificate_ends.set(facts.ends)
        left = facts.ends - now
        soon = left < self._section.certificate_days * 86_400
        code = "CERTIFICATE_ENDED" if left <= 0 else "CERTIFICATE_ENDS"
        message = f"the certificate of the log-in ends on {moment(facts.ends)}"
        self._stand("certificate", path.name, code, message if soon else None)

    def _stand(self, kind: str, subject: str, code: str, message: str | None) -> None:
        if message is None:
            self._alarms.end(kind, subject)
        else:
            self._alarms.begin(kind, subject, code, message)
