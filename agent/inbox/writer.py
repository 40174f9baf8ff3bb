"""
One connection that writes, on one thread, many requests to a commit.

While a group commits, the next one forms: under load each commit carries many requests, and an
idle store answers at once. `synchronous=FULL`: what was answered survives a power cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar

import structlog

from agent.errors import StoreBusy

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]

GROUP = 500
PATIENCE_SECONDS = 600.0

log = structlog.get_logger("agent.inbox")


class Lock:
    """An exclusive lock beside the store, freed by the system when the process ends in any way."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("ab")
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise StoreBusy(f"{path}: another agent is running on this store") from error

    def release(self) -> None:
        """Let others have the store."""
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Writer:
    """
    Runs work on the one writing connection.

    Args:
        connection: opened with `isolation_level=None` and `check_same_thread=False`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")
        self._waiting: list[tuple[Work, asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def backlog(self) -> int:
        """Requests that wait for the next commit."""
        return len(self._waiting)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """
        Run `work` inside a transaction that others share; returns after the commit.

        It may be run twice, the second time on what the first has left undone: what it changes is
        the database alone, what it finds is its result.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return await future

    async def keep(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """
        As `run`, again and again while nothing can be written.

        For outcomes of calls: nobody can be asked for them a second time. A disk that was full is
        written to as soon as it has room.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        pause = 0.05
        while True:
            try:
                return await self.run(work)
            except sqlite3.OperationalError as error:
                if time.monotonic() > end:
                    raise
                log.warning("store_cannot_write", message=str(error), again=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, 2.0)

    async def close(self) -> None:
        """Commit what waits, then close the connection."""
        if self._task is not None:
            await self._task
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            works = [work for work, _ in group]
            try:
                results = await loop.run_in_executor(self._thread, self._commit, works)
            except Exception as error:  # noqa: BLE001 - it is told to whoever waits, not to nobody
                results = [error] * len(group)
            for (_, future), result in zip(group, results, strict=True):
                if future.done():  # its caller was cancelled; the commit stands
                    continue
                if isinstance(result, BaseException):
                    future.set_exception(result)
                else:
                    future.set_result(result)
        self._task = None

    def _commit(self, works: list[Work]) -> list[Any]:
        # A savepoint for each request costs a third of it (SQLite copies every page before its
        # first change), so there are none until one fails.
        db = self._connection
        try:
            db.execute("BEGIN IMMEDIATE")
            results = [work(db) for work in works]
            db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - one request's failure is that request's alone
            _roll_back(db)
            return [error] if len(works) == 1 else self._commit_apart(works)
        return results

    def _commit_apart(self, works: list[Work]) -> list[Any]:
        """One transaction, in which the failure of one request undoes that request alone."""
        db, results = self._connection, []
        try:
            db.execute("BEGIN IMMEDIATE")
            for work in works:
                db.execute("SAVEPOINT work")
                try:
                    results.append(work(db))
                except Exception as error:  # noqa: BLE001 - it is told to whoever asked
                    db.execute("ROLLBACK TO work")
                    results.append(error)
                db.execute("RELEASE work")
            db.execute("COMMIT")
        except sqlite3.Error as error:
            _roll_back(db)
            return [error] * len(works)
        return results


def _roll_back(db: sqlite3.Connection) -> None:
    """Leave the transaction; a disk that failed may fail this too, and then the next BEGIN says so."""
    with contextlib.suppress(sqlite3.Error):
        if db.in_transaction:
            db.execute("ROLLBACK")
