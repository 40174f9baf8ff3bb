"""
Duties that agents on one PostgreSQL store share: jobs of procrastinate, one chain for each duty.

A duty has one job, that waits for its time or is run by one agent; the next is put in before it is
gone. So a round is begun once, by whoever is free. Every few seconds each agent says that it lives
and looks after the chains: a job of a dead agent is put in anew, a chain that is missing is begun.
An agent that cannot reach the database, or finds its job taken over, gives its rounds up before, or
as soon as, others have them.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.job_context import JobContext
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.worker import Worker

from agent.duties import engine
from agent.duties.model import AGAIN_SECONDS, Duty
from agent.inbox.postgres_rows import Db, scalar
from agent.inbox.postgres_transactions import AWAY, Transactions

TASK = "duty"
# An agent says so often that it lives, and looks after the chains.
KEEP_SECONDS = 3.0
# An agent that was not heard of for so long is dead, and gives up itself a little before.
SILENT_SECONDS = 20.0
GIVE_UP_SECONDS = 15.0
# How often is looked for jobs whose time has come; oftener where a duty's rounds follow sooner.
LOOK_SECONDS, SHORTEST_LOOK_SECONDS = 1.0, 0.05
CUT_SECONDS = 1.0
OF_DUTIES = 8  # beside the numbers in agent.inbox.postgres_rows and agent.dispatch.shared_slots
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), %s))"
ALONE_IF_FREE = "SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema(), %s))"
# A name of a channel of PostgreSQL has 63 bytes, of which procrastinate uses some.
LONGEST_QUEUE = 40

log = structlog.get_logger("agent.duties")

FAULTS = (*AWAY, ProcrastinateException)


def queue_of(duty: str) -> str:
    """The queue of a duty's jobs: an agent looks only for duties that it has."""
    short = len(duty.encode()) <= LONGEST_QUEUE
    return duty if short else hashlib.sha256(duty.encode()).hexdigest()[:LONGEST_QUEUE]


@dataclass(eq=False, slots=True)
class _Round:
    """A round under way here. `lost`: others have it."""

    duty: Duty
    job: int
    work: asyncio.Task[float]
    lost: bool = False


