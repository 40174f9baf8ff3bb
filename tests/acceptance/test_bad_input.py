"""Bad input gets a clear answer, harms nothing beside it, and loses nothing."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import northwind
import pytest
from standardwebhooks import Webhook
from world import World, eventually, running


@pytest.fixture(scope="module")
def data(root: Path) -> northwind.Northwind:
    return northwind.read(root / "examples/northwind/samples")


@pytest.fixture(scope="module")
def world(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(
        root / "examples/northwind",
        tmp_path_factory.mktemp("bad"),
        environment="sandbox",
        standard_webhooks=["northwind", "events_a", "warehouse_sign"],
        connections=["warehouse"],
        watch=["vendors"],
        more="[dispatch]\npoll_seconds = 0.5\n",
    ) as world:
        yield world


def signed(world: World, body: bytes, **changes: Any) -> dict[str, str]:
    stamp = changes.get("stamp", datetime.now(UTC))
    id = changes.get("id", f"msg_{time.monotonic_ns()}")
    signature = Webhook(world.secrets["northwind"]).sign(id, stamp, body.decode("utf-8", "replace"))
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": signature,
        "content-type": "application/json",
    }


def post(world: World, flow: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(f"{world.agent_url}/in/{flow}", content=body, headers=headers)


def inbox_size(world: World) -> int:
    return sum(world.agent_json("status")["events"].values())


def held(world: World, flow: str) -> list[dict[str, Any]]:
    return [row for row in world.agent_json("list", "--state", "held") if row["flow"] == flow]


def test_a_wrong_signature_is_401(world: World) -> None:
    headers = signed(world, b"{}") | {"webhook-signature": "v1,AAAA"}
    before = inbox_size(world)
    assert post(world, "customers", b"{}", headers).status_code == 401
    assert inbox_size(world) == before


def test_an_old_timestamp_is_401(world: World) -> None:
    headers = signed(world, b"{}", stamp=datetime.now(UTC) - timedelta(hours=1))
    assert post(world, "customers", b"{}", headers).status_code == 401


def test_a_large_body_is_413(world: World) -> None:
    body = json.dumps({"customerID": "x" * 20_000_000}).encode()
    assert post(world, "customers", body, signed(world, body)).status_code == 413


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b'{"a": NaN}'])
def test_no_json_is_400(world: World, body: bytes) -> None:
    headers = signed(world, body)
    if body == b"\xff\xfe":  # the signer above works on text
        import base64
        import hashlib
        import hmac

        key = base64.b64decode(world.secrets["northwind"].removeprefix("whsec_"))
        message = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mac = hmac.new(key, message, hashlib.sha256).digest()
        headers["webhook-signature"] = "v1," + base64.b64encode(mac).decode()
    answer = post(world, "customers", body, headers)
    assert answer.status_code == 400, answer.text


def test_an_unknown_flow_is_404(world: World) -> None:
    assert post(world, "customer", b"{}", signed(world, b"{}")).status_code == 404


def test_a_repeated_id_is_200_and_adds_nothing(world: World, data: northwind.Northwind) -> None:
    body = json.dumps(data.customers[0]).encode()
    headers = signed(world, body, id="msg_once")
    assert post(world, "customers", body, headers).status_code == 202
    size = inbox_size(world)
    assert post(world, "customers", body, headers).status_code == 200
    assert inbox_size(world) == size


def test_a_refused_document_is_held_with_its_reason_while_its_neighbours_pass(
    world: World, data: northwind.Northwind
) -> None:
    """Held with the code, the field and the spec line; the others of the same burst are created."""
    sender = world.sender("northwind")
    bad = data.customers[1] | {"customerID": "BADLAND", "country": "Atlantis"}
    sender.post_all("customers", [data.customers[1], bad, data.customers[2]])
    (row,) = eventually("the bad customer is held", lambda: held(world, "customers"))
    shown = world.agent_json("show", str(row["id"]))
    error = shown["error"]
    assert error["code"] == "MAP_NO_MATCH"
    assert "Atlantis" in error["message"]
    assert error["field"].endswith("country")
    assert error["spec"].startswith("customers.yaml:")
    for neighbour in (data.customers[1], data.customers[2]):
        eventually(
            "the neighbour is there",
            lambda neighbour=neighbour: world.account.records(
                "customer", externalid=f"NW-{neighbour['customerID']}"
            ),
        )


def test_netsuites_own_refusal_carries_netsuites_code(
    world: World, data: northwind.Northwind
) -> None:
    """What only the account can know comes back with its own error name."""
    bad = data.customers[3] | {"customerID": "PHONEY", "country": "USA", "region": "ZZ"}
    # A state that the spec lets through and the account does not know for the country.
    bad["region"] = "BC"
    world.sender("northwind").post("customers", bad)
    row = eventually(
        "held by the account",
        lambda: [r for r in held(world, "customers") if r["key"] == "NW-PHONEY"],
    )[0]
    error = world.agent_json("show", str(row["id"]))["error"]
    assert error["class"] == "data"
    assert error["code"].isupper() and error["code"] not in {"BAD_VALUE", "MAP_NO_MATCH"}
    assert error["spec"].startswith("customers.yaml:")


def test_a_missing_reference_names_its_key_and_heals(
    world: World, data: northwind.Northwind
) -> None:
    """An order waits for its customer and its items and goes through when they arrive."""
    order = data.orders[0]
    sender = world.sender("northwind")
    sender.post("orders", order)

    def waiting() -> Any:
        return [
            row
            for row in world.agent_json("list", "--flow", "orders")
            if row["state"] in ("waiting", "held") and row.get("waits_for")
        ]

    (row,) = eventually("the order waits", waiting)
    assert row["waits_for"] == f"customer|externalid|NW-{order['customerID']}" or row[
        "waits_for"
    ].startswith("item|externalid|NW-")
    error = world.agent_json("show", str(row["id"]))["error"]
    assert error["code"] == "MISSING_REFERENCE"
    assert row["waits_for"].rsplit("|", 1)[1] in error["message"]
    sender.post_all("customers", data.customers)
    sender.post_all("items", data.items)
    eventually(
        "the order healed",
        lambda: world.account.records("salesorder", externalid=f"NW-{order['orderID']}"),
        seconds=60,
    )


def test_a_corrupt_csv_goes_to_the_failed_folder_with_a_report(
    world: World, data: northwind.Northwind
) -> None:
    """Nothing of it is accepted; the report names the line."""
    folder = world.folder / "vendors"
    lines = data.vendors_csv.decode().splitlines(keepends=True)
    broken = lines[0] + lines[1] + lines[2].rstrip("\n") + ",one,field,too,many\n"
    (folder / "broken.csv").write_text(broken, encoding="utf-8")
    report = eventually(
        "the report", lambda: list((folder / "failed").glob("*broken*report*")), seconds=30
    )[0]
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert any("3" in str(row.values()) for row in rows), rows
    # The report comes first, so that a file in the failed folder always has one.
    eventually("the file itself", (folder / "failed" / "broken.csv").is_file, seconds=10)
    assert not world.account.records("vendor", externalid="NWS-1")


def test_wrong_credentials_stop_the_lane_with_an_alert(
    root: Path, data: northwind.Northwind, tmp_path: Path
) -> None:
    """The lane stops, says why once, does not hammer, and resumes when the cause is gone."""
    with running(
        root / "examples/northwind",
        tmp_path,
        environment="sandbox",
        standard_webhooks=["northwind", "events_a", "warehouse_sign"],
        connections=["warehouse"],
        watch=["vendors"],
        start=False,
    ) as world:
        ready = tmp_path / "ready.json"
        good = json.loads(ready.read_text())
        ready.write_text(json.dumps(good | {"certificate_id": "custcertificate_gone"}))
        world.start_agent()
        world.sender("northwind").post_all("customers", data.customers[:5])

        def stopped() -> Any:
            status = world.agent_json("status")
            return [lane for lane in status["lanes"] if lane.get("stopped")]

        lanes = eventually("the lane stops", stopped)
        assert any("customers" in str(lane) for lane in lanes)
        assert lanes[0]["stopped"]["code"]

        def asked() -> int:
            return sum(
                line.startswith("suiteloom_calls_total") and "Unauthorized" in line
                for line in httpx.get(f"{world.agent_url}/metrics").text.splitlines()
            )

        def tried() -> float:
            text = httpx.get(f"{world.agent_url}/metrics").text
            return sum(
                float(line.rsplit(" ", 1)[1])
                for line in text.splitlines()
                if line.startswith("suiteloom_calls_total") and "customers_rl" in line
            )

        assert asked()
        alarms = [
            line
            for line in (tmp_path / "agent.log").read_text().splitlines()
            if '"alarm"' in line and '"customers"' in line
        ]
        assert len(alarms) == 1, alarms
        before = tried()
        time.sleep(3)
        assert tried() == before
        ready.write_text(json.dumps(good))
        world.kill_agent()
        world.start_agent()
        eventually(
            "customers after the repair",
            lambda: (
                len(
                    [
                        row
                        for row in world.account.records("customer")
                        if (row.get("externalid") or "").startswith("NW-")
                    ]
                )
                == 5
            ),
        )
