"""
The search types of an account: their fields, joins and permissions.

Search field ids are not SuiteQL's columns: the catalogue's record fields are there under their own
ids, and beside them those that only searches have (`internalidnumber`, `mainline`, `altname`, ...).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from emulator.search import fields, items, links, related, transactions
from emulator.search.fields import BODY, cast, json_path, stored
from emulator.search.making import made, of_records
from emulator.search.model import Join, SearchField, SearchType
from emulator.suiteql.tables_account import SCRIPT_TYPES
from generator.catalog.model import Catalog, RecordType

_PEOPLE = {"customer": ("customer", "lead", "prospect")}
_ENTITY_CODES = {
    "customer": "CustJob", "lead": "CustJob", "prospect": "CustJob", "job": "Job", "vendor": "Vendor",
    "employee": "Employee", "contact": "Contact", "partner": "Partner",
}  # fmt: skip

# The internal id of a deployment: its script's and its own number.
_DEPLOYMENT = "CAST(json_extract(s.value, '$.id') AS INTEGER) * 100 + CAST(json_extract({}.value, '$.id') AS INTEGER)"


def build(
    catalog: Catalog, *, returns_negative: bool, links_on_main: bool
) -> Mapping[str, SearchType]:
    """All search types by id."""
    found: dict[str, SearchType] = {}
    for type_ in transactions.search_types(
        catalog.records, returns_negative=returns_negative, through=links.through()
    ):
        found[type_.id] = type_
    for type_ in (
        *_entities(catalog),
        *items.search_types(catalog),
        *_lists(catalog),
        *_of_the_account(),
        _tasks(),
        *links.search_types(links_on_main=links_on_main),
        *related.search_types(catalog),
    ):
        found[type_.id] = type_
    return {
        name: replace(
            type_,
            joins=_joins(type_, found, catalog),
            through={**type_.through, **related.through(type_)},
        )
        for name, type_ in found.items()
    }


def _entities(catalog: Catalog) -> Iterable[SearchType]:
    known = [r for r in catalog.records.values() if r.kind == "entity" and r.id != "entity"]
    for record in known:
        names = _PEOPLE.get(record.id, (record.id,))
        of = [catalog.records[name] for name in names if name in catalog.records]
        yield of_records(record.id, of, _entity_fields(), whole=False)
    every = catalog.records.get("entity")
    yield of_records("entity", [*([every] if every else []), *known], _entity_fields(), whole=True)


def _entity_fields() -> Iterable[SearchField]:
    person = (
        f"COALESCE({json_path(BODY, 'firstname')} || ' ', '') || "
        f"COALESCE({json_path(BODY, 'lastname')}, '')"
    )
    whole = f"CAST(COALESCE({json_path(BODY, 'companyname')}, NULLIF({person}, '')) AS TEXT)"
    yield stored("entityid", indexed=True)
    yield SearchField("recordtype", "text", "r.type")
    yield SearchField("altname", "text", whole)
    yield SearchField("entitynumber", "text", cast(BODY, "entityid"))
    code = "CASE r.type " + " ".join(f"WHEN '{r}' THEN '{c}'" for r, c in _ENTITY_CODES.items())
    yield SearchField("type", "select", f"{code} END", text=f"{code} END", coded=True)
    stage = "CASE r.type WHEN 'lead' THEN 'LEAD' WHEN 'prospect' THEN 'PROSPECT' WHEN 'customer' THEN 'CUSTOMER' END"
    yield SearchField("stage", "select", stage, text=stage, coded=True)
    yield SearchField("datecreated", "datetime", "r.created")
    yield SearchField("lastmodifieddate", "datetime", "r.modified")
    yield stored("isinactive", "boolean")
    yield stored("email")
    yield stored("phone")
    for name, types in (("order", ("salesorder",)), ("sale", ("invoice", "cashsale"))):
        yield _extreme_date(f"first{name}date", "MIN", types)
        yield _extreme_date(f"last{name}date", "MAX", types)
    for name, key in (("", ""), ("ship", "defaultshipping"), ("bill", "defaultbilling")):
        yield from _address(name, key or "defaultbilling")


def _extreme_date(name: str, function: str, types: tuple[str, ...]) -> SearchField:
    """The first or last day on which there is a transaction of these types with the entity."""
    listed = ", ".join(f"'{one}'" for one in types)
    sql = (
        f"(SELECT {function}(json_extract(t.body, '$.trandate')) FROM record AS t"  # noqa: S608 - our own words
        f" WHERE t.space = 'transaction' AND t.type IN ({listed})"
        " AND json_extract(t.body, '$.entity') = CAST(r.id AS TEXT))"
    )
    return SearchField(name, "date", sql)


def _address(prefix: str, flag: str) -> Iterable[SearchField]:
    """Fields of a default address of the address book."""
    names = (
        ("address1", "addr1"), ("address2", "addr2"), ("address3", "addr3"), ("addressee", "addressee"),
        ("attention", "attention"), ("city", "city"), ("state", "state"), ("zipcode", "zip"),
        ("zip", "zip"), ("countrycode", "country"),
    )  # fmt: skip
    for name, key in names:
        yield SearchField(prefix + name, "text", _default_address(flag, key))
    yield SearchField(f"{prefix}phone" if prefix else "addressphone", "text",
                      _default_address(flag, "addrphone"))  # fmt: skip
    yield SearchField(f"{prefix}address", "text",
                      _of_default_line(flag, "fields.addressbookaddress_text"))  # fmt: skip
    sql = _default_address(flag, "country")
    yield SearchField(f"{prefix}country", "select", sql, ("location", "country", None), coded=True)


def _default_address(flag: str, key: str) -> str:
    return _of_default_line(flag, f"subrecords.addressbookaddress.fields.{key}")


def _of_default_line(flag: str, path: str) -> str:
    value = f"json_extract(a.value, '$.{path}')"
    book = (
        f"json_each(r.lines, '$.addressbook') AS a WHERE json_extract(a.value, '$.fields.{flag}')"
    )
    return f"(SELECT CAST({value} AS TEXT) FROM {book} LIMIT 1)"  # noqa: S608 - our own words


def _lists(catalog: Catalog) -> Iterable[SearchType]:
    for record in catalog.records.values():
        if record.kind not in ("list", "custom"):
            continue
        type_ = of_records(record.id, [record], _list_fields(record), whole=True)
        yield items.numbers_by_location(type_) if record.id == "inventorynumber" else type_


def _list_fields(record: RecordType) -> Iterable[SearchField]:
    column = record.name_column or "name"
    yield stored("isinactive", "boolean")
    if column not in ("id", "externalid"):
        yield stored("name", key=column)
    if record.kind == "custom":
        yield stored("name", indexed=True)
        yield SearchField("created", "datetime", "r.created")
        yield SearchField("lastmodified", "datetime", "r.modified")
        yield stored("owner", "select", refers="employee", place=("customer", "salesrep", None))
        yield SearchField("scriptid", "text", cast(BODY, "_scriptid"))
    else:
        yield SearchField("lastmodifieddate", "datetime", "r.modified")
        yield SearchField("datecreated", "datetime", "r.created")
        if "createddate" in record.fields:
            yield SearchField("createddate", "datetime", "r.created")
    if record.id == "account":
        yield stored("number", key="acctnumber")
        yield stored("type", "select", key="accttype", place=("account", "accttype", None))
        full = f"COALESCE({cast(BODY, 'acctnumber')} || ' ', '') || {cast(BODY, 'acctname')}"
        yield SearchField("displayname", "text", full)
    if record.id == "location":
        for name, key in (("address1", "addr1"), ("address2", "addr2"), ("city", "city"),
                          ("state", "state"), ("zip", "zip"), ("country", "country")):  # fmt: skip
            yield SearchField(name, "text", cast("r.subs", f"mainaddress.fields.{key}"))


def _of_the_account() -> Iterable[SearchType]:
    """Search types that are no record types of the catalogue."""
    stamps = (
        SearchField("created", "datetime", "r.created"),
        SearchField("modified", "datetime", "r.modified"),
    )
    yield made(
        "file", "file AS r", "LIST_FILECABINET",
        *fields.internal_id("file"),
        SearchField("name", "text", "r.name"),
        SearchField("folder", "select", "r.folder", None, None,
                    "(SELECT f.path FROM folder AS f WHERE f.id = r.folder)", coded=False),
        SearchField("filetype", "select", "r.type", text="r.type", coded=True),
        SearchField("documentsize", "number", "MAX(length(CAST(r.text AS BLOB)) / 1024, 1)"),
        SearchField("description", "text", "r.description"),
        SearchField("url", "text", "'/core/media/media.nl?id=' || r.id"),
        SearchField("availablewithoutlogin", "boolean", "CASE WHEN r.online THEN 'T' ELSE 'F' END"),
        *stamps, type_sql="'file'",
    )  # fmt: skip
    yield made(
        "folder", "folder AS r", "LIST_FILECABINET",
        *fields.internal_id("folder"),
        SearchField("name", "text", "r.name"),
        SearchField("parent", "select", "r.parent", None, None,
                    "(SELECT f.name FROM folder AS f WHERE f.id = r.parent)"),
        SearchField("predecessor", "select", "r.parent", None, None,
                    "(SELECT f.name FROM folder AS f WHERE f.id = r.parent)"),
        SearchField("numfiles", "number", "(SELECT COUNT(*) FROM file AS f WHERE f.folder = r.id)"),
        type_sql="'folder'",
    )  # fmt: skip
    yield made(
        "deletedrecord", "deleted AS r", "ADMI_DELETEDRECORD",
        *fields.internal_id("deletedrecord"),
        SearchField("deleteddate", "datetime", "r.deleted"),
        SearchField("deletedby", "select", "r.user", ("customer", "salesrep", None), "employee"),
        SearchField("recordtype", "select", "r.type", text="r.type", coded=True),
        SearchField("recordtypename", "text", "r.type"),
        SearchField("name", "text", "r.name"),
        SearchField("externalid", "text", "r.externalid"),
    )  # fmt: skip
    everything = "json_each(sl_scripts()) AS r"
    for name in ("script", *SCRIPT_TYPES):
        of = "" if name == "script" else f" WHERE {cast('value', 'type')} = '{SCRIPT_TYPES[name]}'"
        only = f"(SELECT * FROM json_each(sl_scripts()){of}) AS r"  # noqa: S608 - of constants
        yield made(
            name, only if of else everything, None,
            *fields.internal_id("script", "CAST(json_extract(r.value, '$.id') AS INTEGER)"),
            stored("scriptid", source="r.value"), stored("name", source="r.value"),
            SearchField("scripttype", "select", cast("r.value", "code"), text=cast("r.value", "code"), coded=True),
            SearchField("isinactive", "boolean", "'F'"),
            type_sql=f"'{name}'", id_sql="CAST(json_extract(r.value, '$.id') AS INTEGER)",
        )  # fmt: skip
    deployment = "json_each(sl_scripts()) AS s, json_each(s.value, '$.deployments') AS r"
    number = _DEPLOYMENT.format("r")
    yield made(
        "scriptdeployment", deployment, None,
        *fields.internal_id("scriptdeployment", number),
        stored("scriptid", source="r.value"), stored("title", source="r.value"),
        SearchField("script", "select", "CAST(json_extract(s.value, '$.id') AS INTEGER)", None, "script",
                    cast("s.value", "scriptid")),
        SearchField("status", "select", cast("r.value", "status"), text=cast("r.value", "status"), coded=True),
        SearchField("isdeployed", "boolean", cast("r.value", "isdeployed")),
        type_sql="'scriptdeployment'", id_sql=number,
    )  # fmt: skip


def _tasks() -> SearchType:
    """Runs of map/reduce and scheduled scripts."""

    def read(name: str, affinity: str = "TEXT") -> str:
        return cast("r.value", name, affinity)

    here = f"json_extract(s.value, '$.scriptid') = {read('script')}"
    script = f"(SELECT CAST(json_extract(s.value, '$.id') AS INTEGER) FROM json_each(sl_scripts()) AS s WHERE {here})"  # noqa: S608
    deployment = (
        f"(SELECT {_DEPLOYMENT} FROM json_each(sl_scripts()) AS s, json_each(s.value, '$.deployments') AS r2"  # noqa: S608
        f" WHERE {here} AND json_extract(r2.value, '$.scriptid') = {read('deployment')})"
    ).replace("{}", "r2")
    status = read("status")
    shown = f"substr({status}, 1, 1) || lower(substr({status}, 2))"
    number = read("id", "INTEGER")
    return made(
        "scheduledscriptinstance", "json_each(sl_search_tasks()) AS r", "ADMI_CUSTOMSCRIPT",
        *fields.internal_id("scheduledscriptinstance", number),
        SearchField("taskid", "text", read("taskid")),
        SearchField("status", "select", status, text=shown, coded=True),
        SearchField("mapreducestage", "select", read("stage"), text=read("stage"), coded=True),
        SearchField("percentcomplete", "percent", read("percent", "NUMERIC")),
        SearchField("queueposition", "number", read("place", "INTEGER")),
        SearchField("datecreated", "datetime", read("created", "INTEGER")),
        SearchField("startdate", "datetime", read("started", "INTEGER")),
        SearchField("enddate", "datetime", read("ended", "INTEGER")),
        SearchField("script", "select", script, None, "script", read("script")),
        SearchField("scriptdeployment", "select", deployment, None, "scriptdeployment", read("deployment")),
        type_sql="'scheduledscriptinstance'", id_sql=number,
    )  # fmt: skip


def _joins(type_: SearchType, found: Mapping[str, SearchType], catalog: Catalog) -> dict[str, Join]:
    """Joins by select fields, and to the custom records whose fields point here."""
    joins: dict[str, Join] = {}
    for field in type_.fields.values():
        if (
            field.type == "select"
            and field.refers in found
            and field.id not in ("internalid", "name")
        ):
            joins[field.id] = Join(str(field.refers), field.id)
    for record in catalog.records.values():
        for listed in record.fields.values():
            if record.kind != "custom" or listed.refers is None or listed.type != "select":
                continue
            target = found.get(listed.refers)
            if (
                target is not None
                and target.space == type_.space
                and type_.records & target.records
            ):
                joins.setdefault(
                    listed.id.lower(), Join(record.id, "internalid", listed.id.lower())
                )
    if type_.space == "entity":
        joins["transaction"] = Join("transaction", "internalid", "entity")
    if type_.space == "entity" and "parent" in type_.fields and type_.id == "customer":
        joins["parentcustomer"] = Join("customer", "parent")
    if type_.space == "item":
        joins["transaction"] = Join("transaction", "internalid", "item")
        joins["preferredvendor"] = Join("vendor", "vendor")
    if type_.id == "file":
        joins["folder"] = Join("folder", "folder")
    if type_.id == "folder":
        joins["file"] = Join("file", "internalid", "folder")
    if type_.id == "scriptdeployment":
        joins["script"] = Join("script", "script")
    if type_.space == "transaction" and type_.main is not None:
        joins |= links.joins()
    joins |= related.joins(type_)
    wanted = {**joins, **type_.joins}
    return {
        name: join
        for name, join in wanted.items()
        if join.target in found
        and join.ours in (type_ if join.via is None else found[wanted[join.via].target]).fields
        and join.theirs in found[join.target].fields
    }
