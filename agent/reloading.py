"""
Reads agent.toml and the bundle again, when they change and on SIGHUP.

What cannot be used is refused as a whole, with its faults in the log and as an alarm; the agent
goes on with what it has.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import signal
from pathlib import Path
from typing import Protocol

import structlog
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from agent import bundle as bundles
from agent import config as configs
from agent.alarms import Alarms
from agent.bundle import Bundle
from agent.config import Config
from agent.errors import AgentError, BundleError, ConfigError
from agent.metrics import Metrics
from agent.supervision import Manager

# Files are written in several steps: nothing is read before they have been still for so long.
SETTLE_SECONDS = 0.3
# Network shares report nothing.
LOOK_SECONDS = 10.0
# What is bound to the start: the socket, the open store, the log-in.
FIXED = ("environment", "listen", "store", "store_key", "netsuite", "secrets", "log")
FIXED_PARTS = {"ingress": ("max_open",), "dispatch": ("concurrency", "headroom")}
# Kubernetes replaces the files of a volume by this link.
VOLUME_LINK = "..data"

log = structlog.get_logger("agent.reloading")


class Agent(Protocol):
    """What is reloaded."""

    metrics: Metrics
    alarms: Alarms

    async def reload(self, config: Config, bundle: Bundle) -> None:
        """Work by these; raises AgentError where they cannot be used."""

    @property
    def config(self) -> Config:
        """The configuration that counts now."""

    @property
    def bundle(self) -> Bundle:
        """The bundle that counts now."""


def merged(old: Config, new: Config) -> tuple[Config, list[str]]:
    """The new configuration without the changes that need a restart, and the names of those."""
    left = [name for name in FIXED if getattr(old, name) != getattr(new, name)]
    update = {name: getattr(old, name) for name in left}
    for section, names in FIXED_PARTS.items():
        before, after = getattr(old, section), getattr(new, section)
        parts = [name for name in names if getattr(before, name) != getattr(after, name)]
        left += [f"{section}.{name}" for name in parts]
        if parts:
            kept = {name: getattr(before, name) for name in parts}
            update[section] = after.model_copy(update=kept)
    return new.model_copy(update=update), left


def fits(config: Config, old: Bundle, new: Bundle) -> None:
    """Raises BundleError for a bundle that belongs to another project or account."""
    if new.project != old.project:
        raise BundleError(
            f"flows.json is of project {new.project!r}, the agent runs {old.project!r}"
        )
    here = new.environments.get(config.environment)
    if here is None:
        known = ", ".join(new.environments)
        raise ConfigError(f"environment {config.environment!r} is not in the bundle: {known}")
    if here.account != old.environments[config.environment].account:
        raise BundleError(f"flows.json is for account {here.account}: that needs a restart")


class Reloading:
    """
    Watches agent.toml and the bundle.

    Args:
        config_file: agent.toml.
        agent: what works by them.
        manager: told when a reload begins and ends.
        name: what the manager shows beside the build.
    """

    def __init__(self, config_file: Path, agent: Agent, manager: Manager, name: str) -> None:
        self._config_file = config_file
        self._agent = agent
        self._manager = manager
        self._name = name
        self._changed = asyncio.Event()
        self._asked = False
        self._known: tuple[str, ...] = ()
        with contextlib.suppress(NotImplementedError, AttributeError):  # not on Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._ask)

    async def run(self) -> None:
        """Watch until cancelled."""
        loop = asyncio.get_running_loop()
        observer, watched = None, None
        try:
            while True:
                if (files := self._files()) != watched:
                    await _stop(observer)
                    observer, watched = self._observe(loop, files), files
                await self.once()
                await self._wait()
        finally:
            await _stop(observer)

    async def once(self) -> None:
        """Reload if anything has changed or a person has asked for it."""
        seen = await asyncio.to_thread(self._look)
        if seen == self._known and not self._asked:
            return
        asked, self._known, self._asked = self._asked, seen, False
        try:
            config = await asyncio.to_thread(configs.load, self._config_file)
            bundle = await asyncio.to_thread(bundles.load, config.bundle)
            if not asked and self._in_use(config, bundle):
                self._over()
                return
            self._manager.reloading()
            await self._agent.reload(config, bundle)
        except Exception as error:  # noqa: BLE001 - a bundle can be wrong in more ways than can be named
            reason = str(error) if isinstance(error, AgentError) else repr(error)
            log.error("reload_refused", reason=reason)  # noqa: TRY400 - said in one sentence
            self._agent.metrics.reloads.labels("refused").inc()
            self._agent.metrics.reloaded.set(0)
            self._agent.alarms.end("reload", self._config_file.name)
            self._agent.alarms.begin("reload", self._config_file.name, "RELOAD_REFUSED", reason)
            self._manager.ready(f"{self._name}; a change was refused")
        else:
            self._agent.metrics.reloads.labels("ok").inc()
            self._over()
            self._manager.ready(f"{self._name}, build {bundle.build}")

    def _in_use(self, config: Config, bundle: Bundle) -> bool:
        return config == self._agent.config and bundle == self._agent.bundle

    def _over(self) -> None:
        """The files are what the agent works by."""
        self._agent.metrics.reloaded.set(1)
        self._agent.alarms.end("reload", self._config_file.name)

    def _ask(self) -> None:
        self._asked = True
        self._changed.set()

    async def _wait(self) -> None:
        """Until something may have changed, and is still again."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._changed.wait()
        while self._changed.is_set():
            self._changed.clear()
            await asyncio.sleep(SETTLE_SECONDS)

    def _files(self) -> tuple[Path, Path]:
        return self._config_file.absolute(), self._agent.config.bundle

    def _look(self) -> tuple[str, ...]:
        """What the files hold, by hash; nothing for one that is not there."""
        found = []
        for path in self._files():
            try:
                found.append(hashlib.sha256(path.read_bytes()).hexdigest())
            except OSError:
                found.append("")
        return tuple(found)

    def _observe(
        self, loop: asyncio.AbstractEventLoop, files: tuple[Path, Path]
    ) -> BaseObserver | None:
        waker = _Waker(loop, self._changed, {VOLUME_LINK, *(path.name for path in files)})
        observer = Observer()
        try:
            for folder in {path.parent for path in files}:
                observer.schedule(waker, str(folder), recursive=False)
            observer.start()
        except OSError as error:
            log.warning("files_not_watched", reason=str(error), look_seconds=LOOK_SECONDS)
            return None
        return observer


async def _stop(observer: BaseObserver | None) -> None:
    if observer is not None:
        observer.stop()
        await asyncio.to_thread(observer.join)


class _Waker(FileSystemEventHandler):
    """Tells the loop, from watchdog's thread, that one of the files has changed."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, changed: asyncio.Event, names: set[str]
    ) -> None:
        self._loop, self._changed, self._names = loop, changed, names

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in ("created", "modified", "moved", "deleted"):
            return
        paths = (str(event.src_path), str(event.dest_path))
        if self._names.intersection(Path(path).name for path in paths):
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._changed.set)
