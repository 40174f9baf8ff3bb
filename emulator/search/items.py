"""Search types of items, and of stock by place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from emulator.search.fields import stored
from emulator.search.making import made, of_records
from emulator.search.model import SearchField, SearchType
from generator.catalog.model import Catalog, RecordType

# What a script may write for a search type, and the record type it means.
_ALIASES = {
    "noninventoryitem": ("noninventorysaleitem", "noninventorypurchaseitem", "noninventoryresaleitem"),
    "serviceitem": ("servicesaleitem", "servicepurchaseitem", "serviceresaleitem"),
    "otherchargeitem": (
        "otherchargesaleitem", "otherchargepurchaseitem", "otherchargeresaleitem",
    ),
}  # fmt: skip
# The record type of an item as results name it: services are of one type, however they are traded.
_RECORD_TYPE = (
    "CASE r.type "
    + " ".join(
        f"WHEN '{name}' THEN '{alias}'" for alias, names in _ALIASES.items() for name in names
    )
    + " ELSE r.type END"
)
_LABELS = {
    "InvtPart": "Inventory Item", "NonInvtPart": "Non-inventory Item", "Service": "Service",
    "OthCharge": "Other Charge", "Assembly": "Assembly/Bill of Materials", "Kit": "Kit/Package",
    "Group": "Item Group", "Discount": "Discount", "Description": "Description", "Subtotal": "Subtotal",
    "Markup": "Markup", "Payment": "Payment", "GiftCert": "Gift Certificate", "DwnLdItem": "Download Item",
}  # fmt: skip


def search_types(catalog: Catalog) -> Iterable[SearchType]:
    """`item`, each item type and what is on hand by place."""
    known = [r for r in catalog.records.values() if r.kind == "item" and r.id != "item"]
    standard = tuple(_item_fields(known))
    for record in known:
        yield _by_location(of_records(record.id, [record], standard, whole=False))
    for alias, names in _ALIASES.items():
        of = [catalog.records[name] for name in names if name in catalog.records]
        yield _by_location(of_records(alias, of, standard, whole=False))
    every = catalog.records.get("item")
    yield _by_location(
        of_records("item", [*known, *([every] if every else [])], standard, whole=True)
    )
    yield _balance()


def _item_fields(known: list[RecordType]) -> Iterable[SearchField]:
    yield SearchField("recordtype", "text", _RECORD_TYPE)
    code = "CASE r.type " + " ".join(f"WHEN '{r.id}' THEN '{r.type_code}'" for r in known) + " END"
    text = f"CASE {code} " + " ".join(f"WHEN '{c}' THEN '{t}'" for c, t in _LABELS.items()) + " END"
    yield SearchField("type", "select", code, text=text, coded=True)
    yield SearchField("itemtype", "select", code, text=text, coded=True)
    yield stored("itemid", indexed=True)
    yield stored("name", key="itemid", indexed=True)
    yield stored("displayname")
    yield stored("isinactive", "boolean")
    yield stored("upccode")
    yield SearchField("created", "datetime", "r.created")
    yield SearchField("createddate", "datetime", "r.created")
    yield SearchField("modified", "datetime", "r.modified")
    yield SearchField("lastmodifieddate", "datetime", "r.modified")
    yield SearchField(
        "isserialitem", "boolean", "CASE WHEN r.type LIKE 'serialized%' THEN 'T' ELSE 'F' END"
    )
    yield SearchField(
        "islotitem", "boolean", "CASE WHEN r.type LIKE 'lotnumbered%' THEN 'T' ELSE 'F' END"
    )
    yield stored("baseprice", "currency", key="_baseprice")
    vendor = ("vendorbill", "entity", None)
    yield SearchField("vendor", "select", _preferred("vendor", "INTEGER"), vendor, "vendor")
    yield SearchField("vendorcode", "text", _preferred("vendorcode", "TEXT"))
    yield SearchField("vendorcost", "currency", _preferred("purchaseprice", "NUMERIC"))
    on_hand = "(SELECT SUM(m.quantity) FROM stock_move AS m WHERE m.item = r.id)"
    yield SearchField("quantityonhand", "number", f"ROUND({on_hand}, 5)")
    available = f"{on_hand} - COALESCE({_open('committed', 'out')}, 0)"
    yield SearchField("quantityavailable", "number", f"ROUND({available}, 5)")
    yield SearchField("quantitycommitted", "number", _open("committed", "out"))
    yield SearchField("quantitybackordered", "number", _open("open - o.committed", "out"))
    yield SearchField("quantityonorder", "number", _open("open", "in"))


def _preferred(name: str, affinity: str) -> str:
    """A field of the line of an item's preferred vendor."""
    return (
        f"(SELECT CAST(json_extract(v.value, '$.fields.{name}') AS {affinity})"  # noqa: S608 - our own words
        " FROM json_each(r.lines, '$.itemvendor') AS v"
        " WHERE json_extract(v.value, '$.fields.preferredvendor') LIMIT 1)"
    )


