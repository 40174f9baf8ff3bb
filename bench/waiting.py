"""
What a full inbox costs: memory of the agent at rest and with a million events that wait, and CPU of an event.

The store is filled by its own SQL in large transactions. The agent whose memory is read is a
process that does what `suiteloom-agent run` does, against an account that is not there, so that
nothing moves.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from statistics import median

from agent.inbox.model import Settled
from agent.inbox.sqlite import SqliteStore
from agent.inbox.states import State
from bench.ingest import FLOWS
from bench.result import Result, scratch

MANY, FEW = 1_000_000, 1_000
# As many as are in the small store; the first of them only warm the cache up, as it is in an agent
# at work.
BATCH, BATCHES, WARM, ROUNDS = 50, 20, 4, 5
BODY = json.dumps({"id": 1, "lines": [{"sku": "SKU-00001", "quantity": 1}] * 6}).encode()
GROWTH, MEMORY_GROWTH = 1.5, 2.0
RESTING_SECONDS = 4.0


def _store(path: Path) -> SqliteStore:
    return SqliteStore(path, max_open=2 * MANY)


def fill(path: Path, count: int) -> None:
    """So many events that are due, each of a key of its own; made in the order of the indexes."""

    async def made() -> None:
        await _store(path).close()

    asyncio.run(made())
    now = time.time() - 3_600
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -262144")
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1})"
    )
    with db:
        db.execute("BEGIN")
        db.execute(
            f"{numbers} INSERT INTO events"
            " (flow, event_id, key, origin, body, state, due, received_at, changed_at)"
            " SELECT 'orders', printf('f%08d', i), printf('O-%08d', i), 'webhook', ?, 'received',"
            " ? + i * 1e-3, ?, ? FROM n",
            (BODY, now, now, now),
        )
        db.execute(
            f"{numbers} INSERT INTO keys (flow, key, due)"
            " SELECT 'orders', printf('O-%08d', i), ? + i * 1e-3 FROM n",
            (now,),
        )
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


# --- CPU --------------------------------------------------------------------------------------


async def _batches(path: Path) -> float:
    """CPU milliseconds an event of leasing and completing some batches."""
    store = _store(path)
    began = 0.0
    for number in range(BATCHES):
        if number == WARM:
            began = time.process_time()
        await store.next_due("orders")
        lease = await store.lease("orders", BATCH, 60.0)
        assert len(lease.events) == BATCH
        done = [
            Settled(event.id, State.DONE, outcome="created", record="1") for event in lease.events
        ]
        assert await store.complete(lease.owner, done) == BATCH
    used = time.process_time() - began
    await store.close()
    return used / ((BATCHES - WARM) * BATCH) * 1000


def _compared(few: Path, many: Path) -> tuple[float, float]:
    """Medians for the two stores, in turn; the small one is as full again before each of its rounds."""
    costs: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        few.unlink(missing_ok=True)
        fill(few, FEW)
        for path, seen in zip((few, many), costs, strict=True):
            seen.append(asyncio.run(_batches(path)))
    return median(costs[0][1:]), median(costs[1][1:])  # the first round warms up


# --- memory -----------------------------------------------------------------------------------


def _peak(folder: Path, store: Path) -> float:
    """The most memory (MiB) of an agent on a store, some seconds after its start, with observers and lanes running."""
    (folder / "flows.json").write_text(json.dumps(FLOWS))
    (folder / "agent.toml").write_text(
        f'bundle = "flows.json"\nenvironment = "production"\nlisten = "127.0.0.1:0"\nstore = "{store}"\n'
        '[netsuite]\nurl = "http://127.0.0.1:9"\nauth = "tba"\nconsumer_key = "k"\ntoken_id = "t"\n'
        f'[ingress]\nmax_open = {2 * MANY}\n[alerts]\nlook_seconds = 1\n[log]\nlevel = "error"\n'
    )
    secrets = ("SHOP", "AGENT_TOKEN", "NETSUITE_CONSUMER_SECRET", "NETSUITE_TOKEN_SECRET")
    ready = folder / "ready"
    ready.unlink(missing_ok=True)
    agent = subprocess.Popen(
        [sys.executable, "-c", "from agent.cli import main; main()", "run", "--config", str(folder / "agent.toml"),
         "--ready-file", str(ready)],
        env=os.environ | {f"SUITELOOM_SECRET_{name}": "a-secret-of-the-bench" for name in secrets},
    )  # fmt: skip
    try:
        while not ready.exists():
            assert agent.poll() is None, "the agent does not start"
            time.sleep(0.05)
        time.sleep(RESTING_SECONDS)
        lines = Path(f"/proc/{agent.pid}/status").read_text().splitlines()
        [peak] = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    finally:
        agent.send_signal(signal.SIGKILL)
        agent.wait()
    return peak / 1024


# --- what is printed --------------------------------------------------------------------------


@cache
def _measured() -> tuple[float, float, float, float]:
    """CPU with few and with many, memory at rest and with many; the large store is made once."""
    with tempfile.TemporaryDirectory(dir=scratch()) as name:
        folder = Path(name)
        many = folder / "many.db"
        fill(many, MANY)
        rest, full = _peak(folder, folder / "empty.db"), _peak(folder, many)
        few_cpu, many_cpu = _compared(folder / "few.db", many)
        return few_cpu, many_cpu, rest, full


def cost() -> Result:
    """CPU of leasing and completing an event with 1,000,000 waiting, against 1,000."""
    few, many, _, _ = _measured()
    ratio = many / few
    return Result(many, "ms CPU an event", "1,000 waiting", ratio, GROWTH, ratio <= GROWTH)


def memory_at_rest() -> Result:
    """Memory of an agent whose inbox is empty."""
    _, _, rest, _ = _measured()
    return Result(rest, "MiB at most")


def memory_full() -> Result:
    """Memory of an agent with 1,000,000 events that wait, against an empty inbox."""
    _, _, rest, full = _measured()
    ratio = full / rest
    return Result(
        full, "MiB at most", "an empty inbox", ratio, MEMORY_GROWTH, ratio <= MEMORY_GROWTH
    )
