"""
Transactions: defaults, sourcing, line amounts, taxes, totals, status and number.

`enableSourcing` decides what is filled in at save (help topic "Record.save(options)"): without it
only what a transaction cannot be without (subsidiary, currency, exchange rate, period, number);
with it also terms, sales representative, addresses, descriptions, prices and tax codes, and only
where they are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from emulator.account import addresses, entities, groups
from emulator.account.facts import NUMBERS, STATUS_FIELD, STATUSES
from emulator.account.values import cents, decimal_of, number
from emulator.account.work import Line, Work, bad_reference, user_error
from emulator.errors import NetSuiteError

SALES = frozenset(
    {"salesorder", "estimate", "invoice", "cashsale", "creditmemo", "cashrefund"}
    | {"returnauthorization", "opportunity"}
)
PURCHASES = frozenset(
    {"purchaseorder", "vendorbill", "vendorcredit", "vendorreturnauthorization"}
    | {"check", "blanketpurchaseorder"}
)
_NOT_POSTING = frozenset(
    {"salesorder", "estimate", "opportunity", "purchaseorder", "returnauthorization"}
    | {"vendorreturnauthorization", "transferorder", "workorder"}
)
# Line fields that only the account writes.
LINE_DERIVED = (
    "quantityfulfilled",
    "quantitybilled",
    "quantityreceived",
    "quantitycommitted",
    "quantitybackordered",
)
_COUNTED = frozenset({"quantityfulfilled", "quantitybilled", "quantityreceived"})
# Items of these types carry no quantity.
_WITHOUT_QUANTITY = frozenset({"discountitem", "descriptionitem", "subtotalitem", "itemgroup"})


def prepare(work: Work) -> None:
    """Everything a transaction gets before its required fields are checked."""
    work.default("trandate", work.book.today(work.session, work.now_ms))
    entities.check_subsidiary(work)
    subsidiary = work.book.fields("subsidiary", work.fields.get("subsidiary"))
    work.default("currency", subsidiary.get("currency"))
    _open_period(work)
    _exchange_rate(work)
    if work.sourcing:
        _source_body(work)
    _addresses(work)
    _ship_method(work)
    _locations(work)
    if work.record.id in SALES | PURCHASES:
        groups.expand(work)
    for sublist in ("item", "expense"):
        for line in work.lines(sublist):
            _line(work, sublist, line)
    _duedate(work)
    _totals(work)
    _status(work)
    if work.record.id in ("journalentry", "intercompanyjournalentry"):
        _balance(work)


def assign_number(work: Work) -> None:
    """The document number of a new transaction, where it carries none of its own."""
    prefix = NUMBERS.get(work.record.id)
    if work.creating and prefix and "tranid" not in work.fields:
        work.fields["tranid"] = f"{prefix}{work.book.store.next(f'tranid.{prefix}', 1001)}"


def places(work: Work) -> int:
    """Decimal places of the transaction's currency."""
    precision = work.book.fields("currency", work.fields.get("currency")).get("currencyprecision")
    return 2 if precision is None else int(precision)


def _open_period(work: Work) -> None:
    """Nothing is posted into a closed period: CLOSED_TRAN_PRD."""
    if work.record.id in _NOT_POSTING or not work.changed("trandate"):
        return
    day = work.fields["trandate"]
    closed = work.book.store.one(
        "SELECT json_extract(body, '$.periodname') FROM record WHERE space = 'accountingperiod'"
        " AND json_extract(body, '$.closed') AND json_extract(body, '$.startdate') <= ?"
        " AND json_extract(body, '$.enddate') >= ?",
        day,
        day,
    )
    if closed is not None:
        raise NetSuiteError(
            "CLOSED_TRAN_PRD", f"You cannot change a transaction in the closed period {closed[0]}."
        )


def _exchange_rate(work: Work) -> None:
    if "exchangerate" not in work.record.fields:
        return
    currency = work.fields.get("currency")
    base = work.book.fields("subsidiary", work.fields.get("subsidiary")).get("currency")
    rate: Any = 1
    if currency is not None and currency != base:
        rate = work.book.fields("currency", currency).get("exchangerate", 1)
    work.default("exchangerate", rate)


