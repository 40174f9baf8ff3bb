"""
Stock: what a transaction moves, and what is on hand.

Every transaction writes its own moves and replaces them when it is saved again; what is on hand is
the sum of all moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from emulator.account import commitment
from emulator.account.book import Book
from emulator.account.details import NOTHING, NUMBERED, STOCKED, Move, assigned
from emulator.account.store import Row, Store
from emulator.account.values import decimal_of, number
from emulator.account.work import Line, Work, user_error

__all__ = ["NUMBERED", "STOCKED", "apply", "detail", "follow", "forget", "on_hand"]

# The sublist whose lines move stock, and its quantity field.
_SUBLISTS = {
    "inventoryadjustment": ("inventory", "adjustqtyby"),
    "inventorytransfer": ("inventory", "adjustqtyby"),
    "bintransfer": ("inventory", "quantity"),
}
_OUT = frozenset({"itemfulfillment", "invoice", "cashsale", "vendorcredit"})
_IN = frozenset({"itemreceipt", "vendorbill", "creditmemo", "cashrefund", "check"})
_BUILDS = {"assemblybuild": 1, "assemblyunbuild": -1}
# Made from an order, these leave stock to the fulfilment or receipt of that order.
_BILLING = frozenset(
    {"invoice", "cashsale", "vendorbill", "creditmemo", "cashrefund", "vendorcredit"}
)
_ORDERS = frozenset(
    {"salesorder", "purchaseorder", "returnauthorization", "vendorreturnauthorization"}
)


def detail(record: str, item: Row | None) -> tuple[bool, bool]:
    """Whether a line with this item may have an inventory detail, and whether it must have one."""
    numbered = item is not None and item.type in NUMBERED
    return numbered, numbered and (record in _IN | _OUT or record in _SUBLISTS)


def apply(work: Work, id: int) -> set[commitment.Place]:  # noqa: A002
    """Check inventory details and write the moves of a saved transaction; the places it touched."""
    moves = list(_moves(work))
    store = work.book.store
    touched = _forget(store, id)
    for move in moves:
        if move.quantity < 0:
            _enough(work, move)
        store.run(
            "INSERT INTO stock_move VALUES (?, ?, ?, ?, ?, ?, ?)",
            id,
            move.line,
            move.item,
            move.location,
            move.lot,
            float(move.quantity),
            move.bin,
        )
        touched.add((move.item, move.location))
    return touched


def follow(book: Book, order: Row | None, touched: set[commitment.Place]) -> None:
    """Share stock out anew where it moved or where an order's open lines changed."""
    if order is not None:
        touched = touched | commitment.record(book, order, STOCKED)
    there = {place: on_hand(book.store, *place) for place in touched}
    changed = commitment.allocate(book, touched, there)
    if order is not None:
        changed.add(order.id)
    for number_ in changed:
        row = order if order is not None and number_ == order.id else None
        row = row or book.row("transaction", number_)
        if row is not None:
            commitment.write(book, row)


def forget(book: Book, row: Row) -> None:
    """Undo the moves and the promises of a deleted transaction."""
    touched = _forget(book.store, row.id) | commitment.forget(book.store, row.id)
    follow(book, None, touched)


def _forget(store: Store, id: int) -> set[commitment.Place]:  # noqa: A002
    found = store.all("SELECT item, location FROM stock_move WHERE transaction_id = ?", id)
    if found:
        store.run("DELETE FROM stock_move WHERE transaction_id = ?", id)
    return {(item, place) for item, place in found}


def on_hand(
    store: Store,
    item: int,
    location: int | None = None,
    lot: int | None = None,
    bin: int | None = None,  # noqa: A002
) -> Decimal:
    """What is on hand of an item, at a location, of one lot, in one bin."""
    sql = "SELECT coalesce(sum(quantity), 0) FROM stock_move WHERE item = ?"
    values = [item]
    for column, value in (("location", location), ("number", lot), ("bin", bin)):
        if value is not None:
            sql += f" AND {column} = ?"
            values.append(value)
    return round(Decimal(str(store.one(sql, *values)[0])), 5)


