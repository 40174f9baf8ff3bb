"""
What a trading company has besides the first records of a starter account.

Accounts of every type, a closed period, bins, people and items of every kind. All of it comes after
the first records, so that their internal ids stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Seed = dict[str, Any]

_ACCOUNTS = (
    ("1150", "Unbilled Receivable", "UnbilledRec"),
    ("1600", "Other Assets", "OthAsset"),
    ("1700", "Prepaid Expenses", "DeferExpense"),
    ("2050", "Credit Card", "CredCard"),
    ("2300", "Customer Deposits", "OthCurrLiab"),
    ("2400", "Deferred Revenue", "DeferRevenue"),
    ("2500", "Bank Loan", "LongTermLiab"),
    ("4200", "Interest Income", "OthIncome"),
    ("6700", "Meals and Entertainment", "Expense"),
    ("9000", "Sales Orders", "NonPosting"),
    ("9100", "Headcount", "Stat"),
)
_STATUSES = (
    (6, "Unqualified", "LEAD", 0),
    (7, "Qualified", "LEAD", 10),
    (8, "In Discussion", "PROSPECT", 50),
    (13, "Closed Won", "CUSTOMER", 100),
    (15, "Renewal", "CUSTOMER", 100),
)


def records() -> Iterator[Seed]:
    """The records, each after what it refers to."""
    yield from _lists()
    yield from _people()
    yield from _items()


def _lists() -> Iterator[Seed]:
    for number, name, kind in _ACCOUNTS:
        yield _seed("account", acctnumber=number, acctname=name, accttype=kind)
    for number_, name, stage, probability in _STATUSES:
        status = _seed("customerstatus", name=name, stage=stage, probability=probability)
        yield {**status, "id": number_}
    yield _seed("pricelevel", name="Trade Price", discountpct=-15)
    for name, account in (("Travel", "6200"), ("Meals", "6700")):
        yield _seed("expensecategory", name=name, expenseacct=_account(account))
    yield _seed("taxtype", name="VAT")
    for country, name in (("US", "United States"), ("DE", "Germany"), ("GB", "United Kingdom")):
        yield _seed("nexus", country=country, description=name)
    yield _seed("contactrole", name="Primary Contact")
    yield _seed("contactrole", name="Decision Maker")
    yield _seed("jobtype", name="Internal")
    yield _seed("jobstatus", name="In Progress")
    for name in ("A-1", "A-2"):
        yield _seed("bin", binnumber=name, location="1")
    yield _seed(
        "accountingperiod",
        periodname="Dec 2024",
        startdate="2024-12-01",
        enddate="2024-12-31",
        closed=True,
    )


def _people() -> Iterator[Seed]:
    yield _seed(
        "employee",
        entityid="Sales Rep",
        firstname="Robin",
        lastname="Rep",
        email="rep@example.com",
        subsidiary="1",
        department="1",
        location="1",
        issalesrep=True,
    )
    yield _seed("partner", companyname="Quay Partners", subsidiary="1")
    harbour = {"ref": "entity", "by": "companyname", "value": "Harbour Stores"}
    yield _seed(
        "contact",
        firstname="Ada",
        lastname="Harbour",
        email="ada@harbour.example.com",
        company=harbour,
        subsidiary="1",
    )
    yield _seed("job", companyname="Shop Refit", parent=harbour, subsidiary="1")
    yield _seed("vendor", companyname="City Tax Office", subsidiary="1", category="3")


def _items() -> Iterator[Seed]:
    account = _account("4000")
    for kind, name in (
        ("servicepurchaseitem", "SAMPLE-CONSULTING"),
        ("serviceresaleitem", "SAMPLE-INSTALLATION"),
        ("otherchargepurchaseitem", "SAMPLE-FREIGHT"),
        ("otherchargeresaleitem", "SAMPLE-PACKING"),
        ("downloaditem", "SAMPLE-DOWNLOAD"),
        ("giftcertificateitem", "SAMPLE-GIFT"),
        ("paymentitem", "SAMPLE-PAYMENT"),
    ):
        yield _seed(kind, itemid=name)
    yield _seed("markupitem", itemid="SAMPLE-MARKUP", rate="5%", account=account)
    yield _seed("discountitem", itemid="SAMPLE-PERCENT", rate="-10%", account=_account("4900"))
    for kind, name in (
        ("assemblyitem", "SAMPLE-BUILD"),
        ("lotnumberedassemblyitem", "SAMPLE-BUILD-LOT"),
        ("serializedassemblyitem", "SAMPLE-BUILD-SERIAL"),
    ):
        stock = {"ref": "item", "by": "itemid", "value": "SAMPLE-STOCK"}
        member = {"fields": {"item": stock, "quantity": 2}}
        yield {**_seed(kind, itemid=name), "sublists": {"member": [member]}}


def _seed(kind: str, **fields: Any) -> Seed:
    return {"type": kind, "fields": fields}


def _account(number: str) -> Seed:
    return {"ref": "account", "by": "acctnumber", "value": number}
