"""Whether a session may do what it asks: features, permissions, approval, subsidiaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.account.book import Book
from emulator.account.roles import ADMINISTRATOR, Roles
from emulator.errors import NetSuiteError
from emulator.ports import RecordData, Session
from generator.catalog.model import RecordType


class Gate:
    """Refuses what a session may not do; passing means it may."""

    def __init__(
        self,
        book: Book,
        roles: Roles,
        feature: Callable[[str], bool],
        allows: Callable[[Session, str, str], bool],
    ) -> None:
        self._book = book
        self._roles = roles
        self._feature = feature
        self._allows = allows

    def require(self, session: Session, record: RecordType, level: str) -> None:
        """The record type's feature is on and the role has its permission at the level."""
        for feature in record.features:
            if not self._feature(feature):
                raise NetSuiteError(
                    "FEATURE_DISABLED",
                    f"The feature {feature} required to access {record.label} is not enabled.",
                    guessed=True,
                )
        if record.permission is None or self._allows(session, record.permission, level):
            return
        raise NetSuiteError(
            "INSUFFICIENT_PERMISSION",
            f"Permission Violation: You need the {record.permission} permission at level {level}"
            f" to access {record.label}.",
            status=403,
        )

    def approval(self, session: Session, record: RecordType, draft: RecordData) -> None:
        """A sales order is approved only by a role that may (permission "Sales Order Approval")."""
        if record.id != "salesorder":
            return
        status = draft["fields"].get("orderstatus")
        if status in (None, "A", self._book.preferences.order_status):
            return
        if draft.get("id") is not None:
            row = self._book.store.get("transaction", int(draft["id"]))
            if row is not None and row.fields.get("orderstatus") != "A":
                return
        if not self._allows(session, "TRAN_SALESORDAPPRV", "VIEW"):
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "Permission Violation: You need the TRAN_SALESORDAPPRV permission to approve orders.",
                status=403,
            )

    def subsidiary(self, session: Session, fields: Mapping[str, Any]) -> None:
        """
        Refuse a record of a subsidiary that the role does not reach.

        A role whose `subsidiaryoption` is OWN reaches the user's own subsidiary; records without a
        subsidiary are open to all. Which subsidiaries SELECTED means is no part of an SDF object,
        so such a role is not restricted here.
        """
        role = None if session.role == ADMINISTRATOR else self._roles.get(session.role)
        value = fields.get("subsidiary")
        if role is None or role.subsidiaries != "OWN" or value is None:
            return
        allowed = {str(self._book.fields("employee", session.user).get("subsidiary"))}
        wanted = {str(one) for one in (value if isinstance(value, list) else [value])}
        if not wanted & allowed:
            named = ", ".join(sorted(wanted))
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                f"Permission Violation: the role does not reach subsidiary {named}.",
                status=403,
                guessed=True,
            )
