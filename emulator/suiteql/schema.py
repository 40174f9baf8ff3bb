"""
The tables of SuiteQL, made from the catalogue.

A table says which rows of the storage it shows, and how each column is read from them. The storage
keeps one row a record in `record(space, id, type, externalid, version, created, modified, body,
lines, subs)`. A column is an SQL expression over that row, named `r` (and `l` for a line).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from emulator.suiteql import (
    known_columns,
    tables_account,
    tables_ledger,
    tables_lines,
    tables_lists,
    tables_shipping,
    tables_stock,
)
from emulator.suiteql.columns import boolean, codes, column, fields, made, read, text
from emulator.suiteql.known_tables import NOT_BUILT
from emulator.suiteql.lines import KEY_FACTOR
from emulator.suiteql.model import Column, Kind, Schema, Table
from generator.catalog.model import ON_LINES, Catalog, RecordType

__all__ = ["Column", "Kind", "Schema", "Table", "build"]

_RECORD = "record AS r"
_LINES = "record AS r, json_each(sl_lines(r.type, r.body, r.lines)) AS l"
_ENTITY_TYPES = {
    "customer": "CustJob",
    "lead": "CustJob",
    "prospect": "CustJob",
    "job": "Job",
    "vendor": "Vendor",
    "employee": "Employee",
    "contact": "Contact",
    "partner": "Partner",
}


def build(catalog: Catalog) -> Schema:
    """All tables of an account with these record types."""
    by_table: dict[str, list[RecordType]] = {}
    for record in catalog.records.values():
        by_table.setdefault(record.table.lower(), []).append(record)
    tables = {name: _table(name, records) for name, records in by_table.items()}
    everybody = [r for r in catalog.records.values() if r.kind == "entity"]
    if everybody:
        tables["entity"] = _table("entity", everybody)
    transactions = [r for r in catalog.records.values() if r.kind == "transaction"]
    if transactions:
        tables["transactionline"] = _line_table(transactions)
    # Files and scripts are not kept as records, whatever the catalogue lists of them.
    tables |= {table.name: table for table in tables_account.tables(catalog)}
    for made_of in (tables_lists, tables_lines, tables_stock, tables_ledger, tables_shipping):
        for table in made_of.tables(catalog):
            tables.setdefault(table.name, table)
    tables = {name: _known(table) for name, table in tables.items()}
    permissions = {record.id: record.permission for record in catalog.records.values()}
    permissions["file"] = "LIST_FILECABINET"
    labels = {record.id: record.label for record in catalog.records.values()}
    return Schema(tables, permissions, labels, NOT_BUILT)


def _known(table: Table) -> Table:
    """The table with the columns that NetSuite has beside those of the catalogue."""
    name = table.name
    columns = dict(table.columns)
    for listed, sql in ((known_columns.EMPTY, "NULL"), (known_columns.UNCHECKED, "'F'")):
        for column_ in listed.get(name, "").split():
            columns.setdefault(column_, made(column_, sql))
    refused = frozenset(known_columns.NOT_KEPT.get(name, "").split()) - columns.keys()
    return replace(table, columns=columns, refused=refused)


def _table(name: str, records: list[RecordType]) -> Table:
    first = records[0]
    columns: dict[str, Column] = {c.name: c for c in _standard(name, records)}
    for record in records:
        for found in fields(record, "r.body"):
            if record.kind == "transaction" and found.name in ON_LINES:
                continue
            columns.setdefault(found.name, found)
    for found in _more(name, first.kind):
        columns[found.name] = found
    if first.kind == "transaction":
        columns = _in_currency(columns)
    space = first.kind if first.kind in ("transaction", "entity", "item") else first.id
    return Table(
        name,
        first.table,
        _RECORD,
        space,
        frozenset(r.id for r in records),
        name == "entity" or first.kind != "entity",
        columns,
        "r.body" if all(r.open for r in records) else None,
    )


def _standard(name: str, records: list[RecordType]) -> Iterable[Column]:
    """Columns that every table of a kind has, whatever the catalogue lists."""
    first = records[0]
    kind = first.kind
    yield Column("id", "r.id", "number")
    yield Column("externalid", "r.externalid", "text")
    modified, created = "lastmodifieddate", "createddate"
    if kind == "transaction":
        kinds = codes((r.id, r.type_code or r.id) for r in records)
        yield Column("type", kinds, "text", first.id, "type")
        yield Column("recordtype", "r.type", "text")
        status = ", ".join(
            read("r.body", name) for name in ("_status", "orderstatus", "shipstatus")
        )
        yield Column(
            "status",
            f"COALESCE({status})",
            "text",
            first.id,
            "status",
            criteria=Column("_code", kinds, "text"),
        )
        yield Column("foreigntotal", read("r.body", "total", "NUMERIC"), "number")
    elif kind == "entity":
        created = "datecreated"
        person = f"{read('r.body', 'firstname')} || ' ' || {read('r.body', 'lastname')}"
        yield Column("altname", f"COALESCE({read('r.body', 'companyname')}, {person})", "text")
        yield text("entityid", indexed=True)
        if name == "entity":
            yield Column(
                "type", codes((r.id, _ENTITY_TYPES.get(r.id, r.id)) for r in records), "text"
            )
    elif kind == "item":
        yield Column("itemtype", codes((r.id, r.type_code or r.id) for r in records), "text")
        yield text("itemid", indexed=True)
        yield Column("fullname", read("r.body", "itemid"), "text")
    elif kind == "custom":
        modified, created = "lastmodified", "created"
        yield text("name", indexed=True)
    else:
        yield text("name", indexed=True)
        yield Column(
            "fullname",
            f"COALESCE({read('r.body', 'fullname')}, {read('r.body', 'name')})",
            "text",
        )
    yield Column(modified, "sl_local(r.modified)", "date")
    yield Column(created, "sl_local(r.created)", "date")
    if kind != "transaction":
        yield Column("isinactive", boolean("r.body", "isinactive"), "boolean")
    name_column = first.name_column
    if name_column and name_column not in ("id", "externalid"):
        yield text(name_column, indexed=True)


def _line_table(records: list[RecordType]) -> Table:
    columns: dict[str, Column] = {
        found.name: found
        for found in (
            Column("transaction", "r.id", "number"),
            Column("id", read("l.value", "id", "INTEGER"), "number"),
            Column(
                "uniquekey",
                f"r.id * {KEY_FACTOR} + {read('l.value', 'uniquekey', 'INTEGER')}",
                "number",
            ),
            Column(
                "linesequencenumber", read("l.value", "linesequencenumber", "INTEGER"), "number"
            ),
            Column("mainline", read("l.value", "mainline"), "text"),
            Column("taxline", read("l.value", "taxline"), "text"),
            Column("iscogs", "'F'", "text"),
            Column("donotdisplayline", "'F'", "text"),
            made("linelastmodifieddate", "sl_local(r.modified)", "date"),
            made("expenseaccount", read("l.value", "expenseaccount", "INTEGER"), "id", "account"),
            made("account", read("l.value", "account", "INTEGER"), "id", "account"),
            *_rates(),
            made("isinventoryaffecting", _AFFECTS_STOCK),
            made("isfullyshipped", _SHIPPED),
            made("foreignamountpaid", _of_main("amountpaid"), "number"),
            made("foreignamountunpaid", _of_main("amountremaining"), "number"),
            made("quantityshiprecv", read("l.value", "quantityshiprecv", "NUMERIC"), "number"),
            made("debitforeignamount", read("l.value", "debitforeignamount", "NUMERIC"), "number"),
            made(
                "creditforeignamount", read("l.value", "creditforeignamount", "NUMERIC"), "number"
            ),
            Column("itemtype", read("l.value", "itemtype"), "text"),
            Column("memo", read("l.value", "memo"), "text"),
            Column("netamount", read("l.value", "netamount", "NUMERIC"), "number"),
            Column("foreignamount", read("l.value", "foreignamount", "NUMERIC"), "number"),
            _line_select("createdfrom"),
            _line_select("subsidiary"),
            _line_select("entity"),
        )
    }
    for record in records:
        for sublist in record.sublists.values():
            if sublist.id not in ("item", "expense", "inventory", "line"):
                continue
            for listed in sublist.fields.values():
                found = column(record.id, listed, "l.value", sublist=sublist.id)
                if found is not None and found.name != "amount":
                    columns.setdefault(found.name, found)
    for name in ("location", "department", "class", "item"):
        columns.setdefault(name, _line_select(name))
    return Table(
        "transactionline",
        "transactionLine",
        _LINES,
        "transaction",
        frozenset(r.id for r in records),
        True,
        _in_currency(columns),
    )


_AFFECTS_STOCK = (
    "CASE WHEN EXISTS (SELECT 1 FROM stock_move AS m WHERE m.transaction_id = r.id"
    " AND m.line = CAST(l.value ->> '$.id' AS INTEGER)) THEN 'T' ELSE 'F' END"
)
_SHIPPED = (
    "CASE WHEN abs(l.value ->> '$.quantityshiprecv') >= abs(l.value ->> '$.quantity')"
    " THEN 'T' ELSE 'F' END"
)


def _rates() -> Iterable[Column]:
    """
    A line's rate, which is an amount or, written '-10.0%', a share.

    Assumed: `rate` holds the share as a fraction, as SuiteAnalytics keeps percentages.
    """
    written = "l.value ->> '$.rate'"
    amount, share = (
        read("l.value", "rate", "NUMERIC"),
        f"CAST(rtrim({written}, '%') AS NUMERIC) / 100.0",
    )
    percent = f"instr({written}, '%') > 0"
    yield made("rate", f"CASE WHEN {percent} THEN {share} ELSE {amount} END", "number")
    yield made("rateamount", f"CASE WHEN NOT {percent} THEN {amount} END", "number")
    yield made("ratepercent", f"CASE WHEN {percent} THEN {share} END", "number")


def _of_main(name: str) -> str:
    return f"CASE l.value ->> '$.mainline' WHEN 'T' THEN {read('r.body', name, 'NUMERIC')} END"


def _in_currency(columns: dict[str, Column]) -> dict[str, Column]:
    """Amounts in the transaction's own currency, told apart from those in the base currency."""
    return {
        name: replace(found, foreign=True)
        if "foreign" in name or name in ("rate", "rateamount")
        else found
        for name, found in columns.items()
    }


