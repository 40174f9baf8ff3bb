"""`suiteloom try FLOW --input FILE`: what documents become, and what a save tells the world."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from emulator.door.control import SeedRecord
from emulator.trial import inputs
from emulator.trial.records import flat
from emulator.trial.report import shown
from emulator.trial.run import queries
from emulator.trial.stage import Stage
from emulator.trial.trace import FieldTrace, keys, traced
from generator.errors import UsageError
from generator.plan.inbound import InboundPlan
from generator.spec.trials import Save

_WIDTH = 34


@dataclass(frozen=True, slots=True)
class Shown:
    """
    What became of a document or a save.

    Args:
        flow: the flow.
        id: the document's id, where the flow names one, or its number.
        result: the script's answer; of a save `{outcome, record}`.
        units: of the flow's scripts.
        lookups: queries by look-up.
        fields: how each value was made.
        before, after: the record in NetSuite, by place.
        events: what the account sends.
        why: for a save without an event, what the flow was asked and said.
    """

    flow: str
    id: str
    result: Mapping[str, Any]
    units: int
    lookups: Mapping[str, int]
    fields: tuple[FieldTrace, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...] = ()
    why: tuple[str, ...] = ()


def try_documents(
    stage: Stage, flow: str, path: Path, ids: Sequence[str], given: Sequence[SeedRecord]
) -> Iterator[Shown]:
    """
    Send the documents of a file one after the other, in an account that they share.

    UsageError where there are none, and where an id is in none of them.
    """
    plan = stage.inbound(flow)
    documents = stage.documents(flow, path)
    named = [(inputs.document_id(plan, one) or str(n), one) for n, one in enumerate(documents, 1)]
    if not documents:
        raise UsageError(f"{path} holds no document")
    unknown = [one for one in ids if one not in [name for name, _ in named]]
    if unknown:
        told = ", ".join(name for name, _ in named[:20])
        raise UsageError(f"{path} has no document {', '.join(unknown)} (it has {told})")
    stage.fresh(given)
    sent: list[Any] = []
    for name, document in named:
        if ids and name not in ids:
            continue
        yield _document(stage, plan, name, document, given, sent)
        sent.append(document)


def _document(
    stage: Stage,
    plan: InboundPlan,
    name: str,
    document: Any,
    given: Sequence[SeedRecord],
    sent: Sequence[Any],
) -> Shown:
    """Send one document; where it changed a record, once more from the start, to see it before."""
    done = stage.send(plan.flow, [document])
    (result,) = done.results
    number = result.get("record")
    before: dict[str, Any] = {}
    if number is not None and result["outcome"] in ("updated", "unchanged", "failed", "deleted"):
        stage.fresh(given)
        for one in sent:
            stage.send(plan.flow, [one])
        before = flat(stage, stage.record(plan.record, int(number)))
        done = stage.send(plan.flow, [document])
        (result,) = done.results
    after = None if number is None else stage.record(plan.record, int(number))
    return Shown(
        plan.flow,
        name,
        result,
        done.units,
        queries(done.notes),
        tuple(traced(plan, [note for _, notes in done.notes for note in notes])),
        before,
        flat(stage, after),
    )


def try_save(stage: Stage, flow: str, save: Save, given: Sequence[SeedRecord]) -> Shown:
    """A person saves: what an outbound flow tells of it, or why nothing."""
    plan = stage.outbound(flow)
    stage.fresh(given)
    work = inputs.work(stage, plan.record, save)
    before = None if work.id is None else stage.record(work.type, work.id)
    done = stage.save(work)
    notes = [note for _, seen in done.notes for note in seen]
    own = tuple(event for event in done.events if event["flow"] == flow)
    after = None if save.delete else stage.record(work.type, done.id)
    at = next(
        (n for n, note in enumerate(notes) if note["k"] == "when" and note["flow"] == flow), -1
    )
    fields = traced(plan, _until_next(notes[at + 1 :])) if at >= 0 else []
    return Shown(
        flow,
        f"{work.type} {done.id}",
        {"outcome": "told" if own else "not told", "record": str(done.id)},
        done.units,
        {},
        tuple(fields),
        flat(stage, before),
        flat(stage, after),
        own,
        () if own else (*_why(flow, notes), *_faults(done.log)),
    )


def _until_next(notes: Sequence[Any]) -> Iterator[Any]:
    for note in notes:
        if note["k"] == "when":
            return
        yield note


def _why(flow: str, notes: Sequence[Any]) -> Iterator[str]:
    """What a flow was asked about a save."""
    decided = [note for note in notes if note["k"] == "decided"]
    if not decided:
        yield "no user event script ran in this context"
    for note in decided:
        asked = None
        for name, subject, answer in note["asked"]:
            if name == "wanted":
                asked = subject == flow
                if asked and not answer:
                    yield f"{note['type']} in this context is not among its events"
            elif asked and name == "changed" and not answer:
                yield f"none of {', '.join(subject)} changed"
    if any(note["k"] == "when" and note["flow"] == flow and not note["r"] for note in notes):
        yield "its condition does not hold at delivery"
    if decided and not any(flow in note["flows"] for note in decided):
        yield "so the save raised no event for it"


def _faults(log: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What the scripts logged as errors: an event that could not be made or sent."""
    for row in log:
        if row.get("level") == "ERROR":
            yield f"{row['title']}: {row['details']}"


