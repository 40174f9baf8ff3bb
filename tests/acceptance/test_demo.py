"""The demo is a proof that anybody can run: it ends by itself, adds up, and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

SUITELOOM = Path(sys.executable).parent / "suiteloom"
OUTCOMES = ("refused", "repeated", "created", "updated", "unchanged", "skipped", "held")


def environment(folder: Path) -> dict[str, str]:
    """Nothing of this machine's: an empty HOME, no terminal, warnings as errors."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PYTHONWARNINGS": "error",
    }


def check(numbers: dict[str, float]) -> None:
    assert numbers["lost"] == numbers["doubled"] == 0
    assert numbers["sent"] == sum(numbers[name] for name in OUTCOMES)
    assert numbers["webhooks_sent"] == numbers["webhooks_delivered"] > 0
    assert 0 < numbers["units_per_order"] < 100
    assert 0 < numbers["units_per_event"] < 100


def test_acme_shows_every_kind_of_outcome_and_can_be_looked_at_afterwards(tmp_path):
    process = subprocess.Popen(
        [SUITELOOM, "demo", "--json", "--keep"],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        said = []
        while "^C ends it" not in (text := process.stderr.readline()):
            assert text, "".join(said)
            said.append(text)
        numbers = json.loads(line)
        urls = re.findall(r"^(?:account|agent) +(http://\S+)", "".join(said), re.MULTILINE)
        assert len(urls) == 2
        assert httpx.get(f"{urls[0]}/emulator/usage", trust_env=False).status_code == 200
        assert httpx.get(f"{urls[1]}/healthz", trust_env=False).status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
    assert rest == "", "the numbers are the last line"
    for url in urls:
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, trust_env=False)
    check(numbers)
    # What the shop sends does not depend on the machine, and so does what becomes of it.
    assert {name: numbers[name] for name in ("sent", *OUTCOMES, "bills")} == {
        "sent": 93,
        "refused": 4,
        "repeated": 7,
        "created": 49,
        "updated": 9,
        "unchanged": 16,
        "skipped": 2,
        "held": 6,
        "bills": 4,
    }
    # 16 shipments, and 26 saves of customers: 12 new, 9 by the shop, 5 by the clerk.
    assert numbers["webhooks_sent"] == 42


def test_northwind_ends_by_itself_with_a_table_for_a_person(tmp_path):
    done = subprocess.run(
        [SUITELOOM, "demo", "northwind"],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Nothing lost, nothing doubled." in done.stdout
    assert re.search(r"^orders +24 .* 12 .* 12 ", done.stdout, re.MULTILINE)
    assert "building northwind" in done.stderr
    # What is compiled is remembered in the user's cache folder.
    assert [path.name for path in tmp_path.iterdir()] == [".cache"], "nothing else stays behind"
