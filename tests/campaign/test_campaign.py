"""
Nothing lost, nothing doubled, every key in order, whatever dies and whenever.

`make test` runs 1,200 documents a tier and kills at every point 8 times over all runs; `make soak`
100,000 a tier, and 40 times. What a run saw is printed at the end, with its seed: SUITELOOM_SEED repeats it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import postgres
import pytest
from campaign import Report, Store, run
from crash_points import POINTS

SOAK = int(os.environ.get("SUITELOOM_SOAK", "1")) > 1
SEED = int(os.environ.get("SUITELOOM_SEED", "0")) or random.randrange(1, 1_000_000)
DOCUMENTS = 100_000 if SOAK else 1_200
HITS = 20 if SOAK else 4

pytestmark = pytest.mark.timeout(6 * 3600 if SOAK else 1500)

Say = Callable[[str, object], None]


def judge(report: Report, each: int, say: Say) -> None:
    """What a campaign must show."""
    say("said", str(report))
    assert not report.lost, (report.seed, report.lost[:20])
    assert not report.doubled, (report.seed, report.doubled[:20])
    assert not report.disordered, (report.seed, report.disordered[:20])
    assert not report.faults, (report.seed, report.faults[:20])
    assert set(report.refused) <= {"503", "ReadError", "RemoteProtocolError", "ReadTimeout"}, (
        report.seed,
        report.refused,
    )
    assert {point: report.hits[point] for point in POINTS} == dict.fromkeys(POINTS, each)


def test_one_agent_on_a_file(tmp_path: Path, record_property: Say) -> None:
    """The SQLite tier: one agent, killed at every point; its disk is full now and then."""
    report = run(tmp_path, Store(), agents=1, documents=DOCUMENTS, seed=SEED, each=HITS)
    judge(report, HITS, record_property)


@pytest.mark.parametrize("agents", [1, 3])
def test_agents_on_a_server(tmp_path: Path, record_property: Say, agents: int) -> None:
    """The PostgreSQL tier: agents that share the work, and a server that is restarted under them."""
    with postgres.schema() as address:
        report = run(
            tmp_path,
            Store(address, postgres.restart),
            agents=agents,
            documents=DOCUMENTS // 2,
            seed=SEED + agents,
            each=HITS // 2,
        )
    judge(report, HITS // 2, record_property)