def _entity(work: Work) -> Mapping[str, Any]:
    return work.book.fields("entity", work.fields.get("entity"))


def _source_body(work: Work) -> None:
    if work.record.id not in SALES | PURCHASES:
        return
    entity = _entity(work)
    work.default("terms", entity.get("terms"))
    if work.record.id in SALES:
        work.default("salesrep", entity.get("salesrep"))
        work.default("partner", entity.get("partner"))
        work.default("shipmethod", entity.get("shippingitem"))
        work.default("email", entity.get("email"))
    elif work.record.id == "vendorbill":
        work.default("account", entity.get("payablesaccount"))


def _addresses(work: Work) -> None:
    """
    Ship-to and bill-to addresses.

    Without an address of its own the transaction takes the customer's default one when it is made
    with sourcing. While `shipaddresslist` names a list entry, that entry wins over what was typed
    into the subrecord; who wants another address clears the field first (help topic "Scripting
    Transaction Shipping and Billing Addresses"; that the default needs sourcing is assumed).
    """
    value = work.fields.get("entity")
    row = None if value is None else work.book.reference("entity", value)
    for side, flag in (("shipping", "defaultshipping"), ("billing", "defaultbilling")):
        subrecord = f"{side}address"
        if subrecord not in work.record.subrecords:
            continue
        choice = f"{side[:4]}addresslist"
        own = work.subrecords.get(subrecord)
        stands = own is not None and not work.book.preferences.listed_address_wins
        if choice in work.fields and not work.changed(choice):
            # The entry was copied when it was chosen; what is typed over it does not count.
            assert work.old is not None
            own = own if stands else work.old.subrecords.get(subrecord)
        elif choice in work.fields:
            listed = addresses.by_number(row, work.fields[choice])
            if listed is None and not work.fields[choice].startswith("-"):
                raise bad_reference(choice, work.fields[choice])
            if listed is not None and not stands:
                own = listed["subrecords"]["addressbookaddress"]
        elif own is None and work.creating and work.sourcing:
            listed = addresses.default_line(row, flag)
            if listed is not None:
                own = listed["subrecords"]["addressbookaddress"]
                work.default(choice, str(listed["fields"]["internalid"]))
        work.subrecords.pop(subrecord, None)
        if own is not None:
            work.subrecords[subrecord] = own
        shown = f"{side[:4]}address"
        if shown in work.record.fields:
            work.fields.pop(shown, None)
            if own is not None:
                work.fields[shown] = own["fields"]["addrtext"]


def _ship_method(work: Work) -> None:
    """
    A shipping item belongs to a carrier; the two must agree.

    A missing carrier is taken from the item: assumed.
    """
    method = work.fields.get("shipmethod")
    if method is None or "shipcarrier" not in work.record.fields:
        return
    carrier = work.book.fields("shipitem", method).get("carrier", "nonups")
    work.default("shipcarrier", carrier)
    if work.fields["shipcarrier"] != carrier and work.changed("shipmethod"):
        raise bad_reference("shipmethod", method, f" for shipcarrier {work.fields['shipcarrier']}")


def _locations(work: Work) -> None:
    subsidiary = work.fields.get("subsidiary")
    if subsidiary is None:
        return
    for name in ("location", "transferlocation", "adjlocation"):
        if name in work.fields and work.changed(name):
            _belongs(work, name, "location", work.fields[name], subsidiary)
    for sublist, lines in work.sublists.items():
        for line in lines:
            before = work.old_line(sublist, line["line"])
            old = before["fields"] if before else {}
            for name, record in (("location", "location"), ("item", "item")):
                value = line["fields"].get(name)
                if value is not None and value != old.get(name):
                    _belongs(work, name, record, value, subsidiary)


