"""
What follows from one bundle and one configuration: lanes, polls, watched folders, the outbox watch.

A reload makes new workings beside the old ones. From then on the new ones take work; a call that is
under way ends in the old ones, and what must not run twice at once waits for that.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import structlog

from agent import wiring
from agent.alarms import Alarms
from agent.bundle import Bundle, InboundFlow
from agent.config import Config
from agent.dispatch.account import Account
from agent.dispatch.breaker import Breakers
from agent.dispatch.budget import Budget
from agent.dispatch.deliveries import DeliveryLane
from agent.dispatch.fetching import Fetcher
from agent.dispatch.imports import ImportLane
from agent.dispatch.lane import Lane, Tools
from agent.dispatch.outbox import OutboxWatch
from agent.dispatch.restlets import RestletLane
from agent.dispatch.retry import Decide
from agent.duties.model import Duty, Rota
from agent.errors import ConfigError, Refused
from agent.inbox.model import Incoming
from agent.inbox.store import Store
from agent.ingress import intake
from agent.ingress.files import StoredFiles
from agent.metrics import Metrics
from agent.poll.poller import Poller
from agent.poll.rounds import Rounds
from agent.ports import NetSuite
from agent.remote.inlet import RemoteInlet
from agent.sources.poller import SourcePoller
from agent.tracing import Traces
from agent.watch.folders import Folders, FolderWatcher

log = structlog.get_logger("agent")


def poll_duty(flow: str) -> str:
    """The name of the duty to poll a flow."""
    return f"poll {flow}"


async def _held(parts: Sequence[FolderWatcher | RemoteInlet]) -> float:
    """Watch until cancelled."""
    started: list[FolderWatcher | RemoteInlet] = []
    try:
        for part in parts:
            started.append(part)
            await part.start()
        await asyncio.Event().wait()
    finally:
        for part in reversed(started):
            await part.stop()
    return 0.0


@dataclass(frozen=True, slots=True)
class Shared:
    """
    What outlives a reload.

    Args:
        account: the account's id.
        netsuite: its RESTlets.
        arrived: called with the flow's name when documents are new.
        woken: called when documents of any flow may be due.
        rota: who does what is done once for all agents.
        duties: those of the agent itself.
    """

    store: Store
    account: str
    netsuite: NetSuite
    budget: Budget
    alarms: Alarms
    metrics: Metrics
    breakers: Breakers
    arrived: Callable[[str], None]
    woken: Callable[[], None]
    traces: Traces
    rota: Rota
    duties: Callable[[], Sequence[Duty]]


class Workings:
    """
    The parts that work on the flows of a bundle.

    Args:
        config: agent.toml.
        bundle: flows.json.
        shared: what outlives a reload.
        outside: other systems; closed with these workings.

    Raises ConfigError and BundleError for what does not fit together; nothing has begun then.
    """

    def __init__(
        self, config: Config, bundle: Bundle, shared: Shared, outside: wiring.Outside
    ) -> None:
        self.config = config
        self.bundle = bundle
        self._shared = shared
        self._outside = outside
        self.account = Account(
            bundle,
            shared.account,
            shared.netsuite,
            shared.budget,
            shared.alarms,
            shared.metrics,
            shared.breakers.of(shared.account, config.dispatch),
        )
        self.lanes = self._make_lanes()
        self.outbox = self._make_outbox()
        self.pollers = self._make_pollers()
        self.watchers, self.inlets = self._make_watchers()
        self._running: dict[str, asyncio.Task[None]] = {}

    async def start(self, before: Workings | None = None) -> None:
        """Begin to work; where there were others `before`, take over from them."""
        for name, lane in self.lanes.items():
            was = before.lanes.get(name) if before else None
            if was is not None:
                lane.follow(was)
            work = self._lane(lane, before if was and not lane.beside else None)
            self._running[name] = asyncio.create_task(work, name=f"lane {name}")
        self._shared.breakers.only(lane.breaker.target for lane in self.lanes.values())
        if before is not None:
            await before.stop_asking(0)
        for name in self._own_folders():
            await self.watchers[name].start()
        await self._shared.rota.start([*self._duties(), *self._shared.duties()])

    async def stop_asking(self, seconds: float) -> None:
        """
        No more polls and looks into folders and outbox; a poll under way may end, for so long.

        What one of them had begun is begun anew by others.
        """
        await self._shared.rota.stop(seconds)
        for name in self._own_folders():
            await self.watchers[name].stop()

    async def hand_over(self) -> None:
        """Let what is under way end, however long it takes, and close."""
        for lane in self.lanes.values():
            lane.wind_down()
        await asyncio.gather(*(self.ended(name) for name in self.lanes))
        await self._outside.aclose()

    async def end(self, seconds: float) -> None:
        """Take no documents more, let calls under way end for so long."""
        await asyncio.gather(*(lane.end(seconds) for lane in self.lanes.values()))
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def aclose(self) -> None:
        """Close the connections to other systems."""
        await self._outside.aclose()

    async def _lane(self, lane: Lane, before: Workings | None) -> None:
        if before is not None:
            await before.ended(lane.flow)
        await lane.run()

    async def ended(self, flow: str) -> None:
        """Wait until the lane of a flow, told to wind down, has nothing in hand."""
        await asyncio.wait([self._running[flow]])
        await self.lanes[flow].end(None)

    # --- looking in ---------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """Lanes, files, imports and outbox, JSON."""
        return {
            "project": self.bundle.project,
            "build": self.bundle.build,
            "account": self.account.id,
            "lanes": [
                {"flow": name, "stopped": asdict(lane.stop) if lane.stop else None}
                for name, lane in self.lanes.items()
            ],
            "files": [file for watcher in self.watchers.values() for file in watcher.progress()],
            "imports": [
                run
                for lane in self.lanes.values()
                if isinstance(lane, ImportLane)
                for run in lane.progress()
            ],
            "account_says": self.outbox.last,
        }

    # --- parts --------------------------------------------------------------------------------

    def _duties(self) -> list[Duty]:
        polls = [
            Duty(poll_duty(name), poller.round, poller.due) for name, poller in self.pollers.items()
        ]
        folders = [
            Duty(f"folder {name}", partial(_held, parts), cut=True)
            for name, parts in self._shared_folders().items()
        ]
        return [Duty("outbox", self.outbox.round), *polls, *folders]

    def _own_folders(self) -> list[str]:
        """Flows whose folder is this agent's alone."""
        return [name for name in self.watchers if not self.config.watch[name].shared]

    def _shared_folders(self) -> dict[str, list[FolderWatcher | RemoteInlet]]:
        """By flow what one agent at a time watches: a folder that all reach, the folder of an SFTP host."""
        found: dict[str, list[FolderWatcher | RemoteInlet]] = {}
        for name, watcher in self.watchers.items():
            if self.config.watch[name].shared:
                found[name] = [watcher]
            if name in self.inlets:
                found.setdefault(name, []).append(self.inlets[name])
        return found

    def _make_lanes(self) -> dict[str, Lane]:
        config, bundle, shared = self.config, self.bundle, self._shared
        tools = Tools(
            shared.store,
            shared.alarms,
            shared.metrics,
            config.dispatch,
            shared.store.now,
            shared.woken,
            shared.traces,
        )
        decide = Decide(config.retry, shared.store.now)
        slots = asyncio.Semaphore(config.dispatch.deliveries)
        lanes: dict[str, Lane] = {}
        for name, flow in bundle.inbound(config.environment).items():
            if flow.kind == "file":
                lanes[name] = ImportLane(flow, tools, account=self.account, decide=decide)
            else:
                lanes[name] = RestletLane(
                    flow,
                    tools,
                    account=shared.account,
                    build=bundle.build,
                    netsuite=shared.netsuite,
                    budget=shared.budget,
                    decide=decide,
                    breaker=self.account.breaker,
                    fetcher=Fetcher(
                        flow.fetch,
                        self._outside.connections[flow.fetch.connection],
                        decide,
                        shared.store.now,
                    )
                    if flow.fetch
                    else None,
                )
        for name, out in bundle.outbound(config.environment).items():
            lanes[name] = DeliveryLane(
                out,
                tools,
                destination=self._outside.destinations[name],
                slots=slots,
                decide=decide,
                breaker=shared.breakers.of(out.target.connection or name, config.dispatch),
            )
        return lanes

    def _make_outbox(self) -> OutboxWatch:
        flows = self.bundle.outbound(self.config.environment).values()
        queued = any(
            flow.poll is None and flow.deliver in ("queued", "immediate") for flow in flows
        )
        return OutboxWatch(
            self.account,
            self._shared.alarms,
            self._shared.metrics,
            self.config.dispatch.poll_seconds,
            drains=queued,
            keep=self._fetched,
        )

    def _make_pollers(self) -> dict[str, Rounds]:
        shared, environment = self._shared, self.config.environment
        pollers: dict[str, Rounds] = {
            name: Poller(
                flow,
                self.bundle,
                self.account,
                shared.store,
                alarms=shared.alarms,
                metrics=shared.metrics,
                arrived=shared.arrived,
                clock=shared.store.now,
            )
            for name, flow in self.bundle.outbound(environment).items()
            if flow.poll is not None
        }
        inbound = self.bundle.inbound(environment)
        for name, source in self._outside.sources.items():
            pollers[name] = SourcePoller(
                inbound[name],
                source,
                shared.store,
                alarms=shared.alarms,
                metrics=shared.metrics,
                arrived=shared.arrived,
                clock=shared.store.now,
            )
        return pollers

    def _make_watchers(self) -> tuple[dict[str, FolderWatcher], dict[str, RemoteInlet]]:
        shared = self._shared
        flows = self.bundle.inbound(self.config.environment)
        files: dict[str, InboundFlow] = {n: f for n, f in flows.items() if f.kind == "file"}
        off = self.bundle.off(self.config.environment)
        inbox = StoredFiles(files, shared.store, shared.metrics, shared.arrived)
        watchers: dict[str, FolderWatcher] = {}
        inlets: dict[str, RemoteInlet] = {}
        for name, section in self.config.watch.items():
            flow = files.get(name)
            if flow is None and name in off:
                continue  # its files wait in the folder
            if flow is None or flow.file is None:
                known = ", ".join(files) or "none"
                raise ConfigError(f"watch.{name}: no such file flow in the bundle; known: {known}")
            if not section.folder.is_dir():
                raise ConfigError(f"watch.{name}: the folder {section.folder} is not there")
            folders = Folders(
                section.folder,
                section.done_folder or section.folder / "done",
                section.failed_folder or section.folder / "failed",
            )
            watchers[name] = FolderWatcher(
                name,
                flow.file,
                folders,
                inbox,
                items=flow.items,
                settle_seconds=section.settle_seconds,
                rescan_seconds=section.rescan_seconds,
                on_arrival=section.on_arrival,
                max_bytes=section.max_bytes,
            )
            if section.sftp is not None:
                inlets[name] = RemoteInlet(
                    name,
                    flow.file,
                    self._outside.hosts[section.sftp],
                    section.remote,
                    watcher=watchers[name],
                    folder=section.folder,
                    alarms=shared.alarms,
                    done=section.remote_done,
                    settle_seconds=section.settle_seconds,
                    rescan_seconds=section.rescan_seconds,
                    on_arrival=section.on_arrival,
                    max_bytes=section.max_bytes,
                )
        return watchers, inlets

    async def _fetched(self, events: Sequence[dict[str, Any]]) -> list[int]:
        """Take fetched events into the inbox; the numbers of those that are there now."""
        metrics = self._shared.metrics
        rows: list[Incoming] = []
        numbers: list[int] = []
        for number, event in enumerate(events):
            raw = json.dumps(event).encode()
            try:
                rows.append(intake.event(self.bundle, self.config.environment, raw))
            except (
                Refused
            ) as refused:  # a flow that this bundle does not have: the account keeps it
                log.warning("fetched_refused", code=refused.code, message=refused.message)
                continue
            numbers.append(number)
        new = await self._shared.store.accept(rows)
        for row, is_new in zip(rows, new, strict=True):
            if is_new:
                metrics.accepted.labels(row.flow, "netsuite").inc()
            else:
                metrics.repeated.labels(row.flow).inc()
        for flow in {row.flow for row in rows}:
            self._shared.arrived(flow)
        return numbers
