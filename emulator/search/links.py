"""
What leads from a transaction to another: what pays it, what was made from it, line by line.

A link goes from the document that was there before to the one that came after. Links of payments
and credits are between whole documents; those of orders to what fulfils and bills them are kept for
each line, and once more for the documents as a whole (the row that `mainline` marks): assumed,
switch `search_links_on_main`. Link types: help topic "Applied To / Applying Transaction".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emulator.search.making import made
from emulator.search.model import Join, SearchField, SearchType
from emulator.search.transactions import LINE_NUMBER

_SHIPS = ("itemfulfillment", "itemreceipt")
_BILLS = ("invoice", "cashsale", "vendorbill", "creditmemo", "cashrefund", "vendorcredit")
_PAID = (
    "SELECT a.paid AS before, 0 AS beforeline, a.payer AS after, 0 AS afterline, a.amount, 'Payment' AS kind"
    " FROM application AS a"
)
_FROM = "CAST(json_extract(m.body, '$.createdfrom') AS INTEGER) AS before"
_KIND = f"CASE WHEN m.type IN {_SHIPS!r} THEN 'ShipRcpt' ELSE 'OrdBill' END AS kind"
_MADE = "m.space = 'transaction' AND json_extract(m.body, '$.createdfrom') IS NOT NULL"
_WHOLE = (
    f"SELECT {_FROM}, 0 AS beforeline, m.id AS after, 0 AS afterline,"  # noqa: S608 - our own words
    f" json_extract(m.body, '$.total') AS amount, {_KIND} FROM record AS m WHERE {_MADE}"
)
_BY_LINE = (
    f"SELECT {_FROM}, CAST(json_extract(l.value, '$.fields.orderline') AS INTEGER) AS beforeline,"  # noqa: S608
    " m.id AS after, json_extract(l.value, '$.line') AS afterline,"
    f" json_extract(l.value, '$.fields.amount') AS amount, {_KIND}"
    " FROM record AS m, json_each(m.lines) AS s, json_each(s.value) AS l"
    f" WHERE {_MADE} AND s.key IN ('item', 'expense')"
    " AND json_extract(l.value, '$.fields.orderline') IS NOT NULL"
)


def search_types(*, links_on_main: bool) -> Iterable[SearchType]:
    """The links, as search types that scripts cannot name."""
    yield _type("@paid", _PAID)
    made_ = [_BY_LINE, *([_WHOLE] if links_on_main else [])]
    yield _type("@links", *made_, _PAID)
    for name, types in (("@shipped", _SHIPS), ("@billed", _BILLS)):
        yield _type(name, *(f"{one} AND m.type IN {types!r}" for one in made_))


def _type(name: str, *selects: str) -> SearchType:
    rate = (
        "COALESCE((SELECT json_extract(x.body, '$.exchangerate') FROM record AS x"
        " WHERE x.space = 'transaction' AND x.id = r.after), 1)"
    )
    place = ("transaction", "createdfrom", None)
    return made(
        name, f"({' UNION ALL '.join(selects)}) AS r", None,
        SearchField("before", "select", "r.before", place, "transaction"),
        SearchField("beforeline", "number", "r.beforeline"),
        SearchField("after", "select", "r.after", place, "transaction"),
        SearchField("afterline", "number", "r.afterline"),
        SearchField("foreignamount", "currency", "r.amount"),
        SearchField("amount", "currency", f"ROUND(r.amount * {rate}, 2)"),
        SearchField("kind", "text", "r.kind"),
        type_sql="r.kind", id_sql="r.after",
    )  # fmt: skip


# Name of the join and field: the links it follows, and whether to what came after.
_WAYS = {
    "applyingtransaction": ("@links", True),
    "appliedtotransaction": ("@links", False),
    "payingtransaction": ("@paid", True),
    "paidtransaction": ("@paid", False),
    "fulfillingtransaction": ("@shipped", True),
    "billingtransaction": ("@billed", True),
}
_FACTS = {
    "applyinglinkamount": ("applyingtransaction", "amount"),
    "applyingforeignamount": ("applyingtransaction", "foreignamount"),
    "applyinglinktype": ("applyingtransaction", "kind"),
    "appliedtolinkamount": ("appliedtotransaction", "amount"),
    "appliedtoforeignamount": ("appliedtotransaction", "foreignamount"),
    "appliedtolinktype": ("appliedtotransaction", "kind"),
    "payingamount": ("payingtransaction", "amount"),
    "paidamount": ("paidtransaction", "amount"),
}


def joins() -> Mapping[str, Join]:
    """The joins of a transaction search that follow links."""
    found: dict[str, Join] = {}
    for name, (links, onwards) in _WAYS.items():
        near, far = ("before", "after") if onwards else ("after", "before")
        found[f"@{name}"] = Join(links, "internalid", near, also=((LINE_NUMBER, f"{near}line"),))
        found[name] = Join(
            "transaction", far, "internalid", via=f"@{name}", lined=(f"{far}line", LINE_NUMBER)
        )
    return found


def through() -> Mapping[str, tuple[str, str]]:
    """The fields of a transaction search that are read from its links."""
    far = {name: "after" if onwards else "before" for name, (_, onwards) in _WAYS.items()}
    return {
        **{name: (f"@{name}", field) for name, field in far.items()},
        **{name: (f"@{way}", field) for name, (way, field) in _FACTS.items()},
    }
