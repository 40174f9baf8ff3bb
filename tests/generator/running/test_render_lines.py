"""Lines in dynamic mode, address books, and what hooks may look up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

ORDER = {
    "id": 1,
    "customer": "C-1",
    "ship": "UPS Ground",
    "note": "n",
    "lines": [
        {"no": "1", "sku": "TEA", "qty": 2, "net": 3},
        {"no": "2", "sku": "MUG", "qty": 1, "net": 4},
    ],
}


def lines(world: Any) -> dict[str, tuple[Any, ...]]:
    saved = world.record("salesorder", externalid="D-1")
    rows = [line["fields"] for line in saved["sublists"]["item"]]
    return {
        r["custcol_run_line"]: (r["quantity"], r["rate"], r["amount"], r["isclosed"]) for r in rows
    }


def test_dynamic_mode_writes_and_compares_the_same(world: Any) -> None:
    assert world.one("typed-orders", ORDER)["outcome"] == "created"
    assert lines(world) == {"1": (2, 3, 6, False), "2": (1, 4, 4, False)}
    assert world.one("typed-orders", ORDER)["outcome"] == "unchanged"
    first = {**ORDER["lines"][0], "qty": 5}
    assert (
        world.one(
            "typed-orders",
            {**ORDER, "lines": [first, {"no": "3", "sku": "MUG", "qty": 1, "net": 1}]},
        )["outcome"]
        == "updated"
    )
    assert lines(world) == {"1": (5, 3, 15, False), "2": (1, 4, 4, True), "3": (1, 1, 1, False)}


@pytest.mark.parametrize("there", [False, True], ids=["new", "existing"])
def test_a_line_key_that_stands_twice_names_the_key_and_its_spec_line(
    world: Any, there: bool
) -> None:
    """Not the field of the line before it, which was the last one written."""
    if there:
        world.one("typed-orders", ORDER)
    first = {**ORDER["lines"][0], "qty": 7}
    error = world.one("typed-orders", {**ORDER, "lines": [first, first]})["error"]
    place = spec_line("typed-orders", "key: {custcol_run_line")
    assert (error["code"], error["field"], error["spec"]) == (
        "LINE_KEY_TWICE",
        "item.custcol_run_line",
        f"typed-orders.yaml:{place}",
    )


def spec_line(flow: str, text: str) -> int:
    spec = (Path(__file__).parent / "project" / "specs" / f"{flow}.yaml").read_text().splitlines()
    return next(number for number, line in enumerate(spec, 1) if text in line)


def test_a_select_by_its_text(world: Any) -> None:
    world.one("typed-orders", ORDER)
    before = world.record("salesorder", externalid="D-1")["fields"]["shipmethod"]
    assert world.one("typed-orders", {**ORDER, "ship": "Truck"})["outcome"] == "updated"
    assert world.record("salesorder", externalid="D-1")["fields"]["shipmethod"] != before
    assert world.one("typed-orders", {**ORDER, "ship": "Donkey"})["error"]["field"] == "shipmethod"


PERSON = {
    "id": 5,
    "name": "Nordwind",
    "addresses": [
        {"kind": "home", "ship": True, "country": "DE", "street": "Weg 1", "city": "Kiel"},
        {"kind": "work", "country": "DE", "street": "Weg 2", "city": "Kiel"},
    ],
}


def book(world: Any) -> dict[str, tuple[Any, ...]]:
    saved = world.record("customer", externalid="C-5")
    found = {}
    for line in saved["sublists"]["addressbook"]:
        address = line["subrecords"]["addressbookaddress"]["fields"]
        found[line["fields"]["label"]] = (
            address["addr1"],
            line["fields"].get("defaultshipping", False),
        )
    return found


def test_an_address_book_is_merged_by_label(world: Any) -> None:
    assert world.one("people", PERSON)["outcome"] == "created"
    assert book(world) == {"home": ("Weg 1", True), "work": ("Weg 2", False)}
    assert world.one("people", PERSON)["outcome"] == "unchanged"
    moved = {**PERSON, "addresses": [{**PERSON["addresses"][0], "street": "Weg 9"}]}
    assert world.one("people", moved)["outcome"] == "updated"
    assert book(world) == {"home": ("Weg 9", True)}


QUOTE: dict[str, Any] = {
    "id": 1,
    "customer": "Harbour Stores",
    "discount": 5,
    "lines": [
        {"no": "1", "sku": "SAMPLE-NONSTOCK", "qty": 2, "level": "Base Price"},
        {"no": "2", "sku": "SAMPLE-PERCENT", "share": "-10%"},
        {"no": "3", "sku": "SAMPLE-CHARGE", "qty": 2, "net": 7, "sum": "13.99"},
    ],
}


def quote(**changes: dict[str, Any]) -> dict[str, Any]:
    """The quote with other values in the lines of these numbers."""
    lines = [{**line, **changes.get(f"n{line['no']}", {})} for line in QUOTE["lines"]]
    return {**QUOTE, "lines": lines}


def quoted(world: Any) -> dict[str, tuple[Any, Any, Any]]:
    saved = world.record("estimate", externalid="Q-1")
    rows = [line["fields"] for line in saved["sublists"]["item"]]
    return {r["custcol_run_line"]: (r.get("price"), r["rate"], r["amount"]) for r in rows}


def test_a_line_of_a_price_level_stays_in_it_and_follows_its_quantity(world: Any) -> None:
    assert world.one("quotes", quote())["outcome"] == "created"
    assert quoted(world)["1"] == ("1", 9.99, 19.98)
    assert world.one("quotes", quote(n1={"qty": 3}))["outcome"] == "updated"
    assert quoted(world)["1"] == ("1", 9.99, 29.97)
    assert world.one("quotes", quote(n1={"qty": 3}))["outcome"] == "unchanged"


def test_an_amount_is_the_documents_where_it_gives_one_and_else_follows(world: Any) -> None:
    world.one("quotes", quote())
    assert quoted(world)["3"][1:] == (7, 13.99)
    world.one("quotes", quote(n3={"qty": 3, "sum": "20.50"}))
    assert quoted(world)["3"][1:] == (7, 20.5)
    world.one("quotes", quote(n3={"qty": 4, "sum": None}))
    assert quoted(world)["3"][1:] == (7, 28)


def test_a_rate_may_be_a_percentage_both_ways(world: Any) -> None:
    """Of a discount: an order with one would be refused, or its event never be sent."""
    assert world.one("quotes", quote())["outcome"] == "created"
    assert quoted(world)["2"][1:] == ("-10.0%", -2)
    saved = world.record("estimate", externalid="Q-1")["fields"]
    assert saved["total"] == pytest.approx((19.98 - 2 + 13.99) * 0.95, abs=0.01)
    assert world.one("quotes", quote())["outcome"] == "unchanged"
    world.one("quotes", quote(n2={"share": "-12.50 %"}))
    assert quoted(world)["2"][1] == "-12.5%"
    assert world.one("quotes", quote(n2={"share": "ten%"}))["error"]["field"] == "item.rate"
    world.drain()
    data = [one["data"] for one in world.receiver.events() if ".quote-news." in one["type"]][-1]
    assert data["discount"] == "-5%"
    assert [line["rate"] for line in data["lines"]] == [9.99, "-12.5%", 7]


def test_the_amount_of_a_changed_line_is_whole_where_its_rate_is(
    start: Any, tmp_path: Path
) -> None:
    """Yen have no decimals: 1.5 hours at 333 are 500, as NetSuite itself reckons for a new line."""
    folder = tmp_path / "yen"
    (folder / "specs").mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "project" / "project.yaml", folder)
    (folder / "specs/hours.yaml").write_text(
        "spec: 1\nflow: hours\ndirection: inbound\nrecord: salesorder\nvia: {restlet: {batch: 5}}\n"
        'key: {from: id, prefix: "H-"}\n'
        "body: {entity: {from: who, ref: {record: customer}}}\n"
        "lines:\n  item:\n    from: lines\n    key: {description: no}\n    policy: merge\n    body:\n"
        "      item: {from: sku, ref: {record: item, by: itemid}}\n      quantity: qty\n"
        "      price: {value: -1}\n      rate: {from: net, places: 0}\n",
        encoding="utf-8",
    )
    out = start(folder)
    for quantity, amount in ((1, 333), (1.5, 500)):
        line = {"no": "a", "sku": "TEA", "qty": quantity, "net": 333}
        result = out.one("hours", {"id": 1, "who": "C-1", "lines": [line]})
        assert result["outcome"] in ("created", "updated"), result
        (saved,) = out.record("salesorder", externalid="H-1")["sublists"]["item"]
        assert saved["fields"]["amount"] == amount
