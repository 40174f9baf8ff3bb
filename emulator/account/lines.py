"""Lines of transactions: sourcing from the item, prices, amounts and taxes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulator.account import groups, pricing
from emulator.account.kinds import PURCHASES, SALES, WITHOUT_QUANTITY
from emulator.account.store import Row
from emulator.account.values import cents, decimal_of, is_percent, number
from emulator.account.work import Line, Work

# Line fields that only the account writes.
DERIVED = (
    "quantityfulfilled",
    "quantitybilled",
    "quantityreceived",
    "quantitycommitted",
    "quantitybackordered",
)
# Of these, the ones that say that a line was processed.
COUNTED = frozenset({"quantityfulfilled", "quantitybilled", "quantityreceived"})
_ADJUSTING = {"discountitem": -1, "markupitem": 1}


def places(work: Work) -> int:
    """Decimal places of the transaction's currency."""
    precision = work.book.fields("currency", work.fields.get("currency")).get("currencyprecision")
    return 2 if precision is None else int(precision)


def prepare(work: Work) -> None:
    """Everything a line gets from its item and its numbers, in the order of the lines."""
    for sublist in ("item", "expense"):
        above = Decimal(0)  # what a discount in the next line is taken from
        block = Decimal(0)  # what a subtotal in the next line sums up
        for line in work.lines(sublist):
            kind = _line(work, sublist, line, above, block)
            amount = decimal_of(line["fields"], "amount") or Decimal(0)
            if kind == "subtotalitem":
                above, block = amount, Decimal(0)
            elif kind in _ADJUSTING:
                block += amount
            elif kind != "descriptionitem":
                above = amount
                block += amount


def _line(work: Work, sublist: str, line: Line, above: Decimal, block: Decimal) -> str:
    """Returns the type of the line's item."""
    fields = line["fields"]
    before = work.old_line(sublist, line["line"])
    old: Mapping[str, Any] = before["fields"] if before else {}
    known = work.record.sublists[sublist]
    for name in DERIVED:
        fields.pop(name, None)
        if name in old:
            fields[name] = old[name]
        elif known.closable and name in COUNTED and name in known.fields:
            fields[name] = 0
    kind = ""
    if sublist == "item":
        row = work.book.reference("item", fields["item"]) if "item" in fields else None
        kind = "" if row is None else row.type
        trading = work.record.id in SALES | PURCHASES
        if row is not None and "itemtype" in known.fields:
            fields["itemtype"] = row.fields.get("itemtype")
        if row is not None and kind not in WITHOUT_QUANTITY and trading:
            fields.setdefault("quantity", 1)
        if work.sourcing and row is not None:
            _source(work, fields, row)
        if "amount" in known.fields:
            if kind in _ADJUSTING and trading:
                _adjust(work, fields, row, above)
            elif kind == "subtotalitem":
                fields["amount"] = number(block)
            elif kind == "descriptionitem":
                fields.pop("amount", None)
            else:
                _amount(work, fields, old, kind)
    if known.closable:
        fields.setdefault("isclosed", False)
    _tax(work, fields)
    return kind


def _source(work: Work, fields: dict[str, Any], row: Row) -> None:
    sale = work.record.id in SALES
    item = row.fields
    description = item.get("salesdescription" if sale else "purchasedescription")
    if description is None:
        description = item.get("description")
    if description is not None:
        fields.setdefault("description", description)
    customer = work.book.fields("entity", work.fields.get("entity"))
    if "taxcode" in work.record.sublists["item"].fields and customer.get("taxitem"):
        fields.setdefault("taxcode", customer["taxitem"])
    if "rate" in fields or "amount" in fields or work.record.id not in SALES | PURCHASES:
        return
    if row.type in WITHOUT_QUANTITY:
        return
    rate: Any = item.get("cost")
    if sale:
        level = str(fields.get("price") or customer.get("pricelevel") or pricing.BASE)
        quantity = decimal_of(fields, "quantity") or Decimal(1)
        currency = str(work.fields.get("currency", "1"))
        found = pricing.price(work.book, row, level, quantity, currency)
        rate = None if found is None else number(found)
        if rate is not None:
            fields.setdefault("price", level)
    if rate is not None:
        fields["rate"] = rate


def _adjust(work: Work, fields: dict[str, Any], row: Row | None, above: Decimal) -> None:
    """
    A discount or markup: a percentage of the line above it, or an amount.

    The sign follows from the kind of the item, whatever was written: assumed.
    """
    assert row is not None
    rate = fields.get("rate", row.fields.get("rate", 0))
    amount = fields.get("amount")
    sign = _ADJUSTING[row.type]
    fields.pop("quantity", None)
    share = abs(decimal_of({"rate": rate}, "rate") or Decimal(0)) * sign
    if amount is not None and "rate" not in fields:
        found = abs(Decimal(str(amount))) * sign
    elif is_percent(rate):
        found = above * share / 100
        fields["rate"] = f"{float(share)}%"
    else:
        found = share
        fields["rate"] = number(share)
    fields["amount"] = number(cents(found, places(work)))


def _amount(work: Work, fields: dict[str, Any], old: Mapping[str, Any], kind: str) -> None:
    quantity, rate = decimal_of(fields, "quantity"), decimal_of(fields, "rate")
    digits = places(work)
    follows = old and work.book.preferences.amount_follows_quantity
    moved = old.get("quantity") != fields.get("quantity") or old.get("rate") != fields.get("rate")
    if follows and moved and old.get("amount") == fields.get("amount"):
        fields.pop("amount", None)
    if "amount" in fields:
        amount = cents(str(fields["amount"]), digits)
        if rate is None and quantity:
            fields["rate"] = number(round(amount / quantity, 8))
    elif fields.get("itemtype") == groups.END_TYPE or kind == "itemgroup":
        return
    elif rate is not None and (quantity is not None or kind in WITHOUT_QUANTITY):
        amount = cents((quantity if quantity is not None else Decimal(1)) * rate, digits)
    else:
        amount = Decimal(0)
        fields.setdefault("rate", 0)
    fields["amount"] = number(amount)


def _tax(work: Work, fields: dict[str, Any]) -> None:
    code = fields.get("taxcode")
    amount = decimal_of(fields, "amount")
    if amount is None or fields.get("itemtype") == "Subtotal":
        return
    rate = None
    if code is not None:
        rate = decimal_of(work.book.fields("salestaxitem", code), "rate")
        if rate is not None:
            fields["taxrate1"] = number(rate)
    if "grossamt" not in fields and "tax1amt" not in fields and rate is None:
        return
    tax = cents(amount * (rate or 0) / 100, places(work))
    fields["tax1amt"] = number(tax)
    fields["grossamt"] = number(amount + tax)
