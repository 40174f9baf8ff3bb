"""Where nobody sends, the agent asks: every document once, every change once, whatever is cut off."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import BEARER
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from source_bench import Polling, flow_of
from werkzeug import Request, Response

from agent.errors import TargetRefused, TargetUnavailable
from agent.inbox.sqlite import SqliteStore
from agent.metrics import Metrics
from agent.sources.http import HttpSource
from agent.sources.poller import SourcePoller
from agent.sources.watermarks import before, newer
from agent.targets.http import HttpTarget

SIZE = 3


class Shop:
    """A source with documents, pages of every kind, and a memory of what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.documents: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.gone: set[int] = set()
        self.url = server.url_for("")
        self.more: Any = None  # what a page names instead of the next one
        server.expect_request("/api/orders").respond_with_handler(self.answer)

    def answer(self, request: Request) -> Response:
        self.asked.append(request.full_path.rstrip("?"))
        if self.status != 200:
            return Response("no", self.status, self.headers)
        args = request.args
        since = args.get("since")
        found = [one for one in self.documents if since is None or one["at"] >= since]
        first = int(args.get("cursor") or args.get("skip") or 0)
        first = (int(args["page"]) - 1) * SIZE if "page" in args else first
        if first in self.gone:
            return Response("gone", 410)
        page, last = found[first : first + SIZE], first + SIZE >= len(found)
        following = f"/api/orders?cursor={first + SIZE}" + (f"&since={since}" if since else "")
        named = self.more if self.more is not None else following
        body = {
            "data": {"orders": page},
            "next_cursor": None if last else str(first + SIZE),
            "next": None if last else named,
        }
        headers = {} if last else {"Link": f'<{named}>; rel="next", </x>; rel="prev"'}
        return Response(json.dumps(body).replace('"14.1"', "14.10"), 200, headers)

    def add(self, number: int, at: str = "2026-01-01T00:00:00Z") -> None:
        self.documents.append({"id": number, "at": at, "total": "14.1"})


PAGES = {
    "cursor": {"kind": "cursor", "path": ["next_cursor"], "param": "cursor"},
    "next": {"kind": "next", "path": ["next"]},
    "link": {"kind": "link"},
    "number": {"kind": "number", "param": "page", "first": 1},
    "offset": {"kind": "offset", "param": "skip", "size": SIZE},
}


@pytest.fixture
def shop(httpserver: HTTPServer) -> Iterator[Shop]:
    yield Shop(httpserver)


def source(**more: Any) -> dict[str, Any]:
    return {
        "kind": "http",
        "connection": "shop",
        "every_minutes": 10,
        "watermark": ["at"],
        "start": None,
        "overlap_seconds": 0,
        "path": ["/orders"],
        "params": {"since": [["since"]], "status": ["a b"]},
        "version": None,
        "pages": PAGES["cursor"],
        **more,
    }


class Asking:
    """A source that opens its connection anew for every round, as a process does."""

    def __init__(self, flow: Any, url: str, **options: Any) -> None:
        self._made = (flow, url, options)

    async def pages(self, position: Any) -> Any:
        flow, url, options = self._made
        target = HttpTarget(url, **options)
        try:
            async for page in HttpSource(flow, target).pages(position):
                yield page
        finally:
            await target.aclose()


def polling(folder: Path, shop: Shop, *, items: Any = ("data", "orders"), **more: Any) -> Polling:
    flow = flow_of(folder, source(**more), items=list(items) if items is not None else None)
    return Polling(folder, flow, Asking(flow, f"{shop.url}api"))


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("count", [0, 1, SIZE, 2 * SIZE, 2 * SIZE + 1])
def test_every_document_of_every_page_is_taken_with_its_digits(tmp_path, shop, kind, count):
    for number in range(count):
        shop.add(number)
    bench = polling(tmp_path, shop, pages=PAGES[kind])
    assert bench.round() == count
    taken = bench.taken()
    assert [json.loads(body)["id"] for body in taken] == list(range(count))
    assert all(b'"total": 14.10' in body for body in taken)
    assert bench.round() == 0
    assert bench.taken() == []


def test_a_round_asks_from_the_newest_watermark_and_takes_only_what_has_changed(tmp_path, shop):
    for number, day in enumerate(("03", "05", "04")):
        shop.add(number, f"2026-01-{day}T10:00:00.500+02:00")
    bench = polling(tmp_path, shop, start="2026-01-01", overlap_seconds=60)
    assert bench.round() == 3
    shop.documents[1] |= {"total": "15"}
    shop.add(7, "2026-01-06T00:00:00.000+02:00")
    shop.asked.clear()
    assert bench.round() == 2
    asked = parse_qs(urlsplit(shop.asked[0]).query)
    assert asked["since"] == ["2026-01-05T09:59:00.500+02:00"]
    assert asked["status"] == ["a b"]
    assert [value["id"] for value in bench.values()] == [0, 1, 2, 1, 7]
    assert bench.round() == 0


