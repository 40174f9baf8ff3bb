"""Inventory detail: which lots, serial numbers and bins a line's quantity is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulator.account.store import Row
from emulator.account.values import decimal_of, number
from emulator.account.work import Line, Work, bad_reference, user_error

SERIALIZED = frozenset({"serializedinventoryitem", "serializedassemblyitem"})
NUMBERED = SERIALIZED | {"lotnumberedinventoryitem", "lotnumberedassemblyitem"}
STOCKED = NUMBERED | {"inventoryitem", "assemblyitem"}
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Move:
    """
    A quantity of an item, positive into a location.

    `lot` is an inventory number's id and `bin` a bin's, 0 where there is none.
    """

    line: int
    item: int
    location: int
    lot: int
    quantity: Decimal
    bin: int = 0


def assigned(
    work: Work, line: Line, item: Row, quantity: Decimal, *, required: bool
) -> Iterator[tuple[int, int, int, Decimal]]:
    """
    A line's shares as (lot, bin, bin it goes to, quantity).

    An item with numbers needs the detail where stock moves; any other may go without. The shares'
    sum must be the line's quantity.
    """
    detail = (line.get("subrecords") or {}).get("inventorydetail")
    shares = [] if detail is None else detail["sublists"].get("inventoryassignment", [])
    numbered = item.type in NUMBERED
    if not numbered and any("receiptinventorynumber" in a["fields"] for a in shares):
        raise user_error(f"Item {item.fields.get('itemid')} takes no inventory numbers.")
    if not shares:
        if not numbered:
            yield 0, 0, 0, quantity
        elif required and quantity:
            raise user_error(
                f"Please configure the inventory detail in line {line['line']} of the item list."
            )
        return
    total = sum((decimal_of(a["fields"], "quantity") or NOTHING for a in shares), NOTHING)
    if abs(total) != abs(quantity):
        raise user_error(f"The total inventory detail quantity must be {number(abs(quantity))}.")
    for share in shares:
        fields = share["fields"]
        amount = abs(decimal_of(fields, "quantity") or NOTHING)
        if item.type in SERIALIZED and amount > 1:
            raise user_error("The quantity of a serial number must be 1.")
        bins = _bin(work, line, fields, "binnumber"), _bin(work, line, fields, "tobinnumber")
        inward = quantity > 0 and work.record.id not in ("bintransfer", "inventorytransfer")
        lot = 0
        if numbered:
            lot = _receipt(work, item, fields) if inward else _issue(work, item, fields)
        yield lot, *bins, amount if quantity > 0 else -amount


def _bin(work: Work, line: Line, fields: dict[str, Any], name: str) -> int:
    """A bin of the line's location, 0 for none: INVALID_KEY_OR_REF for one of another location."""
    value = fields.get(name)
    if value is None:
        return 0
    place = line["fields"].get("location") or work.fields.get("location")
    if work.record.id == "inventorytransfer" and name == "tobinnumber":
        place = work.fields.get("transferlocation")
    row = work.book.reference("bin", value)
    if row is None or (place is not None and row.fields.get("location", place) != place):
        raise bad_reference(name, value, f" for location {place}")
    return row.id


def _receipt(work: Work, item: Row, fields: dict[str, Any]) -> int:
    """The lot that stock comes into, made when it is new."""
    text = fields.get("receiptinventorynumber")
    if text is None:
        raise user_error("Please enter value(s) for: receiptinventorynumber")
    store = work.book.store
    known = store.one(
        "SELECT id FROM record WHERE space = 'inventorynumber'"
        " AND json_extract(body, '$.item') = ? AND json_extract(body, '$.inventorynumber') = ?",
        str(item.id),
        text,
    )
    if known is not None:
        return int(known[0])
    lot = store.next("inventorynumber", 501)
    body = {"inventorynumber": text, "item": str(item.id)}
    if "expirationdate" in fields:
        body["expirationdate"] = fields["expirationdate"]
    now = work.now_ms
    store.put(Row("inventorynumber", lot, "inventorynumber", None, 1, now, now, body, {}, {}))
    return lot


def _issue(work: Work, item: Row, fields: dict[str, Any]) -> int:
    """The lot that stock leaves: it must be one of this item."""
    value = fields.get("issueinventorynumber")
    if value is None:
        raise user_error("Please enter value(s) for: issueinventorynumber")
    row = work.book.reference("inventorynumber", value)
    if row is None or row.fields.get("item") != str(item.id):
        raise bad_reference("issueinventorynumber", value, f" for item {item.fields.get('itemid')}")
    return row.id
