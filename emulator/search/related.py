"""
What stands beside records: system notes, inventory detail, contacts, files, prices, members, addresses.

Types whose name begins with @ are for joins only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emulator.search import fields
from emulator.search.fields import cast, stored
from emulator.search.making import made
from emulator.search.model import Join, SearchField, SearchType
from emulator.search.transactions import LINE_NUMBER
from generator.catalog.model import Catalog

# The record type of a row; what scripts cannot name.
TYPE = "@type"
# Contexts as system notes name them (seen in public searches; the rest by their own word).
_CONTEXTS = {
    "USERINTERFACE": ("UIF", "UI"), "CSVIMPORT": ("CSV", "CSV Import"), "RESTLET": ("RST", "RESTlet"),
    "SUITELET": ("SLT", "Suitelet"), "SCHEDULED": ("SCH", "Script (Scheduled)"),
    "MAPREDUCE": ("MPR", "Map/Reduce"), "RESTWEBSERVICES": ("RWS", "REST Web Services"),
    "WEBSERVICES": ("WSS", "Web Services"), "WEBSTORE": ("WST", "Web Store"),
}  # fmt: skip
_ENTITIES = "('customer', 'lead', 'prospect', 'vendor', 'employee', 'partner', 'job', 'contact', 'othername')"
PRIMARY_CONTACT = "-10"
# The flag of the lines of an address book that a join sees.
_BOOKS = {
    "@address": None,
    "@shippingaddresses": "defaultshipping",
    "@billingaddresses": "defaultbilling",
}
# Fields of an entity that give a row for each of its addresses.
_LISTED = ("addressinternalid", "addresslabel", "isdefaultshipping", "isdefaultbilling")
_ADDRESS = {
    "address1": "addr1", "address2": "addr2", "address3": "addr3", "zipcode": "zip", "phone": "addrphone",
    "address": "addrtext",
}  # fmt: skip


def search_types(catalog: Catalog) -> Iterable[SearchType]:
    """All of them."""
    yield _notes()
    yield _details()
    attached = (
        "SELECT a.to_type AS type, a.to_id AS owner, a.id AS other, a.role FROM attachment AS a"
    )
    yield _pairs("@files", f"{attached} WHERE a.type = 'file'", "file")
    contacts = f"{attached} WHERE a.type = 'contact' AND a.to_type IN {_ENTITIES}"
    company = "CAST(json_extract(c.body, '$.company') AS INTEGER)"
    of_company = (
        f"SELECT c.type, {company}, c.id, NULL FROM record AS c"  # noqa: S608 - our own words
        f" WHERE c.space = 'entity' AND c.type = 'contact' AND {company} IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM attachment AS b WHERE b.type = 'contact' AND b.id = c.id"
        f" AND b.to_type IN {_ENTITIES} AND b.to_id = {company})"
    )
    yield _pairs("@contacts", f"{contacts} UNION ALL {of_company}", "contact")
    yield _pairs("@primary", f"{contacts} AND a.role = '{PRIMARY_CONTACT}'", "contact")
    yield _members()
    yield _prices()
    for name, flag in _BOOKS.items():
        yield _book(catalog, name, flag)
    for name in ("shippingaddress", "billingaddress"):
        own = _address(catalog, f"json_extract(r.subs, '$.{name}.fields')")
        own |= {f.id: f for f in fields.internal_id("address")}
        yield SearchType(
            f"@{name}",
            "transaction",
            frozenset(),
            True,
            "record AS r",
            own,
            {},
            type_sql="'address'",
        )


def _address(catalog: Catalog, source: str) -> dict[str, SearchField]:
    """The fields of an address, those that the account added too."""
    address = catalog.records.get("address")
    listed = () if address is None else address.fields.values()
    own = {} if address is None else {f.id: f for f in fields.of_record(address, listed, source)}
    return own | {key: stored(key, source=source, key=at) for key, at in _ADDRESS.items()}


def _book(catalog: Catalog, name: str, flag: str | None) -> SearchType:
    """The addresses of an entity: a row for each line of its address book, or for its default one."""
    where = f" AND json_extract(l.value, '$.fields.{flag}')" if flag else ""
    source = (
        "(SELECT m.id AS owner, l.value FROM record AS m, json_each(m.lines, '$.addressbook') AS l"  # noqa: S608
        f" WHERE m.space = 'entity'{where}) AS r"
    )
    key = cast("r.value", "fields.internalid", "INTEGER")
    at = "json_extract(r.value, '$.subrecords.addressbookaddress.fields')"
    flags = {
        f"is{flag}": stored(f"is{flag}", "boolean", source="r.value", key=f"fields.{flag}")
        for flag in ("defaultshipping", "defaultbilling")
    }
    own = (
        _address(catalog, at)
        | flags
        | {
            "owner": SearchField("owner", "number", "r.owner"),
            "addressinternalid": SearchField("addressinternalid", "text", key),
            "addresslabel": stored("addresslabel", source="r.value", key="fields.label"),
            "addressphone": stored("addressphone", source=at, key="addrphone"),
            "address": stored("address", source="r.value", key="fields.addressbookaddress_text"),
            "countrycode": stored("countrycode", source=at, key="country"),
            "statedisplayname": stored("statedisplayname", source=at, key="state"),
        }
    )
    return made(
        name, source, None, *fields.internal_id("address", key), *own.values(),
        type_sql="'address'", id_sql=key,
    )  # fmt: skip


def _notes() -> SearchType:
    codes = " ".join(f"WHEN '{name}' THEN '{code}'" for name, (code, _) in _CONTEXTS.items())
    texts = " ".join(f"WHEN '{name}' THEN '{text}'" for name, (_, text) in _CONTEXTS.items())
    return made(
        "systemnote", "system_note AS r", None,
        *fields.internal_id("systemnote"),
        SearchField("date", "datetime", "r.moment"),
        SearchField("name", "select", "r.user", ("customer", "salesrep", None), "employee"),
        SearchField("context", "select", f"CASE r.context {codes} ELSE r.context END",
                    text=f"CASE r.context {texts} ELSE r.context END", coded=True),
        SearchField("field", "select", "r.field", text="r.field", coded=True),
        # T where the record was created, F where it was changed (seen in public searches).
        SearchField("type", "text", "CASE r.kind WHEN 'Create' THEN 'T' ELSE 'F' END"),
        SearchField("oldvalue", "text", "r.old"),
        SearchField("newvalue", "text", "r.new"),
        SearchField("record", "text", "r.name"),
        SearchField("recordid", "number", "r.record"),
        SearchField("recordtype", "select", "r.type", text="r.type", coded=True),
        SearchField("role", "select", "(SELECT o.id FROM role AS o WHERE o.scriptid = r.role)",
                    text="r.role"),
        SearchField("owner", "number", "r.record"),
        SearchField(TYPE, "text", "r.type"),
    )  # fmt: skip


def _details() -> SearchType:
    """The shares of lines in lots, serial numbers and bins, as they were entered."""
    path = "subrecords.inventorydetail.sublists.inventoryassignment"
    some = "m.space = 'transaction'"
    item, place = (
        "CAST(json_extract({}, '$.{}item') AS INTEGER)",
        "json_extract({}, '$.{}location')",
    )
    source = (
        f"(SELECT m.id AS owner, json_extract(l.value, '$.line') AS line, d.value AS share,"  # noqa: S608
        f" {item.format('l.value', 'fields.')} AS item,"
        f" CAST(COALESCE({place.format('l.value', 'fields.')}, {place.format('m.body', '')}) AS INTEGER) AS location"
        f" FROM record AS m, json_each(m.lines) AS s, json_each(s.value) AS l, json_each(l.value, '$.{path}') AS d"
        f" WHERE {some} AND s.key IN ('item', 'inventory', 'component') AND instr(m.lines, 'inventoryassignment')"
        f" UNION ALL SELECT m.id, 0, d.value, {item.format('m.body', '')}, CAST({place.format('m.body', '')} AS INTEGER)"
        " FROM record AS m, json_each(m.subs, '$.inventorydetail.sublists.inventoryassignment') AS d"
        f" WHERE {some} AND instr(m.subs, 'inventoryassignment')) AS r"
    )
    text = "CAST(json_extract(r.share, '$.fields.{}') AS TEXT)"
    named = (
        "SELECT n.id FROM record AS n WHERE n.space = 'inventorynumber'"  # noqa: S608
        " AND json_extract(n.body, '$.item') = CAST(r.item AS TEXT)"
        f" AND json_extract(n.body, '$.inventorynumber') = {text.format('receiptinventorynumber')}"
    )
    number = f"CAST(COALESCE({text.format('issueinventorynumber')}, ({named})) AS INTEGER)"
    of_number = (
        "(SELECT json_extract(n.body, '$.{}') FROM record AS n"  # noqa: S608
        f" WHERE n.space = 'inventorynumber' AND n.id = {number})"
    )
    bin_ = f"CAST({text.format('binnumber')} AS INTEGER)"
    quantity = "CAST(json_extract(r.share, '$.fields.quantity') AS NUMERIC)"
    expires = of_number.format("expirationdate")
    key = "r.owner * 1000 + r.line"
    return made(
        "inventorydetail", source, "TRAN_FIND",
        *fields.internal_id("inventorydetail", key),
        SearchField("transaction", "select", "r.owner", ("transaction", "createdfrom", None), "transaction"),
        SearchField(LINE_NUMBER, "number", "r.line"),
        SearchField("item", "select", "r.item", ("salesorder", "item", "item"), "item"),
        SearchField("location", "select", "r.location", ("salesorder", "location", None), "location"),
        SearchField("inventorynumber", "select", number, None, "inventorynumber",
                    of_number.format("inventorynumber")),
        SearchField("binnumber", "select", bin_, None, "bin",
                    "(SELECT json_extract(b.body, '$.binnumber') FROM record AS b"  # noqa: S608
                    f" WHERE b.space = 'bin' AND b.id = {bin_})"),
        SearchField("status", "select", f"CAST({text.format('inventorystatus')} AS INTEGER)", None,
                    "inventorystatus",
                    "(SELECT json_extract(b.body, '$.name') FROM record AS b WHERE b.space = 'inventorystatus'"  # noqa: S608
                    f" AND b.id = {text.format('inventorystatus')})"),
        SearchField("expirationdate", "date",
                    f"COALESCE(json_extract(r.share, '$.fields.expirationdate'), {expires})"),
        SearchField("quantity", "number", quantity),
        SearchField("itemcount", "number", quantity),
        type_sql="'inventorydetail'", id_sql=key,
    )  # fmt: skip


def _pairs(name: str, select: str, other: str) -> SearchType:
    return made(
        name, f"({select}) AS r", None,
        SearchField("owner", "number", "r.owner"), SearchField(TYPE, "text", "r.type"),
        SearchField("other", "select", "r.other", None, other), id_sql="r.other",
    )  # fmt: skip


def _members() -> SearchType:
    source = (
        "(SELECT m.id AS owner, l.value FROM record AS m, json_each(m.lines, '$.member') AS l"
        " WHERE m.space = 'item') AS r"
    )
    item = "CAST(json_extract(r.value, '$.fields.item') AS INTEGER)"
    return made(
        "@members", source, None,
        SearchField("owner", "number", "r.owner"),
        SearchField("item", "select", item, ("salesorder", "item", "item"), "item"),
        SearchField("quantity", "number", cast("r.value", "fields.quantity", "NUMERIC")),
        type_sql="'member'", id_sql="r.owner",
    )  # fmt: skip


def _prices() -> SearchType:
    source = (
        "(SELECT m.id AS owner, s.key AS list, l.value FROM record AS m, json_each(m.lines) AS s,"
        " json_each(s.value) AS l WHERE m.space = 'item' AND (s.key = 'price' OR s.key GLOB 'price[1-5]')) AS r"
    )
    currency = f"CAST(COALESCE({cast('r.value', 'fields.currency')}, NULLIF(substr(r.list, 6), ''), 1) AS INTEGER)"
    level = cast("r.value", "fields.pricelevel", "INTEGER")
    return made(
        "@prices", source, None,
        SearchField("owner", "number", "r.owner"),
        SearchField("pricelevel", "select", level, None, "pricelevel",
                    "(SELECT json_extract(x.body, '$.name') FROM record AS x"  # noqa: S608
                    f" WHERE x.space = 'pricelevel' AND x.id = {level})"),
        SearchField("unitprice", "currency", cast("r.value", "fields.price_1_", "NUMERIC")),
        SearchField("currency", "select", currency, None, "currency",
                    f"(SELECT json_extract(x.body, '$.name') FROM record AS x WHERE x.space = 'currency' AND x.id = {currency})"),  # noqa: S608
        SearchField("minimumquantity", "number", "0"),
        type_sql="'pricing'", id_sql="r.owner",
    )  # fmt: skip


# Joins that do not have the name of the field that they follow.
_NAMED: Mapping[str, Mapping[str, Join]] = {
    "customer": {
        "msesubsidiary": Join("subsidiary", "subsidiary"),
        "job": Join("job", "internalid", "parent"),
        "opportunity": Join("opportunity", "internalid", "entity"),
        "case": Join("supportcase", "internalid", "company"),
    },
    "vendor": {"msesubsidiary": Join("subsidiary", "subsidiary")},
    "contact": {
        "customer": Join("customer", "company"),
        "customerprimary": Join("customer", "company"),
        "vendor": Join("vendor", "company"),
        "partner": Join("partner", "company"),
        "case": Join("supportcase", "internalid", "contact"),
    },
    "supportcase": {
        "customer": Join("customer", "company"),
        "employee": Join("employee", "assigned"),
    },
}


def joins(type_: SearchType) -> Mapping[str, Join]:
    """The joins of a search type to what stands beside its records."""
    if (
        TYPE not in type_.fields
        or type_.id in ("systemnote", "inventorydetail")
        or type_.id[0] == "@"
    ):
        return {}
    same_type = ((TYPE, TYPE),)
    found = {
        "systemnotes": Join("systemnote", "internalid", "owner", also=same_type),
        "@files": Join("@files", "internalid", "owner", also=same_type),
        "file": Join("file", "other", via="@files"),
    }
    match type_.space:
        case "transaction":
            found |= {
                "inventorydetail": Join(
                    "inventorydetail",
                    "internalid",
                    "transaction",
                    also=((LINE_NUMBER, LINE_NUMBER),),
                ),
                "accountingperiod": Join("accountingperiod", "postingperiod"),
                "user": Join("employee", "createdby"),
                "messages": Join("message", "internalid", "transaction"),
                "usernotes": Join("note", "internalid", "transaction"),
                "task": Join("task", "internalid", "transaction"),
                "taxitem": Join("salestaxitem", "taxcode"),
                "shippingaddress": Join("@shippingaddress", "internalid"),
                "billingaddress": Join("@billingaddress", "internalid"),
            }
        case "entity":
            found |= {
                "address": Join("@address", "internalid", "owner"),
                "shippingaddress": Join("@shippingaddresses", "internalid", "owner"),
                "billingaddress": Join("@billingaddresses", "internalid", "owner"),
                "@contacts": Join("@contacts", "internalid", "owner"),
                "contact": Join("contact", "other", via="@contacts"),
                "@primary": Join("@primary", "internalid", "owner"),
                "contactprimary": Join("contact", "other", via="@primary"),
                "messages": Join("message", "internalid", "entity"),
                "usernotes": Join("note", "internalid", "entity"),
                "task": Join("task", "internalid", "company"),
                "call": Join("phonecall", "internalid", "company"),
            }
        case "item":
            found |= {
                "@members": Join("@members", "internalid", "owner"),
                "memberitem": Join("item", "item", via="@members"),
                "pricing": Join("@prices", "internalid", "owner"),
                "inventorynumber": Join("inventorynumber", "internalid", "item"),
                "inventorydetail": Join("inventorydetail", "internalid", "item"),
                "usernotes": Join("note", "internalid", "item"),
            }
    return {**found, **_NAMED.get(type_.id, {})}


def through(type_: SearchType) -> Mapping[str, tuple[str, str]]:
    """The fields of a search type that are read from these joins."""
    match type_.space:
        case "item":
            return {"memberitem": ("@members", "item"), "memberquantity": ("@members", "quantity")}
        case "entity":
            return {name: ("address", name) for name in _LISTED}
    return {}
