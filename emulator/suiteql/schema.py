"""
The tables of SuiteQL, made from the catalogue.

A table says which rows of the storage it shows, and how each column is read from them. The storage keeps one row a record in `record(space, id, type, externalid, version, created, modified,
body, lines, subs)`. A column is an SQL expression over that row, named `r` (and `l` for a line).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.catalog.model import Catalog, Field, RecordType

Kind = Literal["text", "number", "boolean", "date", "id", "code"]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column. `sql` reads it from the storage; `indexed` says that an index on `sql` helps.

    An `id` is the internal id of another record, a `code` is a number where it looks like one and a
    text (an order status, a country) where it does not. `record`, `field` and `sublist` name where
    the value comes from, for display texts.
    """

    name: str
    sql: str
    kind: Kind
    record: str | None = None
    field: str | None = None
    sublist: str | None = None
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """
    One table.

    `source` is its FROM clause, `space` the storage's space (None for tables that the account
    computes), `types` the record types whose rows it shows and `whole` whether these are all of the
    space. `anything` is how a column that the catalogue does not list is read, where a record type
    is only partly known.
    """

    name: str
    label: str
    source: str
    space: str | None
    types: frozenset[str]
    whole: bool
    columns: Mapping[str, Column]
    anything: str | None = None


@dataclass(frozen=True, slots=True)
class Schema:
    """All tables by lower-case name, and each record type's permission and label."""

    tables: Mapping[str, Table]
    permissions: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


# Body fields of transactions whose column is on the lines (SuiteQL: Field 'createdfrom' ... was not
# found). `createdfrom`: netsuite-facts 4; the segments and the subsidiary: seen in public code.
_ON_LINES = frozenset({"createdfrom", "subsidiary", "location", "department", "class"})
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
    tables |= {table.name: table for table in _of_the_account()}
    permissions = {record.id: record.permission for record in catalog.records.values()}
    permissions["file"] = "LIST_FILECABINET"
    labels = {record.id: record.label for record in catalog.records.values()}
    return Schema(tables, permissions, labels)


def _of_the_account() -> Iterable[Table]:
    """Tables that are no record types: files, scripts and Oracle's table of one row."""
    yield _made("dual", "(SELECT 'X' AS dummy) AS r", None, Column("dummy", "r.dummy", "text"))
    stamps = (
        Column("createddate", "sl_local(r.created)", "date"),
        Column("lastmodifieddate", "sl_local(r.modified)", "date"),
    )
    yield _made(
        "file",
        "file AS r",
        "file",
        Column("id", "r.id", "number"),
        Column("name", "r.name", "text"),
        Column("folder", "r.folder", "number"),
        Column("filetype", "r.type", "text"),
        Column("filesize", "r.size", "number"),
        Column("description", "r.description", "text"),
        *stamps,
    )
    yield _made(
        "mediaitemfolder",
        "folder AS r",
        "file",
        Column("id", "r.id", "number"),
        Column("name", "r.name", "text"),
        Column("parent", "r.parent", "number"),
        Column("appfolder", "ltrim(replace(r.path, '/', ' : '), ' :')", "text"),
    )
    yield _made(
        "script",
        "json_each(sl_scripts()) AS r",
        None,
        Column("id", _read("r.value", "id", "INTEGER"), "number"),
        Column("scriptid", _read("r.value", "scriptid"), "text"),
        Column("scripttype", _read("r.value", "type"), "text"),
    )
    yield _made(
        "scriptdeployment",
        "json_each(sl_scripts()) AS s, json_each(s.value, '$.deployments') AS r",
        None,
        Column("primarykey", _read("r.value", "id", "INTEGER"), "number"),
        Column("script", _read("s.value", "id", "INTEGER"), "number"),
        Column("scriptid", _read("r.value", "scriptid"), "text"),
        Column("status", _read("r.value", "status"), "text"),
        Column("isdeployed", _read("r.value", "isdeployed"), "text"),
    )


def _made(name: str, source: str, permission_of: str | None, *columns: Column) -> Table:
    types = frozenset({permission_of} if permission_of else ())
    return Table(name, name, source, None, types, True, {c.name: c for c in columns})


