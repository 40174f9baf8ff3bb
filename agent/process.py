"""How the daemon's process runs: on which event loop, and how often it looks for rings of garbage."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

from uvicorn.loops.auto import auto_loop_factory

# A request makes no rings (counted: none in 2,000), and looking for them every 700 objects was a
# seventh of its time. What other ways leave behind is still found.
YOUNG, MIDDLE, OLD = 20_000, 10, 10


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end on uvloop, or where it cannot be installed (Windows) on asyncio's own loop."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work)
