"""Agents as processes on one PostgreSQL: restarted one after the other under load, killed in a poll, of two releases."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import postgres
import psycopg
import pytest
from agent_bench import Bench
from agent_bench import until as seen
from fake_account import FakeAccount, flows_json, signed
from test_service import Agent

from agent.errors import StoreBusy
from agent.inbox import postgres_schema
from agent.inbox.sql import Migration

EVERY_SECONDS = 1.5
SENDERS = 2


class Source:
    """
    A system that is polled, and counts.

    Agents ask under names of their own. Each question finds one document more. Where `hold` is set,
    the next question is answered when the test goes on.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []  # by whom, when
        self.at_once = 0
        self.most_at_once = 0
        self.hold = False
        self.held_by: str | None = None
        self.go_on = threading.Event()
        self._lock = threading.Lock()
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                raw = json.dumps(source.answer(self.path.split("/")[1])).encode()
                with contextlib.suppress(OSError):  # who asked was killed
                    self.send_response(200)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)

            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, agent: str) -> Any:
        with self._lock:
            self.asked.append((agent, time.monotonic()))
            number = len(self.asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            hold, self.hold = self.hold, False
        if hold:
            self.held_by = agent
            self.go_on.wait(120)
        else:
            time.sleep(0.2)
        with self._lock:
            self.at_once -= 1
        documents = [{"id": f"f{n}", "at": f"2026-01-01T00:{n:04}Z"} for n in range(number)]
        return {"data": {"orders": documents}, "next_cursor": None}

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


def bundle() -> dict[str, Any]:
    """`orders` by webhook, `feed` by a poll of the source."""
    made = flows_json()
    feed = made["flows"][0] | {
        "flow": "feed",
        "verify": None,
        "id_path": ["id"],
        "items": ["data", "orders"],
        "source": {
            "kind": "http",
            "connection": "shop",
            "every_minutes": EVERY_SECONDS / 60,
            "watermark": None,
            "start": None,
            "overlap_seconds": 0,
            "path": ["/orders"],
            "params": {},
            "version": None,
            "pages": None,
        },
    }
    return made | {"flows": [made["flows"][0], feed]}


class Cluster:
    """Agents on one store, the account and the source."""

    def __init__(self, folder: Path, account: FakeAccount, url: str, number: int) -> None:
        self.account = account
        self.source = Source()
        self.agents: list[Agent] = []
        for place in range(number):
            (here := folder / f"a{place}").mkdir()
            bench = Bench(here, account, address=url, source=f"{self.source.url}/{place}")
            self.agents.append(Agent(bench))
            (here / "flows.json").write_text(json.dumps(bundle()))
        threads = [threading.Thread(target=agent.start) for agent in self.agents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def close(self) -> None:
        for agent in self.agents:
            if agent.process is not None and agent.process.poll() is None:
                agent.end(signal.SIGKILL)
        self.source.close()

    def sent(self) -> Counter[str]:
        """How often each document went into the account."""
        return Counter(
            str(document["doc"]["id"])
            for _, call in list(self.account.calls)
            for document in call.get("documents", ())
            if not document.get("look")
        )


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Cluster]:
    account = FakeAccount()
    with postgres.schema() as url:
        made = Cluster(tmp_path, account, url, 3)
        yield made
        made.close()
    account.close()


def until(what: str, done: Callable[[], Any], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def rounds(cluster: Cluster, more: int) -> None:
    """Wait for so many rounds more."""
    now = len(cluster.source.asked)
    until(f"{more} rounds more", lambda: len(cluster.source.asked) >= now + more)


def test_a_rolling_restart_and_a_kill_are_not_noticed_outside(three: Cluster) -> None:
    """
    Every signed call to an agent that stays is taken, each document goes into the account once, and the source
    is asked once for each due time. Then the agent that asks is killed: another one asks in its place.
    """
    staying = [0, 1, 2]
    refused: list[int] = []
    posted: list[str] = []
    numbers = itertools.count()
    taking, ended = threading.Lock(), threading.Event()

    def send() -> None:
        with httpx.Client(timeout=60) as client:
            while not ended.is_set():
                with taking:
                    agent, number = three.agents[random.choice(staying)], next(numbers)
                    body = json.dumps({"id": number}).encode()
                    # Answered before the next agent may go: a balancer drains, too.
                    answer = client.post(
                        f"{agent.url}/in/orders", content=body, headers=signed(body, f"m{number}")
                    )
                    posted.append(str(number))
                    if answer.status_code not in (200, 202):
                        refused.append(answer.status_code)
                time.sleep(0.01)

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        rounds(three, 2)
        for number, agent in enumerate(three.agents):
            with taking:
                staying.remove(number)
            assert agent.end(signal.SIGTERM) == 0
            rounds(three, 1)
            agent.start()
            staying.append(number)
        rounds(three, 2)
    finally:
        ended.set()
        for sender in senders:
            sender.join()
    assert refused == []
    assert len(posted) > 50
    asked = [at for _, at in three.source.asked]
    assert three.source.most_at_once == 1
    # A second round for one due time would come at once; times of this machine are counted by
    # halves.
    paces = [after - before for before, after in itertools.pairwise(asked)]
    assert min(paces) > EVERY_SECONDS / 2, paces

    def all_told() -> bool:
        fed = [f"f{n}" for n in range(len(asked) - 1)]
        return set(posted) | set(fed) <= set(three.sent())

    until("all documents are in the account", all_told)
    assert {id_: times for id_, times in three.sent().items() if times > 1} == {}

    three.source.hold = True
    until("a question is held", lambda: three.source.held_by is not None)
    dead = int(three.source.held_by or 0)
    before = len(three.source.asked)
    three.agents[dead].end(signal.SIGKILL)
    until(
        "another one asks", lambda: len(three.source.asked) > before
    )  # within 30 s, says the page
    assert three.source.asked[before][0] != str(dead)
    three.source.go_on.set()
    rounds(three, 2)
    fed = {f"f{n}" for n in range(len(three.source.asked) - 1)}
    until("all are there", lambda: fed <= set(three.sent()))
    assert {id_: times for id_, times in three.sent().items() if times > 1} == {}


NEWER = Migration(
    postgres_schema.VERSION + 1,
    "newer",
    "ALTER TABLE events ADD COLUMN color TEXT NOT NULL DEFAULT 'red'; CREATE TABLE newer (id INTEGER);",
    "ALTER TABLE events DROP COLUMN color; DROP TABLE newer;",
)


def test_agents_of_before_go_on_when_a_newer_release_has_brought_the_store_up(
    tmp_path: Path,
) -> None:
    """A rolling update: the first new agent changes the schema, those that run work on, and none starts any more."""
    account = FakeAccount()
    with postgres.schema() as url:
        bench = Bench(tmp_path, account, address=url)

        async def work(client: httpx.AsyncClient) -> None:
            known = [*postgres_schema.KNOWN, NEWER]
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
                await postgres_schema.migrate(db, NEWER.version, known)
            for number in range(5):
                body = json.dumps({"id": number}).encode()
                answer = await client.post(
                    "/in/orders", content=body, headers=signed(body, f"m{number}")
                )
                assert answer.status_code in (200, 202)

            await seen("all are in the account", lambda: len(account.records) == 5)
            with pytest.raises(StoreBusy, match="newer"):
                async with bench.running():
                    pass

        bench.run(work)
    account.close()
