"""
Spec tests, run: each case in an account of its own, with a report of what differs and of what was covered.

    run_tests(folder, flows) ─► read ─► per environment a Stage ─► per case: fresh, steps, compare ─► Report
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from emulator.errors import DeployError, EmulatorError, NetSuiteError
from emulator.trial import inputs
from emulator.trial.compare import Comparer, Mismatch, moved
from emulator.trial.coverage import Coverage, FlowCoverage
from emulator.trial.stage import Note, Sent, Stage, TrialError
from generator.compile.context import Place
from generator.compile.trials import Trial, read_trials
from generator.errors import UsageError
from generator.plan.inbound import InboundPlan
from generator.spec.diagnose import Diagnostic, did_you_mean, ordered
from generator.spec.trials import Case, Expect, Input, Step


@dataclass(frozen=True, slots=True)
class CaseResult:
    """
    What became of a case.

    `fault` says why it could not be run to its end; `line` and `column` are the case's own, in
    `file`.
    """

    flow: str
    file: str
    name: str
    line: int
    column: int
    seconds: float
    mismatches: tuple[Mismatch, ...] = ()
    fault: str | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.mismatches and self.fault is None


@dataclass(frozen=True, slots=True)
class Report:
    """
    Everything that a run showed.

    `found` are mistakes in specs and test files; a test file with an error is not run. `left_out`
    are specs with mistakes that the tests were run without.
    """

    cases: tuple[CaseResult, ...]
    found: tuple[Diagnostic, ...]
    coverage: tuple[FlowCoverage, ...]
    left_out: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every case passed and no test file has an error."""
        errors = any(one.severity == "error" for one in self.found)
        return not errors and all(case.passed for case in self.cases)


def run_tests(folder: Path, flows: Collection[str] = (), environment: str | None = None) -> Report:
    """
    Run the spec tests of a project.

    Args:
        folder: the project folder.
        flows: only the tests of these, which other specs with mistakes do not keep from running;
            none is all.
        environment: whose account; None for the project's first. A test file may name another.

    Raises:
        ProjectError: the specs have mistakes. UsageError: an unknown flow. DeployError.
    """
    with Stage.opened(folder, environment, flows) as stage:
        return run_on(stage, folder, flows, environment)


def run_on(
    stage: Stage, folder: Path, flows: Collection[str] = (), environment: str | None = None
) -> Report:
    """The same on an account that is open already; what lies in it is lost."""
    known = [each.flow for each in stage.plan.inbound]
    known += [each.flow for each in stage.plan.outbound]
    for flow in flows:
        if flow not in known:
            raise UsageError(
                f"no flow '{flow}'{did_you_mean(flow, known)} (flows: {', '.join(known)})"
            )
    trials, found = read_trials(folder, stage.plan, flows, stage.left_out)
    coverage = Coverage(folder, [flow for flow in known if not flows or flow in flows], stage.plan)
    results: list[CaseResult] = []

    def key(trial: Trial) -> str:
        return trial.model.environment or environment or ""

    for wanted, group in groupby(sorted(trials, key=key), key=key):
        if wanted == (environment or ""):
            results += _run(stage, folder, list(group), coverage)
        else:
            with Stage.opened(folder, wanted, flows) as other:
                results += _run(other, folder, list(group), coverage)
    results.sort(key=lambda one: (one.file, one.line))
    waivers = {
        trial.plan.flow: {one.at: one.reason for one in trial.model.waive} for trial in trials
    }
    return Report(
        tuple(results),
        tuple(ordered((*stage.left_out.found, *found))),
        coverage.flows(waivers),
        stage.left_out.specs,
    )


def _run(
    stage: Stage, folder: Path, trials: Sequence[Trial], coverage: Coverage
) -> Iterator[CaseResult]:
    for trial in trials:
        for name, case in trial.model.cases.items():
            place = trial.place / "cases" / name
            started = time.monotonic()
            mismatches: list[Mismatch] = []
            fault = None
            try:
                given = inputs.seeds(folder, (*trial.model.given, *case.given))
                stage.fresh(given, case.clock)
                run = _CaseRun(stage, folder, trial, coverage)
                for step, at in _steps(case, place):
                    mismatches += run.step(step, at)
                    if mismatches:
                        break  # what follows builds on it
            except DeployError:
                raise
            except EmulatorError as error:
                fault = str(error)
            where = place.position(key=True)
            yield CaseResult(
                trial.plan.flow,
                trial.file,
                name,
                where.line,
                where.column,
                round(time.monotonic() - started, 3),
                tuple(mismatches),
                fault,
            )


