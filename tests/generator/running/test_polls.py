"""
Polls: the generated scripts in the account, asked by the agent's own poller over the service
    RESTlet.

What the target has heard is counted by the messages that leave the inbox, against what the account
holds.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agent import bundle as bundles
from agent.alarms import Alarms
from agent.config import DispatchSection
from agent.dispatch.account import Account
from agent.dispatch.breaker import Breaker
from agent.dispatch.budget import Budget
from agent.dispatch.limit import Limit
from agent.dispatch.slots import OwnSlots
from agent.errors import BadAnswer, Denied, Unknown
from agent.inbox.model import Settled
from agent.inbox.sqlite import SqliteStore
from agent.inbox.states import State
from agent.metrics import Metrics
from agent.poll.poller import Pass, Poller
from emulator.account.interference import Undisturbed
from emulator.account.starter import INTEGRATION_USER
from emulator.door.control import As, SeedRecord, User
from emulator.door.credentials import Holder
from emulator.door.faults import Fault, Faults
from emulator.door.interference import Interference
from generator.project.bundle import bundle as bundle_text


class Cut(Exception):
    """The agent is killed here."""


class Side:
    """The agent's side: a store on disk, and the target's log."""

    def __init__(self, out: Any, folder: Path) -> None:
        self.out = out
        self.path = folder / "inbox.db"
        file = folder / "flows.json"
        file.write_text(bundle_text(out.plan))
        self.bundle = bundles.load(file)
        self.log: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda _op: None
        self.after: Callable[[str], None] = lambda _op: None
        self.clock: Callable[[], float] = time.time

    async def call(self, script: str, deploy: str, body: Any, *, timeout: float) -> Any:  # noqa: ASYNC109
        """The account's RESTlets, as `agent.ports.NetSuite` has them."""
        assert timeout > 0
        self.calls.append(body["op"])
        self.before(body["op"])
        reply = self.out.netsuite.engine.restlet(
            self.out.token,
            script,
            deploy,
            "POST",
            {},
            json.dumps(body).encode(),
            "application/json",
        )
        self.after(body["op"])
        if reply.status != 200:
            raise Unknown("HTTP", str(reply.body[:300]))
        return json.loads(reply.body)

    def poll(self, flow: str) -> Pass:
        """One pass of an agent that starts for it, then everything is delivered."""

        async def run() -> Pass:
            store = SqliteStore(self.path, clock=self.clock)
            try:
                metrics = Metrics()
                alarms = Alarms(metrics)
                account = Account(
                    self.bundle,
                    self.out.project.account,
                    self,
                    Budget(OwnSlots(Limit(1)), metrics),
                    alarms,
                    metrics,  # type: ignore[arg-type]
                    Breaker("1", DispatchSection(), alarms, metrics, self.clock, lambda: None),
                )
                found = self.bundle.flows[flow]
                assert isinstance(found, bundles.OutboundFlow)
                poller = Poller(
                    found, self.bundle, account, store,
                    alarms=alarms, metrics=metrics, arrived=lambda _flow: None, clock=self.clock,
                )  # fmt: skip
                try:
                    return await poller.once()
                finally:
                    self.alarms = alarms.standing()
                    await self._deliver(store, flow)
            finally:
                await store.close()

        return asyncio.run(run())

    async def _deliver(self, store: SqliteStore, flow: str) -> None:
        while (lease := await store.lease(flow, 500, 60)).events:
            self.log += [json.loads(event.body) for event in lease.events]
            await store.complete(
                lease.owner, [Settled(event.id, State.DONE) for event in lease.events]
            )

    def told(self) -> dict[str, list[Any]]:
        """What the target heard, by key, in order."""
        heard: dict[str, list[Any]] = defaultdict(list)
        for event in self.log:
            heard[event["partitionkey"].partition(":")[2]].append(event["data"])
        return heard


@pytest.fixture
def side(out: Any, tmp_path: Path) -> Iterator[Side]:
    yield Side(out, tmp_path)
    out.netsuite.account.interference = Undisturbed()


def seed(out: Any, *records: tuple[str, dict[str, Any]]) -> list[int]:
    found = [SeedRecord(type=kind, fields=fields) for kind, fields in records]
    return list(out.netsuite.seed(found))


