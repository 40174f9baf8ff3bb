"""
Transactions: defaults, sourcing, addresses, due date, status and number.

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

from emulator.account import addresses, entities, groups, lines, periods, statuses, totals
from emulator.account.facts import NUMBERS
from emulator.account.kinds import BEARING, JOURNALS, LINED, PURCHASES, SALES
from emulator.account.values import cents, decimal_of, number
from emulator.account.work import Work, bad_reference, user_error
from generator.catalog import options


def prepare(work: Work) -> None:
    """Everything a transaction gets before its required fields are checked."""
    work.default("trandate", work.book.today(work.session, work.now_ms))
    entities.check_subsidiary(work)
    subsidiary = work.book.fields("subsidiary", work.fields.get("subsidiary"))
    work.default("currency", subsidiary.get("currency"))
    periods.check(work)
    _exchange_rate(work)
    if work.sourcing:
        _source_body(work)
    _addresses(work)
    _ship_method(work)
    _locations(work)
    if work.record.id in SALES | PURCHASES:
        groups.expand(work)
    lines.prepare(work)
    _duedate(work)
    totals.prepare(work)
    _status(work)
    if work.record.id in ("journalentry", "intercompanyjournalentry"):
        _balance(work)


def need_line(work: Work) -> None:
    """Refuse an order, a bill and the like without a line."""
    if work.record.id in LINED and not any(work.lines(name) for name in BEARING):
        raise user_error("You must enter at least one line item for this transaction.")


def assign_number(work: Work) -> None:
    """The number of a new transaction or case, where it carries none of its own."""
    prefix = NUMBERS.get(work.record.id)
    field = "casenumber" if work.record.id == "supportcase" else "tranid"
    if work.creating and prefix is not None and field not in work.fields:
        work.fields[field] = f"{prefix}{work.book.store.next(f'{field}.{prefix}', 1001)}"


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
    for sublist in work.sublists:
        for line in work.lines(sublist):
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


def _duedate(work: Work) -> None:
    if work.record.id not in ("invoice", "vendorbill") or "duedate" in work.fields:
        return
    days = work.book.fields("term", work.fields.get("terms")).get("daysuntilnetdue", 0)
    due = date.fromisoformat(work.fields["trandate"]) + timedelta(days=int(days))
    work.default("duedate", due.isoformat())


def _status(work: Work) -> None:
    """The status of a new transaction, and one that a script chose."""
    if options.statuses(work.record.id) is None:
        return
    shown = options.STATUS_FIELD.get(work.record.id)
    letter = work.fields.get(shown) if shown else work.fields.get("_status")
    if letter is None:
        letter = statuses.first(work.record.id, work.book.preferences)
    if work.record.id in JOURNALS and letter in "AB":
        routed = {"1": False, "2": True}.get(str(work.fields.get("approvalstatus")), True)
        letter = "B" if work.fields.setdefault("approved", routed) else "A"
    statuses.set_status(work.record.id, work.fields, letter)


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