def _line_select(name: str) -> Column:
    sublist = "item" if name == "item" else None
    refers = {"class": "classification", "createdfrom": "transaction"}.get(name, name)
    return Column(
        name, read("l.value", name, "INTEGER"), "id", "salesorder", name, sublist, refers=refers
    )


_STOCK = "(SELECT sum(m.quantity) FROM stock_move AS m WHERE m.item = r.id)"
_ADDRESSES = {"shippingaddress": 1, "billingaddress": 2}
_SERIAL = "CASE WHEN r.type LIKE 'serialized%' THEN 'T' ELSE 'F' END"
_LOT = "CASE WHEN r.type LIKE 'lotnumbered%' THEN 'T' ELSE 'F' END"
_SUBTYPE = (
    "CASE WHEN r.type LIKE '%resaleitem' THEN 'Resale' WHEN r.type LIKE '%purchaseitem' THEN 'Purchase'"
    " WHEN r.type LIKE '%saleitem' THEN 'Sale' END"
)
_NOTED = "(SELECT n.user FROM system_note AS n WHERE n.record = r.id AND n.type = r.type"
_CREATOR = f"{_NOTED} AND n.kind = 'Create')"
_CHANGER = f"{_NOTED} ORDER BY n.id DESC LIMIT 1)"
_TITLE = "r.body ->> '$.entityid'"
_ACCOUNT_NAME = (
    "trim(coalesce(r.body ->> '$.acctnumber', '') || ' ' || coalesce(r.body ->> '$.acctname', ''))"
)