def by_location(store: Store, item: int) -> dict[int, Decimal]:
    """What is on hand of an item, by location."""
    rows = store.all(
        "SELECT location, sum(quantity) FROM stock_move WHERE item = ? GROUP BY location", item
    )
    return {location: round(Decimal(str(quantity)), 5) for location, quantity in rows}


def _moves(work: Work) -> Iterator[Move]:
    record = work.record.id
    if record in _BUILDS:
        yield from _build(work, _BUILDS[record])
        return
    sublist, counted = _SUBLISTS.get(record, ("item", "quantity"))
    direction = 1 if record in _IN else -1 if record in _OUT else 0
    if record in _BILLING and _from_order(work):
        return
    if record == "itemfulfillment" and work.fields.get("shipstatus", "C") != "C":
        direction = 0
    for line in work.lines(sublist):
        fields = line["fields"]
        item = work.book.reference("item", fields.get("item"))
        quantity = decimal_of(fields, counted) or NOTHING
        if item is not None and item.type == "kititem" and direction:
            yield from _members(work, line, item, quantity * direction)
        if item is None or item.type not in STOCKED:
            continue
        if record not in _SUBLISTS:
            quantity *= direction or -1
        details = list(
            assigned(work, line, item, quantity, required=direction != 0 or record in _SUBLISTS)
        )
        if record not in _SUBLISTS and direction == 0:
            continue
        place = _location(work, fields)
        if place is None:
            if record in ("itemfulfillment", "itemreceipt"):
                raise user_error("Please enter value(s) for: location")
            continue
        for share in details:
            yield from _shared(work, line, item, place, share)


def _shared(
    work: Work, line: Line, item: Row, place: int, share: tuple[int, int, int, Decimal]
) -> Iterator[Move]:
    lot, bin_, to_bin, quantity = share
    number_ = line["line"]
    if work.record.id == "inventorytransfer":
        target = int(work.fields["transferlocation"])
        yield Move(number_, item.id, place, lot, -abs(quantity), bin_)
        yield Move(number_, item.id, target, lot, abs(quantity), to_bin)
    elif work.record.id == "bintransfer":
        yield Move(number_, item.id, place, lot, -abs(quantity), bin_)
        yield Move(number_, item.id, place, lot, abs(quantity), to_bin)
    else:
        yield Move(number_, item.id, place, lot, quantity, bin_)


def _members(work: Work, line: Line, kit: Row, times: Decimal) -> Iterator[Move]:
    """A kit moves its members; members with lot or serial numbers cannot be told which."""
    place = _location(work, line["fields"])
    for member in kit.sublists.get("member", []):
        row = work.book.reference("item", member["fields"].get("item"))
        each = decimal_of(member["fields"], "quantity") or Decimal(1)
        if place is not None and row is not None and row.type in STOCKED - NUMBERED:
            yield Move(line["line"], row.id, place, 0, each * times)


def _build(work: Work, direction: int) -> Iterator[Move]:
    """A build takes its components and brings the assembly; an unbuild does the opposite."""
    item = work.book.reference("item", work.fields.get("item"))
    place = _location(work, {})
    quantity = decimal_of(work.fields, "quantity") or NOTHING
    if item is None or place is None:
        return
    whole: Line = {"line": 0, "fields": {}, "subrecords": work.subrecords}
    for lot, bin_, _, share in assigned(work, whole, item, quantity * direction, required=True):
        yield Move(0, item.id, place, lot, share, bin_)
    for line in work.lines("component"):
        row = work.book.reference("item", line["fields"].get("item"))
        taken = (decimal_of(line["fields"], "quantity") or NOTHING) * -direction
        if row is None or row.type not in STOCKED:
            continue
        for lot, bin_, _, share in assigned(work, line, row, taken, required=True):
            yield Move(line["line"], row.id, place, lot, share, bin_)


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


def _enough(work: Work, move: Move) -> None:
    """Lots cannot be issued beyond what is on hand; other items may, by preference."""
    if not move.lot and work.book.preferences.negative_stock:
        return
    there = on_hand(work.book.store, move.item, move.location, move.lot)
    if there + move.quantity < 0:
        item = work.book.fields("item", move.item).get("itemid")
        raise user_error(f"There is not enough stock of {item}: {number(there)} on hand.")
