"""
What transactions do to the one they were made from: quantities done, and its status.

These are derived: they change without a save of the order, so its version and its time of change
stay as they are (assumed).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from emulator.account import balances, builds
from emulator.account.book import Book
from emulator.account.details import STOCKED
from emulator.account.kinds import WITHOUT_QUANTITY
from emulator.account.statuses import set_status
from emulator.account.store import Row
from emulator.account.values import cents, decimal_of, number
from emulator.account.work import Work, user_error

# An order: which documents move its goods, which bill it, and the fields that say how much.
_MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "salesorder": (("itemfulfillment",), "quantityfulfilled"),
    "purchaseorder": (("itemreceipt",), "quantityreceived"),
    "returnauthorization": (("itemreceipt",), "quantityreceived"),
    "vendorreturnauthorization": (("itemfulfillment",), "quantityfulfilled"),
    "transferorder": (("itemfulfillment",), "quantityfulfilled"),
    "intercompanytransferorder": (("itemfulfillment",), "quantityfulfilled"),
}
ORDERS = frozenset(_MOVES)
_BILLS: dict[str, tuple[str, ...]] = {
    "salesorder": ("invoice", "cashsale"),
    "purchaseorder": ("vendorbill",),
    "returnauthorization": ("creditmemo", "cashrefund"),
    "vendorreturnauthorization": ("vendorcredit",),
}
# What follows an estimate or an opportunity, and the status that shows it.
_FOLLOWED: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "estimate": ((("salesorder", "invoice", "cashsale"), "B"),),
    "opportunity": ((("salesorder", "invoice", "cashsale"), "C"), (("estimate",), "B")),
}
# What says how much of a line is done.
_MEASURE = {"item": "quantity", "expense": "amount"}
_LEFT_ALONE = frozenset("AC")


def refresh(book: Book, order: Row) -> None:
    """Recompute an order's quantities and status from the documents made from it."""
    if order.type == "workorder":
        builds.refresh(book, order)
    if order.type in _FOLLOWED:
        _follow(book, order)
    if order.type not in _MOVES:
        return
    movers, moved = _MOVES[order.type]
    shipped = _done(book, order, movers, shipped_only=True)
    billed = _done(book, order, _BILLS.get(order.type, ()))
    received = _done(book, order, ("itemreceipt",)) if order.type.endswith("transferorder") else {}
    states = []
    for sublist in ("item", "expense"):
        for line in order.sublists.get(sublist, []):
            fields = line["fields"]
            done = shipped.get((sublist, line["line"]), Decimal(0))
            paid = billed.get((sublist, line["line"]), Decimal(0))
            if sublist == "item":
                fields[moved] = number(done)
                if not order.type.endswith("transferorder"):
                    fields["quantitybilled"] = number(paid)
                else:
                    fields["quantityreceived"] = number(
                        received.get((sublist, line["line"]), Decimal(0))
                    )
            item = book.reference("item", fields.get("item")) if "item" in fields else None
            if item is not None and item.type in WITHOUT_QUANTITY:
                continue
            wanted = decimal_of(fields, _MEASURE[sublist]) or Decimal(0)
            waits = sublist == "item" and (item is None or moves(item))
            closed = bool(fields.get("isclosed"))
            if order.type.endswith("transferorder"):
                paid = received.get((sublist, line["line"]), Decimal(0))
            states.append((wanted, done if waits else None, paid, closed))
    letter = order.fields.get("_status")
    if letter not in _LEFT_ALONE and states:
        set_status(order.type, order.fields, _letter(states))
    order.fields["_unbilled"] = unbilled(order)
    if book.preferences.derived_changes_version:
        order.version += 1
    book.store.put(order)
    balances.refresh(book, order.fields.get("entity"))


def _follow(book: Book, quote: Row) -> None:
    """An estimate or opportunity shows what was made of it; one that was closed stays closed."""
    for types, letter in _FOLLOWED[quote.type]:
        if quote.fields.get("_status") in ("C", "D"):
            return
        if book.made_from(quote.id, types):
            set_status(quote.type, quote.fields, letter)
            book.store.put(quote)
            return


def unbilled(order: Row) -> int | float:
    """What an order has that is not billed, before tax; nothing of a cancelled or closed one."""
    if order.fields.get("_status") in ("C", "G", "H"):
        return 0
    left = Decimal(0)
    for sublist in ("item", "expense"):
        for line in order.sublists.get(sublist, []):
            fields = line["fields"]
            amount = decimal_of(fields, "amount")
            if amount is None or fields.get("isclosed") or fields.get("itemtype") == "Subtotal":
                continue
            wanted = decimal_of(fields, "quantity")
            billed = decimal_of(fields, "quantitybilled") or Decimal(0)
            left += amount if not wanted else amount * max(wanted - billed, Decimal(0)) / wanted
    return number(cents(left))


