"""
What happens at Acme: the customers, the orders and the bills of the demo, good and bad.

Everything is made from one seed, so that two runs tell the same story.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulator.demo.outside import Parcel

Json = dict[str, Any]

ORDERS, CUSTOMERS = "shop-orders", "shop-customers"
LATE_SKU = "TEA-WINTER"

_NAMES = (
    ("Amélie", "Okafor"),
    ("Bjørn", "Sæther"),
    ("Chloe", "Novak"),
    ("Dai", "Llywelyn"),
    ("Élodie", "Garnier"),
    ("Farid", "Haddad"),
    ("Greta", "Weiß"),
    ("Hana", "Kowalczyk"),
    ("Iñaki", "Etxeberria"),
    ("Jun", "Mori"),
    ("Kemi", "Adebayo"),
    ("Luísa", "Gonçalves"),
)
_GOODS = (
    ("TEA-001", "Black tea, 250 g", 1190),
    ("TEA-002", "Green  tea, 250 g", 1290),
    ("MUG-BLUE", "Blue mug", 1400),
)
_TOWNS = (("Portland", "ME", "04101"), ("Austin", "TX", "78701"), ("Seattle", "WA", "98101"))


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop has it, and what it comes to."""

    id: int
    document: Json
    total: Decimal

    @property
    def key(self) -> str:
        """Its external id in the account."""
        return f"SHOP-{self.id}"

    def parcel(self, **changes: Any) -> Parcel:
        """The order as it is posted."""
        return _parcel(ORDERS, f"order {self.document['name']}", self.document, self.key, **changes)


class Shop:
    """The shop's books: customers, orders, and the mistakes that its software makes."""

    def __init__(self) -> None:
        self._random = random.Random(20261124)  # noqa: S311 - a story, not a secret
        self._next = 5500

    def orders(self, count: int) -> list[Order]:
        """Good, paid orders of all customers in turn."""
        return [self.order(index % len(_NAMES)) for index in range(count)]

    def order(self, customer: int, sku: str | None = None, **changes: Any) -> Order:
        """One order; `changes` replace members of its document."""
        self._next += 1
        number = self._next
        lines, cents = [], 0
        for index in range(self._random.randint(1, 4)):
            code, title, price = self._random.choice(_GOODS)
            quantity = self._random.randint(1, 3)
            cents += price * quantity
            lines.append(_line(number * 10 + index, code.lower(), title, quantity, price))
        if self._random.random() < 0.25:
            parts = [{"sku": code, "title": title} for code, title, _ in _GOODS[::2]]
            cents += 2499
            bundle = _line(number * 10 + 9, "BUNDLE-1", "Starter set", 1, 2499)
            lines.append({**bundle, "components": parts})
        if sku:
            cents += 990
            lines.append(_line(number * 10 + 8, sku, sku.title(), 1, 990))
        person = _person(customer)
        town, state, code = _TOWNS[customer % len(_TOWNS)]
        freight = self._random.choice((0, 450, 750))
        document: Json = {
            "id": number,
            "name": f"#{number - 4500}",
            "financial_status": self._random.choice(("paid", "paid", "partially_refunded")),
            "test": False,
            "created_at": f"2026-11-{self._random.randint(10, 23)}T22:14:05-05:00",
            "currency": "USD",
            "gateway": "stripe",
            "customer": person,
            "note_attributes": [{"name": "gift", "value": self._random.choice(("yes", "no"))}],
            "shipping_lines": [
                {"code": self._random.choice(("standard", "express")), "price": _money(freight)}
            ],
            "line_items": lines,
            "shipping_address": {
                "first_name": person["first_name"],
                "last_name": person["last_name"],
                "address1": f"{customer + 3} Harbor Street",
                "city": town,
                "province_code": state,
                "country_code": "US",
                "zip": code,
                "phone": f"(207) 555-01{customer + 10}",
            },
            **changes,
        }
        return Order(number, document, Decimal(cents + freight) / 100)

    def mistakes(self) -> list[Parcel]:
        """What goes wrong between a shop and NetSuite, each once."""
        good = self.order(0)
        unsigned = good.parcel(signed=False, expect="refused", note="signed with another secret")
        no_json = Parcel(
            ORDERS, "order cut short", json.dumps(good.document).encode()[:-40], "refused",
            note="the shop's connection broke in the middle",
        )  # fmt: skip
        huge = Parcel(
            ORDERS, "order of 400 KB", json.dumps({"id": 1, "note": "x" * 400_000}).encode(),
            "refused", note="larger than the agent takes",
        )  # fmt: skip
        elsewhere = Parcel(
            "shop-refunds", "refund #1", b'{"id": 1}', "refused", note="no flow has this name"
        )
        unpaid = self.order(1, financial_status="pending")
        test = self.order(2, test=True)
        unknown = self.order(3, sku="TEA-999")
        drone = self.order(4, shipping_lines=[{"code": "drone", "price": "99.00"}])
        free_text = self.order(5)
        free_text.document["line_items"][0]["price"] = "eleven"
        no_sku = self.order(6)
        no_sku.document["line_items"][0]["sku"] = ""
        odd_money = self.order(7, currency="XTS")
        return [
            unsigned,
            no_json,
            huge,
            elsewhere,
            unpaid.parcel(expect="skipped", note="not paid yet"),
            test.parcel(expect="skipped", note="the shop's own test order"),
            unknown.parcel(expect="held", note="an item that NetSuite does not have"),
            drone.parcel(expect="held", note="a way to ship that the map does not know"),
            free_text.parcel(expect="held", note="a price in words"),
            no_sku.parcel(expect="held", note="a line without an item"),
            odd_money.parcel(expect="held", note="a currency that NetSuite does not have"),
            self.customer(
                9, email="no address at all", expect="held", note="NetSuite itself says no"
            ),
        ]

    def customers(self, **changes: Any) -> list[Parcel]:
        """The shop's news about each of its customers."""
        return [self.customer(number, **changes) for number in range(len(_NAMES))]

    def customer(
        self, number: int, phone: str | None = None, email: str | None = None, **changes: Any
    ) -> Parcel:
        """The shop's news about one customer."""
        person = _person(number)
        town, state, code = _TOWNS[number % len(_TOWNS)]
        document = {
            **person,
            "email": email or person["email"],
            "phone": phone or f"(207) 555-01{number + 10}",
            "note": "",
            "addresses": [
                {
                    "id": 88000 + number,
                    "default": True,
                    "first_name": person["first_name"],
                    "last_name": person["last_name"],
                    "address1": f"{number + 3} Harbor Street",
                    "city": town,
                    "province_code": state,
                    "country_code": "US",
                    "zip": code,
                }
            ],
        }
        label = f"customer {person['first_name']} {person['last_name']}"
        return _parcel(CUSTOMERS, label, document, f"SHOPC-{person['id']}", **changes)