class Jobs:
    """
    One agent's share in the duties (`agent.duties.model.Rota`).

    Args:
        url: the store's database.
        transactions: how the store works.
    """

    def __init__(self, url: str, transactions: Transactions) -> None:
        self._url = url
        self._transactions = transactions
        self._duties: dict[str, Duty] = {}
        self._rounds: set[_Round] = set()
        self._pauses: dict[str, float] = {}
        self._orphans: set[int] = set()
        self._worker: Worker | None = None
        self._ending = False
        self._tasks: list[asyncio.Task[None]] = []
        self._seen = 0.0

    async def start(self, duties: Sequence[Duty]) -> None:
        """Share in these duties from now on."""
        self._ending = False
        self._duties = {duty.name: duty for duty in duties}
        connector = PsycopgConnector(
            conninfo=self._url,
            min_size=1,
            max_size=4,
            timeout=10.0,
            kwargs={"application_name": "suiteloom-agent duties"},
        )
        self._app = App(connector=connector)
        self._app.task(name=TASK, pass_context=True)(self._perform)
        self._jobs = self._app.job_manager
        await self._transactions.run(lambda db, _now: engine.make(db))
        await self._app.open_async()
        dues = {duty.name: await duty.due() for duty in duties if duty.due}
        await self._alone(lambda db: self._begin(db, dues))
        self._seen = time.monotonic()
        self._tasks = [
            asyncio.create_task(self._work(), name="duties"),
            asyncio.create_task(self._keep(), name="keep duties"),
        ]

    async def wake(self, name: str) -> None:
        """The next round of a duty is due now; one that is under way may have missed what is asked for."""

        async def now(db: Db) -> None:
            if not await self._sooner(db, name, 0.0):
                await self._put(name, 0.0)

        if name in self._duties:
            await self._alone(now)

    async def stop(self, seconds: float) -> None:
        """Leave the duties to others at once; rounds under way may end, for so long."""
        if not self._tasks:
            return
        self._ending = True
        if self._worker is not None:
            self._worker.shutdown_graceful_timeout = None
            self._worker.stop()  # type: ignore[no-untyped-call]
        for one in list(self._rounds):
            if one.duty.cut or seconds <= 0:
                one.work.cancel()
        works, keeps = self._tasks
        if (under_way := [one.work for one in self._rounds]) and seconds > 0:
            await asyncio.wait(under_way, timeout=seconds)
        for one in list(self._rounds):
            one.work.cancel()
        await asyncio.wait([works], timeout=10.0)
        self._tasks = []
        for task in (works, keeps):
            task.cancel()
        await asyncio.gather(works, keeps, return_exceptions=True)
        with contextlib.suppress(*FAULTS):
            await self._app.close_async()

    # --- one round ----------------------------------------------------------------------------

    async def _perform(self, context: JobContext, duty: str) -> None:
        """What a job does."""
        known, job = self._duties.get(duty), context.job.id
        if known is None or job is None:
            return
        one = _Round(known, job, asyncio.ensure_future(known.round()))
        self._rounds.add(one)
        if self._ending:
            one.work.cancel()
        try:
            await asyncio.wait([one.work])
        except asyncio.CancelledError:  # the worker ends: the database is away
            one.work.cancel()
            await asyncio.wait([one.work])
        try:
            pause = _pause(one)
            self._pauses[duty] = pause
            self._set_pace()
            if not one.lost:
                await self._next(duty, pause)
        finally:
            self._rounds.discard(one)

    async def _next(self, duty: str, pause: float) -> None:
        """The next job of the chain; where this fails, the chain is mended."""
        with contextlib.suppress(*FAULTS):
            await self._put(duty, pause)

    async def _put(self, duty: str, pause: float, db: Db | None = None) -> None:
        at = datetime.fromtimestamp(self._transactions.now() + pause, UTC) if pause > 0 else None
        job = Job(
            queue=queue_of(duty),
            lock=duty,
            queueing_lock=duty,
            task_name=TASK,
            task_kwargs={"duty": duty},
            scheduled_at=at,
        )
        with contextlib.suppress(AlreadyEnqueued):
            await self._jobs.defer_job_async(job, connection=db)

    def _set_pace(self) -> None:
        soonest = min((p for p in self._pauses.values() if p > 0), default=LOOK_SECONDS)
        if self._worker is not None:
            self._worker.fetch_job_polling_interval = max(
                SHORTEST_LOOK_SECONDS, min(LOOK_SECONDS, soonest / 2)
            )

    # --- the worker ---------------------------------------------------------------------------

    async def _work(self) -> None:
        """Run jobs until stopped; procrastinate's worker ends when the database goes away."""
        while not self._ending:
            self._worker = Worker(
                self._app,
                queues=[queue_of(name) for name in self._duties],
                name=None,
                concurrency=len(self._duties),
                fetch_job_polling_interval=LOOK_SECONDS,
                shutdown_graceful_timeout=CUT_SECONDS,
                delete_jobs=DeleteJobCondition.ALWAYS,
                install_signal_handlers=False,
                # Not relied upon: where it fails, it ends unnoticed. `_keep` says that this agent
                # lives.
                update_heartbeat_interval=KEEP_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
            )
            self._set_pace()
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]
            except Exception as error:  # noqa: BLE001 - others would do all of the work
                log.warning("duties_cut", reason=repr(error))
            if not self._ending:
                await asyncio.sleep(1.0)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            try:
                await self._look_after()
                self._seen = time.monotonic()
            except Exception as error:  # noqa: BLE001 - who is not seen loses its duties
                log.warning("duties_not_seen", reason=repr(error))
            if time.monotonic() - self._seen > GIVE_UP_SECONDS:
                self._lose(self._rounds)

    async def _look_after(self) -> None:
        """Say that this agent lives, and mend chains if nobody else is about to."""
        worker = None if self._worker is None else self._worker.worker_id
        under_way = list(self._rounds)
        if worker is not None:
            await self._jobs.update_heartbeat(worker)
        doing = await self._known(Status.DOING)
        mine = {job.id for job in doing if job.id and job.worker_id == worker}
        self._lose(one for one in under_way if one.job not in mine)
        # Whose end, or begin, was not heard of: they would be run by nobody for as long as this
        # agent lives.
        strays = mine - {one.job for one in self._rounds}
        orphans, self._orphans = strays & self._orphans, strays
        await self._alone(lambda _db: self._mend(orphans), if_free=True)

    async def _mend(self, orphans: set[int]) -> None:
        stalled = await self._jobs.get_stalled_jobs(
            task_name=TASK, seconds_since_heartbeat=SILENT_SECONDS
        )
        dead = [job for job in stalled if job.lock in self._duties]
        dead += [job for job in await self._known(Status.DOING) if job.id in orphans]
        for job in dead:
            assert job.id is not None
            # A new job, so that the old agent, should it wake up, meets its own no more.
            with contextlib.suppress(ProcrastinateException):
                await self._jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
            log.info("duty_taken_over", duty=job.lock)
            await self._put(str(job.lock), 0.0)
        chains = {job.lock for job in await self._known()}
        for name, duty in self._duties.items():
            if name not in chains and not self._ending:
                await self._put(name, await duty.due() if duty.due else 0.0)

    def _lose(self, rounds: Iterable[_Round]) -> None:
        for one in list(rounds):
            if not one.lost:
                one.lost = True
                one.work.cancel()
                log.warning("duty_lost", duty=one.duty.name)

    # --- chains -------------------------------------------------------------------------------

    async def _begin(self, db: Db, dues: dict[str, float]) -> None:
        """Chains that are missing; and those that wait for longer than this agent would."""
        chains = {job.lock for job in await self._known()}
        for name in self._duties:
            if name not in chains:
                await self._put(name, dues.get(name, 0.0), db)
            elif name in dues:
                await self._sooner(db, name, dues[name])

    async def _sooner(self, db: Db, name: str, pause: float) -> bool:
        """Have a duty's next round begin in `pause` seconds, where it is later; False where none waits."""
        latest = self._transactions.now() + pause + 1.0
        for job in await self._known(Status.TODO, name):
            assert job.id is not None
            late = job.scheduled_at is not None and job.scheduled_at.timestamp() > latest
            if late and await self._jobs.cancel_job_by_id_async(
                job.id, delete_job=True, connection=db
            ):
                await self._put(name, pause, db)
            return True
        return False

    async def _known(self, status: Status | None = None, lock: str | None = None) -> list[Job]:
        value = None if status is None else status.value
        return list(await self._jobs.list_jobs_async(task=TASK, status=value, lock=lock))

    async def _alone(self, work: Any, *, if_free: bool = False) -> None:
        """Look after chains as the only agent that does."""

        async def locked(db: Db, _now: float) -> None:
            if if_free and not await scalar(db, ALONE_IF_FREE, (OF_DUTIES,)):
                return
            if not if_free:
                await db.execute(ALONE, (OF_DUTIES,))
            await work(db)

        await self._transactions.run(locked, patience=5.0)


def _pause(one: _Round) -> float:
    """How long until the next round: at once where this one was cut off."""
    if one.work.cancelled():
        return 0.0
    if (error := one.work.exception()) is not None:
        log.error("duty_fault", duty=one.duty.name, exc_info=error)
        return AGAIN_SECONDS
    return one.work.result()
