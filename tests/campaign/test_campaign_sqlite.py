"""
Nothing lost, nothing doubled, every key in order, whatever dies and whenever: SQLite.

`make test` sends 3,000 documents, `make soak` 100,000 (judging.py). What a run saw is printed at
the end, with its seed: SUITELOOM_SEED repeats it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from campaign import Store, run
from judging import DOCUMENTS, ON_A_FILE, SECONDS, SEED, Say, judge

pytestmark = pytest.mark.timeout(SECONDS)


def test_one_agent_on_a_file(tmp_path: Path, record_property: Say) -> None:
    """The SQLite tier: one agent, killed at every point; its disk is full now and then."""
    report = run(tmp_path, Store(), agents=1, documents=DOCUMENTS, seed=SEED, each=ON_A_FILE)
    judge(report, ON_A_FILE, record_property)
