"""
The bill of every example flow against the meter: never exceeded, and at most 1.3 times as much.

Everything that can go badly does: all keys are new, references are created, saves are refused and
looked at again, lines are in full, caches are cold. docs/bill.md keeps the figures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bill_page import Row, keep_flows
from bill_worst import Meter, Refuses, agent, metered

from emulator.account.interference import Undisturbed
from emulator.account.starter import CLERK_USER
from emulator.door.control import Work
from generator.bill import delivery_bill, inbound_bill, user_event_bill
from generator.plan import names

ROOT = Path(__file__).resolve().parents[3]
LINES = 100
US = {"ref": "subsidiary", "by": "externalid", "value": "ACME-US"}
DE = {"ref": "subsidiary", "by": "externalid", "value": "ACME-DE"}
EUR = {"ref": "currency", "by": "symbol", "value": "EUR"}


def acme_seed() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((ROOT / "examples/acme/account.json").read_text())[
        "records"
    ]
    for i in range(25):
        records += [
            {"type": "inventoryitem", "fields": {"itemid": f"S-{i}-{j}", "subsidiary": US}}
            for j in range(LINES)
        ]
    for i in range(12):
        records.append(
            {
                "type": "vendor",
                "fields": {"entityid": f"W-{i}", "companyname": f"W {i}", "isperson": False, "subsidiary": DE, "currency": EUR},
            }
        )  # fmt: skip
        for j in range(LINES):
            records += [
                {"type": "account", "fields": {"acctnumber": f"7{i}-{j}", "acctname": f"A {i} {j}", "accttype": "Expense"}},
                {"type": "department", "fields": {"name": f"D {i} {j}", "custrecord_acme_cc": f"C-{i}-{j}"}},
            ]  # fmt: skip
    for i in range(10):
        records += [
            {
                "type": "lotnumberedinventoryitem",
                "fields": {"itemid": f"L-{i}-{j}", "subsidiary": US},
            }
            for j in range(LINES)
        ]
        records.append({"type": "location", "fields": {"externalid": f"SITE {i}", "name": f"Site {i}", "subsidiary": US}})  # fmt: skip
    return records


def shop_customer(i: int) -> dict[str, Any]:
    return {
        "id": f"c {i}", "first_name": "Ada", "last_name": f"Marlow {i}", "email": f"a{i}@shop.example",
        "phone": "2075550142", "note": "new",
        "addresses": [
            {"id": j, "default": j == 0, "first_name": "Ada", "last_name": "M", "address1": f"{j} Quay Street",
             "city": "Portland", "province_code": "ME", "country_code": "US", "zip": "04101"}
            for j in range(3)
        ],
    }  # fmt: skip


def shop_order(i: int, kind: str = "o") -> dict[str, Any]:
    return {
        "id": f"{kind} {i}", "name": f"#{i}", "financial_status": "paid", "test": False,
        "created_at": "2026-11-20T22:14:05-05:00", "currency": "USD", "gateway": "stripe",
        "customer": {"id": f"n {i}", "first_name": "Ada", "last_name": f"M {i}", "email": f"n{i}@x.example"},
        "shipping_lines": [{"code": "standard", "price": "7.50"}],
        "line_items": [
            {"id": j, "sku": f"s-{i}-{j}", "title": "Tea", "quantity": 1, "price": "2.00"}
            for j in range(LINES)
        ],
    }  # fmt: skip


def stock_adjustment(i: int) -> dict[str, Any]:
    return {
        "adjustment_id": f"a {i}", "adjusted_at": "2026-11-20T23:40:00-06:00", "site": f"SITE {i}",
        "reason": "found", "user": "m",
        "entries": [{"sku": f"L-{i}-{j}", "delta": "3", "unit_cost": "1", "lot": f"N-{i}-{j}"} for j in range(LINES)],
    }  # fmt: skip


def stock_scrapped(i: int, kind: str = "s") -> dict[str, Any]:
    return {
        "adjustment_id": f"{kind} {i}", "adjusted_at": "2026-11-21T23:40:00-06:00", "site": f"SITE {i}",
        "reason": "scrap", "user": "m",
        "entries": [{"sku": f"L-{i}-{j}", "delta": "-1", "lot": f"N-{i}-{j}"} for j in range(LINES)],
    }  # fmt: skip


def vendor_bill(i: int, *, tagged: bool = True) -> dict[str, Any]:
    head = {
        "bill_no": f"{'b' if tagged else 'k'} {i}", "status": "APPROVED", "vendor_no": f"W-{i}", "company_code": "1000",
        "invoice_no": f"R-{tagged}-{i}", "invoice_date": "03.11.2026", "due_date": "03.12.2026", "currency": "EUR",
        "tags": "|".join(f"t{i}-{j}" for j in range(10)) if tagged else "",
    }  # fmt: skip
    rows = [
        {
            **head,
            "gl_account": f"7{i}-{j}",
            "net_amount": "1.50",
            "cost_center": f"C-{i}-{j}",
            "text": "x",
        }
        for j in range(LINES)
    ]
    return {**head, "rows": rows}


def northwind_seed() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = [
        {"type": "customer", "fields": {"externalid": f"NW-k {i}", "companyname": f"K {i}", "isperson": False, "subsidiary": "1"}}
        for i in range(25)
    ]  # fmt: skip
    for i in range(25):
        records += [
            {"type": "noninventorysaleitem", "fields": {"externalid": f"NW-p {i} {j}", "itemid": f"P-{i}-{j}", "subsidiary": ["1"]}}
            for j in range(LINES)
        ]  # fmt: skip
    return records


def nw_customer(i: int) -> dict[str, Any]:
    return {
        "customerID": f"Z {i}", "companyName": f"Company {i}", "contactName": "Zoë", "contactTitle": "Owner",
        "address": "18 rue", "city": "Montréal", "region": "Québec", "postalCode": "H2X 1Y4",
        "country": "Canada", "phone": "(514) 555-0106",
    }  # fmt: skip


def nw_item(i: int) -> dict[str, Any]:
    return {"productID": f"q {i}", "productName": f"Vinegar {i}", "quantityPerUnit": "6", "discontinued": "1"}  # fmt: skip


def nw_order(i: int) -> dict[str, Any]:
    return {
        "orderID": f"o {i}", "customerID": f"k {i}", "orderDate": "2026-02-03", "shipVia": 2, "freight": "3.05",
        "lines": [{"productID": f"p {i} {j}", "unitPrice": "8.05", "quantity": 1, "discount": "0.1"} for j in range(LINES)],
    }  # fmt: skip


def nw_vendor(i: int) -> dict[str, Any]:
    return {**nw_customer(i), "supplierID": f"v {i}", "companyName": f"Vendor {i}"}


DOCUMENTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "shop-customers": shop_customer,
    "shop-orders": shop_order,
    "stock-adjustments": stock_scrapped,
    "vendor-bills": vendor_bill,
    "customers": nw_customer,
    "items": nw_item,
    "orders": nw_order,
    "vendors": nw_vendor,
}


def known_bill(i: int) -> dict[str, Any]:
    """Without tags that are not there: a bill that misses something is looked at every time."""
    return vendor_bill(i, tagged=False)


USUAL = {**DOCUMENTS, "vendor-bills": known_bill}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """What the tests of this file have measured, in their order."""
    return []


@pytest.fixture(scope="module")
def acme() -> Iterator[Meter]:
    with metered(ROOT / "examples/acme", {"TRAN_SALESORDAPPRV": "FULL"}) as meter:
        meter.seed(acme_seed())
        documents = [stock_adjustment(i) for i in range(10)]
        meter.run("stock-adjustments", documents)  # the lots that are scrapped below
        yield meter


@pytest.fixture(scope="module")
def northwind() -> Iterator[Meter]:
    with metered(ROOT / "examples/northwind", {"TRAN_SALESORDAPPRV": "FULL"}) as meter:
        meter.seed(northwind_seed())
        yield meter


def measure(meter: Meter, name: str, rows: list[Row]) -> None:
    bill = inbound_bill(meter.flow(name))
    metered_ = meter.worst(name, [DOCUMENTS[name](i) for i in range(bill.size)])
    usual_documents = [USUAL[name](i) for i in range(bill.size)]
    if meter.flow(name).write == "create":
        usual_documents = [stock_scrapped(i, "u") for i in range(bill.size)]
    else:
        meter.run(name, usual_documents)
    usual = meter.run(name, usual_documents)
    size = f"{bill.size} documents"
    rows.append(Row(name, bill.script, size, bill.worst(), metered_, bill.usual(), usual))
    assert metered_ <= bill.worst() <= 1.3 * metered_
    assert usual <= bill.usual() <= 1.3 * usual


@pytest.mark.parametrize(
    "name", ["shop-customers", "shop-orders", "stock-adjustments", "vendor-bills"]
)
def test_the_bill_of_an_acme_flow_is_what_the_worst_case_costs(
    acme: Meter, rows: list[Row], name: str
) -> None:
    measure(acme, name, rows)


@pytest.mark.parametrize("name", ["customers", "items", "orders", "vendors"])
def test_the_bill_of_a_northwind_flow_is_what_the_worst_case_costs(
    northwind: Meter, rows: list[Row], name: str
) -> None:
    measure(northwind, name, rows)


# --- outbound ---


def test_the_bill_of_a_save_is_what_it_costs_when_nothing_works(
    acme: Meter, rows: list[Row]
) -> None:
    flow = next(one for one in acme.plan.outbound if one.flow == "customer-changes")
    bill = user_event_bill((flow,))
    save = Work.model_validate(
        {"action": "save", "type": "customer", "as": {"user": CLERK_USER},
         "fields": {"companyname": "Saved", "isperson": False, "subsidiary": "1"}}
    )  # fmt: skip
    acme.agent(None)
    acme.netsuite.account.interference = Refuses(names.outbox_record("acme"))
    try:
        acme.netsuite.work(save)
    finally:
        acme.netsuite.account.interference = Undisturbed()
    worst = acme.used("UserEventScript")
    acme.cold()
    with agent() as url:
        acme.agent(url)
        acme.netsuite.work(
            save.model_copy(update={"fields": {**save.fields, "companyname": "Again"}})
        )
    usual = acme.used("UserEventScript")
    rows.append(Row(flow.flow, bill.script, "a save", bill.worst(), worst, bill.usual(), usual))
    assert worst <= bill.worst() <= 1.3 * worst
    assert usual <= bill.usual() <= 1.3 * usual


def test_the_bill_of_the_drain_is_what_a_full_invocation_costs(
    acme: Meter, rows: list[Row]
) -> None:
    flow = next(one for one in acme.plan.outbound if one.flow == "fulfilment-tracking")
    bill = delivery_bill(flow)
    acme.run("shop-orders", [shop_order(i, "d") for i in range(bill.size)])
    for i in range(bill.size):
        (order,) = acme.netsuite.records("salesorder", None, f"SHOP-d_x20{i}")
        lines = order["sublists"]["item"]
        acme.netsuite.work(Work.model_validate(
            {"action": "transform", "type": "itemfulfillment", "as": {"user": CLERK_USER},
             "from": {"type": "salesorder", "id": order["id"]},
             "fields": {"shipstatus": "C"},
             "sublists": {"item": [{"line": n, "itemreceive": True} for n, _ in enumerate(lines)]}}
        ))  # fmt: skip
    with agent() as url:
        acme.agent(url)
        before = len(acme.netsuite.usage())
        acme.service("drain")
        assert acme.netsuite.engine.idle(120)
    runs = [row for row in acme.netsuite.usage()[before:] if row.get("stage") == "map"]
    assert runs[0]["calls"]["https.post"] == bill.size
    used = max(row["units"] for row in runs)
    rows.append(
        Row(flow.flow, bill.script, f"{bill.size} events", bill.worst(), used, bill.usual(), used)
    )
    assert used <= bill.worst() <= 1.3 * used


def test_the_page_shows_what_was_measured(rows: list[Row]) -> None:
    keep_flows(rows, complete=len(DOCUMENTS) + 2)
