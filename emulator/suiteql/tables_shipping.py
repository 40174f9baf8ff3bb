"""Tables of shipments: how a transaction was sent, in which packages, under which tracking numbers."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.suiteql.columns import made, read
from emulator.suiteql.model import Column, Table
from generator.catalog.model import Catalog

_PACKAGES = ("package", "packagefedex", "packageups", "packageusps")
# A package's fields end in its carrier's name: packagetrackingnumberups.
_SENT = " UNION ALL ".join(
    "SELECT r.type, r.id AS doc, r.id * 100 + p.key AS id,"  # noqa: S608 - our own words
    f" p.value ->> '$.fields.packagetrackingnumber{name.removeprefix('package')}' AS number,"
    f" CAST(p.value ->> '$.fields.packageweight{name.removeprefix('package')}' AS NUMERIC) AS weight"
    f" FROM record AS r, json_each(r.lines, '$.{name}') AS p WHERE r.space = 'transaction'"
    for name in _PACKAGES
)


def tables(catalog: Catalog) -> Iterable[Table]:
    """All of them, for an account with these record types."""
    records = [r for r in catalog.records.values() if r.kind == "transaction"]
    types = frozenset(r.id for r in records if "shipmethod" in r.fields)
    if not types:
        return
    weight = f"(SELECT sum(p.weight) FROM ({_SENT}) AS p WHERE p.doc = r.id)"  # noqa: S608
    to = "CASE WHEN json_type(r.subs, '$.shippingaddress') IS NOT NULL THEN r.id * 10 + 1 END"
    yield _table(
        "transactionshipment",
        "(SELECT * FROM record WHERE space = 'transaction'"
        " AND (json_extract(body, '$.shipmethod') IS NOT NULL OR type = 'itemfulfillment')) AS r",
        types,
        made("id", "r.id", "number"),
        made("doc", "r.id", "id", "transaction"),
        made("shippingmethod", read("r.body", "shipmethod", "INTEGER"), "id", "shipitem"),
        made("shippingrate", read("r.body", "shippingcost", "NUMERIC"), "number"),
        made("handlingrate", read("r.body", "handlingcost", "NUMERIC"), "number"),
        made("weight", weight, "number"),
        made("destinationaddress", to, "number"),
    )
    numbered = f"(SELECT * FROM ({_SENT}) WHERE number IS NOT NULL) AS r"  # noqa: S608
    yield _table(
        "trackingnumber",
        numbered,
        types,
        made("id", "r.id", "number"),
        made("trackingnumber", "r.number"),
    )
    yield _table(
        "trackingnumbermap",
        numbered,
        types,
        made("transaction", "r.doc", "id", "transaction"),
        made("trackingnumber", "r.id", "number"),
    )


def _table(name: str, source: str, types: frozenset[str], *columns: Column) -> Table:
    shown = {column.name: column for column in columns}
    return Table(name, name, source, None, types, True, shown, row_type="r.type")
