"""Display texts of select fields, and the values that texts stand for."""

from __future__ import annotations

from typing import Any

from emulator.account.book import Book, unknown_type
from emulator.account.configuration import PAGES
from emulator.errors import NetSuiteError
from generator.catalog.model import Field, RecordType


class Texts:
    """What `getText` shows and `setText` looks up."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def text(self, record: str, field: str, value: Any, sublist: str | None = None) -> str:
        """Display text of a select value, '' for an empty one."""
        kind, found = self._field(record, field, sublist)
        if value is None or value == "":
            return ""
        values = value if isinstance(value, list) else [value]
        return ", ".join(self._book.text(kind, found, one) for one in values)

    def value_of(self, record: str, field: str, text: str, sublist: str | None = None) -> str:
        """
        Internal id of the select option with this display text; INVALID_KEY_OR_REF.

        Where the options are not known, as those of a case's priority, a text stands for itself.
        """
        kind, found = self._field(record, field, sublist)
        options = self._book.options(kind, found)
        if found.refers is None:
            if options is None:
                return text
            for value, shown in options.items():
                if shown == text:
                    return value
        elif found.refers in self._book.catalog.records:
            space = self._book.space(self._book.catalog.records[found.refers])
            rows = self._book.store.all("SELECT id FROM record WHERE space = ? ORDER BY id", space)
            for (number_,) in rows:
                row = self._book.row(found.refers, number_)
                if row is not None and self._book.name(row) == text:
                    return str(number_)
        raise NetSuiteError("INVALID_KEY_OR_REF", f"Invalid {field} reference key {text}.")

    def _field(self, record: str, field: str, sublist: str | None) -> tuple[RecordType, Field]:
        kind = self._book.catalog.records.get(record)
        if kind is None and record in PAGES:
            # A setup page shows a country or a currency as a subsidiary does.
            return self._book.catalog.records["subsidiary"], PAGES[record].get(
                field, Field(field, "text")
            )
        if kind is None:
            raise unknown_type(record)
        fields = kind.fields if sublist is None else kind.sublists[sublist].fields
        return kind, fields.get(field, Field(field, "text"))
