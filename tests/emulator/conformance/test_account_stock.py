"""Stock of the local account: inventory detail, lots, what moves it."""

from __future__ import annotations

import pytest

from emulator.account import SYSTEM, LocalAccount, Preferences
from emulator.errors import NetSuiteError


@pytest.fixture
def account():
    made = LocalAccount()
    yield made
    made.close()


def refused(text):
    return pytest.raises(NetSuiteError, match=text)


def item(account, record):
    return account.find(record)[0]["id"]


def adjust(account, item_id, quantity, *lots, **fields):
    """One adjustment line; `lots` are the assignment lines of its inventory detail."""
    draft = account.new(SYSTEM, "inventoryadjustment", {"subsidiary": 1})
    draft["fields"]["account"] = account.value_of(
        "inventoryadjustment", "account", "5100 Inventory Adjustments"
    )
    line = {"line": None, "fields": {"item": item_id, "location": "1", "adjustqtyby": quantity}}
    line["fields"] |= fields
    if lots:
        assigned = [{"line": None, "fields": lot} for lot in lots]
        detail = {"fields": {}, "sublists": {"inventoryassignment": assigned}}
        line["subrecords"] = {"inventorydetail": detail}
    draft["sublists"]["inventory"] = [line]
    return account.save(SYSTEM, draft, sourcing=False)


def on_hand(account, record):
    return account.load(SYSTEM, record, item(account, record))["fields"]["quantityonhand"]


def lot(account, number):
    return next(
        r["id"] for r in account.find("inventorynumber") if r["fields"]["inventorynumber"] == number
    )


@pytest.mark.rule("stock.moves")
def test_adjustments_add_up_by_location(account):
    stock = item(account, "inventoryitem")
    adjust(account, stock, "2.5")
    adjust(account, stock, 4, location="2")
    adjust(account, stock, -1)
    loaded = account.load(SYSTEM, "inventoryitem", stock)
    assert loaded["fields"]["quantityonhand"] == 5.5
    places = [
        (line["fields"]["location"], line["fields"]["quantityonhand"])
        for line in loaded["sublists"]["locations"]
        if "quantityonhand" in line["fields"]
    ]
    assert places == [(1, 1.5), (2, 4)]


@pytest.mark.rule("stock.moves")
def test_saving_an_adjustment_again_or_deleting_it_moves_its_stock(account):
    made = adjust(account, item(account, "inventoryitem"), 5)
    draft = account.load(SYSTEM, "inventoryadjustment", made.id)
    draft["sublists"]["inventory"][0]["fields"]["adjustqtyby"] = 3
    account.save(SYSTEM, draft, sourcing=False)
    assert on_hand(account, "inventoryitem") == 3
    account.delete(SYSTEM, "inventoryadjustment", made.id)
    assert on_hand(account, "inventoryitem") == 0


@pytest.mark.rule("stock.lots")
def test_a_receipt_makes_the_lot_once_and_an_issue_takes_from_it(account):
    honey = item(account, "lotnumberedinventoryitem")
    adjust(account, honey, 5, {"receiptinventorynumber": "L-1", "quantity": 5})
    adjust(account, honey, 2, {"receiptinventorynumber": "L-1", "quantity": 2})
    assert len(account.find("inventorynumber")) == 1
    number = str(lot(account, "L-1"))
    adjust(account, honey, -4, {"issueinventorynumber": number, "quantity": -4})
    assert on_hand(account, "lotnumberedinventoryitem") == 3
    with refused("not enough stock"):
        adjust(account, honey, -4, {"issueinventorynumber": number, "quantity": -4})


@pytest.mark.parametrize(
    ("quantity", "lots", "text"),
    [
        (5, (), "configure the inventory detail"),
        (5, ({"receiptinventorynumber": "L-1", "quantity": 4},), "quantity must be 5"),
        (5, ({"quantity": 5},), "receiptinventorynumber"),
        (-5, ({"receiptinventorynumber": "L-1", "quantity": 5},), "issueinventorynumber"),
        (-5, ({"issueinventorynumber": "999", "quantity": 5},), "^INVALID_KEY_OR_REF"),
    ],
)
@pytest.mark.rule("stock.lots")
def test_an_inventory_detail_that_does_not_fit_its_line_is_refused(account, quantity, lots, text):
    with refused(text):
        adjust(account, item(account, "lotnumberedinventoryitem"), quantity, *lots)


@pytest.mark.rule("stock.lots")
def test_the_lot_of_another_item_cannot_be_issued(account):
    other = account.seed([{"type": "lotnumberedinventoryitem", "fields": {"itemid": "OTHER"}}])[0]
    adjust(account, other, 5, {"receiptinventorynumber": "L-1", "quantity": 5})
    with refused("^INVALID_KEY_OR_REF"):
        adjust(
            account,
            item(account, "lotnumberedinventoryitem"),
            -1,
            {"issueinventorynumber": lot(account, "L-1"), "quantity": -1},
        )


@pytest.mark.rule("stock.negative")
def test_plain_stock_may_fall_below_nothing_only_where_the_account_allows_it(account):
    adjust(account, item(account, "inventoryitem"), -2)
    assert on_hand(account, "inventoryitem") == -2
    strict = LocalAccount(preferences=Preferences(negative_stock=False))
    with refused("not enough stock"):
        adjust(strict, item(strict, "inventoryitem"), -2)
    strict.close()


@pytest.mark.rule("stock.five_decimals")
def test_a_quantity_takes_five_decimals_and_no_more(account):
    adjust(account, item(account, "inventoryitem"), "0.00001")
    with refused("^USER_ERROR"):
        adjust(account, item(account, "inventoryitem"), "0.000001")


@pytest.mark.rule("stock.shipped")
def test_a_shipped_fulfilment_takes_stock_and_a_picked_one_does_not(account):
    customer = account.find("customer")[0]["id"]
    order = account.new(SYSTEM, "salesorder", {"entity": customer})
    order["fields"] |= {"orderstatus": "B", "location": "1"}
    order["sublists"]["item"] = [
        {"line": None, "fields": {"item": item(account, "inventoryitem"), "quantity": 2, "rate": 1}}
    ]
    number = account.save(SYSTEM, order, sourcing=True).id
    draft = account.transform(SYSTEM, "salesorder", number, "itemfulfillment", {})
    made = account.save(SYSTEM, draft, sourcing=True)
    assert (made.new["fields"]["status"], on_hand(account, "inventoryitem")) == ("Picked", 0)
    draft = account.load(SYSTEM, "itemfulfillment", made.id)
    draft["fields"]["shipstatus"] = "C"
    account.save(SYSTEM, draft, sourcing=False)
    assert on_hand(account, "inventoryitem") == -2


@pytest.mark.rule("stock.moves")
def test_a_transfer_moves_stock_between_locations(account):
    stock = item(account, "inventoryitem")
    adjust(account, stock, 10)
    draft = account.new(
        SYSTEM, "inventorytransfer", {"subsidiary": 1, "location": 1, "transferlocation": 2}
    )
    draft["sublists"]["inventory"] = [{"line": None, "fields": {"item": stock, "adjustqtyby": 4}}]
    account.save(SYSTEM, draft, sourcing=False)
    lines = account.load(SYSTEM, "inventoryitem", stock)["sublists"]["locations"]
    assert [line["fields"].get("quantityonhand") for line in lines[:3]] == [6, 4, None]
