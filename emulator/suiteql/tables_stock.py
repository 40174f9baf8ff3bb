"""Tables of stock: by location, by lot and bin, by bin alone."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.suiteql.columns import made, read
from emulator.suiteql.model import Column, Table
from generator.catalog.model import Catalog

# Tables of one type of stock item beside `aggregateitemlocation`, and the type that they show
# (seen).
_OF_TYPE = {
    "inventoryitemlocations": "inventoryitem",
    "assemblyitemlocations": "assemblyitem",
    "lotnumberedinventoryitemlocations": "lotnumberedinventoryitem",
    "lotnumberedassemblyitemlocations": "lotnumberedassemblyitem",
}
_NUMBER = made("inventorynumber", "nullif(r.number, 0)", "id", "inventorynumber")
_BIN = made("binnumber", "nullif(r.bin, 0)", "id", "bin")
_PLACES = (
    made("item", "r.item", "id", "item"),
    made("location", "r.location", "id", "location"),
)


def tables(catalog: Catalog) -> Iterable[Table]:
    """All of them, for an account with these record types."""
    items = [r for r in catalog.records.values() if r.kind == "item"]
    stocked = sorted(r.id for r in items if "quantityonhand" in r.fields)
    if not stocked or "location" not in catalog.records:
        return
    yield _by_location("aggregateitemlocation", stocked)
    for name, kind in _OF_TYPE.items():
        if kind in stocked:
            yield _by_location(name, [kind])
    everything = frozenset(r.id for r in items)
    quantity = "CAST(r.quantity AS NUMERIC)"
    for name, extra, where, columns in (
        (
            "inventorybalance",
            ", number, bin",
            "",
            (_NUMBER, _BIN, made("inventorystatus", "NULL", "id", "inventorystatus")),
        ),
        ("inventorynumberlocation", ", number", " WHERE number > 0", (_NUMBER,)),
    ):
        moved = (
            f"(SELECT item, location{extra}, round(sum(quantity), 5) AS quantity FROM stock_move{where}"  # noqa: S608
            f" GROUP BY item, location{extra}) AS r"
        )
        amounts = (
            made("quantityonhand", quantity, "number"),
            made("quantityavailable", quantity, "number"),
        )
        yield _table(name, moved, everything, (*_PLACES, *columns, *amounts))
    binned = (
        "(SELECT item, bin, round(sum(quantity), 5) AS quantity FROM stock_move WHERE bin > 0"
        " GROUP BY item, bin) AS r"
    )
    preferred = (
        "CASE WHEN EXISTS (SELECT 1 FROM record AS i, json_each(i.lines, '$.binnumber') AS b"
        " WHERE i.space = 'item' AND i.id = r.item AND b.value ->> '$.fields.binnumber' = CAST(r.bin AS TEXT)"
        " AND b.value ->> '$.fields.preferredbin') THEN 'T' ELSE 'F' END"
    )
    yield _table(
        "itembinquantity",
        binned,
        everything,
        (
            made("item", "r.item", "id", "item"),
            made("bin", "r.bin", "id", "bin"),
            made("onhand", quantity, "number"),
            made("onhandavail", quantity, "number"),
            made("preferredbin", preferred),
        ),
    )


def _by_location(name: str, types: list[str]) -> Table:
    """A row for each item of these types at each location; quantities are empty where nothing ever happened."""
    listed = ", ".join(f"'{kind}'" for kind in types)
    source = (
        "(SELECT i.type, i.id AS item, i.body, l.id AS location FROM record AS i, record AS l"  # noqa: S608
        f" WHERE i.space = 'item' AND i.type IN ({listed}) AND l.space = 'location') AS r"
    )
    on_hand = (
        "(SELECT round(sum(m.quantity), 5) FROM stock_move AS m"
        " WHERE m.item = r.item AND m.location = r.location)"
    )
    committed = _open("committed", "out")
    cost = read("r.body", "averagecost", "NUMERIC")
    columns = (
        *_PLACES,
        made("quantityonhand", on_hand, "number"),
        made("quantityavailable", f"round({on_hand} - coalesce({committed}, 0), 5)", "number"),
        made("quantitycommitted", committed, "number"),
        made("quantitybackordered", _open("open - o.committed", "out"), "number"),
        made("quantityonorder", _open("open", "in"), "number"),
        made("averagecostmli", cost, "number"),
        made("onhandvaluemli", f"round({on_hand} * {cost}, 2)", "number"),
        made("lastpurchasepricemli", read("r.body", "lastpurchaseprice", "NUMERIC"), "number"),
        *(
            made(empty, "NULL", "number")
            for empty in ("leadtime", "preferredstocklevel", "reorderpoint", "safetystocklevel")
        ),
    )
    return _table(name, source, frozenset(types), columns, row_type="r.type")


def _open(what: str, side: str) -> str:
    """What open orders promise or expect of the item at the location."""
    return (
        f"(SELECT round(sum(o.{what}), 5) FROM open_line AS o"  # noqa: S608 - our own words
        f" WHERE o.item = r.item AND o.location = r.location AND o.side = '{side}')"
    )


def _table(
    name: str,
    source: str,
    types: frozenset[str],
    columns: Iterable[Column],
    row_type: str | None = None,
) -> Table:
    shown = {column.name: column for column in columns}
    return Table(name, name, source, None, types, True, shown, row_type=row_type)
