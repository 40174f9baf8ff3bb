"""
Nothing lost, nothing doubled, every key in order, whatever dies and whenever: PostgreSQL.

`make test` sends 3,000 documents, `make soak` 100,000 (judging.py). What a run saw is printed at
the end, with its seed: SUITELOOM_SEED repeats it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import postgres
import pytest
from campaign import Store, run
from judging import DOCUMENTS, ON_A_SERVER, SECONDS, SEED, Say, judge

pytestmark = pytest.mark.timeout(SECONDS)


@pytest.mark.parametrize("agents", [1, 3])
def test_agents_on_a_server(tmp_path: Path, record_property: Say, agents: int) -> None:
    """The PostgreSQL tier: agents that share the work, and a server that is restarted under them and has a full disk."""
    with postgres.schema() as address:
        report = run(
            tmp_path,
            Store(address, postgres.restart, partial(postgres.fill, address)),
            agents=agents,
            documents=DOCUMENTS // 2,
            seed=SEED + agents,
            each=ON_A_SERVER,
        )
    judge(report, ON_A_SERVER, record_property)
