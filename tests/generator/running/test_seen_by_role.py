"""What joins of a family read under the generated role: customers, vendors and employees behind one field."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from emulator.door.control import As, SeedRecord

PROJECT = Path(__file__).parent / "project_out" / "project.yaml"
SPEC = "spec: 1\nflow: {flow}\ndirection: outbound\nrecord: {record}\n{rest}"
EVENTS = "via: {events: {on: [create]}, deliver: pull}\ntarget: {connection: shop, path: /x}\n"
POLL = """\
target: {connection: shop, path: /x}
via:
  poll:
    key: id
    changed: SELECT t.id FROM transaction t WHERE t.type = 'Check'
    rows: >-
      SELECT t.id, e.email FROM transaction t JOIN entity e ON e.id = t.entity
      WHERE t.type = 'Check' AND t.id IN (:keys)
payload: {payee: email}
"""
FLOWS = {
    "paid": ("check", EVENTS + "payload: {payee: entity.email}\n"),
    "posted": (
        "journalentry",
        EVENTS
        + "payload: {memo: memo}\nlists: {lines: {from: line, fields: {who: entity.email}}}\n",
    ),
    "shipped": (
        "itemfulfillment",
        EVENTS + "payload: {buyer: entity.email, first: createdfrom.entity.email}\n",
    ),
    "received": (
        "itemreceipt",
        EVENTS + "payload: {from: entity.email, buyer: createdfrom.employee.email}\n",
    ),
    "polled": ("check", POLL),
}


def flows(folder: Path, *names: str) -> Path:
    (folder / "specs").mkdir(parents=True)
    shutil.copy(PROJECT, folder)
    for name in names:
        record, rest = FLOWS[name]
        text = SPEC.format(flow=name, record=record, rest=rest)
        (folder / f"specs/{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def party(out: Any, kind: str) -> str:
    fields = {"entityid": kind, "email": f"{kind}@example.com", "subsidiary": "1"}
    fields |= (
        {"firstname": "Ada", "lastname": kind}
        if kind == "employee"
        else {"companyname": kind, "isperson": False}
    )
    (number,) = out.netsuite.seed([SeedRecord(type=kind, fields=fields)])
    return str(number)


def account(out: Any, number: str, kind: str) -> str:
    fields = {"acctnumber": number, "acctname": number, "accttype": kind}
    (found,) = out.netsuite.seed([SeedRecord(type="account", fields=fields)])
    return str(found)


def sent(out: Any) -> list[dict[str, Any]]:
    answer = out.service("fetch")
    assert "error" not in answer, answer
    return [one["event"]["data"] for one in answer["events"]]


def pay(out: Any, payee: str) -> int:
    expense = [{"account": account(out, f"6-{payee}", "Expense"), "amount": 5}]
    bank = account(out, f"1-{payee}", "Bank")
    number: int = out.work(
        "save",
        "check",
        fields={"entity": payee, "account": bank, "subsidiary": "1", "trandate": "2026-11-05"},
        sublists={"expense": expense},
        who=As(),
    )
    return number


def test_the_payee_of_a_check_is_read_whoever_it_is(start: Any, tmp_path: Path) -> None:
    out = start(flows(tmp_path / "paid", "paid"))
    for kind in ("customer", "vendor", "employee"):
        pay(out, party(out, kind))
    assert [one["payee"] for one in sent(out)] == [
        "customer@example.com", "vendor@example.com", "employee@example.com"
    ]  # fmt: skip


def test_a_poll_reads_the_payee_of_a_check(start: Any, tmp_path: Path) -> None:
    out = start(flows(tmp_path / "polled", "polled"))
    number = pay(out, party(out, "employee"))
    contract = out.plan.outbound[0].contract
    answer = out.service("rows", flow="polled", contract=contract, keys=[{"key": number}])
    assert [one["data"] for one in answer["results"]] == [{"payee": "employee@example.com"}]


@pytest.mark.parametrize("kind", ["vendor", "employee"])
def test_the_parties_of_a_journal_are_read(start: Any, tmp_path: Path, kind: str) -> None:
    out = start(flows(tmp_path / "posted", "posted"))
    who = party(out, kind)
    one, other = account(out, "7", "Expense"), account(out, "8", "Expense")
    out.work(
        "save",
        "journalentry",
        fields={"subsidiary": "1", "trandate": "2026-11-05"},
        sublists={
            "line": [{"account": one, "debit": 5, "entity": who}, {"account": other, "credit": 5}]
        },
        who=As(),
    )
    (data,) = sent(out)
    assert [line.get("who") for line in data["lines"]] == [f"{kind}@example.com", None]


def test_the_buyer_of_what_is_shipped_is_read(start: Any, tmp_path: Path) -> None:
    out = start(flows(tmp_path / "shipped", "shipped"))
    buyer = party(out, "customer")
    (item,) = out.netsuite.seed(
        [SeedRecord(type="noninventorysaleitem", fields={"itemid": "PASS", "subsidiary": ["1"]})]
    )
    order = out.work(
        "save",
        "salesorder",
        fields={"entity": buyer, "trandate": "2026-11-05", "orderstatus": "B"},
        sublists={"item": [{"item": str(item), "quantity": 1, "rate": 5, "price": "-1"}]},
        who=As(),
    )
    out.work("transform", "itemfulfillment", source=("salesorder", order), who=As())
    assert sent(out) == [{"buyer": "customer@example.com", "first": "customer@example.com"}]


def test_who_ordered_what_comes_in_is_read(start: Any, tmp_path: Path) -> None:
    out = start(flows(tmp_path / "received", "received"))
    supplier, buyer = party(out, "vendor"), party(out, "employee")
    item = {"ref": "item", "by": "itemid", "value": "TEA"}
    order = out.work(
        "save",
        "purchaseorder",
        fields={"entity": supplier, "employee": buyer, "trandate": "2026-11-05", "location": "1"},
        sublists={"item": [{"item": item, "quantity": 1, "rate": 5, "location": "1"}]},
        who=As(),
    )
    out.work("transform", "itemreceipt", source=("purchaseorder", order), who=As())
    assert sent(out) == [{"from": "vendor@example.com", "buyer": "employee@example.com"}]
