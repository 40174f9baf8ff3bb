"""
The agent, put together: door, inbox, lanes, folders, outbox watch; started and stopped in order.

    start   store ─► lanes ─► folders ─► duties ─► door ─► ready file
    stop    door ─► duties, folders and lanes (what is under way ends) ─► store
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from agent import needs, reloading, silence, wiring
from agent.alarms import Alarms
from agent.alerts import Channel, channels
from agent.bundle import Bundle
from agent.config import Config
from agent.dispatch import breaker
from agent.dispatch.breaker import Breakers
from agent.dispatch.budget import Budget
from agent.dispatch.limit import Limit
from agent.duties.model import Duty
from agent.errors import ConfigError
from agent.inbox.opening import opened
from agent.inbox.store import Store
from agent.ingress.app import Door
from agent.metrics import Metrics
from agent.observation import Observer
from agent.ports import NetSuite
from agent.secrets import Secrets
from agent.supervision import Manager
from agent.tracing import traces
from agent.workings import Shared, Workings, poll_duty

UPKEEP_SECONDS = 3600.0
SHARE_SECONDS = 5.0
# Alarms about flows.
OF_FLOWS = ("lane", "poll", "sftp", "held", "queue", "silence")
COUNT_SECONDS = 300.0

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
        place: where it runs, by host and port.
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
        place: str = "",
    ) -> None:
        self._secrets = secrets
        self._store = store
        self._netsuite = netsuite
        self._traces = traces()
        self.metrics = Metrics()
        self.alarms = Alarms(self.metrics, store.now, place)
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._started = time.time()
        limit = Limit(config.dispatch.concurrency, config.dispatch.headroom)
        self._budget = Budget(store.slots(account, limit), self.metrics)
        self._shared = Shared(
            store,
            account,
            netsuite,
            self._budget,
            self.alarms,
            self.metrics,
            Breakers(self.alarms, self.metrics, store.now, self._wake_all),
            self.arrived,
            self._wake_all,
            self._traces,
            store.rota(),
            self._duties,
        )
        self._now = Workings(config, bundle, self._shared, outside)
        self._before: dict[Workings, asyncio.Task[None]] = {}
        self._restart: list[str] = []
        self._channels = self._make_channels(config, bundle)
        self._observer = Observer(
            store,
            self.alarms,
            self.metrics,
            config.alerts,
            flows=self._now.lanes,
            zone=bundle.timezone,
            certificate=config.netsuite.certificate_file,
            clock=store.now,
        )
        self._say_build(bundle)
        self.door = Door(
            bundle,
            config.environment,
            config.ingress,
            secrets,
            store,
            self.metrics,
            self,
            traces=self._traces,
        )

    # --- what the door asks -------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Events are taken."""
        return not self._stopping

    @property
    def keeps_calls(self) -> bool:
        """Calls are kept as they came."""
        return self.config.keep_raw_days > 0

    @property
    def config(self) -> Config:
        """The configuration that counts now."""
        return self._now.config

    @property
    def bundle(self) -> Bundle:
        """The bundle that counts now."""
        return self._now.bundle

    def arrived(self, flow: str) -> None:
        """New events of a flow are in the inbox."""
        if lane := self._now.lanes.get(flow):
            lane.wake()

    async def poll(self, flow: str) -> bool:
        """Poll a flow now; False where there is no such poll."""
        known = flow in self._now.pollers
        if known:
            await self._shared.rota.wake(poll_duty(flow))
        return known

    def status(self) -> dict[str, Any]:
        """Lanes, alarms and outbox, JSON."""
        return self._now.status() | {
            "started": self._started,
            "calls": asdict(self._budget.standing) | {"flows": self._budget.held()},
            "breakers": self._shared.breakers.facts(),
            "alarms": self.alarms.standing(),
            "without_flow": self._observer.without_flow,
            "needs_restart": self._restart,
        }

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start working on what is in the inbox, then watch folders and the outbox."""
        await self._begin_alarms()
        await self._now.start()
        self._tasks.append(asyncio.create_task(self._share_alarms(), name="alarms"))
        self._tasks.append(asyncio.create_task(self._observer.run(), name="observer"))
        log.info("started", project=self._now.bundle.project, build=self._now.bundle.build)

    async def reload(self, config: Config, bundle: Bundle) -> None:
        """
        Work by another configuration and bundle from now on; calls under way end by the old ones.

        Raises UserError where they cannot be used: then all is as before.
        """
        old = self._now
        config, restart = reloading.merged(old.config, config)
        reloading.fits(old.config, old.bundle, bundle)
        needs.learn(config, bundle, self._secrets)
        retold = (config.alerts, bundle.project) != (old.config.alerts, old.bundle.project)
        channels = self._make_channels(config, bundle) if retold else self._channels
        outside = wiring.outside(config, bundle, self._secrets)
        try:
            new = Workings(config, bundle, self._shared, outside)
        except BaseException:
            await outside.aclose()
            raise
        # No await from here on to where the new lanes run: what is asked meets either all old or
        # all new.
        self._now, self._restart = new, restart
        self.door.serve(bundle, config.ingress)
        for gone in old.lanes.keys() - new.lanes.keys():
            self.alarms.end_all(gone)
        self._observer.watch(new.lanes, config.alerts)
        self._say_build(bundle)
        self._before[old] = asyncio.create_task(self._hand_over(old), name="hand over")
        self._channels = channels
        await new.start(old)
        await self._observer.look()
        log.info("reloaded", build=bundle.build, needs_restart=self._restart)

    async def stop(self) -> None:
        """Take nothing more, let calls under way end, commit and close."""
        self._stopping = True
        seconds = self.config.stop_seconds
        before, handing = list(self._before), list(self._before.values())
        for task in handing:
            task.cancel()
        await asyncio.gather(*handing, return_exceptions=True)
        await asyncio.gather(
            self._now.stop_asking(seconds),
            *(one.end(seconds) for one in (self._now, *before)),
        )
        for one in (self._now, *before):
            await one.aclose()
        tasks = self._tasks
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._budget.close()
        with contextlib.suppress(Exception):
            await self.alarms.share(self._store)
        await self._store.close()
        await self._netsuite.aclose()
        await self._traces.aclose()
        log.info("stopped")

    # --- parts --------------------------------------------------------------------------------

    async def _hand_over(self, old: Workings) -> None:
        try:
            await old.hand_over()
        finally:
            del self._before[old]

    def _make_channels(self, config: Config, bundle: Bundle) -> list[Channel]:
        return channels(
            config.alerts,
            self._secrets,
            alarms=self.alarms,
            metrics=self.metrics,
            project=bundle.project,
            memory=self._store,
            clock=self._store.now,
        )

    def _say_build(self, bundle: Bundle) -> None:
        self.metrics.build.clear()
        self.metrics.build.labels(bundle.project, bundle.build, version("suiteloom")).set(1)

    def _wake_all(self) -> None:
        for lane in self._now.lanes.values():
            lane.wake()

    def _duties(self) -> list[Duty]:
        telling = [Duty(f"alerts {one.name}", one.round, cut=True) for one in self._channels]
        return [Duty("upkeep", self._upkeep), Duty("traffic", self._count), *telling]

    async def _begin_alarms(self) -> None:
        """What stood when this agent ran last, without what is no more."""
        await self.alarms.share(self._store)
        self.alarms.only(OF_FLOWS, self._now.lanes)
        certificate = self.config.netsuite.certificate_file
        self.alarms.only(["certificate"], [certificate.name] if certificate else [])
        targets = [one["target"] for one in self._shared.breakers.facts()]
        self.alarms.only([breaker.KIND], targets)

    async def _share_alarms(self) -> None:
        while True:
            await asyncio.sleep(SHARE_SECONDS)
            try:
                await self.alarms.share(self._store)
            except Exception as error:  # noqa: BLE001 - alarms stand here until the store is back
                log.warning("alarms_not_shared", reason=repr(error))

    async def _count(self) -> float:
        await self._store.count(self._store.now() - silence.KEPT_SECONDS)
        return COUNT_SECONDS

    async def _upkeep(self) -> float:
        now = self._store.now()
        gone = await self._store.purge(
            now - self.config.keep_days * 86_400,
            ids=now - self.config.keep_ids_days * 86_400,
            raw=now - self.config.keep_raw_days * 86_400,
        )
        if gone:
            log.info("forgotten", events=gone)
        return UPKEEP_SECONDS


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
    store = await opened(
        config.store,
        place=place,
        max_open=config.ingress.max_open,
        seal=wiring.seal(config, secrets),
    )
    made = Service(
        config,
        bundle,
        secrets,
        account=where.account,
        netsuite=netsuite,
        outside=outside,
        store=store,
        place=place,
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
    config: Config,
    bundle: Bundle,
    *,
    config_file: Path,
    netsuite_ready: Path | None,
    ready_file: Path | None,
) -> None:
    """Run until SIGTERM or SIGINT; `config_file` and the bundle are read again when they change, and on SIGHUP."""
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
        again = reloading.Reloading(config_file, made, manager, f"{bundle.project} at {url}")
        manager.ready(f"{bundle.project} {bundle.build} at {url}")
        tasks = [
            asyncio.create_task(manager.watched(), name="watchdog"),
            asyncio.create_task(again.run(), name="reloading"),
        ]
        stopped = asyncio.create_task(ended.wait())
        await asyncio.wait({stopped, serving}, return_when=asyncio.FIRST_COMPLETED)
        manager.stopping()
        stopped.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.should_exit = True
        await serving


def _write_ready(path: Path, facts: dict[str, str]) -> None:
    """Written whole or not at all: whoever waits for it reads it at once."""
    part = path.with_name(path.name + f".{os.getpid()}")
    part.write_text(json.dumps(facts) + "\n", "utf-8")
    part.replace(path)
