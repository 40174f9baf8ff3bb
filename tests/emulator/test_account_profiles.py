"""Generated scripts lean on nothing that is only assumed: they hold with every switch the other way."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path

import pytest

from emulator import local
from emulator.account import ADVERSARIAL, LocalAccount, Preferences
from emulator.door.concurrency import Concurrency
from emulator.door.control import SeedRecord
from emulator.ports import Session
from emulator.project import opened

ACME = Path(__file__).resolve().parents[2] / "examples" / "acme"
SECRET = "c3VpdGVsb29tIHRlc3Qgc2VjcmV0IDEyMzQ1Njc4OTA="


class World:
    """Acme's account with the generated project in it, called as the agent calls it."""

    def __init__(self, project, preferences):
        self.project = project
        self.bundle = json.loads((project.folder / "flows.json").read_text())
        self.netsuite = local.LocalNetSuite(project, workers=1, limit=Concurrency(5))
        self.session = Session(8, project.role, "RESTLET", preferences.time_zone)

    def send(self, flow, *documents):
        entry = next(each for each in self.bundle["flows"] if each["flow"] == flow)
        body = {
            "contract": entry["contract"],
            "build": self.bundle["build"],
            "account": self.project.account,
            "flow": flow,
            "batch": "b",
            "documents": [{"id": str(n), "doc": doc} for n, doc in enumerate(documents)],
        }
        reply = self.netsuite.engine.restlet(
            self.session,
            entry["script"],
            entry["deploy"],
            "POST",
            {},
            json.dumps(body).encode(),
            "application/json",
        )
        results = json.loads(reply.body)["results"]
        return [each["outcome"] for each in results], results


@pytest.fixture(scope="module")
def project():
    with opened(ACME) as found:
        yield found


@pytest.fixture(params=[Preferences(), ADVERSARIAL], ids=["default", "adversarial"])
def world(request, project, monkeypatch):
    monkeypatch.setattr(
        local, "LocalAccount", functools.partial(LocalAccount, preferences=request.param)
    )
    made = World(project, request.param)
    made.netsuite.start(
        {need.scriptid: SECRET for need in project.secrets if need.scriptid},
        {"SUITESCRIPT_SCHEDULING": "FULL"},
    )
    seeds = json.loads((ACME / "account.json").read_text())["records"]
    made.netsuite.seed([SeedRecord(**seed) for seed in seeds])
    yield made
    made.netsuite.close()


def sample(name):
    return json.loads((ACME / "samples" / name).read_text())


def test_an_order_is_created_once_kept_and_changed_to_the_cent(world):
    order = sample("shopify-order.json")
    assert world.send("shop-orders", order)[0] == ["created"]
    assert world.send("shop-orders", order)[0] == ["unchanged"]
    changed = copy.deepcopy(order)
    changed["line_items"][0]["quantity"] = 5
    del changed["line_items"][1]
    changed["shipping_address"]["city"] = "Bangor"
    outcomes, results = world.send("shop-orders", changed)
    assert outcomes == ["updated"], results
    assert world.send("shop-orders", changed)[0] == ["unchanged"]
    (record,) = world.netsuite.account.find("salesorder")
    lines = {
        line["fields"]["custcol_acme_line_id"]: line["fields"]
        for line in record["sublists"]["item"]
    }
    assert lines["9001"]["amount"] == 59.5
    assert lines["9002"]["isclosed"] is True
    assert record["fields"]["trandate"] == "2026-11-20"
    assert record["subrecords"]["shippingaddress"]["fields"]["city"] == "Bangor"


def test_two_customers_of_one_name_do_not_stand_in_each_others_way(world):
    first, second = sample("shopify-order.json"), sample("shopify-order.json")
    second["id"] += 1
    second["customer"]["id"] += 1
    assert world.send("shop-orders", first, second)[0] == ["created", "created"]
    keys = {r["externalid"] for r in world.netsuite.account.find("customer") if r["externalid"]}
    assert keys == {"SHOPC-701", "SHOPC-702"}


def test_an_adjustment_is_made_once(world):
    adjustment = sample("wms-adjustment.json")
    assert world.send("stock-adjustments", adjustment)[0] == ["created"]
    assert world.send("stock-adjustments", adjustment)[0] == ["duplicate"]
    assert len(world.netsuite.account.find("inventoryadjustment")) == 1
