"""
Tasks that write rows to a CSV file of the File Cabinet: searches, queries, SuiteQL.

Sources: help topics "task.SearchTask" (section_4799343953), "task.SuiteQLTask"
(section_159223833809), "SearchTask.submit()" (section_4804558173).
"""

from __future__ import annotations

import csv
import io
import itertools
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account, Query, Session
from emulator.scripts.backlog import Backlog
from emulator.scripts.tasks import Tasks
from emulator.search.searches import Searches

logger = logging.getLogger(__name__)

Args = Mapping[str, Any]
MOST_ROWS = 100_000
PAGE = 1_000
_ENDED = ("COMPLETE", "FAILED")
_SUMMARIES = {
    "SUM": "Sum of ",
    "COUNT": "Count of ",
    "MIN": "Minimum of ",
    "MAX": "Maximum of ",
    "AVG": "Average of ",
}
_PREFIX = {"SEARCH": "SEARCHTASK", "QUERY": "QUERYTASK", "SUITE_QL": "SUITEQLTASK"}


class Exports:
    """Runs exports in threads of their own; scripts that depend on one are submitted after it."""

    def __init__(self, account: Account, query: Query, tasks: Tasks, backlog: Backlog) -> None:
        self._account = account
        self._query = query
        self._searches = Searches(account, query, lambda: account.catalog)
        self._tasks = tasks
        self._backlog = backlog
        self._ids = itertools.count(1)
        self._known: dict[str, dict[str, Any]] = {}
        self._change = threading.Condition()
        self._closed = False

    def close(self) -> None:
        """What is written now is kept as unfinished."""
        with self._change:
            self._closed = True

    def submit(self, session: Session, args: Args) -> str:
        """
        Queue an export; returns the task's id.

        MUST_IDENTIFY_A_FILE for a path of a folder, THAT_RECORD_DOES_NOT_EXIST for a file or
        folder that there is not, ASYNC_..._SCRIPT_ID_NOT_FOUND for a dependent script that there is
        not.
        """
        kind = str(args["taskType"])
        folder, name, file_id = self._target(session, args)
        for dependent in args["dependencies"]:
            if self._account.script(dependent["scriptId"]) is None:
                raise NetSuiteError(
                    f"ASYNC_{kind.replace('_', '')}_SCRIPT_ID_NOT_FOUND",
                    f"There is no script {dependent['scriptId']}.",
                )
        task = f"{_PREFIX[kind]}_{next(self._ids):012d}"
        facts = {"taskId": task, "taskType": kind, "status": "PENDING", "fileId": file_id}
        for key in ("query", "params", "savedSearchId"):
            facts[key] = args.get(key)
        self._backlog.put(task, {"export": [asdict(session), dict(args), facts, folder, name]})
        self._start(session, args, facts, folder, name)
        return task

    def resume(self) -> None:
        """Write anew what was not written when the account ended."""
        for kept in self._backlog.tasks():
            if "export" not in kept:
                continue
            session, args, facts, folder, name = kept["export"]
            self._ids = itertools.count(int(facts["taskId"].rpartition("_")[2]) + 1)
            if facts["status"] in _ENDED:
                self._known[facts["taskId"]] = facts
            else:
                self._start(Session(**session), args, facts, folder, name)

    def _start(
        self, session: Session, args: Args, facts: dict[str, Any], folder: int, name: str
    ) -> None:
        with self._change:
            self._known[facts["taskId"]] = facts
        threading.Thread(
            target=self._work,
            args=(session, args, facts, folder, name),
            name=facts["taskId"],
            daemon=True,
        ).start()

    def status(self, task: str) -> dict[str, Any] | None:
        """Facts of a task; None where it is none of these."""
        with self._change:
            found = self._known.get(task)
            return None if found is None else dict(found)

    def idle(self, timeout: float) -> bool:
        """Wait until no export waits or runs; False after `timeout` seconds."""
        with self._change:
            return self._change.wait_for(
                lambda: all(f["status"] in _ENDED for f in self._known.values()),
                timeout,
            )

    def _target(self, session: Session, args: Args) -> tuple[int, str, int | None]:
        """Folder, name and, where it exists, internal id of the file to write."""
        files = self._account.files
        if args["fileId"] is not None:
            try:
                file = files.load(session, int(args["fileId"]))
            except NetSuiteError as error:
                raise NetSuiteError(
                    "THAT_RECORD_DOES_NOT_EXIST", "That record does not exist."
                ) from error
            return int(file["folder"]), str(file["name"]), int(file["id"])
        folder, _, name = str(args["filePath"]).strip().lstrip("/").rpartition("/")
        if not folder or not name:
            raise NetSuiteError("MUST_IDENTIFY_A_FILE", "The path must identify a file.")
        try:
            return files.folder(f"/{folder}"), name, None
        except NetSuiteError as error:
            raise NetSuiteError(
                "THAT_RECORD_DOES_NOT_EXIST", f"There is no folder {folder}."
            ) from error

    def _work(
        self, session: Session, args: Args, facts: dict[str, Any], folder: int, name: str
    ) -> None:
        status = "FAILED"
        try:
            facts["status"] = "PROCESSING"
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(self._rows(session, args))
            facts["fileId"] = self._account.files.save(
                session, name, folder, text.getvalue(), type="CSV"
            )
            for dependent in args["dependencies"]:
                self._tasks.submit(
                    session,
                    dependent["scriptId"],
                    dependent["deploymentId"],
                    dependent["params"],
                )
            status = "COMPLETE"
        except NetSuiteError as error:
            facts["error"] = {"code": error.code, "message": error.message}
        except Exception:
            if not self._closed:
                logger.exception("task %s failed", facts["taskId"])
        finally:
            with self._change:
                facts["status"] = status
                kept = {"export": [asdict(session), dict(args), facts, folder, name]}
                if not self._closed:
                    self._backlog.put(facts["taskId"], kept)
                self._change.notify_all()

    def _rows(self, session: Session, args: Args) -> list[Sequence[Any]]:
        """The header and the rows."""
        if args["taskType"] != "SEARCH":
            columns, rows = self._query.run(
                session, args["query"], args["params"] or (), limit=MOST_ROWS
            )
            return [columns, *(["" if v is None else v for v in row] for row in rows)]
        definition = self._account.searches.load(session, str(args["savedSearchId"]))
        header = [self._label(str(definition["type"]), c) for c in definition["columns"]]
        out: list[Sequence[Any]] = [header]
        for start in range(0, MOST_ROWS, PAGE):
            page = self._searches.rows(session, definition, start, start + PAGE)["rows"]
            for _, _, values, texts in page:
                out.append([_shown(v, t) for v, t in zip(values, texts, strict=True)])
            if len(page) < PAGE:
                break
        return out

    def _label(self, record: str, column: Any) -> str:
        """A column's own label, else the field's (`Sum of Amount`), else its id."""
        facts = {"name": column} if isinstance(column, str) else column
        if facts.get("label"):
            return str(facts["label"])
        name, known = str(facts["name"]), self._account.catalog.record(record.lower())
        label = None
        if known is not None and not facts.get("join") and "." not in name:
            label = self._account.desk.describe(known.id, name, None)["label"]
        summary = _SUMMARIES.get(str(facts.get("summary") or "").upper(), "")
        return f"{summary}{label or name}"


def _shown(value: Any, text: str | None) -> Any:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value if text is None else text
