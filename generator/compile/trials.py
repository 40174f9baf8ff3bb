"""
Reading spec tests: which flow each file is about, and whether what it names is there.

Names of record types, fields, sublists and look-ups are checked against the catalogue and the plan,
so that a test cannot pass because of a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from generator.compile.apart import LeftOut
from generator.compile.context import Place
from generator.compile.inputs import exists
from generator.compile.reading import catalog_of
from generator.compile.trial_records import Records
from generator.errors import ProjectError
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan, PollVia
from generator.plan.project import ProjectPlan
from generator.spec.diagnose import Diagnostic, did_you_mean, listed, ordered
from generator.spec.outbound import CONTEXTS
from generator.spec.shape import shape
from generator.spec.source import read
from generator.spec.trials import (
    Case,
    Expect,
    Given,
    Input,
    Save,
    Step,
    TrialFile,
)

ENDINGS = (".test.yaml", ".test.yml")
# What is expected that a step without a document cannot have, by the step's key.
_OF_DOCUMENTS = ("outcome", "reason", "key", "answer")
_OF_RECORDS = ("fields", "lines", "subrecords", "absent")


class Trial(Struct, frozen=True):
    """The tests of a flow: the file (relative to the project) as a model, and its places."""

    file: str
    plan: InboundPlan | OutboundPlan
    model: TrialFile
    place: Place


def trial_files(folder: Path) -> list[Path]:
    """`specs/**/*.test.yaml`, by path."""
    return sorted(
        path
        for path in (folder / "specs").rglob("*")
        if path.name.endswith(ENDINGS) and path.is_file()
    )


def read_trials(
    folder: Path,
    plan: ProjectPlan,
    flows: Collection[str] = (),
    left_out: LeftOut = LeftOut(),  # noqa: B008 - frozen
) -> tuple[list[Trial], list[Diagnostic]]:
    """
    The spec tests of a project.

    Args:
        folder: the project folder.
        plan: what its specs say.
        flows: only the tests of these; none is all.
        left_out: specs that are no part of the plan; their tests are passed over.

    Returns:
        The tests of files without an error, and what was found.
    """
    every: dict[str, InboundPlan | OutboundPlan] = {each.flow: each for each in plan.inbound}
    every.update((each.flow, each) for each in plan.outbound)
    found: list[Trial] = []
    sink: list[Diagnostic] = []
    catalog = catalog_of(folder)
    for path in trial_files(folder):
        own: list[Diagnostic] = []
        trial = _read(folder, path, every, left_out, own)
        if trial is not None and flows and trial.plan.flow not in flows:
            continue
        if trial is not None:
            _environment(trial, [each.name for each in plan.environments])
            _Check(folder, Records(catalog), trial.plan).file(trial.model, trial.place)
            if not any(one.severity == "error" for one in own):
                found.append(trial)
        sink.extend(own)
    return found, sink


def _environment(trial: Trial, known: list[str]) -> None:
    named = trial.model.environment
    if named is not None and named not in known:
        (trial.place / "environment").error(
            "E402",
            f"unknown environment '{named}'{did_you_mean(named, known)}",
            "environments are declared in project.yaml",
        )


def read_save(folder: Path, path: Path, plan: InboundPlan | OutboundPlan) -> Save:
    """A file that holds what `save` of a test does. ProjectError where it has mistakes."""
    source = read(path, str(path))
    sink = source.diagnostics
    model = None
    if source.data is not None:
        shaped = shape(source, Save, {})
        sink.extend(shaped.diagnostics)
        model = shaped.model
        if model is not None:
            place = Place(source, sink, shaped.broken)
            _Check(folder, Records(catalog_of(folder)), plan).save(model, place)
    if model is None or any(one.severity == "error" for one in sink):
        raise ProjectError(ordered(sink))
    return model


def _read(
    folder: Path,
    path: Path,
    plans: Mapping[str, InboundPlan | OutboundPlan],
    left_out: LeftOut,
    sink: list[Diagnostic],
) -> Trial | None:
    name = path.relative_to(folder).as_posix()
    source = read(path, name)
    sink.extend(source.diagnostics)
    if source.data is None:
        return None
    flow = source.data.get("flow")
    stem = name[: -len(next(one for one in ENDINGS if name.endswith(one)))]
    specs = (f"{stem}.yaml", f"{stem}.yml")
    own = {flow} & left_out.flows if isinstance(flow, str) else {*specs} & {*left_out.specs}
    if own:
        return None
    shaped = shape(source, TrialFile, {"cases": {}})
    sink.extend(shaped.diagnostics)
    place = Place(source, sink, shaped.broken)
    if isinstance(flow, str):
        plan = plans.get(flow)
        if plan is None:
            hint = did_you_mean(flow, plans)
            (place / "flow").error(
                "E500", f"no flow '{flow}'{hint}", f"flows: {listed(sorted(plans))}"
            )
    else:
        plan = next((p for p in plans.values() if p.file in specs), None)
        if plan is None:
            place.error(
                "E500",
                f"no spec stands beside it: {stem.rsplit('/', 1)[-1]}.yaml",
                "rename the file, or name the flow:  flow: ...",
            )
    if plan is None or shaped.model is None:
        return None
    return Trial(name, plan, shaped.model, place)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


class _Check(Struct, frozen=True):
    """What a test names, against what is there."""

    folder: Path
    records: Records
    plan: InboundPlan | OutboundPlan

    def file(self, model: TrialFile, place: Place) -> None:
        self.givens(model.given, place / "given")
        spec = read(self.folder / self.plan.file, self.plan.file)
        for index, waiver in enumerate(model.waive):
            if not spec.has(tuple(int(p) if p.isdigit() else p for p in waiver.at.split("."))):
                (place / "waive" / index / "at").error(
                    "E110", f"'{waiver.at}' is nothing of {self.plan.file}"
                )
        for name, case in model.cases.items():
            self.case(case, place / "cases" / name)

    def case(self, case: Case, place: Place) -> None:
        self.givens(case.given, place / "given")
        if case.clock is not None and not _is_moment(case.clock):
            (place / "clock").error(
                "E113", f"'{case.clock}' is no ISO time", 'clock: "2026-03-01T08:00:00+01:00"'
            )
        if case.steps:
            for key in ("input", "send", "save", "poll", "expect"):
                if place.source.has((*place.loc, key)):
                    (place / key).error(
                        "E116",
                        f"'{key}' does not go with 'steps'",
                        "make it the last step",
                        key=True,
                    )
            for index, step in enumerate(case.steps):
                self.step(step, place / "steps" / index)
        else:
            self.step(case, place)

    def step(self, step: Step, place: Place) -> None:
        polled = isinstance(self.plan, OutboundPlan) and isinstance(self.plan.via, PollVia)
        if step.poll and (not polled or step.save is not None):
            other = "'save'" if polled else f"{self.plan.flow}, which is not polled"
            (place / "poll").error("E116", f"'poll' does not go with {other}", key=True)
        if step.input is not None and step.save is not None:
            (place / "save").error(
                "E116", "'save' does not go with 'input'", "make two steps of it", key=True
            )
        if isinstance(self.plan, OutboundPlan) and step.input is not None:
            (place / "input").error(
                "E116",
                f"'input' does not go with an outbound flow; {self.plan.flow} is about saves",
                "write what a person does under  save:",
                key=True,
            )
        lost = place.lost("save") or place.lost("input")
        nothing = step.save is None and not step.poll
        if isinstance(self.plan, OutboundPlan) and nothing and not lost:
            key = "'save' or 'poll'" if polled else "'save'"
            place.error("E111", f"missing key {key}", key=True)
        if step.input is None and nothing and not lost:
            self.input(Input(), place)
        for index, given in enumerate(step.input or ()):
            self.input(given, place / "input" / index)
        if step.save is not None:
            self.save(step.save, place / "save")
        if step.save is not None or step.poll:
            self.without_documents(step, place)
        record = (step.save.type if step.save else None) or self.plan.record
        for index, expected in enumerate(step.expect):
            self.expect(expected, record, place / "expect" / index)

    def without_documents(self, step: Step, place: Place) -> None:
        """What nothing would look at where no document is sent: the test would pass whatever happens."""
        what = "'poll'" if step.save is None else "'save'"
        if "send" in step.written:
            (place / "send").error("E116", f"'send' does not go with {what}", key=True)
        if len(step.expect) > 1:
            at = place / "expect" / 1
            at.error("E116", f"there is one expectation of {what}, not {len(step.expect)}")
        for index, expected in enumerate(step.expect):
            silent = set(_OF_DOCUMENTS)
            if step.save is None:
                silent |= {*_OF_RECORDS, "error"}
            elif step.save.delete:
                what = "'delete'"
                silent |= set(_OF_RECORDS)
            elif expected.error is not None:
                silent -= {"outcome"}
            for key in sorted(expected.written & silent):
                (place / "expect" / index / key).error(
                    "E116",
                    f"'{key}' does not go with {what}",
                    "NetSuite's refusal is expected by  error:" if key == "outcome" else None,
                    key=True,
                )

    def input(self, given: Input, place: Place) -> None:
        if given.file is not None and given.document is not None:
            (place / "document").error("E116", "'document' does not go with 'file'", key=True)
        if given.file is not None:
            self.exists(given.file, place / "file")
        if given.file is None and given.document is None:
            sample = self.plan.source.sample if isinstance(self.plan, InboundPlan) else None
            if sample is None:
                place.error(
                    "E111", "'input' needs 'file' or 'document': the flow has no sample", key=True
                )

    def exists(self, file: str, place: Place) -> None:
        if not exists(self.folder / file):
            place.error("E407", f"there is no file '{file}' in the project")

    def givens(self, givens: Iterable[Given], place: Place) -> None:
        for index, given in enumerate(givens):
            at = place / index
            if given.file is not None:
                self.exists(given.file, at / "file")
            elif given.type is None:
                at.error("E111", "missing key 'type'", key=True)
            else:
                self.records.parts(self.records.kind(given.type, at / "type"), given, at)

    def save(self, save: Save, place: Place) -> None:
        record = save.type or self.plan.record
        kind = self.records.kind(record, place / "type")
        self.records.parts(kind, save, place)
        if save.find is not None:
            self.records.fields(kind, save.find, place / "find")
        if save.as_.context is not None and save.as_.context not in CONTEXTS:
            near = did_you_mean(save.as_.context.upper().replace("_", ""), CONTEXTS)
            (place / "as" / "context").error(
                "E275", f"unknown execution context '{save.as_.context}'{near}"
            )
        if save.from_ is not None:
            source = self.records.kind(save.from_.type, place / "from" / "type")
            self.records.fields(source, save.from_.find, place / "from" / "find")

    def expect(self, expected: Expect, record: str, place: Place) -> None:
        self.records.parts(self.records.catalog.record(record), expected, place)
        for index, other in enumerate(expected.records):
            at = place / "records" / index
            kind = self.records.kind(other.type, at / "type")
            self.records.fields(kind, other.find, at / "find")
            self.records.parts(kind, other, at)
        if isinstance(self.plan, InboundPlan):
            known = [one.name for one in self.plan.lookups]
            self.names(expected.lookups or {}, known, "look-up", place / "lookups")
            answered = [one.name for one in self.plan.answer]
            self.names(expected.answer, answered, "answer", place / "answer")

    def names(self, given: Iterable[str], known: list[str], what: str, place: Place) -> None:
        for name in given:
            if name not in known:
                (place / name).error(
                    "E110",
                    f"'{name}' is no {what} of {self.plan.flow}{did_you_mean(name, known)}",
                    f"{what}s: {listed(known)}" if known else None,
                    key=True,
                )
