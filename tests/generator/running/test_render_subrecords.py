"""Subrecords of which a document may have no part, and hooks that change them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.door.control import SeedRecord

GOODS = {"no": "1", "sku": "TEA", "qty": 2, "net": 3}
LOTS = {"no": "2", "sku": "SAMPLE-LOT", "qty": 3, "net": 4, "lots": [{"lot": "L1", "qty": 3}]}
ORDER = {"id": 1, "customer": "C-1", "note": "n", "country": "US", "city": "Oakland", "lines": [GOODS, LOTS]}  # fmt: skip
BOOK = {"country": "DE", "city": "Berlin", "addressee": "Acme", "addr1": "Kai 1"}


@pytest.fixture(autouse=True)
def lots(world: Any) -> None:
    """Two lots on hand, and a customer with an address book."""
    share = {"fields": {"receiptinventorynumber": "L1", "quantity": 5}}
    other = {"fields": {"receiptinventorynumber": "L2", "quantity": 5}}
    detail = {
        "inventorydetail": {"fields": {}, "sublists": {"inventoryassignment": [share, other]}}
    }
    item = {"ref": "item", "by": "itemid", "value": "SAMPLE-LOT"}
    line = {"fields": {"item": item, "location": "1", "adjustqtyby": 10}, "subrecords": detail}
    account = {"ref": "account", "by": "acctnumber", "value": "5120"}
    address = {"fields": {"label": "Office", "defaultshipping": True}, "subrecords": {"addressbookaddress": {"fields": BOOK}}}  # fmt: skip
    for one in (
        {"type": "inventoryadjustment", "fields": {"account": account, "subsidiary": "1", "adjlocation": "1"}, "sublists": {"inventory": [line]}},
        {"type": "customer", "fields": {"externalid": "C-2", "companyname": "Kontor", "isperson": False, "subsidiary": "1"}, "sublists": {"addressbook": [address]}},
    ):  # fmt: skip
        world.netsuite.seed([SeedRecord.model_validate(one)])


def order(world: Any) -> dict[str, Any]:
    return dict(world.record("salesorder", externalid="G-1"))


def shares(line: dict[str, Any]) -> list[tuple[str, float]] | None:
    """The lots of a line; None where it has no inventory detail."""
    detail = (line.get("subrecords") or {}).get("inventorydetail")
    if detail is None:
        return None
    rows = [one["fields"] for one in detail["sublists"].get("inventoryassignment", [])]
    return [(row["issueinventorynumber"], row["quantity"]) for row in rows]


def lot(world: Any, number: str) -> str:
    found = {
        one["fields"]["inventorynumber"]: one["id"] for one in world.records("inventorynumber")
    }
    return str(found[number])


def test_only_goods_with_lots_get_an_inventory_detail(world: Any) -> None:
    assert world.one("goods", ORDER)["outcome"] == "created"
    assert [shares(line) for line in order(world)["sublists"]["item"]] == [None, [(lot(world, "L1"), 3)]]  # fmt: skip
    changed = {**ORDER, "lines": [{**GOODS, "qty": 4}, {**LOTS, "lots": []}]}
    assert world.one("goods", changed)["outcome"] == "updated"
    assert [shares(line) for line in order(world)["sublists"]["item"]] == [None, []]
    assert world.one("goods", {**changed, "lines": [GOODS, {**LOTS, "lots": None}]})["outcome"] == "updated"  # fmt: skip


def test_a_document_without_an_address_takes_the_customers_own(world: Any) -> None:
    bare = {name: value for name, value in ORDER.items() if name not in ("country", "city")}
    assert world.one("goods", {**bare, "customer": "C-2"})["outcome"] == "created"
    ship = order(world)["subrecords"]["shippingaddress"]["fields"]
    assert (ship["country"], ship["city"]) == ("DE", "Berlin")


def test_a_document_without_an_address_leaves_the_orders_alone(world: Any) -> None:
    world.one("goods", ORDER)
    bare = {name: value for name, value in ORDER.items() if name not in ("country", "city")}
    assert world.one("goods", {**bare, "note": "new"})["outcome"] == "updated"
    found = order(world)
    assert found["fields"]["memo"] == "new"
    assert found["subrecords"]["shippingaddress"]["fields"]["city"] == "Oakland"


def test_what_a_hook_changes_in_a_subrecord_is_saved(world: Any) -> None:
    only_lots = {**ORDER, "lines": [LOTS]}
    world.one("goods", only_lots)
    assert world.one("goods", {**only_lots, "attention": "Ada"})["outcome"] == "updated"
    assert order(world)["subrecords"]["shippingaddress"]["fields"]["attention"] == "Ada"
    assert world.one("goods", {**only_lots, "lot": lot(world, "L2")})["outcome"] == "updated"
    assert shares(order(world)["sublists"]["item"][0]) == [(lot(world, "L2"), 3)]


def test_what_a_hook_sets_by_chained_setters_is_saved(world: Any) -> None:
    world.one("goods", ORDER)
    assert world.one("goods", {**ORDER, "reference": "PO-9"})["outcome"] == "updated"
    assert order(world)["fields"]["otherrefnum"] == "PO-9"


def test_a_hook_may_add_a_line_without_what_it_does_not_have(world: Any) -> None:
    """Its lines have no subrecords unless it gives them."""
    assert world.one("goods", {**ORDER, "freight": "7"})["outcome"] == "created"
    rows = order(world)["sublists"]["item"]
    assert [(row["fields"]["custcol_run_line"], row["fields"]["rate"]) for row in rows] == [
        ("1", 3),
        ("2", 4),
        ("freight", 7),
    ]


def test_a_hook_may_return_some_of_the_values_alone(world: Any) -> None:
    world.one("goods", ORDER)
    assert world.one("goods", {**ORDER, "only": "by the hook"})["outcome"] == "updated"
    found = order(world)
    assert found["fields"]["memo"] == "by the hook"
    assert len(found["sublists"]["item"]) == 2


def test_a_record_is_made_from_another_whatever_the_hook_returns(world: Any) -> None:
    world.one("goods", ORDER)
    number = int(order(world)["id"])
    world.work("save", "salesorder", id=number, fields={"orderstatus": "B"})
    made = world.one("goods-sent", {"id": 1, "order": "1", "only": "sent"})
    assert made["outcome"] == "created", made
    assert world.record("itemfulfillment", externalid="GS-1")["fields"]["memo"] == "sent"


def test_dynamic_mode_writes_the_documents_address_and_lots(world: Any) -> None:
    """The customer's own address, which came with the customer, does not come back with the lines."""
    typed = {**ORDER, "customer": "C-2"}
    assert world.one("goods-typed", typed)["outcome"] == "created"
    found = world.record("salesorder", externalid="GT-1")
    assert found["subrecords"]["shippingaddress"]["fields"]["city"] == "Oakland"
    assert [shares(line) for line in found["sublists"]["item"]] == [None, [(lot(world, "L1"), 3)]]
    assert world.one("goods-typed", typed)["outcome"] == "unchanged"