def _belongs(work: Work, name: str, record: str, value: str, subsidiary: str) -> None:
    if work.record.id == "inventorytransfer" and name == "transferlocation":
        return
    allowed = work.book.fields(record, value).get("subsidiary")
    if allowed is None:
        return
    own = allowed if isinstance(allowed, list) else [allowed]
    if subsidiary not in own and not _below(work, subsidiary, set(own), record, value):
        raise bad_reference(name, value, f" for subsidiary {subsidiary}")


def _below(work: Work, subsidiary: str, own: set[str], record: str, value: str) -> bool:
    """Whether the record includes the children of its subsidiary and this is one of them."""
    if not work.book.fields(record, value).get("includechildren"):
        return False
    parent = work.book.fields("subsidiary", subsidiary).get("parent")
    while parent is not None:
        if parent in own:
            return True
        parent = work.book.fields("subsidiary", parent).get("parent")
    return False


def _line(work: Work, sublist: str, line: Line) -> None:
    fields = line["fields"]
    before = work.old_line(sublist, line["line"])
    old: Mapping[str, Any] = before["fields"] if before else {}
    known = work.record.sublists[sublist]
    for name in LINE_DERIVED:
        fields.pop(name, None)
        if name in old:
            fields[name] = old[name]
        elif known.closable and name in _COUNTED and name in known.fields:
            fields[name] = 0
    if sublist == "item":
        row = work.book.reference("item", fields["item"]) if "item" in fields else None
        kind = "" if row is None else row.type
        item: Mapping[str, Any] = {} if row is None else row.fields
        if row is not None and "itemtype" in work.record.sublists[sublist].fields:
            fields["itemtype"] = item.get("itemtype")
        if work.sourcing:
            _source_line(work, fields, item)
        if (
            row is not None
            and kind not in _WITHOUT_QUANTITY
            and work.record.id in SALES | PURCHASES
        ):
            fields.setdefault("quantity", 1)
        if "amount" in work.record.sublists[sublist].fields:
            _amount(work, fields, old, kind)
    if work.record.sublists[sublist].closable:
        fields.setdefault("isclosed", False)
    _tax(work, fields)


def _source_line(work: Work, fields: dict[str, Any], item: Mapping[str, Any]) -> None:
    sale = work.record.id in SALES
    description = item.get("salesdescription" if sale else "purchasedescription")
    if description is not None:
        fields.setdefault("description", description)
    if "taxcode" in work.record.sublists["item"].fields and _entity(work).get("taxitem"):
        fields.setdefault("taxcode", _entity(work)["taxitem"])
    if "rate" not in fields and "amount" not in fields and work.record.id in SALES | PURCHASES:
        rate = item.get("_baseprice") if sale else item.get("cost")
        if rate is not None:
            fields["rate"] = rate
            if sale:
                fields.setdefault("price", "1")


def _amount(work: Work, fields: dict[str, Any], old: Mapping[str, Any], kind: str) -> None:
    quantity, rate = decimal_of(fields, "quantity"), decimal_of(fields, "rate")
    digits = places(work)
    follows = old and work.book.preferences.amount_follows_quantity
    moved = old.get("quantity") != fields.get("quantity") or old.get("rate") != fields.get("rate")
    if follows and moved and old.get("amount") == fields.get("amount"):
        fields.pop("amount", None)
    if "amount" in fields:
        amount = cents(str(fields["amount"]), digits)
        if rate is None and quantity:
            fields["rate"] = number(round(amount / quantity, 8))
    elif fields.get("itemtype") == groups.END_TYPE or kind == "itemgroup":
        return
    elif rate is not None and (quantity is not None or kind in _WITHOUT_QUANTITY):
        amount = cents((quantity if quantity is not None else Decimal(1)) * rate, digits)
    else:
        amount = Decimal(0)
        fields.setdefault("rate", 0)
    fields["amount"] = number(amount)


