"""Unsaved records: new ones with their defaults, copies, and transformations."""

from __future__ import annotations

import copy as copying
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulator.account import applying, builds, links, places, pricing
from emulator.account.book import Book
from emulator.account.checks import TIMES, canonical_fields
from emulator.account.details import STOCKED
from emulator.account.store import Row
from emulator.account.values import decimal_of, number
from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import RecordData, Session
from generator.catalog.model import RecordType

# Defaults that steer the making of a record and are no fields of it.
_STEERING = frozenset(
    {"recordmode", "shipgroup", "inventorylocation", "disablepaymentfilters", "subtype"}
)
# Never carried from one transaction to the next.
_OWN = TIMES | {"tranid", "externalid", "status", "statusref", "orderstatus", "shipstatus"}
_OWN_LINE = frozenset(
    {"quantityfulfilled", "quantitybilled", "quantityreceived", "isclosed", "lineuniquekey"}
)
# Target of a transformation: the statuses of its source that allow it.
_OPEN = {
    ("salesorder", "itemfulfillment"): "BDE",
    ("salesorder", "invoice"): "BDEF",
    ("salesorder", "cashsale"): "BDEF",
    ("purchaseorder", "itemreceipt"): "BDE",
    ("purchaseorder", "vendorbill"): "BDEF",
    ("transferorder", "itemfulfillment"): "BD",
    ("transferorder", "itemreceipt"): "DEF",
    ("returnauthorization", "itemreceipt"): "BDE",
    ("returnauthorization", "creditmemo"): "BDEF",
    ("vendorreturnauthorization", "itemfulfillment"): "BD",
    ("intercompanytransferorder", "itemfulfillment"): "BD",
    ("intercompanytransferorder", "itemreceipt"): "DEF",
    ("customerdeposit", "depositapplication"): "AB",
    ("vendorprepayment", "vendorprepaymentapplication"): "AB",
    ("estimate", "salesorder"): "A",
    ("estimate", "invoice"): "A",
    ("estimate", "cashsale"): "A",
}
_MOVING = frozenset({"itemfulfillment", "itemreceipt"})
# What bills a sale, which may have to wait for its goods to be shipped.
_BILLING = frozenset({"invoice", "cashsale"})
# In the catalogue, but their effects on stock and payments are not modelled here.
_WITHOUT_RULES = frozenset(
    {"inventorycount", "inventorycostrevaluation", "workorderissue", "workordercompletion"}
    | {"workorderclose", "paycheckjournal"}
)


def empty(record: str, fields: dict[str, Any]) -> RecordData:
    """A draft of a record type."""
    return {
        "type": record,
        "id": None,
        "version": None,
        "fields": fields,
        "sublists": {},
        "subrecords": {},
    }


def new(
    book: Book, session: Session, record: RecordType, defaults: Mapping[str, Any], now_ms: int
) -> RecordData:
    """A new record with its defaults; fulfilments and receipts only come from a transformation."""
    _modelled(record)
    if record.id in _MOVING:
        raise NetSuiteError(
            "INVALID_RCRD_TYPE", f"{record.label} records are made by record.transform only."
        )
    given = {name: value for name, value in defaults.items() if name not in _STEERING}
    if "entity" in given and "customer" in record.fields:
        # Initialised by `entity`, whatever the field's name.
        given["customer"] = given.pop("entity")
    fields = canonical_fields(record.fields, given, record.id)
    if record.kind == "transaction":
        fields.setdefault("trandate", book.today(session, now_ms))
    draft = empty(record.id, fields)
    applying.fill(book, record, draft)
    if record.kind == "item":
        _item_lists(book, draft)
    return draft


def _item_lists(book: Book, draft: RecordData) -> None:
    """The lists that a new item has before anything is in them."""
    pricing.show(book, draft)
    if draft["type"] in STOCKED:
        places.show(book, None, draft)


def lists(book: Book, record: str) -> dict[str, Any]:
    """The lists that the account fills in a new record of a type."""
    draft = empty(record, {})
    if book.type(record).kind == "item":
        _item_lists(book, draft)
    found: dict[str, Any] = draft["sublists"]
    return found


def _modelled(record: RecordType) -> None:
    if record.id in _WITHOUT_RULES:
        raise UnsupportedError(f"The emulator does not have the rules of {record.label} records.")


def copy(book: Book, session: Session, row: Row, now_ms: int) -> RecordData:
    """An unsaved copy: without numbers, external id, fingerprints of the account, and derived values."""
    record = book.type(row.type)
    fields = {
        name: value
        for name, value in row.fields.items()
        if not name.startswith("_")
        and name not in _OWN
        and not (name in record.fields and record.fields[name].read_only)
        and not (record.kind == "entity" and name == "entityid")
    }
    if record.kind == "transaction":
        fields["trandate"] = book.today(session, now_ms)
        fields.pop("createdfrom", None)
    draft = empty(row.type, fields)
    for name, lines in row.sublists.items():
        draft["sublists"][name] = [
            {**copying.deepcopy(line), "line": None, "fields": _plain(line["fields"])}
            for line in lines
        ]
    draft["subrecords"] = copying.deepcopy(row.subrecords)
    if record.kind == "item":
        _item_lists(book, draft)
    return draft


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        k: v
        for k, v in fields.items()
        if k not in _OWN_LINE and k not in ("orderline", "id", "internalid")
    }