def _open(what: str, side: str, place: str = "") -> str:
    """What open orders promise or expect of an item."""
    where = f"o.item = r.id AND o.side = '{side}'{place}"
    return f"(SELECT ROUND(SUM(o.{what}), 5) FROM open_line AS o WHERE {where})"  # noqa: S608 - our own words


def _by_location(type_: SearchType) -> SearchType:
    """The type with a row for each location where a search asks for quantities by location."""
    own = {field.id: field for field in _location_fields()}
    return replace(
        type_,
        source="record AS r, (SELECT id FROM record WHERE space = 'location') AS l",
        main=type_.source,
        main_fields=type_.fields,
        fields={**type_.fields, **own},
        spread=frozenset(own),
        type_sql=_RECORD_TYPE,
    )


def _location_fields() -> Iterable[SearchField]:
    yield SearchField(
        "inventorylocation", "select", "l.id", ("salesorder", "location", None), "location"
    )
    here = " AND o.location = l.id"
    on_hand = (
        "(SELECT ROUND(SUM(m.quantity), 5) FROM stock_move AS m"
        " WHERE m.item = r.id AND m.location = l.id)"
    )
    committed = _open("committed", "out", here)
    yield SearchField("locationquantityonhand", "number", on_hand)
    yield SearchField(
        "locationquantityavailable", "number", f"{on_hand} - COALESCE({committed}, 0)"
    )
    yield SearchField("locationquantitycommitted", "number", committed)
    yield SearchField(
        "locationquantitybackordered", "number", _open("open - o.committed", "out", here)
    )
    yield SearchField("locationquantityonorder", "number", _open("open", "in", here))


def numbers_by_location(type_: SearchType) -> SearchType:
    """Serial and lot numbers, with a row for each location where a search asks for quantities or places."""
    stock = (
        "(SELECT number, location, ROUND(SUM(quantity), 5) AS quantity FROM stock_move"
        " WHERE number > 0 GROUP BY number, location)"
    )
    own = {
        field.id: field
        for field in (
            SearchField("location", "select", "l.location", ("salesorder", "location", None), "location"),
            *(SearchField(name, "number", "l.quantity") for name in ("quantityonhand", "quantityavailable")),
            SearchField("isonhand", "boolean", "CASE WHEN l.quantity > 0 THEN 'T' ELSE 'F' END"),
        )
    }  # fmt: skip
    return replace(
        type_,
        source=f"record AS r LEFT JOIN {stock} AS l ON l.number = r.id",
        main=type_.source,
        main_fields={name: field for name, field in type_.fields.items() if name not in own},
        fields={**type_.fields, **own},
        spread=frozenset(own),
    )


def _balance() -> SearchType:
    """What is on hand by item, location, bin and lot."""
    places = (
        "(SELECT item, location, bin, number, ROUND(SUM(quantity), 5) AS quantity FROM stock_move"
        " GROUP BY item, location, bin, number) AS r"
    )
    number = "r.item"
    return made(
        "inventorybalance", places, "LIST_ITEM",
        SearchField("item", "select", "r.item", ("salesorder", "item", "item"), "item"),
        SearchField("location", "select", "r.location", ("salesorder", "location", None), "location"),
        SearchField("binnumber", "select", "NULLIF(r.bin, 0)", None, "bin",
                    "(SELECT json_extract(b.body, '$.binnumber') FROM record AS b WHERE b.space = 'bin' AND b.id = r.bin)"),
        SearchField("inventorynumber", "select", "NULLIF(r.number, 0)", None, "inventorynumber",
                    "(SELECT json_extract(b.body, '$.inventorynumber') FROM record AS b"
                    " WHERE b.space = 'inventorynumber' AND b.id = r.number)"),
        SearchField("onhand", "number", "r.quantity"),
        SearchField("available", "number", "r.quantity"),
        type_sql="'inventorybalance'", id_sql=number,
    )  # fmt: skip
