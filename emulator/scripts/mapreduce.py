"""
Map/reduce: getInputData, map, shuffle, reduce, summarize (help topic "Map/Reduce Script Stages").

Each invocation is an execution with its own units; map and reduce run on several workers at once,
as many as the deployment's concurrency limit. Without retryCount an invocation that failed is not
tried again (help topic "System Response After an Uncaught Error").
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.errors import NetSuiteError, ScriptError, UnsupportedError
from emulator.ports import Account, Query
from emulator.scripts.execution import Execution, Outcome
from emulator.scripts.tasks import Task

Pair = tuple[str, str]
PERSISTED_BYTES = 200 * 1024 * 1024
INPUT_ROWS = 100_000


@dataclass(slots=True)
class Stage:
    """What happened in a stage."""

    concurrency: int = 1
    started: int = 0
    seconds: float = 0.0
    usage: int = 0
    written: list[Pair] = field(default_factory=list)
    keys: list[tuple[str, int, str]] = field(default_factory=list)  # key, executions, state
    errors: list[tuple[str, str, int]] = field(default_factory=list)  # key, JSON, execution
    stopped: bool = False

    def summary(self) -> dict[str, Any]:
        """For the summarize stage."""
        return {
            "started": self.started,
            "seconds": self.seconds,
            "usage": self.usage,
            "concurrency": self.concurrency,
            "keys": self.keys,
            "errors": self.errors,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """One key's way through map or reduce."""

    key: str
    written: list[Pair]
    executions: int
    units: int
    errors: list[tuple[str, str, int]]


