"""
A watched folder of one file flow.

A file that matches is left alone until its size and time have not changed for a while, claimed by a
rename, read twice (faults, then documents), handed to the inbox in chunks and put away with its
report when every document has ended. Nothing but the file's place is remembered: after a crash a
claimed file is read again and handed over again, which adds nothing to the inbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import structlog
from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from agent.bundle import Csv, FileSource
from agent.errors import AgentError, ConfigError, Refused
from agent.ports import Accepted, FileDocument, FileInbox, FileProgress
from agent.watch import claims, report
from agent.watch.csv_reader import CsvReader
from agent.watch.faults import FileFaultyError
from agent.watch.json_reader import JsonLinesReader, JsonReader
from agent.watch.opening import MOST_BYTES
from agent.watch.schedule import is_due, next_after

CHUNK = 500
FIRST_LOOK_SECONDS = 0.5

log = structlog.get_logger("agent.watch")


class Reader(Protocol):
    """Reads files of one format."""

    def check(self, path: Path) -> list[str]:
        """Read the whole file; return warnings, raise FileFaultyError with every fault."""

    def documents(self, path: Path) -> Iterator[FileDocument]:
        """The documents of a file that `check` has passed, in a fixed order."""


def reader_for(
    source: FileSource, items: tuple[str, ...] | None = None, most: int = MOST_BYTES
) -> Reader:
    """The reader of a flow's files; a packed one may unpack to `most` bytes."""
    if source.format == "csv":
        return CsvReader(source.csv or Csv(), most)
    if source.format == "json_lines":
        return JsonLinesReader(most)
    return JsonReader(items, most)


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a flow's files lie. `done` and `failed` are made where they are missing."""

    folder: Path
    done: Path
    failed: Path


@dataclass(slots=True)
class _Claimed:
    """A file in hand. `look_again` backs off while its documents are worked on."""

    path: Path
    accepted: bool = False
    warnings: list[str] = field(default_factory=list)
    look_again: float = 0.0
    pause: float = FIRST_LOOK_SECONDS
    phase: str = "waiting"
    read: int = 0
    progress: FileProgress = field(default_factory=FileProgress)


@dataclass(slots=True)
class _Seen:
    """A file that waits, as it looked when its present state was first seen."""

    state: tuple[int, int]
    since: float


