"""N/task."""

from __future__ import annotations

from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.execution import Execution
from emulator.scripts.governance import TASK_COUNT, TASK_SIZE, TASK_SUBMIT
from emulator.scripts.tasks import Tasks

Args = dict[str, Any]
TYPES = {"MAP_REDUCE": "MapReduceScript", "SCHEDULED_SCRIPT": "ScheduledScript"}


class TaskCalls:
    """Tasks for scripts."""

    def __init__(self, account: Account, tasks: Tasks) -> None:
        self._account = account
        self._tasks = tasks

    def submit(self, execution: Execution, args: Args) -> str | None:
        """
        Queue a script; it will run as the caller.

        Needs Administrator, or the permissions SuiteScript and SuiteScript Scheduling (help topic
        "Submitting an On-Demand Scheduled Script Instance from a Script"). The second one has no
        known permission key; it is held here as SUITESCRIPT_SCHEDULING.
        """
        execution.charge("task.submit", TASK_SUBMIT)
        session = execution.session
        for permission, level in (
            ("ADMI_CUSTOMSCRIPT", "VIEW"),
            ("SUITESCRIPT_SCHEDULING", "FULL"),
        ):
            if session.role != "ADMINISTRATOR" and not self._account.allows(
                session, permission, level
            ):
                raise NetSuiteError(
                    "INSUFFICIENT_PERMISSION",
                    f"You need a higher level of the permission {permission} to submit a task.",
                )
        task = self._tasks.submit(
            session,
            args["scriptId"],
            args["deploymentId"],
            args["params"],
            script_type=TYPES[args["taskType"]],
            by_task=execution.task,
        )
        return task.id if task else None

    def measure(self, execution: Execution, args: Args) -> float:
        """One figure of a map/reduce task as it stands now: counts cost 10 units, sizes 25."""
        name = str(args["figure"])
        member = f"MapReduceScriptTaskStatus.get{name[0].upper()}{name[1:]}"
        execution.charge(member, TASK_SIZE if name.endswith("Size") else TASK_COUNT)
        progress = self._tasks.status(args["taskId"]).get("progress") or {}
        return float(progress.get(name, 0))

    def status(self, _: Execution, args: Args) -> dict[str, Any]:
        """Status of a task."""
        return self._tasks.status(args["taskId"])
