"""N/task."""

from __future__ import annotations

from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.csv_imports import CsvImportTasks
from emulator.scripts.execution import Execution
from emulator.scripts.exports import Exports
from emulator.scripts.governance import (
    TASK_COUNT,
    TASK_EXPORT,
    TASK_IMPORT,
    TASK_SIZE,
    TASK_SUBMIT,
)
from emulator.scripts.tasks import Tasks

Args = dict[str, Any]
IMPORT_PERMISSION = "ADMI_IMPORTCSVFILE"
# Where a CSV import may be submitted (help topic section_5594909667).
IMPORTERS = frozenset({"BundleInstallationScript", "ScheduledScript", "Restlet"})
TYPES = {"MAP_REDUCE": "MapReduceScript", "SCHEDULED_SCRIPT": "ScheduledScript"}


class TaskCalls:
    """Tasks for scripts."""

    def __init__(
        self, account: Account, tasks: Tasks, exports: Exports, imports: CsvImportTasks
    ) -> None:
        self._account = account
        self._tasks = tasks
        self._exports = exports
        self._imports = imports

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

    def export(self, execution: Execution, args: Args) -> str:
        """Queue a search, query or SuiteQL whose rows go to a file; the task's id."""
        execution.charge("task.submit", TASK_EXPORT)
        return self._exports.submit(execution.session, args)

    def csv_import(self, execution: Execution, args: Args) -> str:
        """Check and queue a CSV import; the task's id."""
        execution.charge("task.submit", TASK_IMPORT)
        session, type_ = execution.session, execution.script.type
        if type_ not in IMPORTERS and not self._account.switches()["csv_import_anywhere"]:
            raise NetSuiteError(
                "FAILED_TO_SUBMIT_JOB_REQUEST_1",
                f"Failed to submit job request: CSV imports cannot be submitted by a {type_}.",
            )
        if not self._account.allows(session, IMPORT_PERMISSION, "FULL"):
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "Permission Violation: You need the 'Import CSV File' permission.",
            )
        return self._imports.submit(
            session, args["mapping"], args["file"], args["linked"], args["name"]
        )

    def status(self, _: Execution, args: Args) -> dict[str, Any]:
        """Status of a task."""
        for others in (self._exports, self._imports):
            if found := others.status(args["taskId"]):
                return found
        return self._tasks.status(args["taskId"])
