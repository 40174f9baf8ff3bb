"""The examples: what a user copies has to be without a blemish."""

from __future__ import annotations

import json
from pathlib import Path

import northwind
import pytest

from generator.compile import compile_project

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "examples/northwind/samples"
REAL = ROOT.parent / "shared/data/northwind"


@pytest.mark.parametrize("name", ["acme", "northwind"])
def test_an_example_has_neither_mistake_nor_warning(name: str) -> None:
    plan, found = compile_project(ROOT / "examples" / name)
    assert plan is not None
    assert [str(each) for each in found] == []


def test_acme_shows_both_ways_out_and_all_ways_in() -> None:
    plan, _ = compile_project(ROOT / "examples/acme")
    assert plan is not None
    assert {flow.deliver for flow in plan.outbound} == {"queued", "immediate"}
    assert {type(flow.via).__name__ for flow in plan.inbound} == {"RestletVia", "FileVia"}
    assert {flow.write for flow in plan.inbound} == {"upsert", "create"}


def test_the_northwind_samples_have_what_makes_real_data_hard() -> None:
    """Twelve orders: accents, discounts, NULLs, an address with an unquoted comma, a region that is no code."""
    data = northwind.read(SAMPLES)
    assert len(data.orders) == 12
    lines = [line for order in data.orders for line in order["lines"]]
    assert any(line["discount"] != "0" for line in lines)
    assert any(order["shippedDate"] is None for order in data.orders)
    assert {order["shipAddress"] for order in data.orders} >= {"Rua da Ilha, 45", "Königstraße 14"}
    assert {order["shipRegion"] for order in data.orders} >= {None, "Québec", "Isle of Wight"}
    known = {customer["customerID"] for customer in data.customers}
    assert {order["customerID"] for order in data.orders} <= known
    assert {line["productID"] for line in lines} <= {item["productID"] for item in data.items}


def test_the_sample_documents_are_rows_of_the_sample_files() -> None:
    data = northwind.read(SAMPLES)
    for name, documents in (
        ("customer", data.customers),
        ("product", data.items),
        ("order", data.orders),
    ):
        assert json.loads((SAMPLES / f"{name}.json").read_text()) in documents


@pytest.mark.skipif(not REAL.is_dir(), reason="no Northwind CSV files here")
def test_northwind_is_read_whole() -> None:
    """Rows whose commas stand without quotes included."""
    data = northwind.read(REAL)
    assert (len(data.customers), len(data.items), data.vendor_count) == (91, 77, 29)
    assert (len(data.orders), sum(len(order["lines"]) for order in data.orders)) == (830, 2155)
    assert sum(order["shippedDate"] is not None for order in data.orders) == 809
    assert {len(order) for order in data.orders} == {14}
    (lyon,) = {o["shipAddress"] for o in data.orders if o["shipName"] == "Victuailles en stock"}
    assert lyon == "2, rue du Commerce"
