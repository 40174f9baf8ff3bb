"""What an item costs: by price level, quantity and currency."""

from __future__ import annotations

from decimal import Decimal

from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.values import cents, decimal_of

BASE = "1"
CUSTOM = "-1"
# Quantity columns of a price line: price_1_ is the price from one unit on.
_COLUMNS = 5


def price(book: Book, item: Row, level: str, quantity: Decimal, currency: str) -> Decimal | None:
    """
    The unit price of an item, None where it has none.

    A level without a price of its own is the base price less the level's percentage; where no price
    is listed in the currency, none is known (NetSuite leaves the rate empty as well). The
    quantity's column is the highest whose `pricequantity` the quantity reaches; where no
    quantities are listed only the first column counts.
    """
    prices = _prices(book, item, currency)
    listed = prices.get(level)
    if listed is not None:
        return _at(item, listed, quantity)
    base = prices.get(BASE)
    if base is None:
        return None
    found = _at(item, base, quantity)
    percent = decimal_of(book.fields("pricelevel", level), "discountpct")
    if found is None or percent is None:
        return found
    return cents(found * (100 + percent) / 100, 4).normalize()


def _prices(book: Book, item: Row, currency: str) -> dict[str, dict[str, object]]:
    """Price lines by level in a currency: `price<currency>`, or `price` for the base currency."""
    out: dict[str, dict[str, object]] = {}
    base = book.fields("currency", currency).get("isbasecurrency") or currency == "1"
    names = [f"price{currency}", *(["price"] if base else [])]
    for name in reversed(names):
        for line in item.sublists.get(name, []):
            fields = line["fields"]
            if fields.get("currency", currency) == currency:
                out[str(fields.get("pricelevel", BASE))] = fields
    return out


def _at(item: Row, line: dict[str, object], quantity: Decimal) -> Decimal | None:
    steps = item.fields.get("_pricequantities") or [0]
    found = decimal_of(line, "price_1_")
    for column, least in enumerate(steps[:_COLUMNS], start=1):
        value = decimal_of(line, f"price_{column}_")
        if value is not None and abs(quantity) >= Decimal(str(least)):
            found = value
    return found