def _more(name: str, kind: str) -> Iterable[Column]:
    """Columns that are no fields of the record type (seen in public queries)."""
    match name:
        case "transaction":
            yield made("posting", tables_lines.POSTING)
            yield made("createdby", _CREATOR, "id", "employee")
            yield made("lastmodifiedby", _CHANGER, "id", "employee")
            yield made("voided", "'F'")
            yield made("void", "'F'")
            yield made("abbrevtype", tables_lines.ABBREVIATION)
            yield Column("trandisplayname", "sl_df('transaction', '_self', NULL, r.id)", "text")
            yield made("foreignamountpaid", read("r.body", "amountpaid", "NUMERIC"), "number")
            yield made(
                "foreignamountunpaid", read("r.body", "amountremaining", "NUMERIC"), "number"
            )
            for column_, number in _ADDRESSES.items():
                there = f"json_type(r.subs, '$.{column_}') IS NOT NULL"
                yield made(column_, f"CASE WHEN {there} THEN r.id * 10 + {number} END", "number")
            who = (read("r.body", name, "INTEGER") for name in ("employee", "salesrep"))
            yield made("employee", f"COALESCE({', '.join(who)})", "id", "employee")
            unused = read("r.body", "unapplied", "NUMERIC")
            yield made("foreignpaymentamountunused", unused, "number")
            used = f"{read('r.body', 'total', 'NUMERIC')} - {unused}"
            yield made("foreignpaymentamountused", used, "number")
            for name_, since in (("daysopen", "trandate"), ("daysoverduesearch", "duedate")):
                days = f"julianday({_TODAY}) - julianday(r.body ->> '$.{since}')"
                open_ = "r.body ->> '$.amountremaining' > 0"
                yield made(
                    name_, f"CASE WHEN {open_} THEN max(CAST({days} AS INTEGER), 0) END", "number"
                )
        case "entity":
            yield made("entitytitle", _TITLE)
            yield made("fullname", _TITLE)
            for record in ("customer", "vendor", "employee", "contact", "partner"):
                yield made(record, f"CASE WHEN r.type = '{record}' THEN r.id END", "id", record)
        case "customer":
            yield from _sums_of_customer()
            yield made("entitytitle", _TITLE)
            yield made("fullname", _TITLE)
            yield from _default_addresses()
            stages = codes((r, r.capitalize()) for r in ("customer", "lead", "prospect"))
            yield made("searchstage", stages)
        case "vendor":
            yield made("entitytitle", _TITLE)
            yield made("fullname", _TITLE)
            yield from _default_addresses()
        case "employee" | "contact" | "partner" | "job":
            yield made("entitytitle", _TITLE)
            yield made("fullname", _TITLE)
        case "item":
            yield made("islotitem", _LOT)
            yield made("isserialitem", _SERIAL)
            yield made("subtype", _SUBTYPE)
            yield made("totalquantityonhand", _STOCK, "number")
        case "account":
            yield made("accountsearchdisplayname", _ACCOUNT_NAME)
            yield made("accountsearchdisplaynamecopy", _ACCOUNT_NAME)
            yield made("displaynamewithhierarchy", _ACCOUNT_NAME)
        case "accountingperiod":
            yield made("isposting", "'T'")
            yield made("alllocked", boolean("r.body", "closed"))
        case "location" | "subsidiary":
            there = "json_type(r.subs, '$.mainaddress') IS NOT NULL"
            yield made("mainaddress", f"CASE WHEN {there} THEN r.id * 10 + 1 END", "number")
    if kind == "custom":
        yield made("recordid", "r.id", "number")
        if name.startswith("customlist"):
            yield made("scriptid", "upper(r.body ->> '$._scriptid')")


