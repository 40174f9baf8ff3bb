"""
Every entrance of the agent, given anything: no 5xx, no traceback, nothing kept that was not proven, no growth.

The agent runs on a thread of its own with its door on a real port; tests are its callers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import postgres
import pytest
import uvicorn
from agent_bench import Bench
from fake_account import BEARER, FakeAccount, event, signed
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent import bundle as bundles
from agent import config as configs
from agent.inbox.model import Filter
from agent.service import service

FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PATHS = ["/in/orders", "/in/once", "/in/split", "/in/bills", "/in/tracking", "/in/", "/netsuite/events",
         "/healthz", "/readyz", "/metrics", "/status", "/retry", "/discard", "/edit/1", "/poll/orders", "/send/orders", "/"]  # fmt: skip


@dataclass
class Open:
    """An agent whose door is open."""

    bench: Bench
    url: str
    client: httpx.Client
    faults: list[str] = field(default_factory=list)

    def kept(self) -> int:
        return len(self.bench.store.find(Filter(), limit=100_000))

    def lines(self) -> int:
        return len(self.client.get("/metrics").text.splitlines())


class _Faults(logging.Handler):
    def __init__(self, faults: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        self.faults.append(record.getMessage() + str(record.exc_info or ""))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Open]:
    with contextlib.ExitStack() as stack:
        folder: Path = tmp_path_factory.mktemp("fuzz")
        account = FakeAccount()
        stack.callback(account.close)
        bench = Bench(folder, account)
        if request.param == "postgres":
            bench.address = stack.enter_context(postgres.schema())
        config = configs.load(bench.write())
        bundle = bundles.load(config.bundle)
        faults: list[str] = []
        handler = _Faults(faults)
        logging.getLogger().addHandler(handler)
        stack.callback(logging.getLogger().removeHandler, handler)
        started, ended = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()
        ports: list[int] = []

        async def work() -> None:
            async with service(config, bundle, folder / "ready.json") as made:
                server = uvicorn.Server(
                    uvicorn.Config(
                        made.door.app(), port=0, log_config=None, access_log=False, lifespan="off"
                    )
                )
                serving = asyncio.create_task(server.serve())
                while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                    await asyncio.sleep(0.01)
                ports.append(server.servers[0].sockets[0].getsockname()[1])
                started.set()
                await ended.wait()
                server.should_exit = True
                await serving

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.run_until_complete(work())
            loop.close()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        assert started.wait(60)
        url = f"http://127.0.0.1:{ports[0]}"
        with httpx.Client(base_url=url, timeout=30) as client:
            yield Open(bench, url, client, faults)
        loop.call_soon_threadsafe(ended.set)
        thread.join(60)


texts = st.text(max_size=30) | st.sampled_from(["\x00", "\ud800", "a\x00b", "é" * 40, "-" * 300])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20) | st.sampled_from(
    ["webhook-id", "webhook-signature", "webhook-timestamp", "authorization", "x-forwarded-for",
     "content-type", "content-encoding", "traceparent"]
)  # fmt: skip
values = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60)


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@FUZZ
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]),
    path=st.sampled_from(PATHS) | st.text(max_size=40).map(lambda text: "/in/" + text),
    headers=st.dictionaries(names, values, max_size=5),
    body=st.binary(max_size=300) | anything.map(dumped),
)
def test_who_has_proven_nothing_gets_nothing_in(
    door: Open, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    """Whatever is sent: an answer below 500, and not one event more."""
    before = door.kept()
    for reserved in ("host", "content-length", "transfer-encoding", "connection", "expect"):
        headers.pop(reserved, None)
    with contextlib.suppress(httpx.InvalidURL, UnicodeEncodeError):
        answer = door.client.request(method, path, content=body, headers=headers)
        assert answer.status_code < 500, answer.text
        if method == "POST" and path not in ("/healthz", "/readyz", "/metrics"):
            assert answer.status_code >= 400
    assert door.kept() == before
    assert door.faults == []


@FUZZ
@given(body=anything.map(dumped) | st.binary(max_size=200), id=values.filter(bool))
@example(body=b"[" * 100_000, id="deep")
@example(body=b'{"id": "\\ud800"}', id="surrogate")
@example(body=b'{"id": "a\\u0000b"}', id="nul")
@example(body=b'{"id": 1e400}', id="huge")
@example(body=b'{"id": ' + b"9" * 5000 + b"}", id="digits")
@example(body=b'\xef\xbb\xbf{"id": 5}', id="bom")
def test_a_proven_sender_is_answered_in_words_whatever_it_sends(
    door: Open, body: bytes, id: str
) -> None:
    """2xx and kept, or 4xx and nothing; what was kept is found again."""
    with contextlib.suppress(UnicodeDecodeError):
        headers = signed(body, id)
        before = door.kept()
        answer = door.client.post("/in/orders", content=body, headers=headers)
        assert answer.status_code in (200, 202, 400, 413), answer.text
        assert door.kept() - before == (1 if answer.status_code == 202 else 0)
    for path in ("/in/once", "/in/split", "/send/orders", "/send/split"):
        answer = door.client.post(path, content=body, headers=BEARER)
        assert answer.status_code in (200, 202, 400, 413), (path, answer.text)
    assert door.faults == []


@FUZZ
@given(more=st.dictionaries(
    st.sampled_from(["id", "source", "flow", "partitionkey", "account", "sequence", "data", "specversion"]),
    anything, max_size=3))  # fmt: skip
@example(more={"id": "a\x00b"})
@example(more={"partitionkey": "\ud800"})
@example(more={"sequence": {"deep": [1]}})
def test_events_of_any_shape_are_kept_or_refused(door: Open, more: dict[str, Any]) -> None:
    """The account's signature proves who sent it, not that it is an event."""
    try:
        body = event("e1", **more)
    except TypeError:  # `id` and `sequence` are arguments of its own
        body = dumped(json.loads(event("e1")) | more)
    answer = door.client.post("/netsuite/events", content=body, headers=signed(body, "e"))
    assert answer.status_code in (200, 202, 400, 403, 404, 413), answer.text
    assert door.faults == []


