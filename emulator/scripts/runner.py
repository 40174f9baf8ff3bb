"""
Runs executions in workers and answers their calls.

A call may cause another execution (a user event fired by a save): that one runs in the same worker,
inside the one that waits, because both are one chain of synchronous calls.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from emulator.calls import waiting
from emulator.errors import (
    NetSuiteError,
    ScriptEnded,
    ScriptError,
    TimeExceeded,
    UnsupportedError,
    WorkerDied,
)
from emulator.ports import Account
from emulator.scripts.bridge import Worker
from emulator.scripts.execution import Execution, Outcome, limit_of
from emulator.scripts.governance import Limit
from emulator.scripts.journal import Journal
from emulator.scripts.parameters import parameters
from emulator.scripts.workers import WorkerPool
from emulator.tracing import Lens, Trace, answering

logger = logging.getLogger(__name__)

Operation = Callable[[Execution, dict[str, Any]], Any]

_ADMINISTRATOR = 3


class _Unwound(BaseException):
    """An outer execution ended (time-out) while an inner one ran: `message` is its outcome."""

    def __init__(self, message: dict[str, Any]) -> None:
        super().__init__()
        self.message = message


class Runner:
    """Executes scripts, one Node worker for each chain of executions."""

    def __init__(
        self,
        account: Account,
        interactive: WorkerPool,
        background: WorkerPool,
        journal: Journal,
        *,
        limits: Mapping[str, Limit],
        processors: int,
        trace: Trace | None = None,
        lens: Lens | None = None,
    ) -> None:
        self._account = account
        self._interactive = interactive
        self._background = background  # tasks never keep callers waiting
        self._journal = journal
        self._limits = limits
        self._processors = processors
        self._trace = trace
        self._lens = lens
        self._ids = itertools.count(1)
        self.operations: dict[str, Operation] = {}

    def run(self, execution: Execution, entry: Mapping[str, Any]) -> Outcome:
        """
        Run to the end.

        Raises ScriptError when the script threw, ScriptEnded when NetSuite ended it.
        """
        execution.limit = limit_of(execution.script, execution.stage, self._limits)
        started = time.monotonic()
        try:
            message = self._in_worker(execution, entry)
            outcome = self._outcome(execution, message)
        except NetSuiteError as error:
            self._note(execution, started, error)
            raise
        if execution.stage in outcome.entries:  # else nothing of the script ran but its define()
            self._note(execution, started, None, outcome.redirect)
        return outcome

    def _in_worker(self, execution: Execution, entry: Mapping[str, Any]) -> dict[str, Any]:
        outer = execution.parent.worker if execution.parent else None
        if outer is not None:
            return self._converse(outer, execution, entry)
        pool = self._background if execution.task else self._interactive
        try:
            with pool.lease() as worker:
                before = waiting.set(pool.waits)
                try:
                    return self._converse(worker, execution, entry)
                finally:
                    waiting.reset(before)
        except WorkerDied as error:
            raise ScriptError({"name": "UNEXPECTED_ERROR", "message": str(error)}) from error

    def _converse(
        self, worker: Worker, execution: Execution, entry: Mapping[str, Any]
    ) -> dict[str, Any]:
        run = next(self._ids)
        execution.worker = worker
        worker.run(self._facts(run, execution), self._request(execution, entry))
        while True:
            kind, message = worker.receive()
            if kind == "d":
                if message["run"] != run:
                    raise _Unwound(message)
                self._journal.logged(message.get("logs", ()))
                self._charge(execution, message)
                self._traced(message)
                if self._lens is not None:
                    self._lens.saw(execution.script.scriptid, message.get("seen", ()))
                if message.get("timedOut"):
                    worker.broken = True  # it was stopped anywhere, perhaps inside a message
                return message
            self._traced(message)
            try:
                if self._trace is None:
                    reply = self._answer(execution, message)
                else:
                    with answering(self._trace):
                        reply = self._answer(execution, message)
            except _Unwound as unwound:
                if unwound.message["run"] != run:
                    raise
                worker.broken = True
                return unwound.message
            worker.send("v", reply)

    def _traced(self, message: Mapping[str, Any]) -> None:
        if self._trace is not None and (notes := message.get("trace")):
            self._trace.noted(notes)

    def _charge(self, execution: Execution, message: Mapping[str, Any]) -> None:
        """Meter what the worker did by itself, within the limit."""
        for member, units in message.get("charges", ()):
            execution.charge(member, units)

    def _answer(self, execution: Execution, message: dict[str, Any]) -> dict[str, Any]:
        if logs := message.get("logs"):
            self._journal.logged(logs)
        operation = self.operations[message["op"]]
        self._charge(execution, message)
        reply: dict[str, Any] = {}
        beginnings = self._account.beginnings
        try:
            reply["value"] = operation(execution, message["args"])
        except ScriptEnded as error:
            reply["error"] = self._told(error)
            reply["fatal"] = True
        except ScriptError as error:
            reply["error"] = error.facts
        except NetSuiteError as error:
            reply["error"] = self._told(error)
        except UnsupportedError as error:
            self._say(execution, "Not in the emulator", str(error))
            reply["error"] = {"name": "EMULATOR_UNSUPPORTED", "message": str(error)}
        except WorkerDied:
            raise
        except Exception as error:  # our own fault: loud here, an unexpected error in the script
            logger.exception("host call %s failed", message["op"])
            self._say(execution, "Fault in the emulator", f"{message['op']}: {error!r}")
            reply["error"] = {"name": "UNEXPECTED_ERROR", "message": f"Emulator fault: {error!r}"}
        reply["used"] = execution.units
        if execution.beginnings != self._account.beginnings:
            reply["changed"] = True
        # As it was before the call: what the call has read may be older than the count after it.
        execution.beginnings = beginnings
        return reply

    def _told(self, error: NetSuiteError) -> dict[str, str]:
        told = error.outward(self._account.switches())
        return {"name": told.code, "message": told.message}

    def _facts(self, run: int, execution: Execution) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "run": run,
            "generation": self._account.generation,
            "seconds": execution.limit.seconds,
        }
        if execution.worker is not None and not execution.worker.introduced:
            execution.worker.introduced = True
            facts["account"] = {
                "id": self._account.id,
                "processors": self._processors,
                "switches": self._account.switches(),
            }
        return facts

    def _request(self, execution: Execution, entry: Mapping[str, Any]) -> dict[str, Any]:
        script, deployment, session = execution.script, execution.deployment, execution.session
        return {
            "clockOffset": self._account.clock_offset_ms,
            "script": {
                "id": script.scriptid,
                "deploy": deployment.scriptid,
                "type": script.type,
                "path": script.file,
                "params": parameters(self._account, execution),
                "logLevel": deployment.log_level,
            },
            "user": {
                "id": session.user,
                "role": role_number(session.role),
                "roleId": "administrator" if session.role == "ADMINISTRATOR" else session.role,
                "dateFormat": session.date_format,
                "timeZone": session.time_zone,
                "timeFormat": session.time_format,
                "numberFormat": session.number_format,
                "negativeFormat": session.negative_format,
            },
            "context": session.context,
            "limit": execution.limit.units,
            "used": execution.units,
            "entry": {"type": script.type, "point": execution.stage, **entry},
        }

    def _outcome(self, execution: Execution, message: dict[str, Any]) -> Outcome:
        if message["ok"]:
            return Outcome(
                message.get("value"),
                frozenset(message.get("entries", ())),
                message.get("config") or {},
                execution.units,
                message.get("redirect"),
            )
        error = message["error"]
        if message.get("timedOut"):
            raise TimeExceeded(execution.limit.seconds)
        if error.get("name") in ("SSS_USAGE_LIMIT_EXCEEDED", "SSS_TIME_LIMIT_EXCEEDED"):
            raise ScriptEnded(error["name"], error["message"])
        raise ScriptError(error)

    def _note(
        self,
        execution: Execution,
        started: float,
        failure: NetSuiteError | None,
        redirect: str | None = None,
    ) -> None:
        row: dict[str, Any] = {
            "script": execution.script.scriptid,
            "deploy": execution.deployment.scriptid,
            "type": execution.script.type,
            "stage": execution.stage,
            "user": execution.session.user,
            "role": execution.session.role,
            "context": execution.session.context,
            "units": execution.units,
            "calls": dict(execution.calls),
            "ms": round((time.monotonic() - started) * 1000, 3),
        }
        if execution.task:
            row["task"] = execution.task
        if redirect:
            row["redirect"] = redirect
        if failure is not None:
            row["error"] = {"code": failure.code, "message": failure.message}
        self._journal.used(row)

    def _say(self, execution: Execution, title: str, details: str) -> None:
        row = {
            "script": execution.script.scriptid,
            "deploy": execution.deployment.scriptid,
            "level": "EMULATOR",
            "title": title,
            "details": details,
            "time": self._account.now_ms(),
        }
        self._journal.logged([row])


def role_number(role: str) -> int:
    """runtime.User.role: 3 is the Administrator; custom roles get a number of their own."""
    if role == "ADMINISTRATOR":
        return _ADMINISTRATOR
    return int(role) if role.isdigit() else 1000 + sum(role.encode()) % 1000
