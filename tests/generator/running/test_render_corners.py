"""Corners of the language: what is required of a list, times of day, answers that every user reads the same."""

from __future__ import annotations

from typing import Any

import pytest


def fields(world: Any) -> dict[str, Any]:
    saved = world.record("customrecord_run_kinds", externalid="Q-1")["fields"]
    return {name.removeprefix("custrecord_run_"): value for name, value in saved.items()}


def test_a_required_list_may_lose_elements_but_not_all(world: Any) -> None:
    some = world.one("picky", {"id": 1, "name": "n", "colors": ["Red", "Nope"]})
    assert some["outcome"] == "created"
    assert len(fields(world)["colors"]) == 1
    for colors in (["Nope", "Neither"], [], None):
        error = world.one("picky", {"id": 2, "name": "n", "colors": colors})["error"]
        assert (error["code"], error["field"], error["spec"]) == (
            "REQUIRED_EMPTY",
            "custrecord_run_colors",
            "picky.yaml:12",
        )


def test_a_list_that_names_an_element_twice_holds_it_once(world: Any) -> None:
    document = {"id": 1, "name": "n", "colors": ["Red", "Green", "Red"]}
    assert world.one("picky", document)["outcome"] == "created"
    assert len(fields(world)["colors"]) == 2
    assert world.one("picky", {**document, "colors": ["Green", "Red"]})["outcome"] == "unchanged"
    assert world.one("picky", {**document, "colors": ["Red", "Red"]})["outcome"] == "updated"
    assert len(fields(world)["colors"]) == 1


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("7:05", "07:05"), ("07:05:59", "07:05"), ("7:05 pm", "19:05"), ("12:05 AM", "00:05"),
        ("12:05 p.m.", "12:05"), (" 23:59 ", "23:59"),
    ],
)  # fmt: skip
def test_a_time_of_day_in_both_clocks(world: Any, written: str, hour: str) -> None:
    document = {"id": 1, "name": "n", "colors": ["Red"], "clock": written}
    assert world.one("picky", document)["outcome"] == "created"
    assert fields(world)["clock"] == hour
    assert world.one("picky", {**document, "clock": hour})["outcome"] in ("unchanged", "updated")
    assert fields(world)["clock"] == hour


@pytest.mark.parametrize(
    "written", ["24:00", "7:60", "13:00 pm", "0:30 am", "7:05 xm", "2026-01-01T07:05:00Z", "7"]
)
def test_what_is_no_time_of_day_is_refused(world: Any, written: str) -> None:
    error = world.one("picky", {"id": 1, "name": "n", "colors": ["Red"], "clock": written})["error"]
    assert (error["code"], error["field"]) == ("BAD_VALUE", "custrecord_run_clock")


def test_a_date_is_answered_in_one_form_whatever_the_users_is(world: Any) -> None:
    document = {"id": 1, "name": "n", "colors": ["Red"], "day": "2026-03-01"}
    answer = world.one("picky", document)["answer"]
    assert answer["day"] == "2026-03-01"
    assert answer["key"] == "Q-1"
    assert str(answer["number"]) == str(
        world.record("customrecord_run_kinds", externalid="Q-1")["id"]
    )


def test_who_asks_again_gets_the_answer_that_got_lost(world: Any) -> None:
    document = {"id": 1, "name": "n", "colors": ["Red"], "day": "2026-03-01"}
    first = world.one("picky", document)
    again = world.one("picky", document)
    assert (first["outcome"], again["outcome"]) == ("created", "unchanged")
    assert again["answer"] == first["answer"]


def test_a_record_that_was_made_from_another_does_not_need_it_again(world: Any) -> None:
    """`transform_from` is read for new records alone, and never made from nothing."""
    error = world.one("shipments", {"no": 1, "lines": []})["error"]
    assert (error["code"], error["field"]) == ("REQUIRED_EMPTY", "transform_from")


def test_a_field_is_left_alone_without_its_feature(world: Any) -> None:
    result = world.one("sparse", {"id": 1, "name": "Monday", "note": "n"})
    assert result["outcome"] == "created", result
    saved = world.record("customrecord_run_visit", externalid="S-1")["fields"]
    assert (saved["custrecord_run_note"], saved.get("custrecord_run_visited")) == ("n", None)


def test_a_mandatory_field_may_be_empty_where_the_flow_says_so(world: Any) -> None:
    assert world.one("sparse", {"id": 1, "name": "Monday"})["outcome"] == "created"
    error = world.one("strict", {"id": 1, "name": "Monday"})["error"]
    assert error["code"] == "USER_ERROR"
