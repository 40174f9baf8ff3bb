"""Tables over the sublists and subrecords of entities, items and lists: addresses, prices, members, stock, chosen values."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.suiteql.columns import made
from emulator.suiteql.model import Column, Table
from generator.catalog.model import Catalog, RecordType

_LINE = "l.value, '$.fields"
_ADDRESS_TEXTS = [
    "addr1",
    "addr2",
    "addr3",
    "addressee",
    "addrphone",
    "addrtext",
    "attention",
    "city",
    "country",
    "state",
    "zip",
]
# Tables of address books, the record types that they belong to.
_BOOKS = {
    "customer": ("customer", "lead", "prospect"),
    "vendor": ("vendor",),
    "employee": ("employee",),
    "contact": ("contact",),
    "partner": ("partner",),
}


def tables(catalog: Catalog) -> Iterable[Table]:
    """All of them, for an account with these record types."""
    yield from _addresses(catalog)
    yield from _items(catalog)
    yield from _subsidiaries(catalog)
    units = catalog.records.get("unitstype")
    if units is not None:
        yield _over(
            "unitstypeuom",
            [units],
            "uom",
            made("unitstype", "r.id", "id", "unitstype"),
            made("internalid", _line("internalid", "INTEGER", "l.key + 1"), "number"),
            made("unitname", _line("unitname")),
            made("pluralname", _line("pluralname")),
            made("abbreviation", _line("abbreviation")),
            made("conversionrate", _line("conversionrate", "NUMERIC"), "number"),
            made("baseunit", _flag("baseunit")),
        )
    for record in catalog.records.values():
        yield from _chosen(record)


def _line(name: str, affinity: str = "TEXT", default: str | None = None) -> str:
    sql = f"json_extract({_LINE}.{name}')"
    return f"CAST({sql if default is None else f'coalesce({sql}, {default})'} AS {affinity})"


def _flag(name: str) -> str:
    return f"CASE WHEN json_extract({_LINE}.{name}') THEN 'T' ELSE 'F' END"


def _space(record: RecordType) -> str:
    return record.kind if record.kind in ("transaction", "entity", "item") else record.id


def _over(
    name: str, records: list[RecordType], sublist: str, *columns: Column, whole: bool = True
) -> Table:
    """A table with a row for every line of a sublist."""
    return Table(
        name,
        name,
        f"record AS r, json_each(r.lines, '$.{sublist}') AS l",
        _space(records[0]),
        frozenset(record.id for record in records),
        whole,
        {column.name: column for column in columns},
    )


def _address_columns(source: str, path: str) -> list[Column]:
    columns = [
        made(name, f"CAST(json_extract({source}, '{path}.{name}') AS TEXT)")
        for name in _ADDRESS_TEXTS
    ]
    columns.append(made("dropdownstate", f"json_extract({source}, '{path}.state')"))
    override = f"json_extract({source}, '{path}.override')"
    columns.append(made("override", f"CASE WHEN {override} THEN 'T' ELSE 'F' END"))
    return columns


def _addresses(catalog: Catalog) -> Iterable[Table]:
    number = f"json_extract({_LINE}.internalid')"
    path = "$.subrecords.addressbookaddress.fields"
    for name, ids in _BOOKS.items():
        records = [catalog.records[i] for i in ids if i in catalog.records]
        if not records:
            continue
        yield _over(
            f"{name}addressbook",
            records,
            "addressbook",
            made("entity", "r.id", "id", name),
            made("internalid", number, "number"),
            made("addressbookaddress", number, "number"),
            made("label", _line("label")),
            made("defaultshipping", _flag("defaultshipping")),
            made("defaultbilling", _flag("defaultbilling")),
            made("isresidential", _flag("isresidential")),
            whole=False,
        )
        yield _over(
            f"{name}addressbookentityaddress",
            records,
            "addressbook",
            made("nkey", number, "number"),
            made("recordowner", "r.id", "id", name),
            *_address_columns("l.value", path),
            whole=False,
        )
    everybody = [r for r in catalog.records.values() if r.kind == "entity"]
    if everybody:
        yield _over(
            "entityaddress",
            everybody,
            "addressbook",
            made("nkey", number, "number"),
            made("recordowner", "r.id", "id", "entity"),
            *_address_columns("l.value", path),
        )
    transactions = [r for r in catalog.records.values() if r.kind == "transaction"]
    for side, kind in (("shipping", 1), ("billing", 2)):
        if transactions:
            yield _one(f"transaction{side}address", transactions, f"{side}address", kind)
    for name in ("location", "subsidiary"):
        if name in catalog.records:
            yield _one(f"{name}mainaddress", [catalog.records[name]], "mainaddress", 1)


def _one(name: str, records: list[RecordType], subrecord: str, kind: int) -> Table:
    """A table with a row for every record that has an address of its own."""
    return Table(
        name,
        name,
        f"(SELECT * FROM record WHERE json_type(subs, '$.{subrecord}') IS NOT NULL) AS r",  # noqa: S608
        _space(records[0]),
        frozenset(record.id for record in records),
        True,
        {
            column.name: column
            for column in (
                made("nkey", f"r.id * 10 + {kind}", "number"),
                made("recordowner", "r.id", "number"),
                *_address_columns("r.subs", f"$.{subrecord}.fields"),
            )
        },
    )


def _items(catalog: Catalog) -> Iterable[Table]:
    items = [r for r in catalog.records.values() if r.kind == "item"]
    if not items:
        return
    # Prices by quantity stand beside each other in a line: price_1_, price_2_, ...
    prices = "json_each(json_extract(r.lines, '$.' || k.value)) AS l, json_each(l.value, '$.fields') AS p"
    source = f'record AS r, json_each(\'["price","price1"]\') AS k, {prices}'
    amounts = f"({source.replace('record AS r', 'record AS r')})"
    for name, price in (("itemprice", "price"), ("pricing", "unitprice")):
        yield Table(
            name,
            name,
            f"(SELECT r.space, r.type, r.id, l.value AS line, p.key AS price, p.value AS amount"  # noqa: S608
            f" FROM {amounts[1:-1]} WHERE p.key LIKE 'price\\__\\_' ESCAPE '\\') AS r",
            "item",
            frozenset(record.id for record in items),
            True,
            {
                column.name: column
                for column in (
                    made("item", "r.id", "id", "item"),
                    made("pricelevel", _price("pricelevel", "1"), "id", "pricelevel"),
                    made(
                        "pricelevelname",
                        f"sl_df('pricelevel', '_self', NULL, {_price('pricelevel', '1')})",
                    ),
                    made("currency", _price("currency", "1"), "id", "currency"),
                    made("priceqty", "CAST(substr(r.price, 7, 1) AS INTEGER) - 1", "number"),
                    made("quantity", "CAST(substr(r.price, 7, 1) AS INTEGER) - 1", "number"),
                    made(price, "CAST(r.amount AS NUMERIC)", "number"),
                )
            },
        )
    for name, ending in (
        ("itemmember", ""),
        ("assemblyitemmember", "assemblyitem"),
        ("kititemmember", "kititem"),
    ):
        of = [record for record in items if record.id.endswith(ending)]
        yield _members(name, of, whole=not ending)
    yield _over(
        "itemvendor",
        items,
        "itemvendor",
        made("item", "r.id", "id", "item"),
        made("vendor", _line("vendor", "INTEGER"), "id", "vendor"),
        made("purchaseprice", _line("purchaseprice", "NUMERIC"), "number"),
        made("vendorcode", _line("vendorcode")),
        made("preferredvendor", _flag("preferredvendor")),
        made("vendorcurrency", _line("vendorcurrency")),
        made("subsidiary", _line("subsidiary", "INTEGER"), "id", "subsidiary"),
    )


def _members(name: str, items: list[RecordType], *, whole: bool) -> Table:
    return _over(
        name,
        items,
        "member",
        made("parentitem", "r.id", "id", "item"),
        made("item", _line("item", "INTEGER"), "id", "item"),
        made("quantity", _line("quantity", "NUMERIC"), "number"),
        made("linenumber", "l.key + 1", "number"),
        made("memberunit", _line("memberunit")),
        made("itemsource", _line("itemsource")),
        whole=whole,
    )


def _price(name: str, default: str) -> str:
    return f"CAST(coalesce(json_extract(r.line, '$.fields.{name}'), {default}) AS INTEGER)"


def _subsidiaries(catalog: Catalog) -> Iterable[Table]:
    """Which subsidiaries a record belongs to: one row each, however many its field holds."""
    for name, record, first in (
        ("customersubsidiaryrelationship", "customer", "entity"),
        ("vendorsubsidiaryrelationship", "vendor", "entity"),
        ("itemsubsidiarymap", "item", "item"),
    ):
        ids = [
            r
            for r in catalog.records.values()
            if (r.kind == "item" if record == "item" else r.table == record)
        ]
        if not ids:
            continue
        chosen = "json_extract(r.body, '$.subsidiary')"
        many = f"CASE json_type(r.body, '$.subsidiary') WHEN 'array' THEN {chosen} ELSE json_array({chosen}) END"
        yield Table(
            name,
            name,
            f"record AS r, json_each({many}) AS l",
            _space(ids[0]),
            frozenset(r.id for r in ids),
            False,
            {
                column.name: column
                for column in (
                    made("id", "r.id * 1000 + l.key", "number"),
                    made(first, "r.id", "id", record),
                    made("subsidiary", "CAST(l.value AS INTEGER)", "id", "subsidiary"),
                    made("isprimarysub", "CASE l.key WHEN 0 THEN 'T' ELSE 'F' END"),
                )
            },
        )


def _chosen(record: RecordType) -> Iterable[Table]:
    """`map_<table>_<field>` of a multiselect of the account's own: mapone has chosen maptwo."""
    for field in record.fields.values():
        if field.type != "multiselect" or not field.id.startswith("cust"):
            continue
        yield Table(
            f"map_{record.table.lower()}_{field.id}",
            f"MAP_{record.table}_{field.id}",
            f"record AS r, json_each(r.body, '$.{field.id}') AS l",
            _space(record),
            frozenset({record.id}),
            False,
            {
                "mapone": made("mapone", "r.id", "number"),
                "maptwo": made("maptwo", "CAST(l.value AS INTEGER)", "id", field.refers),
            },
        )
