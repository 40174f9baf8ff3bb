"""Scripts that move stock: lots by inventory detail, fulfilments that tell the customer, purchases."""

from __future__ import annotations

import base64

import pytest
from outside import Account

from emulator.errors import NetSuiteError


def lot_item(account: Account, name: str) -> int:
    (made,) = account.control.seed(
        [{"type": "lotnumberedinventoryitem", "fields": {"itemid": name, "subsidiary": ["1"]}}]
    )
    return made


def test_lots_are_received_and_issued_in_dynamic_mode(account: Account) -> None:
    item = lot_item(account, "Honey jar")
    given = {"item": item, "account": 14, "location": 1}
    lots = [
        {"number": "H-1", "quantity": 6, "expires": "2027-12-31"},
        {"number": "H-2", "quantity": 4},
    ]
    received = account.post("lots_rl", **given, lots=lots)["id"]
    assert account.get("lots_rl", id=received) == [
        {"quantity": 6, "lot": "H-1"},
        {"quantity": 4, "lot": "H-2"},
    ]
    issued = account.post("lots_rl", **given, lots=[{"number": "H-1", "quantity": -2}])["id"]
    assert account.get("lots_rl", id=issued) == [{"quantity": -2, "lot": "H-1"}]
    assert sorted(account.get("lots_rl", item=item)) == [["H-1", 4], ["H-2", 4]]


def test_more_than_a_lot_holds_cannot_be_issued(account: Account) -> None:
    item = lot_item(account, "Jam jar")
    given = {"item": item, "account": 14, "location": 1}
    account.post("lots_rl", **given, lots=[{"number": "J-1", "quantity": 1}])
    with pytest.raises(NetSuiteError):
        account.post("lots_rl", **given, lots=[{"number": "J-1", "quantity": -2}])
    assert account.get("lots_rl", item=item) == [["J-1", 1]]


def order(account: Account, customer: int, item: int, quantity: int, reference: str) -> int:
    made = account.post(
        "order_rl", customer=customer, reference=reference, lines=[{"item": item, "quantity": quantity}]
    )["id"]  # fmt: skip
    return account.control.save("salesorder", {"orderstatus": "B", "location": "1"}, id=made)


def test_a_customer_is_told_once_that_an_order_was_shipped(account: Account) -> None:
    customer, item = (
        account.customer("Told", email="told@ship.example"),
        account.item("Sent box", 3),
    )
    number = order(account, customer, item, 2, "SHIP-1")
    packed = account.control.transform(
        ("salesorder", number), "itemfulfillment", {"shipstatus": "B"}
    )

    def mails() -> list[dict]:
        return [mail for mail in account.control.email() if "SHIP-1" in mail["subject"]]

    assert mails() == []
    account.control.save("itemfulfillment", {"shipstatus": "C"}, id=packed)
    account.control.save("itemfulfillment", {"memo": "later"}, id=packed)
    (mail,) = mails()
    assert mail["recipients"] == ["told@ship.example"]
    assert mail["cc"] == ["warehouse@styles.example"]
    assert mail["subject"] == "Order SHIP-1 is on its way"
    assert (mail["html"], "<li>2,Sent box</li>" in mail["body"]) == (True, True)
    (attached,) = mail["attachments"]
    assert (attached["name"], base64.b64decode(attached["base64"])) == (
        "packing.csv",
        b"2,Sent box",
    )
    assert account.one("salesorder", number)["fields"]["memo"] == "told told@ship.example"


def test_a_customer_without_an_address_is_only_logged(account: Account) -> None:
    item = account.item("Silent box", 3)
    number = order(account, account.customer("Silent"), item, 1, "SHIP-2")
    account.control.transform(("salesorder", number), "itemfulfillment", {"shipstatus": "C"})
    assert [title for title, _ in account.logged("shipped_ue")] == ["no address"]
    assert not account.one("salesorder", number)["fields"].get("memo")


def test_a_purchase_is_received_in_parts_and_billed(account: Account) -> None:
    vendor = account.vendor("Supplier of bolts")
    bolt, nut = account.item("Bought bolt", 2), account.item("Bought nut", 1)
    lines = [
        {"item": bolt, "quantity": 10, "rate": 1.5},
        {"item": nut, "quantity": 4, "rate": 0.25},
    ]
    ordered = account.post(
        "procure_rl", action="order", vendor=vendor, location=1, lines=lines, approved=True
    )
    number = ordered["done"]
    assert ordered["status"]["text"] == "Pending Receipt"
    assert ordered["lines"] == [[10, 0, 0], [4, 0, 0]]
    part = account.post("procure_rl", action="receive", id=number, quantities={str(bolt): 6})
    assert part["lines"] == [[10, 6, 0], [4, 0, 0]]
    assert part["status"]["text"] == "Partially Received"
    rest = account.post(
        "procure_rl", action="receive", id=number, quantities={str(bolt): 4, str(nut): 4}
    )
    assert rest["lines"] == [[10, 10, 0], [4, 4, 0]]
    assert rest["status"]["text"] == "Pending Bill"
    billed = account.post("procure_rl", action="bill", id=number, number="V-77")
    assert billed["lines"] == [[10, 10, 10], [4, 4, 4]]
    assert (billed["done"]["lines"], billed["status"]["text"]) == (2, "Fully Billed")
    bill = account.one("vendorbill", billed["done"]["id"])["fields"]
    assert (bill["tranid"], bill["total"], bill["entity"]) == ("V-77", 16, str(vendor))
    follows = account.get("procure_rl", id=number)
    assert [row["type"] for row in follows] == ["ItemRcpt", "ItemRcpt", "VendBill"]
    stock = account.one("inventoryitem", bolt)
    assert stock["fields"]["quantityonhand"] == 10


def test_more_than_was_ordered_cannot_be_received(account: Account) -> None:
    vendor, item = account.vendor("Supplier of pins"), account.item("Bought pin", 2)
    lines = [{"item": item, "quantity": 2, "rate": 1}]
    number = account.post(
        "procure_rl", action="order", vendor=vendor, location=1, lines=lines, approved=True
    )["done"]
    with pytest.raises(NetSuiteError):
        account.post("procure_rl", action="receive", id=number, quantities={str(item): 3})
    assert account.get("procure_rl", id=number) == []
