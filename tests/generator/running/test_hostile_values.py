"""What stands in a document is a value, in every query, path and script that the account runs for it."""

from __future__ import annotations

from typing import Any

import pytest

ORDER: dict[str, Any] = {
    "id": 7,
    "state": "paid",
    "customer": {"no": "1", "name": "Acme"},
    "at": "2026-11-21T03:30:00Z",
    "lines": [{"no": "a", "sku": "TEA", "qty": 2, "net": "10.05", "text": "Tea"}],
}


def order(**changes: Any) -> dict[str, Any]:
    return {**ORDER, **changes}


HOSTILE = [
    "7' OR '1'='1",
    "7'; DELETE FROM customer; --",
    "' UNION SELECT id, externalid FROM employee --",
    "7?",
    ":keys",
    "${7*7}",
    "__proto__",
    "constructor",
    "</script><script>",
    "../../SuiteScripts/x",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_key_finds_and_makes_its_own_record_alone(world: Any, value: str) -> None:
    world.one("orders", ORDER)
    before = world.record("salesorder", externalid="T-7")
    first = world.one("orders", order(id=value))
    assert first["outcome"] == "created", first
    assert world.one("orders", order(id=value, note="again"))["record"] == first["record"]
    assert world.record("salesorder", externalid="T-7") == before
    assert len(world.records("salesorder")) == 2


@pytest.mark.parametrize("value", HOSTILE)
def test_a_reference_finds_nothing_but_what_it_names(world: Any, value: str) -> None:
    bad = [{"no": "a", "sku": value, "qty": 1, "net": 1}]
    result = world.one("orders", order(lines=bad))
    assert (result["error"]["code"], result["error"]["field"]) == (
        "MISSING_REFERENCE",
        "item.item",
    ), result


@pytest.mark.parametrize("value", HOSTILE)
def test_a_text_is_kept_as_it_came(world: Any, value: str) -> None:
    world.one("orders", order(note=value))
    assert world.record("salesorder", externalid="T-7")["fields"]["memo"] == value


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString", "hasOwnProperty"])
def test_names_of_javascript_in_a_document_are_names(world: Any, name: str) -> None:
    document = order(**{name: {"state": "paid", "polluted": True}})
    assert world.one("orders", document)["outcome"] == "created"
    document = order(id=8, ship_to={name: "x", "country": "FR", "name": "Zoé"})
    assert world.one("orders", document)["outcome"] == "created"
    # A word that every object of JavaScript has is not in a map.
    result = world.one("orders", order(id=9, ship=name))
    assert result["error"]["code"] == "MAP_NO_MATCH", result


def test_half_a_character_is_a_question_mark_and_stops_nothing(world: Any) -> None:
    document = order(id="h\ud800", note="a\udc00b", lines=[{"no": "\ud83d", "sku": "TEA", "qty": 1, "net": 1}])  # fmt: skip
    first, other = world.results("orders", document, order(id=8, note="\U0001f600"))
    assert (first["outcome"], first["key"], other["outcome"]) == ("created", "T-h_x3F", "created")
    assert world.record("salesorder", externalid="T-h_x3F")["fields"]["memo"] == "a?b"
    assert world.record("salesorder", externalid="T-8")["fields"]["memo"] == "\U0001f600"