@dataclass(frozen=True, slots=True)
class Bill:
    """A vendor bill as the purchasing system has it. `expect` as for parcels."""

    number: str
    vendor: str
    company: str
    lines: tuple[tuple[str, int, str, str], ...]
    status: str = "APPROVED"
    expect: str = "record"

    @property
    def key(self) -> str:
        """Its external id in the account."""
        return f"COUPA-{self.number}"

    @property
    def total(self) -> Decimal:
        """What the bill comes to."""
        return Decimal(sum(cents for _, cents, _, _ in self.lines)) / 100


BILLS = (
    Bill("B-2001", "V-2001", "1000", (("6300", 125050, "CC-10", "Büromöbel, 4 Stühle"), ("6310", 9999, "CC-20", "Lieferung   frei Haus"))),
    Bill("B-2002", "V-2002", "2000", (("6300", 48000, "CC-10", "Café pour l'équipe"),)),
    Bill("B-2003", "V-2001", "1000", (("6300", 1250, "CC-10", "Papier"), ("6300", 1250, "CC-20", "Papier"), ("6310", 490, "CC-20", "Fracht"))),
    Bill("B-2004", "V-2002", "2000", (("6310", 123456789, "CC-20", "Conteneur; payé d'avance"),)),
    Bill("B-2005", "V-2002", "2000", (("6300", 1200, "CC-10", "Doublon"),), status="REJECTED", expect="skipped"),
    Bill("B-2006", "V-2999", "2000", (("6300", 5000, "CC-10", "Fournisseur inconnu"),), expect="held"),
)  # fmt: skip

_HEADER = "bill_no;status;vendor_no;company_code;invoice_no;invoice_date;due_date;currency;tags;gl_account;net_amount;cost_center;tax_code;text"


def bills_csv() -> bytes:
    """The bills as the purchasing system writes them; rows of one bill do not stand together."""
    rows = [(bill, line) for bill in BILLS for line in bill.lines]
    rows.sort(key=lambda row: row[1][3])
    return _csv([_row(bill, line) for bill, line in rows])


def broken_csv() -> bytes:
    """A file that was cut off, edited by hand and saved in another encoding by turns."""
    good = [_row(bill, line) for bill in BILLS[:2] for line in bill.lines]
    return (
        _csv([good[0], "B-2901;APPROVED;V-2001", good[1]])
        + b"B-2902;APPROVED;\x81;"
        + b";" * 11
        + b"\r\n"
    )


def _csv(rows: list[str]) -> bytes:
    return "".join(f"{row}\r\n" for row in [_HEADER, *rows]).encode("cp1252")


def _row(bill: Bill, line: tuple[str, int, str, str]) -> str:
    account, cents, center, text = line
    quoted = f'"{text}"' if ";" in text else text
    grouped = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
    return ";".join(
        (bill.number, bill.status, bill.vendor, bill.company, f"RE-{bill.number}", "03.11.2026",
         "03.12.2026", "EUR", "urgent" if cents > 100000 else "", account, grouped, center, "V1", quoted)
    )  # fmt: skip


def _parcel(flow: str, label: str, document: Json, key: str, **changes: Any) -> Parcel:
    body = json.dumps(document, ensure_ascii=False).encode()
    return Parcel(flow, label, body, key=key, **changes)


def _person(number: int) -> Json:
    first, last = _NAMES[number]
    return {
        "id": 701 + number,
        "first_name": first,
        "last_name": last,
        "email": f"customer{number + 1}@Example.COM",
    }


def _line(number: int, sku: str, title: str, quantity: int, cents: int) -> Json:
    return {"id": number, "sku": sku, "title": title, "quantity": quantity, "price": _money(cents)}


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