def test_a_time_in_the_far_future_moves_no_watermark(tmp_path, shop):
    """One wrong document would hide every change after it."""
    for number, at in enumerate(("2026-01-03T10:00:00Z", "9999-12-31T23:59:59Z", "2999-01-01")):
        shop.add(number, at)
    bench = polling(tmp_path, shop)
    assert bench.round() == 3
    shop.add(3, "2026-01-04T10:00:00Z")
    assert (bench.round(), bench.round()) == (1, 0)


def test_the_version_says_what_has_changed(tmp_path, shop):
    shop.add(1)
    bench = polling(tmp_path, shop, version=["at"])
    assert bench.round() == 1
    shop.documents[0]["total"] = "2"
    assert bench.round() == 0
    # A version that comes back is a change like any other.
    for at in ("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"):
        shop.documents[0]["at"] = at
        everything = polling(tmp_path, shop, version=["at"], watermark=None, params={})
        assert everything.round() == 1


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("before_commit", [True, False])
def test_a_round_that_is_cut_off_anywhere_loses_and_doubles_nothing(
    tmp_path, shop, kind, before_commit
):
    for number in range(3 * SIZE + 1):
        shop.add(number)
    bench = polling(tmp_path, shop, pages=PAGES[kind])
    for _ in range(3):  # each process gets one page further, and is gone
        assert bench.round(0, before=before_commit) is None
        if before_commit:
            assert bench.round(1, before=True) is None  # one commit, then gone before the next
    asked = Counter(shop.asked)
    bench.round()
    assert [value["id"] for value in bench.values()] == list(range(3 * SIZE + 1))
    if not before_commit:
        assert set(asked.values()) == {1}  # no page that was kept was asked for again


def test_a_page_that_is_gone_begins_the_round_anew(tmp_path, shop):
    for number in range(3 * SIZE):
        shop.add(number)
    bench = polling(tmp_path, shop)
    assert bench.round(0) is None
    shop.gone.add(SIZE)
    with pytest.raises(TargetRefused):  # gone for good: said, not passed over
        bench.round()
    shop.gone.clear()
    bench.round()
    assert [value["id"] for value in bench.values()] == list(range(3 * SIZE))


@pytest.mark.parametrize("kind", ["next", "link"])
@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/api/orders",
        "//other.example/api/orders",
        "https://127.0.0.1/api/orders",
        "http://127.0.0.1:1/api/orders",
        "http://user@other.example/",
        "file:///etc/passwd",
        "http://[",
    ],
)
def test_the_next_page_is_never_looked_for_on_another_host(tmp_path, shop, kind, address):
    for number in range(SIZE + 1):
        shop.add(number)
    shop.more = address
    bench = polling(tmp_path, shop, pages=PAGES[kind])
    for _ in range(2):
        with pytest.raises(TargetRefused, match="next page"):
            bench.round()
    assert {urlsplit(path).path for path in shop.asked} == {"/api/orders"}
    assert len(bench.taken()) <= SIZE


@pytest.mark.parametrize("kind", ["next", "link"])
@pytest.mark.parametrize("form", ["?cursor={}", "orders?cursor={}", "/api/orders?cursor={}"])
def test_the_next_pages_address_may_be_a_relative_one(tmp_path, shop, kind, form):
    for number in range(SIZE + 1):
        shop.add(number)
    shop.more = form.format(SIZE)
    assert polling(tmp_path, shop, pages=PAGES[kind]).round() == SIZE + 1


def test_a_page_that_names_itself_ends_the_round_with_a_fault(tmp_path, shop):
    for number in range(SIZE + 1):
        shop.add(number)
    shop.more = "/api/orders?cursor=0"
    with pytest.raises(TargetRefused, match="again"):
        polling(tmp_path, shop, pages=PAGES["next"]).round()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>", "not_json"),
        (b'{"data": {}}', "not_a_list"),
        (b'{"data": {"orders": 1}}', "not_a_list"),
        (b'{"data": {"orders": [1]}}', "not_an_object"),
        (b'{"data": {"orders": [{"id": 1, "id": 2}]}}', "not_json"),
    ],
)
def test_an_answer_that_is_none_is_said(tmp_path, httpserver, body, code):
    httpserver.expect_request("/api/orders").respond_with_data(body)
    flow = flow_of(tmp_path, source(), items=["data", "orders"])
    bench = Polling(tmp_path, flow, Asking(flow, httpserver.url_for("/api")))
    with pytest.raises(TargetRefused) as caught:
        bench.round()
    assert caught.value.code == code


