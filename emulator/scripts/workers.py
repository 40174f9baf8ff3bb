"""The pool of script workers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.errors import UsageError
from emulator.scripts.bridge import Worker


class WorkerPool:
    """
    Node processes, started when they are first needed; at most `size` of them work at a time.

    The worker that was used last is handed out first: its compiled code is warm. One whose script
    waits (`waits`) works for nobody: another takes its place.
    """

    def __init__(self, size: int, *, traced: bool = False, lens: Path | None = None) -> None:
        self._size = size
        self._traced = traced
        self._lens = lens
        self._waiting = 0
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._free = threading.Condition()
        self._closed = False

    @contextmanager
    def lease(self) -> Iterator[Worker]:
        """A worker for one execution; waits until one is free. A broken one is not used again."""
        worker = self._take()
        try:
            yield worker
        except BaseException:
            worker.broken = True  # it may stand in the middle of a message
            raise
        finally:
            self._give_back(worker)

    @contextmanager
    def waits(self) -> Iterator[None]:
        """The script in a leased worker waits for something outside."""
        with self._free:
            self._waiting += 1
            self._free.notify()
        try:
            yield
        finally:
            with self._free:
                self._waiting -= 1

    def close(self) -> None:
        """End all processes; what runs in them fails."""
        with self._free:
            self._closed = True
            workers = list(self._all)
            self._all.clear()
            self._idle.clear()
            self._free.notify_all()
        for worker in workers:
            worker.kill()

    def _take(self) -> Worker:
        with self._free:
            while self._working() >= self._size and not self._closed:
                self._free.wait()
            if self._closed:
                raise UsageError("The script engine is closed.")
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                self._all.discard(worker)
                worker.kill()
            worker = Worker(traced=self._traced, lens=self._lens)
            self._all.add(worker)
            return worker

    def _working(self) -> int:
        return len(self._all) - len(self._idle) - self._waiting

    def _give_back(self, worker: Worker) -> None:
        with self._free:
            if worker.broken:
                self._all.discard(worker)
            elif not self._closed:
                self._idle.append(worker)
            self._free.notify()
        if worker.broken:
            worker.kill()
