"""What an item costs: by price level, quantity and currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.values import cents, decimal_of
from emulator.account.work import Line, Work
from emulator.ports import RecordData

BASE = "1"
CUSTOM = "-1"
# Quantity columns of a price line: price_1_ is the price from one unit on.
_COLUMNS = 5
_KEPT = frozenset({"discount", *(f"price_{column}_" for column in range(1, _COLUMNS + 1))})
_SHOWN = frozenset({"pricelevel", "pricelevelname", "currency"})
_LIST = re.compile(r"price\d*")
# The lists of the base currency: two names of one. So are the body fields with the quantities of its columns.
_BOTH = ("price", "price1")
_BREAKS = tuple(
    tuple(f"{name}quantity{column}" for name in _BOTH) for column in range(2, _COLUMNS + 1)
)


def is_list(sublist: str) -> bool:
    """Whether a sublist of an item is a price list."""
    return _LIST.fullmatch(sublist) is not None


def show(book: Book, data: RecordData) -> None:
    """
    Give an item its price lists: one a currency, each with a line for every price level.

    The levels stand there before they have a price, and scripts look lines up by them. The list of
    the base currency is `price` and `price1` at once: accounts with one currency have the first,
    accounts with several the second, and scripts written for either find their own.
    """
    known = book.listed(("prices", data["type"]), lambda: _lists(book, data["type"]))
    lists = {}
    for sublist, levels in known.items():
        stored = data["sublists"].get("price" if sublist == "price1" else sublist) or []
        lists[sublist] = [_level(shown, stored) for shown in levels]
    data["sublists"] = {**data["sublists"], **lists}


def _lists(book: Book, item: str) -> dict[str, list[dict[str, Any]]]:
    """What the lines of each price list of an item type show before there is a price in them."""
    levels = book.store.all(
        "SELECT id, body ->> '$.name' FROM record WHERE space = 'pricelevel' ORDER BY id"
    )
    lists = {}
    for sublist in filter(_LIST.fullmatch, book.type(item).sublists):
        currency = sublist.removeprefix("price") or BASE
        if book.reference("currency", currency) is not None:
            lists[sublist] = [
                {"pricelevel": str(id_), "pricelevelname": name, "currency": currency}
                for id_, name in levels
            ]
    return lists


def _level(shown: dict[str, Any], stored: list[Line]) -> Line:
    for line in stored:
        if _level_of(line) == shown["pricelevel"]:
            return {**line, "fields": {**line["fields"], **shown}}
    return {"line": None, "fields": {**shown}}


def taken_back(sublists: Mapping[str, list[Line]], old: Row | None) -> dict[str, list[Line]]:
    """The sublists of a draft without the price lines that are only shown: their level has no price, and had none."""
    stored = {} if old is None else old.sublists
    priced = {_level_of(line) for name in filter(_LIST.fullmatch, stored) for line in stored[name]}

    def only_shown(line: Line) -> bool:
        return _SHOWN.issuperset(line.get("fields") or {}) and _level_of(line) not in priced

    return {
        name: [line for line in lines if not only_shown(line)] if _LIST.fullmatch(name) else lines
        for name, lines in sublists.items()
    }


def _level_of(line: Line) -> str:
    return str(line["fields"].get("pricelevel", BASE))


def keep(work: Work) -> None:
    """Keep the lines that carry a price, and of the base currency's two lists the one that was changed."""
    old = {} if work.old is None else work.old.sublists
    for sublist in [name for name in work.sublists if _LIST.fullmatch(name) and name not in _BOTH]:
        work.sublists[sublist] = _priced(_by_level(work.lines(sublist)))
    before = _by_level(old.get("price", []))
    given = [_by_level(work.lines(name)) for name in _BOTH]
    chosen: dict[str, Line] = {}
    for level in {level: None for lines in given for level in lines}:
        lines = [one[level] for one in given if level in one]
        stood = _prices(before.get(level))
        changed = [line for line in lines if _prices(line) != stood]
        chosen[level] = changed[-1] if changed else lines[0]
    work.sublists.pop("price1", None)
    if chosen:
        work.sublists["price"] = _priced(chosen)
    for names in _BREAKS:
        values = [work.fields[name] for name in names if name in work.fields and work.changed(name)]
        for name in names if values else ():
            work.fields[name] = values[-1]


def _by_level(lines: list[Line]) -> dict[str, Line]:
    return {_level_of(line): line for line in lines}


def _prices(line: Line | None) -> dict[str, Any]:
    fields = {} if line is None else line["fields"]
    return {name: value for name, value in fields.items() if name in _KEPT and value is not None}


def _priced(lines: Mapping[str, Line]) -> list[Line]:
    priced = [line for _, line in sorted(lines.items()) if _prices(line)]
    return [{**line, "line": number} for number, line in enumerate(priced, start=1)]


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
