"""
Reading spec tests: which flow each file is about, and whether what it names is there.

Names of record types, fields, sublists and look-ups are checked against the catalogue and the plan,
so that a test cannot pass because of a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from generator.catalog import Catalog, RecordType
from generator.catalog.model import Field
from generator.compile.apart import LeftOut
from generator.compile.context import Place
from generator.compile.inputs import exists
from generator.compile.reading import catalog_of
from generator.errors import ProjectError
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan, PollVia
from generator.plan.project import ProjectPlan
from generator.spec.diagnose import Diagnostic, did_you_mean, listed, ordered
from generator.spec.shape import shape
from generator.spec.source import read
from generator.spec.trials import (
    Case,
    Expect,
    Given,
    Input,
    RecordSpec,
    Save,
    Step,
    TrialFile,
)

ENDINGS = (".test.yaml", ".test.yml")
# Fields that the local account keeps beside a record's own.
_ALWAYS = ("id", "externalid", "internalid", "isclosed", "line", "lineuniquekey")
# What a line holds beside its fields; all but the first only where a person changes lines that are
# there.
_OF_A_LINE = ("subrecords", "line", "match", "remove")


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
            _Check(folder, catalog, trial.plan).file(trial.model, trial.place)
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
            _Check(folder, catalog_of(folder), plan).save(model, place)
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


class _Check(Struct, frozen=True):
    """What a test names, against what is there."""

    folder: Path
    catalog: Catalog
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
        if case.steps:
            for key in ("input", "save", "poll", "expect"):
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
        for index, given in enumerate(step.input or ()):
            self.input(given, place / "input" / index)
        if step.save is not None:
            self.save(step.save, place / "save")
        for index, expected in enumerate(step.expect):
            self.expect(expected, place / "expect" / index)

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
                self.record(given.type, at / "type", given, at)

    def save(self, save: Save, place: Place) -> None:
        record = save.type or self.plan.record
        kind = self.kind(record, place / "type")
        self.parts(kind, save, place)
        if save.find is not None:
            self.fields(kind, save.find, place / "find")
        if save.from_ is not None:
            source = self.kind(save.from_.type, place / "from" / "type")
            self.fields(source, save.from_.find, place / "from" / "find")

    def expect(self, expected: Expect, place: Place) -> None:
        self.parts(self.catalog.record(self.plan.record), expected, place)
        for index, other in enumerate(expected.records):
            at = place / "records" / index
            kind = self.kind(other.type, at / "type")
            self.fields(kind, other.find, at / "find")
            self.parts(kind, other, at)
        if isinstance(self.plan, InboundPlan):
            names = [one.name for one in self.plan.lookups]
            for name in expected.lookups or {}:
                if name not in names:
                    (place / "lookups" / name).error(
                        "E110",
                        f"'{name}' is no look-up of {self.plan.flow}{did_you_mean(name, names)}",
                        f"look-ups: {listed(names)}" if names else None,
                        key=True,
                    )

    def record(self, record: str, at: Place, parts: Given, place: Place) -> None:
        self.parts(self.kind(record, at), parts, place)

    def kind(self, record: str, place: Place) -> RecordType | None:
        kind = self.catalog.record(record)
        if kind is None:
            hint = did_you_mean(record, self.catalog.records)
            place.error("E201", f"unknown record type '{record}'{hint}")
        return kind

    def parts(
        self, kind: RecordType | None, parts: Given | Save | RecordSpec, place: Place
    ) -> None:
        self.fields(kind, parts.fields, place / "fields")
        for name, lines in parts.lines.items():
            at = place / "lines" / name
            sublist = kind.sublists.get(name) if kind else None
            if kind is not None and sublist is None and not kind.open:
                hint = did_you_mean(name, kind.sublists)
                at.error("E202", f"'{name}' is no sublist of {kind.id}{hint}", key=True)
            for index, line in enumerate(lines):
                if sublist is not None:
                    words = _OF_A_LINE if isinstance(parts, Save) else _OF_A_LINE[:1]
                    names = {k: v for k, v in line.items() if k not in words}
                    owner = f"{kind.id}.{name}" if kind else name
                    self.names(sublist.fields, owner, names, at / index)
                    match = line.get("match") if isinstance(parts, Save) else None
                    if isinstance(match, Mapping):
                        self.names(sublist.fields, owner, match, at / index / "match")
        for name in parts.subrecords:
            if (
                kind is not None
                and not kind.open
                and kind.subrecords
                and name not in kind.subrecords
            ):
                hint = did_you_mean(name, kind.subrecords)
                at = place / "subrecords" / name
                at.error("E202", f"'{name}' is no subrecord of {kind.id}{hint}", key=True)

    def fields(self, kind: RecordType | None, values: Mapping[str, Any], place: Place) -> None:
        if kind is not None and not kind.open:
            self.names(kind.fields, kind.id, values, place)

    def names(
        self, known: Mapping[str, Field], owner: str, values: Mapping[str, Any], place: Place
    ) -> None:
        for name in values:
            if name in known or name in _ALWAYS or name.startswith("cust"):
                continue
            hint = did_you_mean(name, known)
            if known:
                (place / name).error("E202", f"'{name}' is no field of {owner}{hint}", key=True)
