"""
Northwind, end to end: real documents through the built project, the agent and the account.

Runs twice through the same code: on twelve orders of the project's own making, everywhere, and on
the whole Northwind database where its CSV files exist. Everything is counted from outside.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import northwind
import pytest
from standardwebhooks import Webhook
from world import BIN, World, eventually, running

CENT = Decimal("0.01")
Say = Callable[[str, object], None]


@dataclass
class Case:
    """A set of Northwind files and the world they are sent into."""

    data: northwind.Northwind
    world: World
    units_per_order: float = 0.0

    def account_orders(self) -> dict[str, dict[str, Any]]:
        """The account's sales orders by external id."""
        return {row["externalid"]: row for row in self.world.account.records("salesorder")}


def start(data: northwind.Northwind, root: Path, folder: Path, profile: str = "default") -> Any:
    return running(
        root / "examples/northwind",
        folder,
        environment="sandbox",
        standard_webhooks=["northwind", "events_a", "warehouse_sign"],
        connections=["warehouse"],
        watch=["vendors"],
        more="[dispatch]\npoll_seconds = 0.5\n",
        profile=profile,
    )


def folders(root: Path, shared: Path | None) -> list[Any]:
    return [
        pytest.param((root / "examples/northwind/samples", "default"), id="samples"),
        pytest.param((root / "examples/northwind/samples", "adversarial"), id="adversarial"),
        pytest.param(
            (shared, "default"),
            id="northwind",
            marks=pytest.mark.skipif(shared is None, reason="no Northwind CSV files here"),
        ),
    ]


ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared/data/northwind"
FOLDERS = folders(ROOT, SHARED if SHARED.is_dir() else None)


