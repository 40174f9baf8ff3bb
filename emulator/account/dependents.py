"""Whether other records refer to one that is to be deleted."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.account.book import Book
from emulator.account.store import Row
from generator.catalog.model import Field, RecordType


def exist(book: Book, record: RecordType, row: Row) -> bool:
    """
    Whether a select of another record holds this one.

    Transactions are asked through their own links (created from, applied to); history, such as a
    record's owner, counts for nothing.
    """
    if row.space == "entity" and _of_entity(book, row.id):
        return True
    key = ("referring", record.id, row.type)
    fields = book.worked_out(key, lambda: _fields(book, record, row))
    names = sorted(fields)
    for start in range(0, len(names), 40):
        tests, values = [], []
        for name in names[start : start + 40]:
            types = fields[name]
            tests.append(
                f"type IN ({', '.join('?' * len(types))}) AND (body LIKE ? OR lines LIKE ?)"
            )
            values += [*types, *[f'%"{name}":"{row.id}"%'] * 2]
        sql = f"SELECT 1 FROM record WHERE NOT (space = ? AND id = ?) AND ({' OR '.join(tests)}) LIMIT 1"  # noqa: S608 - only question marks
        if book.store.one(sql, row.space, row.id, *values) is not None:
            return True
    return False


def _of_entity(book: Book, entity: int) -> bool:
    found = book.store.one(
        "SELECT 1 FROM record WHERE space = 'transaction'"
        " AND json_extract(body, '$.entity') = ? LIMIT 1",
        str(entity),
    )
    return found is not None


def _fields(book: Book, record: RecordType, row: Row) -> dict[str, list[str]]:
    """
    The fields that refer to this type of record, and to no wider family, each with the types that have it.

    A `parent` is a location for a location, a customer for a customer.
    """
    wanted = {record.id, row.type} if row.space == "entity" else {record.id, record.family}
    found: dict[str, list[str]] = {}
    for other in book.catalog.records.values():
        for name in sorted(_within(book, other)):
            groups = _groups(book.catalog.records[name])
            for field in {field.id for each in groups for field in each if _refers(field, wanted)}:
                types = found.setdefault(field, [])
                if other.id not in types:
                    types.append(other.id)
    found.pop("owner", None)
    return found


def _within(book: Book, record: RecordType) -> set[str]:
    """A record type, and those of the subrecords in its body and lines, which are kept with it."""
    kinds = set(record.subrecords.values())
    kinds.update(*(sublist.subrecords.values() for sublist in record.sublists.values()))
    return {record.id} | (kinds & book.catalog.records.keys())


def _groups(record: RecordType) -> list[Iterable[Field]]:
    return [record.fields.values(), *(sub.fields.values() for sub in record.sublists.values())]


def _refers(field: Field, wanted: set[str]) -> bool:
    return field.type == "select" and field.refers in wanted