def _steps(case: Case, place: Place) -> Iterator[tuple[Step, Place]]:
    if not case.steps:
        yield case, place
    for index, step in enumerate(case.steps):
        yield step, place / "steps" / index


@dataclass(frozen=True, slots=True)
class _CaseRun:
    """One case at work."""

    stage: Stage
    folder: Path
    trial: Trial
    coverage: Coverage

    def step(self, step: Step, place: Place) -> list[Mismatch]:
        if step.save is not None:
            return list(self.saved(step, place))
        if step.poll:
            return list(self.polled(step, place))
        plan = self.trial.plan
        assert isinstance(plan, InboundPlan)
        given = step.input if step.input is not None else (Input(),)
        sent: list[Sent] = []
        events = any(one.events is not None for one in step.expect)
        for _ in range(step.send):
            documents = inputs.documents(self.stage, self.folder, plan, given)
            sent.append(self.stage.send(plan.flow, documents, drain=events))
            self.coverage.sent(plan, sent[-1])
        return list(self.arrived(plan, step, sent, place))

    def arrived(
        self, plan: InboundPlan, step: Step, sent: Sequence[Sent], place: Place
    ) -> Iterator[Mismatch]:
        results = [one for each in sent for one in each.results]
        last = sent[-1]
        compare = Comparer(self.stage, _specs(last.notes))
        single = len(step.expect) == 1 and len(results) != 1
        if len(step.expect) > 1 and len(step.expect) != len(results):
            yield compare.at(
                place / "expect", "documents", len(step.expect), len(results),
                note="`expect` is one, or one for each document in order of sending",
            )  # fmt: skip
            return
        expected_of = results[-1:] if single else results[: len(step.expect)]
        for result in results:
            failed = result["outcome"] == "failed" and result not in expected_of
            if failed:  # a document that nothing is expected of
                at = place / "input" if step.input is not None else place
                yield compare.at(at, f"document {result['id']}", "no failure", "failed", note=_told(result))  # fmt: skip
        pairs = zip(step.expect, expected_of, strict=False)
        for index, (expected, result) in enumerate(pairs):
            at = place / "expect" / index
            yield from self.outcome(compare, expected, result, at)
            yield from self.record(compare, expected, plan.record, result.get("record"), at)
            yield from self.others(compare, expected, at)
            yield from _costs(compare, expected, last.units, last.notes, at)
            if expected.events is not None:
                yield from compare.events(expected.events, last.events, at / "events")

    def outcome(
        self, compare: Comparer, expected: Expect, result: dict[str, Any], place: Place
    ) -> Iterator[Mismatch]:
        error = result.get("error") or {}
        told = _told(result)
        if expected.outcome is not None and expected.outcome != result["outcome"]:
            yield compare.at(
                place / "outcome", "outcome", expected.outcome, result["outcome"], note=told
            )
            return
        if expected.error is None and result["outcome"] == "failed" and expected.outcome is None:
            yield compare.at(place, "outcome", "no failure", "failed", note=told)
        reason = result.get("reason") or ""
        if expected.reason is not None and expected.reason not in reason:
            yield compare.at(place / "reason", "reason", expected.reason, reason or None)
        if expected.key is not None and expected.key != result.get("key"):
            yield compare.at(place / "key", "key", expected.key, result.get("key"))
        if expected.error is not None:
            for name in ("code", "field", "class"):
                want = getattr(expected.error, "class_" if name == "class" else name)
                if want is not None and want != error.get(name):
                    yield compare.at(
                        place / "error" / name, f"error.{name}", want, error.get(name), note=told
                    )
            if expected.error.message and expected.error.message not in error.get("message", ""):
                yield compare.at(
                    place / "error" / "message",
                    "error.message",
                    expected.error.message,
                    error.get("message"),
                )
        for name, value in expected.answer.items():
            got = (result.get("answer") or {}).get(name)
            if not compare.same(None, value, got):
                yield compare.at(place / "answer" / name, f"answer.{name}", value, got)

    def record(
        self, compare: Comparer, expected: Expect, record: str, number: Any, place: Place
    ) -> Iterator[Mismatch]:
        if not (expected.fields or expected.lines or expected.subrecords or expected.absent):
            return
        found = None if number is None else self.stage.record(record, int(number))
        if found is None:
            yield compare.at(place, record, "a record", None)
            return
        yield from compare.record(expected, found, place)

    def others(self, compare: Comparer, expected: Expect, place: Place) -> Iterator[Mismatch]:
        for index, other in enumerate(expected.records):
            at = place / "records" / index
            found = self.stage.find(other.type, other.find)
            told = " ".join(f"{name} {value}" for name, value in other.find.items())
            if len(found) != other.count:
                yield compare.at(
                    at, f"records of {other.type} {told}".strip(), other.count, len(found)
                )
            elif other.count == 1:
                yield from moved(compare.record(other, found[0], at), f"{other.type} {told}: ")

    def polled(self, step: Step, place: Place) -> Iterator[Mismatch]:
        """Differences of one pass of a poll."""
        plan = self.trial.plan
        (expected,) = step.expect[:1] or (Expect(),)
        at = place / "expect" / 0
        done = self.stage.poll(plan.flow)
        self.coverage.polled(plan.flow, done)
        compare = Comparer(self.stage, _specs(done.notes))
        yield from self.others(compare, expected, at)
        yield from _costs(compare, expected, done.units, done.notes, at)
        if expected.events is not None:
            yield from compare.events(expected.events, done.events, at / "events")

    def saved(self, step: Step, place: Place) -> Iterator[Mismatch]:
        save = step.save
        assert save is not None
        plan = self.trial.plan
        (expected,) = step.expect[:1] or (Expect(),)
        at = place / "expect" / 0
        try:
            work = inputs.work(self.stage, plan.record, save)
            done = self.stage.save(work)
        except TrialError:
            raise
        except NetSuiteError as error:
            if expected.error is None:
                raise
            compare = Comparer(self.stage, {})
            answer = {"code": error.code, "message": error.message, "field": None, "class": None}
            result = {"outcome": "failed", "error": answer}
            yield from self.outcome(compare, expected, result, at)
            return
        self.coverage.saved(done, work.type, work.as_.context)
        compare = Comparer(self.stage, _specs(done.notes))
        if expected.error is not None:
            yield compare.at(at / "error", "error", expected.error.code or "an error", None)
        if not save.delete:
            record = save.type or plan.record
            yield from self.record(compare, expected, record, done.id, at)
        yield from self.others(compare, expected, at)
        yield from _costs(compare, expected, done.units, done.notes, at)
        if expected.events is not None:
            own = done.events
            if not isinstance(plan, InboundPlan):
                own = tuple(one for one in own if one["flow"] == plan.flow)
            found = list(compare.events(expected.events, own, at / "events"))
            faults = [str(row["details"]) for row in done.log if row.get("level") == "ERROR"]
            for one in found:
                yield replace(one, note="; ".join(faults)[:300]) if faults else one


