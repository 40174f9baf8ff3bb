"""
Voiding a transaction (help topics "transaction.void(options)", "N/transaction Module").

A direct void leaves the transaction in place with its total and all line amounts at zero, and frees
what it was applied to. Voids by reversing journal are not modelled.
"""

from __future__ import annotations

import copy
from typing import Any

from emulator.account import applying, payments, stock
from emulator.account.book import Book
from emulator.account.store import Row
from emulator.account.values import decimal_of
from emulator.account.work import user_error
from emulator.errors import NetSuiteError, UnsupportedError
from generator.catalog.model import RecordType

# Help topic "transaction.Type", column Supported Void Type.
DIRECT = frozenset(
    """
    cashrefund cashsale creditmemo customerdeposit customerpayment customerrefund estimate
    expensereport invoice journalentry returnauthorization salesorder transferorder vendorbill
    vendorcredit vendorpayment vendorprepayment vendorreturnauthorization workorder
    """.split()  # noqa: SIM905 - a list of as many lines says no more
)
BY_JOURNAL = frozenset({"check", "customerrefund", "vendorpayment", "vendorprepayment"})
_AMOUNTS = frozenset(
    """
    amount amountpaid amountremaining applied credit creditamount credittotal debit debitamount
    debittotal discounttotal grossamt handlingcost payment rate shippingcost subtotal tax1amt
    taxtotal total unapplied
    """.split()  # noqa: SIM905
)


def check_type(book: Book, record: RecordType) -> None:
    """
    Whether the type can be voided in this account.

    Raises:
        NetSuiteError: INVALID_RCRD_TYPE where it never can, USER_ERROR where only reversing
            journals may.
        UnsupportedError: a void by reversing journal.
    """
    by_journal = book.preferences.void_by_journal
    if by_journal and record.id in BY_JOURNAL:
        raise UnsupportedError("The emulator does not have voids by reversing journal.")
    if record.id not in DIRECT:
        raise NetSuiteError("INVALID_RCRD_TYPE", f"{record.label} records cannot be voided.")
    if by_journal:
        raise user_error(
            f"{record.label} records are voided directly, which the preference"
            " Void Transactions Using Reversing Journals does not allow."
        )


def void(book: Book, row: Row, now_ms: int) -> int:
    """Void a transaction, of a type that can be; USER_ERROR where it is voided already or paid."""
    if row.fields.get("_status") == "V":
        raise user_error("This transaction has already been voided.")
    if decimal_of(row.fields, "amountpaid"):
        raise user_error("This transaction has been paid: void its payments first.")
    voided = copy.deepcopy(row)
    voided.fields = _zeroed(voided.fields) | {
        "_status": "V",
        "status": "Voided",
        "statusref": "voided",
        "memo": "VOID",
    }
    for lines in voided.sublists.values():
        for line in lines:
            line["fields"] = _zeroed(line["fields"])
    for sublist in applying.LISTS.get(row.type, ()):
        voided.sublists.pop(sublist, None)
    voided.version, voided.modified = row.version + 1, now_ms
    book.store.put(voided)
    stock.forget(book, row)
    payments.settle(book, voided)
    return row.id


def _zeroed(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: 0 if name in _AMOUNTS else value for name, value in fields.items()}
