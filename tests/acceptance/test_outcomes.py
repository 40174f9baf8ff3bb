"""
What becomes of documents when the account answers late, never, or that it will not; on the local account.

Counted from outside: the account's records, and the calls that it saw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from world import World, eventually, running

PROJECT = Path(__file__).resolve().parents[1] / "campaign/project"
SECRETS = ["desk", "meters", "board_sign", "events_a"]
TICKETS = "customscript_fc_tickets_rl"
METERS = "customscript_fc_readings_rl"
# What a customer's own script may do: one document makes it run until NetSuite ends it.
HOOK = """
/**
 * A hook that uses up the script's units for one meter.
 *
 * @NApiVersion 2.1
 */
define(['N/query'], (query) => {
  const heavy = (_rec, doc) => {
    while (doc.meter === 'HEAVY') query.runSuiteQL({ query: 'SELECT id FROM customer WHERE id = 0' });
  };
  return { heavy };
});
"""
QUICK = """
[dispatch]
poll_seconds = 0.5
probe_seconds = 0.3
probe_max_seconds = 0.6
[retry]
base_seconds = 0.3
max_seconds = 1.0
[log]
level = "info"
"""


@pytest.fixture(scope="module")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("outcomes")
    project = copytree(PROJECT, folder / "project")
    (project / "hooks").mkdir()
    (project / "hooks/readings.js").write_text(HOOK.lstrip())
    with (project / "specs/readings.yaml").open("a") as spec:
        spec.write("hooks: {module: ./hooks/readings.js, before_save: heavy, units: 0}\n")
    with running(
        project,
        folder,
        environment="sandbox",
        standard_webhooks=SECRETS,
        connections=["board"],
        more=QUICK,
    ) as world:
        yield world


@pytest.fixture
def world(one_world: World) -> Iterator[World]:
    yield one_world
    one_world.account._json(one_world.account._client.delete("/emulator/faults"))


def fault(world: World, name: str, **more: Any) -> None:
    world.account.post("faults", {"name": name, **more})


def tickets(world: World, *numbers: str) -> None:
    sender = world.sender("desk")
    for number in numbers:
        assert sender.post("tickets", {"no": number, "text": "x"}, id=number) == 202


def made(world: World, prefix: str) -> Counter[str]:
    """How often each ticket is in the account."""
    numbers = [
        str(one["fields"]["custrecord_fc_ticket_no"])
        for one in world.account.records("customrecord_fc_ticket")
    ]
    return Counter(number for number in numbers if number.startswith(prefix))


def executions(world: World) -> list[dict[str, Any]]:
    """Calls of the readings' RESTlet that the account has run."""
    return [one for one in world.account.get("usage")["executions"] if one["script"] == METERS]


def ended(world: World, flow: str, prefix: str) -> dict[str, dict[str, Any]]:
    """Events of the flow that have ended, by the sender's id."""
    rows = world.agent_json("list", "--flow", flow, "--limit", "1000")
    return {
        row["event_id"]: row
        for row in rows
        if row["event_id"].startswith(prefix) and row["state"] in ("done", "held", "dead")
    }


def test_what_was_made_before_a_time_out_is_found_and_not_made_twice(world: World) -> None:
    """By a key that NetSuite does not keep unique; far sooner than the cut call could run."""
    numbers = [f"LOOK-{number}" for number in range(12)]
    fault(world, "timeout_after_save", script=TICKETS, count=3)
    fault(world, "half_answer", script=TICKETS, count=1, after=3)
    tickets(world, *numbers)
    found = eventually(
        "all are done", lambda: (rows := ended(world, "tickets", "LOOK-")).keys() == set(numbers) and rows
    )  # fmt: skip
    assert made(world, "LOOK-") == Counter(numbers)
    assert {row["state"] for row in found.values()} == {"done"}
    assert "duplicate" in {row["outcome"] for row in found.values()}


def test_what_may_still_be_made_is_waited_for(world: World) -> None:
    """The call was cut before it did anything: that cannot be told from one that is still at work."""
    fault(world, "dropped_before", script=TICKETS, count=1)
    tickets(world, "GONE-1")
    looked = eventually(
        "it is looked for",
        lambda: [row for row in world.agent_json("list", "--flow", "tickets", "--state", "unknown") if row["code"] == "OUTCOME_UNKNOWN"],
    )  # fmt: skip
    assert [row["event_id"] for row in looked] == ["GONE-1"]
    assert made(world, "GONE-") == Counter()
    # Another call makes it, as the one that was cut would have: then it is done.
    tickets(world, "AFTER-1")
    fields = {"custrecord_fc_ticket_no": "GONE-1"}
    work = {
        "action": "save",
        "as": {"role": "ADMINISTRATOR"},
        "type": "customrecord_fc_ticket",
        "fields": fields,
    }
    world.account.post("records", work)
    eventually("it is done", lambda: "GONE-1" in ended(world, "tickets", "GONE-"))
    assert made(world, "GONE-") == Counter(["GONE-1"])
    assert "AFTER-1" in ended(world, "tickets", "AFTER-")


def test_a_document_whose_save_ends_the_script_keeps_nobody_else(world: World) -> None:
    """In a batch of forty; by a logarithm of calls it is alone, and held with its own cause."""
    readings = [{"id": f"h{number}", "meter": f"H{number}", "reading": 1} for number in range(40)]
    readings[27]["meter"] = "HEAVY"
    before = len(executions(world))
    sender = world.sender("meters")
    sender.post_all("readings", readings, width=40)
    found = eventually(
        "all have ended",
        lambda: (rows := ended(world, "readings", "h")).keys() == {one["id"] for one in readings} and rows,
    )  # fmt: skip
    assert {id_ for id_, row in found.items() if row["state"] != "done"} == {"h27"}
    assert found["h27"]["state"] == "held"
    assert found["h27"]["code"] == "SSS_USAGE_LIMIT_EXCEEDED"
    calls = executions(world)[before:]
    assert sum("error" in call for call in calls) <= 8  # 40, 20, 10, 5, 3, 2, and twice alone
    assert len(calls) <= 24
