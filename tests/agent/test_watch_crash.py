"""kill -9 of the agent while it takes files: no document is lost, none is there twice."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

KILLS = 6
FILES = 12
ROWS = 700

# What the service does with one watched folder, in a process that can be killed.
WATCH = """
import asyncio, sys
from pathlib import Path
from agent.bundle import load
from agent.inbox.sqlite import SqliteStore
from agent.ingress.files import StoredFiles
from agent.metrics import Metrics
from agent.watch.folders import Folders, FolderWatcher

async def main(root):
    flow = load(root / "flows.json").flows["bills"]
    store = SqliteStore(root / "inbox.db")
    inbox = StoredFiles({"bills": flow}, store, Metrics(), lambda flow: None)
    places = Folders(root / "in", root / "in" / "done", root / "in" / "failed")
    watcher = FolderWatcher("bills", flow.file, places, inbox, settle_seconds=0, rescan_seconds=0.05)
    await watcher.start()
    print("watching", flush=True)
    await asyncio.sleep(3600)

asyncio.run(main(Path(sys.argv[1])))
"""


def bundle(root: Path) -> None:
    file = {"pattern": "*.csv", "format": "csv", "csv": {"delimiter": ";"}}
    flow = {
        "flow": "bills",
        "direction": "inbound",
        "kind": "file",
        "record": "vendorbill",
        "script": "customscript_x",
        "deploy": "customdeploy_x",
        "contract": "c",
        "batch_max": 1,
        "key": {"path": ["no"], "field": "externalid"},
        "file": file,
    }
    whole = {
        "format": 1,
        "generator": "0",
        "build": "b",
        "project": "p",
        "prefix": "p",
        "timezone": "UTC",
        "environments": {},
        "service": {"script": "s", "deploy": "d"},
        "flows": [flow],
    }
    (root / "flows.json").write_text(json.dumps(whole))


def start(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WATCH, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "watching\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def count(root: Path) -> int:
    with closing(sqlite3.connect(f"file:{root / 'inbox.db'}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM events").fetchone()[0])


def test_files_survive_kills_at_any_point(tmp_path):
    bundle(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(FILES):
        rows = "".join(f"{number}-{row};{row}\n" for row in range(ROWS))
        (folder / f"bills_{number}.csv").write_text("no;net\n" + rows)
    moments = random.Random(3)
    for _ in range(KILLS):
        process = start(tmp_path)
        time.sleep(moments.uniform(0.0, 0.15))
        kill(process)
    process = start(tmp_path)
    try:
        deadline = time.monotonic() + 60
        while count(tmp_path) < FILES * ROWS:
            assert time.monotonic() < deadline, f"{count(tmp_path)} of {FILES * ROWS}"
            time.sleep(0.05)
        time.sleep(0.3)  # what would be doubled now would come now
    finally:
        kill(process)
    with closing(sqlite3.connect(tmp_path / "inbox.db")) as db:
        numbers = [key for (key,) in db.execute("SELECT key FROM events")]
    assert sorted(numbers) == sorted(f"{n}-{row}" for n in range(FILES) for row in range(ROWS))
    assert len(list((folder / ".claimed").iterdir())) == FILES
