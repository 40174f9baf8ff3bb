"""What leaves the account beside queued events: fetched ones, states of saves, touches, and all that a payload reads."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from emulator.account.starter import CLERK_USER
from emulator.door.control import As, Run, SeedRecord

WAYS_OUT = Path(__file__).parent / "project_out"
TEA = {"ref": "item", "by": "itemid", "value": "TEA"}
MUG = {"ref": "item", "by": "itemid", "value": "MUG"}
BUYER = {"ref": "customer", "by": "externalid", "value": "C-1"}
SHIP_TO = {
    "shippingaddress": {
        "fields": {"country": "US", "addressee": "Acme", "addr1": "1 Pier Road", "city": "Oakland", "state": "CA", "zip": "94607"}
    }
}  # fmt: skip


def line(item: Any, quantity: int) -> dict[str, Any]:
    return {"item": item, "quantity": quantity, "rate": 5, "price": "-1"}


def order(out: Any, **fields: Any) -> int:
    number: int = out.work(
        "save",
        "salesorder",
        fields={"entity": BUYER, "memo": "first", "trandate": "2026-11-05", **fields},
        sublists={"item": [line(TEA, 3), line(TEA, 1), line(MUG, 5)]},
        subrecords=SHIP_TO,
    )
    return number


def seed(out: Any, kind: str, **fields: Any) -> int:
    found: list[int] = out.netsuite.seed([SeedRecord(type=kind, fields=fields)])
    return found[0]


def adjust(
    out: Any, line: dict[str, Any], location: int | str = "1", detail: dict[str, Any] | None = None
) -> None:
    out.work(
        "save",
        "inventoryadjustment",
        fields={"subsidiary": "1", "account": "14", "adjlocation": str(location)},
        sublists={
            "inventory": [
                {"fields": {"location": str(location), **line}, "subrecords": detail or {}}
            ]
        },
        who=As(),
    )


def stock(out: Any, location: int, count: int) -> None:
    adjust(out, {"item": TEA, "adjustqtyby": count}, location=location)


def visible(out: Any, row: int, account: str) -> None:
    """A row of another account is in nobody's query, like one that is not committed yet."""
    fields = {"custrecord_out_ob_account": account}
    out.work("submit_fields", "customrecord_out_outbox", id=row, fields=fields, who=As())


def rows(out: Any) -> list[dict[str, Any]]:
    return [one["fields"] for one in out.records("customrecord_out_outbox")]


def fetched(out: Any) -> list[dict[str, Any]]:
    answer = out.service("fetch")
    assert "error" not in answer, answer
    return list(answer["events"])


def acked(out: Any, events: list[dict[str, Any]]) -> int:
    taken = [
        {"row": one["row"], "also": one["also"], "events": [one["event"]["id"]]} for one in events
    ]
    return int(out.service("ack", rows=taken)["acknowledged"])


# --- fetched ---


def test_a_fetched_event_reads_all_that_a_payload_can(out: Any) -> None:
    rep = seed(
        out, "employee", entityid="Ada Ray", firstname="Ada", lastname="Ray", email="ada@example.com", subsidiary="1"
    )  # fmt: skip
    buyer = out.record("customer", externalid="C-1")["id"]
    out.work("save", "customer", id=buyer, fields={"salesrep": str(rep)}, who=As())
    for name, count in (("A", 4), ("B", 7)):
        stock(out, seed(out, "location", name=name, subsidiary="1"), count)
    number = order(out, externalid="K-1")
    order(out, memo="second")
    one, other = fetched(out)
    data = one["event"]["data"]
    tranid = out.record("salesorder", id=number)["fields"]["tranid"]
    saved = data.pop("saved_tokyo")
    assert data == {
        "id": number,
        "memo": "FIRST",  # before_map
        "po": None,  # null: true; `silent`, which is as empty, is not there
        # A checkbox of another record is true or false, as one of the record itself.
        "customer": {
            "name": "Acme",
            "person": False,
            "kind": "company",
            "rep": "ada@example.com",
            "rep_shown": "Ada Ray",
        },
        "ship_to": {"city": "Oakland", "country": "United States"},
        "day": "05.11.2026",
        "plain_day": "2026-11-05",
        "label": "order of Acme",
        "orders": 2,
        "own": tranid,
        "lines": [
            {"sku": "TEA", "shown": "TEA", "quantity": 3, "tag": f"{number}-3", "on_hand": [4, 7]}
        ],
        "count": 1,  # after_map
        "flow": "orders/test",
    }
    assert len(saved) == 16
    assert other["event"]["data"]["memo"] == "SECOND"
    # One query for each join and each query of the flow, whatever the number of events.
    assert out.last()["calls"]["query.runSuiteQL"] == 9