def person(name: str) -> tuple[str, dict[str, Any]]:
    return (
        "customer",
        {"entityid": name, "companyname": name, "isperson": False, "subsidiary": "1"},
    )


def stock(out: Any, item: str, location: int | str, count: int) -> None:
    line = {
        "item": {"ref": "item", "by": "itemid", "value": item},
        "adjustqtyby": count,
        "location": str(location),
    }
    out.work(
        "save",
        "inventoryadjustment",
        fields={"subsidiary": "1", "account": "14", "adjlocation": str(location)},
        sublists={"inventory": [line]},
        who=As(),
    )


def levels(message: dict[str, Any]) -> dict[str, int]:
    return {level["location"]: level["available"] for level in message["levels"]}


def save_long_ago(out: Any, customer: int, name: str) -> None:
    """What the record says changes, and its time of change says nothing of it."""
    out.netsuite.clock(-4 * 3600, None)
    out.work("save", "customer", id=customer, fields={"companyname": name}, who=As())
    out.netsuite.clock(4 * 3600, None)


# --- by hash per key ---


def test_one_message_holds_all_rows_of_its_key_and_comes_once(side: Side, out: Any) -> None:
    east, west = seed(out, ("location", {"name": "East", "subsidiary": "1"}), ("location", {"name": "West", "subsidiary": "1"}))  # fmt: skip
    stock(out, "TEA", east, 4)
    stock(out, "TEA", west, 7)
    first = side.poll("stock")
    assert first.told == first.keys
    (tea,) = side.told()["TEA"]
    assert (levels(tea)["EAST"], levels(tea)["WEST"]) == (4, 7)
    assert tea["as_of"].endswith("Z")
    assert side.poll("stock").told == 0  # the time of the poll is no news
    stock(out, "TEA", west, 1)
    assert side.poll("stock").told == 1
    # Only one location changed; both are told.
    assert (levels(side.told()["TEA"][1])["EAST"], levels(side.told()["TEA"][1])["WEST"]) == (4, 8)
    stock(out, "TEA", west, -1)
    side.poll("stock")
    assert levels(side.told()["TEA"][2]) == levels(tea)  # back again is news, too
    assert len({event["id"] for event in side.log}) == len(side.log)


def test_what_is_no_more_is_told_and_what_comes_back_is_told_again(side: Side, out: Any) -> None:
    side.poll("stock")
    (mug,) = [one["id"] for one in out.records("inventoryitem") if one["fields"]["itemid"] == "MUG"]
    out.work("save", "inventoryitem", id=mug, fields={"itemid": "HIDDEN"}, who=As())
    side.poll("stock")
    assert side.told()["MUG"][-1] == {"sku": "MUG", "deleted": True}
    assert side.log[-1]["type"] == "out.stock.delete"
    assert side.poll("stock").told == 0
    out.work("save", "inventoryitem", id=mug, fields={"itemid": "MUG"}, who=As())
    side.poll("stock")
    assert side.told()["MUG"][-1]["sku"] == "MUG"


def test_a_hidden_table_is_not_an_empty_one(side: Side, out: Any) -> None:
    """A role that lost its permission sees no rows; that is no reason to tell deletions."""
    told = side.poll("stock").told
    assert told > 0
    with out.without("LIST_ITEM"), pytest.raises(Denied) as refused:
        side.poll("stock")
    assert refused.value.code == "TABLE_NOT_VISIBLE"
    with out.without("LIST_LOCATION"), pytest.raises(Denied):
        side.poll("stock")
    assert side.poll("stock").told == 0
    assert not any(event["event"] == "delete" for event in side.log)


def test_a_pause_polls_nothing_and_deletes_nothing(side: Side, out: Any) -> None:
    side.poll("stock")
    out.service("pause", paused=True)
    with pytest.raises(BadAnswer) as refused:
        side.poll("stock")
    out.service("pause", paused=False)
    assert refused.value.code == "PAUSED"
    assert side.poll("stock").told == 0


