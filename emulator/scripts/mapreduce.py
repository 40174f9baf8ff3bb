"""
Map/reduce: getInputData, map, shuffle, reduce, summarize (help topic "Map/Reduce Script Stages").

Each invocation is an execution with its own units; map and reduce run as several jobs at once, as
many as the deployment's concurrency limit. A job takes a buffer of pairs at a time, and yields
after one that leaves it over its soft limits (help topic "Map/Reduce Governance"). Without
retryCount an invocation that failed is not tried again (help topic "System Response After an
Uncaught Error"), one that a restart of the server interrupted is.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.errors import NetSuiteError, ScriptError, UnsupportedError
from emulator.ports import Account, Query
from emulator.scripts.execution import Execution, Outcome
from emulator.scripts.interruptions import Interruptions, restarted
from emulator.scripts.progress import Pair, PersistedLimit, Progress, Store, size_of
from emulator.scripts.search_input import SearchInput, json_text
from emulator.scripts.tasks import Task

INPUT_ROWS = 100_000
JOB_UNITS = 10_000  # a job over this yields
Group = tuple[str, list[str]]


@dataclass(slots=True)
class Stage:
    """What happened in a stage."""

    concurrency: int = 1
    started: int = 0
    seconds: float = 0.0
    usage: int = 0
    yields: int = 0
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
            "yields": self.yields,
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
    failed: bool = False


class Job:
    """A job on one processor: units and time since it last yielded."""

    def __init__(self, now_ms: int) -> None:
        self.units = 0
        self.started = now_ms

    def yields(self, units: int, now_ms: int, minutes: int) -> bool:
        """Count an invocation; True when the job ends here and another one takes its place."""
        self.units += units
        if self.units <= JOB_UNITS and now_ms - self.started <= minutes * 60_000:
            return False
        self.units, self.started = 0, now_ms
        return True


class MapReduce:
    """Runs map/reduce tasks."""

    def __init__(
        self,
        account: Account,
        query: Query,
        run: Callable[[Execution, Mapping[str, Any]], Outcome],
        workers: int,
        interruptions: Interruptions,
    ) -> None:
        self._account = account
        self._query = query
        self._search_input = SearchInput(account, query)
        self._run = run
        self._workers = workers
        self._interruptions = interruptions

    def __call__(self, task: Task) -> None:
        """Run all stages; an error in getInputData goes straight to summarize."""
        clock = time.monotonic()
        task.stage = "GET_INPUT"
        progress = task.progress = Progress()
        pairs, entries, config, input_facts = self._input(task)
        map_stage, reduce_stage = Stage(), Stage()
        output: list[Pair] = []
        try:
            if pairs:
                mapped = pairs
                if "map" in entries:
                    task.stage = "MAP"
                    progress.put(progress.map, len(pairs), size_of(pairs))
                    single = ((key, [value]) for key, value in pairs)
                    self._each(task, "map", single, config, map_stage)
                    output = mapped = map_stage.written
                if "reduce" in entries and not map_stage.stopped:
                    task.stage = "SHUFFLE"
                    grouped = shuffle(mapped)
                    if "map" not in entries:
                        progress.put(progress.reduce, len(pairs), size_of(pairs))
                    progress.reduce.total = progress.reduce.pending = len(grouped)
                    task.stage = "REDUCE"
                    self._each(task, "reduce", grouped, config, reduce_stage)
                    output = reduce_stage.written
        except PersistedLimit as error:
            input_facts["error"] = input_facts["error"] or _as_text(error)
        task.stage = "SUMMARIZE"
        usage = input_facts["usage"] + map_stage.usage + reduce_stage.usage
        summary = {
            "started": input_facts["started"],
            "seconds": time.monotonic() - clock,
            "usage": usage,
            "concurrency": max(map_stage.concurrency, reduce_stage.concurrency),
            "yields": map_stage.yields + reduce_stage.yields,
            "input": input_facts,
            "map": map_stage.summary(),
            "reduce": reduce_stage.summary(),
            "output": output,
        }
        for number in itertools.count(task.past.begin("summarize")):
            self._run(
                self._execution(task, "summarize"),
                {"summary": summary, "restarted": number > 0, "optional": True},
            )
            if not self._interruptions.strikes(task.script.scriptid, "summarize"):
                return

    # ---- stages

    def _input(
        self, task: Task
    ) -> tuple[list[Pair], frozenset[str], Mapping[str, Any], dict[str, Any]]:
        if kept := task.past.done("input"):
            rows, names, settings, told = kept
            return [(key, text) for key, text in rows], frozenset(names), settings, told
        restarted = task.past.begin("input") > 0
        execution = self._execution(task, "getInputData")
        clock = time.monotonic()
        facts: dict[str, Any] = {"started": self._account.now_ms(), "error": None}
        pairs: list[Pair] = []
        entries: frozenset[str] = frozenset()
        config: Mapping[str, Any] = {}
        try:
            outcome = self._run(execution, {"restarted": restarted})
            while self._interruptions.strikes(task.script.scriptid, "getInputData"):
                execution = self._execution(task, "getInputData")
                outcome = self._run(execution, {"restarted": True})
            entries, config = outcome.entries, outcome.config
            pairs = self._pairs(task, outcome.value)
        except NetSuiteError as error:
            facts["error"] = _as_text(error)
        facts["seconds"] = time.monotonic() - clock
        facts["usage"] = execution.units
        task.past.end("input", (pairs, sorted(entries), dict(config), facts))
        return pairs, entries, config, facts

    def _pairs(self, task: Task, value: Mapping[str, Any]) -> list[Pair]:
        if "pairs" in value:
            return [(str(key), str(text)) for key, text in value["pairs"]]
        if "suiteql" in value:
            columns, rows = self._query.run(
                task.session, value["suiteql"], value["params"], limit=INPUT_ROWS
            )
            del columns
            return [(str(number), json_text({"values": row})) for number, row in enumerate(rows)]
        if "search" in value:
            return list(self._search_input.pairs(task.session, value["search"]))
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
        groups: Iterable[Group],
        config: Mapping[str, Any],
        stage: Stage,
    ) -> None:
        """Run map or reduce on every group. PersistedLimit when too much is kept between the stages."""
        stage.concurrency = max(1, min(task.deployment.concurrency, self._workers))
        stage.started = self._account.now_ms()
        clock = time.monotonic()
        retries = int(config.get("retryCount") or 0)
        stop_on_error = bool(config.get("exitOnError"))
        jobs = threading.local()
        over: list[PersistedLimit] = []

        def one(numbered: tuple[int, list[Group]]) -> list[Result]:
            if stage.stopped or over:
                return []
            number, buffer = numbered
            if not hasattr(jobs, "job"):
                jobs.job = Job(self._account.now_ms())
            results = self._kept(task, point, number, buffer, retries)
            for result in results:
                now = self._account.now_ms()
                if jobs.job.yields(result.units, now, task.deployment.yield_minutes):
                    stage.yields += 1
                if result.failed and stop_on_error:
                    stage.stopped = True
            try:
                self._account_for(task, point, buffer, results)
            except PersistedLimit as error:
                over.append(error)
            return results

        size = max(1, task.deployment.buffer_size)
        with ThreadPoolExecutor(stage.concurrency, thread_name_prefix=point) as threads:
            for results in threads.map(one, enumerate(_buffers(groups, size))):
                for result in results:
                    stage.usage += result.units
                    stage.written += result.written
                    stage.errors += result.errors
                    state = "FAILED" if result.failed else "COMPLETE"
                    stage.keys.append((result.key, result.executions, state))
        stage.seconds = time.monotonic() - clock
        if over:
            raise over[0]

    @staticmethod
    def _account_for(task: Task, point: str, buffer: list[Group], results: list[Result]) -> None:
        """Move what a buffer held from its store to the next one."""
        progress = task.progress
        assert progress is not None
        here = progress.map if point == "map" else progress.reduce
        held = sum(size_of((key, value) for value in values) for key, values in buffer)
        progress.done(here, len(buffer), held)
        written = [pair for result in results for pair in result.written]
        following: Store = progress.reduce if point == "map" else progress.output
        progress.put(following, len(written), size_of(written))

    def _kept(
        self, task: Task, point: str, number: int, buffer: list[Group], retries: int
    ) -> list[Result]:
        """The results of a buffer: those that a task had before the account ended, or new ones."""
        part = f"{point} {number}"
        if (kept := task.past.done(part)) is not None:
            return [Result(*result) for result in kept]
        results = self._buffer(task, point, buffer, retries, task.past.begin(part))
        task.past.end(
            part, [[r.key, r.written, r.executions, r.units, r.errors, r.failed] for r in results]
        )
        return results

    def _buffer(
        self, task: Task, point: str, buffer: list[Group], retries: int, begun: int
    ) -> list[Result]:
        """
        The pairs of one buffer, one after the other; `begun` is how often it was cut off before.

        After a restart the whole buffer runs again, also what it had done already: nobody knows how
        far it was. With retryCount a pair runs at most that many times more; without it until it
        gets through.
        """
        attempts = dict.fromkeys(range(len(buffer)), begun)
        units = dict.fromkeys(attempts, 0)
        cut_off = _as_text(restarted())
        errors: dict[int, list[tuple[str, str, int]]] = {
            place: [(buffer[place][0], cut_off, number + 1) for number in range(begun)]
            for place in attempts
        }
        done: dict[int, Result] = {}
        if retries and begun > retries:
            done = {
                place: Result(key, [], begun, 0, errors[place], failed=True)
                for place, (key, _) in enumerate(buffer)
            }
        again = True
        while again:
            again = False
            for place, (key, values) in enumerate(buffer):
                if place in done:
                    continue
                result, interrupted = self._one(
                    task, point, key, values, retries, attempts[place], errors[place]
                )
                attempts[place] = result.executions
                units[place] += result.units
                done[place] = replace(result, units=units[place])
                if interrupted:
                    again = True
                    for earlier in range(place + 1):
                        if not retries or attempts[earlier] <= retries:
                            done.pop(earlier, None)
                            errors[earlier].append((buffer[earlier][0], cut_off, attempts[earlier]))
                        else:
                            done[earlier] = replace(done[earlier], written=[], failed=True)
                    break
        return [done[place] for place in sorted(done)]

    def _one(
        self,
        task: Task,
        point: str,
        key: str,
        values: list[str],
        retries: int,
        before: int,
        errors: list[tuple[str, str, int]],
    ) -> tuple[Result, bool]:
        """One pair, tried again as often as retryCount says; whether a restart interrupted it."""
        units = 0
        failures = 0
        for number in itertools.count(before + 1):
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
                written = [(str(k), str(v)) for k, v in outcome.value["written"]]
            except NetSuiteError as error:
                errors.append((key, _as_text(error), number))
                failures += 1
                units += execution.units
                if number <= retries:
                    continue
                return Result(key, [], number, units, errors, failed=True), False
            units += outcome.units
            struck = self._interruptions.strikes(task.script.scriptid, point)
            return Result(key, written, number, units, errors), struck
        raise AssertionError("a loop without an end")

    def _execution(self, task: Task, point: str) -> Execution:
        return Execution(
            script=task.script,
            deployment=task.deployment,
            session=replace(task.session, context="MAPREDUCE"),
            stage=point,
            params=task.params,
            task=task.id,
        )


def shuffle(pairs: Iterable[Pair]) -> list[tuple[str, list[str]]]:
    """Values by key. Their order is not promised; here it is that of writing."""
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return sorted(grouped.items())


def _buffers(groups: Iterable[Group], size: int) -> Iterator[list[Group]]:
    several = iter(groups)
    while buffer := list(itertools.islice(several, size)):
        yield buffer


def _as_text(error: NetSuiteError) -> str:
    """An error as the summary holds it: JSON text."""
    facts = error.facts if isinstance(error, ScriptError) else {}
    return json_text(
        {
            "type": "error.SuiteScriptError",
            "id": "",
            "stack": [],
            **facts,
            "name": error.code,
            "message": error.message,
        }
    )