def test_what_is_fetched_stays_until_it_is_acknowledged(out: Any) -> None:
    first, second = order(out), order(out)
    out.drain()
    assert out.receiver.posts == []  # no drain takes what the agent fetches
    assert out.health()["outbox"]["pull"] == 2
    assert out.service("pending")["due"] == 0
    before = fetched(out)
    again = fetched(out)
    assert [one["event"]["id"] for one in before] == [one["event"]["id"] for one in again]
    assert acked(out, before[1:]) == 1
    (left,) = fetched(out)
    assert left["event"]["subject"] == f"salesorder/{first}"
    assert acked(out, before) == 1  # the one that was acknowledged already is no fault
    assert (fetched(out), rows(out)) == ([], [])
    assert before[1]["event"]["subject"] == f"salesorder/{second}"


def test_a_row_that_comes_late_is_not_skipped_by_an_acknowledgement(out: Any) -> None:
    """Rows committed out of the order of their ids: what is acknowledged is what arrived."""
    late = order(out)
    early = order(out)
    late_row, early_row = sorted(one["id"] for one in out.records("customrecord_out_outbox"))
    account = out.project.account
    visible(out, late_row, "ELSEWHERE")
    events = fetched(out)
    assert [one["row"] for one in events] == [early_row]
    acked(out, events)
    visible(out, late_row, account)
    (event,) = fetched(out)
    assert event["event"]["subject"] == f"salesorder/{late}"
    assert early != late


def test_one_order_that_cannot_be_read_does_not_hold_the_others(out: Any) -> None:
    gone = order(out)
    good = order(out)
    quiet = order(out)
    out.work("submit_fields", "salesorder", id=quiet, fields={"memo": "quiet"}, who=As())
    with out.without("TRAN_SALESORD"):
        assert fetched(out) == []
    assert {row["custrecord_out_ob_attempts"] for row in rows(out)} == {1}
    out.netsuite.clock(30, None)
    events = fetched(out)
    assert {one["event"]["subject"] for one in events} == {
        f"salesorder/{gone}",
        f"salesorder/{good}",
    }
    acked(out, events)
    assert rows(out) == []  # the one whose condition no longer holds is gone as well


# --- joins, subrecords, lists in lists ---


def test_joins_go_on_from_join_to_join(out: Any) -> None:
    depot = out.record("location", externalid="DEPOT")["id"]
    stock(out, depot, 50)
    number = out.work(
        "save",
        "salesorder",
        fields={"entity": BUYER, "externalid": "K-7", "location": str(depot), "orderstatus": "B"},
        sublists={"item": [line(TEA, 3) | {"location": str(depot)}]},
    )
    out.work("transform", "itemfulfillment", source=("salesorder", number), event="ship")
    out.drain()
    (event,) = [e for e in out.receiver.events() if e["flow"] == "shipments"]
    assert event["data"] == {"order": "K-7", "buyer": "C-1", "depot": "Depot"}


def test_a_list_in_a_list_comes_from_the_lines_subrecord(out: Any) -> None:
    item = seed(out, "lotnumberedinventoryitem", itemid="HONEY", subsidiary=["1"])
    lots = [("H-1", 2), ("H-2", 1), ("H-3", 4)]
    assigned = [{"receiptinventorynumber": lot, "quantity": count} for lot, count in lots]
    adjust(
        out,
        {"item": str(item), "adjustqtyby": 7},
        detail={"inventorydetail": {"sublists": {"inventoryassignment": assigned}}},
    )  # fmt: skip
    out.drain()
    (event,) = [e for e in out.receiver.events() if e["flow"] == "moves"]
    assert event["data"]["items"] == [
        {
            "sku": "HONEY",
            "lots": [{"lot": "H-1", "quantity": 2}, {"lot": "H-3", "quantity": 4}],
        }
    ]


