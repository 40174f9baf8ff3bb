"""What goes wrong besides kills: a storm after the other, drawn from a seed."""

from __future__ import annotations

import random
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx
from bad_network import FAIR, STORM, Relay, Weather
from counterparts import Board, Sender
from killable_account import Account
from killable_agents import Agent

SECONDS = 0.8
AGENT_CLOCK_SECONDS = 90.0
METER, TICKET = "customrecord_fc_meter", "customrecord_fc_ticket"
CLAIM = "customrecord_fc_claim"
READING = "custrecord_fc_meter_reading"


@dataclass
class World:
    """What storms act on."""

    account: Account
    agents: Sequence[Agent]
    board: Board
    relays: Sequence[Relay]
    store_file: bool
    restart_store: Callable[[str], None] | None
    fill_store: Callable[[float], None] | None
    sender: Sender
    token: str

    def retry_by_hand(self) -> int:
        """As a person does who looks at what is held or dead and tries it again; how many events."""
        answer = httpx.post(
            f"{self.sender.doors[0]}/retry",
            json={"states": ["held", "dead"]},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["replayed"])

    def advance(self, seconds: float) -> None:
        """Move everybody's time on; the account's clock first, the others a moment later."""
        self.account.advance(seconds)
        self.catch_up(seconds)

    def catch_up(self, seconds: float) -> None:
        """Move the time on of all but the account."""
        self.sender.ahead += seconds
        for agent in self.agents:
            agent.clock.set(ahead=self.sender.ahead)


class Storms(threading.Thread):
    """
    One storm after the other, each for a moment, with a calm between them.

    Args:
        world: what they act on.
        seed: which come, and in which order.
        account_kills: how often the account is killed, at most.
        store_restarts: how often the PostgreSQL server is restarted, at most.
    """

    def __init__(self, world: World, seed: int, *, account_kills: int, store_restarts: int) -> None:
        super().__init__(daemon=True, name="storms")
        self._world = world
        self._chance = random.Random(seed)
        self._ended = threading.Event()
        self._left = {"account_killed": account_kills, "store_restarted": store_restarts}
        self.seen: Counter[str] = Counter()
        self.error: BaseException | None = None
        self._storms: dict[str, Callable[[], None]] = {
            "calls_time_out_after_save": lambda: self._fault("timeout_after_save", 0.3),
            "calls_cut_before": lambda: self._fault("dropped_before", 0.3),
            "answers_cut_in_half": lambda: self._fault("half_answer", 0.3),
            "answers_slow": lambda: self._fault("slow_connection", 0.3, seconds=0.5),
            "unauthorized": lambda: self._fault("unauthorized", 0.5),
            "server_errors": lambda: self._fault("http_500", 0.4),
            "gateway_errors": lambda: self._fault("http_error", 0.4, status=503),
            "records_changed": lambda: self._fault("record_changed", 0.2, record=METER),
            "records_locked": lambda: self._fault("record_locked", 0.2, record=METER),
            "late_commits": lambda: self._fault("late_commit", 0.1, record=METER, seconds=0.3),
            "claims_of_others": lambda: self._fault("unique_violation", 0.1, record=CLAIM),
            "script_time_ends": lambda: self._fault("script_timeout", 0.2, record=TICKET),
            "concurrency_limit": self._limit,
            "account_killed": self._kill_account,
            "account_clock": self._account_clock,
            "agent_clock": self._agent_clock,
            "network": self._network,
            "board_fails": lambda: self._board((503, 500, 429, 408)),
            "board_dies_after": lambda: self._board((0,)),
        }
        if world.store_file:
            self._storms["disk_full"] = self._disk_full
        if world.restart_store is not None:
            self._storms["store_restarted"] = self._restart_store
        if world.fill_store is not None:
            self._storms["store_full"] = self._store_full

    def run(self) -> None:
        """Until `end`."""
        try:
            while not self._ended.is_set():
                order = list(self._storms)
                self._chance.shuffle(order)
                for name in order:
                    if self._ended.is_set():
                        return
                    if self._left.get(name, 1) <= 0:
                        continue
                    if name in self._left:
                        self._left[name] -= 1
                    self.seen[name] += 1
                    self._storms[name]()
                    self._ended.wait(self._chance.uniform(0.05, 0.3))
        except BaseException as error:
            self.error = error

    def end(self) -> None:
        """No storm any more, and fair weather."""
        self._ended.set()
        self.join(120)
        if self.error is not None:
            raise self.error
        self._world.account.fair()
        self._world.account.post("/concurrency", {"limit": 25})
        self._world.board.answer = lambda: 200
        for relay in self._world.relays:
            relay.weather = FAIR
        for agent in self._world.agents:
            agent.clock.set(off=0.0)

    def _wait(self) -> None:
        self._ended.wait(self._chance.uniform(0.3, 1.3) * SECONDS)

    def _fault(self, name: str, rate: float, **more: object) -> None:
        seed = self._chance.randrange(1_000_000)
        self._world.account.fault(name=name, rate=rate, seed=seed, address="restlet", **more)
        self._wait()
        self._world.account.fair()

    def _limit(self) -> None:
        self._world.account.post("/concurrency", {"limit": self._chance.choice((1, 1, 2, 3))})
        self._wait()
        self._world.account.post("/concurrency", {"limit": 25})

    def _kill_account(self) -> None:
        self._world.account.kill()

    def _account_clock(self) -> None:
        seconds = self._chance.choice((1, 60, 200))
        self._world.account.advance(seconds)
        self._wait()
        self._world.catch_up(seconds)

    def _agent_clock(self) -> None:
        agent = self._chance.choice(self._world.agents)
        agent.clock.set(off=self._chance.uniform(-AGENT_CLOCK_SECONDS, AGENT_CLOCK_SECONDS))
        self._wait()
        agent.clock.set(off=0.0)

    def _network(self) -> None:
        relay = self._chance.choice(self._world.relays)
        relay.weather = self._chance.choice((STORM, Weather(refuse=1.0), Weather(delay=0.2)))
        self._wait()
        relay.weather = FAIR

    def _board(self, answers: Sequence[int]) -> None:
        chance = random.Random(self._chance.random())
        self._world.board.answer = lambda: chance.choice((200, *answers))
        self._wait()
        self._world.board.answer = lambda: 200

    def _disk_full(self) -> None:
        """No file of the agent may grow: as a full disk, it comes in the middle of a write."""
        agent = self._chance.choice(self._world.agents)
        agent.no_room = True
        end = time.monotonic() + self._chance.uniform(0.3, 1.3) * SECONDS
        while time.monotonic() < end and not self._ended.is_set():
            if (pid := agent.pid) is not None:
                _may_grow(pid, to=self._chance.choice((4_096, 65_536, 300_000)))
            time.sleep(0.05)
        if (pid := agent.pid) is not None:
            _may_grow(pid, to=resource.RLIM_INFINITY)
        time.sleep(0.2)
        agent.no_room = False

    def _store_full(self) -> None:
        """The database's disk is full: some of the writes of a transaction fail, or all."""
        assert self._world.fill_store is not None
        self._world.fill_store(self._chance.choice((0.2, 1.0)))
        self._wait()
        self._world.fill_store(0.0)

    def _restart_store(self) -> None:
        assert self._world.restart_store is not None
        self._world.restart_store(self._chance.choice(("fast", "immediate")))


def _may_grow(pid: int, to: int) -> None:
    try:
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (to, hard))
    except ProcessLookupError:
        pass
