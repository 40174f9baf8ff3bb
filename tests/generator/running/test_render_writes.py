"""Every kind of field is written, compared and cleared in its own form; races and limits."""

from __future__ import annotations

from typing import Any

import pytest

KINDS: dict[str, Any] = {
    "id": 1,
    "name": "one",
    "text": "a\r\nb",
    "long": "x" * 5000,
    "whole": "42",
    "ratio": "0.1",
    "share": 12.5,
    "price": "10.005",
    "flag": "ja",
    "day": "3.11.2026",
    "moment": "2026-07-01T12:30:00",
    "clock": "7:05",
    "mail": " A@B.DE ",
    "tel": "030 123456",
    "page": "https://x.example/a",
    "color": "Red",
    "colors": "Green|Red|Nope",
    "more": ["Blue"],
}


def fields(world: Any) -> dict[str, Any]:
    saved = world.record("customrecord_run_kinds", externalid="K-1")["fields"]
    return {name.removeprefix("custrecord_run_"): value for name, value in saved.items()}


def test_every_kind_is_set_in_netsuites_form(world: Any) -> None:
    assert world.one("kinds", KINDS)["outcome"] == "created"
    saved = fields(world)
    assert (saved["whole"], saved["ratio"], saved["share"], saved["price"]) == (
        42,
        0.1,
        12.5,
        10.01,
    )
    assert saved["flag"] is True
    assert saved["day"] == "2026-11-03"
    assert saved["moment"] == 1782901800000  # 10:30 UTC: summer in Berlin
    assert (saved["mail"], saved["tel"]) == ("A@b.de", "+4930123456")
    assert (saved["color"], sorted(saved["colors"]), saved["more"]) == ("1", ["1", "2"], ["3"])


def test_every_kind_is_found_equal_again(world: Any) -> None:
    """This record type has no fingerprint: equality is decided on the record."""
    world.one("kinds", KINDS)
    before = world.record("customrecord_run_kinds", externalid="K-1")
    spelled_otherwise = {
        **KINDS, "whole": 42.0, "ratio": 0.10, "share": "12.50", "price": "10.01", "day": "03.11.2026",
        "moment": "2026-07-01T10:30:00Z", "clock": "07:05", "colors": "Red|Green", "text": "a\nb ",
    }  # fmt: skip
    results = world.results("kinds", KINDS, spelled_otherwise)
    assert [one["outcome"] for one in results] == ["unchanged", "unchanged"]
    assert world.record("customrecord_run_kinds", externalid="K-1") == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", "b"), ("long", "y"), ("whole", 43), ("ratio", 0.2), ("share", "12.6"), ("price", 10.02), ("flag", "nein"),
        ("day", "4.11.2026"), ("moment", "2026-07-01T12:31:00"), ("clock", "7:06"), ("mail", "a@b.fr"), ("tel", "030 123457"),
        ("page", "https://y.example"), ("color", "Blue"), ("colors", "Green"), ("more", ["Green"]),
    ],
)  # fmt: skip
def test_every_kind_is_changed(world: Any, name: str, value: Any) -> None:
    world.one("kinds", KINDS)
    before = fields(world)
    assert world.one("kinds", {**KINDS, name: value})["outcome"] == "updated"
    after = fields(world)
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert changed - {"lastmodified", "lastmodifiedby"} == {name}
    if name == "more":
        assert sorted(after["more"]) == ["2", "3"]


def test_what_is_there_and_empty_clears(world: Any) -> None:
    world.one("kinds", KINDS)
    empty = {
        name: ("" if name not in ("id", "name", "more") else value) for name, value in KINDS.items()
    }
    assert world.one("kinds", empty)["outcome"] == "updated"
    left = {
        name: value
        for name, value in fields(world).items()
        if name in KINDS and value not in (None, "", False, [])
    }
    assert set(left) == {"name", "color", "more"}
    assert left["color"] == "3"  # a default counts where nothing is
    assert world.one("kinds", {"id": 1, "name": "one"})["outcome"] == "unchanged"


def test_a_record_that_somebody_else_made_first_is_changed_instead(world: Any) -> None:
    result = world.one("raced", {"code": "1", "label": "ours", "size": 3, "race": "create"})
    assert result["outcome"] == "updated"
    (plant,) = world.records("customrecord_run_plant")
    assert (plant["fields"]["name"], plant["fields"]["custrecord_run_size"]) == ("ours", 3)


def test_a_lost_race_is_told_as_retry(world: Any) -> None:
    world.one("raced", {"code": "1", "label": "ours"})
    result = world.one("raced", {"code": "1", "label": "newer", "race": "update"})
    assert (result["error"]["code"], result["error"]["class"]) == ("RCRD_HAS_BEEN_CHANGED", "retry")
    assert world.one("raced", {"code": "1", "label": "newer"})["outcome"] == "updated"


def test_a_batch_that_is_too_big_is_served_as_far_as_the_units_go(world: Any) -> None:
    line = {"no": "a", "sku": "TEA", "qty": 1, "net": 1}
    documents = [
        {"id": i, "state": "paid", "customer": {"no": f"n{i}", "name": f"N {i}"}, "lines": [line]}
        for i in range(400)
    ]
    results = world.results("orders", *documents)
    assert len(results) == 400
    assert {one["outcome"] for one in results} == {"created", "deferred"}
    created = sum(one["outcome"] == "created" for one in results)
    assert created == len(world.records("salesorder"))
    left = [documents[i] for i, one in enumerate(results) if one["outcome"] == "deferred"]
    assert {one["outcome"] for one in world.results("orders", *left[:25])} == {"created"}
