"""
The lists that a payment, a credit or a deposit shows: what is open for its customer or vendor.

    customerpayment   apply: invoices    credit: credit memos    deposit: customer deposits
    vendorpayment     apply: bills, expense reports
    creditmemo        apply: invoices    vendorcredit  apply: bills
    customerrefund    apply: credit memos                         deposit: customer deposits
    depositapplication apply: invoices   vendorprepaymentapplication  bill: bills
    deposit           payment: what lies in undeposited funds
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.values import decimal_of, number
from emulator.account.work import Line
from emulator.ports import RecordData
from generator.catalog.model import RecordType

NOTHING = Decimal(0)
_BILLS = ("vendorbill", "expensereport")
# Record type: sublist to the types of its lines.
LISTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "customerpayment": {
        "apply": ("invoice",),
        "credit": ("creditmemo",),
        "deposit": ("customerdeposit",),
    },
    "vendorpayment": {"apply": _BILLS},
    "creditmemo": {"apply": ("invoice",)},
    "vendorcredit": {"apply": ("vendorbill",)},
    "customerrefund": {"apply": ("creditmemo",), "deposit": ("customerdeposit",)},
    "depositapplication": {"apply": ("invoice",)},
    "vendorprepaymentapplication": {"bill": ("vendorbill",)},
}
_PENDING = frozenset("DE")


def open_amount(row: Row) -> Decimal:
    """What is still to be paid of a bill, or still to be used of a credit or a deposit."""
    for name in ("amountremaining", "unapplied", "total", "payment"):
        found = decimal_of(row.fields, name)
        if found is not None:
            return found
    return NOTHING


def fill(book: Book, record: RecordType, draft: RecordData) -> None:
    """
    Put the open documents into a draft's lists, after those that it has.

    Nothing happens where the draft names no customer or vendor yet; documents of another currency
    are left out.
    """
    if record.id == "deposit":
        _merge(draft, "payment", _undeposited(book))
        return
    lists = LISTS.get(record.id)
    if lists is None:
        return
    fields = draft["fields"]
    entity = fields.get("customer") or fields.get("entity")
    if entity is None:
        return
    for sublist, types in lists.items():
        rows = [
            row
            for row in of_entity(book, str(entity), types)
            if open_amount(row) > 0
            and row.fields.get("currency") == fields.get("currency", row.fields.get("currency"))
            and not (row.type in _BILLS and row.fields.get("_status") in _PENDING)
        ]
        rows.sort(key=lambda row: (str(row.fields.get("trandate")), row.id))
        _merge(draft, sublist, [_line(book, row, sublist) for row in rows])


def of_entity(book: Book, entity: str, types: Iterable[str]) -> list[Row]:
    """The transactions of these types of one customer, vendor or employee."""
    wanted = tuple(types)
    found = book.store.all(
        "SELECT id, type FROM record WHERE space = 'transaction'"
        " AND json_extract(body, '$.entity') = ? ORDER BY id",
        entity,
    )
    rows = (book.store.get("transaction", number_) for number_, type_ in found if type_ in wanted)
    return [row for row in rows if row is not None]


def _line(book: Book, row: Row, sublist: str) -> dict[str, Any]:
    due = number(open_amount(row))
    record = book.type(row.type)
    fields = {
        "apply": False,
        "doc": str(row.id),
        "internalid": str(row.id),
        "refnum": str(row.fields.get("tranid", "")),
        "type": record.label,
        "total": row.fields.get("total", row.fields.get("payment", 0)),
    }
    day = "depositdate" if sublist == "deposit" else "applydate"
    fields[day] = row.fields.get("trandate")
    fields["remaining" if sublist == "deposit" else "due"] = due
    if "duedate" in row.fields and sublist in ("apply", "bill"):
        fields["duedate"] = row.fields["duedate"]
    currency = book.fields("currency", row.fields.get("currency")).get("name")
    if currency is not None:
        fields["currency"] = currency
    return fields


def _undeposited(book: Book) -> list[dict[str, Any]]:
    found = book.store.all(
        "SELECT id FROM record WHERE space = 'transaction'"
        " AND type IN ('customerpayment', 'cashsale', 'customerdeposit')"
        " AND json_extract(body, '$._undeposited') ORDER BY id"
    )
    out = []
    for (number_,) in found:
        row = book.store.get("transaction", number_)
        if row is not None:
            amount = row.fields.get("payment", row.fields.get("total", 0))
            out.append(
                {
                    "deposit": False,
                    "id": str(row.id),
                    "doc": str(row.id),
                    "docdate": row.fields.get("trandate"),
                    "docnumber": str(row.fields.get("tranid", "")),
                    "entity": row.fields.get("entity"),
                    "paymentamount": amount,
                    "transactionamount": amount,
                    "type": book.type(row.type).label,
                }
            )
    return out


def _merge(draft: RecordData, sublist: str, wanted: list[dict[str, Any]]) -> None:
    lines: list[Line] = draft["sublists"].setdefault(sublist, [])
    there = {str(line["fields"].get("doc")) for line in lines}
    highest = max((line["line"] or 0 for line in lines), default=0)
    for fields in wanted:
        if fields["doc"] not in there:
            highest += 1
            lines.append({"line": highest, "fields": fields})
    if not lines:
        del draft["sublists"][sublist]


def tick(draft: RecordData, sublist: str, document: int) -> Decimal:
    """Tick the line of a document with all that is due; the amount, nothing where it is not listed."""
    for line in draft["sublists"].get(sublist, []):
        fields = line["fields"]
        if str(fields.get("doc")) == str(document):
            due = fields.get("due", fields.get("remaining", 0))
            fields |= {"apply": True, "amount": due}
            return Decimal(str(due))
    return NOTHING
