"""The agents of a campaign: started, killed at the points of a plan, started again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from pathlib import Path

from crash_points import POINTS

HERE = Path(__file__).parent
# A life in which the point was not come to ends all the same, by a kill at any moment.
LIFE_SECONDS = 4.0
FIRST_HITS = 4
# By how much of the plan kills may be ahead of the documents.
AHEAD = 0.02
# Exit code 2: a person, or time, must change something. A full disk at the start is told like this.
NO_STORE = 2


class Nursery:
    """Forks agents (nursery.py)."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "nursery.py")],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **order: object) -> dict[str, int]:
        """One command."""
        with self._lock:
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the nursery; agents must have ended."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


class Clock:
    """
    An agent's clock, changed from outside while it runs.

    `ahead` is how far the world's time was moved on, `off` how wrong this clock is; seconds.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ahead = 0.0
        self.off = 0.0
        path.write_bytes(struct.pack("d", 0.0))

    def set(self, *, ahead: float | None = None, off: float | None = None) -> None:
        """Change what is given."""
        self.ahead = self.ahead if ahead is None else ahead
        self.off = self.off if off is None else off
        with self.path.open("r+b") as file:
            file.write(struct.pack("d", self.ahead + self.off))


class Plan:
    """
    Which points are still to be hit, and what was hit.

    Args:
        each: how often each.
        seed: of their order.

    `sent` tells which share of the documents is taken: kills go on to the last of them.
    """

    def __init__(self, each: int, seed: int) -> None:
        chance = random.Random(seed)
        todo = [point for point in POINTS for _ in range(each)]
        chance.shuffle(todo)
        self._todo = deque(todo)
        self._chance = chance
        self._lock = threading.Lock()
        self.planned = len(todo)
        self.hits: Counter[str] = Counter()
        self.plain_kills = 0
        self.sent: Callable[[], float] = lambda: 1.0

    def due(self) -> bool:
        """Whether there is a point to be hit now."""
        return bool(self._todo) and self.share < self.sent() + AHEAD

    def next(self) -> tuple[str, int] | None:
        """The next point and at which pass; None while there is none to be hit."""
        with self._lock:
            if not self.due():
                return None
            return self._todo.popleft(), self._chance.randint(1, FIRST_HITS)

    def done(self, point: str, hit: bool) -> None:
        """The life ended there, or in another way: then the point stays on the plan."""
        with self._lock:
            if hit:
                self.hits[point] += 1
            else:
                self.plain_kills += 1
                self._todo.append(point)

    @property
    def share(self) -> float:
        """How much of the plan is done."""
        return sum(self.hits.values()) / self.planned if self.planned else 1.0


class Agent(threading.Thread):
    """
    One agent, kept alive over its deaths.

    Args:
        nursery: where it is forked.
        folder: for log, clock and configuration.
        config: its agent.toml.
        ready: the account's ready file.
        plan: where it shall die.
        hinder: makes that the account cannot be reached, until it is told otherwise: only work
            that cannot be sent is given back.
    """

    def __init__(
        self,
        nursery: Nursery,
        folder: Path,
        config: Path,
        ready: Path,
        plan: Plan,
        name: str,
        hinder: Callable[[bool], None],
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._nursery = nursery
        self._config = config
        self._ready = ready
        self._plan = plan
        self._hinder = hinder
        self.log = folder / f"{name}.log"
        self._hit = folder / f"{name}.hit"
        self.clock = Clock(folder / f"{name}.clock")
        self.pid: int | None = None
        self.starts = 0
        self.codes: Counter[int] = Counter()
        self._calm = threading.Event()
        self._ended = threading.Event()
        self.faults: list[str] = []
        self.no_room = False  # its disk is full: it may end, and can often not say why

    def calm(self) -> None:
        """No kill any more; the life under way goes on, without a point to die at."""
        self._calm.set()
        if self.pid is not None:
            self._signal(signal.SIGKILL)

    def end(self) -> None:
        """A rightful end, by SIGTERM."""
        self._ended.set()
        self._signal(signal.SIGTERM)
        self.join(60)

    def run(self) -> None:
        """Start, wait for the end, start again."""
        while not self._ended.is_set():
            crash = None if self._calm.is_set() else self._plan.next()
            self._live(crash)

    def _live(self, crash: tuple[str, int] | None) -> None:
        self._hit.unlink(missing_ok=True)
        self.starts += 1
        self.pid = self._nursery.ask(
            start=["run", "--config", str(self._config), "--netsuite", str(self._ready)],
            log=str(self.log),
            crash=crash,
            hit=str(self._hit),
            clock=str(self.clock.path),
        )["pid"]
        born = time.monotonic()
        hindered = crash is not None and crash[0].startswith("release.")
        poor = False
        while not _gone(self.pid):
            poor = poor or self.no_room
            time.sleep(0.01)
            if hindered and not self._calm.is_set():
                self._hinder(True)
            # One that was spared dies at any moment, as soon as there is a point for the next.
            old = time.monotonic() - born > LIFE_SECONDS
            if old and not self._calm.is_set() and (crash or self._plan.due()):
                self._signal(signal.SIGKILL)
        if hindered:
            self._hinder(False)
        status = self._nursery.ask(reap=self.pid)["status"]
        self.pid = None
        code = os.waitstatus_to_exitcode(status)
        self.codes[code] += 1
        if code == NO_STORE:  # as a service manager would: again, a moment later
            time.sleep(0.2)
        elif code not in (0, -signal.SIGKILL) and not (poor or self.no_room):
            self.faults.append(f"{self.name} ended with {code}")
        if crash:
            self._plan.done(crash[0], self._hit.exists())
        elif code == -signal.SIGKILL:
            self._plan.plain_kills += 1

    def _signal(self, number: int) -> None:
        if (pid := self.pid) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _gone(pid: int) -> bool:
    """A zombie has ended; only its parent, the nursery, can take it away."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
