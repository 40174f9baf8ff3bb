"""Several drains side by side: each record's events stay with one, and their number may change at any time."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.bill import project_bills
from generator.plan import names
from generator.project import build

RUNNING = Path(__file__).parent / "project"
ORDERS = 30
QUIET = "2027-02-01T10:01:00Z"  # no quarter of an hour, at which the net starts drains, is near

Start = Callable[[Path], Any]


def project(folder: Path, partitions: int) -> Path:
    """The running project with so many drains."""
    folder.mkdir()
    shutil.copytree(RUNNING, folder, dirs_exist_ok=True)
    file = folder / "project.yaml"
    file.write_text(f"{file.read_text()}outbox: {{partitions: {partitions}}}\n")
    return folder


@pytest.fixture(scope="module")
def four(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return start(project(tmp_path_factory.mktemp("drains") / "four", 4))


def order(world: Any) -> int:
    """A new order that is told of."""
    customer = {"ref": "customer", "by": "externalid", "value": "C-1"}
    item = {"ref": "item", "by": "itemid", "value": "TEA"}
    number: int = world.work(
        "save",
        "salesorder",
        fields={"entity": customer, "memo": "0"},
        sublists={"item": [{"item": item, "quantity": 1, "rate": 5, "price": "-1"}]},
    )
    return number


def changed_orders(world: Any) -> dict[str, list[str]]:
    """Orders that were saved three times, and for each what its events must say, in order."""
    world.netsuite.clock(None, QUIET)
    assert world.netsuite.engine.idle(30)
    orders = [order(world) for _ in range(ORDERS)]
    for memo in ("1", "2"):
        world.netsuite.clock(61, None)
        for number in orders:
            world.work("submit_fields", "salesorder", id=number, fields={"memo": memo})
    return {f"salesorder/{number}": ["create", "xedit", "xedit"] for number in orders}


def told(world: Any) -> dict[str, list[str]]:
    """What arrived, by record."""
    found: dict[str, list[tuple[str, str]]] = {}
    for event in world.receiver.events():
        found.setdefault(event["subject"], []).append((event["sequence"], event["event"]))
    assert all(events == sorted(events) for events in found.values()), found
    return {subject: [kind for _, kind in events] for subject, events in found.items()}


def drains(world: Any) -> Counter[str]:
    """How many chunks of rows each deployment of the drain has served."""
    script = names.drain_script(world.plan.prefix)
    used = [one for one in world.netsuite.usage() if one["script"] == script]
    return Counter(one["deploy"] for one in used if one["stage"] == "map")


def test_every_drain_takes_its_share_and_no_record_is_shared(four: Any) -> None:
    four.fresh()
    expected = changed_orders(four)
    waiting = four.service("pending")["partitions"]
    assert [one["partition"] for one in waiting] == [0, 1, 2, 3]
    assert sum(one["due"] for one in waiting) == 3 * ORDERS
    before = drains(four)
    four.drain()
    assert told(four) == expected
    assert four.records("customrecord_run_outbox") == []
    assert len(drains(four) - before) == 4


def test_only_drains_with_rows_are_started(four: Any) -> None:
    four.fresh()
    assert four.service("drain")["submitted"] == []
    order(four)
    (waiting,) = four.service("pending")["partitions"]
    assert four.service("drain")["submitted"] == [waiting["partition"]]
    (bill,) = [one for one in project_bills(four.plan) if one.script == "RESTlet (service: drain)"]
    assert four.last()["units"] <= bill.worst(4)
    assert four.netsuite.engine.idle(30)
    assert four.records("customrecord_run_outbox") == []


def test_a_drain_that_there_is_not_is_refused(four: Any) -> None:
    answer = four.service("drain", partition=4)
    assert answer["error"]["code"] == "BAD_REQUEST"
    assert "partition 4" in answer["error"]["message"] and "3" in answer["error"]["message"]


def test_the_net_starts_those_that_have_rows(four: Any) -> None:
    four.fresh()
    expected = changed_orders(four)
    prefix = four.plan.prefix
    four.run(names.net_script(prefix), f"customdeploy_{prefix}_net")
    assert four.netsuite.engine.idle(30)
    assert told(four) == expected


@pytest.mark.parametrize("later", [1, 3])
def test_their_number_may_change_while_rows_wait(start: Start, tmp_path: Path, later: int) -> None:
    world = start(project(tmp_path / "before", 4))
    expected = changed_orders(world)
    assert build(project(tmp_path / "after", later), tmp_path / "sdf").written
    world.netsuite.deploy(str(tmp_path / "sdf"))
    world.drain()
    assert told(world) == expected
    assert world.records("customrecord_run_outbox") == []
    assert len(drains(world)) == later
