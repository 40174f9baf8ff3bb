"""
CSV import tasks: one after the other, each record a save in the context CSVIMPORT.

Sources: help topics "CsvImportTask.submit()" (section_5594909667), "Checking CSV Import Status"
(section_N350581), "Server Scripting and Workflow Execution" (section_4676525683).
"""

from __future__ import annotations

import csv
import io
import itertools
import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any

from emulator.errors import NetSuiteError, ScriptError
from emulator.ports import Account, Session
from emulator.scripts import csv_mapping, csv_rows
from emulator.scripts.backlog import Backlog
from emulator.scripts.csv_mapping import Plan
from emulator.scripts.csv_records import Importer
from emulator.scripts.csv_rows import Group, Table
from emulator.scripts.triggers import Triggers

logger = logging.getLogger(__name__)

CONTEXT = "CSVIMPORT"
ENDED = ("COMPLETE", "FAILED")
PROGRESS = "progress"  # how many records were tried, and how many of them imported
ERROR = "Error"  # the column of results.csv that says why a row was not imported


@dataclass(frozen=True, slots=True)
class Order:
    """What was submitted: texts of the main file and, by sublist, of linked ones."""

    session: Session
    mapping: str
    text: str
    linked: Mapping[str, str]


@dataclass(slots=True, eq=False)
class Job:
    """An import as the page Job Status shows it. `imported` and `total` count records."""

    id: str
    name: str
    mapping: str
    status: str = "PENDING"
    imported: int = 0
    total: int = 0
    results: str = ""

    def facts(self) -> dict[str, Any]:
        """The job as JSON."""
        said = f"{self.imported} of {self.total} records imported successfully"
        return {"taskId": self.id, "message": said, **asdict(self)}


