"""One record on its way to being saved: what the rules read and change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.account.book import Book
from emulator.account.store import Row
from emulator.errors import NetSuiteError
from emulator.ports import Session
from generator.catalog.model import RecordType

Line = dict[str, Any]


@dataclass(slots=True)
class Work:
    """
    A save in progress.

    `fields`, `sublists` and `subrecords` are canonical and become the stored record. `old` is the
    stored record, None on create.
    """

    book: Book
    session: Session
    record: RecordType
    old: Row | None
    fields: dict[str, Any]
    sublists: dict[str, list[Line]]
    subrecords: dict[str, dict[str, Any]]
    sourcing: bool
    now_ms: int

    @property
    def creating(self) -> bool:
        """Whether the record is new."""
        return self.old is None

    def changed(self, name: str) -> bool:
        """Whether a body field differs from what is stored."""
        return self.old is None or self.old.fields.get(name) != self.fields.get(name)

    def default(self, name: str, value: Any) -> None:
        """Give a body field a value where it has none; None gives nothing."""
        if value is not None and name not in self.fields and name in self.record.fields:
            self.fields[name] = value

    def lines(self, sublist: str) -> list[Line]:
        """The lines of a sublist."""
        return self.sublists.get(sublist, [])

    def old_line(self, sublist: str, number: int | None) -> Line | None:
        """The stored line of that stable number."""
        if self.old is None or number is None:
            return None
        for line in self.old.sublists.get(sublist, []):
            if line["line"] == number:
                return line
        return None


def user_error(message: str, *, guessed: bool = False) -> NetSuiteError:
    """NetSuite's catch-all for its own validations."""
    return NetSuiteError("USER_ERROR", message, guessed=guessed)


def bad_reference(field: str, value: Any, more: str = "") -> NetSuiteError:
    """A select value that points nowhere, or at something that does not fit here."""
    return NetSuiteError("INVALID_KEY_OR_REF", f"Invalid {field} reference key {value}{more}.")
