"""
The locations of a stocked item: what is there of it, and what is set for it there.

A new or loaded item lists every active location, and any other where it ever moved. What an item
sets for one (preferredstocklevel, reorderpoint, ...) is kept with the item; what is on hand,
committed and on order is worked out at each load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from emulator.account import commitment
from emulator.account.book import Book
from emulator.account.details import NOTHING
from emulator.account.stock import by_location
from emulator.account.values import number
from emulator.account.work import Line
from emulator.ports import RecordData

LIST = "locations"


def show(book: Book, item: int | None, data: RecordData) -> None:
    """Put what there is of an item, in all and by location, into its record; `item` is None for a new one."""
    there = {} if item is None else by_location(book.store, item)
    promised = {} if item is None else commitment.of_item(book.store, item)
    moved = {
        place: _quantities(there.get(place, NOTHING), promised.get(place, commitment.Promise()))
        for place in there.keys() | promised.keys()
    }
    if item is not None:
        for name in _QUANTITIES:
            whole = sum((each[name] for each in moved.values()), NOTHING)
            data["fields"][name] = number(whole)
    names = dict(
        book.store.all(
            "SELECT id, body ->> '$.name' FROM record WHERE space = 'location'"
            " AND coalesce(body ->> '$.isinactive', 0) = 0"
        )
    )
    stored = {_place(line): line for line in data["sublists"].get(LIST) or ()}
    lines = [
        _line(place, names.get(place), moved.get(place), stored.get(place))
        for place in sorted(names.keys() | moved.keys())
    ]
    data["sublists"] = {**data["sublists"], LIST: lines}


def taken_back(sublists: Mapping[str, list[Line]]) -> dict[str, list[Line]]:
    """The sublists of a draft with those locations alone for which something is set, and without what is only shown."""
    found = dict(sublists)
    if LIST in found:
        kept = [{**line, "fields": _own(line)} for line in found[LIST]]
        found[LIST] = [line for line in kept if line["fields"].keys() - {"location"}]
    return found


def _own(line: Line) -> dict[str, Any]:
    return {name: value for name, value in line["fields"].items() if name not in _SHOWN}


def _line(
    place: int, name: Any, moved: dict[str, Decimal] | None, stored: Line | None
) -> dict[str, Any]:
    fields = {} if stored is None else dict(stored["fields"])
    fields |= {"location": place, "location_display": name}
    fields |= {key: number(value) for key, value in (moved or {}).items()}
    return {"line": None if stored is None else stored["line"], "fields": fields}


def _place(line: Line) -> int:
    return int(line["fields"].get("location") or 0)


def _quantities(there: Decimal, promise: commitment.Promise) -> dict[str, Decimal]:
    return {
        "quantityonhand": there,
        "quantityavailable": there - promise.committed,
        "quantitycommitted": promise.committed,
        "quantitybackordered": promise.backordered,
        "quantityonorder": promise.on_order,
    }


_QUANTITIES: Sequence[str] = tuple(_quantities(NOTHING, commitment.Promise()))
_SHOWN = frozenset({*_QUANTITIES, "location_display"})
