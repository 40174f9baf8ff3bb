"""
The example specs 1, 3, 4a, 4b and 5, unchanged: compiled, deployed, and run on sample input.

The account is a process of its own; its RESTlets are called over HTTP with the generated role's
token, and what it sends is verified by the published library.
"""

from __future__ import annotations

import base64
import copy
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from oauthlib.oauth1 import Client
from standardwebhooks import Webhook
from world import BIN, Account, eventually

from agent import bundle as agent_bundle
from agent.watch.csv_reader import CsvReader
from generator.project import build

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "tests/golden/trees/example-specs/project"
SECRET = base64.b64encode(b"a secret of exactly 32 bytes ...").decode()


class Caller:
    """Calls the project's RESTlets as the agent does, with the token of the generated role."""

    def __init__(self, ready: dict[str, Any], out: Path) -> None:
        self.account = Account(ready)
        self.bundle = json.loads((out / "flows.json").read_text())
        self.read = agent_bundle.load(out / "flows.json")
        self._ready = ready
        self._client = Client(
            ready["consumer_key"],
            ready["consumer_secret"],
            ready["token_id"],
            ready["token_secret"],
            signature_method="HMAC-SHA256",
            realm=ready["account"],
        )

    def _call(self, script: str, deploy: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"{self._ready['url']}/app/site/hosting/restlet.nl?script={script}&deploy={deploy}"
        headers = {"Content-Type": "application/json"}
        _, headers, _ = self._client.sign(url, "POST", None, headers)
        body = {"build": self.bundle["build"], "account": self._ready["account"], **body}
        answer = httpx.post(url, content=json.dumps(body).encode(), headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def send(self, name: str, *documents: Any) -> list[dict[str, Any]]:
        """The outcome of each document."""
        (flow,) = [flow for flow in self.bundle["flows"] if flow["flow"] == name]
        listed = [{"id": str(number), "doc": each} for number, each in enumerate(documents)]
        body = {"flow": name, "contract": flow["contract"], "batch": "b", "documents": listed}
        return list(self._call(flow["script"], flow["deploy"], body)["results"])

    def service(self, op: str, **values: Any) -> dict[str, Any]:
        """An op of the service RESTlet."""
        service = self.bundle["service"]
        return self._call(service["script"], service["deploy"], {"op": op, **values})

    def one(self, record: str, externalid: str) -> dict[str, Any]:
        """The record with an external id."""
        (found,) = self.account.records(record, externalid=externalid)
        return found


@pytest.fixture(scope="module", params=["default", "adversarial"])
def account(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Caller]:
    """The account with every assumption as it is by default, and the other way."""
    folder = tmp_path_factory.mktemp("specs")
    assert build(PROJECT, folder / "sdf").written
    ready = folder / "ready.json"
    env = os.environ | {"SUITELOOM_SECRET_EVENTS_A": SECRET, "SUITELOOM_SECRET_EVENTS_B": SECRET}
    command = [BIN / "suiteloom", "emulate", "--project", folder / "sdf", "--port", "0"]
    command += ["--profile", request.param]
    log = (folder / "account.log").open("wb")
    process = subprocess.Popen(
        [*command, "--ready-file", ready], env=env, stdout=log, stderr=subprocess.STDOUT
    )
    log.close()
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None, (folder / "account.log").read_text()
            assert time.monotonic() < deadline, (folder / "account.log").read_text()
            time.sleep(0.05)
        caller = Caller(json.loads(ready.read_text()), folder / "sdf")
        caller.account.post("seed", json.loads((ROOT / "examples/acme/account.json").read_text()))
        yield caller
        caller.account.close()
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def order() -> dict[str, Any]:
    return dict(json.loads((PROJECT / "samples/shopify-order.json").read_text()))


@pytest.fixture(scope="module")
def ordered(account: Caller, order: dict[str, Any]) -> dict[str, Any]:
    """The sample order in the account."""
    (result,) = account.send("shop-orders", order)
    assert result["outcome"] == "created", result
    assert result["makes"] == ["customer|externalid|SHOPC-701"]
    return account.one("salesorder", "SHOP-5501")


def test_a_shop_order_becomes_a_sales_order(ordered: dict[str, Any], account: Caller) -> None:
    """Body, address, bundle parts and the customer that it creates."""
    fields = ordered["fields"]
    assert fields["trandate"] == "2026-11-20"
    assert fields["memo"] == "Web order #1001 / STRIPE"
    assert fields["custbody_acme_gift"] is True
    assert fields["shippingcost"] == 8.75
    assert fields["total"] == 71.54
    lines = [line["fields"] for line in ordered["sublists"]["item"]]
    assert [line["custcol_acme_line_id"] for line in lines] == ["9001", "9002", "9003-1", "9003-2"]
    assert [line["amount"] for line in lines] == [23.8, 14, 12.49, 12.5]
    address = ordered["subrecords"]["shippingaddress"]["fields"]
    assert (address["addressee"], address["state"]) == ("Amélie Okafor", "ME")
    assert address["addrphone"] == "+12075550142"
    customer = account.one("customer", "SHOPC-701")["fields"]
    assert customer["firstname"] == "Amélie"
    assert customer["email"] == "amelie@example.com"


def test_the_same_order_again_is_unchanged(
    ordered: dict[str, Any], account: Caller, order: dict[str, Any]
) -> None:
    (result,) = account.send("shop-orders", order)
    assert result["outcome"] == "unchanged"
    assert account.one("salesorder", "SHOP-5501")["version"] == ordered["version"]


def test_an_unpaid_order_is_skipped_beside_a_good_one(
    account: Caller, order: dict[str, Any]
) -> None:
    """Each document has its own outcome; the failed test is named."""
    good, unpaid, unknown = (copy.deepcopy(order) for _ in range(3))
    good |= {"id": 5601}
    unpaid |= {"id": 5602, "financial_status": "pending"}
    unknown["id"] = 5603
    unknown["line_items"][0]["sku"] = "NO-SUCH"
    results = account.send("shop-orders", good, unpaid, unknown)
    assert [each["outcome"] for each in results] == ["created", "skipped", "failed"]
    assert "financial_status" in results[1]["reason"]
    assert results[2]["error"]["code"] == "MISSING_REFERENCE"
    assert results[2]["error"]["missing"] == "item|itemid|NO-SUCH"
    assert results[2]["error"]["spec"].startswith("1-shop-orders.yaml:")


def test_a_line_that_is_gone_is_closed_not_deleted(account: Caller, order: dict[str, Any]) -> None:
    shorter = copy.deepcopy(order) | {"id": 5701}
    account.send("shop-orders", shorter)
    del shorter["line_items"][1]
    (result,) = account.send("shop-orders", shorter)
    assert result["outcome"] == "updated"
    lines = [line["fields"] for line in account.one("salesorder", "SHOP-5701")["sublists"]["item"]]
    assert {line["custcol_acme_line_id"] for line in lines if line["isclosed"]} == {"9002"}
    assert len(lines) == 4


def test_stock_is_polled_item_by_item_with_all_its_locations(account: Caller) -> None:
    """Keys are items that the shop sells; a message holds every location of its item, and comes once."""
    (tea,) = [
        one for one in account.account.records("inventoryitem") if one["fields"]["itemid"] == "TEA-001"
    ]  # fmt: skip
    sold = {
        "action": "save",
        "as": {"role": "ADMINISTRATOR"},
        "type": "inventoryitem",
        "id": tea["id"],
    }
    account.account.post("records", sold | {"fields": {"custitem_acme_sell_online": True}})
    flow = account.read.flows["stock-levels"]
    assert isinstance(flow, agent_bundle.OutboundFlow)
    assert flow.poll is not None
    head = {"flow": flow.flow, "contract": flow.contract}
    page = account.service("poll", **head, watermark=None, after=None, known=False)
    assert (page["keys"], page["after"]) == ([tea["id"]], None)
    ask = [{"key": tea["id"], "hash": None}]
    (first,) = account.service("rows", **head, keys=ask)["results"]
    assert first["data"]["sku"] == "TEA-001"
    assert first["data"]["as_of"].endswith("Z")
    places = {one["fields"].get("externalid") for one in account.account.records("location")}
    assert {level.get("location") for level in first["data"]["levels"]} <= places
    assert all(level["on_hand"] >= level["available"] for level in first["data"]["levels"])
    ask[0]["hash"] = first["hash"]
    assert account.service("rows", **head, keys=ask)["results"] == [
        {"key": tea["id"], "unchanged": True}
    ]


def test_stock_counts_become_adjustments_with_lots(account: Caller) -> None:
    """A lot is received by its number and issued by its record; a repeat is a duplicate."""
    found = json.loads((PROJECT / "samples/wms-adjustment.json").read_text())
    first, second = account.send("stock-adjustments", found, found)
    assert (first["outcome"], second["outcome"]) == ("created", "duplicate")
    assert second["record"] == first["record"]
    scrap = found | {"adjustment_id": "2026-11-21-0001", "reason": "scrap"}
    scrap["entries"] = [{"sku": "HONEY-LOT", "delta": "-1.5", "lot": "H-2611"}]
    missing = scrap | {"adjustment_id": "2026-11-21-0002"}
    missing["entries"] = [{"sku": "HONEY-LOT", "delta": "-1", "lot": "OTHER"}]
    good, bad = account.send("stock-adjustments", scrap, missing)
    assert good["outcome"] == "created", good
    assert bad["error"]["code"] == "MISSING_REFERENCE"
    (line,) = account.one("inventoryadjustment", "WMS-ADJ-2026-11-21-0001")["sublists"]["inventory"]
    assert line["fields"]["adjustqtyby"] == -1.5
    (lot,) = line["subrecords"]["inventorydetail"]["sublists"]["inventoryassignment"]
    assert lot["fields"]["quantity"] == -1.5


def test_bills_come_from_a_csv_file(account: Caller) -> None:
    """Rows of one bill make one bill; accents, decimal commas and tags arrive as they should."""
    flow = account.read.flows["vendor-bills"]
    assert isinstance(flow, agent_bundle.InboundFlow)
    assert flow.file is not None and flow.file.csv is not None
    reader = CsvReader(flow.file.csv)
    documents = [json.loads(each.raw) for each in reader.documents(PROJECT / "samples/bills.csv")]
    lines = [json.dumps({"id": doc["bill_no"], "doc": doc}) for doc in documents]
    names = {"flow": "vendor-bills", "contract": flow.contract, "import": "nightly-1"}
    account.service("stage", **names, part=1, lines=lines)
    assert account.service("import", **names, parts=1)["status"] == "submitted"
    answer = eventually(
        "the import's summary",
        lambda: (
            found
            if (found := account.service("state", **names, offset=0))["status"] == "done"
            else None
        ),
    )
    outcomes = {each["id"]: each["outcome"] for each in answer["results"]}
    assert outcomes == {"B-1001": "created", "B-1002": "created", "B-1003": "skipped"}
    bill = account.one("vendorbill", "COUPA-B-1001")
    assert bill["fields"]["trandate"] == "2026-11-03"
    assert len(bill["fields"]["custbody_acme_tags"]) == 2
    lines_ = [line["fields"] for line in bill["sublists"]["expense"]]
    assert [line["amount"] for line in lines_] == [1250.5, 99.99]
    assert [line["memo"] for line in lines_] == ["Büromöbel, 4 Stühle", "Lieferung frei Haus"]


def test_a_fulfilment_reaches_the_shop_signed(account: Caller, ordered: dict[str, Any]) -> None:
    """A clerk ships; one outbox row becomes one signed event with joined values."""
    received: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        here = f"http://127.0.0.1:{server.server_address[1]}"
        account.account.post("hosts", {"https://hooks-sb.acme.example": here})
        account.account.post(
            "records",
            {
                "action": "transform",
                "as": {"role": "SALES_CLERK", "context": "USERINTERFACE"},
                "from": {"type": "salesorder", "id": ordered["id"]},
                "type": "itemfulfillment",
                "fields": {"shipstatus": "C", "trandate": "2026-11-23"},
                "sublists": {
                    "package": [
                        {"fields": {"packagetrackingnumber": " 1Z999 ", "packageweight": 1.256}}
                    ]
                },
                "event": "ship",
            },
        )
        assert account.service("pending")["due"] == 1
        account.service("drain")
        eventually("the event", lambda: received)
        eventually("an empty outbox", lambda: account.service("pending")["pending"] == 0)
    finally:
        server.shutdown()
        server.server_close()
    ((headers, body),) = received
    Webhook(SECRET).verify(body, headers)
    event = json.loads(body)
    assert event["type"] == "acme.fulfilment-tracking.ship"
    assert event["data"]["order_id"] == "5501"
    assert event["data"]["shipped_at"] == "2026-11-23"
    assert event["data"]["carrier"] == "ups"
    assert event["data"]["location"] == "LOC-TEST"
    assert event["data"]["packages"] == [{"tracking_number": "1Z999", "weight": 1.26}]
    assert [line["line_id"] for line in event["data"]["lines"]] == [
        "9001",
        "9002",
        "9003-1",
        "9003-2",
    ]
    assert event["data"]["lines"][0] == {"line_id": "9001", "sku": "TEA-001", "quantity": 2}
