"""Whether other records refer to one that is to be deleted."""

from __future__ import annotations

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
    names = book.worked_out(key, lambda: sorted(_names(book, record, row)))
    for start in range(0, len(names), 40):
        part = names[start : start + 40]
        tests = " OR ".join("body LIKE ? OR lines LIKE ?" for _ in part)
        values = [f'%"{name}":"{row.id}"%' for name in part for _ in range(2)]
        sql = f"SELECT 1 FROM record WHERE NOT (space = ? AND id = ?) AND ({tests}) LIMIT 1"  # noqa: S608 - only question marks
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


def _names(book: Book, record: RecordType, row: Row) -> set[str]:
    """The fields, of bodies and lines, that refer to this type of record and to no wider family."""
    wanted = {record.id, row.type} if row.space == "entity" else {record.id, record.family}
    found = set()
    for other in book.catalog.records.values():
        groups = [other.fields.values(), *(sub.fields.values() for sub in other.sublists.values())]
        for fields in groups:
            found |= {field.id for field in fields if _refers(field, wanted)}
    return found - {"owner"}


def _refers(field: Field, wanted: set[str]) -> bool:
    return field.type == "select" and field.refers in wanted
