"""
What becomes of documents when the account answers late, never, or that it will not; on the local account.

Counted from outside: the account's records, and the calls that it saw.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import pytest
from world import BIN, World, eventually, running

PROJECT = Path(__file__).resolve().parents[1] / "campaign/project"
SECRETS = ["desk", "meters", "board_sign", "events_a"]
TICKETS = "customscript_fc_tickets_rl"
METERS = "customscript_fc_readings_rl"
LISTED = """\
<permissions><permission>
  <permittedrole>[scriptid=customrole_fc_integration]</permittedrole>
  <permittedlevel>CREATE</permittedlevel>
</permission></permissions>
"""
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
breaker_failures = 4
breaker_seconds = 0.3
breaker_max_seconds = 0.6
[retry]
base_seconds = 0.3
max_seconds = 1.0
[log]
level = "info"
format = "json"
"""


@pytest.fixture(scope="module")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("outcomes")
    project = copytree(PROJECT, folder / "project")
    (project / "hooks").mkdir()
    (project / "hooks/readings.js").write_text(HOOK.lstrip())
    with (project / "specs/readings.yaml").open("a") as spec:
        spec.write("hooks: {module: ./hooks/readings.js, before_save: heavy, units: 0}\n")
    # Its records are for roles that have the type in their list.
    ticket = project / "objects/customrecord_fc_ticket.xml"
    text = ticket.read_text().replace("NONENEEDED", "USEPERMISSIONLIST")
    ticket.write_text(text.replace("</customrecordtype>", LISTED + "</customrecordtype>"))
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


def status(world: World) -> dict[str, Any]:
    """What the running agent says of itself."""
    token = {"Authorization": f"Bearer {world.secrets['agent_token']}"}
    return dict(httpx.get(f"{world.agent_url}/status", headers=token, timeout=30).json())


def alarms(world: World, kind: str) -> list[dict[str, Any]]:
    return [one for one in status(world)["alarms"] if one["kind"] == kind]


def said(world: World, kind: str, since: int) -> Counter[str]:
    """How often the log says that an alarm began, and that it is over, from a line on."""
    lines = (world.folder / "agent.log").read_text().splitlines()[since:]
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return Counter(one["event"] for one in found if one.get("kind") == kind)


def line_of_log(world: World) -> int:
    return len((world.folder / "agent.log").read_text().splitlines())


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


def test_an_account_in_maintenance_is_said_once_and_nothing_is_lost(world: World) -> None:
    start = line_of_log(world)
    fault(world, "maintenance")
    readings = [{"id": f"down{n}", "meter": f"DOWN-{n}", "reading": n} for n in range(5)]
    world.sender("meters").post_all("readings", readings)
    eventually("the breaker is open", lambda: alarms(world, "breaker"))
    assert "closed" not in {
        one["state"] for one in status(world)["breakers"] if one["target"] != "board"
    }
    world.account._json(world.account._client.delete("/emulator/faults"))
    eventually("all are done", lambda: len(ended(world, "readings", "down")) == 5)
    assert {one["state"] for one in status(world)["breakers"]} == {"closed"}
    assert said(world, "breaker", start) == {"alarm": 1, "alarm_over": 1}
    saved = [one["fields"] for one in world.account.records("customrecord_fc_meter")]
    found = {
        one["custrecord_fc_meter_no"]: int(one["custrecord_fc_meter_reading"]) for one in saved
    }
    assert {n: found.get(f"DOWN-{n}") for n in range(5)} == {n: n for n in range(5)}


def test_a_role_that_loses_a_permission_stops_one_lane_until_it_has_it_back(world: World) -> None:
    start = line_of_log(world)
    key = "customrecord_fc_ticket"
    world.account.post("roles", {"role": "customrole_fc_integration", "add": {}, "remove": [key]})
    tickets(world, "ROLE-1", "ROLE-2")
    (alarm,) = eventually("the lane stands", lambda: alarms(world, "lane"))
    assert alarm["subject"] == "tickets"
    reading = {"id": "role-r", "meter": "R", "reading": 1}
    world.sender("meters").post("readings", reading, id="role-r")
    eventually("other lanes go on", lambda: "role-r" in ended(world, "readings", "role-r"))
    eventually("it was probed", lambda: probes(world, "tickets") > 0.3)
    assert ended(world, "tickets", "ROLE-") == {}
    back = {"role": "customrole_fc_integration", "add": {key: "CREATE"}, "remove": []}
    world.account.post("roles", back)
    eventually("both are done", lambda: len(ended(world, "tickets", "ROLE-")) == 2)
    assert made(world, "ROLE-") == Counter(["ROLE-1", "ROLE-2"])
    assert alarms(world, "lane") == []
    assert said(world, "lane", start) == {"alarm": 1, "alarm_over": 1}


def probes(world: World, flow: str) -> float:
    """The pause of a lane that stands, which grows with each probe in vain; 0 where it goes."""
    stopped = next(one["stopped"] for one in status(world)["lanes"] if one["flow"] == flow)
    return float(stopped["pause"]) if stopped else 0.0


def test_a_new_build_stops_what_it_changed_until_the_agent_has_it_too(world: World) -> None:
    start = line_of_log(world)
    spec = world.project / "specs/tickets.yaml"
    spec.write_text(
        spec.read_text().replace("ticket_text: text", "ticket_text: {from: text, apply: [upper]}")
    )
    out = world.folder / "sdf2"
    build = [str(BIN / "suiteloom"), "build", "--project", str(world.project), "--out", str(out)]
    subprocess.run(build, check=True, capture_output=True)
    world.account.post("deploy", {"path": str(out)})
    tickets(world, "BUILD-1")
    (alarm,) = eventually("the lane stands", lambda: alarms(world, "lane"))
    assert (alarm["subject"], alarm["code"]) == ("tickets", "WRONG_CONTRACT")
    eventually("the drift is told", lambda: alarms(world, "drift"))
    # The release's other half: the agent reads it by itself, and goes on.
    (world.folder / "sdf/flows.json").write_bytes((out / "flows.json").read_bytes())
    eventually("it is done", lambda: "BUILD-1" in ended(world, "tickets", "BUILD-"))
    eventually("no alarm stands", lambda: not alarms(world, "lane") and not alarms(world, "drift"))
    assert said(world, "lane", start) == {"alarm": 1, "alarm_over": 1}
    assert made(world, "BUILD-") == Counter(["BUILD-1"])
