"""
Child records as lines of their parent.

A field of a custom record type that says "record is parent" gives its parent a sublist
`recmach<field>`: its lines are the child records, and what a script does to the lines happens to
them (help topic "Custom Child Record Sublists").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from emulator.ports import RecordData, Session
from generator.catalog.children import PREFIX
from generator.catalog.model import RecordType

if TYPE_CHECKING:
    from emulator.account.book import Book
    from emulator.account.saving import Saving
    from emulator.account.work import Line

_OWN = frozenset({"id", "created", "lastmodified"})


def _of(book: Book, record: RecordType) -> dict[str, tuple[RecordType, str]]:
    """The sublists of children of a record type: the child's type and the field that names the parent."""
    return book.worked_out(("children", record.id), lambda: dict(_children(book, record)))


def _children(book: Book, record: RecordType) -> Iterator[tuple[str, tuple[RecordType, str]]]:
    for name in record.sublists:
        if name.startswith(PREFIX):
            field = name.removeprefix(PREFIX)
            for child in book.catalog.records.values():
                if child.kind == "custom" and field in child.fields:
                    yield name, (child, field)


def lines(book: Book, record: RecordType, id: int) -> dict[str, list[Line]]:  # noqa: A002
    """The children of a record as lines, by sublist; a line's number is the child's internal id."""
    found: dict[str, list[Line]] = {}
    for name, (child, field) in _of(book, record).items():
        rows = [
            book.store.get(child.id, number)
            for (number,) in book.store.all(
                "SELECT id FROM record WHERE type = ? AND json_extract(body, '$.' || ?) = ? ORDER BY id",
                child.id,
                field,
                str(id),
            )
        ]
        found[name] = [
            {
                "line": row.id,
                "fields": {**row.fields, "id": row.id}
                | ({} if row.externalid is None else {"externalid": row.externalid}),
            }
            for row in rows
            if row is not None
        ]
    return {name: shown for name, shown in found.items() if shown}


def take(book: Book, record: RecordType, draft: RecordData) -> dict[str, list[dict[str, Any]]]:
    """Take the lines that are child records out of a draft of their parent."""
    sublists = draft.get("sublists") or {}
    names = [name for name in sublists if name in _of(book, record)] if sublists else []
    return {name: sublists.pop(name) for name in names}


def keep(
    saving: Saving,
    book: Book,
    session: Session,
    record: RecordType,
    id: int,  # noqa: A002
    given: Mapping[str, list[dict[str, Any]]],
) -> None:
    """Make, change and delete the children so that they are the lines that were given."""
    before = lines(book, record, id) if given else {}
    for name, (child, field) in _of(book, record).items() if given else ():
        if name not in given:
            continue
        known = {line["line"]: line["fields"] for line in before.get(name, [])}
        for line in given[name]:
            number = line.get("line") if line.get("line") in known else None
            fields = {key: value for key, value in line["fields"].items() if key not in _OWN}
            fields[field] = str(id)
            old = known.pop(number, None) if number is not None else None
            if old is not None and fields == {k: v for k, v in old.items() if k not in _OWN}:
                continue
            draft = {"type": child.id, "id": number, "fields": fields, "sublists": {}}
            saving.save(session, draft, sourcing=False, ignore_mandatory=False)
        for number in known:
            saving.delete(session, child, number)
