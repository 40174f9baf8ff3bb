"""What a campaign must show, and how large it is in `make test` and in `make soak`."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

from campaign import Report
from crash_points import POINTS

SOAK = int(os.environ.get("SUITELOOM_SOAK", "1")) > 1
SEED = int(os.environ.get("SUITELOOM_SEED", "0")) or random.randrange(1, 1_000_000)
DOCUMENTS = 100_000 if SOAK else 3_000  # on each tier
# How often each point is hit: one agent on a file; one, and three, on a server. Together 20 times.
ON_A_FILE, ON_A_SERVER = (20, 20) if SOAK else (8, 6)
SECONDS = 6 * 3600 if SOAK else 1500

Say = Callable[[str, object], None]


def judge(report: Report, each: int, say: Say) -> None:
    """What a campaign must show."""
    say("said", str(report))
    assert not report.lost, (report.seed, report.lost[:20], report.inquest)
    assert not report.doubled, (report.seed, report.doubled[:20])
    assert not report.disordered, (report.seed, report.disordered[:20])
    assert not report.faults, (report.seed, report.faults[:20])
    # What is no status is a connection that was cut, in one of the ways that there are.
    assert {why for why in report.refused if why.isdigit()} <= {"503"}, (
        report.seed,
        report.refused,
    )
    assert {point: report.hits[point] for point in POINTS} == dict.fromkeys(POINTS, each)
