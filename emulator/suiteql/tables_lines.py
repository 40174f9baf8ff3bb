"""Tables over the lines of transactions: what was made from what, what was paid, lots, the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.suiteql.columns import codes, made
from emulator.suiteql.model import Column, Table
from generator.catalog.model import Catalog, RecordType

# Posting transactions change the ledger.
_NOT_POSTING = (
    "salesorder",
    "estimate",
    "opportunity",
    "purchaseorder",
    "returnauthorization",
    "vendorreturnauthorization",
    "transferorder",
    "workorder",
    "blanketpurchaseorder",
)
POSTING = f"CASE WHEN r.type IN {_NOT_POSTING!r} THEN 'F' ELSE 'T' END"
# Short names of transaction types (seen in public queries' results).
ABBREVIATION = codes(
    (
        ("salesorder", "SALESORD"),
        ("estimate", "ESTIMATE"),
        ("invoice", "INV"),
        ("cashsale", "SALE"),
        ("creditmemo", "CREDMEM"),
        ("customerpayment", "PYMT"),
        ("itemfulfillment", "ITEMSHIP"),
        ("itemreceipt", "ITEMRCPT"),
        ("purchaseorder", "PURCHORD"),
        ("vendorbill", "BILL"),
        ("vendorcredit", "BILLCRED"),
        ("vendorpayment", "BILLPMT"),
        ("journalentry", "GENJRNL"),
        ("check", "CHK"),
        ("inventoryadjustment", "INVADJST"),
    )
)
_RECEIVES = ("itemfulfillment", "itemreceipt")
_LINES = "('item', 'expense')"
# A line that names the line of the document it was made from.
_MADE = (
    "SELECT r.type, CAST(r.body ->> '$.createdfrom' AS INTEGER) AS previousdoc,"  # noqa: S608
    " CAST(l.value ->> '$.fields.orderline' AS INTEGER) AS previousline, r.id AS nextdoc,"
    " CAST(l.value ->> '$.line' AS INTEGER) AS nextline, r.type AS nexttype,"
    f" CASE WHEN r.type IN {_RECEIVES!r} THEN 'ShipRcpt' ELSE 'OrdBill' END AS linktype,"
    " CAST(l.value ->> '$.fields.amount' AS NUMERIC) AS foreignamount"
    " FROM record AS r, json_each(r.lines) AS s, json_each(s.value) AS l"
    " WHERE r.space = 'transaction' AND r.body ->> '$.createdfrom' IS NOT NULL"
    f" AND s.key IN {_LINES} AND l.value ->> '$.fields.orderline' IS NOT NULL"
)
# A payment or credit that was applied.
_PAID = (
    "SELECT r.type, CAST(coalesce(l.value ->> '$.fields.internalid', l.value ->> '$.fields.doc') AS INTEGER)"
    " AS previousdoc, 0 AS previousline, r.id AS nextdoc, 0 AS nextline, r.type AS nexttype,"
    " 'Payment' AS linktype, CAST(l.value ->> '$.fields.amount' AS NUMERIC) AS foreignamount"
    " FROM record AS r, json_each(r.lines, '$.apply') AS l"
    " WHERE r.space = 'transaction' AND l.value ->> '$.fields.apply'"
)


def tables(catalog: Catalog) -> Iterable[Table]:
    """All of them, for an account with these record types."""
    records = [r for r in catalog.records.values() if r.kind == "transaction"]
    if not records:
        return
    types = frozenset(r.id for r in records)
    for name in ("previoustransactionlinelink", "nexttransactionlinelink"):
        columns = _link_columns(records, lines=True)
        yield _linked(name, f"({_MADE} UNION ALL {_PAID}) AS r", types, columns)
    for name in ("previoustransactionlink", "nexttransactionlink"):
        grouped = (
            f"(SELECT type, previousdoc, nextdoc, nexttype, linktype, sum(foreignamount) AS foreignamount"  # noqa: S608
            f" FROM ({_MADE} UNION ALL {_PAID}) GROUP BY type, previousdoc, nextdoc, nexttype, linktype) AS r"
        )
        yield _linked(name, grouped, types, _link_columns(records, lines=False))
    yield Table(
        "inventoryassignment",
        "inventoryAssignment",
        "(SELECT m.rowid AS number_, m.*, t.type FROM stock_move AS m"
        " JOIN record AS t ON t.space = 'transaction' AND t.id = m.transaction_id WHERE m.number > 0) AS r",
        None,
        types,
        True,
        {
            column.name: column
            for column in (
                made("id", "r.number_", "number"),
                made("transaction", "r.transaction_id", "id", "transaction"),
                made("transactionline", "r.line", "number"),
                made("inventorynumber", "r.number", "id", "inventorynumber"),
                made("item", "r.item", "id", "item"),
                made("location", "r.location", "id", "location"),
                made("quantity", "CAST(r.quantity AS NUMERIC)", "number"),
            )
        },
        row_type="r.type",
    )


def _linked(name: str, source: str, types: frozenset[str], columns: list[Column]) -> Table:
    shown = {column.name: column for column in columns}
    return Table(name, name, source, None, types, True, shown, row_type="r.type")


def _link_columns(records: list[RecordType], *, lines: bool) -> list[Column]:
    kinds = {r.id: r.type_code or r.id for r in records}
    whens = " ".join(f"WHEN '{name}' THEN '{code}'" for name, code in kinds.items())
    before = "(SELECT type FROM record WHERE space = 'transaction' AND id = r.previousdoc)"
    columns = [
        made("previousdoc", "r.previousdoc", "id", "transaction"),
        made("nextdoc", "r.nextdoc", "id", "transaction"),
        made("previoustype", f"CASE {before} {whens} END"),
        made("nexttype", f"CASE r.nexttype {whens} END"),
        made("linktype", "r.linktype"),
        made("foreignamount", "CAST(r.foreignamount AS NUMERIC)", "number"),
    ]
    if lines:
        columns += [
            made("previousline", "r.previousline", "number"),
            made("nextline", "r.nextline", "number"),
        ]
    return columns
