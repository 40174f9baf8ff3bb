"""What a document becomes, field by field: read from what the lens saw of one document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.trial.stage import Note
from generator.plan.inbound import FieldPlan, InboundPlan, LinesPlan, SubrecordPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.values import Value
from generator.render.expressions import describe


@dataclass(slots=True)
class FieldTrace:
    """
    One field where it was computed.

    Args:
        name: `item[0].rate`; of a record that a reference creates behind its name:
            `create_customer: email`.
        spec: file and line.
        source: its rule in a few words: `sku | trim | upper, ref item_itemid`.
        reads: what it read, by path, as it was there.
        steps: transforms and what each gave.
        value: in the field's own form; None for nothing.
        waits: the references in `value` that were not looked up: each the look-up and the parts of
            its key.
        lookup: the look-up that it asked, with `key` and the internal `ids` found.
        written: whether it was set in the record.
    """

    name: str
    spec: str
    source: str
    reads: list[tuple[str, Any]] = field(default_factory=list)
    steps: list[tuple[str, Any]] = field(default_factory=list)
    value: Any = None
    waits: list[list[Any]] = field(default_factory=list)
    lookup: str | None = None
    key: Any = None
    ids: list[str] = field(default_factory=list)
    written: bool = False


def traced(plan: InboundPlan | OutboundPlan, notes: Iterable[Note]) -> list[FieldTrace]:
    """The fields of one document, in the order in which they were computed."""
    return _Tracer(_words(plan), _listed(plan)).fields(list(notes))


@dataclass(slots=True)
class _Frame:
    id: str
    fields: list[FieldTrace] = field(default_factory=list)


class _Tracer:
    """Goes through the notes of a document."""

    def __init__(self, words: dict[tuple[str, str], str], lists: set[str]) -> None:
        self._words = words
        self._lists = lists
        self._counts: dict[str, int] = defaultdict(int)
        self._by_spot: dict[tuple[str, str], list[FieldTrace]] = defaultdict(list)

    def fields(self, notes: Sequence[Note]) -> list[FieldTrace]:
        found: list[FieldTrace] = []
        stack: list[_Frame] = []
        now: FieldTrace | None = None
        for note in notes:
            kind = note["k"]
            if kind == "in":
                stack.append(_Frame(note["id"]))
            elif kind == "out" and stack:
                self._closed(stack.pop(), stack)
            elif kind == "at":
                spot = (note["s"], note["f"])
                made = " " in (stack[0].id if stack else "") and "=>" not in stack[0].id
                prefix = f"{stack[0].id.split(' ', 1)[1]}: " if made else ""
                now = FieldTrace(prefix + note["f"], note["s"], self._words.get(spot, ""))
                found.append(now)
                self._by_spot[spot].append(now)
                if stack:
                    stack[-1].fields.append(now)
            elif kind == "found":
                self._found(note)
            elif kind == "set":
                for one in self._by_spot.get((note["s"], note["f"]), ()):
                    one.written = True
            elif now is not None:
                if kind == "get":
                    now.reads.append((note["path"], note.get("out")))
                elif kind in ("step", "hook"):
                    now.steps.append((note["name"], note.get("out")))
                elif kind == "as":
                    now.value = note.get("out")
                    now.waits = list(_references(note["t"], now.value))
                    now = None
        return found

    def _found(self, note: Note) -> None:
        if note["key"] is None:
            return  # a part of the key was not found, so it was not looked for
        asked = [note["lookup"], *note["parts"]]
        for one in self._by_spot.get((note["s"], note["f"]), ()):
            if asked not in one.waits:
                continue  # of another line, and of none where the value is empty
            one.waits.remove(asked)
            # A multi-select asks for several.
            one.key = keys(asked) if one.lookup is None else f"{one.key}, {keys(asked)}"
            one.lookup, one.ids = note["lookup"], [*one.ids, *note["ids"]]

    def _closed(self, frame: _Frame, around: list[_Frame]) -> None:
        """A line has been read: its number goes into the names of its fields."""
        for path in {one.name.rsplit(".", 1)[0] for one in frame.fields if "." in one.name}:
            if path not in self._lists:
                continue
            number = self._counts[path]
            self._counts[path] += 1
            for inner in [name for name in self._counts if name.startswith(f"{path}.")]:
                del self._counts[inner]  # the next line numbers its own
            for one in frame.fields:
                if one.name.startswith(f"{path}."):
                    one.name = f"{path}[{number}]{one.name[len(path) :]}"
        if around:
            around[-1].fields += frame.fields


def _references(kind: str, value: Any) -> Iterator[list[Any]]:
    """The references that a value of a kind (`ref`, `refBy`, `refs`) holds, as scripts write them out."""
    if kind.startswith("ref") and isinstance(value, list):
        for one in value if kind == "refs" else [value]:
            if isinstance(one, list):  # else the id that stands for an empty value
                yield one


def keys(reference: list[Any]) -> str:
    """The key of a reference for people; a part of it may be a reference itself."""
    return ", ".join(keys(part) if isinstance(part, list) else str(part) for part in reference[1:])


def _words(plan: InboundPlan | OutboundPlan) -> dict[tuple[str, str], str]:
    """The rules in words, by spec line and field."""
    if isinstance(plan, InboundPlan):
        rules = [*_fields(plan.body, ""), *_parts(plan.subrecords, plan.lines, "")]
        for create in plan.creates:
            rules += _fields(create.body, "")
        if plan.transform_from is not None:
            rules.append(("transform_from", plan.transform_from[1].value))
    else:
        rules = [(".".join(one.name), one.value) for one in plan.payload]
        for list_ in plan.lists:
            rules += [(f"{list_.name}.{'.'.join(one.name)}", one.value) for one in list_.fields]
    return {(str(value.origin), name): describe(value) for name, value in rules}


def _parts(
    subrecords: Iterable[SubrecordPlan], lines: Iterable[LinesPlan], path: str
) -> Iterator[tuple[str, Value]]:
    for one in lines:
        inner = f"{path}{one.sublist}."
        if one.key is not None:
            yield inner + one.key.field, one.key.value
        yield from _fields(one.fields, inner)
        yield from _parts(one.subrecords, (), inner)
    for sub in subrecords:
        inner = f"{path}{sub.field}."
        yield from _fields(sub.fields, inner)
        yield from _parts((), sub.lines, inner)


def _fields(fields: Iterable[FieldPlan], path: str) -> Iterator[tuple[str, Value]]:
    for one in fields:
        yield path + one.id, one.value


def _listed(plan: InboundPlan | OutboundPlan) -> set[str]:
    """The paths of everything that has several elements."""
    if isinstance(plan, OutboundPlan):
        return {one.name for one in plan.lists}
    return set(_sublists(plan.subrecords, plan.lines, ""))


def _sublists(
    subrecords: Iterable[SubrecordPlan], lines: Iterable[LinesPlan], path: str
) -> Iterator[str]:
    for one in lines:
        yield f"{path}{one.sublist}"
        yield from _sublists(one.subrecords, (), f"{path}{one.sublist}.")
    for sub in subrecords:
        yield from _sublists((), sub.lines, f"{path}{sub.field}.")
