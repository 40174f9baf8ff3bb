"""Fixed lists of the account: options of selects without a record type, prefixes of numbers."""

from __future__ import annotations

from collections.abc import Mapping

from generator.catalog.options import APPROVAL

# Options of selects that refer to no record type, by field id.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "approvalstatus": APPROVAL,
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

# Prefix of the numbers that transactions and cases get; 1001 is the first. Vendor documents carry
# the vendor's reference instead. Prefixes are the account's own choice.
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
    "supportcase": "",
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
