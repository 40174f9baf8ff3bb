"""
The task queue: map/reduce and scheduled scripts on a few processors.

One unfinished task per script and deployment (help topic "Submitting an On-Demand Map/Reduce Script
Instance from a Script"): a second submit is refused, except by the task itself, whose next run then
waits for its own end and gets no task id.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from emulator.errors import NetSuiteError
from emulator.ports import Account, Deployment, Script, Session
from emulator.scripts.backlog import Backlog, Nowhere, Past
from emulator.scripts.progress import Progress

logger = logging.getLogger(__name__)

Status = Literal["PENDING", "PROCESSING", "COMPLETE", "FAILED"]
ON_DEMAND = "NOTSCHEDULED"
REMEMBERED = 10_000
KINDS = {"MapReduceScript": "MAP_REDUCE", "ScheduledScript": "SCHEDULED_SCRIPT"}


@dataclass(slots=True, eq=False)
class Task:
    """A script that waits, runs or ran. `stage` is the map/reduce stage it is in."""

    id: str
    script: Script
    deployment: Deployment
    session: Session
    params: Mapping[str, Any]
    invocation: str
    status: Status = "PENDING"
    stage: str | None = None
    after: str | None = None  # id of the run that submitted itself again
    error: Mapping[str, Any] | None = None
    progress: Progress | None = None  # of a map/reduce, once it runs
    past: Past = field(default_factory=lambda: Past(Nowhere(), ""))
    created: int = 0  # by the account's clock, epoch milliseconds, as are the next two
    started: int | None = None
    ended: int | None = None

    def facts(self) -> dict[str, Any]:
        """What is kept of it, as JSON."""
        return {
            "script": self.script.scriptid,
            "deploy": self.deployment.scriptid,
            "session": asdict(self.session),
            "params": dict(self.params),
            "invocation": self.invocation,
            "status": self.status,
            "stage": self.stage,
            "after": self.after,
            "error": self.error,
            "created": self.created,
            "started": self.started,
            "ended": self.ended,
        }


class Tasks:
    """Queue and processors. A processor is a thread; it takes workers from the common pool."""

    def __init__(
        self,
        account: Account,
        processors: int,
        run: Mapping[str, Callable[[Task], None]],
        backlog: Backlog,
    ) -> None:
        self._account = account
        self._processors = processors
        self._run = run  # by script type
        self._backlog = backlog
        self._ids = itertools.count(1)
        self._waiting: deque[Task] = deque()
        self._known: dict[str, Task] = {}
        self._unended: dict[str, Task] = {}
        self._running = 0
        self._change = threading.Condition()
        self._closed = False
        account.queued = self.facts

    def facts(self) -> list[dict[str, Any]]:
        """What searches of `scheduledscriptinstance` read, oldest first."""
        # Without the lock: a search holds the database, which those who hold the lock may wait for.
        places = {task.id: place for place, task in enumerate(list(self._waiting), start=1)}
        return [
            {
                "id": number,
                "taskid": task.id,
                "script": task.script.scriptid,
                "deployment": task.deployment.scriptid,
                "status": task.status,
                "stage": task.stage,
                "percent": _percent(task),
                "place": places.get(task.id),
                "created": task.created,
                "started": task.started,
                "ended": task.ended,
            }
            for number, task in enumerate(list(self._known.values()), start=1)
        ]

    def submit(
        self,
        session: Session,
        script_id: str,
        deploy_id: str | None,
        params: Mapping[str, Any],
        *,
        script_type: str | None = None,
        invocation: str = "ON_DEMAND",
        by_task: str | None = None,
    ) -> Task | None:
        """
        Queue a run; None when a task submitted itself again.

        Raises NetSuiteError MAP_REDUCE_ALREADY_RUNNING or FAILED_TO_SUBMIT_JOB_REQUEST_1 when the
        deployment has an unfinished task, NO_DEPLOYMENTS_AVAILABLE when none is free.
        """
        script = self._account.script(script_id)
        if script is None or script.type not in KINDS or script_type not in (None, script.type):
            raise NetSuiteError("INVALID_SCRIPT_ID", f"There is no such script: {script_id}")
        with self._change:
            deployment = self._choose(script, deploy_id, invocation)
            unfinished = self._unfinished(script, deployment)
            again = by_task is not None and any(task.id == by_task for task in unfinished)
            if unfinished and (not again or len(unfinished) > 1):
                raise _busy(script, deployment)
            task = Task(
                id=f"{KINDS[script.type].replace('_', '')}TASK_{next(self._ids):012d}",
                script=script,
                deployment=deployment,
                session=session,
                params=dict(params),
                invocation=invocation,
                after=by_task if again else None,
                created=self._account.now_ms(),
            )
            task.past = Past(self._backlog, task.id)
            self._queue(task)
            self._backlog.put(task.id, task.facts())
            self._start()
        return None if again else task

    def resume(self) -> None:
        """Go on with the tasks that an account that ended had left; those that had begun run as restarted."""
        with self._change:
            last = 0
            for facts in self._backlog.tasks():
                if "script" not in facts:
                    continue  # an export
                last = max(last, int(facts["id"].rpartition("_")[2]))
                task = self._restored(facts)
                if task is None:
                    self._backlog.drop(facts["id"])
                elif task.status in ("COMPLETE", "FAILED"):
                    self._remember(task)
                else:
                    task.status = "PENDING"
                    task.past = Past(self._backlog, task.id)
                    self._queue(task)
            self._ids = itertools.count(last + 1)
            self._start()

    def status(self, task_id: str) -> dict[str, Any]:
        """Facts of a task as N/task and the control API tell them."""
        with self._change:
            task = self._known.get(task_id)
            if task is None:
                raise NetSuiteError("INVALID_TASK_ID", f"There is no such task: {task_id}")
            return {
                "taskId": task.id,
                "taskType": KINDS[task.script.type],
                "scriptId": task.script.scriptid,
                "deploymentId": task.deployment.scriptid,
                "status": task.status,
                "stage": task.stage,
                **({"progress": task.progress.facts(task.stage)} if task.progress else {}),
                **({"error": task.error} if task.error else {}),
            }

    def busy(self, script: Script, deployment: Deployment) -> bool:
        """Whether the deployment has an unfinished task."""
        with self._change:
            return bool(self._unfinished(script, deployment))

    def idle(self, timeout: float) -> bool:
        """Wait until nothing waits or runs; False after `timeout` seconds."""
        with self._change:
            return self._change.wait_for(
                lambda: self._closed or not (self._waiting or self._running), timeout
            )

    def close(self) -> None:
        """Take no more tasks; what runs ends with its worker."""
        with self._change:
            self._closed = True
            self._waiting.clear()
            for task in self._unended.values():
                task.past.close()
            self._change.notify_all()

    def _queue(self, task: Task) -> None:
        self._remember(task)
        self._unended[task.id] = task
        self._waiting.append(task)

    def _restored(self, facts: Mapping[str, Any]) -> Task | None:
        """A task from what was kept of it; None where its script or deployment is no more."""
        script = self._account.script(facts["script"])
        for deployment in script.deployments if script else ():
            if script is not None and deployment.scriptid == facts["deploy"]:
                return Task(
                    id=facts["id"],
                    script=script,
                    deployment=deployment,
                    session=Session(**facts["session"]),
                    params=facts["params"],
                    invocation=facts["invocation"],
                    status=facts["status"],
                    stage=facts["stage"],
                    after=facts["after"],
                    error=facts["error"],
                    created=facts["created"],
                    started=facts["started"],
                    ended=facts["ended"],
                )
        return None

    def _choose(self, script: Script, deploy_id: str | None, invocation: str) -> Deployment:
        candidates = [
            deployment
            for deployment in script.deployments
            if deployment.deployed and deploy_id in (None, deployment.scriptid)
        ]
        if deploy_id is not None and not candidates:
            raise NetSuiteError(
                "INVALID_DEPLOYMENT_ID", f"{script.scriptid} has no deployment {deploy_id}."
            )
        if invocation == "ON_DEMAND":
            candidates = [item for item in candidates if item.status == ON_DEMAND]
            if deploy_id is not None and not candidates:
                raise NetSuiteError(
                    "FAILED_TO_SUBMIT_JOB_REQUEST_1",
                    f"Failed to submit job request: {deploy_id} is not in status Not Scheduled.",
                )
        if deploy_id is None:
            candidates = [item for item in candidates if not self._unfinished(script, item)]
        if not candidates:
            raise NetSuiteError(
                "NO_DEPLOYMENTS_AVAILABLE", f"{script.scriptid} has no deployment that is free."
            )
        return candidates[0]

    def _unfinished(self, script: Script, deployment: Deployment) -> Sequence[Task]:
        return [
            task
            for task in self._unended.values()
            if task.script.scriptid == script.scriptid
            and task.deployment.scriptid == deployment.scriptid
        ]

    def _remember(self, task: Task) -> None:
        self._known[task.id] = task
        if len(self._known) > REMEMBERED:
            oldest = next((old for old in self._known if old not in self._unended), task.id)
            del self._known[oldest]
            self._backlog.drop(oldest)

    def _start(self) -> None:
        """Give waiting tasks to free processors; the lock is held."""
        while self._running < self._processors and not self._closed:
            task = next((item for item in self._waiting if self._may_start(item)), None)
            if task is None:
                return
            self._waiting.remove(task)
            self._running += 1
            task.status = "PROCESSING"
            task.started = self._account.now_ms()
            threading.Thread(
                target=self._work, args=(task,), name=f"processor {task.id}", daemon=True
            ).start()

    def _may_start(self, task: Task) -> bool:
        return task.after not in self._unended

    def _work(self, task: Task) -> None:
        status: Status = "FAILED"
        try:
            self._run[task.script.type](task)
            status = "COMPLETE"
        except NetSuiteError as error:
            task.error = {"code": error.code, "message": error.message}
        except Exception as error:
            if not self._closed:
                logger.exception("task %s failed", task.id)
            task.error = {"code": "UNEXPECTED_ERROR", "message": str(error)}
        finally:
            with self._change:
                task.status = status
                task.ended = self._account.now_ms()
                if not self._closed:
                    self._backlog.put(task.id, task.facts())
                    self._backlog.tidy(task.id)
                del self._unended[task.id]
                self._running -= 1
                self._start()
                self._change.notify_all()


def _percent(task: Task) -> float:
    if task.status == "COMPLETE":
        return 100.0
    return (
        0.0
        if task.progress is None
        else float(task.progress.facts(task.stage)["percentageCompleted"])
    )


def _busy(script: Script, deployment: Deployment) -> NetSuiteError:
    where = f"{script.scriptid}, {deployment.scriptid}"
    if script.type == "MapReduceScript":
        return NetSuiteError(
            "MAP_REDUCE_ALREADY_RUNNING",
            f"Failed to submit job request: The script is already running ({where}).",
        )
    return NetSuiteError(
        "FAILED_TO_SUBMIT_JOB_REQUEST_1",
        f"Failed to submit job request: INPROGRESS or INQUEUE ({where}).",
    )
