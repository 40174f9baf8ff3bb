"""
Child records as a sublist of their parent.

A field of a custom record type that says "record is parent" gives its parent a sublist
`recmach<field>`, whose lines are the child records (help topic "Custom Child Record Sublists").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from generator.catalog import sdf
from generator.catalog.model import Field, RecordType, Sublist

PREFIX = "recmach"


def add(elements: Iterable[sdf.Element], records: dict[str, RecordType]) -> None:
    """Give the parents of these custom record types their sublists of children."""
    for element in elements:
        child = records.get(element.get("scriptid", ""))
        if element.tag != "customrecordtype" or child is None:
            continue
        for item in sdf.children(element, "customrecordcustomfields", "customrecordcustomfield"):
            if sdf.text(item, "isparent") != "T":
                continue
            field = child.fields[item.get("scriptid", "")]
            for parent in _parents(records, field.refers):
                sublist = _sublist(child, field)
                own = records[parent]
                records[parent] = replace(own, sublists={**own.sublists, sublist.id: sublist})


def _sublist(child: RecordType, field: Field) -> Sublist:
    fields = dict(child.fields)
    fields[field.id] = replace(field, required=False)  # the parent itself fills it
    fields["id"] = Field("id", "integer", read_only=True)
    return Sublist(f"{PREFIX}{field.id}", fields)


def _parents(records: Mapping[str, RecordType], wanted: str | None) -> list[str]:
    target = records.get(wanted or "")
    if target is None:
        return []
    if target.id in ("transaction", "entity", "item"):
        return [record.id for record in records.values() if record.kind == target.id]
    return [record.id for record in records.values() if record.family == target.family]