def test_a_reference_of_the_specs_own_parts_alone_is_none(world: Any) -> None:
    """Its key would be the same for all documents that have none."""
    error = world.one("goods-sent", {"id": 1})["error"]
    assert (error["code"], error["field"]) == ("REQUIRED_EMPTY", "transform_from")


def test_goods_that_an_order_has_twice_keep_no_others_from_being_sent(world: Any) -> None:
    mug = {"no": "3", "sku": "MUG", "qty": 1, "net": 2}
    world.one("goods", {**ORDER, "lines": [GOODS, {**GOODS, "no": "2"}, mug]})
    world.work("save", "salesorder", id=int(order(world)["id"]), fields={"orderstatus": "B"})
    tea, mugs = (
        world.one("goods-by-name", {"id": n, "order": "1", "lines": [{"sku": sku, "qty": 1}]})
        for n, sku in enumerate(("TEA", "MUG"))
    )
    assert (tea["error"]["code"], mugs["outcome"]) == ("LINE_KEY_TWICE", "created")
    (line,) = world.record("itemfulfillment", externalid="GN-1")["sublists"]["item"]
    assert line["fields"]["itemname"] == "MUG"


@pytest.mark.parametrize(
    ("gives", "message"),
    [
        ("a promise", "the hook after_map gives a promise, and hooks are synchronous"),
        ("a text", 'the hook after_map gives "values" in place of what it was given'),
        ("a thrown text", "thrown"),
    ],
)
def test_what_a_hook_cannot_give_fails_the_document(world: Any, gives: str, message: str) -> None:
    """The order would have been saved without any of its values, or sent again for ever."""
    error = world.one("goods", {**ORDER, "gives": gives})["error"]
    assert (error["code"], error["class"], error["message"]) == ("SCRIPT_ERROR", "data", message)
    assert world.records("salesorder") == []
