"""
Polls and fetched events with every part a process of its own, and the agent killed again and again.

Counted from outside: what the target got, by its own log, against what the account holds.
"""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from world import World, eventually, running

PROJECT = Path(__file__).resolve().parents[1] / "generator/running/project_out"
PEOPLE = [
    {"type": "location", "fields": {"name": "Here", "externalid": "HERE", "subsidiary": "1"}},
    {"type": "customer", "fields": {"externalid": "C-1", "entityid": "Acme", "companyname": "Acme", "isperson": False, "subsidiary": "1"}},
    *({"type": "inventoryitem", "fields": {"itemid": f"I{number}", "subsidiary": ["1"]}} for number in range(4)),
]  # fmt: skip


def ref(record: str, by: str, value: str) -> dict[str, str]:
    return {"ref": record, "by": by, "value": value}


def work(world: World, kind: str, **what: Any) -> int:
    """A person's save; its id."""
    body = {"action": "save", "as": {"role": "ADMINISTRATOR"}, "type": kind, **what}
    return int(world.account.post("records", body)["id"])


def receive(world: World, item: str) -> None:
    """One more of an item is there."""
    line = {"item": ref("item", "itemid", item), "adjustqtyby": 1, "location": ref("location", "externalid", "HERE")}  # fmt: skip
    fields = {"subsidiary": "1", "account": "14", "adjlocation": line["location"]}
    work(world, "inventoryadjustment", fields=fields, sublists={"inventory": [line]})


def order(world: World) -> int:
    line = {"item": ref("item", "itemid", "I0"), "quantity": 2, "rate": 5, "price": "-1"}
    fields = {"entity": ref("customer", "externalid", "C-1"), "memo": "x"}
    return work(world, "salesorder", fields=fields, sublists={"item": [line]})


def heard(world: World, path: str) -> dict[str, Any]:
    """What the target took, by webhook-id: a repeat is one that it recognises."""
    found: dict[str, Any] = {}
    for delivery in world.target.log:
        if delivery.path == path:
            said = found.setdefault(delivery.headers["webhook-id"], delivery.data)
            assert said == delivery.data
    return found


def poll(world: World) -> None:
    token = {"Authorization": f"Bearer {world.secrets['agent_token']}"}
    assert httpx.post(f"{world.agent_url}/poll/stock", headers=token).status_code == 202


def amounts(world: World) -> dict[str, list[int]]:
    """How many of each item the target was told, message by message."""
    told: dict[str, list[int]] = defaultdict(list)
    for said in heard(world, "/shop/stock").values():
        here = [one["available"] for one in said.get("levels", ()) if one["location"] == "HERE"]
        told[said["sku"]].append(here[0])
    return told


def test_an_agent_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(4)
    more = "[dispatch]\npoll_seconds = 0.2\n"
    with running(PROJECT, tmp_path, environment="test", connections=["shop"], more=more) as world:
        world.account.post("seed", {"records": PEOPLE})
        orders, there = [], dict.fromkeys((f"I{number}" for number in range(4)), 0)
        for _ in range(3):
            for item in chance.sample(sorted(there), 2):
                receive(world, item)
                there[item] += 1
            orders += [order(world) for _ in range(2)]
            poll(world)
            eventually("a pause", lambda: chance.random() < 0.3)
            world.kill_agent()
            world.start_agent()
        poll(world)

        def all_is_told() -> bool:
            told = amounts(world)
            return {item: told[item][-1:] for item in there} == {
                item: [count] for item, count in there.items()
            }

        eventually("the stock of every item at the target", all_is_told)
        eventually("every order at the target", lambda: len(heard(world, "/shop/orders")) >= len(orders))  # fmt: skip
        # Each message was news, and none came twice under another id.
        for counts in amounts(world).values():
            assert all(one < other for one, other in pairwise(counts))
        told = sorted(said["id"] for said in heard(world, "/shop/orders").values())
        assert told == sorted(orders)
        # Rows whose post met a dead agent are tried again a little later.
        eventually("an empty outbox", lambda: not world.account.records("customrecord_out_outbox"))
