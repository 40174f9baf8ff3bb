"""
The time zones that a flow's scripts need.

SuiteScript's engine does not promise Intl, and N/format writes in the format of whoever runs the
script, so the generated code carries the offsets of the zones that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.plan.inbound import FieldPlan, InboundPlan, LinesPlan, SubrecordPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.values import Coalesce, Concat, Value


def zones_used(flow: InboundPlan | OutboundPlan) -> tuple[str, ...]:
    """Every zone that some field or transform of a flow names, sorted."""
    found: set[str] = set()
    if isinstance(flow, InboundPlan):
        for field in _fields(flow):
            found.update(_of(field.timezone, field.value))
        if flow.key.value:
            found.update(_of(None, flow.key.value))
    else:
        for payload in (*flow.payload, *(inner for each in flow.lists for inner in each.fields)):
            found.update(_of(payload.timezone, payload.value))
    return tuple(sorted(found))


def _of(zone: str | None, value: Value) -> set[str]:
    found = {zone} if zone else set()
    for call in value.apply:
        if isinstance(call.argument, dict) and isinstance(call.argument.get("timezone"), str):
            found.add(str(call.argument["timezone"]))
    if isinstance(value.source, Concat | Coalesce):
        for part in value.source.parts:
            found |= _of(None, part)
    return found


def _fields(plan: InboundPlan) -> Iterable[FieldPlan]:
    yield from plan.body
    if plan.transform_from:
        yield plan.transform_from[1]
    for create in plan.creates:
        yield from create.body
    for lines in plan.lines:
        yield from _line_fields(lines)
    for subrecord in plan.subrecords:
        yield from _sub_fields(subrecord)


def _line_fields(plan: LinesPlan) -> Iterable[FieldPlan]:
    yield from plan.fields
    for subrecord in plan.subrecords:
        yield from _sub_fields(subrecord)


def _sub_fields(plan: SubrecordPlan) -> Iterable[FieldPlan]:
    yield from plan.fields
    for lines in plan.lines:
        yield from _line_fields(lines)