def moves(item: Row) -> bool:
    """Whether an item's lines appear on a fulfilment or receipt; those of others only wait to be billed."""
    if item.type in STOCKED or item.type == "kititem":
        return True
    return item.type.startswith("noninventory") or bool(item.fields.get("isfulfillable"))


def _letter(lines: list[tuple[Decimal, Decimal | None, Decimal, bool]]) -> str:
    open_lines = [(wanted, done, paid) for wanted, done, paid, closed in lines if not closed]
    if not open_lines:
        return "H"
    done = all(moved is None or moved >= wanted for wanted, moved, _ in open_lines)
    some = any(moved for _, moved, _ in open_lines)
    paid = all(billed >= wanted for wanted, _, billed in open_lines)
    if done and paid:
        return "G"
    if done:
        return "F"
    if some:
        return (
            "E"
            if any(moved is not None and moved > billed for _, moved, billed in open_lines)
            and any(billed > 0 for _, _, billed in open_lines)
            else "D"
        )
    return "B"


def _done(
    book: Book, order: Row, types: Iterable[str], *, shipped_only: bool = False
) -> dict[tuple[str, int], Decimal]:
    out: dict[tuple[str, int], Decimal] = {}
    for row in book.made_from(order.id, types):
        if shipped_only and row.fields.get("shipstatus", "C") != "C":
            continue
        for sublist in ("item", "expense"):
            for line in row.sublists.get(sublist, []):
                source = line["fields"].get("orderline")
                if source is not None:
                    key = (sublist, int(source))
                    part = decimal_of(line["fields"], _MEASURE[sublist]) or Decimal(0)
                    out[key] = out.get(key, Decimal(0)) + part
    return out


def remaining(
    book: Book, order: Row, types: Iterable[str], *, but: int | None = None
) -> dict[int, Decimal]:
    """How much of each order line is not yet on one of these documents, leaving out document `but`."""
    out = {
        line["line"]: Decimal(0)
        if line["fields"].get("isclosed")
        else decimal_of(line["fields"], "quantity") or Decimal(0)
        for line in order.sublists.get("item", [])
    }
    for row in book.made_from(order.id, types):
        if row.id == but:
            continue
        for line in row.sublists.get("item", []):
            source = line["fields"].get("orderline")
            if source is not None and int(source) in out:
                out[int(source)] -= decimal_of(line["fields"], "quantity") or Decimal(0)
    return out


def expenses_on(book: Book, order: Row, types: Iterable[str]) -> set[int]:
    """The expense lines of an order that are on one of these documents."""
    found = book.made_from(order.id, types)
    lines = [line["fields"] for row in found for line in row.sublists.get("expense", [])]
    return {int(fields["orderline"]) for fields in lines if "orderline" in fields}


def received_lines(work: Work) -> None:
    """
    A fulfilment or a receipt keeps only its lines that are taken, and takes no more than is open.

    Items are taken by `itemreceive`, expenses by `markreceived`. USER_ERROR when no line is left or a quantity is too large.
    """
    source = work.book.reference("transaction", work.fields.get("createdfrom"))
    if source is None:
        raise user_error(f"A {work.record.label} is made from an order, by a transformation.")
    open_ = remaining(
        work.book, source, (work.record.id,), but=None if work.old is None else work.old.id
    )
    kept = [line for line in work.lines("item") if line["fields"].get("itemreceive", True)]
    if "expense" in work.sublists:
        marked = [one for one in work.lines("expense") if one["fields"].get("markreceived", True)]
        work.sublists["expense"] = marked
    if not kept:
        raise user_error("You must have at least one valid line item for this transaction.")
    for line in kept:
        fields = line["fields"]
        fields["itemreceive"] = True
        number_ = int(fields.get("orderline", 0))
        if number_ not in open_:
            raise user_error(f"There is no line {number_} on the order.")
        fields.setdefault("quantity", number(open_[number_]))
        wanted = decimal_of(fields, "quantity") or Decimal(0)
        if wanted > open_[number_]:
            raise user_error(
                f"Item {number_}: quantity {number(wanted)} is more than the"
                f" {number(max(open_[number_], Decimal(0)))} that remain on the order."
            )
        for name in ("quantityremaining", "onhand"):
            fields.pop(name, None)
    work.sublists["item"] = kept
