"""
Which record types a join may lead to.

A family's table (entity, transaction) holds many, and a role sees the rows of those alone of which
it has the permission (netsuite-decisions 22).
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog import Catalog, RecordType


def kinds(
    catalog: Catalog, record: str, sublist: str | None, base: str, family: str
) -> frozenset[str]:
    """The record types of a family that a join of `record` by `base` leads to; none where nobody knows."""
    found = {record}
    for name in base.split("."):
        known = [each for each in map(catalog.record, found) if each]
        found = {kind for each in known for kind in _leads(catalog, each, sublist, name)}
        sublist = None
    return frozenset(() if family in found else found)


def _leads(catalog: Catalog, record: RecordType, sublist: str | None, name: str) -> Iterator[str]:
    if name == "createdfrom" and sublist is None:
        yield from (source.id for source in _sources(catalog, record))
        return
    lines = record.sublists.get(sublist) if sublist else None
    field = (lines.fields if lines else {} if sublist else record.fields).get(name)
    if field is None or field.refers is None:
        return
    if field.refers == "entity" and name == "entity" and sublist is None:
        # It is made with whom that is made with which it is made from.
        for source in _sources(catalog, record):
            party = source.fields.get("entity")
            if party and party.refers:
                yield party.refers
    else:
        yield field.refers


def _sources(catalog: Catalog, record: RecordType) -> Iterator[RecordType]:
    """The transactions that one is made from."""
    for name in record.transforms_from:
        source = catalog.record(name)
        if source and source.kind == "transaction":
            yield source