def _tax(work: Work, fields: dict[str, Any]) -> None:
    code = fields.get("taxcode")
    amount = decimal_of(fields, "amount")
    if amount is None:
        return
    rate = None
    if code is not None:
        rate = decimal_of(work.book.fields("salestaxitem", code), "rate")
        if rate is not None:
            fields["taxrate1"] = number(rate)
    if "grossamt" not in fields and "tax1amt" not in fields and rate is None:
        return
    tax = cents(amount * (rate or 0) / 100, places(work))
    fields["tax1amt"] = number(tax)
    fields["grossamt"] = number(amount + tax)


def _duedate(work: Work) -> None:
    if work.record.id not in ("invoice", "vendorbill") or "duedate" in work.fields:
        return
    days = work.book.fields("term", work.fields.get("terms")).get("daysuntilnetdue", 0)
    due = date.fromisoformat(work.fields["trandate"]) + timedelta(days=int(days))
    work.default("duedate", due.isoformat())


def _totals(work: Work) -> None:
    """Subtotal, tax, discount and total, from the lines."""
    if "total" not in work.record.fields or not (work.sublists or work.creating):
        return
    if work.record.id not in SALES | PURCHASES:
        return
    subtotal, tax = Decimal(0), Decimal(0)
    for sublist in ("item", "expense"):
        for line in work.lines(sublist):
            subtotal += decimal_of(line["fields"], "amount") or 0
            tax += decimal_of(line["fields"], "tax1amt") or 0
    discount = Decimal(0)
    rate = work.fields.get("discountrate")
    if rate is not None:
        given = Decimal(str(rate))
        percent = work.book.fields("item", work.fields.get("discountitem")).get("_percent")
        discount = cents(subtotal * given / 100, places(work)) if percent else given
    extra = sum(
        (decimal_of(work.fields, name) or Decimal(0) for name in ("shippingcost", "handlingcost")),
        Decimal(0),
    )
    digits = places(work)
    total = cents(subtotal + tax + discount + extra, digits)
    for name, value in (
        ("subtotal", subtotal),
        ("taxtotal", tax),
        ("discounttotal", discount),
        ("total", total),
    ):
        if name in work.record.fields:
            work.fields[name] = number(cents(value, digits))
    if work.record.id == "invoice":
        paid = decimal_of(work.fields, "amountpaid") or Decimal(0)
        work.fields["amountpaid"] = number(paid)
        work.fields["amountremaining"] = number(total - paid)


def _status(work: Work) -> None:
    """The status of a new transaction, and one that a script chose."""
    statuses = STATUSES.get(work.record.id)
    if statuses is None:
        return
    shown = STATUS_FIELD.get(work.record.id)
    letter = work.fields.get(shown) if shown else work.fields.get("_status")
    if letter is None:
        letter = {
            "salesorder": work.book.preferences.order_status,
            "itemfulfillment": work.book.preferences.fulfilment_status,
            "purchaseorder": "B",
            "transferorder": "B",
            "returnauthorization": "B",
            "vendorreturnauthorization": "B",
            "workorder": "B",
            "journalentry": "B",
            "cashsale": "B",
            "customerpayment": "B",
        }.get(work.record.id, "A")
    set_status(work.record.id, work.fields, letter)


def set_status(record: str, fields: dict[str, Any], letter: str) -> None:
    """Write a status in all its spellings: letter, text and `statusref`."""
    text, ref = STATUSES[record][letter]
    shown = STATUS_FIELD.get(record)
    if shown:
        fields[shown] = letter
    fields["_status"] = letter
    fields["status"] = text
    fields["statusref"] = ref


def _balance(work: Work) -> None:
    total = Decimal(0)
    for line in work.lines("line"):
        total += decimal_of(line["fields"], "debit") or 0
        total -= decimal_of(line["fields"], "credit") or 0
    if total:
        raise user_error(
            "The amounts in this journal entry do not balance: debits must equal credits."
        )
    credit = sum(
        (decimal_of(line["fields"], "credit") or Decimal(0)) for line in work.lines("line")
    )
    for name in ("debittotal", "credittotal", "total"):
        if name in work.record.fields:
            work.fields[name] = number(cents(credit))
