"""A file by the generated map/reduce in a local account: every row once, through kills of the agent."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from world import eventually, running

PROJECT = Path(__file__).resolve().parents[1] / "generator/running/project"
ROWS = 600
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
