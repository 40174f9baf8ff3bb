"""The demo's verdict can be trusted: its counters see what is lost, wrong and doubled."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from standardwebhooks import Webhook

from emulator.demo import acme, count, report
from emulator.demo.outside import Parcel, Received, Target

SECRET = base64.b64encode(b"a secret of some twenty four").decode()


def record(key: str | None, total: float, name: str):
    fields = {"total": total, "otherrefnum": name}
    return {"id": 1, "externalid": key, "fields": fields}


def tally(expected, records):
    return count.documents("orders", expected, records, twin="otherrefnum")


def test_documents_that_are_there_once_with_their_total_are_right():
    expected = {"A": Decimal("10.10"), "B": None}
    found = tally(expected, [record("A", 10.1, "#1"), record("B", 5, "#2"), record(None, 1, "#3")])
    assert (found.expected, found.right, found.lost, found.doubled) == (2, 2, (), ())


@pytest.mark.parametrize(
    ("records", "lost", "doubled"),
    [
        ([], ("A",), ()),
        ([record("A", 10.11, "#1")], ("A",), ()),
        ([record("A", 10.1, "#1"), record("A", 10.1, "#9")], (), ("A",)),
        ([record("A", 10.1, "#1"), record("other", 10.1, "#1")], (), ("#1",)),
    ],
)
def test_documents_that_are_missing_wrong_or_twice(records, lost, doubled):
    found = tally({"A": Decimal("10.10")}, records)
    assert (found.lost, found.doubled) == (lost, doubled)


def call(event: str, name: str) -> Received:
    return Received("/x", event, {"event_id": name}, True, 204)


@pytest.mark.parametrize(
    ("calls", "lost", "doubled"),
    [
        ([call("1", "A"), call("2", "A"), call("3", "B")], (), ()),
        ([call("1", "A"), call("3", "B")], ("A",), ()),
        ([call("1", "A"), call("2", "A"), call("3", "B"), call("4", "B")], (), ("B",)),
        ([call("1", "A"), call("2", "A"), call("3", "B"), call("3", "B")], (), ("3",)),
        ([call("1", "A"), call("2", "A"), call("3", "B"), call("4", "C")], (), ("C",)),
    ],
)
def test_events_that_were_not_told_or_told_twice(calls, lost, doubled):
    found = count.events("events", {"A": 2, "B": 1}, calls, "event_id")
    assert (found.lost, found.doubled) == (lost, doubled)


def test_the_target_takes_what_the_published_library_signs_and_nothing_else():
    target = Target({"/hook": SECRET})
    try:
        body = json.dumps({"a": "ø"}).encode()
        now = datetime.now(UTC)
        headers = {
            "webhook-id": "e1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign("e1", now, body.decode()),
        }
        target.be_down("/hook", 1)
        answers = [
            httpx.post(f"{target.url}{path}", content=content, headers=headers, trust_env=False)
            for path, content in (
                ("/hook", body),
                ("/hook", body),
                ("/hook", b"{}"),
                ("/other", body),
            )
        ]
        assert [answer.status_code for answer in answers] == [503, 204, 401, 401]
        assert [call.id for call in target.taken("/hook")] == ["e1"]
    finally:
        target.close()


def test_the_shop_tells_the_same_story_each_time():
    first, second = acme.Shop(), acme.Shop()
    assert [o.parcel() for o in first.orders(9)] == [o.parcel() for o in second.orders(9)]
    assert first.mistakes() == second.mistakes()


def test_an_orders_total_is_the_sum_of_its_document():
    for order in acme.Shop().orders(20):
        document = order.document
        lines = sum(Decimal(x["price"]) * x["quantity"] for x in document["line_items"])
        freight = sum(Decimal(x["price"]) for x in document["shipping_lines"])
        assert order.total == lines + freight


def story(**changes) -> report.Story:
    row = report.Inbound("orders", sent=7, refused=1, repeated=1, created=4, held=1)
    told = {
        "title": "A day",
        "seconds": 1.0,
        "inbound": (row,),
        "files": (report.Inbound("bills", sent=1, created=1),),
        "outbound": (report.Outbound("shipments", "queued", 3, 4, 3),),
        "mistakes": (report.Mistake("order 9", "held", "BAD_VALUE: eleven"),),
        "moments": (),
        "tallies": (count.Tally("orders", 4, 4),),
        "bills": 1,
        "units_per_order": 12.5,
        "units_per_event": 6.0,
        **changes,
    }
    return report.Story(**told)


def test_the_numbers_add_up_and_the_line_is_one_line():
    line = report.as_json(story())
    assert "\n" not in line
    numbers = json.loads(line)
    assert list(numbers) == [
        "sent",
        "refused",
        "repeated",
        "created",
        "updated",
        "unchanged",
        "skipped",
        "held",
        "lost",
        "doubled",
        "webhooks_sent",
        "webhooks_delivered",
        "bills",
        "units_per_order",
        "units_per_event",
    ]
    assert story().good


@pytest.mark.parametrize(
    "changes",
    [
        {"tallies": (count.Tally("orders", 4, 3, lost=("SHOP-1",)),)},
        {"tallies": (count.Tally("orders", 4, 3, doubled=("SHOP-1",)),)},
        {"inbound": (report.Inbound("orders", sent=7, created=6),)},
    ],
)
def test_a_fault_makes_the_story_a_bad_one_and_is_named(changes):
    bad = story(**changes)
    assert not bad.good
    text = report.as_text(bad)
    assert "SHOP-1" in text or "do not add up" in text


def test_the_table_fits_a_page_and_names_every_mistake():
    text = report.as_text(story())
    assert "BAD_VALUE: eleven" in text
    assert "Nothing lost, nothing doubled." in text
    assert all(len(line) <= 130 for line in text.splitlines())


def test_parcels_say_what_should_become_of_them():
    expected = {parcel.expect for parcel in acme.Shop().mistakes()}
    assert expected == {"refused", "skipped", "held"}
    assert isinstance(acme.Shop().mistakes()[0], Parcel)