@pytest.fixture(scope="module", params=FOLDERS)
def case(
    request: pytest.FixtureRequest, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    """A world that already holds the customers, items and vendors."""
    folder, profile = request.param
    data = northwind.read(folder)
    with start(data, root, tmp_path_factory.mktemp("northwind"), profile) as world:
        masters(data, world)
        yield Case(data, world)


def masters(data: northwind.Northwind, world: World) -> None:
    sender = world.sender("northwind")
    sender.post_all("customers", data.customers)
    sender.post_all("items", data.items)
    drop = world.folder / "vendors" / "vendors.csv"
    drop.with_suffix(".part").write_bytes(data.vendors_csv)
    drop.with_suffix(".part").rename(drop)
    for record, flow, prefix, count in (
        ("customer", "customers", "NW-", len(data.customers)),
        ("noninventorysaleitem", "items", "NW-", len(data.items)),
        ("vendor", "vendors", "NWS-", data.vendor_count),
    ):
        eventually(
            f"{count} {flow}",
            lambda record=record, prefix=prefix, count=count: (
                count
                == sum(
                    1
                    for row in world.account.records(record)
                    if (row.get("externalid") or "").startswith(prefix)
                )
            ),
            seconds=120,
        )


def expected_lines(order: dict[str, Any]) -> list[tuple[str, Decimal, Decimal]]:
    """Item, quantity and amount per line by the rule: decimals, half away from zero to the cent."""
    lines = []
    for line in order["lines"]:
        price, quantity = Decimal(str(line["unitPrice"])), Decimal(str(line["quantity"]))
        discount = Decimal(str(line["discount"]))
        amount = (price * quantity * (1 - discount)).quantize(CENT, ROUND_HALF_UP)
        lines.append((str(line["productID"]), quantity, amount))
    return sorted(lines)


def saves(usage: list[dict[str, Any]]) -> int:
    return sum(row["calls"].get("N/record.Record.save", 0) for row in usage)


@pytest.fixture(scope="module")
def sent(case: Case) -> Case:
    """All orders sent once, and arrived."""
    before = len(case.world.account.get("usage")["executions"])
    answers = case.world.sender("northwind").post_all("orders", case.data.orders)
    assert Counter(answers) == {202: len(case.data.orders)}
    eventually(
        "every order in the account",
        lambda: len(case.account_orders()) == len(case.data.orders),
        seconds=240,
    )
    settle(case.world)
    spent = case.world.account.get("usage")["executions"][before:]
    total = sum(row["units"] for row in spent if row["type"] == "Restlet")
    case.units_per_order = total / len(case.data.orders)
    return case


def settle(world: World) -> None:
    """Until the agent says that nothing waits."""
    eventually(
        "nothing waits",
        lambda: (
            not any(
                world.agent_json("status")["events"].get(state, 0)
                for state in ("received", "waiting", "sending", "unknown")
            )
        ),
        seconds=120,
    )


def test_every_order_is_in_the_account_to_the_cent(sent: Case, record_property: Say) -> None:
    """Lines, freight and totals equal the rule; nothing is lost and nothing doubled."""
    record_property("said", f"units per order: {sent.units_per_order:.1f}")
    orders = sent.account_orders()
    items = {str(row["id"]): row["externalid"] for row in sent.world.account.records("item")}
    assert len(sent.world.account.records("salesorder")) == len(sent.data.orders)
    lines = 0
    for order in sent.data.orders:
        record = orders[f"NW-{order['orderID']}"]
        found = sorted(
            (
                items[line["fields"]["item"]].removeprefix("NW-"),
                Decimal(str(line["fields"]["quantity"])),
                Decimal(str(line["fields"]["amount"])),
            )
            for line in record["sublists"]["item"]
        )
        wanted = expected_lines(order)
        assert found == wanted, order["orderID"]
        lines += len(found)
        total = sum((amount for _, _, amount in wanted), Decimal(str(order["freight"] or 0)))
        assert Decimal(str(record["fields"]["total"])) == total, order["orderID"]
    assert lines == sum(len(order["lines"]) for order in sent.data.orders)


def test_addresses_keep_their_accents(sent: Case) -> None:
    """The ship-to address is the document's, letter by letter."""
    orders = sent.account_orders()
    for order in sent.data.orders:
        address = orders[f"NW-{order['orderID']}"]["subrecords"]["shippingaddress"]["fields"]
        assert address["addressee"] == order["shipName"]
        assert address["addr1"] == order["shipAddress"]
        assert address["city"] == order["shipCity"]
        assert address.get("zip") == (order["shipPostalCode"] or None)


def test_the_same_orders_again_change_nothing(sent: Case, record_property: Say) -> None:
    """Every order is answered unchanged: no save, no event, the same versions."""
    world = sent.world
    versions = {key: row["version"] for key, row in sent.account_orders().items()}
    before = len(world.account.get("usage")["executions"])
    done_before = world.agent_json("status")["outcomes"].get("orders", {}).get("unchanged", 0)
    world.sender("northwind").post_all("orders", sent.data.orders)
    settle(world)
    outcomes = world.agent_json("status")["outcomes"]["orders"]
    assert outcomes["unchanged"] - done_before == len(sent.data.orders)
    spent = world.account.get("usage")["executions"][before:]
    assert saves(spent) == 0
    assert {key: row["version"] for key, row in sent.account_orders().items()} == versions
    total = sum(row["units"] for row in spent if row["type"] == "Restlet")
    record_property("said", f"units per unchanged order: {total / len(sent.data.orders):.2f}")


def test_each_fulfilment_reaches_the_target_once(sent: Case, record_property: Say) -> None:
    """A clerk without script permission fulfils; the warehouse gets one signed call each."""
    world = sent.world
    orders = sent.account_orders()
    shipped = [order for order in sent.data.orders if order["shippedDate"]]
    before = len(world.account.get("usage")["executions"])
    fulfilments = {}
    for order in shipped:
        record = orders[f"NW-{order['orderID']}"]
        answer = world.account.post(
            "records",
            {
                "action": "transform",
                "as": {"role": "SALES_CLERK", "context": "USERINTERFACE"},
                "from": {"type": "salesorder", "id": record["id"]},
                "type": "itemfulfillment",
                "fields": {"shipstatus": "C", "trandate": order["shippedDate"][:10]},
                "event": "ship",
            },
        )
        fulfilments[answer["id"]] = order["orderID"]
    eventually(
        "every fulfilment at the target",
        lambda: len({d.data["order_id"] for d in world.target.log}) >= len(shipped),
        seconds=240,
    )
    world.account.post("run", {"wait": True})
    settle(world)
    assert Counter(str(d.data["order_id"]) for d in world.target.log) == {
        str(order["orderID"]): 1 for order in shipped
    }
    verifier = Webhook(world.secrets["warehouse_sign"])
    for delivery in world.target.log:
        verifier.verify(delivery.body, delivery.headers)
    spent = world.account.get("usage")["executions"][before:]
    total = sum(
        row["units"]
        for row in spent
        if row["type"] in ("UserEventScript", "MapReduceScript") and row["context"] != "UNRELATED"
    )
    record_property("said", f"units per event: {total / len(shipped):.1f}")


def test_nothing_ran_as_administrator(sent: Case) -> None:
    """Every execution ran under the generated role; a schedule's own runs are the system's (user -4)."""
    rows = sent.world.account.get("usage")["executions"]
    assert {row["role"] for row in rows if row["user"] != -4} == {"customrole_nw_integration"}


KILLS = 20


def test_kill_9_loses_and_doubles_nothing(root: Path, tmp_path: Path, record_property: Say) -> None:
    """The agent is killed at random points in the middle of the orders, and started again."""
    data = northwind.read(SHARED if SHARED.is_dir() else root / "examples/northwind/samples")
    orders = data.orders
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    with start(data, root, tmp_path) as world:
        masters(data, world)
        sender = world.sender("northwind")
        released = threading.Semaphore(0)

        def post_one(order: dict[str, Any]) -> None:
            released.acquire()
            sender.post("orders", order, id=f"order-{order['orderID']}")

        queue = list(orders)
        lock = threading.Lock()

        def pump() -> None:
            while True:
                with lock:
                    if not queue:
                        return
                    order = queue.pop(0)
                post_one(order)

        threads = [threading.Thread(target=pump, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        share = len(orders) // (KILLS + 4) + 1
        kills = 0
        while kills < KILLS:
            for _ in range(share):
                released.release()
            time.sleep(rng.uniform(0.02, 0.9))
            world.kill_agent()
            kills += 1
            world.start_agent()
        for _ in orders:
            released.release()
        for thread in threads:
            thread.join(180)
            assert not thread.is_alive()
        eventually(
            "every order in the account",
            lambda: len(world.account.records("salesorder")) >= len(orders),
            seconds=240,
        )
        settle(world)
        found = Counter(row["externalid"] for row in world.account.records("salesorder"))
        wanted = Counter(f"NW-{order['orderID']}" for order in orders)
        lost, doubled = wanted - found, found - wanted
        record_property(
            "said", f"kills: {kills}, seed {seed}, lost {len(lost)}, doubled {len(doubled)}"
        )
        assert (lost, doubled) == (Counter(), Counter()), f"seed {seed}"
        assert {id for id, status in sender.answers if status < 300} == {
            f"order-{order['orderID']}" for order in orders
        }


def test_a_project_can_be_moved(root: Path, tmp_path: Path) -> None:
    """The built bundle holds no path of the machine that built it."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(root / "examples/northwind", copy)
    for project, out in ((root / "examples/northwind", "a"), (copy, "b")):
        subprocess.run(
            [BIN / "suiteloom", "build", "--project", project, "--out", tmp_path / out],
            check=True,
            capture_output=True,
        )
    a = {
        p.relative_to(tmp_path / "a"): p.read_bytes()
        for p in (tmp_path / "a").rglob("*.*")
        if p.is_file()
    }
    b = {
        p.relative_to(tmp_path / "b"): p.read_bytes()
        for p in (tmp_path / "b").rglob("*.*")
        if p.is_file()
    }
    assert a == b
    assert json.loads((tmp_path / "a/flows.json").read_text())["format"] == 1
