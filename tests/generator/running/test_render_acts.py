"""Records are deleted, attached and detached by the key of the source."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.door.control import SeedRecord


def seed(world: Any, kind: str, **fields: Any) -> None:
    world.netsuite.seed([SeedRecord.model_validate({"type": kind, "fields": fields})])


def contact(world: Any, name: str) -> None:
    seed(world, "contact", externalid=name, entityid=name, firstname=name, subsidiary="1")


def attached(world: Any) -> list[tuple[str, str | None]]:
    """The contacts of the customer C-1 with their roles."""
    (customer,) = world.netsuite.records("customer", None, "C-1")
    found = world.netsuite.account.desk.attached("customer", customer["id"])
    names = {str(one["id"]): one["externalid"] for one in world.records("contact")}
    return [(names[str(number)], role) for _, number, role in found]


def test_a_record_is_deleted_once(world: Any) -> None:
    contact(world, "P-1")
    gone = {"id": 1, "gone": True}
    first = world.one("leavers", gone)
    assert (first["outcome"], first["key"]) == ("deleted", "C-1")
    assert world.records("customer", externalid="C-1") == []
    assert (world.one("leavers", gone)["outcome"], world.one("leavers", gone)["record"]) == (
        "unchanged",
        None,
    )
    assert any(row["title"] == "left" for row in world.netsuite.log())


def test_the_second_document_of_a_batch_meets_the_deleted_record(world: Any) -> None:
    gone = {"id": 1, "gone": True}
    results = world.results("leavers", gone, gone, {"id": 1})
    assert [one["outcome"] for one in results] == ["deleted", "unchanged", "skipped"]


def test_what_netsuite_does_not_let_go_is_told_with_its_own_code(world: Any) -> None:
    order = {
        "id": 1,
        "customer": "C-1",
        "ship": "UPS Ground",
        "note": "n",
        "lines": [{"no": "1", "sku": "TEA", "qty": 1, "net": 1}],
    }
    assert world.one("typed-orders", order)["outcome"] == "created"
    result = world.one("leavers", {"id": 1, "gone": True})
    assert result["outcome"] == "failed"
    assert (
        result["error"]["code"] == "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS"
    )
    assert world.records("customer", externalid="C-1")


def test_a_contact_is_attached_with_its_role_and_detached(world: Any) -> None:
    contact(world, "P-1")
    contact(world, "P-2")
    results = world.results(
        "attach-people",
        {"id": 1, "company": "1", "role": "decider"},
        {"id": 2, "company": "1", "role": "guest"},
    )
    assert [one["outcome"] for one in results] == ["updated", "updated"]
    assert attached(world) == [("P-1", "-10"), ("P-2", None)]
    assert world.one("detach-people", {"id": 2, "company": "1"})["outcome"] == "updated"
    assert attached(world) == [("P-1", "-10")]


@pytest.mark.parametrize(
    ("flow", "document", "outcome"),
    [
        ("attach-people", {"id": 9, "company": "1"}, "RECORD_NOT_FOUND contact|externalid|P-9"),
        ("attach-people", {"id": 1, "company": "7"}, "MISSING_REFERENCE customer|externalid|C-7"),
        ("attach-people", {"id": 1}, "skipped"),
        ("detach-people", {"id": 9, "company": "1"}, "unchanged"),
        ("detach-people", {"id": 1, "company": "7"}, "skipped"),
        ("visits", {"id": 1}, "REQUIRED_EMPTY None"),
    ],
)
def test_what_is_not_there(world: Any, flow: str, document: Any, outcome: str) -> None:
    contact(world, "P-1")
    result = world.one(flow, document)
    error = result.get("error")
    found = f"{error['code']} {error.get('missing')}" if error else result["outcome"]
    assert found == outcome
    if error and error["code"] == "MISSING_REFERENCE":
        assert error["spec"] == "attach-people.yaml:13"
    assert attached(world) == []


def test_a_child_record_gets_its_parent(world: Any) -> None:
    seed(
        world, "customrecord_run_visit", externalid="V-1", name="Monday", custrecord_run_reason="r"
    )
    assert world.one("visits", {"id": 1, "customer": 1})["outcome"] == "updated"
    visit = world.record("customrecord_run_visit", externalid="V-1")
    assert visit["fields"]["custrecord_run_visited"] == str(
        world.record("customer", externalid="C-1")["id"]
    )


def test_a_child_record_stays_with_its_parent_when_another_is_named(world: Any) -> None:
    """Each document of a batch meets what the one before it did."""
    seed(
        world, "customrecord_run_visit", externalid="V-1", name="Monday", custrecord_run_reason="r"
    )
    seed(world, "customer", externalid="C-2", companyname="Other", isperson=False, subsidiary="1")
    world.one("visits", {"id": 1, "customer": 1})
    ours, theirs = {"id": 1, "customer": 1}, {"id": 1, "customer": 2}
    results = world.results("visits-over", theirs, ours, ours)
    assert [one["outcome"] for one in results] == ["unchanged", "updated", "unchanged"]
    visit = world.record("customrecord_run_visit", externalid="V-1")
    assert "custrecord_run_visited" not in visit["fields"]


def test_an_inactive_child_record_is_not_attached(world: Any) -> None:
    fields = {"name": "Monday", "custrecord_run_reason": "r", "isinactive": True}
    seed(world, "customrecord_run_visit", externalid="V-1", **fields)
    error = world.one("visits", {"id": 1, "customer": 1})["error"]
    assert (error["code"], error["class"]) == ("USER_ERROR", "data")
    assert "inactive" in error["message"]


def test_a_document_costs_what_the_bill_says(world: Any) -> None:
    bills = {one.flow: one.units.each for one in world.plan.inbound}
    assert (bills["attach-people"], bills["detach-people"], bills["leavers"]) == (10, 10, 10)
    contact(world, "P-1")
    contact(world, "P-2")
    one, two = ({"id": number, "company": "1"} for number in (1, 2))
    world.one("attach-people", one)  # the pause flag is kept from now on
    world.one("attach-people", one)
    single = world.last()["units"]
    world.results("attach-people", one, two)
    assert world.last()["units"] - single == bills["attach-people"]
