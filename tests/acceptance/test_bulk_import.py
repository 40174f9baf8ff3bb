"""A file by the generated map/reduce in a local account: every row once, through kills of the agent."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from pathlib import Path
from shutil import copytree
from typing import Any

from world import eventually, running

PROJECT = Path(__file__).resolve().parents[1] / "generator/running/project"
ROWS = 600
# What a customer's own script may do: one document makes it run until NetSuite ends it.
HOOK = """
/**
 * @NApiVersion 2.1
 */
define(['N/query'], (query) => {
  const heavy = (doc) => {
    while (doc.name === 'Heavy') query.runSuiteQL({ query: 'SELECT id FROM customer WHERE id = 0' });
  };
  return { heavy };
});
"""
SEED = random.SystemRandom().randrange(10**6)


def staged(dump: Any) -> list[str]:
    """Names of files in the project's staging folder."""
    text = json.dumps(dump)
    return sorted({part for part in text.split('"') if part.endswith(".jsonl")})


def test_every_row_is_one_record_whenever_the_agent_is_killed(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    moments = random.Random(SEED)
    secrets = ["events_a", "events_b", "shop_sign"]
    with running(
        PROJECT,
        tmp_path,
        environment="test",
        standard_webhooks=secrets,
        connections=["shop"],
        watch=["vendors"],
        more="[dispatch]\npoll_seconds = 0.5\n",
        start=False,
    ) as world:
        with world.config.open("a") as config:  # the last section is the folder's
            config.write("settle_seconds = 0.1\nrescan_seconds = 0.5\n")
        world.start_agent()
        seen: set[str] = set()
        lines = [json.dumps({"no": n, "name": f"Bulk {n:05}"}) for n in range(ROWS)]
        part = tmp_path / "part"
        part.write_text("\n".join(lines) + "\n", "utf-8")
        part.rename(tmp_path / "vendors" / "vendors.jsonl")
        for _ in range(3):
            time.sleep(moments.uniform(0.3, 2.5))
            seen.update(staged(world.account.get("dump")))
            world.kill_agent()
            world.start_agent()
        done = tmp_path / "vendors" / "done" / "vendors.jsonl"

        def looked() -> bool:
            seen.update(staged(world.account.get("dump")))
            return done.exists()

        eventually("the file is done", looked, seconds=120)
        found = Counter(
            str(row.get("externalid"))
            for row in world.account.records("vendor")
            if str(row.get("externalid")).startswith("V-")
        )
        assert found == Counter(f"V-{n}" for n in range(ROWS))
        eventually("nothing is staged any more", lambda: staged(world.account.get("dump")) == [])


def test_a_row_that_ends_the_script_keeps_no_other_row(tmp_path: Path) -> None:
    """It is found by halves and held with its cause; those before and behind it are records."""
    project = copytree(PROJECT, tmp_path / "project")
    (project / "hooks/vendors.js").write_text(HOOK.lstrip())
    with (project / "specs/vendors.yaml").open("a") as spec:
        spec.write("hooks: {module: ./hooks/vendors.js, before_map: heavy, units: 0}\n")
    with running(
        project,
        tmp_path,
        environment="test",
        standard_webhooks=["events_a", "events_b", "shop_sign"],
        connections=["shop"],
        watch=["vendors"],
        more="[dispatch]\npoll_seconds = 0.5\n[retry]\nbase_seconds = 0.1\nmax_seconds = 0.2\n",
        start=False,
    ) as world:
        with world.config.open("a") as config:
            config.write("settle_seconds = 0.1\nrescan_seconds = 0.5\n")
        names = {number: "Heavy" if number == 3 else f"Light {number}" for number in range(12)}
        lines = [json.dumps({"no": number, "name": name}) for number, name in names.items()]
        (tmp_path / "vendors" / "vendors.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        world.start_agent()
        done = tmp_path / "vendors" / "done" / "vendors.jsonl"
        eventually("the file is done", done.exists, seconds=120)
        found = {str(row.get("externalid")) for row in world.account.records("vendor")}
        assert {f"V-{number}" for number in names if number != 3} <= found
        assert "V-3" not in found
        (held,) = world.agent_json("list", "--state", "held")
        assert held["code"] == "SSS_USAGE_LIMIT_EXCEEDED"