class FolderWatcher:
    """
    Takes up the files of one flow (the port `agent.ports.FolderWatcher`).

    Args:
        flow: the flow's name.
        source: which files are meant, how they are read, and when they are taken up.
        folders: where they lie.
        inbox: takes documents and knows what became of them.
        items: path of the list inside a JSON file.
        settle_seconds: how long a file must not change before it is taken.
        rescan_seconds: how often the folder is read even when nothing was reported (network shares
            report nothing).
        on_arrival: take files as they come, whatever the schedule says.
        max_bytes: how much a packed file may unpack to.
        clock: epoch seconds, for the schedule.
    """

    def __init__(
        self,
        flow: str,
        source: FileSource,
        folders: Folders,
        inbox: FileInbox,
        *,
        items: tuple[str, ...] | None = None,
        settle_seconds: float = 2.0,
        rescan_seconds: float = 30.0,
        on_arrival: bool = False,
        max_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._flow = flow
        self._pattern = source.pattern
        self._schedule = None if on_arrival else source.schedule
        self._reader = reader_for(source, items, max_bytes)
        self._folders = folders
        self._inbox = inbox
        self._settle = settle_seconds
        self._rescan = rescan_seconds
        self._clock = clock
        self._seen: dict[Path, _Seen] = {}
        self._claimed: dict[Path, _Claimed] = {}
        self._adopted: dict[str, bool] = {}  # by name: whether its documents are in the inbox
        self._wake = asyncio.Event()
        self._observer: BaseObserver | None = None
        self._task: asyncio.Task[None] | None = None
        self._log = log.bind(flow=flow)
        if self._schedule is not None:
            next_after(self._schedule, 0.0)  # a broken schedule is a fault of the start

    async def start(self) -> None:
        """Take up files that were claimed and not finished, then watch."""
        if not self._folders.folder.is_dir():
            raise ConfigError(f"flow {self._flow}: the folder {self._folders.folder} is not there")
        self._claimed = {
            path: _Claimed(path) for path in claims.claimed(self._folders.folder, self._flow)
        }
        self._seen.clear()
        self._observe()
        self._task = asyncio.create_task(self._run(), name=f"watch {self._flow}")

    def adopt(self, path: Path) -> None:
        """Take up a file that was put among the claimed ones, and keep in mind what becomes of it."""
        held = self._claimed.setdefault(path, _Claimed(path))
        self._adopted.setdefault(path.name, held.accepted)
        self._wake.set()

    def taken(self, name: str) -> bool:
        """Whether an adopted file needs nobody any more: its documents are in the inbox, or it is faulty."""
        return self._adopted.get(name, False)

    def release(self, name: str) -> None:
        """Keep an adopted file in mind no more."""
        self._adopted.pop(name, None)

    async def stop(self) -> None:
        """Stop watching; a file half read stays claimed and is read again at the next start."""
        if self._observer is not None:
            self._observer.stop()
            await asyncio.to_thread(self._observer.join)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._claimed.clear()
        self._adopted.clear()

    def progress(self) -> list[dict[str, Any]]:
        """Files in hand: what is done with them, documents read, open, done and failed, JSON."""
        return [
            {
                "flow": self._flow,
                "file": claims.first_name(held.path),
                "phase": held.phase,
                "read": held.read,
                **asdict(held.progress),
            }
            for held in self._claimed.values()
        ]

    # --- the loop -----------------------------------------------------------------------------

    def _observe(self) -> None:
        loop = asyncio.get_running_loop()
        observer = Observer()
        # Events of opening are left out: reading the folder would wake the reader of the folder.
        kinds: list[type[FileSystemEvent]] = [
            FileCreatedEvent,
            FileModifiedEvent,
            FileMovedEvent,
            FileClosedEvent,
        ]
        observer.schedule(
            _Waker(loop, self._wake), str(self._folders.folder), recursive=False, event_filter=kinds
        )
        try:
            observer.start()
        except OSError as error:
            self._log.warning("folder_not_watched", error=str(error), rescan=self._rescan)
            return
        self._observer = observer

    async def _run(self) -> None:
        while True:
            try:
                pause = await self._pass()
            except Exception:  # noqa: BLE001 - a watch that ends silently loses files
                self._log.exception("folder_not_read")
                pause = self._rescan
            # Not wait_for: before Python 3.12 it loses a cancellation that meets the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()

    async def _pass(self) -> float:
        """Do what can be done now; return how many seconds may pass until the next look."""
        pauses = [self._rescan, *self._take()]
        for held in list(self._claimed.values()):
            try:
                if not held.accepted:
                    await self._read(held)
                pauses.append(await self._look(held))
            except (OSError, AgentError) as error:
                # One file that cannot be read must not stop the others; it is tried again.
                self._log.error("file_not_read", file=held.path.name, error=str(error))
        return max(0.01, min(pauses))

    def _take(self) -> Iterator[float]:
        """Claim what has settled and is due; yield how long the others still need."""
        now = asyncio.get_running_loop().time()
        present = list(claims.waiting(self._folders.folder, self._pattern))
        self._seen = {
            file.path: seen for file in present if (seen := self._seen.get(file.path)) is not None
        }
        for file in sorted(present, key=lambda file: (file.arrived, file.path.name)):
            state = (file.size, file.mtime_ns)
            seen = self._seen.get(file.path)
            if seen is None or seen.state != state:
                seen = self._seen[file.path] = _Seen(state, now)
            if now - seen.since < self._settle:
                yield self._settle - (now - seen.since)
            elif is_due(self._schedule, file.arrived, self._clock()):
                try:
                    path = claims.claim(file.path, self._flow)
                except FileNotFoundError:
                    continue  # another has it
                except OSError as error:  # a name that is too long with the claim's
                    self._log.error("file_not_claimed", file=file.path.name, error=str(error))
                    continue
                self._claimed[path] = _Claimed(path)
                self._log.info("file_claimed", file=file.path.name, claim=path.name)

    # --- one file -----------------------------------------------------------------------------

    async def _read(self, held: _Claimed) -> None:
        """Check the whole file, then hand its documents over; a faulty file goes away whole."""
        held.phase = "checking"
        try:
            held.warnings = await asyncio.to_thread(self._reader.check, held.path)
        except FileFaultyError as error:
            self._take_over(held)
            lines = [report.fault_line(fault) for fault in error.faults]
            target = await self._put_away(
                held, self._folders.failed, lambda path: report.write(path, lines)
            )
            self._log.error("file_failed", file=target.name, faults=len(error.faults))
            return
        held.phase = "reading"
        documents = self._reader.documents(held.path)
        new = repeated = held.read = 0
        while chunk := await asyncio.to_thread(_chunk, documents):
            accepted = await self._accept(held, chunk)
            new += accepted.new
            repeated += accepted.repeated
            held.read += len(chunk)
        held.accepted, held.phase = True, "importing"
        self._take_over(held)
        self._log.info("file_accepted", file=held.path.name, new=new, repeated=repeated)

    def _take_over(self, held: _Claimed) -> None:
        if held.path.name in self._adopted:
            self._adopted[held.path.name] = True

    async def _accept(self, held: _Claimed, chunk: list[FileDocument]) -> Accepted:
        """Hand documents over; while the inbox is full, wait with them instead of reading anew."""
        while True:
            try:
                return await self._inbox.accept(self._flow, held.path.name, chunk, first=held.read)
            except Refused as refused:
                self._log.warning("inbox_full", file=held.path.name, message=refused.message)
                await asyncio.sleep(min(refused.retry_after or self._rescan, self._rescan))

    async def _look(self, held: _Claimed) -> float:
        """Put the file away when every document has ended; return when to look again, in seconds."""
        if held.path not in self._claimed:
            return self._rescan
        now = asyncio.get_running_loop().time()
        if now < held.look_again:
            return held.look_again - now
        held.progress = await self._inbox.progress(self._flow, held.path.name)
        if held.progress.open:
            held.pause = min(held.pause * 1.5, self._rescan)
            held.look_again = now + held.pause
            return held.pause
        documents = self._reader.documents(held.path)
        held.phase = "reporting"
        draft = report.Draft(self._folders.done, held.path.name)
        try:
            draft.add(report.warning_line(text) for text in held.warnings)
            first = 0
            while chunk := await asyncio.to_thread(_chunk, documents):
                results = await self._inbox.results(
                    self._flow, held.path.name, first=first, limit=len(chunk)
                )
                draft.add(
                    report.result_line(document.place, result)
                    for document, result in zip(chunk, results, strict=True)
                )
                first += len(chunk)
        except BaseException:
            draft.drop()
            raise
        target = await self._put_away(held, self._folders.done, draft.finish)
        self._log.info("file_done", file=target.name, documents=first)
        return self._rescan

    async def _put_away(self, held: _Claimed, folder: Path, before: Callable[[Path], None]) -> Path:
        target = await asyncio.to_thread(claims.put_away, held.path, folder, before)
        del self._claimed[held.path]
        return target


def _chunk(documents: Iterator[FileDocument]) -> list[FileDocument]:
    return list(islice(documents, CHUNK))


class _Waker(FileSystemEventHandler):
    """Tells the loop, from watchdog's thread, that the folder has changed."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wake: asyncio.Event) -> None:
        self._loop = loop
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002 - any change is a reason to look
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._wake.set)
