"""What a document says is neither lost nor given to another record, and what it does not say is kept."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.door.control import SeedRecord

BLANKS = ["", " ", "\u00a0\t", None]
TOLD = {"area": "n", "no": 1, "name": "Quay"}
LINES = [
    {"no": "a", "sku": "TEA", "qty": 2, "net": "10.05"},
    {"no": "b", "sku": "MUG", "qty": 1, "net": "7"},
]


# --- keys ---


@pytest.mark.parametrize("blank", BLANKS)
def test_documents_without_a_key_are_not_one_record(world: Any, blank: Any) -> None:
    result = world.one("kinds", {"id": blank, "name": "n"})
    assert (result["outcome"], result["error"]["code"]) == ("failed", "KEY_EMPTY")


def test_a_key_of_the_specs_own_parts_alone_is_none(world: Any) -> None:
    assert world.one("told", {"name": "Quay"})["error"]["code"] == "KEY_EMPTY"
    assert world.one("told", {"name": "Quay", "no": 2})["key"] == "TOLD-_x2F2"


@pytest.mark.parametrize("blank", BLANKS)
def test_a_reference_of_blanks_is_empty_and_creates_nothing(world: Any, blank: Any) -> None:
    before = len(world.records("customer"))
    error = world.one("orders", {"id": 7, "state": "paid", "customer": {"no": blank}})["error"]
    assert (error["code"], error["field"]) == ("REQUIRED_EMPTY", "entity")
    assert len(world.records("customer")) == before


# --- hooks ---


@pytest.mark.parametrize(("said", "field"), [("remark", "comments"), ("rings", "phone")])
def test_what_hooks_alone_read_is_news(world: Any, said: str, field: str) -> None:
    results = [
        world.one("told", {**TOLD, said: text}) for text in ("555 0142", "555 0143", "555 0143")
    ]
    assert [one["outcome"] for one in results] == ["created", "updated", "unchanged"]
    assert world.record("customer", id=int(results[0]["record"]))["fields"][field] == "555 0143"


# --- references ---


def test_a_multi_select_keeps_what_it_holds_when_no_key_is_known(world: Any) -> None:
    def colors(text: Any) -> list[str]:
        world.one("kinds", {"id": 1, "name": "n", "colors": text})
        fields = world.record("customrecord_run_kinds", externalid="K-1")["fields"]
        return sorted(fields.get("custrecord_run_colors") or [])

    assert colors("Red|Green") == ["1", "2"]
    assert colors("Nope|Neither") == ["1", "2"]
    assert colors("Red|Nope") == ["1"]
    assert colors("") == []


def test_elements_that_are_empty_are_left_out_of_a_multi_select(world: Any) -> None:
    document = {"id": 1, "name": "n", "colors": [None, "Red", " "]}
    result = world.one("picky", document)
    assert result["outcome"] == "created", result
    fields = world.record("customrecord_run_kinds", externalid="Q-1")["fields"]
    assert fields["custrecord_run_colors"] == ["1"]


def test_of_two_documents_of_a_new_record_the_second_changes_it(world: Any) -> None:
    """What is written on update alone is looked up for the second, though nothing was there before."""
    record = {"type": "customrecord_run_plant", "fields": {"name": "Mill"}}
    (mill,) = world.netsuite.seed([SeedRecord.model_validate(record)])
    document = {"id": 1, "name": "Monday", "plant": "Mill"}
    results = world.results("later", document, {**document, "name": "Tuesday"})
    assert [one["outcome"] for one in results] == ["created", "updated"], results
    fields = world.record("customrecord_run_visit", externalid="W-1")["fields"]
    assert (fields["name"], fields["custrecord_run_plant_one"]) == ("Tuesday", str(mill))


# --- lines ---


def test_a_line_that_is_left_out_is_not_missing_from_the_document(world: Any) -> None:
    """Its item is not known any more: the order's own line is neither changed nor closed."""
    order = {"id": 1, "customer": "C-1", "lines": LINES}
    assert world.one("lenient", order)["outcome"] == "created"
    lines = [{**LINES[0], "sku": "GONE", "qty": 5}, {**LINES[1], "qty": 3}]
    assert world.one("lenient", {**order, "lines": lines})["outcome"] == "updated"

    def held() -> list[tuple[Any, ...]]:
        found = world.record("salesorder", externalid="N-1")["sublists"]["item"]
        names = ("custcol_run_line", "quantity", "isclosed")
        return [tuple(line["fields"].get(name) for name in names) for line in found]

    assert held() == [("a", 2, False), ("b", 3, False)]
    assert world.one("lenient", {**order, "lines": lines[1:]})["outcome"] == "updated"
    assert held() == [("a", 2, True), ("b", 3, False)]


# --- records that are made from others ---


def test_what_a_record_has_from_another_is_kept_or_cleared_as_said(world: Any) -> None:
    order = {
        "id": 7,
        "state": "paid",
        "customer": {"no": "1"},
        "note": "of the order",
        "po": "PO-9",
    }
    assert world.one("orders", {**order, "lines": LINES})["outcome"] == "created"
    invoice = {"no": 1, "order": 7, "note": "of the bill", "po": "", "lines": LINES[:1]}
    assert world.one("billed", invoice)["outcome"] == "created"
    fields = world.record("invoice", externalid="INV-1")["fields"]
    assert (fields["memo"], fields.get("otherrefnum")) == ("of the order", None)
