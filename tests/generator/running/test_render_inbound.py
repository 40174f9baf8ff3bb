"""What generated RESTlets do with documents: created, updated, unchanged, refused, found again."""

from __future__ import annotations

import copy
from typing import Any

import pytest

ORDER: dict[str, Any] = {
    "id": 7,
    "state": "paid",
    "customer": {"no": "1", "name": "Acme"},
    "at": "2026-11-21T03:30:00Z",
    "note": "please ring",
    "po": "PO-1",
    "freight": "4.90",
    "ship": "ground",
    "lines": [
        {"no": "a", "sku": " tea ", "qty": 2, "net": "10.05", "text": "Tea"},
        {"no": "b", "sku": "MUG", "qty": "1.5", "net": 7, "text": "Mug"},
        {"no": "c", "sku": "MUG", "qty": 0, "net": 7},
    ],
    "ship_to": {"country": "FR", "name": "Zoé", "street": "1 rue", "extra": "B", "city": "Lyon", "zip": "69001"},
}  # fmt: skip


def order(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ORDER), **changes}


def by_no(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    lines = [line["fields"] for line in record["sublists"]["item"]]
    return {fields.get("custcol_run_line", "-"): fields for fields in lines}


def test_a_new_order_holds_what_the_document_says(world: Any) -> None:
    result = world.one("orders", ORDER)
    assert result["outcome"] == "created"
    assert result["key"] == "T-7"
    saved = world.record("salesorder", externalid="T-7")
    fields = saved["fields"]
    assert result["answer"] == {"number": fields["tranid"]}
    # 3:30 UTC is the evening before in New York.
    assert fields["trandate"] == "2026-11-20"
    assert (fields["memo"], fields["otherrefnum"], fields["shippingcost"]) == (
        "please ring",
        "PO-1",
        4.9,
    )
    lines = by_no(saved)
    assert set(lines) == {"a", "b"}
    assert (lines["a"]["quantity"], lines["a"]["rate"], lines["a"]["amount"]) == (2, 10.05, 20.1)
    assert (lines["b"]["quantity"], lines["b"]["amount"]) == (1.5, 10.5)
    address = saved["subrecords"]["shippingaddress"]["fields"]
    assert (address["addressee"], address["addr2"], address["country"]) == ("Zoé", "B", "FR")


def test_the_same_again_costs_its_share_of_one_query(world: Any) -> None:
    world.one("orders", ORDER)
    before = world.record("salesorder", externalid="T-7")
    results = world.results("orders", ORDER, ORDER, ORDER)
    assert [one["outcome"] for one in results] == ["unchanged"] * 3
    assert world.last()["calls"] == {"Cache.get": 1, "query.runSuiteQL": 1}
    assert world.record("salesorder", externalid="T-7") == before


def test_only_what_differs_is_saved(world: Any) -> None:
    world.one("orders", ORDER)
    changed = order(note="", lines=[{**ORDER["lines"][0], "qty": 3}, ORDER["lines"][1]])
    changed["ship_to"] = {**ORDER["ship_to"], "street": "2 rue"}
    del changed["ship_to"]["extra"]
    assert world.one("orders", changed)["outcome"] == "updated"
    saved = world.record("salesorder", externalid="T-7")
    assert "memo" not in saved["fields"]
    line = by_no(saved)["a"]
    assert (line["quantity"], line["rate"], line["amount"]) == (3, 10.05, 30.15)
    address = saved["subrecords"]["shippingaddress"]["fields"]
    # An address is one thing: what the document does not name is gone.
    assert (address["addr1"], address.get("addr2")) == ("2 rue", None)


def test_a_field_that_the_document_leaves_out_is_left_alone(world: Any) -> None:
    world.one("orders", ORDER)
    thin = order(po="PO-2")
    for name in ("note", "freight", "lines", "ship_to", "ship"):
        del thin[name]
    assert world.one("orders", thin)["outcome"] == "unchanged"
    saved = world.record("salesorder", externalid="T-7")
    assert saved["fields"]["memo"] == "please ring"
    # keep_existing: written only where nothing is.
    assert saved["fields"]["otherrefnum"] == "PO-1"
    assert set(by_no(saved)) == {"a", "b"}


def test_a_missing_customer_is_created_once_for_the_batch(world: Any) -> None:
    new = {"no": "new", "name": "Novum"}
    results = world.results("orders", order(id=1, customer=new), order(id=2, customer=new))
    assert [one["outcome"] for one in results] == ["created", "created"]
    customer = world.record("customer", externalid="C-new")
    assert customer["fields"]["companyname"] == "Novum"
    orders = [world.record("salesorder", externalid=key) for key in ("T-1", "T-2")]
    assert {one["fields"]["entity"] for one in orders} == {str(customer["id"])}
    assert "customer|externalid|C-new" in results[0]["makes"]


def test_a_customer_that_cannot_be_created_fails_its_orders_alone(world: Any) -> None:
    nameless = {"no": "x"}
    results = world.results(
        "orders", order(id=1, customer=nameless), order(id=2), order(id=3, customer=nameless)
    )
    assert [one["outcome"] for one in results] == ["failed", "created", "failed"]
    for one in (results[0], results[2]):
        assert one["error"]["code"] == "REQUIRED_EMPTY"
        assert one["error"]["field"] == "companyname"
        assert one["error"]["class"] == "data"
        assert one["error"]["spec"].startswith("orders.yaml:")


def test_each_mistake_names_its_code_field_and_line(world: Any) -> None:
    mistakes = {
        "MISSING_REFERENCE": order(id=1, lines=[{**ORDER["lines"][0], "sku": "NOPE"}]),
        "MAP_NO_MATCH": order(id=2, ship="drone"),
        "BAD_VALUE": order(id=3, freight="a lot"),
        "KEY_EMPTY": order(id=""),
        "LINE_KEY_TWICE": order(id=5, lines=[ORDER["lines"][0], ORDER["lines"][0]]),
        "REQUIRED_EMPTY": order(id=6, customer={}),
    }
    results = world.results("orders", *mistakes.values(), order(id=9))
    assert [one.get("error", {}).get("code") for one in results] == [*mistakes, None]
    fields = [one["error"]["field"] for one in results[:-1]]
    line = "item.custcol_run_line"
    assert fields == ["item.item", "shipmethod", "shippingcost", "externalid", line, "entity"]
    assert all(one["error"]["spec"].startswith("orders.yaml:") for one in results[:-1])
    assert results[0]["error"]["missing"] == "item|itemid|NOPE"
    assert all(one["error"]["class"] == "data" for one in results[:-1])
    assert len(world.records("salesorder")) == 1


def test_what_netsuite_refuses_keeps_its_code(world: Any) -> None:
    result = world.one("orders", order(ship_to={**ORDER["ship_to"], "country": "XX"}))
    assert result["outcome"] == "failed"
    assert result["error"]["class"] == "data"
    assert result["error"]["code"] not in ("SCRIPT_ERROR", "UNEXPECTED_ERROR")
    assert world.records("salesorder") == []


def test_what_is_not_accepted_is_skipped_with_the_test_that_failed(world: Any) -> None:
    results = world.results("orders", order(state="draft"), order(test=True))
    assert [one["outcome"] for one in results] == ["skipped", "skipped"]
    assert [one["reason"] for one in results] == ["state in paid, open", "not (test equals true)"]


def test_a_document_that_cannot_be_judged_fails_by_its_accept(world: Any) -> None:
    error = world.one("goods", {"id": 1, "kind": {"is": "no text"}})["error"]
    assert (error["code"], error["field"], error["class"]) == ("BAD_VALUE", "accept", "data")


def test_a_call_for_another_account_or_mapping_is_refused_whole(world: Any) -> None:
    for change, code in (
        ({"account": "OTHER"}, "WRONG_ACCOUNT"),
        ({"contract": "0"}, "WRONG_CONTRACT"),
    ):
        answer = world.call("orders", ORDER, **change)
        assert "results" not in answer
        assert (answer["error"]["code"], answer["error"]["class"]) == (code, "config")
    assert world.records("salesorder") == []


def test_a_pause_defers_every_document(world: Any) -> None:
    assert world.service("pause", paused=True)["paused"] is True
    assert world.one("orders", ORDER)["outcome"] == "deferred"
    assert world.health()["flags"]["paused"] is True
    world.service("pause", paused=False)
    assert world.one("orders", ORDER)["outcome"] == "created"


def test_a_removed_line_is_closed_and_comes_back(world: Any) -> None:
    world.one("orders", ORDER)
    saved = world.record("salesorder", externalid="T-7")
    lines = saved["sublists"]["item"]
    by_hand = {
        "fields": {"item": lines[0]["fields"]["item"], "quantity": 1, "price": "-1", "rate": 1}
    }
    world.work("save", "salesorder", id=saved["id"], sublists={"item": [*lines, by_hand]})
    # A person's line has no key of ours and is never touched.
    assert world.one("orders", order(lines=ORDER["lines"][1:]))["outcome"] == "updated"
    lines = by_no(world.record("salesorder", externalid="T-7"))
    assert {no: line["isclosed"] for no, line in lines.items()} == {
        "a": True,
        "b": False,
        "-": False,
    }
    assert world.one("orders", ORDER)["outcome"] == "updated"
    lines = by_no(world.record("salesorder", externalid="T-7"))
    assert {no: line["isclosed"] for no, line in lines.items()} == {
        "a": False,
        "b": False,
        "-": False,
    }


def test_the_bill_is_never_exceeded(world: Any) -> None:
    plan = next(one for one in world.plan.inbound if one.flow == "orders")
    new = [order(id=i, customer={"no": f"n{i}", "name": f"New {i}"}) for i in range(10)]
    world.results("orders", *new)
    used = world.last()["units"]
    assert used <= plan.units.fixed + 10 * plan.units.each


def test_a_table_that_shows_nothing_is_a_question_of_permission(world: Any) -> None:
    with world.without("LIST_ITEM"):
        result = world.one("orders", ORDER)
    assert (result["error"]["code"], result["error"]["class"]) == (
        "TABLE_NOT_VISIBLE",
        "permission",
    )
    # An account is often only empty as yet: who reads this must not look for permissions alone.
    assert "there is none yet, or the role lacks the permission" in result["error"]["message"]


# --- keys that NetSuite does not keep unique, hooks, replaced lines ---

CLAIMED = {
    "no": "E1",
    "customer": "C-1",
    "note": "a",
    "lines": [{"sku": "TEA", "qty": 1, "net": 2}],
}


def test_a_key_of_another_field_is_claimed(world: Any) -> None:
    assert world.one("claimed", CLAIMED)["outcome"] == "created"
    claim = world.record("customrecord_run_claim", externalid="claimed--E1")
    assert claim["fields"]["custrecord_run_cl_record"] == "salesorder"
    saved = world.records("salesorder")[0]["fields"]
    assert saved["custbody_run_no"] == "E1"
    assert saved["message"] == "from DEPOT"


def test_a_claim_in_progress_keeps_a_second_writer_out(world: Any) -> None:
    world.one("claimed", CLAIMED)
    saved = world.records("salesorder")[0]["id"]
    world.work("delete", "salesorder", id=saved)
    second = world.one("claimed", CLAIMED)
    assert (second["error"]["code"], second["error"]["class"]) == ("CLAIM_IN_PROGRESS", "retry")
    world.netsuite.clock(331, None)
    assert world.one("claimed", CLAIMED)["outcome"] == "created"
    assert len(world.records("salesorder")) == 1


def test_a_document_that_is_only_looked_for_is_not_made(world: Any) -> None:
    """It is sent so while a call that was cut may still be making its record."""
    looked = [{"id": "0", "doc": CLAIMED, "look": True}]
    first = world.call("claimed", documents=looked)["results"][0]
    assert (first["outcome"], first["record"]) == ("deferred", None)
    assert world.records("salesorder") == []
    assert world.records("customrecord_run_claim") == []
    made = world.one("claimed", CLAIMED)
    found = world.call("claimed", documents=looked)["results"][0]
    assert (found["outcome"], found["record"]) == ("unchanged", made["record"])


def test_a_failed_creation_gives_its_claim_back(world: Any) -> None:
    refused = {**CLAIMED, "customer": None}
    assert world.one("claimed", refused)["outcome"] == "failed"
    assert world.records("customrecord_run_claim") == []
    assert world.one("claimed", CLAIMED)["outcome"] == "created"


def test_equal_lines_are_not_replaced(world: Any) -> None:
    world.one("claimed", CLAIMED)
    before = world.records("salesorder")[0]
    assert world.one("claimed", CLAIMED)["outcome"] == "unchanged"
    assert world.records("salesorder")[0] == before
    more = {**CLAIMED, "lines": [*CLAIMED["lines"], {"sku": "MUG", "qty": 1, "net": 1}]}
    assert world.one("claimed", more)["outcome"] == "updated"
    assert len(world.records("salesorder")[0]["sublists"]["item"]) == 2


def test_verify_always_sees_what_a_person_changed(world: Any) -> None:
    world.one("claimed", CLAIMED)
    saved = world.records("salesorder")[0]["id"]
    world.work("save", "salesorder", id=saved, fields={"memo": "by hand"})
    assert world.one("claimed", CLAIMED)["outcome"] == "updated"
    assert world.records("salesorder")[0]["fields"]["memo"] == "a"
    # Found again as it was: NetSuite, or a person, insists. It is told and left alone.
    world.work("save", "salesorder", id=saved, fields={"memo": "by hand"})
    result = world.one("claimed", CLAIMED)
    assert (result["outcome"], result["unsettled"]) == ("unchanged", ["memo"])


def test_a_skipped_reference_is_looked_for_again(world: Any) -> None:
    partly = {**CLAIMED, "lines": [*CLAIMED["lines"], {"sku": "LATER", "qty": 1, "net": 1}]}
    world.one("claimed", partly)
    assert len(world.records("salesorder")[0]["sublists"]["item"]) == 1
    world.netsuite.seed([_item("LATER")])
    assert world.one("claimed", partly)["outcome"] == "updated"
    assert len(world.records("salesorder")[0]["sublists"]["item"]) == 2


def _item(name: str) -> Any:
    from emulator.door.control import SeedRecord

    return SeedRecord(type="inventoryitem", fields={"itemid": name, "subsidiary": ["1"]})


def test_a_fault_after_the_save_is_told_beside_the_outcome(world: Any) -> None:
    result = world.one("claimed", {**CLAIMED, "note": "boom"})
    assert result["outcome"] == "created"
    assert result["warning"]["message"] == "after the save"


# --- custom records by submitFields, transforms of records ---


def test_fields_are_submitted_one_by_one(world: Any) -> None:
    assert world.one("plants", {"code": "1", "label": "North", "size": 5})["outcome"] == "created"
    assert (
        world.one("plants", {"code": "1", "label": "North", "size": "5"})["outcome"] == "unchanged"
    )
    assert (
        world.one("plants", {"code": "1", "label": "South", "size": None})["outcome"] == "updated"
    )
    assert world.last()["calls"]["record.submitFields"] == 1
    fields = world.record("customrecord_run_plant", externalid="P-1")["fields"]
    assert (fields["name"], fields.get("custrecord_run_size")) == ("South", None)


def test_a_shipment_fulfils_only_what_it_names(world: Any) -> None:
    world.one("orders", ORDER)
    shipped = {"no": 1, "order": 7, "lines": [{"no": "a", "qty": 1}]}
    made = world.one("shipments", shipped)
    assert made["outcome"] == "created"
    # SuiteQL has createdfrom on the lines of transactions alone.
    order = world.record("salesorder", externalid="T-7")
    assert str(made["answer"]["order"]) == str(order["id"])
    lines = world.record("itemfulfillment", externalid="SHIP-1")["sublists"]["item"]
    received = {
        line["fields"]["custcol_run_line"]: line["fields"]
        for line in lines
        if line["fields"].get("itemreceive", True)
    }
    assert {no: fields["quantity"] for no, fields in received.items()} == {"a": 1}
    assert world.one("shipments", shipped)["outcome"] == "duplicate"
    unknown = world.one("shipments", {"no": 2, "order": 7, "lines": [{"no": "z", "qty": 1}]})
    assert unknown["error"]["code"] == "LINE_NOT_FOUND"
    nothing = world.one("shipments", {"no": 4, "order": 7})
    assert nothing["error"]["code"] == "LINE_NOT_FOUND"
    missing = world.one("shipments", {"no": 3, "order": 8, "lines": []})
    assert missing["error"]["missing"] == "transaction|externalid|T-8"


def _purchase(world: Any, *, costs: bool = True) -> None:
    from emulator.door.control import SeedRecord

    vendor = {"ref": "vendor", "by": "companyname", "value": "Northern Parts"}
    item = {"ref": "item", "by": "itemid", "value": "SAMPLE-STOCK"}
    account = {"ref": "account", "by": "acctnumber", "value": "5200"}
    cost = {"account": account, "amount": 30, "custcol_run_line": "f"}
    world.netsuite.seed(
        [
            SeedRecord(
                type="purchaseorder",
                externalid="PO-1",
                fields={"entity": vendor, "location": "1"},
                sublists={
                    "item": [{"item": item, "quantity": 5, "rate": 2, "custcol_run_line": "a"}],
                    "expense": [cost] if costs else [],
                },
            )
        ]
    )


@pytest.mark.parametrize(
    ("costs", "named", "total"),
    [
        (False, {"goods": [{"no": "a", "qty": 4}]}, 8),
        (True, {"goods": [{"no": "a", "qty": 4}]}, 8),
        (True, {"costs": [{"no": "f", "net": 29}]}, 29),
        (True, {"goods": [{"no": "a", "qty": 5}], "costs": [{"no": "f", "net": 29}]}, 39),
    ],
)
def test_a_bill_holds_what_the_document_names_of_goods_and_expenses(
    world: Any, costs: bool, named: Any, total: int
) -> None:
    _purchase(world, costs=costs)
    assert world.one("bills", {"no": 1, "order": "PO-1", **named})["outcome"] == "created"
    bill = world.record("vendorbill", externalid="BILL-1")
    assert bill["fields"]["total"] == total
    assert {kind: len(lines) for kind, lines in bill["sublists"].items() if lines} == {
        kind: 1 for kind, there in (("item", "goods"), ("expense", "costs")) if there in named
    }


def test_a_bill_that_names_neither_goods_nor_expenses_is_no_bill(world: Any) -> None:
    _purchase(world)
    error = world.one("bills", {"no": 2, "order": "PO-1"})["error"]
    assert error["code"] == "LINE_NOT_FOUND"
    assert error["message"] == "the document names no line of item or expense"


def test_freight_is_added_to_the_lines_that_come_from_the_order(world: Any) -> None:
    _purchase(world)
    freight = [{"account": "5200", "net": 7}]
    document = {"no": 3, "order": "PO-1", "freight": freight}
    assert world.one("freighted", document)["outcome"] == "created"
    bill = world.record("vendorbill", externalid="FREIGHT-3")
    assert [line["fields"]["amount"] for line in bill["sublists"]["expense"]] == [30, 7]
    assert bill["fields"]["total"] == 47


def test_a_record_is_found_by_the_number_that_netsuite_gave_it(world: Any) -> None:
    """SuiteQL has it as `id`, a number: another text in the same call is no number, and no fault."""
    number = str(world.records("customer")[0]["id"])
    told = world.results("numbered", *({"no": no, "note": "x"} for no in (number, "abc", 999999)))
    assert [one["outcome"] for one in told] == ["updated", "failed", "failed"]
    assert {one["error"]["code"] for one in told[1:]} == {"RECORD_NOT_FOUND"}
    assert world.records("customer", id=int(number))[0]["fields"]["comments"] == "x"
    found = world.service("state", flow="numbered", keys=[number, "abc"])
    assert found["found"] == {number: number}
