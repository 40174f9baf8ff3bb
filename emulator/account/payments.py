"""
Payments, credits and deposits: what they are applied to, and what is left there.

`application` rows say which transaction took how much from which; a document's paid and remaining
amounts are the sum of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from emulator.account import applying, balances
from emulator.account.applying import NOTHING
from emulator.account.book import Book
from emulator.account.statuses import set_status
from emulator.account.store import Row
from emulator.account.values import cents, decimal_of, number
from emulator.account.work import Line, Work, bad_reference, user_error

# Saving one of these settles what it pays and what is left of it.
SETTLED = frozenset(applying.LISTS) | {
    *("invoice", "vendorbill", "expensereport", "customerdeposit", "vendorprepayment", "deposit")
}
_CREDITS = frozenset({"creditmemo", "vendorcredit", "customerdeposit", "vendorprepayment"})
_FROM_DEPOSIT = frozenset({"depositapplication", "vendorprepaymentapplication"})
# These lists pay for what the other lists take.
_SOURCES = frozenset({"credit", "deposit"})


def prepare(work: Work) -> None:
    """The amounts of the applied lines; no line may take more than is due, nor all more than there is."""
    _entity(work)
    if work.record.id == "deposit":
        _bank(work)
        return
    if work.record.id in ("customerdeposit", "vendorprepayment"):
        _deposit(work)
    lists = applying.LISTS.get(work.record.id)
    if lists is None:
        return
    taken = {sublist: _taken(work, sublist) for sublist in lists}
    _close(work, taken)


def _entity(work: Work) -> None:
    """Payments name their customer in `customer`; `entity` is the same for searches."""
    fields = work.fields
    if work.record.id in _FROM_DEPOSIT:
        deposit = work.book.fields("transaction", fields.get("createdfrom"))
        fields["entity"] = deposit.get("entity")
        for name, field in (("customer", "entity"), ("depositdate", "trandate")):
            if name in work.record.fields and field in deposit:
                fields[name] = deposit[field]
    elif "customer" in work.record.fields and "customer" not in fields and "entity" in fields:
        fields["customer"] = fields["entity"]
    if "customer" in fields and "entity" in work.record.fields:
        fields["entity"] = fields["customer"]


def _taken(work: Work, sublist: str) -> Decimal:
    """What the ticked lines take; the others are dropped, they are made anew at each load."""
    kept: list[Line] = []
    total = NOTHING
    for line in work.lines(sublist):
        fields = line["fields"]
        if not fields.get("apply"):
            continue
        key = fields.get("internalid") or fields.get("doc")
        bill = work.book.reference("transaction", key)
        if bill is None:
            raise bad_reference("doc", key)
        due = applying.open_amount(bill) + _already(work, sublist, bill)
        discount = decimal_of(fields, "disc") or NOTHING
        amount = decimal_of(fields, "amount")
        if amount is None:
            amount = due - discount
            fields["amount"] = number(amount)
        if amount + discount > due:
            raise user_error(
                f"{number(amount)} is more than the {number(due)} that is due.", guessed=True
            )
        fields |= {"doc": str(bill.id), "internalid": str(bill.id)}
        total += amount
        kept.append(line)
    work.sublists[sublist] = kept
    return total


def _close(work: Work, taken: dict[str, Decimal]) -> None:
    """Payment, applied and unapplied of the whole."""
    applied = taken.get("apply", NOTHING) + taken.get("bill", NOTHING)
    if work.record.id == "customerrefund":
        work.fields["total"] = number(cents(sum(taken.values(), NOTHING)))
        return
    if work.record.id in _FROM_DEPOSIT:
        source = work.book.reference("transaction", work.fields.get("createdfrom"))
        left = NOTHING if source is None else applying.open_amount(source)
        before = NOTHING if work.old is None else decimal_of(work.old.fields, "applied") or NOTHING
        if applied > left + before:
            raise user_error(
                f"{number(applied)} is more than the {number(left + before)} left.", guessed=True
            )
        work.fields["total"] = number(cents(applied))
    used = sum((value for name, value in taken.items() if name in _SOURCES), NOTHING)
    if work.record.id in ("customerpayment", "vendorpayment"):
        if "payment" in work.record.fields:
            work.default("payment", number(cents(max(applied - used, NOTHING))))
        whole = decimal_of(work.fields, "payment")
        if whole is None:
            whole = applied - used
        if applied > whole + used:
            raise user_error("The amounts applied are more than the payment.", guessed=True)
        work.fields["total"] = number(cents(whole))
        _funds(work)
    for name, value in (("applied", applied), ("unapplied", _whole(work) + used - applied)):
        if name in work.record.fields:
            work.fields[name] = number(cents(value))


def _whole(work: Work) -> Decimal:
    return decimal_of(work.fields, "payment") or decimal_of(work.fields, "total") or NOTHING


def after_totals(work: Work) -> None:
    """A credit cannot be applied beyond its total."""
    if work.record.id not in ("creditmemo", "vendorcredit"):
        return
    applied = decimal_of(work.fields, "applied") or NOTHING
    total = decimal_of(work.fields, "total") or NOTHING
    if applied > total:
        raise user_error(
            f"{number(applied)} is more than the credit of {number(total)}.", guessed=True
        )


def _deposit(work: Work) -> None:
    amount = decimal_of(work.fields, "payment")
    if amount is None or amount <= 0:
        raise user_error("Please enter value(s) for: payment")
    work.fields["total"] = number(amount)
    order = work.book.reference("transaction", work.fields.get("salesorder"))
    if order is not None:
        work.default("customer", order.fields.get("entity"))
        work.fields["entity"] = work.fields["customer"]
    if work.record.id == "customerdeposit" and "customer" not in work.fields:
        raise user_error("Please enter value(s) for: customer")
    work.fields["unapplied"] = number(amount)
    _funds(work)


def _funds(work: Work) -> None:
    """A payment lies in undeposited funds unless it names a bank account: common knowledge."""
    if work.record.id not in ("customerpayment", "customerdeposit"):
        return
    banked = work.fields.get("undepfunds") == "F" or (
        "account" in work.fields and work.fields.get("undepfunds") != "T"
    )
    work.fields["undepfunds"] = "F" if banked else "T"
    if work.creating:
        work.fields["_undeposited"] = not banked
        work.fields["_status"] = {True: "C", False: "B"}[banked]
        if work.record.id == "customerdeposit":
            work.fields["_status"] = {True: "B", False: "A"}[banked]


def _bank(work: Work) -> None:
    """A bank deposit: the payments it takes, other money, less cash back."""
    total = NOTHING
    kept = []
    for line in work.lines("payment"):
        if line["fields"].get("deposit"):
            amount = decimal_of(line["fields"], "paymentamount")
            total += amount or NOTHING
            kept.append(line)
    work.sublists["payment"] = kept
    for line in work.lines("other"):
        total += decimal_of(line["fields"], "amount") or NOTHING
    for line in work.lines("cashback"):
        total -= decimal_of(line["fields"], "amount") or NOTHING
    work.fields["total"] = number(cents(total))


def _already(work: Work, sublist: str, bill: Row) -> Decimal:
    """What the stored version of this payment takes from the document."""
    if work.old is None:
        return NOTHING
    return sum(
        (amount for _, doc, amount in _ticked(work.old) if doc == bill.id and _ == sublist),
        NOTHING,
    )


def _ticked(row: Row) -> Iterator[tuple[str, int, Decimal]]:
    for sublist in applying.LISTS.get(row.type, ()):
        for line in row.sublists.get(sublist, []):
            fields = line["fields"]
            if fields.get("apply"):
                amount = decimal_of(fields, "amount") or NOTHING
                yield sublist, int(fields["doc"]), amount + (decimal_of(fields, "disc") or NOTHING)


def settle(book: Book, row: Row) -> None:
    """Write what is paid and what remains on each document that a saved transaction paid."""
    touched = forget(book, row.id)
    for _, document, amount in _ticked(row):
        _apply(book, row.id, document, amount)
        touched.add(document)
    if row.type in _FROM_DEPOSIT:
        source = int(row.fields["createdfrom"])
        _apply(book, row.id, source, decimal_of(row.fields, "applied") or NOTHING)
        touched.add(source)
    if row.type == "deposit":
        _banked(book, row)
    for document in touched | {row.id}:
        recompute(book, document)
    balances.refresh(book, row.fields.get("entity"))


def _apply(book: Book, payer: int, document: int, amount: Decimal) -> None:
    book.store.run("INSERT INTO application VALUES (?, ?, ?)", payer, document, float(amount))


def forget(book: Book, payer: int) -> set[int]:
    """Drop what a transaction paid; the documents it was for."""
    found = book.store.all("SELECT paid FROM application WHERE payer = ?", payer)
    book.store.run("DELETE FROM application WHERE payer = ?", payer)
    return {document for (document,) in found}


def _banked(book: Book, row: Row) -> None:
    for line in row.sublists.get("payment", []):
        payment = book.reference("transaction", line["fields"].get("doc"))
        if payment is not None:
            payment.fields["_undeposited"] = False
            set_status(
                payment.type, payment.fields, "B" if payment.type == "customerdeposit" else "C"
            )
            book.store.put(payment)


def recompute(book: Book, document: int) -> None:
    """The paid and remaining amounts and the status of a document, from all that was applied."""
    row = book.row("transaction", document)
    if row is None:
        return
    paid = _sum(book, "paid", document)
    total = decimal_of(row.fields, "total") or NOTHING
    fields = row.fields
    if row.type in ("invoice", "vendorbill", "expensereport"):
        fields["amountpaid"] = number(cents(paid))
        fields["amountremaining"] = number(cents(total - paid))
        closed, opened = ("I", "F") if row.type == "expensereport" else ("B", "A")
        if paid and paid >= total:
            set_status(row.type, fields, closed)
        elif fields.get("_status") == closed:
            set_status(row.type, fields, opened)
    elif row.type in _CREDITS:
        used = paid + _sum(book, "payer", document)
        left = total - used
        fields["applied"] = number(cents(used))
        fields["unapplied"] = fields["amountremaining"] = number(cents(left))
        _credit_status(row, used, left)
    else:
        return
    book.store.put(row)


def _credit_status(row: Row, used: Decimal, left: Decimal) -> None:
    full = "C" if row.type in ("customerdeposit", "vendorprepayment") else "B"
    if used and left <= 0:
        set_status(row.type, row.fields, full)
    elif row.type == "vendorprepayment":
        set_status(row.type, row.fields, "B" if used else "A")
    elif row.fields.get("_status") == full and row.type != "customerdeposit":
        set_status(row.type, row.fields, "A")
    elif row.fields.get("_status") == full:
        set_status(row.type, row.fields, "A" if row.fields.get("_undeposited") else "B")


def _sum(book: Book, column: str, document: int) -> Decimal:
    sql = f"SELECT coalesce(sum(amount), 0) FROM application WHERE {column} = ?"  # noqa: S608 - paid or payer
    return Decimal(str(round(book.store.one(sql, document)[0], 6)))
