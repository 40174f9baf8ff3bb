"""What a flow reads of its record, as its saves keep it where the flow sends the state of the save."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.plan.outbound import EventsVia, OutboundPlan, PayloadList
from generator.plan.values import (
    All,
    AnyOf,
    Coalesce,
    Concat,
    Condition,
    DisplayText,
    FieldName,
    Not,
    Test,
    Value,
)

Names = Iterator[FieldName | DisplayText]


def reads(plan: OutboundPlan) -> dict[str, Any]:
    """Fields, texts, subrecords and lines by place, in the form that `lib/source.js` keeps."""
    names: list[FieldName | DisplayText] = [
        found for field in plan.payload for found in _of_value(field.value)
    ]
    if isinstance(plan.via, EventsVia):
        for condition in (plan.via.when_save, plan.via.when_drain):
            names += _of_condition(condition)
    return _place(plan, "", names, plan.lists)


def _place(
    plan: OutboundPlan,
    path: str,
    names: list[FieldName | DisplayText],
    lists: tuple[PayloadList, ...],
) -> dict[str, Any]:
    within = {field for sublist, field in plan.within if sublist == path}
    names = [*names, *(query.key for query in plan.queries if query.sublist == path)]
    value: set[str] = {"id"} if not path else set()
    text: set[str] = set()
    inside: dict[str, dict[str, Any]] = {}
    rows: dict[str, dict[str, Any]] = {}
    for name in names:
        first = name.segments[0]
        shown = isinstance(name, DisplayText)
        if len(name.segments) > 1 and first in within:
            kept = inside.setdefault(first, _nothing())["text" if shown else "value"]
            kept[:] = sorted({*kept, name.segments[1]})
        elif shown and len(name.segments) == 1:
            text.add(first)
        else:
            value.add(first)  # of a join the field that points there
    for found in lists:
        inner = f"{path}/{found.sublist}" if path else found.sublist
        read = [one for field in found.fields for one in _of_value(field.value)]
        read += _of_condition(found.when)
        lines = _place(plan, inner, read, found.lists)
        holder, _, sublist = found.sublist.rpartition(".")
        target = inside.setdefault(holder, _nothing())["rows"] if holder else rows
        target[sublist] = _merged(target[sublist], lines) if sublist in target else lines
    return {"value": sorted(value), "text": sorted(text), "inside": inside, "rows": rows}


def _nothing() -> dict[str, Any]:
    return {"value": [], "text": [], "inside": {}, "rows": {}}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two lists of one sublist read what either of them reads."""
    merged: dict[str, Any] = {
        kind: sorted({*one[kind], *other[kind]}) for kind in ("value", "text")
    }
    for kind in ("inside", "rows"):
        merged[kind] = dict(one[kind])
        for name, place in other[kind].items():
            held = merged[kind].get(name)
            merged[kind][name] = _merged(held, place) if held else place
    return merged


def _of_value(value: Value) -> Names:
    match value.source:
        case FieldName() | DisplayText() as name:
            yield name
        case Concat(parts) | Coalesce(parts):
            for part in parts:
                yield from _of_value(part)
        case _:
            pass


def _of_condition(found: Condition | None) -> list[FieldName | DisplayText]:
    match found:
        case Test(subject=FieldName() as name):
            return [name]
        case All(of) | AnyOf(of):
            return [name for part in of for name in _of_condition(part)]
        case Not(of):
            return _of_condition(of)
        case _:
            return []
