"""
What would be different: recorded documents through two mappings, each in an account of its own.

    traffic ─┬─► old project in an account ─► results, records ─┐
             └─► new project in an account ─► results, records ─┴─► differences
"""

from __future__ import annotations

import json
import sqlite3
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from agent.inbox.seal import MARK
from emulator.door.control import SeedRecord
from emulator.trial.records import flat
from emulator.trial.report import shown
from emulator.trial.stage import Sent, Stage
from generator.errors import UsageError

_SQLITE = b"SQLite format 3\0"
# NetSuite numbers these itself: they follow from how many records there are, not from the document.
_NUMBERS = ("tranid", "transactionnumber")


@dataclass(frozen=True, slots=True)
class Document:
    """A recorded document of an inbound flow."""

    flow: str
    id: str
    doc: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a mapping made of a document; `error` as text, None where there is none."""

    outcome: str
    error: str | None
    units: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that would be another: `record` names a record beside the document's own, else ''."""

    record: str
    name: str
    old: Any
    new: Any
    spec: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A document that becomes something else; `units` differ alone where nothing else does."""

    flow: str
    id: str
    old: Outcome
    new: Outcome
    fields: tuple[FieldChange, ...]

    @property
    def quiet(self) -> bool:
        """Whether only the units differ."""
        same = (self.old.outcome, self.old.error) == (self.new.outcome, self.new.error)
        return same and not self.fields


@dataclass(frozen=True, slots=True)
class WhatIf:
    """
    Everything that would be different.

    Args:
        documents: how many went through both mappings.
        missing: flows that one of the two does not have, with how many documents were left out.
        changes: documents that become something else, in order.
        units: of all documents, old and new, by flow.
    """

    documents: int
    missing: Mapping[str, int]
    changes: tuple[Change, ...]
    units: Mapping[str, tuple[int, int]]


def read_traffic(path: Path) -> list[Document]:
    """
    Recorded documents: JSON Lines of `{flow, id, doc}`, or the store of an agent.

    UsageError names the line that is none.
    """
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) == _SQLITE:
            return _stored(path)
    found = []
    # Cut as bytes: a string may hold what else ends a line for Python, such as U+2028.
    for number, line in enumerate(path.read_bytes().removeprefix(BOM_UTF8).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line, parse_constant=_refuse)
            found.append(Document(str(one["flow"]), str(one.get("id", number)), one["doc"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UsageError(
                f"{path}:{number}: not a document; a line is {{flow, id, doc}} as JSON ({error})"
            ) from error
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _stored(path: Path) -> list[Document]:
    """The documents that an agent keeps, oldest first; events of outbound flows are none."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as store:
            rows = store.execute("SELECT flow, event_id, body FROM events ORDER BY id").fetchall()
    except sqlite3.Error as error:
        raise UsageError(f"{path} is no store of an agent: {error}") from error
    if any(bytes(body).startswith(MARK) for _, _, body in rows):
        raise UsageError(
            f"{path}: its bodies are encrypted: make a copy (`suiteloom-agent store backup`) and decrypt"
            " that one (`store reseal --plain` with an agent.toml that names it)"
        )
    try:
        return [Document(flow, str(event), json.loads(body)) for flow, event, body in rows]
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no store of an agent: a body is no JSON: {error}") from error


def what_if(
    old: Stage, new: Stage, traffic: Sequence[Document], given: Sequence[SeedRecord]
) -> WhatIf:
    """Send every document through both mappings, one by one, and compare what came of it."""
    for stage in (old, new):
        stage.fresh(given)
    known = [{each.flow for each in stage.plan.inbound} for stage in (old, new)]
    others = {each.flow for stage in (old, new) for each in stage.plan.outbound}
    missing: dict[str, int] = {}
    changes: list[Change] = []
    units: dict[str, tuple[int, int]] = {}
    documents = 0
    for one in traffic:
        if not all(one.flow in flows for flows in known):
            if one.flow not in others:  # an agent's store holds events of outbound flows too
                missing[one.flow] = missing.get(one.flow, 0) + 1
            continue
        documents += 1
        sides = [stage.send(one.flow, [one.doc]) for stage in (old, new)]
        before, after = (_outcome(side) for side in sides)
        spent = units.get(one.flow, (0, 0))
        units[one.flow] = (spent[0] + before.units, spent[1] + after.units)
        fields = tuple(_fields(old, new, one.flow, *sides))
        if before != after or fields:
            changes.append(Change(one.flow, one.id, before, after, fields))
    return WhatIf(documents, missing, tuple(changes), units)


def _outcome(sent: Sent) -> Outcome:
    (result,) = sent.results
    error = result.get("error")
    told = None
    if error:
        told = f"{error['code']}: {error['message']}" + (
            f" ({error['field']})" if error.get("field") else ""
        )
    elif result.get("reason"):
        told = str(result["reason"])
    return Outcome(result["outcome"], told, sent.units)