# --- for people ---


def text(one: Shown) -> str:
    """One document or save, for people."""
    result = one.result
    record = f" {result['record']}" if result.get("record") else ""
    key = f", key {result['key']}" if result.get("key") else ""
    out = [f"{one.flow} {one.id}: {result['outcome']}{record}{key}, {one.units} units"]
    error = result.get("error")
    if error:
        where = ", ".join(str(part) for part in (error.get("field"), error.get("spec")) if part)
        out.append(f"  {error['code']}: {error['message']}{f' ({where})' if where else ''}")
    if result.get("reason"):
        out.append(f"  not accepted: {result['reason']}")
    out += [f"  {why}" for why in one.why]
    if one.fields:
        out += ["", *_table(["field", "from", "is", "becomes", "spec"], list(_rows(one.fields)))]
    if one.lookups:
        told = ", ".join(f"{name} {count}" for name, count in one.lookups.items())
        out += ["", f"queries by look-up: {told}"]
    changes = _changes(one)
    if changes:
        out += ["", *_table(["in NetSuite", "before", "after"], changes)]
    for event in one.events:
        data = json.dumps(event["data"], indent=2, ensure_ascii=False)
        out += ["", f"event {event['type']} of {event['subject']}", data]
    return "\n".join(out)


def _rows(fields: Sequence[FieldTrace]) -> Iterator[list[str]]:
    for one in fields:
        read = " + ".join(_short(value) for _, value in one.reads)
        value = one.value
        if one.lookup is not None:
            found = ", ".join(one.ids) or "none"
            value = f"{one.key} (id {found})" if one.ids else f"{one.key} (not found)"
        elif one.waits:
            value = f"{', '.join(map(keys, one.waits))} (not looked up)"
        yield [one.name, one.source, read, _short(value), one.spec]


def _changes(one: Shown) -> list[list[str]]:
    return [
        [name, _short(one.before.get(name)), _short(one.after.get(name))]
        for name in dict.fromkeys((*one.before, *one.after))
        if one.before.get(name) != one.after.get(name)
    ]


def _short(value: Any) -> str:
    return _cut(shown(value))


def _cut(told: str) -> str:
    return told if len(told) <= _WIDTH else f"{told[: _WIDTH - 3]}..."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The first column, which names the row, is never cut."""
    cut = [[row[0], *(_cut(cell) for cell in row[1:])] for row in rows]
    widths = [max(len(row[n]) for row in [head, *cut]) for n in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *cut]
    ]
    return [lines[0], "-" * max(len(line) for line in lines), *lines[1:]]


def data(one: Shown) -> dict[str, Any]:
    """One document or save, for programs."""
    return {
        **{name: getattr(one, name) for name in ("flow", "id", "result", "units", "lookups")},
        "fields": [asdict(each) for each in one.fields],
        "record": {
            name: {"before": one.before.get(name), "after": one.after.get(name)}
            for name in dict.fromkeys((*one.before, *one.after))
        },
        "events": list(one.events),
        "why": list(one.why),
    }