@FUZZ
@given(
    body=anything.map(dumped)
    | st.binary(max_size=50)
    | st.dictionaries(
        st.sampled_from(
            ["flow", "states", "key", "ids", "code", "force", "since", "until", "limit", "reason"]
        ),
        anything,
    ).map(dumped),
    name=st.text(max_size=20),
)
def test_an_operator_who_mistypes_is_told(door: Open, body: bytes, name: str) -> None:
    """With the agent's token too: a wrong request is a 4xx."""
    for path in ("/retry", "/discard", "/edit/1"):
        answer = door.client.post(path, content=body, headers=BEARER)
        assert answer.status_code < 500, answer.text
    with contextlib.suppress(httpx.InvalidURL, UnicodeEncodeError):
        answer = door.client.post(f"/poll/{name}", headers=BEARER)
        assert answer.status_code < 500, answer.text
    assert door.faults == []


@FUZZ
@given(raw=st.binary(max_size=400) | st.sampled_from([
    b"POST /in/orders HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /in/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /in/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
    b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"x%d: y\r\n" % n for n in range(2_000)) + b"\r\n",
]))  # fmt: skip
def test_bytes_that_are_no_http_end_their_own_connection_alone(door: Open, raw: bytes) -> None:
    """The next caller is served as if nothing had been."""
    host, port = door.url.removeprefix("http://").split(":")
    with (
        contextlib.suppress(OSError),
        socket.create_connection((host, int(port)), timeout=5) as connection,
    ):
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass
    assert door.client.get("/healthz").text == "ok\n"
    assert door.faults == []


def test_names_that_nobody_knows_do_not_grow_the_metrics(door: Open) -> None:
    """A thousand unknown flows are one line in /metrics, not a thousand."""
    door.client.post("/in/unknown-flow", content=b"{}")
    before = door.lines()
    for number in range(1_000):
        door.client.post(f"/in/unknown-{number}", content=b"{}")
        door.client.get(f"/{number}")
    assert door.lines() <= before + 2
