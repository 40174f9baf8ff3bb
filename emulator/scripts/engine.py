"""The script engine: executes the account's scripts in Node workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.ports import Account, PageReply, Query, RecordData, RestletReply, Session
from emulator.scripts.actions import Actions
from emulator.scripts.backlog import Backlog, Nowhere
from emulator.scripts.csv_imports import CsvImportTasks
from emulator.scripts.exports import Exports
from emulator.scripts.governance import Limit
from emulator.scripts.host import operations
from emulator.scripts.host_cache import Caches
from emulator.scripts.host_email import Mail
from emulator.scripts.host_https import Outbound
from emulator.scripts.host_internal import Internal
from emulator.scripts.host_secrets import Secrets
from emulator.scripts.interruptions import Interruptions
from emulator.scripts.journal import Journal
from emulator.scripts.mapreduce import MapReduce
from emulator.scripts.restlet import Restlets
from emulator.scripts.runner import Runner
from emulator.scripts.schedule import Scheduler
from emulator.scripts.scheduled import ScheduledScripts
from emulator.scripts.suitelets import Suitelets
from emulator.scripts.tasks import Tasks
from emulator.scripts.triggers import Triggers
from emulator.scripts.workers import WorkerPool
from emulator.tracing import Lens, Trace


class ScriptEngine:
    """
    Implements `emulator.ports.Engine`.

    Args:
        account: state and rules.
        query: SuiteQL.
        workers: Node processes at most, for callers and again for tasks; each runs one chain of
            executions at a time.
        processors: tasks (map/reduce, scheduled) that run at once.
        hosts: where N/https finds a host, by origin.
        limits: other limits by script type, for tests.
        trace: where to note what scripts use of N/; None notes nothing.
        smtp: HOST:PORT of a mail server for N/email; None keeps mail in the account only.
        authorities: PEM file of certificate authorities that N/https trusts beside the system's.
        backlog: where tasks are kept, so that they outlive the process; None keeps them in memory.
        lens: what looks at the modules of scripts; None for nobody.
    """

    def __init__(
        self,
        account: Account,
        query: Query,
        *,
        workers: int = 2,
        processors: int = 2,
        hosts: Mapping[str, str] | None = None,
        limits: Mapping[str, Limit] | None = None,
        trace: Trace | None = None,
        smtp: str | None = None,
        authorities: str | None = None,
        backlog: Backlog | None = None,
        lens: Lens | None = None,
    ) -> None:
        kept = backlog or Nowhere()
        self._journal = Journal()
        through = None if lens is None else lens.file
        self._interactive = WorkerPool(workers, traced=trace is not None, lens=through)
        self._background = WorkerPool(workers, traced=trace is not None, lens=through)
        runner = Runner(
            account,
            self._interactive,
            self._background,
            self._journal,
            limits=limits or {},
            processors=processors,
            trace=trace,
            lens=lens,
        )
        self._triggers = Triggers(account, runner.run)
        self._restlets = Restlets(account, runner.run)
        self._suitelets = Suitelets(account, runner.run)
        self._actions = Actions(account, runner.run, self._triggers)
        self._interruptions = Interruptions()
        self._tasks = Tasks(
            account,
            processors,
            {
                "MapReduceScript": MapReduce(
                    account, query, runner.run, workers, self._interruptions
                ),
                "ScheduledScript": ScheduledScripts(runner.run, self._interruptions),
            },
            kept,
        )
        self._imports = CsvImportTasks(account, self._triggers, kept)
        self._exports = Exports(account, query, self._tasks, kept)
        self._scheduler = Scheduler(account, self._tasks, kept)
        self._caches = Caches(account)
        self.mail = Mail(account, smtp)
        self._outbound = Outbound(
            Secrets(account),
            hosts or {},
            authorities=authorities,
            binary_is_base64=bool(account.switches()["binary_bodies_are_base64"]),
            follows_redirects=bool(account.switches()["https_follows_redirects"]),
        )
        internal = Internal(account, query, self._restlets, self._suitelets)
        runner.operations = operations(
            account,
            query,
            self._triggers,
            self._tasks,
            self._outbound,
            self._caches,
            self.mail,
            self._exports,
            self._imports,
            internal,
        )

    def restlet(
        self,
        session: Session,
        script: str,
        deploy: str,
        method: str,
        params: Mapping[str, str],
        body: bytes,
        content_type: str | None,
    ) -> RestletReply:
        """Run a RESTlet to its end."""
        return self._restlets.call(session, script, deploy, method, params, body, content_type)

    def suitelet(
        self,
        session: Session | None,
        script: str,
        deploy: str,
        request: Mapping[str, Any],
        key: str | None = None,
    ) -> PageReply:
        """Run a Suitelet to its end; without a session by the key of its external URL."""
        return self._suitelets.call(session, script, deploy, request, key)

    def open_form(
        self, session: Session, event: str, draft: RecordData, parameters: Mapping[str, str]
    ) -> dict[str, Any]:
        """The page of a record after its beforeLoad scripts."""
        request = {
            "method": "GET",
            "url": "",
            "parameters": dict(parameters),
            "headers": {},
            "body": "",
            "clientIpAddress": "127.0.0.1",
            "files": {},
        }
        page = self._triggers.load(session, draft, event, request=request)
        return {
            "event": event,
            "record": page.draft,
            "form": page.form,
            "redirect": page.redirect,
        }

    def act(self, session: Session, script: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Run a mass update, workflow action, portlet or installation script."""
        return self._actions.act(session, script, options)

    def save(
        self,
        session: Session,
        draft: RecordData,
        *,
        sourcing: bool = False,
        ignore_mandatory: bool = False,
        event: str | None = None,
    ) -> int:
        """Save with user events, as a person or another system does."""
        return self._triggers.save(
            session, draft, sourcing=sourcing, ignore_mandatory=ignore_mandatory, event=event
        ).id

    def submit_fields(
        self,
        session: Session,
        record: str,
        id: int,  # noqa: A002  (NetSuite's own word)
        values: Mapping[str, Any],
    ) -> int:
        """Write body fields with user events (inline editing: xedit)."""
        return self._triggers.submit_fields(session, record, id, values, sourcing=True).id

    def delete(self, session: Session, record: str, id: int) -> None:  # noqa: A002
        """Delete with user events."""
        self._triggers.delete(session, record, id)

    def submit_task(
        self, session: Session, script: str, deploy: str | None, params: Mapping[str, Any]
    ) -> str:
        """Queue a map/reduce or scheduled script as the session's user; returns the task id."""
        task = self._tasks.submit(session, script, deploy, params, invocation="USER_INTERFACE")
        assert task is not None  # only a task itself is told nothing
        return task.id

    def task_status(self, task: str) -> dict[str, Any]:
        """{taskId, taskType, scriptId, deploymentId, status, stage, error?}."""
        return self._tasks.status(task)

    def interrupt(
        self, script: str | None = None, stage: str | None = None, count: int = 1
    ) -> None:
        """
        Restart the application server in the middle of tasks: the next `count` invocations are interrupted.

        `script` and `stage` (getInputData, map, reduce, summarize, execute) say whose; None is any.
        """
        self._interruptions.arm(script, stage, count)

    def resume(self) -> None:
        """Go on with the tasks that were not finished when the account ended."""
        self._tasks.resume()
        self._exports.resume()
        self._imports.resume()

    def tick(self) -> None:
        """Start what is due by schedule on the account's clock."""
        self._scheduler.tick()

    def idle(self, timeout: float) -> bool:
        """Wait until no task is queued or running; False after `timeout` seconds."""
        queues = (self._exports, self._imports, self._tasks)
        while all(queue.idle(timeout) for queue in queues):
            # What ended last may have queued something elsewhere.
            if all(queue.idle(0) for queue in queues):
                return True
        return False

    def csv_imports(self) -> Sequence[Mapping[str, Any]]:
        """CSV imports as the page Job Status shows them, oldest first."""
        return self._imports.jobs()

    def usage(self) -> Sequence[Mapping[str, Any]]:
        """One row per execution, newest last."""
        return self._journal.usage()

    def log(self) -> Sequence[Mapping[str, Any]]:
        """Script log rows, newest last."""
        return self._journal.log()

    def route(self, hosts: Mapping[str, str]) -> None:
        """Add to the table of hosts for N/https; an empty address takes a host out."""
        self._outbound.route(hosts)

    def routes(self) -> Mapping[str, str]:
        """The table of hosts for N/https."""
        return self._outbound.routes()

    def reset(self) -> None:
        """Forget caches, usage and log; the account was reset."""
        self.idle(60)
        self._caches.clear()
        self._interruptions.clear()
        self._journal.clear()

    def close(self) -> None:
        """Stop the workers."""
        self._tasks.close()
        self._exports.close()
        self._imports.close()
        self._interactive.close()
        self._background.close()
        self._outbound.close()