def test_a_key_that_cannot_be_told_is_named_and_holds_nothing_else(side: Side, out: Any) -> None:
    bad, good = seed(out, ("customer", {"entityid": "Anon", "isperson": False, "subsidiary": "1"}), person("Good"))  # fmt: skip
    found = side.poll("people")
    assert found.failed == 1
    (alarm,) = side.alarms
    assert alarm["code"] == "REQUIRED_EMPTY"
    assert str(bad) in alarm["message"]
    assert side.told()[str(good)] == [{"id": good, "name": "Good"}]
    out.work("save", "customer", id=bad, fields={"companyname": "Named"}, who=As())
    assert side.poll("people").failed == 0
    assert (side.told()[str(bad)], side.alarms) == ([{"id": bad, "name": "Named"}], [])


# --- by a watermark ---


def test_a_watermark_asks_only_for_what_changed_lately(side: Side, out: Any) -> None:
    early = seed(out, *(person(f"Early {number}") for number in range(30)))
    assert side.poll("people").keys >= 30
    out.netsuite.clock(4 * 3600, None)
    (late,) = seed(out, person("Late"))
    side.poll("people")
    out.netsuite.clock(60, None)
    found = side.poll("people")
    assert (found.keys, found.told) == (1, 0)  # within the overlap it is read again, and known
    out.work("save", "customer", id=early[3], fields={"companyname": "Changed"}, who=As())
    side.poll("people")
    assert side.told()[str(early[3])][-1]["name"] == "Changed"
    assert len(side.told()[str(late)]) == 1


def test_rows_of_one_second_are_all_told(side: Side, out: Any) -> None:
    """Ties: the watermark is the time of rows that are there and of one that comes after them."""
    side.poll("people")
    one = seed(out, person("One"))[0]
    side.poll("people")
    other = seed(out, person("Other"))[0]  # the clock stands: the very same time
    side.poll("people")
    assert {len(side.told()[str(number)]) for number in (one, other)} == {1}


def test_a_row_that_is_committed_after_younger_ones_is_told(side: Side, out: Any) -> None:
    """Stamped first, seen last: the pass between them moved the watermark beyond its time."""
    faults = Faults()
    out.netsuite.account.interference = Interference(out.netsuite.account, faults)
    side.poll("people")
    faults.set(Fault(name="late_commit", record="customer", count=1, seconds=1.5))
    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(
            out.work, "save", "customer", fields=person("Slow")[1], who=As(context="CSVIMPORT")
        )
        deadline = time.monotonic() + 20
        while not faults.history():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        out.netsuite.clock(15 * 60, None)
        (quick,) = seed(out, person("Quick"))
        side.poll("people")
        assert [data["name"] for data in side.told()[str(quick)]] == ["Quick"]
        slow = saving.result()
    stamps = {
        name: out.record("customer", id=number)["fields"]["lastmodifieddate"]
        for name, number in (("slow", slow), ("quick", quick))
    }
    assert stamps["slow"] < stamps["quick"]
    side.poll("people")
    assert [data["name"] for data in side.told()[str(slow)]] == ["Slow"]


