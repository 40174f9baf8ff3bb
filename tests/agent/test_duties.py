"""Duties: each round once in the cluster, handed over at once, taken over from the dead. On real PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import postgres
import psycopg
import pytest

from agent.bundle import FileSource
from agent.duties import engine, jobs, timers
from agent.duties.model import Duty, Rota
from agent.duties.timers import Timers
from agent.errors import StoreBusy
from agent.inbox.postgres import PostgresStore, open_store
from agent.ports import Accepted, FileProgress, FileResult
from agent.watch.folders import Folders, FolderWatcher
from agent.workings import _held


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in the database
            await asyncio.sleep(0.01)


class Seen:
    """What is seen from outside of one duty."""

    def __init__(self, every: float = 0.3, lasts: float = 0.05) -> None:
        self.every, self.lasts = every, lasts
        self.rounds: list[tuple[str, float]] = []  # agent, when it began
        self.ended = 0
        self.now = 0
        self.cut = 0
        self.done_at = 0.0

    async def due(self) -> float:
        """As a poll's: from the begin of the last whole round."""
        return max(self.done_at + self.every - time.time(), 0.0) if self.done_at else 0.0

    def duty(self, agent: str, *, cut: bool = False) -> Duty:
        async def round_() -> float:
            began = time.time()
            self.rounds.append((agent, began))
            self.now += 1
            assert self.now == 1, "two rounds at once"
            try:
                await asyncio.sleep(3600 if cut else self.lasts)
            except asyncio.CancelledError:
                self.cut += 1
                raise
            finally:
                self.now -= 1
            self.ended += 1
            self.done_at = began
            return began + self.every - time.time()

        return Duty("it", round_, None if cut else self.due, cut=cut)


@asynccontextmanager
async def cluster(number: int) -> AsyncIterator[list[PostgresStore]]:
    """Stores of agents on one schema; their rotas are stopped where a test ends early."""
    rotas: list[Rota] = []

    class Store(PostgresStore):
        def rota(self) -> jobs.Jobs:
            rotas.append(made := super().rota())
            return made

    with postgres.schema() as url:
        stores = [await open_store(url, place="") for _ in range(number)]
        for store in stores:
            store.__class__ = Store
        try:
            yield stores
        finally:
            for rota in rotas:
                await rota.stop(0)
            for store in stores:
                await store.close()


def test_a_duty_that_cannot_tell_when_it_is_due_is_begun_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timers, "AGAIN_SECONDS", 0.05)
    seen, asked = Seen(), 0

    async def due() -> float:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise OSError("no space left on device")
        return 0.0

    async def work() -> None:
        rota = Timers()
        await rota.start([replace(seen.duty("one"), due=due)])
        await until(lambda: len(seen.rounds) >= 2)
        await rota.stop(1.0)

    asyncio.run(work())
    assert asked == 3


def test_three_agents_run_each_round_once() -> None:
    """Rounds follow each other at their pace as if one agent ran them, while agents come, go and come back."""

    async def run() -> None:
        seen = Seen()
        async with cluster(3) as stores:
            rotas = [store.rota() for store in stores]
            for number, rota in enumerate(rotas):
                await rota.start([seen.duty(str(number))])
            await until(lambda: seen.ended >= 4)
            for number in range(3):  # one after the other is restarted
                await rotas[number].stop(5)
                rotas[number] = stores[number].rota()
                await rotas[number].start([seen.duty(str(number))])
                before = seen.ended
                await until(lambda before=before: seen.ended >= before + 2)
            for rota in rotas:
                await rota.stop(5)
            # What was given back is due for the next agent that starts, not lost.
            before = seen.ended
            await rotas[0].start([seen.duty("again")])
            await until(lambda: seen.ended > before)
            await rotas[0].stop(5)
        assert seen.cut == 0
        begins = [at for _, at in seen.rounds]
        paces = [after - before for before, after in itertools.pairwise(begins)]
        assert min(paces) > 0.8 * seen.every, paces

    asyncio.run(run())


@pytest.mark.parametrize("kind", ["timers", "jobs"])
def test_a_round_can_be_asked_for(kind: str) -> None:
    """`wake` begins the next round at once, once."""

    async def run() -> None:
        seen = Seen(every=3600)
        async with cluster(1) as (store,):
            rota: Rota = Timers() if kind == "timers" else store.rota()
            await rota.start([seen.duty("a")])
            await until(lambda: seen.ended == 1)
            await asyncio.sleep(0.1)  # the next one waits
            await rota.wake("it")
            await rota.wake("nothing")
            await until(lambda: seen.ended == 2)
            await rota.stop(5)
        assert len(seen.rounds) == 2

    asyncio.run(run())


