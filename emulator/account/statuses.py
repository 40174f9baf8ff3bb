"""The statuses of transactions: that of a new record, and how one is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account.preferences import Preferences
from generator.catalog.options import LIKE, STATUS_FIELD, statuses

# The status of a new transaction that names none; the first letter where nothing is said here.
_FIRST: Mapping[str, str] = {
    "purchaseorder": "B",
    "transferorder": "B",
    "returnauthorization": "B",
    "vendorreturnauthorization": "B",
    "workorder": "B",
    "journalentry": "B",
    "cashsale": "B",
    "customerpayment": "B",
}


def first(record: str, preferences: Preferences) -> str:
    """The letter of a new transaction that names no status."""
    if record == "salesorder":
        return preferences.order_status
    if record == "itemfulfillment":
        return preferences.fulfilment_status
    return _FIRST.get(LIKE.get(record, record), "A")


def set_status(record: str, fields: dict[str, Any], letter: str) -> None:
    """Write a status in all its spellings: letter, text and `statusref`."""
    known = statuses(record)
    if known is None or letter not in known:
        return
    text, ref = known[letter]
    shown = STATUS_FIELD.get(record)
    if shown:
        fields[shown] = letter
    fields["_status"] = letter
    fields["status"] = text
    fields["statusref"] = ref
