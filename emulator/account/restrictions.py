"""What a role may reach of the records it has the permission for: restriction by subsidiary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account.book import Book
from emulator.account.roles import ADMINISTRATOR, Roles
from emulator.errors import NetSuiteError
from emulator.ports import Session


def check(book: Book, roles: Roles, session: Session, fields: Mapping[str, Any]) -> None:
    """
    Refuse a record of a subsidiary that the role does not reach: INSUFFICIENT_PERMISSION.

    A role whose `subsidiaryoption` is OWN reaches the user's own subsidiary; records without a
    subsidiary are open to all. Which subsidiaries SELECTED means is no part of an SDF object, so
    such a role is not restricted here.
    """
    role = None if session.role == ADMINISTRATOR else roles.get(session.role)
    value = fields.get("subsidiary")
    if role is None or role.subsidiaries != "OWN" or value is None:
        return
    allowed = {str(book.fields("employee", session.user).get("subsidiary"))}
    wanted = {str(one) for one in (value if isinstance(value, list) else [value])}
    if not wanted & allowed:
        raise NetSuiteError(
            "INSUFFICIENT_PERMISSION",
            f"Permission Violation: the role does not reach subsidiary {', '.join(sorted(wanted))}.",
            status=403,
        )