def _costs(
    compare: Comparer,
    expected: Expect,
    units: int,
    notes: Sequence[tuple[str, list[Note]]],
    place: Place,
) -> Iterator[Mismatch]:
    if expected.units_at_most is not None and units > expected.units_at_most:
        yield compare.at(
            place / "units_at_most", "units", f"at most {expected.units_at_most:g}", units
        )
    if expected.lookups is not None:
        made = queries(notes)
        for name in {**expected.lookups, **made}:
            want, got = expected.lookups.get(name, 0), made.get(name, 0)
            if want != got:
                at = place / "lookups"
                at = at / name if name in expected.lookups else at
                yield compare.at(at, f"queries of look-up {name}", want, got)


def queries(notes: Sequence[tuple[str, list[Note]]]) -> dict[str, int]:
    """Queries by look-up."""
    made: dict[str, int] = {}
    for _, seen in notes:
        for note in seen:
            if note["k"] == "query" and note.get("lookup"):
                made[note["lookup"]] = made.get(note["lookup"], 0) + 1
    return made


def _specs(notes: Sequence[tuple[str, list[Note]]]) -> dict[str, str]:
    """Spec lines by mapped field."""
    return {n["f"]: n["s"] for _, seen in notes for n in seen if n["k"] == "at"}


def _told(result: dict[str, Any]) -> str | None:
    """What the script says about the outcome."""
    error = result.get("error")
    if error:
        at = f" ({', '.join(part for part in (error.get('field'), error.get('spec')) if part)})"
        return f"{error['code']}: {error['message']}{at if at != ' ()' else ''}"
    return result.get("reason")
