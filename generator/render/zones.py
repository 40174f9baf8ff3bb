"""
The time zones that a project's scripts need.

SuiteScript's engine does not promise Intl, and N/format writes in the format of whoever runs the
script, so the generated code carries the offsets of the zones that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.plan.inbound import FieldPlan, InboundPlan, LinesPlan, SubrecordPlan
from generator.plan.project import ProjectPlan
from generator.plan.values import Coalesce, Concat, Value


def zones_used(project: ProjectPlan) -> list[str]:
    """Every zone that some field or transform names, sorted."""
    found: set[str] = {"UTC"}
    if project.timezone:
        found.add(project.timezone)
    for inbound in project.inbound:
        for field in _fields(inbound):
            found.update(_of(field.timezone, field.value))
        if inbound.key.value:
            found.update(_of(None, inbound.key.value))
    for outbound in project.outbound:
        fields = [
            *outbound.payload,
            *(f for found_list in outbound.lists for f in found_list.fields),
        ]
        for payload in fields:
            found.update(_of(payload.timezone, payload.value))
    return sorted(found)


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
