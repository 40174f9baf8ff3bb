"""
Stock: inventory detail on lines, lot and serial numbers, and what a transaction moves.

Every transaction writes its own moves and replaces them when it is saved again; what is on hand is
the sum of all moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulator.account.store import Row, Store
from emulator.account.values import decimal_of, number
from emulator.account.work import Line, Work, bad_reference, user_error
from emulator.ports import RecordData

SERIALIZED = frozenset({"serializedinventoryitem", "serializedassemblyitem"})
NUMBERED = SERIALIZED | {"lotnumberedinventoryitem", "lotnumberedassemblyitem"}
STOCKED = NUMBERED | {"inventoryitem", "assemblyitem"}
# The sublist whose lines move stock, and its quantity field.
NOTHING = Decimal(0)
_SUBLISTS = {"inventoryadjustment": "inventory", "inventorytransfer": "inventory"}
_OUT = frozenset({"itemfulfillment", "invoice", "cashsale", "vendorcredit"})
_IN = frozenset({"itemreceipt", "vendorbill", "creditmemo", "cashrefund"})
# Made from an order, these leave stock to the fulfilment or receipt of that order.
_BILLING = frozenset(
    {"invoice", "cashsale", "vendorbill", "creditmemo", "cashrefund", "vendorcredit"}
)
_ORDERS = frozenset(
    {"salesorder", "purchaseorder", "returnauthorization", "vendorreturnauthorization"}
)


@dataclass(frozen=True, slots=True)
class Move:
    """A quantity of an item, positive into a location; `lot` is an inventory number's id or 0."""

    line: int
    item: int
    location: int
    lot: int
    quantity: Decimal


def apply(work: Work, id: int) -> None:  # noqa: A002
    """Check inventory details and write the moves of a saved transaction."""
    moves = list(_moves(work))
    store = work.book.store
    store.run("DELETE FROM stock_move WHERE transaction_id = ?", id)
    for move in moves:
        if move.quantity < 0:
            _enough(work, move)
        store.run(
            "INSERT INTO stock_move VALUES (?, ?, ?, ?, ?, ?)",
            id,
            move.line,
            move.item,
            move.location,
            move.lot,
            float(move.quantity),
        )


def forget(store: Store, id: int) -> None:  # noqa: A002
    """Undo the moves of a deleted transaction."""
    store.run("DELETE FROM stock_move WHERE transaction_id = ?", id)


def on_hand(
    store: Store, item: int, location: int | None = None, lot: int | None = None
) -> Decimal:
    """What is on hand of an item, at a location, of one lot."""
    sql = "SELECT coalesce(sum(quantity), 0) FROM stock_move WHERE item = ?"
    values = [item]
    if location is not None:
        sql += " AND location = ?"
        values.append(location)
    if lot is not None:
        sql += " AND number = ?"
        values.append(lot)
    return round(Decimal(str(store.one(sql, *values)[0])), 5)


def by_location(store: Store, item: int) -> dict[int, Decimal]:
    """What is on hand of an item, by location."""
    rows = store.all(
        "SELECT location, sum(quantity) FROM stock_move WHERE item = ? GROUP BY location", item
    )
    return {location: round(Decimal(str(quantity)), 5) for location, quantity in rows}


def show(store: Store, item: int, data: RecordData) -> None:
    """Put what is on hand, in all and by location, into a loaded item."""
    places = by_location(store, item)
    whole = number(sum(places.values(), start=NOTHING))
    data["fields"] |= {"quantityonhand": whole, "quantityavailable": whole}
    data["sublists"] = {
        **data["sublists"],
        "locations": [
            {
                "line": line,
                "fields": {
                    "location": place,
                    "quantityonhand": number(quantity),
                    "quantityavailable": number(quantity),
                },
            }
            for line, (place, quantity) in enumerate(sorted(places.items()), start=1)
        ],
    }


def _moves(work: Work) -> Iterator[Move]:
    record = work.record.id
    sublist = _SUBLISTS.get(record, "item")
    direction = 1 if record in _IN else -1 if record in _OUT else 0
    if record in _BILLING and _from_order(work):
        return
    if record == "itemfulfillment" and work.fields.get("shipstatus", "C") != "C":
        direction = 0
    for line in work.lines(sublist):
        fields = line["fields"]
        item = work.book.reference("item", fields.get("item"))
        if item is None or item.type not in STOCKED:
            continue
        if record in _SUBLISTS:
            quantity = decimal_of(fields, "adjustqtyby") or Decimal(0)
        else:
            quantity = (decimal_of(fields, "quantity") or Decimal(0)) * (direction or -1)
        details = list(
            _details(work, line, item, quantity, required=direction != 0 or record in _SUBLISTS)
        )
        if record not in _SUBLISTS and direction == 0:
            continue
        place = _location(work, fields)
        if place is None:
            if record in ("itemfulfillment", "itemreceipt"):
                raise user_error("Please enter value(s) for: location")
            continue
        for lot, share in details:
            if record == "inventorytransfer":
                target = int(work.fields["transferlocation"])
                yield Move(line["line"], item.id, place, lot, -abs(share))
                yield Move(line["line"], item.id, target, lot, abs(share))
            else:
                yield Move(line["line"], item.id, place, lot, share)


def _from_order(work: Work) -> bool:
    value = work.fields.get("createdfrom")
    source = None if value is None else work.book.reference("transaction", value)
    return source is not None and source.type in _ORDERS


def _location(work: Work, fields: Mapping[str, Any]) -> int | None:
    names: Iterable[str] = ("location", "adjlocation")
    value = fields.get("location") or next(
        (work.fields[name] for name in names if name in work.fields), None
    )
    return None if value is None else int(value)


def _details(
    work: Work, line: Line, item: Row, quantity: Decimal, *, required: bool
) -> Iterator[tuple[int, Decimal]]:
    """The lots of a line and how much of each; (0, quantity) for items without numbers."""
    detail = (line.get("subrecords") or {}).get("inventorydetail")
    assigned = [] if detail is None else detail["sublists"].get("inventoryassignment", [])
    if item.type not in NUMBERED:
        if any("receiptinventorynumber" in a["fields"] for a in assigned):
            raise user_error(f"Item {item.fields.get('itemid')} takes no inventory numbers.")
        yield 0, quantity
        return
    if not assigned:
        if required and quantity:
            raise user_error(
                f"Please configure the inventory detail in line {line['line']} of the item list."
            )
        return
    total = sum((decimal_of(a["fields"], "quantity") or Decimal(0) for a in assigned), Decimal(0))
    if abs(total) != abs(quantity):
        raise user_error(f"The total inventory detail quantity must be {number(abs(quantity))}.")
    for assignment in assigned:
        fields = assignment["fields"]
        share = abs(decimal_of(fields, "quantity") or Decimal(0))
        if item.type in SERIALIZED and share > 1:
            raise user_error("The quantity of a serial number must be 1.")
        if quantity > 0:
            yield _receipt(work, item, fields), share
        else:
            yield _issue(work, item, fields), -share


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


def _enough(work: Work, move: Move) -> None:
    """Lots cannot be issued beyond what is on hand; other items may, by preference."""
    if not move.lot and work.book.preferences.negative_stock:
        return
    there = on_hand(work.book.store, move.item, move.location, move.lot)
    if there + move.quantity < 0:
        item = work.book.fields("item", move.item).get("itemid")
        raise user_error(f"There is not enough stock of {item}: {number(there)} on hand.")
