"""
Sourcing while a script works: what follows from one change in dynamic mode.

A changed field empties what it sources, then the rules of the save fill it anew: dynamic mode and a
save with sourcing are one code (help topic "SuiteScript 2.x Standard and Dynamic Modes"). Which
field sources which is common knowledge of the user interface; that a later choice replaces what was
typed into a dependent field before is seen there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account import applying, checks, payments, transactions
from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.values import is_empty
from emulator.account.work import Line, Work, user_error
from emulator.ports import RecordData, Session
from generator.catalog.model import RecordType

_ADDRESS = ("shipaddresslist", "billaddresslist", "shipaddress", "billaddress")
_ENTITY = (
    *("subsidiary", "currency", "exchangerate", "terms", "duedate", "salesrep", "partner"),
    *("shipmethod", "shipcarrier", "email", "taxitem", *_ADDRESS),
    *("shippingaddress", "billingaddress"),
)
# A body field to the fields and subrecords that it sources.
BODY: Mapping[str, tuple[str, ...]] = {
    "entity": _ENTITY,
    "customer": _ENTITY,
    "subsidiary": ("exchangerate",),
    "currency": ("exchangerate",),
    "trandate": ("exchangerate", "duedate"),
    "terms": ("duedate",),
    "shipmethod": ("shipcarrier",),
    "shipaddresslist": ("shippingaddress", "shipaddress"),
    "billaddresslist": ("billingaddress", "billaddress"),
    "discountrate": (),
    "shippingcost": (),
    "handlingcost": (),
    "payment": (),
}
_AMOUNTS = ("amount", "grossamt", "tax1amt")
# The same for the fields of a line.
LINE: Mapping[str, tuple[str, ...]] = {
    "item": ("description", "rate", "price", "units", "taxcode", "taxrate1", *_AMOUNTS),
    "quantity": _AMOUNTS,
    "rate": ("price", *_AMOUNTS),
    "amount": ("rate", "price", "grossamt", "tax1amt"),
    "price": ("rate", *_AMOUNTS),
    "units": ("rate", *_AMOUNTS),
    "taxcode": ("taxrate1", "grossamt", "tax1amt"),
    "apply": ("amount",),
}
_LINES = ("item", "expense", "apply", "credit", "deposit", "bill")
# Pairs of radio buttons: scripts read and write them as T and F (seen in many scripts).
RADIO = frozenset({"isperson"})
CUSTOM_PRICE = "-1"
# Their lines come from an order, or must balance as a whole.
_AS_THEY_ARE = frozenset(
    {"itemfulfillment", "itemreceipt", "journalentry", "intercompanyjournalentry"}
)


def sources(record: RecordType) -> dict[str, list[str]] | None:
    """The fields of a record type whose change others follow: of its body under '', of its sublists."""
    if record.kind != "transaction" or record.id in _AS_THEY_ARE:
        return None
    found = {"": [name for name in BODY if name in record.fields]}
    for sublist in _LINES:
        known = record.sublists.get(sublist)
        if known is not None:
            found[sublist] = [name for name in LINE if name in known.fields]
    return found


def follow(
    book: Book,
    session: Session,
    draft: RecordData,
    old: Row | None,
    now_ms: int,
    *,
    field: str | None = None,
    sublist: str | None = None,
    line: Line | None = None,
) -> dict[str, Any]:
    """
    What has changed after a body field, or a field of the current line, was set.

    Without a field: after lines were committed or removed (no line), or before a line is committed.

    Returns:
        `fields`, `subrecords`, `sublists` and `line` with what differs; None means empty now.

    Raises:
        NetSuiteError: INVALID_KEY_OR_REF, USER_ERROR for a line without a required value.
    """
    record = book.type(draft["type"])
    given = {**draft, "fields": dict(draft["fields"]), "subrecords": dict(draft["subrecords"])}
    if sublist is not None and line is not None:
        given["sublists"] = {sublist: [{**line, "fields": dict(line["fields"])}]}
        _empty_line(record, sublist, given["sublists"][sublist][0]["fields"], field)
    elif field is not None:
        for name in BODY.get(field, ()):
            given["fields"].pop(name, None)
            given["subrecords"].pop(name, None)
    fields, sublists, subrecords = checks.begin(book, record, given, old)
    work = Work(book, session, record, old, fields, sublists, subrecords, True, now_ms)
    checks.references(work)
    if sublist is not None and line is not None:
        return _of_line(work, sublist, line, field)
    return _of_body(work, draft, field)


def _empty_line(
    record: RecordType, sublist: str, fields: dict[str, Any], field: str | None
) -> None:
    for name in LINE.get(field or "", ()):
        if not (field == "price" and fields.get("price") == CUSTOM_PRICE and name == "rate"):
            fields.pop(name, None)
    if field in ("rate", "amount") and "price" in record.sublists[sublist].fields:
        fields["price"] = CUSTOM_PRICE


def _of_line(work: Work, sublist: str, line: Line, field: str | None) -> dict[str, Any]:
    if sublist not in applying.LISTS.get(work.record.id, ()):
        transactions.prepare(work)
    now = work.lines(sublist)[0]["fields"]
    if field == "apply" and now.get("apply"):
        now["amount"] = now.get("due", now.get("remaining", 0))
    if field is None:
        known = work.record.sublists[sublist].fields.values()
        missing = [known.id for known in known if known.required and known.id not in now]
        if missing:
            raise user_error(f"Please enter value(s) for: {', '.join(missing)}")
    return _answer(line=_differences(line["fields"], now))


def _of_body(work: Work, draft: RecordData, field: str | None) -> dict[str, Any]:
    listed = {}
    if field in ("entity", "customer", "currency") and work.record.id in applying.LISTS:
        now = {**draft, "fields": work.fields, "sublists": {}}
        applying.fill(work.book, work.record, now)
        listed = {name: now["sublists"].get(name, []) for name in applying.LISTS[work.record.id]}
        work.sublists.update({name: [] for name in listed})
    if work.record.id in applying.LISTS:
        payments.prepare(work)
    transactions.prepare(work)
    if field not in ("entity", "customer"):
        _leave_without_address(work, draft)
    changes = _differences(draft["fields"], work.fields)
    subrecords = {
        name: work.subrecords.get(name)
        for name in {*draft["subrecords"], *work.subrecords}
        if name in BODY.get(field or "", ())
    }
    return _answer(fields=changes, subrecords=subrecords, sublists=listed)


def _leave_without_address(work: Work, draft: RecordData) -> None:
    """
    The customer's own address comes with the customer alone.

    A script that empties `shipaddresslist` types another address next (help topic "Scripting
    Transaction Shipping and Billing Addresses").
    """
    for side, subrecord in (("ship", "shippingaddress"), ("bill", "billingaddress")):
        choice = f"{side}addresslist"
        if is_empty(draft["fields"].get(choice)) and choice in work.fields:
            for name in (choice, f"{side}address"):
                work.fields.pop(name, None)
            work.subrecords.pop(subrecord, None)


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Values of now that differ, None for those that are gone; the account's own notes stay inside."""
    changed = {
        name: value
        for name, value in now.items()
        if before.get(name) != value and not name.startswith("_")
    }
    gone = {
        name: None
        for name, value in before.items()
        if name not in now and name not in checks.TIMES and not is_empty(value)
    }
    return {**changed, **gone}


def _answer(**parts: Any) -> dict[str, Any]:
    return {"fields": {}, "subrecords": {}, "sublists": {}, "line": {}, **parts}
