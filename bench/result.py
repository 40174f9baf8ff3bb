"""What a benchmark reports."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """
    A median in `unit`; `ratio` against the peer or bound named in `against`; whether `target` is met.

    None where one does not apply.
    """

    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    target: float | None = None
    met: bool | None = None


def scratch() -> Path:
    """Where benchmarks put files: on the disk of the project, because /tmp is often in memory."""
    folder = Path(__file__).parent / "out"
    folder.mkdir(exist_ok=True)
    return folder


def median_seconds(run: Callable[[], object], *, times: int = 3) -> float:
    """The median wall time of `run`."""
    seen = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seen.append(time.perf_counter() - start)
    return statistics.median(seen)
