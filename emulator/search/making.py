"""Search types made from record types, and from tables that are no records."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.search import fields
from emulator.search.model import SearchField, SearchType
from generator.catalog.model import RecordType


def _merged(
    records: Iterable[RecordType], standard: Iterable[SearchField]
) -> dict[str, SearchField]:
    found = {field.id: field for field in standard}
    for record in records:
        for field in fields.of_record(record, record.fields.values()):
            found.setdefault(field.id, field)
    return found


def of_records(
    name: str, of: list[RecordType], standard: Iterable[SearchField], *, whole: bool
) -> SearchType:
    """A search type over record types, with the fields that all of its kind have."""
    first = of[0]
    space = first.kind if first.kind in ("entity", "item") else first.id
    ids = frozenset(r.id for r in of)
    shared = (*fields.internal_id(first.id), *fields.external_id(), *standard)
    return SearchType(
        name, space, ids, whole, "record AS r", _merged(of, shared), {}, first.permission
    )


def made(
    name: str,
    source: str,
    permission: str | None,
    *own: SearchField,
    type_sql: str = "r.type",
    id_sql: str = "r.id",
) -> SearchType:
    """A search type over a table of the storage that holds no records."""
    return SearchType(
        name, None, frozenset(), True, source, {f.id: f for f in own}, {}, permission,
        type_sql=type_sql, id_sql=id_sql,
    )  # fmt: skip
