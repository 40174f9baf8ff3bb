"""
Forks agents that are killed at named points.

The parent has the agent's modules loaded and nothing else: a fork of it is a new agent within
milliseconds, with its own memory, sockets and files, and SIGKILL ends it as it ends any process.
So hundreds of kills fit into a test. Commands are lines of JSON on stdin, answers lines on stdout:

    {"start": ["run", "--config", ...], "log": PATH, "crash": [POINT, N] or null, "hit": PATH,
     "clock": PATH}                                    -> {"pid": N}
    {"reap": PID}                                      -> {"status": N} when it has ended
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import time
from pathlib import Path
from typing import Any

real_time = time.time
shared: mmap.mmap | None = None


def time_of_the_world() -> float:
    """The clock that a process has, as wrong as it may be made from outside."""
    return real_time() + (struct.unpack("d", shared[:8])[0] if shared else 0.0)


# Before anything of the agent is loaded: it may keep the function.
time.time = time_of_the_world


def skewed(path: Path) -> None:
    """Take what stands in a file, at any time, as how far this process's clock is off."""
    global shared
    with path.open("rb") as file:
        shared = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)


def start(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        skewed(Path(order["clock"]))
        if order["crash"]:
            import crash_points

            point, count = order["crash"]
            crash_points.arm(point, count, Path(order["hit"]))
        from agent.cli import main

        main(order["start"], prog_name="suiteloom-agent")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 99
    else:
        code = 0
    os._exit(code)


def serve() -> None:
    import agent.cli
    import agent.inbox.postgres
    import agent.service  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        if "start" in order:
            answer = {"pid": start(order)}
        else:
            answer = {"status": os.waitpid(order["reap"], 0)[1]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