def _fields(old: Stage, new: Stage, flow: str, before: Sent, after: Sent) -> Iterator[FieldChange]:
    specs = {n["f"]: n["s"] for _, seen in after.notes for n in seen if n["k"] == "at"}
    specs = {n["f"]: n["s"] for _, seen in before.notes for n in seen if n["k"] == "at"} | specs
    kinds = (old.inbound(flow).record, new.inbound(flow).record)
    sides = [
        _record(stage, kind, sent.results[0].get("record"))
        for stage, kind, sent in zip((old, new), kinds, (before, after), strict=True)
    ]
    yield from _compared("", sides[0], sides[1], specs)
    gone, also = (sent.results[0] for sent in (before, after))
    if gone["outcome"] == also["outcome"] == "deleted" and gone["key"] != also["key"]:
        yield FieldChange("", "key", gone["key"], also["key"], None)
    for token in dict.fromkeys((*_made(before), *_made(after))):
        family, by, key = token.split("|", 2)
        pair = []
        for stage in (old, new):
            found = stage.find(family, {by: key})
            pair.append(flat(stage, found[0]) if len(found) == 1 else {})
        yield from _compared(f"{family} {key}", pair[0], pair[1], {})


def _made(sent: Sent) -> list[str]:
    """Records that a reference created, by the token that tells of them."""
    (result,) = sent.results
    own = f"|externalid|{result.get('key')}"
    return [
        one for one in result.get("makes") or () if "|externalid|" in one and not one.endswith(own)
    ]


def _record(stage: Stage, kind: str, number: Any) -> dict[str, Any]:
    return {} if number is None else flat(stage, stage.record(kind, int(number)))


def _compared(
    record: str, old: Mapping[str, Any], new: Mapping[str, Any], specs: Mapping[str, str]
) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*old, *new)):
        plain = "".join(part.split("]")[-1] for part in name.split("["))
        if old.get(name) == new.get(name) or (name in _NUMBERS and name not in specs):
            continue
        yield FieldChange(record, name, old.get(name), new.get(name), specs.get(plain))


# --- shown ---


def text(found: WhatIf) -> str:
    """For people."""
    out = []
    for one in found.changes:
        if one.quiet:
            continue
        same = one.old.outcome == one.new.outcome
        turned = one.new.outcome if same else f"{one.old.outcome} -> {one.new.outcome}"
        out.append(f"{one.flow} {one.id}: {turned}")
        if one.old.error != one.new.error:
            out += [f"  - {one.old.error}"] if one.old.error else []
            out += [f"  + {one.new.error}"] if one.new.error else []
        out += _listed(one.fields)
    out += [""] if out else []
    for flow, count in found.missing.items():
        documents = "1 document" if count == 1 else f"{count} documents"
        out.append(f"{flow}: {documents} left out, the flow is not in both mappings")
    for flow, (before, after) in found.units.items():
        told = f"{before} units" if before == after else f"{before} -> {after} units"
        out.append(f"{flow}: {told}")
    loud = [one for one in found.changes if not one.quiet]
    appear = sum(1 for one in loud if one.old.outcome != "failed" and one.new.outcome == "failed")
    vanish = sum(1 for one in loud if one.old.outcome == "failed" and one.new.outcome != "failed")
    records = sum(1 for one in loud if one.fields)
    out.append(
        f"{found.documents} document{'' if found.documents == 1 else 's'}: {len(loud)} would become something else"
        f" ({records} with other values, {appear} errors appear, {vanish} vanish)"
    )
    return "\n".join(out)


def _listed(changes: Sequence[FieldChange]) -> Iterator[str]:
    """Values that change; of a record that is there in one mapping alone only that."""
    whole: dict[str, str] = {}
    for record in dict.fromkeys(one.record for one in changes):
        own = [one for one in changes if one.record == record]
        name = f"the record {record}".strip()
        if any(one.name == "externalid" for one in own):
            if all(one.old is None for one in own):
                whole[record] = f"  + {name} would be written, {len(own)} values"
            elif all(one.new is None for one in own):
                whole[record] = f"  - {name} would not be written, {len(own)} values"
    yield from whole.values()
    single = [one for one in changes if one.record not in whole]
    width = max((len(_place(one)) for one in single), default=0)
    for one in single:
        where = f"   {one.spec}" if one.spec else ""
        yield f"  {_place(one):{width}}  {shown(one.old)} -> {shown(one.new)}{where}"


def _place(change: FieldChange) -> str:
    return f"{change.record}: {change.name}" if change.record else change.name


def data(found: WhatIf) -> dict[str, Any]:
    """For programs, and what is approved: spec lines are left out, they move with every edit."""
    return {
        "documents": found.documents,
        "missing": dict(found.missing),
        "units": {flow: list(pair) for flow, pair in found.units.items()},
        "changes": [
            {
                "flow": one.flow,
                "id": one.id,
                "outcome": [one.old.outcome, one.new.outcome],
                "error": [one.old.error, one.new.error],
                "units": [one.old.units, one.new.units],
                "fields": [
                    {"record": each.record, "field": each.name, "old": each.old, "new": each.new}
                    for each in one.fields
                ],
            }
            for one in found.changes
        ],
    }


def unapproved(approved: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs from an approved snapshot, a line a document or total."""
    out = []
    old = {(one["flow"], one["id"]): one for one in approved.get("changes", ())}
    new = {(one["flow"], one["id"]): one for one in now["changes"]}
    for key in dict.fromkeys((*old, *new)):
        name = " ".join(key)
        if key not in new:
            out.append(f"{name}: the difference that was approved is gone")
        elif key not in old:
            out.append(f"{name}: a new difference")
        elif old[key] != new[key]:
            out.append(f"{name}: another difference than was approved")
    out += [
        f"{part}: {json.dumps(approved.get(part))} was approved, now {json.dumps(now[part])}"
        for part in ("documents", "missing", "units")
        if approved.get(part) != now[part]
    ]
    return out
