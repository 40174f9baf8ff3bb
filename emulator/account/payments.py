"""Payments and credits: what they are applied to, and what is left to pay there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.transactions import set_status
from emulator.account.values import cents, decimal_of, number
from emulator.account.work import Line, Work, bad_reference, user_error
from generator.catalog.model import RecordType

# What a payment or credit can be applied to.
_APPLIED_TO = {
    "customerpayment": "invoice",
    "creditmemo": "invoice",
    "vendorpayment": "vendorbill",
    "vendorcredit": "vendorbill",
}


def open_documents(book: Book, record: RecordType, fields: Mapping[str, Any]) -> list[Line]:
    """
    The lines of `apply` for the entity of a new payment or credit: its open documents, none ticked.

    Oldest first; with a currency only those in it.
    """
    wanted = _APPLIED_TO.get(record.id)
    entity = fields.get("customer") if "customer" in record.fields else fields.get("entity")
    if wanted is None or entity is None:
        return []
    found = book.store.all(
        "SELECT id FROM record WHERE type = ? AND json_extract(body, '$.entity') = ?"
        " ORDER BY json_extract(body, '$.trandate'), id",
        wanted,
        entity,
    )
    lines: list[Line] = []
    for (number_,) in found:
        row = book.store.get("transaction", number_)
        if row is None or fields.get("currency") not in (None, row.fields.get("currency")):
            continue
        due = _due(row)
        if due > 0:
            lines.append({"line": len(lines) + 1, "fields": open_line(row, due)})
    return lines


def open_line(row: Row, due: Decimal) -> dict[str, Any]:
    """An open document as a line of `apply`, not ticked."""
    shown = {
        "doc": str(row.id),
        "internalid": str(row.id),
        "refnum": str(row.fields.get("tranid", "")),
        "applydate": row.fields.get("trandate"),
        "duedate": row.fields.get("duedate"),
        "total": row.fields.get("total", 0),
        "due": number(due),
    }
    return {"apply": False, **{name: value for name, value in shown.items() if value is not None}}


def prepare(work: Work) -> None:
    """The amounts of the applied lines; no line may take more than is due."""
    applied = Decimal(0)
    for line in work.lines("apply"):
        fields = line["fields"]
        if not fields.get("apply"):
            continue
        bill = work.book.reference("transaction", fields.get("internalid") or fields.get("doc"))
        if bill is None:
            raise bad_reference("doc", fields.get("doc"))
        due = _due(bill) + _already(work, bill)
        amount = decimal_of(fields, "amount")
        if amount is None:
            amount = due
            fields["amount"] = number(due)
        if amount > due:
            raise user_error(f"{number(amount)} is more than the {number(due)} that is due.")
        applied += amount
    if "apply" in work.sublists:  # what is not ticked was only on offer
        work.sublists["apply"] = [one for one in work.lines("apply") if one["fields"].get("apply")]
    if "payment" in work.record.fields:
        work.default("payment", number(cents(applied)))
        work.fields["total"] = work.fields["payment"]
    for name, value in (("applied", applied), ("unapplied", _whole(work) - applied)):
        if name in work.record.fields:
            work.fields[name] = number(cents(value))


def _whole(work: Work) -> Decimal:
    return decimal_of(work.fields, "payment") or decimal_of(work.fields, "total") or Decimal(0)


def _due(bill: Row) -> Decimal:
    due = decimal_of(bill.fields, "amountremaining")
    if due is None:
        due = decimal_of(bill.fields, "total") or Decimal(0)
    return due


def _already(work: Work, bill: Row) -> Decimal:
    """What the stored version of this payment takes from the document."""
    if work.old is None:
        return Decimal(0)
    return sum(
        (
            decimal_of(line["fields"], "amount") or Decimal(0)
            for line in work.old.sublists.get("apply", [])
            if line["fields"].get("apply") and line["fields"].get("internalid") == str(bill.id)
        ),
        Decimal(0),
    )


def settle(work: Work, row: Row) -> None:
    """Write what is paid and what remains on each document that was paid."""
    store = work.book.store
    for line in row.sublists.get("apply", []):
        fields = line["fields"]
        bill = work.book.reference("transaction", fields.get("internalid") or fields.get("doc"))
        if bill is None or not fields.get("apply"):
            continue
        total = decimal_of(bill.fields, "total") or Decimal(0)
        paid = Decimal(0)
        for (text,) in store.all(
            "SELECT l.value ->> '$.fields.amount' FROM record AS r, json_each(r.lines, '$.apply') AS l"
            " WHERE r.space = 'transaction' AND l.value ->> '$.fields.apply'"
            " AND l.value ->> '$.fields.internalid' = ?",
            str(bill.id),
        ):
            paid += Decimal(str(text or 0))
        bill.fields["amountpaid"] = number(cents(paid))
        bill.fields["amountremaining"] = number(cents(total - paid))
        if bill.type in ("invoice", "vendorbill"):
            set_status(bill.type, bill.fields, "B" if paid >= total else "A")
        store.put(bill)