@pytest.mark.parametrize("kind", ["timers", "jobs"])
def test_a_round_under_way_may_end(kind: str) -> None:
    """A stop waits for it; with no time left it is cut off, and the next agent begins anew."""

    async def run() -> None:
        seen = Seen(lasts=0.5)
        async with cluster(1) as (store,):
            rota: Rota = Timers() if kind == "timers" else store.rota()
            await rota.start([seen.duty("a")])
            await until(lambda: seen.now == 1)
            await rota.stop(5)
            assert (seen.ended, seen.cut) == (1, 0)
            seen.done_at = 0.0
            await rota.start([seen.duty("b")])
            await until(lambda: seen.now == 1)
            await rota.stop(0)
            assert (seen.ended, seen.cut) == (1, 1)
            await rota.start([seen.duty("c")])
            await until(lambda: seen.ended == 2)
            await rota.stop(5)

    asyncio.run(run())


def test_a_term_is_held_by_one_agent_and_handed_over_at_once() -> None:
    """The watch over a shared folder: the next agent has it as soon as the one before it goes."""

    async def run() -> None:
        seen = Seen()
        async with cluster(2) as stores:
            rotas = [store.rota() for store in stores]
            for number, rota in enumerate(rotas):
                await rota.start([seen.duty(str(number), cut=True)])
            await until(lambda: len(seen.rounds) == 1)
            await asyncio.sleep(0.3)
            (holder, _), other = seen.rounds[0], None
            await rotas[int(holder)].stop(5)
            await until(lambda: len(seen.rounds) == 2, seconds=5)
            other = seen.rounds[1][0]
            assert other != holder and seen.now == 1
            await rotas[int(other)].stop(5)
        assert seen.now == 0 and seen.cut == 2

    asyncio.run(run())


def test_a_round_of_a_dead_agent_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the time for silence and two looks; an agent that lives keeps its round however long it lasts."""
    monkeypatch.setattr(jobs, "KEEP_SECONDS", 0.2)
    monkeypatch.setattr(jobs, "SILENT_SECONDS", 2.0)

    async def run() -> None:
        async with cluster(2) as stores:
            held = asyncio.Event()
            by: list[str] = []

            def duty(agent: str, lasts: float) -> Duty:
                async def round_() -> float:
                    by.append(agent)
                    held.set()
                    await asyncio.sleep(lasts)
                    by.append(f"{agent} ended")
                    return 3600.0

                return Duty("it", round_)

            first, second = stores[0].rota(), stores[1].rota()
            await first.start([duty("a", 3600)])
            await held.wait()
            await second.start([duty("b", 4.0)])
            await asyncio.sleep(4.0)
            assert by == ["a"]  # alive
            for task in first._tasks:
                task.cancel()
            await until(lambda: "b" in by, seconds=15)
            await until(lambda: "b ended" in by, seconds=15)  # longer than the time for silence
            assert by == ["a", "b", "b ended"]
            await second.stop(5)

    asyncio.run(run())


def test_an_agent_whose_round_was_taken_over_gives_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that slept finds its job in other hands: its round is cut off, and the chain goes on with the others."""
    monkeypatch.setattr(jobs, "KEEP_SECONDS", 0.2)

    async def run() -> None:
        seen = Seen(lasts=3600)
        async with cluster(1) as (store,):
            rota = store.rota()
            await rota.start([seen.duty("a")])
            await until(lambda: seen.now == 1)
            await store._run(lambda db, _now: db.execute("DELETE FROM procrastinate_jobs"))
            await until(lambda: seen.cut == 1)
            await until(lambda: seen.now == 1)  # the chain was missing, and is begun anew
            await rota.stop(0)

    asyncio.run(run())


def test_rounds_go_on_after_a_restart_of_the_server() -> None:
    async def run() -> None:
        seen = Seen()
        async with cluster(2) as stores:
            rotas = [store.rota() for store in stores]
            for number, rota in enumerate(rotas):
                await rota.start([seen.duty(str(number))])
            await until(lambda: seen.ended >= 2)
            await asyncio.to_thread(postgres.restart, "immediate")
            before = seen.ended
            await until(lambda: seen.ended >= before + 3, seconds=60)
            for rota in rotas:
                await rota.stop(5)

    asyncio.run(run())


