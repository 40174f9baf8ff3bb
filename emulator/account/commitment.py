"""
What open orders promise and expect of stock: committed, back-ordered, on order.

A released sales order's line takes what is on hand at its location and not promised yet, in the
order in which the orders were saved; what is missing is back-ordered and filled as stock comes in.
These quantities are derived: the order's version and time of change stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulator.account.book import Book
from emulator.account.store import Row, Store
from emulator.account.values import decimal_of, number

NOTHING = Decimal(0)
_OUT, _IN = "out", "in"
_SIDES = {"salesorder": (_OUT, "quantityfulfilled"), "purchaseorder": (_IN, "quantityreceived")}
_OPEN = frozenset("BDE")
_DO_NOT_COMMIT = "3"
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Promise:
    """What orders do to an item at a place, or in all."""

    committed: Decimal = NOTHING
    backordered: Decimal = NOTHING
    on_order: Decimal = NOTHING


def record(book: Book, order: Row, stocked: frozenset[str]) -> set[Place]:
    """Note an order's open lines; the places where that may change commitments."""
    side = _SIDES.get(order.type)
    if side is None:
        return set()
    before = book.store.all(
        "SELECT line, item, location, open, committed FROM open_line WHERE transaction_id = ?",
        order.id,
    )
    kept = {line: (item, place, open_, committed) for line, item, place, open_, committed in before}
    wanted = dict(_open_lines(book, order, side, stocked))
    places: set[Place] = set()
    for line in kept.keys() | wanted.keys():
        was, now = kept.get(line), wanted.get(line)
        if was is not None and now is not None and was[:3] == now:
            continue
        committed = 0.0
        if was is not None:
            places.add((was[0], was[1]))
            committed = was[3] if now is not None and was[:2] == now[:2] else 0.0
        book.store.run(
            "DELETE FROM open_line WHERE transaction_id = ? AND line = ?", order.id, line
        )
        if now is not None:
            places.add((now[0], now[1]))
            book.store.run(
                "INSERT INTO open_line VALUES (?, ?, ?, ?, ?, ?, ?)",
                order.id,
                line,
                *now,
                min(committed, now[2]) if side[0] == _OUT else 0.0,
                side[0],
            )
    return places if side[0] == _OUT else set()


def forget(store: Store, order: int) -> set[Place]:
    """Drop a deleted order's lines; the places that they held."""
    found = store.all("SELECT item, location FROM open_line WHERE transaction_id = ?", order)
    store.run("DELETE FROM open_line WHERE transaction_id = ?", order)
    return {(item, place) for item, place in found}


def _open_lines(
    book: Book, order: Row, side: tuple[str, str], stocked: frozenset[str]
) -> Iterable[tuple[int, tuple[int, int, float]]]:
    if order.fields.get("_status") not in _OPEN:
        return
    for line in order.sublists.get("item", []):
        fields = line["fields"]
        item = book.reference("item", fields.get("item"))
        place = fields.get("location") or order.fields.get("location")
        if item is None or item.type not in stocked or place is None or fields.get("isclosed"):
            continue
        if side[0] == _OUT and fields.get("commitinventory") == _DO_NOT_COMMIT:
            continue
        done = decimal_of(fields, side[1]) or NOTHING
        open_ = (decimal_of(fields, "quantity") or NOTHING) - done
        if open_ > 0:
            yield line["line"], (item.id, int(place), float(open_))


def allocate(book: Book, places: Iterable[Place], on_hand: Mapping[Place, Decimal]) -> set[int]:
    """Share out what is on hand at these places; the orders whose lines changed."""
    changed = set()
    for item, place in sorted(places):
        free = (
            float(on_hand[item, place])
            - book.store.one(
                "SELECT coalesce(sum(committed), 0) FROM open_line"
                " WHERE item = ? AND location = ? AND side = 'out'",
                item,
                place,
            )[0]
        )
        wanting, order_by = (
            ("committed < open", "transaction_id, line")
            if free > 0
            else ("committed > 0", "transaction_id DESC, line DESC")
        )
        rows = book.store.all(
            "SELECT transaction_id, line, open, committed FROM open_line"  # noqa: S608 - fixed words
            f" WHERE item = ? AND location = ? AND side = 'out' AND {wanting} ORDER BY {order_by}",
            item,
            place,
        )
        for order, line, open_, committed in rows:
            if not round(free, 6):
                break
            step = min(open_ - committed, free) if free > 0 else -min(committed, -free)
            free -= step
            book.store.run(
                "UPDATE open_line SET committed = ? WHERE transaction_id = ? AND line = ?",
                round(committed + step, 6),
                order,
                line,
            )
            changed.add(order)
    return changed


def write(book: Book, order: Row) -> None:
    """Write committed and back-ordered quantities into an order's lines."""
    if order.type != "salesorder":
        return
    shares = {
        line: (committed, open_)
        for line, committed, open_ in book.store.all(
            "SELECT line, committed, open FROM open_line WHERE transaction_id = ?", order.id
        )
    }
    for line in order.sublists.get("item", []):
        committed, open_ = shares.get(line["line"], (0, 0))
        fields: dict[str, Any] = line["fields"]
        if line["line"] in shares or "quantitycommitted" in fields:
            fields["quantitycommitted"] = number(Decimal(str(committed)))
            fields["quantitybackordered"] = number(Decimal(str(round(open_ - committed, 6))))
    book.store.put(order)


def of_item(store: Store, item: int) -> dict[int, Promise]:
    """What orders promise and expect of an item, by location."""
    rows = store.all(
        "SELECT location, side, sum(committed), sum(open) FROM open_line WHERE item = ?"
        " GROUP BY location, side",
        item,
    )
    out: dict[int, Promise] = {}
    for place, side, committed, open_ in rows:
        was = out.get(place, Promise())
        taken, wanted = _round(committed), _round(open_)
        if side == _OUT:
            out[place] = Promise(taken, wanted - taken, was.on_order)
        else:
            out[place] = Promise(was.committed, was.backordered, wanted)
    return out


def _round(value: float) -> Decimal:
    return round(Decimal(str(value)), 5)
