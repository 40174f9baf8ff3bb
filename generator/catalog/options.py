"""
Fixed lists: select fields whose values and texts are the same in every account.

Source of the letters of transactions: what connectors list for searches (seen); those of deposits,
opportunities, requisitions, expense reports, counts and prepayments are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping

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

# Types whose statuses are another's.
LIKE: Mapping[str, str] = {
    "intercompanytransferorder": "transferorder",
    "intercompanyjournalentry": "journalentry",
    "advintercompanyjournalentry": "journalentry",
    "statisticaljournalentry": "journalentry",
}

APPROVAL: Mapping[str, str] = {"1": "Pending Approval", "2": "Approved", "3": "Rejected"}
# Other types have lists of their own under the name: those of time entries are others.
_APPROVED = frozenset(
    {"invoice", "purchaseorder", "vendorbill", "journalentry", "intercompanyjournalentry"}
    | {"advintercompanyjournalentry"}
)

# Options of a field that are those of its record type.
RECORD_OPTIONS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("task", "status"): {
        "NOTSTART": "Not Started",
        "PROGRESS": "In Progress",
        "COMPLETE": "Completed",
    },
    ("task", "priority"): {"HIGH": "High", "MEDIUM": "Medium", "LOW": "Low"},
    ("phonecall", "status"): {"SCHEDULED": "Scheduled", "COMPLETE": "Completed"},
    ("phonecall", "priority"): {"HIGH": "High", "MEDIUM": "Medium", "LOW": "Low"},
    ("calendarevent", "status"): {
        "CONFIRMED": "Confirmed",
        "TENTATIVE": "Tentative",
        "CANCELLED": "Cancelled",
    },
}


def statuses(record: str) -> Mapping[str, tuple[str, str]] | None:
    """The statuses of a transaction type by letter, None where it has none."""
    return STATUSES.get(LIKE.get(record, record))


def fixed(record: str, field: str) -> Mapping[str, str] | None:
    """The texts of a field's values, None where the field has no fixed list that is documented or seen."""
    if field == STATUS_FIELD.get(record):
        return {letter: text for letter, (text, _) in (statuses(record) or {}).items()}
    if field == "approvalstatus" and record in _APPROVED:
        return APPROVAL
    return RECORD_OPTIONS.get((record, field))
