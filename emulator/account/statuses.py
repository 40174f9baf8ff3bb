"""
The statuses of transactions: their letters, texts and the status of a new record.

Source of the letters: what connectors list for searches (seen); those of deposits, opportunities,
requisitions, expense reports, counts and prepayments are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.account.preferences import Preferences

# Letter of a status to its text and its `statusref`, by record type.
STATUSES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "salesorder": {
        "A": ("Pending Approval", "pendingApproval"),
        "B": ("Pending Fulfillment", "pendingFulfillment"),
        "C": ("Cancelled", "cancelled"),
        "D": ("Partially Fulfilled", "partiallyFulfilled"),
        "E": ("Pending Billing/Partially Fulfilled", "pendingBillingPartFulfilled"),
        "F": ("Pending Billing", "pendingBilling"),
        "G": ("Billed", "fullyBilled"),
        "H": ("Closed", "closed"),
    },
    "purchaseorder": {
        "A": ("Pending Supervisor Approval", "pendingSupApproval"),
        "B": ("Pending Receipt", "pendingReceipt"),
        "C": ("Rejected by Supervisor", "rejected"),
        "D": ("Partially Received", "partiallyReceived"),
        "E": ("Pending Billing/Partially Received", "pendingBillPartReceived"),
        "F": ("Pending Bill", "pendingBilling"),
        "G": ("Fully Billed", "fullyBilled"),
        "H": ("Closed", "closed"),
    },
    "transferorder": {
        "A": ("Pending Approval", "pendingApproval"),
        "B": ("Pending Fulfillment", "pendingFulfillment"),
        "C": ("Rejected", "rejected"),
        "D": ("Partially Fulfilled", "partiallyFulfilled"),
        "E": ("Pending Receipt/Partially Fulfilled", "pendingReceiptPartFulfilled"),
        "F": ("Pending Receipt", "pendingReceipt"),
        "G": ("Received", "received"),
        "H": ("Closed", "closed"),
    },
    "returnauthorization": {
        "A": ("Pending Approval", "pendingApproval"),
        "B": ("Pending Receipt", "pendingReceipt"),
        "C": ("Cancelled", "cancelled"),
        "D": ("Partially Received", "partiallyReceived"),
        "E": ("Pending Refund/Partially Received", "pendingRefundPartReceived"),
        "F": ("Pending Refund", "pendingRefund"),
        "G": ("Refunded", "refunded"),
        "H": ("Closed", "closed"),
    },
    "vendorreturnauthorization": {
        "A": ("Pending Approval", "pendingApproval"),
        "B": ("Pending Return", "pendingReturn"),
        "D": ("Partially Returned", "partiallyReturned"),
        "F": ("Pending Credit", "pendingCredit"),
        "G": ("Credited", "credited"),
        "H": ("Closed", "closed"),
    },
    "workorder": {
        "A": ("Planned", "planned"),
        "B": ("Released", "released"),
        "D": ("In Process", "inProcess"),
        "G": ("Built", "built"),
        "H": ("Closed", "closed"),
    },
    "itemfulfillment": {
        "A": ("Picked", "picked"),
        "B": ("Packed", "packed"),
        "C": ("Shipped", "shipped"),
    },
    "estimate": {
        "A": ("Open", "open"),
        "B": ("Processed", "processed"),
        "C": ("Closed", "closed"),
    },
    "invoice": {
        "A": ("Open", "open"),
        "B": ("Paid In Full", "paidInFull"),
        "D": ("Pending Approval", "pendingApproval"),
        "E": ("Rejected", "rejected"),
        "V": ("Voided", "voided"),
    },
    "vendorbill": {
        "A": ("Open", "open"),
        "B": ("Paid In Full", "paidInFull"),
        "C": ("Cancelled", "cancelled"),
        "D": ("Pending Approval", "pendingApproval"),
        "E": ("Rejected", "rejected"),
    },
    "creditmemo": {
        "A": ("Open", "open"),
        "B": ("Fully Applied", "fullyApplied"),
        "V": ("Voided", "voided"),
    },
    "vendorcredit": {
        "A": ("Open", "open"),
        "B": ("Fully Applied", "fullyApplied"),
        "V": ("Voided", "voided"),
    },
    "journalentry": {
        "A": ("Pending Approval", "pendingApproval"),
        "B": ("Approved for Posting", "approved"),
        "C": ("Rejected", "rejected"),
    },
    "cashsale": {
        "A": ("Unapproved Payment", "unapprovedPayment"),
        "B": ("Not Deposited", "notDeposited"),
        "C": ("Deposited", "deposited"),
    },
    "customerpayment": {
        "A": ("Unapproved Payment", "unapprovedPayment"),
        "B": ("Not Deposited", "notDeposited"),
        "C": ("Deposited", "deposited"),
    },
    "customerdeposit": {
        "A": ("Not Deposited", "notDeposited"),
        "B": ("Deposited", "deposited"),
        "C": ("Fully Applied", "fullyApplied"),
    },
    "vendorpayment": {"A": ("Approved", "approved"), "V": ("Voided", "voided")},
    "opportunity": {
        "A": ("In Progress", "inProgress"),
        "B": ("Issued Estimate", "issuedEstimate"),
        "C": ("Closed Won", "closedWon"),
        "D": ("Closed Lost", "closedLost"),
    },
    "purchaserequisition": {
        "A": ("Pending Approval", "pendingApproval"),
        "B": ("Pending Order", "pendingOrder"),
        "C": ("Rejected", "rejected"),
        "F": ("Fully Ordered", "fullyOrdered"),
        "H": ("Closed", "closed"),
    },
    "expensereport": {
        "A": ("In Progress", "inProgress"),
        "B": ("Pending Supervisor Approval", "pendingSupApproval"),
        "C": ("Pending Accounting Approval", "pendingAcctApproval"),
        "D": ("Rejected by Supervisor", "rejectedBySup"),
        "F": ("Approved by Accounting", "approvedByAcct"),
        "I": ("Paid In Full", "paidInFull"),
    },
    "inventorycount": {
        "A": ("Open", "open"),
        "B": ("Started", "started"),
        "C": ("Completed/Pending Approval", "completed"),
        "D": ("Approved", "approved"),
    },
    "vendorprepayment": {
        "A": ("Paid", "paid"),
        "B": ("Partially Applied", "partiallyApplied"),
        "C": ("Fully Applied", "fullyApplied"),
    },
}

# The field that shows a status as its letter, where a record type has one.
STATUS_FIELD: Mapping[str, str] = {
    "salesorder": "orderstatus",
    "transferorder": "orderstatus",
    "returnauthorization": "orderstatus",
    "workorder": "orderstatus",
    "intercompanytransferorder": "orderstatus",
    "itemfulfillment": "shipstatus",
}

# The status of a new transaction that names none; the first letter where nothing is said here.
_FIRST: Mapping[str, str] = {
    "purchaseorder": "B",
    "transferorder": "B",
    "returnauthorization": "B",
    "vendorreturnauthorization": "B",
    "workorder": "B",
    "journalentry": "B",
    "cashsale": "B",
    "customerpayment": "B",
}
# Types whose statuses are another's.
_LIKE: Mapping[str, str] = {
    "intercompanytransferorder": "transferorder",
    "intercompanyjournalentry": "journalentry",
    "advintercompanyjournalentry": "journalentry",
    "statisticaljournalentry": "journalentry",
}


def statuses(record: str) -> Mapping[str, tuple[str, str]] | None:
    """The statuses of a transaction type by letter, None where it has none."""
    return STATUSES.get(_LIKE.get(record, record))


def first(record: str, preferences: Preferences) -> str:
    """The letter of a new transaction that names no status."""
    if record == "salesorder":
        return preferences.order_status
    if record == "itemfulfillment":
        return preferences.fulfilment_status
    return _FIRST.get(_LIKE.get(record, record), "A")


def set_status(record: str, fields: dict[str, Any], letter: str) -> None:
    """Write a status in all its spellings: letter, text and `statusref`."""
    known = statuses(record)
    if known is None or letter not in known:
        return
    text, ref = known[letter]
    shown = STATUS_FIELD.get(record)
    if shown:
        fields[shown] = letter
    fields["_status"] = letter
    fields["status"] = text
    fields["statusref"] = ref
