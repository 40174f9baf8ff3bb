"""Maps and address blocks of an included file work as if they stood in the flow."""

from __future__ import annotations

from typing import Any

ORDER: dict[str, Any] = {
    "id": 1,
    "customer": "C-1",
    "ship": "truck",
    "ship_to": {"country": "de", "name": "Nord", "street": "Weg 1", "town": "Kiel", "city": "no"},
    "bill_to": {"country": "fr", "name": "Ouest", "street": "Rue 2", "city": "Brest"},
    "lines": [{"sku": "TEA", "qty": 1, "net": 1}],
}


def test_a_shared_address_serves_twice_and_the_flows_own_field_wins(world: Any) -> None:
    assert world.one("shared-orders", ORDER)["outcome"] == "created"
    order = world.record("salesorder", externalid="H-1")
    found = {
        name: [order["subrecords"][name]["fields"][part] for part in ("country", "addr1", "city")]
        for name in ("shippingaddress", "billingaddress")
    }
    assert found == {
        "shippingaddress": ["DE", "Weg 1", "Kiel"],
        "billingaddress": ["FR", "Rue 2", "Brest"],
    }
    assert world.one("shared-orders", ORDER)["outcome"] == "unchanged"


def test_a_fault_names_the_line_of_the_shared_file(world: Any) -> None:
    error = world.one("shared-orders", {**ORDER, "bill_to": {"country": "fr"}})["error"]
    assert (error["code"], error["field"], error["spec"]) == (
        "REQUIRED_EMPTY",
        "billingaddress.addr1",
        "shop.yaml:8",
    )
    error = world.one("shared-orders", {**ORDER, "ship": "donkey"})["error"]
    assert (error["code"], error["spec"]) == ("MAP_NO_MATCH", "shared-orders.yaml:13")