def test_nothing_is_left_behind() -> None:
    """Of a hundred rounds one job remains, the next one, and no worker."""

    async def run() -> None:
        seen = Seen(every=0.0, lasts=0.0)
        async with cluster(1) as (store,):
            rota = store.rota()
            await rota.start([seen.duty("a")])
            await until(lambda: seen.ended >= 100)
            await rota.stop(5)
            rows: dict[str, int] = {}
            for table in ("jobs", "events", "workers"):

                async def count(db: object, _now: float, table: str = table) -> int:
                    found = await db.execute(f"SELECT count(*) FROM procrastinate_{table}".encode())  # type: ignore[attr-defined]
                    return int((await found.fetchone())[0])

                rows[table] = await store._run(count)
            assert rows["jobs"] == 1 and rows["events"] <= 2 and rows["workers"] == 0

    asyncio.run(run())


def test_the_tables_of_an_older_release_are_brought_up_to_date() -> None:
    """Made by the library's migrations up to 3.2, they run rounds after the start of an agent of today."""

    async def run() -> None:
        seen = Seen()
        async with cluster(1) as (store,):
            async with await psycopg.AsyncConnection.connect(store._url, autocommit=True) as db:
                await db.execute(engine.APPLIED)
                for one in engine.migrations():
                    if one.name < "03.03":
                        await db.execute(one.read_bytes())
                        await db.execute(engine.RECORD, (one.name,))
            rota = store.rota()
            await rota.start([seen.duty("a")])
            await until(lambda: seen.ended >= 2)
            await rota.stop(5)

    asyncio.run(run())


def test_tables_of_somebody_else_are_left_alone() -> None:
    async def run() -> None:
        async with cluster(1) as (store,):
            async with await psycopg.AsyncConnection.connect(store._url, autocommit=True) as db:
                await db.execute("CREATE TABLE procrastinate_jobs (id int)")
            with pytest.raises(StoreBusy, match="a schema of its own"):
                await store.rota().start([])

    asyncio.run(run())


def test_a_long_name_still_fits_a_channel() -> None:
    """PostgreSQL cuts names of channels at 63 bytes."""
    assert jobs.queue_of("poll stock") == "poll stock"
    assert len(jobs.queue_of("poll " + "ö" * 100)) == 40


def test_a_shared_folder_is_watched_by_one_agent_and_then_by_the_next(tmp_path: Path) -> None:
    """A file dropped there is read once; what the agent before had in hand the next one goes on with."""
    folder = tmp_path / "share"
    folder.mkdir()
    lines = "".join(json.dumps({"n": n}) + "\n" for n in range(3))

    async def run() -> None:
        documents: dict[tuple[str, int], str] = {}
        readers: list[str] = []

        class Inbox:
            def __init__(self, agent: str) -> None:
                self.agent = agent

            async def accept(
                self, _flow: str, file: str, found: Any, *, first: int = 0
            ) -> Accepted:
                readers.append(self.agent)
                for number, one in enumerate(found):
                    documents.setdefault((file, first + number), one.raw.decode())
                return Accepted(len(found), 0)

            async def progress(self, _flow: str, _file: str) -> FileProgress:
                return FileProgress(open=0 if done.is_set() else 3)

            async def results(
                self, _flow: str, _file: str, *, first: int = 0, limit: int = 1000
            ) -> list[FileResult]:
                return [FileResult(True, "created", "K", "1")] * min(limit, 3 - first)

        def duty(agent: str) -> Duty:
            watcher = FolderWatcher(
                "bills",
                FileSource("bills*.jsonl", "json_lines", None, None),
                Folders(folder, folder / "done", folder / "failed"),
                Inbox(agent),
                settle_seconds=0,
                rescan_seconds=0.05,
            )
            return Duty("folder bills", partial(_held, [watcher]), cut=True)

        done = asyncio.Event()
        async with cluster(2) as stores:
            rotas = [store.rota() for store in stores]
            for number, rota in enumerate(rotas):
                await rota.start([duty(str(number))])
            (folder / "bills_1.jsonl").write_text(lines)
            await until(lambda: len(documents) == 3)
            await asyncio.sleep(0.5)
            assert len(readers) == 1
            await rotas[int(readers[0])].stop(5)
            done.set()
            await until((folder / "done" / "bills_1.jsonl").exists)
            await rotas[1 - int(readers[0])].stop(5)
        assert len(documents) == 3 and len(set(readers)) == 2

    asyncio.run(run())