def transform(
    book: Book,
    session: Session,
    row: Row,
    target: RecordType,
    defaults: Mapping[str, Any],
    now_ms: int,
) -> RecordData:
    """
    An unsaved record made from another.

    Lines carry over with `orderline`; fulfilments and receipts have every open line ticked with
    what remains of it. INVALID_INITIALIZE_REF where the source's status or quantities allow none.
    """
    _modelled(target)
    if row.type not in target.transforms_from:
        raise NetSuiteError(
            "INVALID_RCRD_TYPE",
            f"{row.type} cannot be transformed to {target.id}.",
            guessed=True,
        )
    allowed = _OPEN.get((row.type, target.id))
    if allowed is not None and row.fields.get("_status") not in tuple(allowed):
        raise _no_initialize(row, target)
    fields = {
        name: value
        for name, value in row.fields.items()
        if name in target.fields
        and name not in _OWN
        and not target.fields[name].read_only
        and not name.startswith("_")
    }
    fields["createdfrom"] = str(row.id)
    if row.space == "entity":
        fields = {
            name: fields[name] for name in ("subsidiary", "currency", "terms") if name in fields
        }
        fields["customer" if "customer" in target.fields else "entity"] = str(row.id)
    elif row.space == "item":
        fields = {"assemblyitem" if target.id == "workorder" else "item": str(row.id)}
    elif row.type in ("workorder", "assemblybuild"):
        _build(book, row, target, fields)
    fields["trandate"] = book.today(session, now_ms)
    if "customer" in target.fields and "entity" in row.fields:
        fields["customer"] = row.fields["entity"]
    if target.id == "customerdeposit" and row.type == "salesorder":
        fields["salesorder"] = str(row.id)
    draft = empty(target.id, fields)
    draft["fields"] |= canonical_fields(
        target.fields, {k: v for k, v in defaults.items() if k not in _STEERING}, target.id
    )
    draft["subrecords"] = {
        name: copying.deepcopy(value)
        for name, value in row.subrecords.items()
        if name in target.subrecords
    }
    if "component" in target.sublists:
        lines = builds.components(book, draft["fields"], "item")
        draft["sublists"]["component"] = lines
    elif "createdfrom" in fields:
        _lines(book, row, target, draft)
    if target.id in applying.LISTS:
        _apply(book, row, target, draft)
    if "createdfrom" not in target.fields:
        draft["fields"].pop("createdfrom", None)
    return draft


def _build(book: Book, row: Row, target: RecordType, fields: dict[str, Any]) -> None:
    """A build takes what is left of its work order, an unbuild all of its build."""
    if row.type == "workorder":
        left = builds.left(book, row)
        if left <= 0 or row.fields.get("_status") in ("A", "G", "H"):
            raise _no_initialize(row, target)
        fields |= {"item": row.fields["assemblyitem"], "quantity": number(left)}


def _no_initialize(row: Row, target: RecordType) -> NetSuiteError:
    return NetSuiteError(
        "INVALID_INITIALIZE_REF", f"You can not initialize {target.id}: invalid reference {row.id}."
    )


def _lines(book: Book, row: Row, target: RecordType, draft: RecordData) -> None:
    sale = row.type == "salesorder" and target.id in _BILLING
    only_shipped = sale and not book.preferences.invoice_in_advance
    for sublist in ("item", "expense"):
        known = target.sublists.get(sublist)
        if known is None or sublist not in row.sublists:
            continue
        open_ = links.remaining(book, row, (target.id,))
        received = links.expenses_on(book, row, (target.id,))
        lines = []
        for line in row.sublists[sublist]:
            left = open_.get(line["line"]) if sublist == "item" else None
            if line["fields"].get("isclosed") or (left is not None and left <= 0):
                continue
            if sublist == "expense" and target.id in _MOVING and line["line"] in received:
                continue
            item = book.reference("item", line["fields"].get("item"))
            if target.id in _MOVING and item is not None and not links.moves(item):
                continue
            if only_shipped and left is not None and item is not None and links.moves(item):
                left -= _unshipped(line["fields"])
                if left <= 0:
                    continue
            fields = {
                name: value
                for name, value in line["fields"].items()
                if name in known.fields and name not in _OWN_LINE
            }
            fields["orderline"] = line["line"]
            if left is not None:
                if fields.get("quantity") != number(left):
                    fields.pop("amount", None)
                fields["quantity"] = number(left)
            if target.id in _MOVING and sublist == "expense":
                fields["markreceived"] = True
            elif target.id in _MOVING:
                fields.pop("amount", None)
                fields |= {"itemreceive": True, "quantityremaining": fields["quantity"]}
                place = row.fields.get(
                    "transferlocation"
                    if (row.type, target.id) == ("transferorder", "itemreceipt")
                    else "location"
                )
                if "location" not in fields and place is not None:
                    fields["location"] = place
                if item is not None:
                    fields["itemname"] = item.fields.get("itemid", "")
            moved: dict[str, Any] = {"line": line["line"], "fields": fields}
            if line.get("subrecords"):
                moved["subrecords"] = copying.deepcopy(line["subrecords"])
            lines.append(moved)
        draft["sublists"][sublist] = lines
    if (target.id in _MOVING or only_shipped) and not draft["sublists"].get("item"):
        raise _no_initialize(row, target)


def _unshipped(line: Mapping[str, Any]) -> Decimal:
    ordered, shipped = decimal_of(line, "quantity"), decimal_of(line, "quantityfulfilled")
    return max((ordered or Decimal(0)) - (shipped or Decimal(0)), Decimal(0))


def _apply(book: Book, row: Row, target: RecordType, draft: RecordData) -> None:
    """The open documents of the entity, with the one that the record is made for ticked."""
    applying.fill(book, target, draft)
    taken = applying.tick(draft, "bill" if "bill" in target.sublists else "apply", row.id)
    if "payment" in target.fields and taken:
        draft["fields"]["payment"] = number(taken)