def test_what_the_agent_fetches_holds_up_no_post_that_is_made_at_once(
    start: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "both"
    (folder / "specs").mkdir(parents=True)
    shutil.copy(WAYS_OUT / "project.yaml", folder)
    for name, deliver in (("fetched", "pull"), ("told", "immediate")):
        spec = f"spec: 1\nflow: {name}\ndirection: outbound\nrecord: vendor\nvia: {{events: {{on: [create, edit]}}, deliver: {deliver}}}\n"
        spec += f"target: {{connection: shop, path: /{name}}}\npayload: {{name: companyname}}\n"
        (folder / f"specs/{name}.yaml").write_text(spec, encoding="utf-8")
    out = start(folder)
    out.work("save", "vendor", id=vendor(out), fields={"companyname": "Vend 2"})
    told = [event["data"]["name"] for event in out.receiver.events()]
    assert told == ["Vend", "Vend 2"]
    assert len(rows(out)) == 2


def test_a_whole_number_is_never_sent_with_decimals(start: Any, tmp_path: Path) -> None:
    folder = tmp_path / "whole"
    (folder / "specs").mkdir(parents=True)
    shutil.copy(WAYS_OUT / "project.yaml", folder)
    (folder / "specs/limits.yaml").write_text(
        "spec: 1\nflow: limits\ndirection: outbound\nrecord: vendor\n"
        "via: {events: {on: [create]}, deliver: pull}\ntarget: {connection: shop, path: /limits}\n"
        "payload:\n  limit: {from: creditlimit, type: integer}\n"
        "  ledger: {from: accountnumber, type: integer, places: 0}\n",
        encoding="utf-8",
    )
    out = start(folder)
    for limit, number in ((2, "7.5"), (2.5, "1"), (3, "12345678901234567890")):
        fields = {"companyname": f"V {limit}", "isperson": False, "subsidiary": "1"}
        out.work("save", "vendor", fields={**fields, "creditlimit": limit, "accountnumber": number})
    assert [one["event"]["data"] for one in fetched(out)] == [{"limit": 2, "ledger": 8}]
    errors = [
        row["custrecord_out_ob_error"] for row in rows(out) if row.get("custrecord_out_ob_error")
    ]
    assert ["'2.5' is not a whole number" in errors[0], "more digits" in errors[1]] == [True, True]


def test_a_multi_select_of_another_record_is_a_list_as_its_own_is(
    start: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    (folder / "specs").mkdir(parents=True)
    shutil.copy(WAYS_OUT / "project.yaml", folder)
    (folder / "specs/items.yaml").write_text(
        "spec: 1\nflow: items\ndirection: outbound\nrecord: inventoryitem\n"
        "via: {events: {on: [create]}, deliver: pull}\ntarget: {connection: shop, path: /items}\n"
        "payload: {own: subsidiary, above: parent.subsidiary, none: parent.parent.subsidiary}\n",
        encoding="utf-8",
    )
    out = start(folder)
    above = seed(out, "inventoryitem", itemid="ABOVE", subsidiary=["1", "3"])
    fields = {"itemid": "BELOW", "subsidiary": ["1", "2"], "parent": str(above)}
    out.work("save", "inventoryitem", fields=fields, who=As())
    assert [one["event"]["data"] for one in fetched(out)] == [
        {"own": ["1", "2"], "above": ["1", "3"]}
    ]


# --- states ---


def vendor(out: Any, **more: Any) -> int:
    number: int = out.work(
        "save",
        "vendor",
        fields={"companyname": "Vend", "entityid": "Vend", "isperson": False, "subsidiary": "1", "phone": "555-0100"},
        sublists={
            "addressbook": [
                {
                    "fields": {"label": "Home"},
                    "subrecords": {"addressbookaddress": {"fields": {"country": "US", "city": "Reno"}}},
                }
            ]
        },
        **more,
    )  # fmt: skip
    return number


def test_every_state_of_a_record_is_sent_as_it_was(out: Any) -> None:
    number = vendor(out)
    out.work("save", "vendor", id=number, fields={"companyname": "Vend 2"})
    out.work("submit_fields", "vendor", id=number, fields={"phone": "555-0199"})
    out.work("delete", "vendor", id=number)
    out.drain()
    events = [event for event in out.receiver.events() if event["flow"] == "states"]
    assert [event["event"] for event in events] == ["create", "edit", "xedit", "delete"]
    told = [(e["data"]["id"], e["data"]["name"], e["data"].get("phone")) for e in events]
    assert told == [
        (number, "Vend", "555-0100"),
        (number, "Vend 2", "555-0100"),
        (number, "Vend 2", "555-0199"),
        (number, "Vend 2", "555-0199"),
    ]
    home = [{"label": "Home", "city": "Reno"}]
    assert [event["data"]["addresses"] for event in events] == [home] * 4
    assert rows(out) == []


# --- touches ---


def test_a_record_is_told_when_another_one_changes_what_it_derives(out: Any) -> None:
    out.work(
        "save",
        "invoice",
        fields={"entity": BUYER, "location": {"ref": "location", "by": "externalid", "value": "DEPOT"}},
        sublists={"item": [{"item": MUG, "quantity": 2, "rate": 5, "price": "-1"}]},
    )  # fmt: skip
    buyer = out.record("customer", externalid="C-1")["id"]
    (row,) = rows(out)
    assert (row["custrecord_out_ob_record"], row["custrecord_out_ob_kind"]) == ("customer", "touch")
    assert out.last("UserEventScript")["units"] == 6
    out.drain()
    (event,) = out.receiver.events()
    assert event["type"] == "out.balances.touch"
    assert event["subject"] == f"customer/{buyer}"
    assert event["data"] == {"id": buyer, "balance": 10}


def test_a_record_that_moves_touches_the_one_that_it_left(out: Any) -> None:
    other = out.work(
        "save",
        "customer",
        fields={"companyname": "Zeta", "entityid": "Zeta", "isperson": False, "subsidiary": "1"},
    )
    invoice = out.work(
        "save",
        "invoice",
        fields={"entity": BUYER, "location": {"ref": "location", "by": "externalid", "value": "DEPOT"}},
        sublists={"item": [{"item": MUG, "quantity": 2, "rate": 5, "price": "-1"}]},
    )  # fmt: skip
    out.drain()
    out.receiver.posts.clear()
    out.work("delete", "invoice", id=invoice)
    out.drain()
    told = {event["subject"] for event in out.receiver.events()}
    buyer = out.record("customer", externalid="C-1")["id"]
    assert told == {f"customer/{buyer}"}
    assert out.receiver.events()[0]["data"]["balance"] == 0
    assert other != buyer


# --- workflow actions ---


def act(out: Any, record: str, number: int, flow: str = "") -> Any:
    parameters = {f"custscript_out_{record}_wa_flow": flow} if flow else {}
    run = Run(
        script=f"customscript_out_{record}_wa",
        params=parameters,
        options={"type": record, "id": number, "event": "edit"},
        **{"as": As(user=CLERK_USER)},
    )
    return out.netsuite.run(run)["returned"]


def test_a_workflow_sends_a_record_through_a_flow(out: Any) -> None:
    number = order(out)
    acked(out, fetched(out))
    assert act(out, "salesorder", number, "orders") == "QUEUED"
    assert out.last("WorkflowActionScript")["units"] == 6
    (event,) = fetched(out)
    assert event["event"]["type"] == "out.orders.workflow"
    assert event["event"]["data"]["id"] == number
    acked(out, [event])
    assert act(out, "salesorder", number) == "QUEUED"  # every flow of the record type
    assert act(out, "salesorder", number, "ordres") == "UNKNOWN_FLOW"
    assert len(rows(out)) == 1


def test_a_workflow_hears_that_no_flow_wants_the_record(out: Any) -> None:
    number = order(out, memo="quiet")
    assert act(out, "salesorder", number, "orders") == "SKIPPED"
    assert rows(out) == []


def test_a_workflow_sends_the_state_where_the_flow_sends_states(out: Any) -> None:
    number = vendor(out)
    out.drain()
    out.receiver.posts.clear()
    assert act(out, "vendor", number, "states") == "QUEUED"
    out.work("delete", "vendor", id=number)
    out.drain()
    (sent, deleted) = out.receiver.events()
    assert (sent["event"], deleted["event"]) == ("workflow", "delete")
    assert sent["data"]["name"] == "Vend"
