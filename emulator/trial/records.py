"""Records as flat lists of values, with references by name: what two accounts can be compared by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.account.values import iso
from emulator.trial.stage import Record, Stage
from generator.catalog.model import Field, RecordType

# What no mapping says and every save changes.
_OWN = frozenset(
    {
        "created", "createddate", "datecreated", "id", "lastmodified", "lastmodifieddate", "lineuniquekey",
    }
)  # fmt: skip


def flat(stage: Stage, record: Record | None) -> dict[str, Any]:
    """
    The values of a record by place: `memo`, `item[0].rate`, `shippingaddress.city`.

    A reference is the external id or the name of its record, so that accounts with other internal
    ids agree. Dates of the save itself and the fingerprint are left out. No record has no values.
    What it is attached to is a value too, by its place `attached to customer Acme`: the role there, or true.
    """
    if record is None:
        return {}
    kind = stage.netsuite.account.catalog.record(record["type"])
    return dict(_record(stage, kind, record))


def _record(stage: Stage, kind: RecordType | None, record: Record) -> Iterator[tuple[str, Any]]:
    if record.get("externalid") is not None:
        yield "externalid", record["externalid"]
    yield from _fields(stage, kind.fields if kind else {}, record["fields"], "")
    for name, lines in record["sublists"].items():
        sublist = kind.sublists.get(name) if kind else None
        known = sublist.fields if sublist else {}
        for index, line in enumerate(lines):
            yield from _line(stage, known, line, f"{name}[{index}].")
    for name, sub in record["subrecords"].items():
        yield from _subrecord(stage, sub, f"{name}.")
    desk = stage.netsuite.account.desk
    for type_, number, role in desk.attached_to(record["type"], int(record["id"])):
        there = f"attached to {type_} {_named(stage, type_, number)}"
        yield there, _named(stage, "contactrole", role) if role is not None else True


def _line(
    stage: Stage, known: Mapping[str, Field], line: Mapping[str, Any], path: str
) -> Iterator[tuple[str, Any]]:
    yield from _fields(stage, known, line["fields"], path)
    for name, sub in (line.get("subrecords") or {}).items():
        yield from _subrecord(stage, sub, f"{path}{name}.")


def _subrecord(stage: Stage, sub: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    yield from _fields(stage, {}, sub["fields"], path)
    for name, lines in (sub.get("sublists") or {}).items():
        for index, line in enumerate(lines):
            yield from _line(stage, {}, line, f"{path}{name}[{index}].")


def _fields(
    stage: Stage, known: Mapping[str, Field], values: Mapping[str, Any], path: str
) -> Iterator[tuple[str, Any]]:
    prints = f"_{stage.plan.prefix}_fp"
    for name, value in values.items():
        if name in _OWN or name.endswith(prints) or value in (None, "", []):
            continue
        field = known.get(name)
        if field is not None and field.refers:
            many = value if isinstance(value, list) else [value]
            named = [_named(stage, field.refers, one) for one in many]
            yield path + name, named if isinstance(value, list) else named[0]
        elif field is not None and field.type == "datetime" and isinstance(value, int):
            yield path + name, iso(value)
        else:
            yield path + name, value


def _named(stage: Stage, refers: str, number: Any) -> str:
    names = stage.names(refers, number)
    return names[1] if len(names) > 1 else names[0]