def test_a_key_that_failed_is_tried_again_when_the_window_has_left_it(side: Side, out: Any) -> None:
    """What mends it need not be a save of the record; until then the alarm stands."""
    bad, good = seed(out, ("customer", {"entityid": "Anon", "isperson": False, "subsidiary": "1"}), person("Good"))  # fmt: skip
    assert side.poll("people").failed == 1
    out.netsuite.clock(5 * 3600, None)
    (late,) = seed(out, person("Late"))
    for _ in range(2):  # the second window is hours after its change
        assert side.poll("people").failed == 1
        assert [alarm["code"] for alarm in side.alarms] == ["REQUIRED_EMPTY"]
        out.netsuite.clock(60, None)
    save_long_ago(out, bad, "Named")
    found = side.poll("people")
    assert (found.failed, found.told, side.alarms) == (0, 1, [])
    assert side.told()[str(bad)] == [{"id": bad, "name": "Named"}]
    assert [len(side.told()[str(number)]) for number in (good, late)] == [1, 1]
    assert (side.poll("people").told, side.calls[-1]) == (0, "rows")
    # One that is gone is asked for no more.
    out.work("save", "customer", id=bad, fields={"companyname": ""}, who=As())
    assert side.poll("people").failed == 1
    out.work("delete", "customer", id=bad, who=As())
    assert [side.poll("people").failed for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("hours", [-30, 30])
def test_the_agents_clock_moves_no_watermark(side: Side, out: Any, hours: int) -> None:
    side.clock = lambda: time.time() + hours * 3600
    side.poll("people")
    (new,) = seed(out, person("New"))
    side.poll("people")
    assert len(side.told()[str(new)]) == 1


def test_another_zone_of_the_user_begins_the_window_anew(side: Side, out: Any) -> None:
    """Times are text in the session's zone: an hour later may be an earlier text."""
    side.poll("people")
    out.netsuite.users(User(user=INTEGRATION_USER, time_zone="Asia/Tokyo"))
    out.token = out.netsuite.session(Holder(INTEGRATION_USER, out.project.role), "RESTLET")
    side.poll("people")
    out.netsuite.users(User(user=INTEGRATION_USER, time_zone="America/Los_Angeles"))
    out.token = out.netsuite.session(Holder(INTEGRATION_USER, out.project.role), "RESTLET")
    (new,) = seed(out, person("New"))
    found = side.poll("people")
    assert found.keys == len(out.records("customer"))
    assert found.told == 1
    assert len(side.told()[str(new)]) == 1


# --- more than one answer holds ---


def test_more_keys_than_one_query_gives_are_all_told(side: Side, out: Any) -> None:
    seed(out, *(person(f"P{number}") for number in range(5010)))
    there = out.records("customer")
    found = side.poll("people")
    assert found.told == len(there) > 5010
    assert side.calls.count("poll") == 2
    assert {len(heard) for heard in side.told().values()} == {1}
    # One key with more rows than one query gives is still one message.
    side.calls.clear()
    side.log.clear()
    side.poll("crowds")
    (crowd,) = [e["data"] for e in side.log if e["data"]["subsidiary"] == 1]
    listed = [one["id"] for one in crowd["customers"]]
    mine = [one["id"] for one in there if one["fields"].get("subsidiary") == "1"]
    assert sorted(listed) == sorted(mine)


def test_what_changes_while_a_long_pass_goes_on_is_told_by_the_next(side: Side, out: Any) -> None:
    """Keys that are read already change, then keys that are still to be read, hours later."""
    ids = seed(out, *(person(f"P{number}") for number in range(5010)))

    def change(number: int, name: str) -> None:
        out.work("save", "customer", id=number, fields={"companyname": name}, who=As())

    def meanwhile(op: str) -> None:
        if op == "poll" and side.calls.count("poll") == 2:
            change(ids[0], "Early")
            out.netsuite.clock(3 * 3600, None)
            change(ids[-1], "Late")

    side.before = meanwhile
    side.poll("people")
    side.before = lambda _op: None
    assert side.told()[str(ids[-1])][-1]["name"] == "Late"
    side.poll("people")
    assert side.told()[str(ids[0])][-1]["name"] == "Early"


# --- killed anywhere ---


def test_a_kill_at_any_call_loses_nothing_and_doubles_nothing(side: Side, out: Any) -> None:
    """The agent dies before or after each call and each commit; every state is heard once."""
    seed(
        out,
        *(("inventoryitem", {"itemid": f"I{number}", "subsidiary": ["1"]}) for number in range(7)),
    )
    place = seed(out, ("location", {"name": "Here", "subsidiary": "1"}))[0]
    side.poll("stock")
    heard = 1
    for cut in range(8):
        stock(out, "I1", place, 1)
        stock(out, "I6", place, 1)
        heard += 1
        left = [cut]

        def strike(_op: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Cut

        side.before, side.after = (
            (strike, lambda _op: None) if cut % 2 else (lambda _op: None, strike)
        )
        with pytest.raises(Cut):
            for _ in range(4):  # a pass may end before the kill; then the next one is struck
                side.poll("stock")
        side.before = side.after = lambda _op: None
        side.poll("stock")
        for name in ("I1", "I6"):
            amounts = [levels(message)["HERE"] for message in side.told()[name]]
            assert amounts == list(range(heard))
    assert {len(side.told()[f"I{number}"]) for number in (0, 2, 3, 4, 5)} == {1}
    assert len({event["id"] for event in side.log}) == len(side.log)
