"""The agent as a process: started, stopped, killed; and its commands beside it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import postgres
import pytest
from agent_bench import Bench
from click.testing import CliRunner
from fake_account import SECRETS, signed

from agent.cli import main

AGENT = Path(sys.executable).parent / "suiteloom-agent"
ENV = {key: value for key, value in os.environ.items() if not key.startswith("SUITELOOM_")} | {
    "PYTHONWARNINGS": "error"
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Agent:
    """`suiteloom-agent run` and what is typed beside it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.config = bench.write(f"127.0.0.1:{port}")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        ready = self.bench.folder / f"ready-{time.monotonic_ns()}.json"
        log = (self.bench.folder / "agent.log").open("ab")
        self.process = subprocess.Popen(
            [AGENT, "run", "--config", self.config, "--netsuite", self.bench.folder / "ready.json",
             "--ready-file", ready],
            env=ENV, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        while not ready.exists():
            assert self.process.poll() is None, (self.bench.folder / "agent.log").read_text()
            time.sleep(0.01)
        assert json.loads(ready.read_text()) == {"url": self.url}

    def end(self, how: int) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(20)

    def type(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [AGENT, *arguments, "--config", self.config], env=ENV, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self.type(*arguments, "--json"))

    def post(self, number: int) -> bool:
        """Whether the agent says that it has the document."""
        body = json.dumps({"id": number}).encode()
        try:
            answer = httpx.post(
                f"{self.url}/in/orders", content=body, headers=signed(body, f"m{number}"), timeout=5
            )
        except httpx.TransportError:
            return False
        return answer.status_code in (200, 202)


@pytest.fixture(params=["sqlite", "postgres"])
def agent(request: pytest.FixtureRequest, bench: Bench) -> Any:
    with contextlib.ExitStack() as stack:
        if request.param == "postgres":
            bench.address = stack.enter_context(postgres.schema())
        yield from _agent(bench)


def _agent(bench: Bench) -> Any:
    made = Agent(bench)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGKILL)


def wait_done(agent: Agent, count: int) -> None:
    deadline = time.monotonic() + 30
    while agent.bench.states() != {f"m{n}": "done" for n in range(count)}:
        assert time.monotonic() < deadline, agent.bench.states()
        time.sleep(0.02)


def test_killed_again_and_again_it_loses_and_doubles_nothing(agent: Agent) -> None:
    """What was answered 2xx is in the account, once, whenever the process ended."""
    agent.start()
    count = 120
    for number in range(count):
        if number % 20 == 10:
            agent.end(signal.SIGKILL)
            agent.start()
        while not agent.post(number):
            time.sleep(0.02)
    wait_done(agent, count)
    assert agent.end(signal.SIGTERM) == 0
    assert {key for key, _ in agent.bench.account.saves} == {f"O-{n}" for n in range(count)}
    assert len(agent.bench.account.saves) == count


def test_sigterm_lets_the_call_under_way_end(agent: Agent) -> None:
    slow = agent.bench.account
    slow.after_save = lambda: time.sleep(0.5)  # type: ignore[func-returns-value]
    agent.start()
    assert agent.post(0)
    while not slow.calls:
        time.sleep(0.01)
    assert agent.end(signal.SIGTERM) == 0
    assert agent.bench.states() == {"m0": "done"}
    assert "AGENT_STOPPED" not in (agent.bench.folder / "agent.log").read_text()


@pytest.mark.parametrize("agent", ["sqlite"], indirect=True)
def test_a_second_agent_on_the_same_store_says_so(agent: Agent) -> None:
    agent.start()
    said = agent.type("run", "--netsuite", str(agent.bench.folder / "ready.json"), code=2)
    assert "another agent is running on this store" in said


@pytest.mark.parametrize("running", [True, False])
def test_the_commands_work_beside_a_running_agent_and_without_one(
    agent: Agent, running: bool
) -> None:
    bad = {"error": {"code": "BAD", "message": "no such item", "class": "data", "field": "item"}}
    agent.bench.account.answer = lambda _row: {"outcome": "failed", **bad}
    agent.start()
    assert agent.post(0)
    while agent.bench.states() != {"m0": "held"}:
        time.sleep(0.01)
    if not running:
        agent.end(signal.SIGTERM)
    status = agent.json("status")
    assert (status["running"], status["events"]) == (running, {"held": 1})
    (row,) = agent.json("list", "--state", "held")
    assert (row["code"], row["field"], row["key"]) == ("BAD", "item", "O-0")
    assert agent.json("list", "--flow", "once") == []
    shown = agent.json("show", str(row["id"]))
    assert json.loads(shown["body"]) == {"id": 0}
    assert shown["history"][-1]["after"] == "held"
    assert "no such item" in agent.type("list")
    agent.bench.account.answer = lambda _row: None
    assert agent.json("retry", "--flow", "orders") == {
        "replayed": 1,
        "superseded": [],
        "passed_over": {},
    }
    document = agent.bench.folder / "one.json"
    document.write_text('{"id": 1}')
    assert "1 accepted" in agent.type("send", "orders", str(document), "--id", "m1")
    assert "1 repeated" in agent.type("send", "orders", str(document), "--id", "m1")
    if not running:
        agent.start()
    wait_done(agent, 2)
    for secret in SECRETS.values():
        assert secret not in (agent.bench.folder / "agent.log").read_text()