# Today's date; a moment of a query begins with a mark.
_TODAY = "substr(sl_now(), 2, 10)"


def _sums_of_customer() -> Iterable[Column]:
    """What a customer owes and ordered (the columns of the record's own balances end in `search`)."""
    owed = read("r.body", "balance", "NUMERIC")
    yield made("balancesearch", owed, "number")
    yield made("consolbalancesearch", owed, "number")
    yield made("unbilledorderssearch", read("r.body", "unbilledorders", "NUMERIC"), "number")
    theirs = (
        "FROM record AS t WHERE t.space = 'transaction'"
        " AND json_extract(t.body, '$.entity') = CAST(r.id AS TEXT)"
    )
    late = (
        f"{theirs} AND t.type = 'invoice' AND t.body ->> '$.amountremaining' > 0"
        f" AND t.body ->> '$.duedate' < {_TODAY}"
    )
    overdue = f"(SELECT sum(t.body ->> '$.amountremaining') {late})"
    yield made("overduebalancesearch", f"coalesce({overdue}, 0)", "number")
    oldest = f"(SELECT min(t.body ->> '$.duedate') {late})"
    days = f"CAST(julianday({_TODAY}) - julianday({oldest}) AS INTEGER)"
    yield made("daysoverduesearch", days, "number")
    for what, types in (("order", "('salesorder')"), ("sale", "('invoice', 'cashsale')")):
        for which, pick in (("first", "min"), ("last", "max")):
            day = f"(SELECT {pick}(t.body ->> '$.trandate') {theirs} AND t.type IN {types})"
            yield made(f"{which}{what}date", f"char(29) || {day} || ' 00:00:00'", "date")


def _default_addresses() -> Iterable[Column]:
    for side in ("shipping", "billing"):
        chosen = (
            "(SELECT a.value ->> '$.fields.internalid' FROM json_each(r.lines, '$.addressbook') AS a"  # noqa: S608
            f" WHERE a.value ->> '$.fields.default{side}' LIMIT 1)"
        )
        yield made(f"default{side}address", chosen, "number")
