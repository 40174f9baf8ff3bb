"""Saves below a folder, as batches: one for what an editor writes in one go."""

from __future__ import annotations

import queue
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

QUIET_SECONDS = 0.1
"""A batch ends when nothing has been saved for so long, ..."""
BATCH_SECONDS = 1.0
"""... or after so long in any case."""

_SAVES = (
    FileClosedEvent, FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent,
)  # fmt: skip


class Changes:
    """Use `watching`; `batch` waits for the next saves."""

    def __init__(self, folder: Path, apart: Collection[Path]) -> None:
        self._folder = folder.resolve()
        self._apart = tuple(path.resolve() for path in apart)
        self._saved: queue.SimpleQueue[str] = queue.SimpleQueue()

    @classmethod
    @contextmanager
    def watching(cls, folder: Path, apart: Collection[Path] = ()) -> Iterator[Changes]:
        """
        Watch everything below a folder.

        Args:
            folder: files and folders with a dot in front, and what editors write beside a file,
                are left out.
            apart: folders in it that are left out too: what a build writes.
        """
        changes = cls(folder, apart)
        observer = Observer()
        observer.schedule(_Handler(changes), str(changes._folder), recursive=True)
        observer.start()
        try:
            yield changes
        finally:
            observer.stop()
            observer.join()

    def note(self, path: str) -> None:
        """Called by watchdog's thread."""
        if self._counts(Path(path)):
            self._saved.put(Path(path).relative_to(self._folder).as_posix())

    def batch(self, timeout: float | None = None) -> list[str]:
        """The next saved files, relative to the folder; empty after `timeout` seconds without any."""
        try:
            found = [self._saved.get(timeout=timeout)]
        except queue.Empty:
            return []
        ends = time.monotonic() + BATCH_SECONDS
        while (left := ends - time.monotonic()) > 0:
            try:
                found.append(self._saved.get(timeout=min(QUIET_SECONDS, left)))
            except queue.Empty:
                break
        return sorted(set(found))

    def _counts(self, path: Path) -> bool:
        if not path.is_relative_to(self._folder) or any(map(path.is_relative_to, self._apart)):
            return False
        parts = path.relative_to(self._folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        beside = path.name.endswith(("~", ".swp", ".swx", ".tmp", ".part")) or path.name == "4913"
        return not hidden and not beside


class _Handler(FileSystemEventHandler):
    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def on_any_event(self, event: FileSystemEvent) -> None:
        if isinstance(event, _SAVES):
            for path in (event.src_path, event.dest_path):
                if path:
                    self._changes.note(path if isinstance(path, str) else path.decode())
