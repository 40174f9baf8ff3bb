"""What is done for every event reads as much of the inbox as the event needs, however much waits."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest

from agent.inbox.sql import queries
from agent.inbox.sqlite import SqliteStore

SQL = queries()
OF_EVERY_EVENT = [
    "insert_event", "open_key", "next_due", "next_expiry", "due_keys", "first_event", "lease_key",
    "lease_event", "settle", "free_key", "close_key", "held_by", "wake",
    "insert_try", "trim_tries", "close_earlier",
]  # fmt: skip
# In the order of the index, so that the first rows are all that is read.
ORDERED = "USING INDEX keys_due"


@pytest.mark.parametrize("name", OF_EVERY_EVENT)
def test_no_statement_reads_all_that_waits(name: str, tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"

    async def made() -> None:
        await SqliteStore(path).close()

    asyncio.run(made())
    db = sqlite3.connect(path)
    values = dict.fromkeys(re.findall(r"(?<!:):([a-z_]+)", SQL[name]))
    steps = [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + SQL[name], values)]
    db.close()
    reading = [step for step in steps if step.startswith(("SEARCH", "SCAN"))]
    whole = [step for step in reading if step.startswith("SCAN") and "CONSTANT ROW" not in step]
    of_a_flow = [step for step in reading if step.endswith("(flow=?)") and ORDERED not in step]
    assert not whole + of_a_flow, steps
