"""
What customers and vendors owe: derived, so it changes without a save of the entity.

    balance          open invoices (bills) less unapplied credits and payments
    depositbalance   customer deposits not yet applied
    unbilledorders   what is ordered and not yet billed
    overduebalance   the part of the balance whose due date has passed, at the time of loading
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from emulator.account.book import Book
from emulator.account.values import cents, number
from emulator.ports import RecordData
from generator.catalog.model import RecordType

# Transaction type: the field that says what is open of it, and the sign in the balance.
_OWED = {
    "invoice": ("amountremaining", 1),
    "creditmemo": ("unapplied", -1),
    "customerpayment": ("unapplied", -1),
    "vendorbill": ("amountremaining", 1),
    "vendorcredit": ("unapplied", -1),
    "expensereport": ("amountremaining", 1),
}
_ORDERS = ("salesorder", "purchaseorder")
COUNTED = frozenset({*_OWED, *_ORDERS, "customerdeposit", "depositapplication", "customerrefund"})
_UNAPPROVED = frozenset("DE")


def begin(record: RecordType, fields: dict[str, Any]) -> None:
    """A new entity owes nothing."""
    for name in ("balance", "depositbalance", "unbilledorders", "overduebalance"):
        if name in record.fields and record.fields[name].read_only:
            fields[name] = 0


def refresh(book: Book, entity: Any) -> None:
    """Write the balances of an entity, where they changed."""
    row = None if entity is None else book.reference("entity", entity)
    if row is None:
        return
    balance, deposits, unbilled = Decimal(0), Decimal(0), Decimal(0)
    found = book.store.all(
        "SELECT type, body ->> '$.amountremaining', body ->> '$.unapplied', body ->> '$._unbilled',"
        " body ->> '$._status' FROM record WHERE space = 'transaction'"
        " AND json_extract(body, '$.entity') = ?",
        str(entity),
    )
    for type_, remaining, unapplied, open_, status in found:
        if type_ in _OWED and not (type_.endswith("bill") and status in _UNAPPROVED):
            name, sign = _OWED[type_]
            amount = remaining if name == "amountremaining" else unapplied
            balance += sign * Decimal(str(amount or 0))
        elif type_ == "customerdeposit":
            deposits += Decimal(str(unapplied or 0))
        elif type_ in _ORDERS:
            unbilled += Decimal(str(open_ or 0))
    record = book.type(row.type)
    new = {"balance": balance, "depositbalance": deposits, "unbilledorders": unbilled}
    values = {
        name: number(cents(value))
        for name, value in new.items()
        if name in record.fields and (value or name in row.fields)
    }
    if any(row.fields.get(name) != value for name, value in values.items()):
        row.fields |= values
        book.store.put(row)


def show(book: Book, data: RecordData, today: str) -> None:
    """What is overdue today of a loaded entity's balance."""
    record = book.type(data["type"])
    fields = data["fields"]
    if "overduebalance" not in record.fields or not fields.get("balance"):
        return
    overdue, oldest = Decimal(0), None
    for due, remaining in book.store.all(
        "SELECT body ->> '$.duedate', body ->> '$.amountremaining' FROM record"
        " WHERE space = 'transaction' AND json_extract(body, '$.entity') = ?"
        " AND type = 'invoice' AND body ->> '$.amountremaining' > 0",
        str(data["id"]),
    ):
        if due is not None and due < today:
            overdue += Decimal(str(remaining))
            oldest = min(oldest or due, due)
    fields["overduebalance"] = number(cents(overdue))
    days = 0 if oldest is None else (date.fromisoformat(today) - date.fromisoformat(oldest)).days
    if "daysoverdue" in record.fields:
        fields["daysoverdue"] = days
