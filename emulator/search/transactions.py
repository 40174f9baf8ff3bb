"""Search types of transactions: body fields, line fields, joins to entities, items and other transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from emulator.account.statuses import statuses
from emulator.search import fields, lines
from emulator.search.fields import BODY, LINE, cast, json_path, stored
from emulator.search.model import Join, SearchField, SearchType
from generator.catalog.model import RecordType

_LINE_SUBLISTS = ("item", "expense", "inventory", "line")
# Line fields that the search shows for the body where the row is the transaction's own.
_SHARED = frozenset(lines.SHARED)
_ENTITY_FIELDS = ("entity", "customer")
_BILLING = ("invoice", "cashsale", "vendorbill", "creditmemo", "cashrefund", "vendorcredit")


def search_types(
    records: Mapping[str, RecordType], *, returns_negative: bool
) -> Iterable[SearchType]:
    """`transaction` and each transaction type."""
    known = [r for r in records.values() if r.kind == "transaction" and r.id != "transaction"]
    every = [*known, *(r for r in records.values() if r.id == "transaction")]
    source = (
        "record AS r, json_each(sl_search_lines(r.type, r.body, r.lines, "
        f"{int(returns_negative)})) AS l"
    )
    for name, of in (("transaction", every), *((r.id, [r]) for r in known)):
        main = _body(of, known)
        full = {**main, **_lines(of)}
        own_row = _main_rows(of, returns_negative=returns_negative)
        yield SearchType(
            name,
            "transaction",
            frozenset(r.id for r in of),
            name == "transaction",
            source,
            full,
            _joins(full),
            permission="TRAN_FIND" if name == "transaction" else of[0].permission,
            main="record AS r",
            main_fields={**full, **own_row},
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
    yield stored("trandate", "date", indexed=True)
    yield stored("createdfrom", "select", refers="transaction", indexed=True,
                 place=("transaction", "createdfrom", None))  # fmt: skip
    yield stored("tranid", indexed=True)
    yield stored("number", key="tranid")
    yield stored("memomain", key="memo")
    yield stored("otherrefnum")
    total = cast(BODY, "total", "NUMERIC")
    yield SearchField(
        "total", "currency", f"{total} * COALESCE({cast(BODY, 'exchangerate', 'NUMERIC')}, 1)"
    )
    yield SearchField("fxtotal", "currency", total)
    for name in ("taxtotal", "shippingcost", "amountpaid", "discounttotal"):
        yield stored(name, "currency")
    # Of a payment, what is still to be applied.
    left = ", ".join(cast(BODY, name, "NUMERIC") for name in ("amountremaining", "unapplied"))
    yield SearchField("amountremaining", "currency", f"COALESCE({left})")
    yield stored("shipaddress")
    yield stored("billaddress")
    yield SearchField("datecreated", "datetime", "r.created")
    yield SearchField("createddate", "datetime", "r.created")
    yield SearchField("lastmodifieddate", "datetime", "r.modified")
    yield from _addresses()
    for name in ("voided", "memorized"):
        yield SearchField(name, "boolean", "'F'")


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


def _lines(of: list[RecordType]) -> dict[str, SearchField]:
    found: dict[str, SearchField] = {}
    bodies = {name for record in of for name in record.fields}
    for record in of:
        for name in _LINE_SUBLISTS:
            if name not in record.sublists:
                continue
            for field in fields.of_record(
                record, record.sublists[name].fields.values(), LINE, name
            ):
                if field.id not in bodies or field.id in _SHARED:
                    found.setdefault(field.id, field)
    found |= {field.id: field for field in _line_standard()}
    return found


def _line_standard() -> Iterable[SearchField]:
    for name in ("mainline", "taxline", "shipping", "cogs"):
        yield SearchField(name, "boolean", f"COALESCE({cast(LINE, name)}, 'F')")
    yield SearchField(
        "closed", "boolean", f"CASE WHEN {json_path(LINE, 'isclosed')} THEN 'T' ELSE 'F' END"
    )
    yield SearchField("line", "number", f"COALESCE({cast(LINE, '_line', 'INTEGER')}, 0)")
    yield SearchField("linesequencenumber", "number", cast(LINE, "_sequence", "INTEGER"))
    yield SearchField(
        "lineuniquekey", "number",
        f"r.id * {lines.KEY_FACTOR} + {cast(LINE, '_sequence', 'INTEGER')}",
    )  # fmt: skip
    yield stored("item", "select", refers="item", place=("salesorder", "item", "item"), source=LINE)
    yield stored("quantity", "number", source=LINE)
    yield stored("rate", "currency", source=LINE)
    yield stored("amount", "currency", source=LINE)
    yield stored("netamount", "currency", source=LINE, key="amount")
    yield stored("netamountnotax", "currency", source=LINE, key="amount")
    yield stored("fxamount", "currency", source=LINE, key="_fxamount")
    for name, key in (("debitamount", "debit"), ("creditamount", "credit")):
        yield stored(name, "currency", source=LINE, key=key)
    moved = ", ".join(cast(LINE, f"quantity{name}", "NUMERIC") for name in ("fulfilled", "received"))
    yield SearchField("quantityshiprecv", "number", f"COALESCE({moved})")
    yield stored("memo", source=LINE)
    for name, refers in (
        ("location", "location"), ("department", "department"), ("class", "classification"),
    ):  # fmt: skip
        yield stored(name, "select", refers=refers, place=("salesorder", name, None), source=LINE)
    yield stored(
        "account",
        "select",
        refers="account",
        place=("vendorbill", "account", "expense"),
        source=LINE,
    )


def _main_rows(of: list[RecordType], *, returns_negative: bool) -> dict[str, SearchField]:
    """Line fields of the transaction's own row: what the body has, and nothing else."""
    found: dict[str, SearchField] = {}
    for field in _lines(of).values():
        if field.id in _SHARED:
            sql = field.sql.replace(LINE, BODY)
        elif field.id in ("amount", "netamount", "netamountnotax"):
            sql = _main_amount(
                "COALESCE(json_extract(r.body, '$.exchangerate'), 1)", returns_negative
            )
        elif field.id == "fxamount":
            sql = _main_amount("1", returns_negative)
        else:
            sql = {
                "mainline": "'T'", "taxline": "'F'", "shipping": "'F'", "cogs": "'F'", "closed": "'F'",
                "line": "0", "linesequencenumber": "0", "lineuniquekey": f"r.id * {lines.KEY_FACTOR}",
            }.get(field.id, "'F'" if field.type == "boolean" else "NULL")  # fmt: skip
        found[field.id] = replace(field, sql=sql, indexed=False)
    return found


def _main_amount(rate: str, returns_negative: bool) -> str:
    total = "COALESCE(json_extract(r.body, '$.total'), json_extract(r.body, '$.payment'))"
    returns = ", ".join(f"'{name}'" for name in sorted(lines.RETURNS)) if returns_negative else "''"
    return f"ROUND({total} * {rate}, 2) * CASE WHEN r.type IN ({returns}) THEN -1 ELSE 1 END"


def _joins(found: Mapping[str, SearchField]) -> dict[str, Join]:
    joins = {
        "customer": Join("customer", "entity"),
        "customermain": Join("customer", "entity"),
        "vendor": Join("vendor", "entity"),
        "employee": Join("employee", "entity"),
        "item": Join("item", "item"),
        "createdfrom": Join("transaction", "createdfrom"),
        "salesrep": Join("employee", "salesrep"),
        "applyingtransaction": Join("transaction", "internalid", "createdfrom"),
        "fulfillingtransaction": Join("itemfulfillment", "internalid", "createdfrom"),
        "billingtransaction": Join("transaction", "internalid", "createdfrom", _BILLING),
    }
    return {name: join for name, join in joins.items() if join.ours in found}
