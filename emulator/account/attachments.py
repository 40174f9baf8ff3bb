"""
What record.attach puts together and record.detach takes apart.

Contacts with entities and transactions, files with records, and other pairs (help topics
"record.attach(options)", "attach / detach").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.account.book import Book
from emulator.account.files import Cabinet
from emulator.account.work import user_error
from emulator.errors import NetSuiteError
from emulator.ports import Session

FILE = "file"


@dataclass(frozen=True, slots=True)
class End:
    """One side of an attachment."""

    type: str
    id: int


def inactive(record: str, id: int) -> NetSuiteError:  # noqa: A002  (NetSuite's own words)
    """What is attached must be active (help topic section_4267284169)."""
    return user_error(f"The {record} {id} is inactive and cannot be attached.")


class Attachments:
    """The attachments of the account. Permissions are the caller's business."""

    def __init__(self, book: Book, cabinet: Cabinet) -> None:
        self._book = book
        self._cabinet = cabinet

    def attach(self, session: Session, one: End, to: End, attributes: Mapping[str, Any]) -> None:
        """Attach; a contact's `role` may be among the attributes. RCRD_DSNT_EXIST, USER_ERROR (inactive)."""
        self._exists(session, one, active=True)
        self._exists(session, to)
        role = attributes.get("role")
        self._book.store.run(
            "INSERT OR REPLACE INTO attachment VALUES (?, ?, ?, ?, ?)",
            one.type,
            one.id,
            to.type,
            to.id,
            None if role is None else str(role),
        )

    def detach(self, session: Session, one: End, away: End) -> None:
        """Detach; nothing happens where the two are not attached."""
        self._exists(session, one)
        self._exists(session, away)
        self._book.store.run(
            "DELETE FROM attachment WHERE type = ? AND id = ? AND to_type = ? AND to_id = ?",
            one.type,
            one.id,
            away.type,
            away.id,
        )

    def of(self, to: End) -> list[tuple[End, str | None]]:
        """What is attached to a record, with a contact's role."""
        rows = self._book.store.all(
            "SELECT type, id, role FROM attachment WHERE to_type = ? AND to_id = ? ORDER BY type, id",
            to.type,
            to.id,
        )
        return [(End(type_, number), role) for type_, number, role in rows]

    def places(self, one: End) -> list[tuple[End, str | None]]:
        """What a record is attached to, with a contact's role there."""
        rows = self._book.store.all(
            "SELECT to_type, to_id, role FROM attachment WHERE type = ? AND id = ? ORDER BY to_type, to_id",
            one.type,
            one.id,
        )
        return [(End(type_, number), role) for type_, number, role in rows]

    def contact_roles(self, to: End) -> list[dict[str, Any]]:
        """The lines of `contactroles` of an entity."""
        lines: list[dict[str, Any]] = []
        for one, role in self.of(to):
            row = self._book.row(one.type, one.id) if one.type == "contact" else None
            if row is None:
                continue
            shown = {"contact": str(row.id), "role": role, "email": row.fields.get("email")}
            fields = {name: value for name, value in shown.items() if value is not None}
            lines.append({"line": len(lines) + 1, "fields": fields})
        return lines

    def _exists(self, session: Session, end: End, *, active: bool = False) -> None:
        if end.type == FILE:
            self._cabinet.load(session, end.id)
            return
        row = self._book.row(self._book.type(end.type).id, end.id)
        if row is None:
            raise NetSuiteError(
                "RCRD_DSNT_EXIST", f"That record does not exist. type: {end.type}, id: {end.id}"
            )
        if active and row.fields.get("isinactive"):
            raise inactive(end.type, end.id)
