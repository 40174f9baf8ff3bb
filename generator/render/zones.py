"""
Offsets of time zones as a table.

SuiteScript's engine does not promise Intl, and N/format writes in the format of whoever runs the
script, so the generated code carries the offsets of the zones that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from generator.plan.model import (
    Coalesce,
    Concat,
    FieldPlan,
    InboundPlan,
    LinesPlan,
    ProjectPlan,
    SubrecordPlan,
    Value,
)

FIRST_YEAR = 1990
LAST_YEAR = 2040
_STEP = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: `first` offset, then from minute `at[i]` since 1970 on the offset `to[i]`."""

    name: str
    first: int
    at: tuple[int, ...]
    to: tuple[int, ...]


@cache
def table(name: str) -> Zone:
    """The offsets of a zone, from the packaged database: the same on every machine."""
    region = "tzdata.zoneinfo." + ".".join(name.split("/")[:-1])
    with files(region.rstrip(".")).joinpath(name.rsplit("/", 1)[-1]).open("rb") as data:
        zone = ZoneInfo.from_file(data, name)
    moment = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    end = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    first = offset = _offset(zone, moment)
    at: list[int] = []
    to: list[int] = []
    while moment < end:
        later = moment + _STEP
        if _offset(zone, later) != offset:
            change = _change(zone, moment, later)
            offset = _offset(zone, change)
            at.append(int(change.timestamp()) // 60)
            to.append(offset)
        moment = later
    return Zone(name, first, tuple(at), tuple(to))


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first minute after `low` with another offset."""
    before = _offset(zone, low)
    while high - low > _MINUTE:
        middle = low + (high - low) // _MINUTE // 2 * _MINUTE
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


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
