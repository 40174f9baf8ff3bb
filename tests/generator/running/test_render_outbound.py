"""What saves become: rows in the outbox, signed events in order, nothing lost when nobody listens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from emulator.account.starter import CLERK_USER
from emulator.door.control import As

ITEMS = {
    "item": [
        {
            "item": {"ref": "item", "by": "itemid", "value": "TEA"},
            "quantity": 2,
            "rate": 5,
            "price": "-1",
        }
    ]
}
CUSTOMER = {"ref": "customer", "by": "externalid", "value": "C-1"}
SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # conftest.SECRET


def order(world: Any, **fields: Any) -> int:
    number: int = world.work(
        "save", "salesorder", fields={"entity": CUSTOMER, "memo": "first", **fields}, sublists=ITEMS
    )
    return number


def rows(world: Any) -> list[dict[str, Any]]:
    return [one["fields"] for one in world.records("customrecord_run_outbox")]


def test_a_save_becomes_one_signed_event(world: Any) -> None:
    number = order(world, externalid="K-1", trandate="2026-11-05")
    row = rows(world)[0]
    # Anybody who saves may write the row, so it holds no business data.
    assert "first" not in str(row)
    assert world.last("UserEventScript")["units"] == 6
    world.drain()
    assert rows(world) == []
    ((headers, body),) = world.receiver.posts
    Webhook(SECRET).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("b3RoZXI=").verify(body, headers)
    body.decode("ascii")
    event = world.receiver.events()[0]
    assert event["id"] == headers["webhook-id"] == row["custrecord_run_ob_event"]
    assert event["type"] == "run.order-news.create"
    assert event["subject"] == f"salesorder/{number}"
    assert event["partitionkey"] == f"salesorder:{number}"
    assert event["account"] == world.project.account
    assert re.fullmatch(r"\d{16}-\d{4}", event["sequence"])
    assert event["data"] == {
        "order": {"id": str(number), "key": "K-1", "customer": "Acme", "day": "05.11.2026"},
        "total": 10,
        "memo": "first",
        "lines": [{"sku": "TEA", "quantity": 2}],
    }


def test_both_secrets_sign_during_a_rotation(world: Any) -> None:
    order(world)
    world.drain()
    headers, body = world.receiver.posts[0]
    assert len(headers["webhook-signature"].split(" ")) == 2
    world.netsuite.account.set_secret(
        "custsecret_run_events_b", "YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcw=="
    )
    number = order(world)
    world.drain()
    headers, body = world.receiver.posts[1]
    for secret in (SECRET, "YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcw=="):
        Webhook(secret).verify(body, headers)
    assert world.receiver.events()[1]["subject"] == f"salesorder/{number}"


def test_only_what_changes_a_named_field_is_told(world: Any) -> None:
    number = order(world)
    world.drain()
    world.receiver.posts.clear()
    world.work("save", "salesorder", id=number, fields={"otherrefnum": "x"})
    world.work("submit_fields", "salesorder", id=number, fields={"custbody_run_no": "y"})
    assert rows(world) == []
    world.work(
        "save", "salesorder", id=number, sublists={"item": [{"line": 1, "fields": {"quantity": 3}}]}
    )
    world.drain()
    (event,) = world.receiver.events()
    assert (event["event"], event["data"]["lines"]) == ("edit", [{"sku": "TEA", "quantity": 3}])
    world.work("submit_fields", "salesorder", id=number, fields={"memo": "inline"})
    world.drain()
    assert world.receiver.events()[1]["event"] == "xedit"


def test_conditions_are_judged_in_the_save_and_joins_at_delivery(world: Any) -> None:
    order(world, memo="quiet")
    assert rows(world) == []
    other = world.work(
        "save",
        "customer",
        fields={"companyname": "Zeta", "entityid": "Zeta", "isperson": False, "subsidiary": "1"},
    )
    world.drain()
    world.receiver.posts.clear()
    order(world, entity=str(other))
    assert len(rows(world)) == 1
    world.drain()
    assert (rows(world), world.receiver.posts) == ([], [])


def test_a_deletion_tells_its_keys(world: Any) -> None:
    number = order(world, externalid="K-9")
    world.work("delete", "salesorder", id=number)
    world.drain()
    # The creation has no record to read any more; the deletion says what it knows.
    (event,) = world.receiver.events()
    assert (event["event"], event["data"]["order"]) == ("delete", {"id": str(number), "key": "K-9"})
    assert rows(world) == []


def test_saves_close_together_are_one_event(world: Any) -> None:
    number = order(world)
    world.work("save", "salesorder", id=number, fields={"memo": "second"})
    world.netsuite.clock(61, None)
    world.work("save", "salesorder", id=number, fields={"memo": "third"})
    assert len(rows(world)) == 3
    world.drain()
    assert [one["event"] for one in world.receiver.events()] == ["create", "edit"]
    assert rows(world) == []


def test_what_nobody_takes_is_kept_and_delivered_in_order_later(world: Any) -> None:
    world.receiver.status = 503
    number = order(world)
    world.netsuite.clock(61, None)
    world.work("save", "salesorder", id=number, fields={"memo": "second"})
    world.drain()
    # One attempt is enough to know that nobody is there.
    assert len(world.receiver.posts) == 1
    kept = rows(world)
    assert [row["custrecord_run_ob_attempts"] for row in kept] == [1, 0]
    assert "503" in kept[0]["custrecord_run_ob_error"]
    ids = [row["custrecord_run_ob_event"] for row in kept]
    world.receiver.status = 200
    world.receiver.posts.clear()
    # The later row waits for the earlier one, so that the order of a record is kept.
    assert world.service("pending")["due"] == 0
    world.drain()
    assert world.receiver.posts == []
    world.netsuite.clock(30, None)
    world.drain()
    assert [one["id"] for one in world.receiver.events()] == ids
    assert rows(world) == []


def test_one_event_that_is_refused_does_not_hold_other_records(world: Any) -> None:
    world.receiver.status = 400
    order(world)
    world.drain()
    world.receiver.status = 200
    second = order(world)
    world.drain()
    assert world.receiver.events()[-1]["subject"] == f"salesorder/{second}"
    assert len(rows(world)) == 1


def test_a_record_that_the_role_may_not_read_is_kept_with_the_reason(world: Any) -> None:
    order(world)
    with world.without("TRAN_SALESORD"):
        world.drain()
    (row,) = rows(world)
    assert "INSUFFICIENT_PERMISSION" in row["custrecord_run_ob_error"]
    world.netsuite.clock(30, None)
    world.drain()
    assert (rows(world), len(world.receiver.posts)) == ([], 1)


def test_rows_of_another_account_never_leave(world: Any) -> None:
    order(world)
    row = world.records("customrecord_run_outbox")[0]["id"]
    world.work(
        "submit_fields",
        "customrecord_run_outbox",
        id=row,
        fields={"custrecord_run_ob_account": "PRODUCTION"},
        who=As(),
    )
    world.drain()
    assert world.receiver.posts == []
    assert world.service("pending")["failed"] == 1


def test_the_net_starts_a_drain_that_nobody_asked_for(world: Any) -> None:
    order(world)
    world.run("customscript_run_net", "customdeploy_run_net")
    assert world.netsuite.engine.idle(30)
    assert len(world.receiver.posts) == 1


def test_a_pause_keeps_everything_where_it_is(world: Any) -> None:
    order(world)
    world.service("pause", paused=True)
    assert world.service("drain")["submitted"] == []
    world.run("customscript_run_net", "customdeploy_run_net")
    assert world.netsuite.engine.idle(30)
    assert (len(rows(world)), world.receiver.posts) == (1, [])
    world.service("pause", paused=False)
    world.drain()
    assert len(world.receiver.posts) == 1


# --- immediate ---


def customer(world: Any, name: str = "Beta", **more: Any) -> int:
    number: int = world.work(
        "save",
        "customer",
        fields={"companyname": name, "entityid": name, "isperson": False, "subsidiary": "1"},
        **more,
    )
    return number


def test_a_person_who_saves_is_told_of_at_once(world: Any) -> None:
    number = customer(world)
    (event,) = world.receiver.events()
    assert event["data"] == {"id": str(number), "name": "Beta"}
    assert rows(world) == []
    headers, body = world.receiver.posts[0]
    Webhook(SECRET).verify(body, headers)


def test_saves_in_bulk_are_queued(world: Any) -> None:
    customer(world, who=As(user=CLERK_USER, context="CSVIMPORT"))
    assert world.receiver.posts == []
    assert len(rows(world)) == 1


def test_a_dead_agent_costs_one_attempt_and_nothing_is_lost(world: Any) -> None:
    world.receiver.status = 500
    customer(world)
    customer(world, "Gamma")
    assert len(world.receiver.posts) == 1
    assert len(rows(world)) == 2
    world.receiver.status = 200
    world.receiver.posts.clear()
    world.drain()
    assert [one["data"]["name"] for one in world.receiver.events()] == ["Beta", "Gamma"]


def test_a_direct_post_never_overtakes_a_waiting_row(world: Any) -> None:
    number = customer(world, who=As(user=CLERK_USER, context="CSVIMPORT"))
    world.work("save", "customer", id=number, fields={"companyname": "Beta 2"})
    assert world.receiver.posts == []
    world.drain()
    assert [one["event"] for one in world.receiver.events()] == ["create", "edit"]


def test_a_save_never_fails_because_of_its_event(world: Any) -> None:
    with world.without("LIST_CUSTJOB"):
        number = customer(world)
    assert world.record("customer", id=number)["fields"]["companyname"] == "Beta"
    # The event could not be read now; it waits for the drain.
    assert len(rows(world)) == 1
