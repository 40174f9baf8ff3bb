"""What a script may ask about a field of a record's form: its label, whether it must be filled, its options."""

from __future__ import annotations

from typing import Any

from emulator.account.book import Book, unknown_type
from emulator.errors import NetSuiteError
from generator.catalog.model import Field, RecordType

# Labels of the standard form, of the fields that scripts ask for (common knowledge of the user
# interface; the catalogue has labels of custom fields alone).
_LABELS = {
    "account": "Account",
    "amount": "Amount",
    "billaddress": "Bill To",
    "class": "Class",
    "comments": "Comments",
    "companyname": "Company Name",
    "createdfrom": "Created From",
    "currency": "Currency",
    "department": "Department",
    "description": "Description",
    "duedate": "Due Date",
    "email": "Email",
    "enddate": "End Date",
    "exchangerate": "Exchange Rate",
    "externalid": "External ID",
    "firstname": "First Name",
    "isinactive": "Inactive",
    "item": "Item",
    "lastname": "Last Name",
    "location": "Location",
    "memo": "Memo",
    "name": "Name",
    "parent": "Parent",
    "partner": "Partner",
    "phone": "Phone",
    "postingperiod": "Posting Period",
    "price": "Price Level",
    "quantity": "Quantity",
    "rate": "Rate",
    "salesrep": "Sales Rep",
    "shipaddress": "Ship To",
    "shipdate": "Ship Date",
    "shipmethod": "Ship Via",
    "startdate": "Start Date",
    "status": "Status",
    "subsidiary": "Subsidiary",
    "taxcode": "Tax Code",
    "terms": "Terms",
    "title": "Title",
    "trandate": "Date",
    "units": "Units",
}
# One more than getSelectOptions gives back.
_MOST = 1001


def field_of(book: Book, record: str, field: str, sublist: str | None) -> tuple[RecordType, Field]:
    """A field by its ids; INVALID_RCRD_TYPE, SSS_INVALID_SUBLIST_OPERATION."""
    kind = book.catalog.records.get(record)
    if kind is None:
        raise unknown_type(record)
    if sublist is None:
        fields = kind.fields
    elif sublist in kind.sublists:
        fields = kind.sublists[sublist].fields
    else:
        raise NetSuiteError("SSS_INVALID_SUBLIST_OPERATION", f"{record} has no sublist {sublist}")
    return kind, fields.get(field, Field(field, "text"))


def describe(book: Book, record: str, field: str, sublist: str | None) -> dict[str, Any]:
    """`label` (None where it is not known), `mandatory`, `readOnly`."""
    _, found = field_of(book, record, field, sublist)
    label = found.label or _LABELS.get(field)
    return {"label": label, "mandatory": found.required, "readOnly": found.read_only}


def options(book: Book, record: str, field: str, sublist: str | None) -> list[dict[str, str]]:
    """The options of a select, value and text, in the order of their texts; at most 1,001."""
    kind, found = field_of(book, record, field, sublist)
    if found.refers is None:
        fixed = book.options(kind, found) or {}
        return [{"value": value, "text": text} for value, text in fixed.items()]
    target = book.catalog.record(found.refers)
    if target is None:
        return []
    rows = []
    for (number,) in book.store.all(
        "SELECT id FROM record WHERE space = ? ORDER BY id", book.space(target)
    ):
        row = book.row(found.refers, number)
        if row is not None and not row.fields.get("isinactive"):
            rows.append({"value": str(row.id), "text": book.name(row)})
        if len(rows) == _MOST:
            break
    return sorted(rows, key=lambda one: one["text"].casefold())
