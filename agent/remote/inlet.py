"""
Files of an SFTP folder into the watched folder of a flow.

    bills.csv ─► .claimed/<token>.<flow>~bills.csv (there, then here) ─► done/ (there)

The token that a file gets with its claim there is the one that it is read under here, and ids of
its documents are made from it: a file that is fetched again after a kill adds nothing to the inbox.
It stays claimed there until its documents are in the inbox: should this machine be lost before,
another agent fetches it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import structlog

from agent.alarms import Alarms
from agent.bundle import FileSource
from agent.errors import DeliveryError
from agent.remote.sftp import RemoteFile, Sftp
from agent.watch import claims
from agent.watch.folders import FolderWatcher
from agent.watch.schedule import is_due

# How soon is looked whether a fetched file is in the inbox.
AGAIN_SECONDS = 1.0

log = structlog.get_logger("agent.remote")


class RemoteInlet:
    """
    Fetches files of one flow (the port `agent.ports.FolderWatcher`).

    Args:
        flow: the flow's name.
        source: which files are meant, and when they are taken.
        sftp: the host.
        remote: the folder there.
        watcher: reads what was fetched; it is started before this.
        folder: the watched folder here.
        done: name of the folder there that fetched files go to.
        settle_seconds: how long a file must not change before it is taken.
        rescan_seconds: how often the folder is looked at.
        on_arrival: take files as they come, whatever the schedule says.
        max_bytes: how long a file may be.
        alarms: told of a host that cannot be reached.
        clock: epoch seconds.
    """

    def __init__(
        self,
        flow: str,
        source: FileSource,
        sftp: Sftp,
        remote: str,
        *,
        watcher: FolderWatcher,
        folder: Path,
        alarms: Alarms,
        done: str = "done",
        settle_seconds: float = 2.0,
        rescan_seconds: float = 30.0,
        on_arrival: bool = False,
        max_bytes: int = 8_000_000_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._flow = flow
        self._pattern = source.pattern
        self._schedule = None if on_arrival else source.schedule
        self._sftp = sftp
        self._remote = PurePosixPath(remote)
        self._claims = self._remote / claims.CLAIMED
        self._done = self._remote / done
        self._watcher = watcher
        self._folder = folder
        self._alarms = alarms
        self._settle = settle_seconds
        self._rescan = rescan_seconds
        self._max_bytes = max_bytes
        self._clock = clock
        self._seen: dict[str, tuple[RemoteFile, float]] = {}
        self._task: asyncio.Task[None] | None = None
        self._log = log.bind(flow=flow)

    async def start(self) -> None:
        """Begin to look."""
        self._seen.clear()
        self._task = asyncio.create_task(self._run(), name=f"sftp {self._flow}")

    async def stop(self) -> None:
        """Stop; a file half fetched is fetched again."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                pause = await self.once()
                self._alarms.end("sftp", self._flow)
            except DeliveryError as error:
                self._log.warning("not_fetched", code=error.code, message=error.message)
                self._alarms.begin("sftp", self._flow, error.code, error.message)
                pause = self._rescan
            except Exception:  # noqa: BLE001 - what ends silently loses files
                self._log.exception("sftp_fault")
                pause = self._rescan
            await asyncio.sleep(pause)

    async def once(self) -> float:
        """Claim what has settled and fetch what is claimed; how long until the next look, seconds."""
        pauses = [self._rescan]
        claimed = [
            name
            for name in await self._sftp.names(str(self._claims))
            if claims.is_claim(name, self._flow)
        ]
        if not all([await self._fetch(name) for name in claimed]):
            pauses.append(AGAIN_SECONDS)
        now, before = self._clock(), self._seen
        self._seen = {}
        for file in await self._sftp.files(str(self._remote), self._pattern):
            was, since = before.get(file.name, (None, now))
            since = since if was == file else now
            self._seen[file.name] = (file, since)
            if now - since < self._settle:
                pauses.append(self._settle - (now - since))
            elif is_due(self._schedule, file.mtime, now):
                await self._take(file)
                pauses.append(AGAIN_SECONDS)
        return max(0.01, min(pauses))

    async def _take(self, file: RemoteFile) -> None:
        name = claims.claim_name(file.name, self._flow, self._clock())
        if await self._sftp.move(str(self._remote / file.name), str(self._claims / name)):
            del self._seen[file.name]
            self._log.info("file_claimed", file=file.name, claim=name)
            await self._fetch(name)

    async def _fetch(self, name: str) -> bool:
        """A claimed file here; with its documents in the inbox out of the way there. False until then."""
        place = self._folder / claims.CLAIMED
        place.mkdir(exist_ok=True)
        target = place / name
        if not self._watcher.taken(name):
            if not target.exists():
                part = place / f".{name}.part"
                await self._sftp.download(str(self._claims / name), part, self._max_bytes)
                await asyncio.to_thread(_arrive, part, target)
                self._log.info("file_fetched", file=claims.first_name(target), claim=name)
            self._watcher.adopt(target)
            return False
        await self._sftp.names(str(self._done))
        first = claims.first_name(target)
        kept = name if await self._sftp.exists(str(self._done / first)) else first
        await self._sftp.move(str(self._claims / name), str(self._done / kept))
        self._watcher.release(name)
        return True


def _arrive(part: Path, target: Path) -> None:
    """Give a whole file its name, on the disk."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.rename(target)
    claims.sync(target.parent)
