"""
The agent, put together: door, inbox, lanes, folders, outbox watch; started and stopped in order.

    start   store ─► lanes ─► folders ─► door ─► ready file
    stop    door ─► folders ─► lanes (calls under way end) ─► store
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from agent import needs, wiring
from agent.alarms import Alarms
from agent.alerts import channels
from agent.bundle import Bundle, InboundFlow
from agent.config import Config
from agent.dispatch.account import Account
from agent.dispatch.budget import Budget
from agent.dispatch.deliveries import DeliveryLane
from agent.dispatch.fetching import Fetcher
from agent.dispatch.imports import ImportLane
from agent.dispatch.lane import Lane, Tools
from agent.dispatch.limit import Limit
from agent.dispatch.outbox import OutboxWatch
from agent.dispatch.restlets import RestletLane
from agent.dispatch.retry import Decide
from agent.errors import ConfigError, Refused
from agent.inbox.model import Incoming
from agent.inbox.opening import opened
from agent.inbox.store import Store
from agent.ingress import intake
from agent.ingress.app import Door
from agent.ingress.files import StoredFiles
from agent.metrics import Metrics
from agent.observation import Observer
from agent.poll.poller import Poller
from agent.poll.rounds import Rounds
from agent.ports import NetSuite
from agent.remote.inlet import RemoteInlet
from agent.secrets import Secrets
from agent.sources.poller import SourcePoller
from agent.supervision import Manager
from agent.watch.folders import Folders, FolderWatcher

UPKEEP_SECONDS = 3600.0

log = structlog.get_logger("agent")


class Service:
    """
    One running agent.

    Args:
        config: agent.toml.
        bundle: flows.json.
        secrets: where secrets come from.
        account: the account's id.
        netsuite: its RESTlets.
        outside: other systems: where outbound flows go, what is fetched from and polled.
        store: the inbox.
    """

    def __init__(
        self,
        config: Config,
        bundle: Bundle,
        secrets: Secrets,
        *,
        account: str,
        netsuite: NetSuite,
        outside: wiring.Outside,
        store: Store,
    ) -> None:
        self._config = config
        self._bundle = bundle
        self._store = store
        self._netsuite = netsuite
        self._outside = outside
        self.metrics = Metrics()
        self.alarms = Alarms(self.metrics)
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._started = time.time()
        limit = Limit(config.dispatch.concurrency, config.dispatch.headroom)
        budget = self._budget = Budget(store.slots(account, limit), self.metrics)
        self._account = Account(bundle, account, netsuite, budget, self.alarms, self.metrics)
        self._lanes = self._make_lanes(budget)
        flows = bundle.outbound(config.environment)
        queued = any(
            flow.poll is None and flow.deliver in ("queued", "immediate") for flow in flows.values()
        )
        self._outbox = OutboxWatch(
            self._account,
            self.alarms,
            self.metrics,
            config.dispatch.poll_seconds,
            drains=queued,
            keep=self._fetched,
        )
        self._pollers: dict[str, Rounds] = {
            name: Poller(
                flow,
                bundle,
                self._account,
                store,
                alarms=self.alarms,
                metrics=self.metrics,
                arrived=self.arrived,
                clock=store.now,
            )
            for name, flow in flows.items()
            if flow.poll is not None
        }
        for name, source in outside.sources.items():
            self._pollers[name] = SourcePoller(
                bundle.inbound(config.environment)[name],
                source,
                store,
                alarms=self.alarms,
                metrics=self.metrics,
                arrived=self.arrived,
                clock=store.now,
            )
        self._watchers = self._make_watchers()
        self._channels = channels(
            config.alerts,
            secrets,
            alarms=self.alarms,
            metrics=self.metrics,
            project=bundle.project,
        )
        self._observer = Observer(
            store,
            self.alarms,
            self.metrics,
            config.alerts,
            flows=self._lanes,
            certificate=config.netsuite.certificate_file,
        )
        self.metrics.build.labels(bundle.project, bundle.build, version("suiteloom")).set(1)
        self.door = Door(
            bundle, config.environment, config.ingress, secrets, store, self.metrics, self
        )

    # --- what the door asks -------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Events are taken."""
        return not self._stopping

    def arrived(self, flow: str) -> None:
        """New events of a flow are in the inbox."""
        if lane := self._lanes.get(flow):
            lane.wake()

    def poll(self, flow: str) -> bool:
        """Poll a flow now; False where there is no such poll."""
        poller = self._pollers.get(flow)
        if poller is not None:
            poller.wake()
        return poller is not None

    def status(self) -> dict[str, Any]:
        """Lanes, alarms and outbox, JSON."""
        return {
            "project": self._bundle.project,
            "build": self._bundle.build,
            "account": self._account.id,
            "started": self._started,
            "lanes": [
                {"flow": name, "stopped": asdict(lane.stop) if lane.stop else None}
                for name, lane in self._lanes.items()
            ],
            "files": [
                file
                for watcher in self._watchers
                if isinstance(watcher, FolderWatcher)
                for file in watcher.progress()
            ],
            "imports": [
                run
                for lane in self._lanes.values()
                if isinstance(lane, ImportLane)
                for run in lane.progress()
            ],
            "calls": asdict(self._budget.standing) | {"flows": self._budget.held()},
            "alarms": self.alarms.standing(),
            "account_says": self._outbox.last,
        }

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start working on what is in the inbox, then watch folders and the outbox."""
        for name, lane in self._lanes.items():
            self._tasks.append(asyncio.create_task(lane.run(), name=f"lane {name}"))
        for watcher in self._watchers:
            await watcher.start()
        self._tasks.append(asyncio.create_task(self._outbox.run(), name="outbox"))
        for name, poller in self._pollers.items():
            self._tasks.append(asyncio.create_task(poller.run(), name=f"poll {name}"))
        self._tasks.append(asyncio.create_task(self._upkeep(), name="upkeep"))
        self._tasks.append(asyncio.create_task(self._observer.run(), name="observer"))
        for channel in self._channels:
            self._tasks.append(asyncio.create_task(channel.run(), name="alerts"))
        log.info("started", project=self._bundle.project, build=self._bundle.build)

    async def stop(self) -> None:
        """Take nothing more, let calls under way end, commit and close."""
        self._stopping = True
        for watcher in reversed(self._watchers):
            await watcher.stop()
        seconds = self._config.stop_seconds
        await asyncio.gather(*(lane.end(seconds) for lane in self._lanes.values()))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._budget.close()
        await self._store.close()
        await self._netsuite.aclose()
        await self._outside.aclose()
        log.info("stopped")

    # --- parts --------------------------------------------------------------------------------

    def _make_lanes(self, budget: Budget) -> dict[str, Lane]:
        config, bundle = self._config, self._bundle
        tools = Tools(
            self._store, self.alarms, self.metrics, config.dispatch, self._store.now, self._wake_all
        )
        decide = Decide(config.retry, self._store.now)
        slots = asyncio.Semaphore(config.dispatch.deliveries)
        lanes: dict[str, Lane] = {}
        for name, flow in bundle.inbound(config.environment).items():
            if flow.kind == "file":
                lanes[name] = ImportLane(flow, tools, account=self._account, decide=decide)
            else:
                lanes[name] = RestletLane(
                    flow,
                    tools,
                    account=self._account.id,
                    build=bundle.build,
                    netsuite=self._netsuite,
                    budget=budget,
                    decide=decide,
                    fetcher=Fetcher(
                        flow.fetch,
                        self._outside.connections[flow.fetch.connection],
                        decide,
                        self._store.now,
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
            )
        return lanes

    async def _fetched(self, events: Sequence[dict[str, Any]]) -> list[int]:
        """Take fetched events into the inbox; the numbers of those that are there now."""
        rows: list[Incoming] = []
        numbers: list[int] = []
        for number, event in enumerate(events):
            raw = json.dumps(event).encode()
            try:
                rows.append(intake.event(self._bundle, self._config.environment, raw))
            except (
                Refused
            ) as refused:  # a flow that this bundle does not have: the account keeps it
                log.warning("fetched_refused", code=refused.code, message=refused.message)
                continue
            numbers.append(number)
        new = await self._store.accept(rows)
        for row, is_new in zip(rows, new, strict=True):
            if is_new:
                self.metrics.accepted.labels(row.flow, "netsuite").inc()
            else:
                self.metrics.repeated.labels(row.flow).inc()
        for flow in {row.flow for row in rows}:
            self.arrived(flow)
        return numbers

    def _wake_all(self) -> None:
        for lane in self._lanes.values():
            lane.wake()

    def _make_watchers(self) -> list[FolderWatcher | RemoteInlet]:
        flows = self._bundle.inbound(self._config.environment)
        files: dict[str, InboundFlow] = {n: f for n, f in flows.items() if f.kind == "file"}
        inbox = StoredFiles(files, self._store, self.metrics, self.arrived)
        watchers: list[FolderWatcher | RemoteInlet] = []
        for name, section in self._config.watch.items():
            flow = files.get(name)
            if flow is None or flow.file is None:
                known = ", ".join(files) or "none"
                raise ConfigError(f"watch.{name}: no such file flow in the bundle; known: {known}")
            folders = Folders(
                section.folder,
                section.done_folder or section.folder / "done",
                section.failed_folder or section.folder / "failed",
            )
            watcher = FolderWatcher(
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
            watchers.append(watcher)
            if section.sftp is not None:
                inlet = RemoteInlet(
                    name,
                    flow.file,
                    self._outside.hosts[section.sftp],
                    section.remote,
                    watcher=watcher,
                    folder=section.folder,
                    alarms=self.alarms,
                    done=section.remote_done,
                    settle_seconds=section.settle_seconds,
                    rescan_seconds=section.rescan_seconds,
                    on_arrival=section.on_arrival,
                    max_bytes=section.max_bytes,
                )
                watchers.append(inlet)
        return watchers

    async def _upkeep(self) -> None:
        while True:
            now = self._store.now()
            gone = await self._store.purge(
                now - self._config.keep_days * 86_400,
                ids=now - self._config.keep_ids_days * 86_400,
            )
            if gone:
                log.info("forgotten", events=gone)
            await asyncio.sleep(UPKEEP_SECONDS)


@asynccontextmanager
async def service(
    config: Config, bundle: Bundle, ready_file: Path | None
) -> AsyncIterator[Service]:
    """A started agent, stopped at the end."""
    where = wiring.peer(config, bundle, ready_file)
    secrets = wiring.secrets(config, where)
    needs.learn(config, bundle, secrets)
    netsuite = wiring.netsuite(where, secrets)
    outside = wiring.outside(config, bundle, secrets)
    port = config.address[1]
    place = f"{socket.gethostname()}:{port}" if port else ""
    store = await opened(config.store, place=place, max_open=config.ingress.max_open)
    made = Service(
        config,
        bundle,
        secrets,
        account=where.account,
        netsuite=netsuite,
        outside=outside,
        store=store,
    )
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


class _Server(uvicorn.Server):
    """uvicorn, with signals left to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def run(
    config: Config, bundle: Bundle, *, netsuite_ready: Path | None, ready_file: Path | None
) -> None:
    """Run until SIGTERM or SIGINT."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    manager = Manager()
    async with service(config, bundle, netsuite_ready) as made:
        host, port = config.address
        server = _Server(
            uvicorn.Config(
                made.door.app(),
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                lifespan="off",
                proxy_headers=False,  # whom to believe is ours to say (agent/ingress/peers.py)
                timeout_graceful_shutdown=5,
            )
        )
        serving = asyncio.create_task(server.serve(), name="door")
        while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        if serving.done():
            raise ConfigError(f"cannot listen on {config.listen}")
        bound = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://{host}:{bound}"
        log.info("listening", url=url)
        if ready_file is not None:
            _write_ready(ready_file, {"url": url})
        manager.ready(f"{bundle.project} {bundle.build} at {url}")
        watched = asyncio.create_task(manager.watched(), name="watchdog")
        stopped = asyncio.create_task(ended.wait())
        await asyncio.wait({stopped, serving}, return_when=asyncio.FIRST_COMPLETED)
        manager.stopping()
        stopped.cancel()
        server.should_exit = True
        await serving
    watched.cancel()


def _write_ready(path: Path, facts: dict[str, str]) -> None:
    """Written whole or not at all: whoever waits for it reads it at once."""
    part = path.with_name(path.name + f".{os.getpid()}")
    part.write_text(json.dumps(facts) + "\n", "utf-8")
    part.replace(path)
