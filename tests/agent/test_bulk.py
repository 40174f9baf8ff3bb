"""
A large file by map/reduce: counted in the account, in little memory, through kills at any point.

`make soak` takes a million rows.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import fake_account
import httpx
import pytest
from fake_account import BEARER, FakeAccount, Json

ROWS = 1_000_000 if int(os.environ.get("SUITELOOM_SOAK", "1")) > 1 else 24_000
SEED = random.SystemRandom().randrange(10**6)
REQUEST_MOST = 10_000_000


class BulkAccount(FakeAccount):
    """Counts what was made by number, and how large the requests are, instead of keeping documents."""

    def __init__(self) -> None:
        super().__init__()
        self.page = 2000
        self._server.handle_error = lambda *_args: None  # type: ignore[method-assign] # agents are killed
        self.made = Counter[int]()
        self.sent = Counter[int]()
        self.largest = 0
        self.most_lines = 0

    def restlet(self, script: str, raw: bytes) -> tuple[int, Json]:
        self.largest = max(self.largest, len(raw))
        answer = super().restlet(script, raw)
        self.calls.clear()
        return answer

    def _op(self, call: Json) -> Json:
        if call["op"] == "stage":
            self.most_lines = max(self.most_lines, len(call["lines"]))
        return super()._op(call)

    def _one(self, row: Json, raw: bytes) -> Json:
        number = int(row["doc"]["id"])
        self.sent[number] += 1
        outcome = "unchanged" if self.made[number] else "created"
        if number % 1000 == 999:
            error = {"code": "BAD_VALUE", "message": "x", "class": "data"}
            return {
                "id": row["id"],
                "outcome": "failed",
                "record": None,
                "key": None,
                "error": error,
            }
        self.made[number] = 1
        return {"id": row["id"], "outcome": outcome, "record": str(number), "key": f"O-{number}"}


@pytest.fixture
def account() -> Any:
    made = BulkAccount()
    yield made
    made.close()


def write_file(path: Path, rows: int) -> None:
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "name", "net"])
        for number in range(rows):
            writer.writerow([number, f'Søren "{number}" & Söhne', "14.10"])


def configured(folder: Path, account: FakeAccount) -> Path:
    content = fake_account.flows_json()
    bills = next(flow for flow in content["flows"] if flow["flow"] == "bills")
    bills["file"] = {
        "pattern": "*.csv.gz", "format": "csv", "csv": {"delimiter": ","}, "schedule": None,
    }  # fmt: skip
    (folder / "flows.json").write_text(json.dumps(content))
    account.ready_file(folder)
    (folder / "in").mkdir()
    path = folder / "agent.toml"
    path.write_text(
        'bundle = "flows.json"\nenvironment = "sandbox"\nlisten = "127.0.0.1:0"\n'
        f"[ingress]\nmax_open = {max(ROWS // 4, 5000)}\n"  # the inbox is full before the file ends
        '[secrets]\nsource = ["secrets"]\n[log]\nlevel = "error"\n'
        "[dispatch]\npoll_seconds = 0.5\n"
        f'[connections.shop]\nbase_url = "{account.url}"\n'
        '[watch.bills]\nfolder = "in"\nsettle_seconds = 0.0\nrescan_seconds = 0.3\n'
    )
    return path


def start(config: Path) -> tuple[subprocess.Popen[bytes], str]:
    ready = config.with_name("agent.json")
    ready.unlink(missing_ok=True)
    words = ["run", "--config", str(config), "--netsuite", str(config.with_name("ready.json"))]
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from agent.cli import main; main()",
            *words,
            "--ready-file",
            str(ready),
        ]
    )
    deadline = time.monotonic() + 60
    while not ready.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process, json.loads(ready.read_text())["url"]


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def peak(process: subprocess.Popen[bytes]) -> int:
    """The most memory that the process ever had, bytes."""
    text = Path(f"/proc/{process.pid}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) * 1024


@pytest.mark.timeout(7200)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_every_row_is_made_once_whenever_the_agent_is_killed(tmp_path, account):
    print(f"seed {SEED}, {ROWS} rows")
    moments = random.Random(SEED)
    config = configured(tmp_path, account)
    write_file(tmp_path / "rows.csv.gz", ROWS)
    (tmp_path / "rows.csv.gz").rename(tmp_path / "in" / "rows.csv.gz")
    for _ in range(5):
        process, _ = start(config)
        time.sleep(moments.uniform(0.0, 3.0 if ROWS < 100_000 else 40.0))
        kill(process)
    process, url = start(config)
    seen: list[tuple[list[Any], list[Any]]] = []
    done = tmp_path / "in" / "done" / "rows.csv.gz"
    most = 0
    deadline = time.monotonic() + 7000
    try:
        while not done.exists() or account.imports:
            assert process.poll() is None
            assert time.monotonic() < deadline
            told = httpx.get(f"{url}/status", headers=BEARER, trust_env=False).json()
            seen.append((told["files"], told["imports"]))
            most = peak(process)
            time.sleep(0.1)
    finally:
        kill(process)
    failing = {number for number in range(ROWS) if number % 1000 == 999}
    assert set(account.sent) == set(range(ROWS))
    assert set(account.made) == set(range(ROWS)) - failing
    assert account.imports == {}  # no staged part is left in the account
    assert account.largest < REQUEST_MOST
    assert account.most_lines <= 20_000
    again = sum(times - 1 for times in account.sent.values())
    print(
        f"peak {most / 1e6:.0f} MB, largest request {account.largest / 1e6:.1f} MB, sent again {again}"
    )
    assert most < 250_000_000
    with (tmp_path / "in" / "done" / "rows.csv.gz.report.csv").open(encoding="utf-8") as file:
        outcomes = Counter(row["outcome"] for row in csv.DictReader(file))
    assert sum(outcomes.values()) == ROWS
    assert outcomes["held"] + outcomes["failed"] == len(failing)
    files = [file for told, _ in seen for file in told]
    runs = [run for _, told in seen for run in told]
    assert any(file["open"] > 0 and file["read"] > 0 for file in files)
    assert any(0 < run["staged"] <= run["documents"] for run in runs)
