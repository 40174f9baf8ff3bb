"""
A small account whose every figure is known by heart: the ground of the SuiteQL and N/query suites.

    customers  9001 Q-ALPHA (Oakland)  9002 Q-BETA  9003 Q-GAMMA (inactive)  9004 Dora Delta (a person)
    vendor     9011 Q-VEND             employee 9021 Q-EMP
    items      9101 Q-APPLE 10.00 (stock, 25 at location 1, sold to account 4000)  9102 Q-BREAD 5.00  9103 Q-CARE 120.00
    orders     9201 Q-SO1 Alpha 15 Jan 3 apples 2 breads = 40    9202 Q-SO2 Beta 10 Feb 1 apple = 10
               9203 Q-SO3 Alpha 20 Feb 4 breads = 20
    invoice    9204 of Q-SO1, 20 Jan: 3 apples 2 breads = 40     payment 9208 of 15 on it
    bill       9205 Q-BILL1 1 Mar, 80 of account 6000            journal 9206 Q-JE1 31 Mar, 50 from 1000 to 6100
    notes      customrecord_q_note 1 to 3, customlist_q_color Red, Green
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lab import Lab

from emulator.account.installed import Package, RecordSettings
from emulator.account.roles import Access

RECORD = """<customrecordtype scriptid="customrecord_q_note"><recordname>Q Note</recordname>
<accesstype>NONENEEDED</accesstype><customrecordcustomfields>
<customrecordcustomfield scriptid="custrecord_q_text"><label>Text</label><fieldtype>TEXT</fieldtype></customrecordcustomfield>
<customrecordcustomfield scriptid="custrecord_q_number"><label>Number</label><fieldtype>FLOAT</fieldtype></customrecordcustomfield>
<customrecordcustomfield scriptid="custrecord_q_day"><label>Day</label><fieldtype>DATE</fieldtype></customrecordcustomfield>
<customrecordcustomfield scriptid="custrecord_q_done"><label>Done</label><fieldtype>CHECKBOX</fieldtype></customrecordcustomfield>
<customrecordcustomfield scriptid="custrecord_q_customer"><label>Customer</label><fieldtype>SELECT</fieldtype><selectrecordtype>-2</selectrecordtype></customrecordcustomfield>
<customrecordcustomfield scriptid="custrecord_q_color"><label>Color</label><fieldtype>SELECT</fieldtype><selectrecordtype>[scriptid=customlist_q_color]</selectrecordtype></customrecordcustomfield>
<customrecordcustomfield scriptid="custrecord_q_items"><label>Items</label><fieldtype>MULTISELECT</fieldtype><selectrecordtype>-10</selectrecordtype></customrecordcustomfield>
</customrecordcustomfields></customrecordtype>"""
LIST = """<customlist scriptid="customlist_q_color"><name>Q Color</name><customvalues>
<customvalue scriptid="red"><value>Red</value></customvalue>
<customvalue scriptid="green"><value>Green</value></customvalue></customvalues></customlist>"""
OAKLAND = {
    "country": "US",
    "addressee": "Alpha Foods",
    "addr1": "1 Pier Road",
    "city": "Oakland",
    "state": "CA",
    "zip": "94607",
}


def prepare(lab: Lab) -> None:
    """Deploy the custom objects and seed the records."""
    lab.account.install(
        Package(
            "ground",
            objects=(
                ("customrecordtype", "customrecord_q_note", RECORD),
                ("customlist", "customlist_q_color", LIST),
            ),
            records={"customrecord_q_note": RecordSettings(Access("NONENEEDED"))},
            lists={"customlist_q_color": (("red", "Red", False), ("green", "Green", False))},
        )
    )
    lab.account.seed(_records())


def _account(number: str) -> dict[str, str]:
    return {"ref": "account", "by": "acctnumber", "value": number}


def _records() -> Iterator[dict[str, Any]]:
    yield from _entities()
    for number, kind, name, price in (
        (9101, "inventoryitem", "Q-APPLE", 10),
        (9102, "noninventorysaleitem", "Q-BREAD", 5),
        (9103, "servicesaleitem", "Q-CARE", 120),
    ):
        yield {
            "type": kind,
            "id": number,
            "fields": {
                "itemid": name,
                "displayname": name.removeprefix("Q-").title(),
                **({"incomeaccount": _account("4000")} if number == 9101 else {}),
            },
            "sublists": {"price": [{"pricelevel": "1", "price_1_": price}]},
        }
    for number, name, entity, day, lines in (
        (9201, "Q-SO1", "9001", "2026-01-15", ((9101, 3, 10), (9102, 2, 5))),
        (9202, "Q-SO2", "9002", "2026-02-10", ((9101, 1, 10),)),
        (9203, "Q-SO3", "9001", "2026-02-20", ((9102, 4, 5),)),
    ):
        yield {
            "type": "salesorder",
            "id": number,
            "fields": {
                "tranid": name,
                "entity": entity,
                "trandate": day,
                "orderstatus": "B",
                "externalid": f"EXT-{name}",
                **({"memo": "first order"} if number == 9201 else {}),
            },
            "sublists": {
                "item": [
                    {"item": str(item), "quantity": quantity, "rate": rate, "location": "1"}
                    for item, quantity, rate in lines
                ]
            },
        }
    yield {
        "type": "invoice",
        "id": 9204,
        "fields": {
            "tranid": "Q-INV1",
            "entity": "9001",
            "trandate": "2026-01-20",
            "createdfrom": "9201",
            "location": "1",
        },
        "sublists": {
            "item": [
                {"item": "9101", "quantity": 3, "rate": 10, "orderline": "1", "location": "1"},
                {"item": "9102", "quantity": 2, "rate": 5, "orderline": "2", "location": "1"},
            ]
        },
    }
    yield {
        "type": "vendorbill",
        "id": 9205,
        "fields": {"tranid": "Q-BILL1", "entity": "9011", "trandate": "2026-03-01"},
        "sublists": {"expense": [{"account": _account("6000"), "amount": 80, "memo": "pens"}]},
    }
    yield {
        "type": "journalentry",
        "id": 9206,
        "fields": {"tranid": "Q-JE1", "trandate": "2026-03-31", "subsidiary": "1"},
        "sublists": {
            "line": [
                {"account": _account("6100"), "debit": 50},
                {"account": _account("1000"), "credit": 50},
            ]
        },
    }
    yield {
        "type": "inventoryadjustment",
        "id": 9207,
        "fields": {
            "tranid": "Q-IA1",
            "trandate": "2026-01-02",
            "subsidiary": "1",
            "account": _account("5100"),
        },
        "sublists": {"inventory": [{"item": "9101", "location": "1", "adjustqtyby": 25}]},
    }
    yield {
        "type": "customerpayment",
        "id": 9208,
        "fields": {"tranid": "Q-PAY1", "customer": "9001", "trandate": "2026-02-01", "payment": 15},
        "sublists": {"apply": [{"internalid": "9204", "doc": "9204", "apply": True, "amount": 15}]},
    }
    for number, text, amount, day, done, customer, color, items in (
        (1, "alpha note", 1.5, "2026-01-05", True, "9001", "1", ["9101", "9102"]),
        (2, "beta note", 2.5, "2026-02-06", False, "9002", "2", ["9102"]),
        (3, "no customer", 4, "2026-03-07", True, None, None, []),
    ):
        fields = {
            "name": f"N{number}",
            "externalid": f"NOTE-{number}",
            "custrecord_q_text": text,
            "custrecord_q_number": amount,
            "custrecord_q_day": day,
            "custrecord_q_done": done,
            "custrecord_q_customer": customer,
            "custrecord_q_color": color,
            "custrecord_q_items": items,
        }
        yield {
            "type": "customrecord_q_note",
            "id": number,
            "fields": {name: value for name, value in fields.items() if value not in (None, [])},
        }


def _entities() -> Iterator[dict[str, Any]]:
    yield {
        "type": "customer",
        "id": 9001,
        "fields": {
            "entityid": "Q-ALPHA",
            "companyname": "Alpha Foods",
            "subsidiary": "1",
            "email": "alpha@example.com",
            "externalid": "CRM-1",
        },
        "sublists": {
            "addressbook": [
                {
                    "fields": {"defaultshipping": True, "label": "Pier"},
                    "subrecords": {"addressbookaddress": {"fields": OAKLAND}},
                }
            ]
        },
    }
    for number, entityid, name, more in (
        (9002, "Q-BETA", "Beta Books", {"email": "beta@example.com"}),
        (9003, "Q-GAMMA", "Gamma Garden", {"isinactive": True}),
    ):
        yield {
            "type": "customer",
            "id": number,
            "fields": {"entityid": entityid, "companyname": name, "subsidiary": "1", **more},
        }
    yield {
        "type": "customer",
        "id": 9004,
        "fields": {
            "entityid": "Q-DELTA",
            "isperson": True,
            "firstname": "Dora",
            "lastname": "Delta",
            "subsidiary": "1",
        },
    }
    yield {
        "type": "vendor",
        "id": 9011,
        "fields": {"entityid": "Q-VEND", "companyname": "Quick Vendor", "subsidiary": "1"},
    }
    yield {
        "type": "employee",
        "id": 9021,
        "fields": {"entityid": "Q-EMP", "lastname": "Emp", "subsidiary": "1"},
    }
