"""agent.toml and flows.json change while the agent runs: no request is dropped, nothing lost or doubled."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import postgres
import pytest
from agent_bench import Bench
from fake_account import BEARER, flows_json, signed
from test_service import Agent

RELOADS = 12
SENDERS = 4


@pytest.fixture
def agent(request: pytest.FixtureRequest, bench: Bench) -> Iterator[Agent]:
    with contextlib.ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "postgres":
            bench.address = stack.enter_context(postgres.schema())
        made = Agent(bench)
        made.start()
        yield made
        if made.process is not None and made.process.poll() is None:
            made.end(signal.SIGKILL)


def replace(path: Path, text: str) -> None:
    """As careful programs write: whole or not at all."""
    part = path.with_name(path.name + ".new")
    part.write_text(text)
    part.replace(path)


def bundle(agent: Agent, flows: list[dict[str, Any]] | None = None, **changes: Any) -> None:
    made = flows_json(**changes)
    replace(
        agent.bench.folder / "flows.json", json.dumps(made | ({"flows": flows} if flows else {}))
    )


def until(what: str, done: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 60
    while not (found := done()):
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
    return found


def metric(agent: Agent, name: str) -> float:
    lines = httpx.get(f"{agent.url}/metrics", timeout=60).text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def reloaded(agent: Agent, times: int, result: str = "ok") -> None:
    name = f'suiteloom_reloads_total{{result="{result}"}}'
    until(f"{times} times {result}", lambda: metric(agent, name) >= times)


def status(agent: Agent) -> dict[str, Any]:
    return dict(httpx.get(f"{agent.url}/status", headers=BEARER, timeout=60).json())


def refused(agent: Agent) -> list[dict[str, Any]]:
    """The alarm that a reload was refused, where it stands."""
    return [one for one in status(agent)["alarms"] if one["kind"] == "reload"]


def post(agent: Agent, client: httpx.Client, flow: str, number: int) -> int:
    body = json.dumps({"id": number}).encode()
    headers = signed(body, f"m{number}") | BEARER
    return client.post(f"{agent.url}/in/{flow}", content=body, headers=headers).status_code


def taken(agent: Agent, number: int) -> bool:
    with httpx.Client(timeout=60) as client:
        return post(agent, client, "orders", number) == 202


def sent(agent: Agent) -> dict[int, str]:
    """By which contract each document went into the account; each one went once."""
    found = [
        (document["doc"]["id"], call["contract"])
        for _, call in list(agent.bench.account.calls)
        for document in call.get("documents", ())
        if not document.get("look")  # asked for, after a call that was cut
    ]
    twice = [n for n, times in Counter(number for number, _ in found).items() if times > 1]
    assert not twice
    return dict(found)


@pytest.mark.parametrize("agent", ["sqlite", "postgres"], indirect=True)
def test_reloads_under_load_drop_lose_and_double_nothing(agent: Agent) -> None:
    """Every signed call is answered 2xx, and what comes after a reload goes by the new contract."""
    answers: Counter[int] = Counter()
    numbers = iter(range(1_000_000))
    taking, ended = threading.Lock(), threading.Event()

    def send() -> int:
        count = 0
        with httpx.Client(timeout=60) as client:  # one kept connection, over all reloads
            while not ended.is_set():
                with taking:
                    number = next(numbers)
                answers[post(agent, client, "orders", number)] += 1
                count += 1
                ended.wait(0.05)
        return count

    later: dict[int, str] = {}
    with ThreadPoolExecutor(SENDERS) as pool, httpx.Client(timeout=60) as client:
        running = [pool.submit(send) for _ in range(SENDERS)]
        try:
            for time_ in range(1, RELOADS + 1):
                bundle(agent, contract=f"contract{time_:04}", batch_max=20 + time_ % 7)
                if time_ % 4 == 0:
                    agent.process.send_signal(signal.SIGHUP)  # type: ignore[union-attr]
                reloaded(agent, time_)
                number = 2_000_000 + time_
                assert post(agent, client, "orders", number) == 202
                until("saved", lambda key=f"O-{number}": key in agent.bench.account.records)
                later[number] = f"contract{time_:04}"
        finally:
            ended.set()
        count = sum(each.result() for each in running)
    assert set(answers) == {202}
    assert count > RELOADS
    expected = {f"O-{n}" for n in (*range(count), *later)}
    until("all saved", lambda: expected <= agent.bench.account.records.keys())
    assert len(agent.bench.account.saves) == len(expected)
    went = sent(agent)
    assert {number: went[number] for number in later} == later
    assert agent.end(signal.SIGTERM) == 0
    assert set(agent.bench.states().values()) == {"done"}


def test_a_call_under_way_ends_by_the_old_bundle(agent: Agent) -> None:
    account = agent.bench.account
    go_on = threading.Event()
    account.after_save = lambda: None if go_on.wait(60) else (500, {})
    assert taken(agent, 0)
    until("the call", lambda: account.calls)
    bundle(agent, contract="new")
    reloaded(agent, 1)
    assert taken(agent, 1)
    go_on.set()
    until("both", lambda: len(account.saves) == 2)
    assert sent(agent) == {0: "cccccccccccc", 1: "new"}
    until("done", lambda: agent.bench.states() == {"m0": "done", "m1": "done"})


def test_flows_come_and_go_and_what_waits_is_told(agent: Agent) -> None:
    """A flow that is gone takes nothing; its documents wait, are told, and go on when it is back."""
    flows = flows_json()["flows"]
    without = [flow for flow in flows if flow["flow"] != "once"]
    agent.bench.account.fault = lambda script: (503, {}) if script == "customscript_once" else None
    with httpx.Client(timeout=60) as client:
        assert post(agent, client, "fresh", 1) == 404
        assert post(agent, client, "once", 2) == 202
        fresh = flows[0] | {"flow": "fresh", "script": "customscript_fresh"}
        bundle(agent, flows=[*without, fresh])
        reloaded(agent, 1)
        assert post(agent, client, "fresh", 1) == 202
        assert post(agent, client, "once", 3) == 404
        until("told", lambda: status(agent)["without_flow"] == {"once": 1})
        assert "1 documents of a flow that flows.json does not have" in agent.type("status")
        agent.bench.account.fault = lambda _script: None
        bundle(agent, flows=flows)
        reloaded(agent, 2)
        until("back", lambda: set(sent(agent)) >= {1, 2})
        assert status(agent)["without_flow"] == {}


@pytest.mark.parametrize("started", [False, True], ids=["reload", "start"])
def test_a_file_flow_that_is_off_keeps_no_agent_from_its_work(agent: Agent, started: bool) -> None:
    """agent.toml names its folder still: the files wait there, every other flow goes on."""
    (agent.bench.folder / "bills").mkdir()
    replace(agent.config, agent.config.read_text() + '[watch.bills]\nfolder = "bills"\n')
    reloaded(agent, 1)
    flows = flows_json()["flows"]
    off = [flow | {"enabled": {"sandbox": flow["flow"] != "bills"}} for flow in flows]
    bundle(agent, flows=off)
    reloaded(agent, 2)
    if started:
        agent.end(signal.SIGTERM)
        agent.start()
    (agent.bench.folder / "bills" / "b.json").write_text('{"id": 1}')
    assert taken(agent, 1)
    until("sent", lambda: set(sent(agent)) == {1})
    assert (agent.bench.folder / "bills" / "b.json").exists()


def _told(agent: Agent, said: str) -> bool:
    return any(said in one["message"] for one in refused(agent))


def test_what_cannot_be_used_is_refused_and_told(agent: Agent) -> None:
    """Half a file, another project, a connection that is not there: the old one goes on."""
    good = flows_json()
    nowhere = json.loads(json.dumps(good))
    nowhere["flows"][-1]["target"]["connection"] = "nowhere"
    broken = {
        "JSON": json.dumps(good)[:-50],
        "'other'": json.dumps(good | {"project": "other"}),
        "nowhere": json.dumps(nowhere),
    }
    for times, (said, text) in enumerate(broken.items(), 1):
        replace(agent.bench.folder / "flows.json", text)
        # One change may be read twice, so the number of refusals does not tell which was refused.
        until(said, partial(_told, agent, said))
        assert taken(agent, times)
        assert [one["code"] for one in refused(agent)] == ["RELOAD_REFUSED"]
        assert metric(agent, "suiteloom_config_last_reload_successful") == 0
    bundle(agent, contract="mended")
    reloaded(agent, 1)
    assert not refused(agent)
    assert metric(agent, "suiteloom_config_last_reload_successful") == 1
    until("sent", lambda: len(sent(agent)) == len(broken))


def test_agent_toml_is_read_again_and_what_needs_a_restart_is_named(agent: Agent) -> None:
    text = agent.config.read_text()
    changed = text.replace("listen = ", "keep_days = 7\nlisten = ").replace(
        "[retry]\n", "[ingress]\nmax_body = 1000\nmax_open = 5\n[retry]\n"
    )
    replace(agent.config, changed)
    reloaded(agent, 1)
    body = json.dumps({"id": 1, "text": "x" * 2_000}).encode()
    answer = httpx.post(f"{agent.url}/in/orders", content=body, headers=signed(body), timeout=60)
    assert answer.status_code == 413
    assert status(agent)["needs_restart"] == ["ingress.max_open"]
