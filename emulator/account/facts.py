"""
Fixed lists of the account: statuses, options of selects without a record type, numbers.

Source of the statuses and their letters: what connectors list for searches (seen).
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
    "invoice": {"A": ("Open", "open"), "B": ("Paid In Full", "paidInFull")},
    "vendorbill": {
        "A": ("Open", "open"),
        "B": ("Paid In Full", "paidInFull"),
        "D": ("Pending Approval", "pendingApproval"),
    },
    "creditmemo": {"A": ("Open", "open"), "B": ("Fully Applied", "fullyApplied")},
    "journalentry": {
        "A": ("Pending Approval", "pendingApproval"),
        "B": ("Approved for Posting", "approved"),
    },
    "cashsale": {"C": ("Deposited", "deposited"), "B": ("Not Deposited", "notDeposited")},
    "customerpayment": {"B": ("Not Deposited", "notDeposited"), "C": ("Deposited", "deposited")},
}

# The field that shows a status as its letter, where a record type has one.
STATUS_FIELD: Mapping[str, str] = {
    "salesorder": "orderstatus",
    "transferorder": "orderstatus",
    "returnauthorization": "orderstatus",
    "workorder": "orderstatus",
    "itemfulfillment": "shipstatus",
}

_APPROVAL = {"1": "Pending Approval", "2": "Approved", "3": "Rejected"}

# Options of selects that refer to no record type, by field id.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "approvalstatus": _APPROVAL,
    "shipcarrier": {"nonups": "More/Other", "ups": "UPS", "fedexusps": "FedEx/USPS"},
    "weightunit": {"1": "lb", "2": "oz", "3": "kg", "4": "g"},
    "costingmethod": {
        "AVG": "Average",
        "FIFO": "FIFO",
        "LIFO": "LIFO",
        "STANDARD": "Standard",
        "LOTNUMBERED": "Lot Numbered",
        "SPECIFIC": "Specific",
    },
    "taxschedule": {"1": "Taxable", "2": "Non-Taxable"},
    "emailpreference": {"DEFAULT": "Default", "HTML": "HTML", "PDF": "PDF"},
    "globalsubscriptionstatus": {
        "1": "Soft Opt-In",
        "2": "Soft Opt-Out",
        "3": "Confirmed Opt-In",
        "4": "Confirmed Opt-Out",
    },
    "entitystatus": {
        "6": "LEAD-Unqualified",
        "7": "LEAD-Qualified",
        "8": "PROSPECT-In Discussion",
        "13": "CUSTOMER-Closed Won",
        "15": "CUSTOMER-Renewal",
    },
}

ACCOUNT_TYPES: Mapping[str, str] = {
    "AcctPay": "Accounts Payable",
    "AcctRec": "Accounts Receivable",
    "Bank": "Bank",
    "COGS": "Cost of Goods Sold",
    "CredCard": "Credit Card",
    "DeferExpense": "Deferred Expense",
    "DeferRevenue": "Deferred Revenue",
    "Equity": "Equity",
    "Expense": "Expense",
    "FixedAsset": "Fixed Asset",
    "Income": "Income",
    "LongTermLiab": "Long Term Liability",
    "NonPosting": "Non Posting",
    "OthAsset": "Other Asset",
    "OthCurrAsset": "Other Current Asset",
    "OthCurrLiab": "Other Current Liability",
    "OthExpense": "Other Expense",
    "OthIncome": "Other Income",
    "Stat": "Statistical",
    "UnbilledRec": "Unbilled Receivable",
}

# Prefix of the numbers that transactions get; 1001 is the first. Vendor documents carry the
# vendor's reference instead. Prefixes are the account's own choice.
NUMBERS: Mapping[str, str] = {
    "salesorder": "SO",
    "estimate": "EST",
    "invoice": "INV",
    "cashsale": "CS",
    "creditmemo": "CM",
    "cashrefund": "CR",
    "customerpayment": "PYMT",
    "customerdeposit": "CDEP",
    "returnauthorization": "RMA",
    "itemfulfillment": "IF",
    "itemreceipt": "IR",
    "purchaseorder": "PO",
    "vendorpayment": "BP",
    "vendorreturnauthorization": "VRMA",
    "journalentry": "JE",
    "inventoryadjustment": "IA",
    "inventorytransfer": "IT",
    "transferorder": "TO",
    "workorder": "WO",
    "check": "CHK",
    "intercompanyjournalentry": "JE",
    "blanketpurchaseorder": "BPO",
    "opportunity": "OPP",
}

ENTITY_NUMBERS: Mapping[str, str] = {
    "job": "PROJ",
    "customer": "CUST",
    "lead": "CUST",
    "prospect": "CUST",
    "vendor": "VEND",
    "employee": "EMP",
    "partner": "PART",
    "contact": "CONT",
}
