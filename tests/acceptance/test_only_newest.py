"""A flow whose newest state alone counts, from its spec to the record, on the local account."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from world import eventually, running

PROJECT = Path(__file__).resolve().parents[1] / "campaign/project"
SECRETS = ["desk", "meters", "board_sign", "events_a"]
METERS = "customscript_fc_readings_rl"


def test_a_meter_that_is_read_faster_than_it_is_saved_ends_at_its_last_reading(
    tmp_path: Path,
) -> None:
    """Its readings in between reach no script; those of another meter are not touched."""
    project = copytree(PROJECT, tmp_path / "project")
    spec = project / "specs/readings.yaml"
    spec.write_text(spec.read_text() + "only_newest: true\n")
    with running(
        project,
        tmp_path,
        environment="sandbox",
        standard_webhooks=SECRETS,
        connections=["board"],
    ) as world:
        # The first call takes long: meanwhile nine readings more come in.
        world.account.post("faults", {"name": "slow", "script": METERS, "seconds": 5, "count": 1})
        sender = world.sender("meters")

        def read(meter: str, reading: int) -> None:
            document = {"id": f"{meter}-{reading}", "meter": meter, "reading": reading}
            assert sender.post("readings", document, id=document["id"]) == 202

        read("A", 1)
        eventually(
            "the first is in a call",
            lambda: world.account.get("faults/history")["history"],
        )
        for reading in range(2, 11):
            read("A", reading)
        read("B", 1)
        rows = eventually(
            "all have ended",
            lambda: [
                found
                for found in [world.agent_json("list", "--flow", "readings")]
                if all(row["state"] == "done" for row in found)
            ],
        )[0]
        outcomes = {row["event_id"]: row["outcome"] for row in rows}
        superseded = {id_ for id_, outcome in outcomes.items() if outcome == "superseded"}
        # How many came while the call was under way is the machine's affair; that the last counts
        # is not.
        assert superseded
        assert superseded <= {f"A-{reading}" for reading in range(2, 10)}
        assert {id_: outcomes[id_] for id_ in ("A-1", "A-10", "B-1")} == {
            "A-1": "created",
            "A-10": "updated",
            "B-1": "created",
        }
        readings = {
            record["fields"]["custrecord_fc_meter_no"]: int(
                record["fields"]["custrecord_fc_meter_reading"]
            )
            for record in world.account.records("customrecord_fc_meter")
        }
        assert readings == {"A": 10, "B": 1}
