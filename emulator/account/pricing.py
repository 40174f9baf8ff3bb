"""What an item costs: by price level, quantity and currency."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.values import cents, decimal_of
from emulator.account.work import Line
from emulator.ports import RecordData

BASE = "1"
CUSTOM = "-1"
# Quantity columns of a price line: price_1_ is the price from one unit on.
_COLUMNS = 5


def show(book: Book, data: RecordData) -> None:
    """Name the price level on each price line of a loaded item, as scripts look lines up by it."""
    for sublist, lines in data["sublists"].items():
        if sublist.startswith("price"):
            data["sublists"] = {**data["sublists"], sublist: [_named(book, line) for line in lines]}


def _named(book: Book, line: Line) -> Line:
    name = book.fields("pricelevel", line["fields"].get("pricelevel", BASE)).get("name")
    return line if name is None else {**line, "fields": {**line["fields"], "pricelevelname": name}}


def price(book: Book, item: Row, level: str, quantity: Decimal, currency: str) -> Decimal | None:
    """
    The unit price of an item, None where it has none.

    A level without a price of its own is the base price less the level's percentage; where no price
    is listed in the currency, none is known (NetSuite leaves the rate empty as well). Of a line's
    columns the last one counts whose quantity (body field `price1quantity2`) is reached.
    """
    listed = _listed(item, level, currency, book)
    if listed is not None:
        return _at(item, *listed, quantity)
    base = _listed(item, BASE, currency, book)
    found = None if base is None else _at(item, *base, quantity)
    percent = decimal_of(book.fields("pricelevel", level), "discountpct")
    if found is None or percent is None:
        return found
    return cents(found * (100 + percent) / 100, 4).normalize()


def _listed(
    item: Row, level: str, currency: str, book: Book
) -> tuple[str, Mapping[str, Any]] | None:
    """The price line of a level: in `price<currency>`, for the base currency in `price` too."""
    base = book.fields("currency", currency).get("isbasecurrency") or currency == "1"
    for sublist in (f"price{currency}", *(("price",) if base else ())):
        for line in item.sublists.get(sublist, []):
            fields = line["fields"]
            own = fields.get("currency", currency) == currency
            if own and str(fields.get("pricelevel", BASE)) == level and "price_1_" in fields:
                return sublist, fields
    return None


def _at(item: Row, sublist: str, line: Mapping[str, Any], quantity: Decimal) -> Decimal | None:
    found = decimal_of(line, "price_1_")
    for column in range(2, _COLUMNS + 1):
        value = decimal_of(line, f"price_{column}_")
        least = decimal_of(item.fields, f"{sublist}quantity{column}")
        if value is not None and least is not None and abs(quantity) >= least:
            found = value
    return found