def test_a_command_that_does_not_know_the_agents_token_says_which_secret_lacks(
    agent: Agent,
) -> None:
    agent.start()
    document = agent.bench.folder / "one.json"
    document.write_text('{"id": 1}')

    without = agent.config.with_name("without-secrets.toml")
    without.write_text(agent.config.read_text().replace('source = ["secrets"]', "source = []"))

    def typed(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, [*arguments, "--config", str(without)])
        return done.exit_code, done.output

    wanted = "give secret 'agent_token' the value that it has there (SUITELOOM_SECRET_AGENT_TOKEN)"
    code, said = typed("send", "orders", str(document))
    assert (code, wanted in said) == (2, True), said
    code, said = typed("status")
    assert (code, wanted in said) == (0, True), said
    assert "not running" not in said


@pytest.mark.parametrize("running", [True, False])
def test_what_failed_is_understood_mended_and_given_up_by_commands(
    agent: Agent, running: bool
) -> None:
    def typed(*arguments: str, code: int = 0) -> str:
        """As `Agent.type`, in this process: a command's start is most of its time."""
        done = CliRunner().invoke(main, [*arguments, "--config", str(agent.config)])
        assert done.exit_code == code, done.output
        return done.output

    def asked(*arguments: str) -> Any:
        return json.loads(typed(*arguments, "--json"))

    def answer(row: Any) -> Any:
        if row["doc"].get("item") != "none":
            return None
        message = f"order {row['doc']['id']} has no item 'none'"
        return {"outcome": "failed", "error": {"code": "BAD", "message": message, "class": "data"}}

    agent.bench.account.answer = answer
    agent.start()
    body = b'{"id": %d, "item": "none", "amount": 1.10}'
    for number in range(4):
        headers = signed(body % number, f"m{number}")
        httpx.post(f"{agent.url}/in/orders", content=body % number, headers=headers)
    while list(agent.bench.states().values()).count("held") < 4:
        time.sleep(0.01)
    if not running:
        agent.end(signal.SIGTERM)
    (cause,) = asked("causes")
    assert (cause["code"], cause["events"]) == ("BAD", 4)
    assert cause["message"] == "order # has no item '\u2026'"
    assert "4  orders  BAD: order # has no item" in typed("causes", "--since", "1h")
    assert asked("causes", "--until", "1h") == []
    events = {row["event_id"]: str(row["id"]) for row in asked("list")}
    shown = asked("show", events["m1"])
    (one,) = shown["tries"]
    assert json.loads(one["answer"])["error"]["message"] == "order 1 has no item 'none'"
    assert one["batch"]
    assert one["agent"]

    new = agent.bench.folder / "new.json"
    mended = '{"id": 1, "item": "tea", "amount": 1.10}'
    new.write_text(mended)
    assert asked("edit", events["m1"], "--file", str(new))["replayed"] == 1
    new.write_text('{"id": 2, "item": "tea"}')
    assert "send it as a new one" in typed("edit", events["m0"], "--file", str(new), code=2)
    new.write_text("{")
    typed("edit", events["m0"], "--file", str(new), code=2)
    typed("discard", events["m2"], code=2)  # without a reason
    typed("discard", "--reason", "a test", code=2)  # without events
    assert asked("discard", events["m2"], "--reason", "a test of the shop")["discarded"] == 1
    assert asked("replay", "--state", "held", "--dry-run")["replayed"] == 2
    agent.bench.account.answer = lambda _row: None
    assert asked("replay", "--state", "held", "--limit", "1")["replayed"] == 1
    if not running:
        agent.start()
    ended = {"m0": "done", "m1": "done", "m2": "dead", "m3": "held"}
    deadline = time.monotonic() + 30
    while agent.bench.states() != ended:
        assert time.monotonic() < deadline, agent.bench.states()
        time.sleep(0.02)
    assert agent.bench.account.records["O-1"]["item"] == "tea"
    shown = asked("show", events["m1"])
    assert (shown["original"], shown["body"]) == ((body % 1).decode(), mended)
    assert [one["code"] for one in shown["tries"]] == ["BAD", "created"]
    told = typed("replay", events["m0"], events["m3"], "4711", "--dry-run")
    assert "1 would be tried again" in told
    assert f"passed over, done already: [{events['m0']}]" in told
    assert "passed over, there is no such event: [4711]" in told
    passed = asked("discard", events["m1"], "--reason", "too late")
    assert passed == {"discarded": 0, "passed_over": {"done": [int(events["m1"])]}}
    told = typed("show", events["m0"])
    assert re.search(
        r"^received_at +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$", told, re.MULTILINE
    )
    given_up = asked("show", events["m2"])["history"][-1]
    assert given_up["code"] == "DISCARDED"
    assert given_up["message"].endswith(": a test of the shop")
    # What came later for the same record, and was written, closes what failed before it.
    later = b'{"id": 3, "item": "tea"}'
    httpx.post(f"{agent.url}/in/orders", content=later, headers=signed(later, "m4"))
    while agent.bench.states()["m3"] != "dead":
        assert time.monotonic() < deadline, agent.bench.states()
        time.sleep(0.02)
    last = asked("show", events["m3"])["history"][-1]
    assert (last["code"], asked("causes")) == ("SUPERSEDED", [])
    assert last["message"] in typed("show", events["m3"])


@pytest.mark.parametrize("agent", ["sqlite"], indirect=True)
def test_wrong_use_is_one_sentence(agent: Agent) -> None:
    assert "no inbound flow 'nothing'" in agent.type("send", "nothing", "-", code=2)
    assert "no store there" in agent.type("status", code=2)
    agent.bench.more["dispatch"] = "concurency = 1\n"
    agent.config = agent.bench.write()
    said = agent.type("run", code=2)
    assert "did you mean 'concurrency'" in said
    assert "Traceback" not in said