def _table(name: str, records: list[RecordType]) -> Table:
    first = records[0]
    columns: dict[str, Column] = {c.name: c for c in _standard(name, records)}
    for record in records:
        for column in _fields(record, "r.body"):
            if record.kind == "transaction" and column.name in _ON_LINES:
                continue
            columns.setdefault(column.name, column)
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
        codes = _codes((r.id, r.type_code or r.id) for r in records)
        yield Column("type", codes, "text", first.id, "type")
        yield Column("recordtype", "r.type", "text")
        status = ", ".join(
            _read("r.body", name) for name in ("_status", "orderstatus", "shipstatus")
        )
        yield Column("status", f"COALESCE({status})", "text", first.id, "status")
        yield Column("foreigntotal", _read("r.body", "total", "NUMERIC"), "number")
    elif kind == "entity":
        created = "datecreated"
        person = f"{_read('r.body', 'firstname')} || ' ' || {_read('r.body', 'lastname')}"
        yield Column("altname", f"COALESCE({_read('r.body', 'companyname')}, {person})", "text")
        yield _text("entityid", indexed=True)
        if name == "entity":
            yield Column(
                "type", _codes((r.id, _ENTITY_TYPES.get(r.id, r.id)) for r in records), "text"
            )
    elif kind == "item":
        yield Column("itemtype", _codes((r.id, r.type_code or r.id) for r in records), "text")
        yield _text("itemid", indexed=True)
        yield Column("fullname", _read("r.body", "itemid"), "text")
    elif kind == "custom":
        modified, created = "lastmodified", "created"
        yield _text("name", indexed=True)
    else:
        yield _text("name", indexed=True)
        yield Column(
            "fullname",
            f"COALESCE({_read('r.body', 'fullname')}, {_read('r.body', 'name')})",
            "text",
        )
    yield Column(modified, "sl_local(r.modified)", "date")
    yield Column(created, "sl_local(r.created)", "date")
    if kind != "transaction":
        yield Column("isinactive", _boolean("r.body", "isinactive"), "boolean")
    name_column = first.name_column
    if name_column and name_column not in ("id", "externalid"):
        yield _text(name_column, indexed=True)


def _line_table(records: list[RecordType]) -> Table:
    columns: dict[str, Column] = {
        column.name: column
        for column in (
            Column("transaction", "r.id", "number"),
            Column("id", _read("l.value", "id", "INTEGER"), "number"),
            Column(
                "uniquekey",
                f"r.id * 1000 + {_read('l.value', 'linesequencenumber', 'INTEGER')}",
                "number",
            ),
            Column(
                "linesequencenumber", _read("l.value", "linesequencenumber", "INTEGER"), "number"
            ),
            Column("mainline", _read("l.value", "mainline"), "text"),
            Column("taxline", _read("l.value", "taxline"), "text"),
            Column("iscogs", "'F'", "text"),
            Column("itemtype", _read("l.value", "itemtype"), "text"),
            Column("memo", _read("l.value", "memo"), "text"),
            Column("netamount", _read("l.value", "netamount", "NUMERIC"), "number"),
            Column("foreignamount", _read("l.value", "foreignamount", "NUMERIC"), "number"),
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
                column = _column(record.id, listed, "l.value", sublist=sublist.id)
                if column is not None and column.name != "amount":
                    columns.setdefault(column.name, column)
    for name in ("location", "department", "class", "item"):
        columns.setdefault(name, _line_select(name))
    return Table(
        "transactionline",
        "transactionLine",
        _LINES,
        "transaction",
        frozenset(r.id for r in records),
        True,
        columns,
    )


def _line_select(name: str) -> Column:
    sublist = "item" if name == "item" else None
    return Column(name, _read("l.value", name, "INTEGER"), "id", "salesorder", name, sublist)


def _fields(record: RecordType, source: str) -> Iterable[Column]:
    for listed in record.fields.values():
        column = _column(record.id, listed, source)
        if column is not None:
            yield column


def _column(
    record: str, listed: Field, source: str, *, sublist: str | None = None
) -> Column | None:
    name = (listed.column or listed.id).lower()
    if listed.type == "summary" or not name.isidentifier():
        return None
    place = (record, listed.id, sublist)
    match listed.type:
        case "boolean":
            return Column(name, _boolean(source, listed.id), "boolean", *place)
        case "date":
            return Column(
                name, f"char(29) || {_json(source, listed.id)} || ' 00:00:00'", "date", *place
            )
        case "datetime":
            return Column(name, f"sl_local({_json(source, listed.id)})", "date", *place)
        case "integer":
            return Column(name, _read(source, listed.id, "INTEGER"), "number", *place)
        case "decimal" | "currency" | "float" | "rate" | "percent":
            return Column(name, _read(source, listed.id, "NUMERIC"), "number", *place)
        case "select" if listed.refers is not None:
            return Column(name, _read(source, listed.id, "INTEGER"), "id", *place)
        case "select":
            return Column(name, f"sl_id({_json(source, listed.id)})", "code", *place)
        case "multiselect":
            return Column(name, f"sl_multi({_json(source, listed.id)})", "text", *place)
        case _:
            indexed = source == "r.body" and listed.id.startswith("cust")
            return Column(name, _read(source, listed.id), "text", *place, indexed=indexed)


def _text(name: str, *, indexed: bool) -> Column:
    return Column(name, _read("r.body", name), "text", indexed=indexed)


def _json(source: str, name: str) -> str:
    return f"json_extract({source}, '$.{name}')"


def _read(source: str, name: str, affinity: str = "TEXT") -> str:
    return f"CAST({_json(source, name)} AS {affinity})"


def _boolean(source: str, name: str) -> str:
    return f"CASE WHEN {_json(source, name)} THEN 'T' ELSE 'F' END"


def _codes(pairs: Iterable[tuple[str, str]]) -> str:
    whens = " ".join(f"WHEN '{record}' THEN '{code}'" for record, code in pairs)
    return f"CASE r.type {whens} END"
