"""Search types of transactions: body fields, line fields, joins to entities, items and other transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from emulator.account.kinds import JOURNALS, NOT_POSTING
from emulator.search import fields, lines
from emulator.search.fields import BODY, LINE, cast, json_path, stored
from emulator.search.model import Join, SearchField, SearchType
from emulator.suiteql.lines import KEY_FACTOR
from generator.catalog.model import RecordType
from generator.catalog.options import statuses

# Line fields that the search shows for the body where the row is the transaction's own.
_SHARED = frozenset(lines.SHARED)
# What scripts cannot name: the number of a line, nothing for computed rows.
LINE_NUMBER = "@line"
_ENTITY_FIELDS = ("entity", "customer")


# The numbers of the packages of a fulfilment, and of an order's fulfilments, as a page lists them.
_TRACKING = (
    "(SELECT group_concat(json_extract(p.value, '$.fields.' || s.key || 'trackingnumber'), '<BR>')"
    " FROM record AS f, json_each(f.lines) AS s, json_each(s.value) AS p"
    " WHERE f.space = 'transaction' AND f.type = 'itemfulfillment' AND s.key GLOB 'package*'"
    " AND (f.id = r.id OR json_extract(f.body, '$.createdfrom') = CAST(r.id AS TEXT)))"
)


def search_types(
    records: Mapping[str, RecordType],
    *,
    returns_negative: bool,
    through: Mapping[str, tuple[str, str]],
) -> Iterable[SearchType]:
    """`transaction` and each transaction type; `through` are their fields that are read from links."""
    known = [r for r in records.values() if r.kind == "transaction" and r.id != "transaction"]
    every = [*known, *(r for r in records.values() if r.id == "transaction")]
    for name, of in (("transaction", every), *((r.id, [r]) for r in known)):
        main = _body(of, known)
        full = {**main, **_lines(of, returns_negative=returns_negative)}
        own_row = _main_rows(of, returns_negative=returns_negative)
        yield SearchType(
            name,
            "transaction",
            frozenset(r.id for r in of),
            name == "transaction",
            lines.SOURCE,
            full,
            _joins(full),
            permission="TRAN_FIND" if name == "transaction" else of[0].permission,
            main=lines.MAIN,
            main_fields={**full, **own_row},
            through=through,
        )


def _body(of: list[RecordType], known: list[RecordType]) -> dict[str, SearchField]:
    found: dict[str, SearchField] = {f.id: f for f in _standard(known)}
    for record in of:
        for field in fields.of_record(record, record.fields.values()):
            found.setdefault(field.id, field)
    return found


def _case(pairs: Iterable[tuple[str, str]]) -> str:
    return (
        "CASE r.type "
        + " ".join(f"WHEN '{r}' THEN '{text.replace(chr(39), chr(39) * 2)}'" for r, text in pairs)
        + " END"
    )


def _standard(known: list[RecordType]) -> Iterable[SearchField]:
    yield from fields.internal_id("transaction")
    yield from fields.external_id()
    code = _case((r.id, r.type_code or r.id) for r in known)
    yield SearchField(
        "type", "select", code, None, None, _case((r.id, r.label) for r in known), coded=True
    )
    yield SearchField("recordtype", "text", "r.type")
    letter = ", ".join(cast(BODY, n) for n in ("_status", "orderstatus", "shipstatus"))
    status = f"{code} || ':' || COALESCE({letter})"
    texts = (
        (f"{record.type_code}:{letter}", text)
        for record in known
        for letter, (text, _) in (statuses(record.id) or {}).items()
    )
    words = " ".join(f"WHEN '{value}' THEN '{text}'" for value, text in texts)
    text = f"CASE {status} {words} END"
    yield SearchField("status", "select", status, None, None, text, coded=True)
    yield SearchField("statusref", "select", status, None, None, text, coded=True)
    entity = ", ".join(json_path(BODY, name) for name in _ENTITY_FIELDS)
    yield SearchField(
        "entity", "select", f"CAST(COALESCE({entity}) AS INTEGER)",
        ("transaction", "entity", None), "entity", indexed=True,
    )  # fmt: skip
    yield SearchField("name", "select", f"CAST(COALESCE({entity}) AS INTEGER)",
                      ("transaction", "entity", None), "entity", indexed=True)  # fmt: skip
    yield SearchField("mainname", "select", f"CAST(COALESCE({entity}) AS INTEGER)",
                      ("transaction", "entity", None), "entity", indexed=True)  # fmt: skip
    yield stored("trandate", "date", indexed=True)
    yield stored("duedate", "date")
    yield stored("createdfrom", "select", refers="transaction", indexed=True,
                 place=("transaction", "createdfrom", None))  # fmt: skip
    yield stored("tranid", indexed=True)
    yield stored("number", "textnumber", key="tranid")
    yield stored("numbertext", key="tranid")
    yield stored("memomain", key="memo")
    yield stored("otherrefnum", "textnumber")
    yield stored("poastext", key="otherrefnum")
    for name, key in (
        ("total", "total"), ("totalamount", "total"), ("amountpaid", "amountpaid"),
        ("shippingamount", "shippingcost"), ("shippingcost", "shippingcost"),
        ("taxtotal", "taxtotal"), ("discounttotal", "discounttotal"),
    ):  # fmt: skip
        yield SearchField(name, "currency", lines.in_base(cast(BODY, key, "NUMERIC")))
    # Of a payment, what is still to be applied.
    left = ", ".join(cast(BODY, name, "NUMERIC") for name in ("amountremaining", "unapplied"))
    yield SearchField("amountremaining", "currency", lines.in_base(f"COALESCE({left})"))
    yield SearchField("fxamountremaining", "currency", f"COALESCE({left})")
    for name in ("total", "amountpaid"):
        yield stored(f"fx{name}", "currency", key=name)
    label = _case((r.id, r.label) for r in known)
    yield SearchField("transactionname", "text",
                      f"{label} || ' #' || COALESCE({cast(BODY, 'tranid')}, r.id)")  # fmt: skip
    yield stored("shipaddress")
    yield stored("billaddress")
    yield SearchField("datecreated", "datetime", "r.created")
    yield SearchField("createddate", "datetime", "r.created")
    yield SearchField("lastmodifieddate", "datetime", "r.modified")
    yield from _addresses()
    yield from _made_by()
    yield stored("postingperiod", "select", refers="accountingperiod",
                 place=("invoice", "postingperiod", None))  # fmt: skip
    yield SearchField("transactionnumber", "text",
                      f"COALESCE({cast(BODY, 'transactionnumber')}, {cast(BODY, 'tranid')})")  # fmt: skip
    remaining = json_path(BODY, "amountremaining")
    yield SearchField(
        "amountremainingisabovezero", "boolean",
        f"CASE WHEN {remaining} > 0 THEN 'T' ELSE 'F' END",
    )  # fmt: skip
    items = "SELECT json_group_array(json_extract(i.value, '$.fields.item')) FROM json_each(r.lines, '$.item') AS i"
    yield SearchField(
        "anylineitem", "multiselect", f"({items})", ("salesorder", "item", "item"), "item"
    )
    silent = ", ".join(f"'{name}'" for name in sorted(NOT_POSTING))
    yield SearchField("posting", "boolean",
                      f"CASE WHEN r.type IN ({silent}) THEN 'F' ELSE 'T' END")  # fmt: skip
    for name in ("voided", "memorized"):
        yield SearchField(name, "boolean", "'F'")
    yield SearchField("trackingnumbers", "text", _TRACKING)


def _made_by() -> Iterable[SearchField]:
    """Who made a transaction and who changed it last, as the system notes know it."""
    noted = "SELECT n.user FROM system_note AS n WHERE n.record = r.id AND n.type = r.type"
    for name, last in (
        ("createdby", "n.kind = 'Create'"),
        ("lastmodifiedby", "1 ORDER BY n.id DESC"),
    ):
        sql = f"({noted} AND {last} LIMIT 1)"
        yield SearchField(name, "select", sql, ("customer", "salesrep", None), "employee")


def _addresses() -> Iterable[SearchField]:
    for prefix, subrecord in (("ship", "shippingaddress"), ("bill", "billingaddress")):
        for name, key in (
            ("address1", "addr1"), ("address2", "addr2"), ("address3", "addr3"),
            ("addressee", "addressee"), ("attention", "attention"), ("city", "city"),
            ("state", "state"), ("zip", "zip"), ("phone", "addrphone"),
        ):  # fmt: skip
            yield SearchField(prefix + name, "text", cast("r.subs", f"{subrecord}.fields.{key}"))
        path = cast("r.subs", f"{subrecord}.fields.country")
        country = f"{prefix}country"
        yield SearchField(country, "select", path, ("location", "country", None), coded=True)
        yield SearchField(f"{prefix}countrycode", "text", path)


def _lines(of: list[RecordType], *, returns_negative: bool) -> dict[str, SearchField]:
    found: dict[str, SearchField] = {}
    bodies = {name for record in of for name in record.fields}
    for record in of:
        for name in lines.SUBLISTS:
            if name not in record.sublists:
                continue
            for field in fields.of_record(
                record, record.sublists[name].fields.values(), LINE, name
            ):
                if field.id in _SHARED:
                    found.setdefault(field.id, _on_both(field))
                elif field.id not in bodies:
                    found.setdefault(field.id, field)
    found |= {field.id: field for field in _line_standard(returns_negative)}
    if all(record.id in JOURNALS for record in of):
        found |= {field.id: field for field in _line_names()}
    return found


def _line_names() -> Iterable[SearchField]:
    """The name on a line of a journal, which has none of its own."""
    for name in ("entity", "name"):
        sql = cast(LINE, "entity", "INTEGER")
        yield SearchField(name, "select", sql, ("transaction", "entity", None), "entity")


def _on_both(field: SearchField) -> SearchField:
    """A line field that the body has too, read for the row that it stands on."""
    sql = lines.shared(field.id)
    affinity = "INTEGER" if field.type == "select" else "TEXT"
    return replace(field, sql=f"CAST({sql} AS {affinity})", indexed=False)


def _line_standard(returns_negative: bool) -> Iterable[SearchField]:
    yield SearchField("mainline", "boolean", lines.flag("main"))
    yield SearchField("taxline", "boolean", lines.flag("taxline"))
    yield SearchField("shipping", "boolean", lines.flag("shipping"))
    yield SearchField("cogs", "boolean", "'F'")
    yield SearchField(
        "closed", "boolean", f"CASE WHEN {json_path(LINE, 'isclosed')} THEN 'T' ELSE 'F' END"
    )
    yield SearchField(LINE_NUMBER, "number", lines.NUMBER)
    yield SearchField("line", "number", f"COALESCE({lines.NUMBER}, 0)")
    sequence = lines.sequence()
    yield SearchField("linesequencenumber", "number", sequence)
    yield SearchField("lineuniquekey", "number", lines.unique_key())
    yield SearchField("item", "select", lines.item(), ("salesorder", "item", "item"), "item")
    quantity = lines.quantity(returns_negative=returns_negative)
    yield SearchField("quantity", "number", quantity)
    rate = cast(LINE, "rate", "NUMERIC")
    share = f"{json_path(LINE, 'rate')} LIKE '%\\%' ESCAPE '\\'"  # of a discount, in any currency
    yield SearchField(
        "rate", "currency", f"{rate} * CASE WHEN {share} THEN 1 ELSE {lines.RATE} END"
    )
    yield stored("fxrate", "currency", source=LINE, key="rate")
    for name, key in (
        ("grossamount", "grossamt"), ("taxamount", "tax1amt"),
        ("debitamount", "debit"), ("creditamount", "credit"),
    ):  # fmt: skip
        yield SearchField(name, "currency", lines.in_base(cast(LINE, key, "NUMERIC")))
    yield stored("quantityuom", "number", source=LINE, key="quantity")
    yield stored("unit", "select", source=LINE, key="units", place=("salesorder", "units", "item"))
    amount = lines.amount(returns_negative=returns_negative)
    for name in ("amount", "netamount", "netamountnotax"):
        yield SearchField(name, "currency", lines.in_base(amount))
    yield SearchField("fxamount", "currency", amount)
    moved = ", ".join(
        cast(LINE, f"quantity{name}", "NUMERIC") for name in ("fulfilled", "received")
    )
    yield SearchField("quantityshiprecv", "number", f"COALESCE({moved})")
    yield _on_both(stored("memo", source=LINE))
    for name, refers in (
        ("location", "location"), ("department", "department"), ("class", "classification"),
    ):  # fmt: skip
        place = ("salesorder", name, None)
        yield _on_both(stored(name, "select", refers=refers, place=place, source=LINE))
    yield from _accounts(lines.account())


def _accounts(sql: str) -> Iterable[SearchField]:
    """The account of a row, and its type."""
    yield SearchField("account", "select", sql, ("vendorbill", "account", "expense"), "account")
    kind = f"(SELECT a.body ->> '$.accttype' FROM record AS a WHERE a.space = 'account' AND a.id = {sql})"  # noqa: S608
    yield SearchField("accounttype", "select", kind, ("account", "accttype", None), coded=True)


def _main_rows(of: list[RecordType], *, returns_negative: bool) -> dict[str, SearchField]:
    """Line fields of the transaction's own row: what the body has, and nothing else."""
    found: dict[str, SearchField] = {}
    amount = lines.main_amount(returns_negative=returns_negative)
    for field in _lines(of, returns_negative=returns_negative).values():
        if field.id in _SHARED:
            affinity = "INTEGER" if field.type == "select" else "TEXT"
            sql = cast(BODY, field.id, affinity)
        else:
            sql = {
                "mainline": "'T'", LINE_NUMBER: "0", "line": "0", "linesequencenumber": "0",
                "lineuniquekey": f"r.id * {KEY_FACTOR}", "fxamount": amount,
                **dict.fromkeys(("amount", "netamount", "netamountnotax"), lines.in_base(amount)),
            }.get(field.id, "'F'" if field.type == "boolean" else "NULL")  # fmt: skip
        found[field.id] = replace(field, sql=sql, indexed=False)
    return found | {field.id: field for field in _accounts(lines.main_account())}


def _joins(found: Mapping[str, SearchField]) -> dict[str, Join]:
    joins = {
        "customer": Join("customer", "entity"),
        "customermain": Join("customer", "entity"),
        "vendor": Join("vendor", "entity"),
        "employee": Join("employee", "entity"),
        "item": Join("item", "item"),
        "createdfrom": Join("transaction", "createdfrom"),
        "salesrep": Join("employee", "salesrep"),
    }
    return {name: join for name, join in joins.items() if join.ours in found}