class MapReduce:
    """Runs map/reduce tasks."""

    def __init__(
        self,
        account: Account,
        query: Query,
        run: Callable[[Execution, Mapping[str, Any]], Outcome],
        workers: int,
    ) -> None:
        self._account = account
        self._query = query
        self._run = run
        self._workers = workers

    def __call__(self, task: Task) -> None:
        """Run all stages; an error in getInputData goes straight to summarize."""
        started = self._account.now_ms()
        clock = time.monotonic()
        task.stage = "GET_INPUT"
        pairs, entries, config, input_facts = self._input(task)
        map_stage, reduce_stage = Stage(), Stage()
        output: list[Pair] = []
        try:
            if pairs:
                task.counts["input"] = len(pairs)
                mapped = pairs
                if "map" in entries:
                    task.stage = "MAP"
                    single = ((key, [value]) for key, value in pairs)
                    map_stage = self._each(task, "map", single, config)
                    output = mapped = map_stage.written
                if "reduce" in entries and not map_stage.stopped:
                    task.stage = "SHUFFLE"
                    grouped = shuffle(mapped)
                    task.stage = "REDUCE"
                    reduce_stage = self._each(task, "reduce", grouped, config)
                    output = reduce_stage.written
        except PersistedLimit as error:
            input_facts["error"] = input_facts["error"] or _as_text(error)
        task.stage = "SUMMARIZE"
        usage = input_facts["usage"] + map_stage.usage + reduce_stage.usage
        summary = {
            "started": started,
            "seconds": time.monotonic() - clock,
            "usage": usage,
            "concurrency": max(map_stage.concurrency, reduce_stage.concurrency),
            "input": input_facts,
            "map": map_stage.summary(),
            "reduce": reduce_stage.summary(),
            "output": output,
        }
        self._run(
            self._execution(task, "summarize"),
            {"summary": summary, "restarted": False, "optional": True},
        )

    # ---- stages

    def _input(
        self, task: Task
    ) -> tuple[list[Pair], frozenset[str], Mapping[str, Any], dict[str, Any]]:
        execution = self._execution(task, "getInputData")
        clock = time.monotonic()
        facts: dict[str, Any] = {"started": self._account.now_ms(), "error": None}
        pairs: list[Pair] = []
        entries: frozenset[str] = frozenset()
        config: Mapping[str, Any] = {}
        try:
            outcome = self._run(execution, {"restarted": False})
            entries, config = outcome.entries, outcome.config
            pairs = self._pairs(task, outcome.value)
            _check_persisted(pairs)
        except NetSuiteError as error:
            facts["error"] = _as_text(error)
        facts["seconds"] = time.monotonic() - clock
        facts["usage"] = execution.units
        return pairs, entries, config, facts

    def _pairs(self, task: Task, value: Mapping[str, Any]) -> list[Pair]:
        if "pairs" in value:
            return [(str(key), str(text)) for key, text in value["pairs"]]
        if "suiteql" in value:
            columns, rows = self._query.run(
                task.session, value["suiteql"], value["params"], limit=INPUT_ROWS
            )
            del columns
            return [
                (str(number), json.dumps({"values": row}, ensure_ascii=False))
                for number, row in enumerate(rows)
            ]
        if "file" in value:
            ref = value["file"]
            loaded = self._account.files.load(
                task.session, int(ref) if str(ref).isdigit() else str(ref)
            )
            return [(str(n), line) for n, line in enumerate(loaded["text"].splitlines())]
        raise UnsupportedError(f"The emulator does not have {value['unsupported']}.")

    def _each(
        self,
        task: Task,
        point: str,
        groups: Iterable[tuple[str, list[str]]],
        config: Mapping[str, Any],
    ) -> Stage:
        stage = Stage(
            concurrency=max(1, min(task.deployment.concurrency, self._workers)),
            started=self._account.now_ms(),
        )
        clock = time.monotonic()
        retries = int(config.get("retryCount") or 0)
        stop_on_error = bool(config.get("exitOnError"))

        def one(group: tuple[str, list[str]]) -> Result | None:
            return None if stage.stopped else self._one(task, point, group, retries)

        with ThreadPoolExecutor(stage.concurrency, thread_name_prefix=point) as threads:
            for result in threads.map(one, groups):
                if result is None:
                    continue
                failed = len(result.errors) == result.executions
                stage.usage += result.units
                stage.written += result.written
                stage.errors += result.errors
                state = "FAILED" if failed else "COMPLETE"
                stage.keys.append((result.key, result.executions, state))
                if failed and stop_on_error:
                    stage.stopped = True
        stage.seconds = time.monotonic() - clock
        _check_persisted(stage.written)
        return stage

    def _one(self, task: Task, point: str, group: tuple[str, list[str]], retries: int) -> Result:
        key, values = group
        errors: list[tuple[str, str, int]] = []
        units = 0
        for number in range(1, retries + 2):
            execution = self._execution(task, point)
            entry = {
                "key": key,
                "values": values,
                "restarted": number > 1,
                "execution": number,
                "errors": errors,
            }
            try:
                outcome = self._run(execution, entry)
            except NetSuiteError as error:
                errors.append((key, _as_text(error), number))
                units += execution.units
                continue
            written = [(str(k), str(v)) for k, v in outcome.value["written"]]
            return Result(key, written, number, units + outcome.units, errors)
        return Result(key, [], retries + 1, units, errors)

    def _execution(self, task: Task, point: str) -> Execution:
        return Execution(
            script=task.script,
            deployment=task.deployment,
            session=replace(task.session, context="MAPREDUCE"),
            stage=point,
            params=task.params,
            task=task.id,
        )


class PersistedLimit(NetSuiteError):
    """Keys and values between stages pass 200 MB: the script jumps to summarize."""

    def __init__(self) -> None:
        super().__init__(
            "PERSISTED_DATA_LIMIT_FOR_MAPREDUCE_SCRIPT_EXCEEDED",
            "The total size of persisted data exceeds 200 MB.",
        )


def shuffle(pairs: Iterable[Pair]) -> list[tuple[str, list[str]]]:
    """Values by key. Their order is not promised; here it is that of writing."""
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return sorted(grouped.items())


def _check_persisted(pairs: Iterable[Pair]) -> None:
    if sum(len(key) + len(value) for key, value in pairs) > PERSISTED_BYTES:
        raise PersistedLimit


def _as_text(error: NetSuiteError) -> str:
    """An error as the summary holds it: JSON text."""
    facts = error.facts if isinstance(error, ScriptError) else {}
    return json.dumps(
        {
            "type": "error.SuiteScriptError",
            "id": "",
            "stack": [],
            **facts,
            "name": error.code,
            "message": error.message,
        }
    )
