"""A release while documents come in: mapping changed, built, deployed; the agent takes it up by itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from world import BIN, World, eventually, running

RELEASES = 3


def customer(number: int) -> dict[str, Any]:
    return {
        "customerID": f"R{number:05}",
        "companyName": f"Company {number}",
        "contactName": "Ada",
        "contactTitle": "Owner",
        "address": "Street 1",
        "city": "Köln",
        "region": None,
        "postalCode": "50667",
        "country": "Germany",
        "phone": "0221-5550101",
        "fax": None,
    }


def release(world: World, number: int) -> None:
    """Another text in a field of every customer, through spec, build and account."""
    spec = world.project / "specs" / "customers.yaml"
    lines = spec.read_text("utf-8").splitlines()
    [place] = [at for at, line in enumerate(lines) if line.startswith("  comments: ")]
    lines[place] = f'  comments: {{concat: [contactName, {{value: " of release {number}"}}]}}'
    spec.write_text("\n".join(lines) + "\n", "utf-8")
    out = world.config.parent / "sdf"
    subprocess.run(
        [BIN / "suiteloom", "build", "--project", world.project, "--out", out],
        check=True,
        capture_output=True,
    )
    world.account.post("deploy", {"path": str(out)})


def test_documents_after_a_release_go_through_the_new_mapping_and_none_is_lost(
    root: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(root / "examples/northwind", project)
    with running(
        project,
        tmp_path,
        environment="sandbox",
        standard_webhooks=["northwind", "events_a", "warehouse_sign"],
        connections=["warehouse"],
        more="[dispatch]\npoll_seconds = 0.5\nprobe_seconds = 0.2\nprobe_max_seconds = 0.4\n",
    ) as world:
        sender, marked = world.sender("northwind"), world.sender("northwind")
        ended = threading.Event()

        def send() -> int:
            number = 0
            with httpx.Client() as client:
                while not ended.wait(0.05):
                    sender.post("customers", customer(number), client=client)
                    number += 1
            return number

        def found(number: int) -> dict[str, Any] | None:
            rows = world.account.records("customer", externalid=f"NW-R{number:05}")
            return rows[0] if rows else None

        sent: list[int] = []
        sending = threading.Thread(target=lambda: sent.append(send()))
        sending.start()
        try:
            for number in range(1, RELEASES + 1):
                release(world, number)
                text = f'suiteloom_reloads_total{{result="ok"}} {number}.0'
                eventually(
                    f"reload {number}",
                    lambda text=text: (
                        text in httpx.get(f"{world.agent_url}/metrics", timeout=60).text
                    ),
                )
                own = 90_000 + number
                marked.post("customers", customer(own))
                row = eventually(f"customer {own}", lambda own=own: found(own))
                assert f"of release {number}" in json.dumps(row)
        finally:
            ended.set()
            sending.join()
        [count] = sent
        expected = {f"NW-R{number:05}" for number in range(count)}

        def there() -> Counter[str]:
            rows = world.account.records("customer")
            return Counter(row["externalid"] for row in rows if row.get("externalid"))

        eventually("all customers", lambda: expected <= there().keys())
        assert {name: times for name, times in there().items() if times > 1} == {}
        answers = Counter(status for _, status in [*sender.answers, *marked.answers])
        assert answers == {202: count + RELEASES}
        assert sender.attempts == count
