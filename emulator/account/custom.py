"""Custom fields beside their values: sourcing from another record, and bounds of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account.book import Book
from emulator.account.work import Work, user_error
from emulator.ports import RecordData
from generator.catalog.model import Field, RecordType


def source(work: Work) -> None:
    """
    Fill sourced fields that are empty, with sourcing, from the record chosen in their select.

    A field that is not stored never keeps a value of its own: it is read at each load.
    """
    if not _sources(work.book, work.record):
        return
    for known, fields in _parts(work):
        for field in known.values():
            if field.source is None:
                continue
            if not field.stored:
                fields.pop(field.id, None)
            elif work.sourcing and field.id not in fields:
                value = _value(work.book, known, field, fields)
                if value is not None:
                    fields[field.id] = value


def bounds(work: Work) -> None:
    """Numbers within the least and the most value of their field: USER_ERROR."""
    if not _bounded(work.book, work.record):
        return
    for known, fields in _parts(work):
        for name, value in fields.items():
            field = known.get(name)
            if field is None or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if field.least is not None and value < field.least:
                raise user_error(
                    f"The field {name} must not be less than {field.least:g}.", guessed=True
                )
            if field.most is not None and value > field.most:
                raise user_error(
                    f"The field {name} must not be more than {field.most:g}.", guessed=True
                )


def _bounded(book: Book, record: RecordType) -> bool:
    """Whether any field of the record type has a least or a most value."""

    def look() -> bool:
        groups = [record.fields, *(sublist.fields for sublist in record.sublists.values())]
        known = (field for fields in groups for field in fields.values())
        return any(f.least is not None or f.most is not None for f in known)

    return book.worked_out(("bounded", record.id), look)


def show(book: Book, data: RecordData) -> None:
    """Read the fields that are not stored into a loaded record."""
    record = book.catalog.record(data["type"])
    if record is None or not _sources(book, record):
        return
    parts = [(record.fields, data["fields"])]
    for name, lines in data["sublists"].items():
        known = record.sublists[name].fields if name in record.sublists else {}
        parts += [(known, line["fields"]) for line in lines]
    for known, fields in parts:
        for field in known.values():
            if field.source is not None and not field.stored:
                value = _value(book, known, field, fields)
                if value is not None:
                    fields[field.id] = value


def _sources(book: Book, record: RecordType) -> bool:
    """Whether any field of the record type is sourced."""

    def look() -> bool:
        groups = [record.fields, *(sublist.fields for sublist in record.sublists.values())]
        return any(f.source for fields in groups for f in fields.values())

    return book.worked_out(("sourced", record.id), look)


def _parts(work: Work) -> list[tuple[Mapping[str, Field], dict[str, Any]]]:
    parts = [(work.record.fields, work.fields)]
    for name, lines in work.sublists.items():
        known = work.record.sublists[name].fields
        parts += [(known, line["fields"]) for line in lines]
    return parts


def _value(book: Book, known: Mapping[str, Field], field: Field, fields: Mapping[str, Any]) -> Any:
    assert field.source is not None
    chosen, name = field.source
    select = known.get(chosen)
    if select is None or select.refers is None or chosen not in fields:
        return None
    value = book.fields(select.refers, fields[chosen]).get(name)
    return str(value) if field.type in ("text", "textarea") and value is not None else value
