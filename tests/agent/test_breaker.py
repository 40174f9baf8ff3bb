"""Circuit breakers: what opens one, what goes while it is open, who is told."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import BEARER, event, signed

from agent.alarms import Alarms
from agent.config import DispatchSection
from agent.dispatch.breaker import Breaker
from agent.errors import BadAnswer, Denied, NotSent, TargetRefused, TargetUnavailable, Unknown
from agent.metrics import Metrics

Json = dict[str, Any]


class Watched:
    """A breaker with a clock of its own; opens after three, waits 10 s, at most 30."""

    def __init__(self) -> None:
        self.now = 100.0
        self.woken = 0
        metrics = Metrics()
        self.alarms = Alarms(metrics)
        section = DispatchSection(breaker_failures=3, breaker_seconds=10, breaker_max_seconds=30)
        self.breaker = Breaker("shop", section, self.alarms, metrics, lambda: self.now, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def call(self, error: Any = None) -> bool:
        """One call; False where it may not go."""
        passage = self.breaker.enter()
        if passage is not None:
            passage.judge(error)
        return passage is not None


DOWN = NotSent("NO_CONNECTION", "refused")


def test_failures_in_succession_open_it_and_one_probe_closes_it() -> None:
    watched = Watched()
    for error in (DOWN, DOWN, None, DOWN, DOWN):
        assert watched.call(error)
    assert watched.breaker.closed
    watched.call(DOWN)
    assert not watched.call()
    watched.now += 10
    probe = watched.breaker.enter()
    assert probe is not None
    assert watched.breaker.facts()["state"] == "half_open"
    assert not watched.call()  # one at a time
    probe.answered()
    assert watched.breaker.closed
    assert watched.call()
    assert watched.alarms.standing() == []


def test_the_pause_doubles_while_probes_fail() -> None:
    watched = Watched()
    for _ in range(3):
        watched.call(DOWN)
    pauses = []
    for _ in range(4):
        pauses.append(watched.breaker.until - watched.now)
        watched.now = watched.breaker.until
        assert watched.call(DOWN)
    assert pauses == [10, 20, 30, 30]
    assert len(watched.alarms.standing()) == 1


def test_a_probe_that_did_not_take_place_leaves_the_turn_to_another() -> None:
    watched = Watched()
    for _ in range(3):
        watched.call(DOWN)
    watched.now = watched.breaker.until
    probe = watched.breaker.enter()
    assert probe is not None
    probe.nothing()
    assert watched.call()
    assert watched.breaker.closed


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (Unknown("TIME_OUT", "m"), True),
        (Unknown("CONNECTION_CUT", "m"), True),
        (Unknown("HTTP_503", "m", status=503), True),
        (BadAnswer("NOT_JSON", "m", status=200), True),
        (TargetUnavailable("connect", "m"), True),
        (TargetUnavailable("http_502", "m", status=502), True),
        # About documents, about us, or a wish to wait: somebody is there.
        (Unknown("SSS_TIME_LIMIT_EXCEEDED", "m", status=400), False),
        (Denied("INSUFFICIENT_PERMISSION", "m", status=403), False),
        (TargetUnavailable("http_429", "m", status=429), False),
        (TargetRefused("http_422", "m", status=422), False),
    ],
)
def test_only_silence_and_5xx_are_failures(error: Any, failure: bool) -> None:
    watched = Watched()
    for _ in range(3):
        watched.call(error)
    assert watched.breaker.closed is not failure


def test_calls_that_were_under_way_when_it_opened_change_nothing() -> None:
    watched = Watched()
    late = [watched.breaker.enter() for _ in range(2)]
    for _ in range(3):
        watched.call(DOWN)
    until = watched.breaker.until
    for passage in late:
        assert passage is not None
        watched.now += 1
        passage.failed("NO_CONNECTION", "refused")
    assert watched.breaker.until == until


async def orders(client: httpx.AsyncClient, numbers: range) -> None:
    for number in numbers:
        body = json.dumps({"id": number}).encode()
        await client.post("/in/orders", content=body, headers=signed(body, f"e{number}"))


async def breaker(client: httpx.AsyncClient, target: str) -> str:
    facts = (await client.get("/status", headers=BEARER)).json()["breakers"]
    return str(next(one["state"] for one in facts if one["target"] == target))


async def stands(client: httpx.AsyncClient, target: str, state: str) -> None:
    for _ in range(1000):
        if await breaker(client, target) == state:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"the breaker of {target} is not {state}")


def at_most(seconds: float) -> float:
    """Calls in this time: those under way when the breaker opened, and a probe after each pause of 0.2 s."""
    return 4 + seconds / 0.2


def test_an_account_that_is_down_is_left_alone_and_no_event_pays_for_it(bench: Bench) -> None:
    bench.more["dispatch"] = "breaker_failures = 3\n"
    bench.more["retry"] = "attempts = 3\n"
    down = (503, {"error": {"code": "HTTP_503", "message": "maintenance"}})
    bench.account.fault = lambda _script: down

    async def work(client: httpx.AsyncClient) -> None:
        await orders(client, range(40))
        await stands(client, "1234567_SB1", "open")
        calls, began = len(bench.account.calls), time.monotonic()
        await asyncio.sleep(1.0)
        # Probes alone, of one document each, in growing pauses.
        probes = bench.account.calls[calls:]
        assert len(probes) <= at_most(time.monotonic() - began)
        assert all(len(call.get("documents", ())) <= 1 for _, call in probes)
        metrics = (await client.get("/metrics")).text
        assert 'suiteloom_breaker_state{target="1234567_SB1"}' in metrics
        kinds = [
            one["kind"] for one in (await client.get("/status", headers=BEARER)).json()["alarms"]
        ]
        assert kinds == ["breaker"]
        bench.account.fault = lambda _script: None
        await until("all are done", lambda: set(bench.states().values()) == {"done"})
        await stands(client, "1234567_SB1", "closed")

    bench.run(work)
    assert len(bench.account.records) == 40


def test_a_target_that_is_down_gets_probes_alone_and_then_everything_in_order(bench: Bench) -> None:
    bench.more["dispatch"] = "breaker_failures = 3\n"
    tries: list[str] = []

    def target(id_: str, _body: bytes) -> int:
        tries.append(id_)
        return 503

    bench.account.target = target

    async def work(client: httpx.AsyncClient) -> None:
        for number in range(1, 30):
            body = event(
                f"ev{number}", f"{number:04}", partitionkey=f"itemfulfillment:{number % 10}"
            )
            await client.post("/netsuite/events", content=body, headers=signed(body))
        await stands(client, "shop", "open")
        seen, began = len(tries), time.monotonic()
        await asyncio.sleep(1.0)
        assert len(tries) - seen <= at_most(time.monotonic() - began)
        assert await breaker(client, "1234567_SB1") == "closed"
        bench.account.target = lambda _id, _body: 200
        await until("all are done", lambda: set(bench.states().values()) == {"done"})

    bench.run(work)
    told = [int(json.loads(body)["n"]) for _, body in bench.account.deliveries]
    assert sorted(told) == list(range(1, 30))
    for key in range(10):
        assert [n for n in told if n % 10 == key] == sorted(n for n in told if n % 10 == key)
