"""What comes in only names a record: the agent gets its newest state from the source."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import BEARER

from agent.bundle import Fetch
from agent.inbox.model import Filter

FETCH = {
    "connection": "shop",
    "path": ["/companies/", ["object", "id"]],
    "params": {"properties": ["name,city"], "at": [["time"]]},
}


class Source:
    """The other system: answers what it is asked, and remembers it."""

    def __init__(self) -> None:
        self.companies: dict[str, Any] = {}
        self.asked: list[str] = []
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                source.asked.append(self.path)
                name = self.path.partition("?")[0].rpartition("/")[2]
                found = source.companies.get(name, 404)
                if isinstance(found, list):  # answers one after the other
                    found = found.pop(0) if len(found) > 1 else found[0]
                status = found if isinstance(found, int) else 200
                body = found if isinstance(found, bytes) else json.dumps(found).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.close()


@pytest.fixture
def fetching(bench: Bench, source: Source) -> Bench:
    """An agent whose flows fetch."""
    bench.changes |= {"fetch": FETCH, "key": None, "verify": None, "id_path": ["event"]}
    bench.source = f"{source.url}/v3"
    return bench


def send(bench: Bench, *notifications: Any, ended: str = "done") -> list[Any]:
    """Notifications go in at once; the documents that reached the account, in order."""

    async def work(client: httpx.AsyncClient) -> None:
        for one in notifications:
            answer = await client.post("/in/orders", json=one, headers=BEARER)
            assert answer.status_code == 202, answer.text
        await until(
            f"all {ended}",
            lambda: list(bench.states().values()) == [ended] * len(notifications),
        )

    bench.run(work)
    return [
        document["doc"] for script, call in bench.account.calls for document in call["documents"]
        if script == "customscript_orders"
    ]  # fmt: skip


def rows(bench: Bench) -> list[dict[str, Any]]:
    return bench.store.find(Filter(), limit=100)


def note(number: int, company: str) -> Any:
    return {"event": number, "object": {"id": company}, "time": "1 2"}


def test_the_newest_document_is_sent_with_its_digits_as_they_are(
    fetching: Bench, source: Source
) -> None:
    source.companies["a/b"] = b'{"id": 7, "limit": 14.10}'
    source.companies["a%2Fb"] = source.companies["a/b"]
    raw = []
    fetching.account.answer = lambda row: raw.append(row) or None
    assert send(fetching, note(1, "a/b")) == [{"id": 7, "limit": 14.1}]
    assert source.asked == ["/v3/companies/a%2Fb?properties=name,city&at=1%202"]


def test_notifications_of_one_record_stay_in_order_and_share_what_was_got_after_them(
    fetching: Bench, source: Source
) -> None:
    source.companies |= {"1": {"id": 1}, "2": {"id": 2}}
    fetching.changes["items"] = []

    async def work(client: httpx.AsyncClient) -> None:
        call = [note(1, "1"), note(2, "1"), note(3, "2"), note(4, "1")]
        answer = await client.post("/in/orders", json=call, headers=BEARER)
        assert answer.json() == {"accepted": 4, "repeated": 0}
        await until("done", lambda: set(fetching.states().values()) == {"done"})

    fetching.run(work)
    assert len(source.asked) == 2
    keys = {row["event_id"]: row["key"] for row in rows(fetching)}
    assert (
        sum(len(call["documents"]) for _, call in fetching.account.calls if "documents" in call)
        == 4
    )
    assert keys["1"] == keys["2"] == keys["4"] != keys["3"]


def test_a_later_notification_gets_a_newer_document(fetching: Bench, source: Source) -> None:
    source.companies["1"] = {"id": 1, "name": "old"}

    async def work(client: httpx.AsyncClient) -> None:
        for number, name in enumerate(("old", "new")):
            source.companies["1"] = {"id": 1, "name": name}
            await client.post("/in/orders", json=note(number, "1"), headers=BEARER)
            await until("done", lambda: set(fetching.states().values()) == {"done"})

    fetching.run(work)
    sent = [
        call["documents"][0]["doc"]["name"]
        for _, call in fetching.account.calls
        if "documents" in call
    ]
    assert sent == ["old", "new"]


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (404, "held", "http_404"),
        (410, "done", "SKIPPED"),
        (b"<html>", "held", "not_json"),
        (b"[1]", "held", "not_an_object"),
    ],
)
def test_what_cannot_be_fetched_is_held_and_what_is_gone_is_skipped(
    fetching: Bench, source: Source, answer: Any, state: str, code: str
) -> None:
    source.companies["1"] = answer
    assert send(fetching, note(1, "1"), ended=state) == []
    assert [row["code"] for row in rows(fetching)] == [code]


def test_a_notification_that_names_nothing_is_held(fetching: Bench, source: Source) -> None:
    assert send(fetching, {"event": 1, "object": {}}, ended="held") == []
    assert source.asked == []


def test_a_source_that_is_down_is_asked_again(fetching: Bench, source: Source) -> None:
    source.companies["1"] = [503, 503, {"id": 1}]
    assert send(fetching, note(1, "1")) == [{"id": 1}]
    assert len(source.asked) == 3


def test_a_source_that_does_not_know_us_stops_the_lane_and_blames_no_notification(
    fetching: Bench, source: Source
) -> None:
    source.companies["1"] = [401, 401, {"id": 1}]
    assert send(fetching, note(1, "1")) == [{"id": 1}]
    assert {row["attempts"] for row in rows(fetching)} <= {0, 1}


def test_an_address_without_parameters() -> None:
    fetch = Fetch("shop", ("/orders/", ("id",)), {})
    assert fetch.address({"id": 5}) == "/orders/5"
    assert fetch.address({}) is None
