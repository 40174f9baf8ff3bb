"""Subtotal, discount, tax and total of a transaction, from its lines and its body."""

from __future__ import annotations

from decimal import Decimal

from emulator.account.kinds import SUMMED
from emulator.account.lines import places
from emulator.account.values import cents, decimal_of, is_percent, number
from emulator.account.work import Work

NOTHING = Decimal(0)


def prepare(work: Work) -> None:
    """Write the totals; a line that only shows a subtotal counts for nothing."""
    if "total" not in work.record.fields or not (work.sublists or work.creating):
        return
    if work.record.id not in SUMMED:
        return
    digits = places(work)
    subtotal, line_tax, coded = NOTHING, NOTHING, False
    for sublist in ("item", "expense"):
        for line in work.lines(sublist):
            fields = line["fields"]
            if fields.get("itemtype") == "Subtotal":
                continue
            subtotal += decimal_of(fields, "amount") or NOTHING
            line_tax += decimal_of(fields, "tax1amt") or NOTHING
            coded = coded or "taxcode" in fields
    discount = _discount(work, subtotal, digits)
    tax = line_tax + _shipping_tax(work, digits)
    if not coded:
        tax += _body_tax(work, discount, digits)
    extra = sum(
        (decimal_of(work.fields, name) or NOTHING for name in ("shippingcost", "handlingcost")),
        NOTHING,
    )
    total = cents(subtotal + tax + discount + extra, digits)
    for name, value in (
        ("subtotal", subtotal),
        ("taxtotal", tax),
        ("discounttotal", discount),
        ("total", total),
        ("amount", total),
        ("estimatedtotal", total),
    ):
        field = work.record.fields.get(name)
        if field is not None and field.read_only:
            work.fields[name] = number(cents(value, digits))
    if "usertotal" in work.record.fields:  # what a form shows as the amount of a bill
        work.fields["usertotal"] = number(total)
    if work.record.id in ("invoice", "vendorbill", "expensereport", "creditmemo", "vendorcredit"):
        _remaining(work, total)


def _remaining(work: Work, total: Decimal) -> None:
    """What is still to be paid; of a credit, what is still to be applied."""
    if work.record.id in ("creditmemo", "vendorcredit"):
        applied = decimal_of(work.fields, "applied") or NOTHING
        work.fields["unapplied"] = number(total - applied)
        work.fields["amountremaining"] = number(total - applied)
        return
    paid = decimal_of(work.fields, "amountpaid") or NOTHING
    work.fields["amountpaid"] = number(paid)
    work.fields["amountremaining"] = number(total - paid)


def _discount(work: Work, subtotal: Decimal, digits: int) -> Decimal:
    """The discount of the whole transaction: `discountrate`, else the rate of `discountitem`."""
    item = work.book.fields("item", work.fields.get("discountitem"))
    rate = work.fields.get("discountrate")
    if rate is None:
        rate = item.get("rate") if work.sourcing else None
        if rate is not None and "discountrate" in work.record.fields:
            work.fields["discountrate"] = rate
    if rate is None:
        return NOTHING
    given = decimal_of({"rate": rate}, "rate") or NOTHING
    return cents(subtotal * given / 100, digits) if is_percent(rate) else given


def _shipping_tax(work: Work, digits: int) -> Decimal:
    tax = NOTHING
    for part in ("shipping", "handling"):
        cost = decimal_of(work.fields, f"{part}cost")
        code = work.fields.get(f"{part}taxcode")
        if cost is None or code is None:
            continue
        rate = decimal_of(work.book.fields("salestaxitem", code), "rate")
        if rate is not None:
            work.fields[f"{part}tax1rate"] = str(number(rate))
            tax += cents(cost * rate / 100, digits)
    return tax


def _body_tax(work: Work, discount: Decimal, digits: int) -> Decimal:
    """Tax by one code for the whole transaction (`taxitem`), on the lines marked `istaxable`."""
    code = work.fields.get("taxitem")
    if code is None or "taxrate" not in work.record.fields:
        return NOTHING
    rate = decimal_of(work.book.fields("salestaxitem", code), "rate") or NOTHING
    work.default("taxrate", number(rate))
    rate = decimal_of(work.fields, "taxrate") or NOTHING
    taxable = sum(
        (
            decimal_of(line["fields"], "amount") or NOTHING
            for line in work.lines("item")
            if line["fields"].get("istaxable") and line["fields"].get("itemtype") != "Subtotal"
        ),
        NOTHING,
    )
    whole = sum(
        (decimal_of(li["fields"], "amount") or NOTHING for li in work.lines("item")), NOTHING
    )
    share = discount * taxable / whole if whole and taxable else NOTHING
    return cents((taxable + share) * rate / 100, digits)
