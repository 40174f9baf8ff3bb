"""Scheduled scripts (help topic "Scheduled Script Type")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from emulator.scripts.execution import Execution
from emulator.scripts.interruptions import Interruptions
from emulator.scripts.tasks import Task


class ScheduledScripts:
    """Runs a scheduled script's one entry point."""

    def __init__(
        self, run: Callable[[Execution, Mapping[str, Any]], Any], interruptions: Interruptions
    ) -> None:
        self._run = run
        self._interruptions = interruptions

    def __call__(self, task: Task) -> None:
        """Run to the end; an error fails the task. After a restart of the server it runs anew, as ABORTED."""
        self._once(task, "ABORTED" if task.past.begin("execute") else task.invocation)
        while self._interruptions.strikes(task.script.scriptid, "execute"):
            self._once(task, "ABORTED")

    def _once(self, task: Task, invocation: str) -> None:
        execution = Execution(
            script=task.script,
            deployment=task.deployment,
            session=replace(task.session, context="SCHEDULED"),
            stage="execute",
            params=task.params,
            task=task.id,
        )
        self._run(execution, {"invocation": invocation})