class CsvImportTasks:
    """The queue of imports and what became of them; those that an account's end interrupts go on where they were."""

    def __init__(self, account: Account, triggers: Triggers, backlog: Backlog) -> None:
        self._account = account
        self._triggers = triggers
        self._backlog = backlog
        self._ids = itertools.count(1)
        self._jobs: dict[str, Job] = {}
        self._change = threading.Condition()
        self._closed = False
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="csv imports")

    def submit(
        self,
        session: Session,
        mapping: str,
        file: Mapping[str, Any],
        linked: Mapping[str, str],
        name: str | None,
    ) -> str:
        """
        Check an import and queue it; the task's id.

        `file` is {name, text}, `linked` has the texts of linked files by sublist.
        FAILED_TO_SUBMIT_JOB_REQUEST_1, and UnsupportedError for what the emulator cannot import.
        """
        order = Order(replace(session, context=CONTEXT), mapping, str(file["text"]), linked)
        plan, main, tables = self._read(order)
        csv_rows.check(plan, main, tables)
        email = str(self._account.person(session)["email"])
        job = Job(
            id=f"CSVIMPORTTASK_{next(self._ids):012d}",
            name=name or f"{plan.options.name} - {file['name']} - {email}",
            mapping=plan.options.scriptid,
        )
        self._put(order, job)
        self._start(order, job)
        return job.id

    def resume(self) -> None:
        """Go on with the imports that an account that ended had left (section_N350581: status Retry)."""
        for kept in self._backlog.tasks():
            if "import" not in kept:
                continue
            order, job = Order(**kept["import"]), Job(**kept["job"])
            order = replace(order, session=Session(**kept["import"]["session"]))
            self._ids = itertools.count(int(job.id.rpartition("_")[2]) + 1)
            if job.status in ENDED:
                self._jobs[job.id] = job
            else:
                self._start(order, job)

    def _read(self, order: Order) -> tuple[Plan, Table, dict[str, Table]]:
        options = self._account.csv_imports.load(order.mapping)
        plan = csv_mapping.plan(options, self._account.catalog)
        return (
            plan,
            csv_rows.table(order.text, options.column_delimiter),
            _linked(plan, order.linked),
        )

    def _put(self, order: Order, job: Job) -> None:
        self._backlog.put(job.id, {"import": asdict(order), "job": asdict(job)})

    def _start(self, order: Order, job: Job) -> None:
        with self._change:
            self._jobs[job.id] = job
        self._queue.submit(self._work, order, job)

    def status(self, task: str) -> dict[str, Any] | None:
        """Facts of a task; None where it is none of these."""
        with self._change:
            job = self._jobs.get(task)
            return None if job is None else {**job.facts(), "taskType": "CSV_IMPORT"}

    def jobs(self) -> list[dict[str, Any]]:
        """All imports, oldest first."""
        with self._change:
            return [job.facts() for job in self._jobs.values()]

    def idle(self, timeout: float) -> bool:
        """Wait until no import waits or runs; False after `timeout` seconds."""
        with self._change:
            return self._change.wait_for(
                lambda: all(job.status in ENDED for job in self._jobs.values()), timeout
            )

    def close(self) -> None:
        """Take no more imports; the one that runs stops after its record."""
        self._closed = True
        self._queue.shutdown(wait=False, cancel_futures=True)

    def _work(self, order: Order, job: Job) -> None:
        status = "FAILED"
        try:
            plan, main, linked = self._read(order)
            groups = list(csv_rows.groups(plan, main, linked))
            job.total, job.status = len(groups), "PROCESSING"
            importer = Importer(self._account, self._triggers, order.session, plan)
            errors = self._backlog.parts(job.id)
            done, job.imported = errors.pop(PROGRESS, (0, 0))
            for place, group in enumerate(groups[done:], start=done):
                if self._closed:
                    return
                error = self._record(importer, group, job)
                if error:
                    errors[str(place)] = error
                    self._backlog.keep(job.id, str(place), error)
                self._backlog.keep(job.id, PROGRESS, (place + 1, job.imported))
            job.results = _results(plan, main, groups, errors)
            status = "COMPLETE"
        except Exception:
            if not self._closed:
                logger.exception("import %s failed", job.id)
        finally:
            with self._change:
                job.status = status
                if not self._closed:
                    self._put(order, job)
                    self._backlog.tidy(job.id)
                self._change.notify_all()

    @staticmethod
    def _record(importer: Importer, group: Group, job: Job) -> str | None:
        """Import one record; what results.csv says of its rows, None where all went well."""
        try:
            importer.record(group)
        except ScriptError as error:
            if error.facts.get("eventType") != "afterSubmit":
                return error.message
            # The record stays (section_4568642498).
            job.imported += 1
            number = error.facts.get("recordId")
            return (
                f"[AFTERSUBMIT Script failed, record created with InternalId {number}]"
                f" {error.message}"
            )
        except NetSuiteError as error:
            return error.message
        job.imported += 1
        return None


def _linked(plan: Plan, texts: Mapping[str, str]) -> dict[str, Table]:
    """Linked files by their name in the map; scripts name them by the sublist."""
    tables = {}
    for part in plan.parts:
        if part.file is None:
            continue
        for key in (part.sublist or "", part.file):
            if key in texts:
                tables[part.file] = csv_rows.table(texts[key], plan.options.column_delimiter)
    unknown = set(texts) - {part.sublist for part in plan.parts} - {p.file for p in plan.parts}
    if unknown:
        raise csv_rows.refused(f"the import has no linked file {', '.join(sorted(unknown))}.")
    return tables


def _results(plan: Plan, main: Table, groups: Sequence[Group], errors: Mapping[str, str]) -> str:
    """results.csv: the rows that were not imported, as they came, and why."""
    out = io.StringIO()
    delimiter = csv_rows.DELIMITERS[plan.options.column_delimiter]
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([*main.header, ERROR])
    for place, group in enumerate(groups):
        if error := errors.get(str(place)):
            for row in group.rows:
                writer.writerow([*(row.get(name, "") for name in main.header), error])
    return out.getvalue()
