"""
The starter account: what a fresh account with OneWorld, several currencies and a warehouse holds.

Projects add their own records through `seed`. Internal ids of the first entries are fixed, because
people look for them: subsidiary 1, currency 1, the users below.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.account import starter_business

if TYPE_CHECKING:
    from emulator.account.account import LocalAccount

# Users are employees.
ADMIN_USER = 6
# Who opened the account: scripts send mail as employee -5 (seen in ten public repositories).
OWNER_USER = -5
CLERK_USER = 7
INTEGRATION_USER = 8

Seed = dict[str, Any]

_CURRENCIES = (
    ("US Dollar", "USD", 1, 2),
    ("British Pound", "GBP", 1.27, 2),
    ("Canadian Dollar", "CAD", 0.73, 2),
    ("Euro", "EUR", 1.08, 2),
    ("Japanese Yen", "JPY", 0.0067, 0),
    ("Swiss Franc", "CHF", 1.12, 2),
    ("Australian Dollar", "AUD", 0.66, 2),
    ("Mexican Peso", "MXN", 0.055, 2),
)
_SUBSIDIARIES = (
    ("Parent Company", None, "1", "US"),
    ("United States", "1", "1", "US"),
    ("Germany", "1", "4", "DE"),
    ("France", "1", "4", "FR"),
    ("United Kingdom", "1", "2", "GB"),
)
_ACCOUNTS = (
    ("1000", "Checking", "Bank"),
    ("1100", "Accounts Receivable", "AcctRec"),
    ("1200", "Inventory Asset", "OthCurrAsset"),
    ("1300", "Undeposited Funds", "OthCurrAsset"),
    ("1500", "Furniture and Equipment", "FixedAsset"),
    ("2000", "Accounts Payable", "AcctPay"),
    ("2100", "Sales Taxes Payable", "OthCurrLiab"),
    ("2200", "Inventory Received Not Billed", "OthCurrLiab"),
    ("3000", "Retained Earnings", "Equity"),
    ("4000", "Sales", "Income"),
    ("4100", "Shipping and Handling Income", "Income"),
    ("4900", "Sales Discounts", "Income"),
    ("5000", "Cost of Goods Sold", "COGS"),
    ("5100", "Inventory Adjustments", "COGS"),
    ("5120", "Scrap", "COGS"),
    ("5200", "Freight In", "COGS"),
    ("6000", "Office Supplies", "Expense"),
    ("6100", "Rent", "Expense"),
    ("6200", "Travel", "Expense"),
    ("6300", "Telephone and Internet", "Expense"),
    ("6400", "Advertising", "Expense"),
    ("6500", "Professional Fees", "Expense"),
    ("6600", "Software", "Expense"),
    ("7000", "Interest Expense", "OthExpense"),
)
_SHIP_ITEMS = (
    "UPS Ground",
    "UPS 2nd Day Air",
    "UPS Next Day Air",
    "FedEx Ground",
    "FedEx 2Day",
    "USPS Priority Mail",
    "DHL Express",
    "Truck",
    "Will Call",
)
_TAXES = (("VAT-20", 20), ("VAT-19", 19), ("VAT-10", 10), ("VAT-7", 7), ("CA Sales Tax", 7.25))
_TERMS = (
    ("Due on receipt", 0),
    ("Net 15", 15),
    ("Net 30", 30),
    ("Net 60", 60),
    ("Net 90", 90),
)


def fill(account: LocalAccount) -> None:
    """Seed the starter records."""
    account.seed(records())


def records() -> Iterator[Seed]:
    """All starter records, each after what it refers to."""
    yield from _lists()
    yield from _accounting()
    yield from _people()
    yield from _items()
    yield from starter_business.records()


def _named(record: str, *names: str, **fields: Any) -> Iterator[Seed]:
    for name in names:
        yield {"type": record, "fields": {"name": name, **fields}}


def _lists() -> Iterator[Seed]:
    for name, symbol, rate, digits in _CURRENCIES:
        yield {
            "type": "currency",
            "fields": {
                "name": name,
                "symbol": symbol,
                "exchangerate": rate,
                "currencyprecision": digits,
                "isbasecurrency": symbol == "USD",
            },
        }
    for name, parent, currency, country in _SUBSIDIARIES:
        yield {
            "type": "subsidiary",
            "fields": {"name": name, "parent": parent, "currency": currency, "country": country},
        }
    yield from _named("location", "Main Warehouse", "Second Warehouse", subsidiary="1")
    yield from _named("location", "US Warehouse", subsidiary="2")
    yield from _named("location", "Berlin Warehouse", subsidiary="3")
    yield from _named("location", "Paris Warehouse", subsidiary="4")
    yield from _named("location", "London Warehouse", subsidiary="5")
    yield from _named("department", "Sales", "Operations", "Finance", "Engineering")
    yield from _named("classification", "Retail", "Wholesale", "Online")
    yield from _named("pricelevel", "Base Price", "Alternate Price 1", "Online Price")
    yield from _named("customercategory", "Retail", "Software", "Wholesale")
    yield from _named("vendorcategory", "Supplier", "Contractor", "Tax agency")
    yield from _named("paymentmethod", "Cash", "Check", "Visa", "Master Card", "Bank transfer")
    yield {
        "type": "unitstype",
        "fields": {"name": "Count"},
        "sublists": {
            "uom": [
                {"unitname": "Each", "abbreviation": "ea", "conversionrate": 1, "baseunit": True},
                {"unitname": "Dozen", "abbreviation": "dz", "conversionrate": 12},
            ]
        },
    }
    yield {
        "type": "unitstype",
        "fields": {"name": "Weight"},
        "sublists": {
            "uom": [
                {
                    "unitname": "Kilogram",
                    "abbreviation": "kg",
                    "conversionrate": 1,
                    "baseunit": True,
                },
                {"unitname": "Gram", "abbreviation": "g", "conversionrate": 0.001},
            ]
        },
    }
    for name in _SHIP_ITEMS:
        yield {"type": "shipitem", "fields": {"itemid": name, "carrier": "nonups"}}


def _accounting() -> Iterator[Seed]:
    for number, name, kind in _ACCOUNTS:
        yield {
            "type": "account",
            "fields": {"acctnumber": number, "acctname": name, "accttype": kind},
        }
    yield {"type": "salestaxitem", "id": -8, "fields": {"itemid": "-Not Taxable-", "rate": 0}}
    for name, rate in _TAXES:
        yield {"type": "salestaxitem", "fields": {"itemid": name, "rate": rate}}
    for name, days in _TERMS:
        yield {"type": "term", "fields": {"name": name, "daysuntilnetdue": days}}
    for year in (2025, 2026, 2027):
        for month in range(1, 13):
            last = calendar.monthrange(year, month)[1]
            yield {
                "type": "accountingperiod",
                "fields": {
                    "periodname": f"{calendar.month_abbr[month]} {year}",
                    "startdate": f"{year}-{month:02}-01",
                    "enddate": f"{year}-{month:02}-{last}",
                },
            }


def _people() -> Iterator[Seed]:
    for number, name, email in (
        (OWNER_USER, "Owner", "owner@example.com"),
        (ADMIN_USER, "Administrator", "administrator@example.com"),
        (CLERK_USER, "Clerk", "clerk@example.com"),
        (INTEGRATION_USER, "Integration", "integration@example.com"),
    ):
        yield {
            "type": "employee",
            "id": number,
            "fields": {
                "entityid": name,
                "lastname": name,
                "email": email,
                "subsidiary": "1",
                "department": "2",
                "location": "1",
            },
        }
    yield {
        "type": "customer",
        "fields": {
            "companyname": "Harbour Stores",
            "subsidiary": "1",
            "email": "orders@harbour.example.com",
            "terms": "3",
        },
        "sublists": {
            "addressbook": [
                {
                    "fields": {"defaultshipping": True, "defaultbilling": True, "label": "Office"},
                    "subrecords": {"addressbookaddress": {"fields": _ADDRESS}},
                }
            ]
        },
    }
    yield {
        "type": "customer",
        "fields": {"companyname": "Bergische Handels GmbH", "subsidiary": "3", "currency": "4"},
    }
    yield {
        "type": "vendor",
        "fields": {"companyname": "Northern Parts", "subsidiary": "1", "terms": "3"},
    }
    yield {
        "type": "vendor",
        "fields": {"companyname": "Papeterie du Nord", "subsidiary": "4", "currency": "4"},
    }


_ADDRESS = {
    "country": "US",
    "addressee": "Harbour Stores",
    "addr1": "1 Harbour Street",
    "city": "Oakland",
    "state": "CA",
    "zip": "94607",
}


def _items() -> Iterator[Seed]:
    def item(kind: str, name: str, price: float | None = None, **fields: Any) -> Seed:
        seed: Seed = {"type": kind, "fields": {"itemid": name, **fields}}
        if price is not None:
            seed["sublists"] = {"price": [{"pricelevel": "1", "price_1_": price}]}
        return seed

    yield item("inventoryitem", "SAMPLE-STOCK", 25, cost=14, salesdescription="Stocked item")
    yield item("lotnumberedinventoryitem", "SAMPLE-LOT", 12.5, cost=7)
    yield item("serializedinventoryitem", "SAMPLE-SERIAL", 480, cost=300)
    yield item("noninventorysaleitem", "SAMPLE-NONSTOCK", 9.99)
    yield item("noninventoryresaleitem", "SAMPLE-RESALE", 19.99, cost=11)
    yield item("noninventorypurchaseitem", "SAMPLE-SUPPLY", cost=4)
    yield item("servicesaleitem", "SAMPLE-SERVICE", 120)
    yield item("otherchargesaleitem", "SAMPLE-CHARGE", 15)
    yield item("assemblyitem", "SAMPLE-ASSEMBLY", 75)
    yield {
        "type": "kititem",
        "fields": {"itemid": "SAMPLE-KIT"},
        "sublists": {"member": [{"item": _item("SAMPLE-STOCK"), "quantity": 2}]},
    }
    yield {
        "type": "itemgroup",
        "fields": {"itemid": "SAMPLE-GROUP"},
        "sublists": {"member": [{"item": _item("SAMPLE-STOCK"), "quantity": 1}]},
    }
    account = {"ref": "account", "by": "acctnumber", "value": "4900"}
    yield item("discountitem", "SAMPLE-DISCOUNT", rate=-10, account=account)
    yield item("descriptionitem", "SAMPLE-TEXT")
    yield item("subtotalitem", "Subtotal")


def _item(name: str) -> Seed:
    return {"ref": "item", "by": "itemid", "value": name}