def test_a_list_that_is_null_is_empty_and_an_answer_may_be_the_list(tmp_path, httpserver):
    bodies = [b'{"data": {"orders": null}}', b'[{"id": 1}, {"id": 2}]', b'{"id": 3}']
    told = []
    for body in bodies:
        httpserver.expect_oneshot_request("/api/orders").respond_with_data(body)
        items = ["data", "orders"] if b"data" in body else None
        flow = flow_of(tmp_path, source(pages=None), items=items)
        told.append(Polling(tmp_path, flow, Asking(flow, httpserver.url_for("/api"))).round())
    assert told == [0, 2, 1]


def test_a_watermark_cannot_leave_its_parameter(tmp_path, shop):
    nasty = '2026&status=secret#x/../../admin?y="'
    shop.add(1, nasty)
    bench = polling(tmp_path, shop)
    bench.round()
    bench.round()
    where = urlsplit(shop.asked[-1])
    assert where.path == "/api/orders"
    assert parse_qs(where.query) == {"since": [nasty], "status": ["a b"]}
    (tmp_path / "other").mkdir()
    with pytest.raises(TargetRefused, match="another place"):
        polling(tmp_path / "other", shop, path=["/orders/", ["since"]], start="../../admin").round()


def test_retry_after_is_waited_for_and_the_alarm_ends_by_itself(tmp_path, shop):
    shop.add(1)
    bench = polling(tmp_path, shop)
    shop.status, shop.headers = 429, {"Retry-After": "777"}
    with pytest.raises(TargetUnavailable) as caught:
        bench.round()
    assert caught.value.retry_after == 777.0

    waits: list[float] = []
    standing: list[int] = []

    async def run() -> None:
        store = SqliteStore(tmp_path / "inbox.db")
        poller = SourcePoller(
            bench.flow,
            bench.source,
            store,
            alarms=bench.alarms,
            metrics=Metrics(),
            arrived=lambda _flow: None,
        )

        waits.append(await poller.due())
        standing.append(len(bench.alarms.standing()))
        for status in (429, 200):
            shop.status = status
            waits.append(await poller.round())
            standing.append(len(bench.alarms.standing()))
        await store.close()

    asyncio.run(run())
    assert waits[0] == 0.0
    assert waits[1] == 777.0
    assert 590 < waits[2] <= 600
    assert standing == [0, 1, 0]


def test_what_is_polled_reaches_the_account(bench: Bench, shop: Shop) -> None:
    for number in range(5):
        shop.add(number)
    bench.source = f"{shop.url}api"
    bench.changes |= {
        "verify": None,
        "id_path": ["id"],
        "items": ["data", "orders"],
        "source": source(),
    }

    async def work(client: httpx.AsyncClient) -> None:
        await until("all are there", lambda: len(bench.account.records) == 5)
        shop.documents[2]["total"] = "99"
        assert (await client.post("/poll/orders", headers=BEARER)).status_code == 202
        await until("the change is there", lambda: len(bench.account.saves) == 6)

    bench.run(work)
    assert bench.account.records["O-2"]["total"] == "99"
    assert '"total": 14.10' in bench.account.saves[0][1]


# --- watermarks ---


@pytest.mark.parametrize(
    ("watermark", "seconds", "expected"),
    [
        ("2026-03-01T00:00:30Z", 60, "2026-02-28T23:59:30Z"),
        ("2026-03-01T00:00:30.125Z", None, "2026-02-28T23:55:30.125Z"),
        ("2026-03-01 00:00:30", 30, "2026-03-01 00:00:00"),
        ("2026-03-01T00:00-0500", 60, "2026-02-28T23:59:00-0500"),
        ("2026-03-01", 60, "2026-03-01"),
        ("v7", 60, "v7"),
        (1_764_000_000, 60, 1_763_999_940),
        (1_764_000_000_000, 60, 1_763_999_940_000),
        (1_764_000_000, None, 1_764_000_000),
        (None, 60, None),
    ],
)
def test_the_overlap_keeps_the_form_of_a_watermark(watermark, seconds, expected):
    assert before(watermark, seconds) == expected


@pytest.mark.parametrize(
    ("older", "other"),
    [
        ("2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z"),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00.5Z"),
        (9, 10),
        (9.5, 10),
        ("a", "b"),
        (None, "a"),
    ],
)
def test_the_newer_watermark(older, other):
    assert newer(older, other) == newer(other, older) == other


@given(st.lists(st.text() | st.integers() | st.floats(allow_nan=False) | st.none(), min_size=1))
def test_any_watermarks_have_a_newest(values):
    newest = None
    for value in values:
        newest = newer(value, newest)
    assert newest in values
