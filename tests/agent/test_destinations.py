"""Events reach addresses, folders and tables once each, and nothing that their values name."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import postgres
import pytest
import sqlalchemy as sa
from agent_bench import Bench, until
from fake_account import event, flows_json, signed
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from agent import bundle as bundles
from agent.bundle import OutboundFlow
from agent.databases import Database
from agent.errors import TargetRefused, TargetUnavailable
from agent.inbox.model import Filter
from agent.ports import Delivered, OutboundEvent, Outgoing
from agent.targets.addresses import AddressTarget
from agent.targets.credentials import ClientCredentials, Credentials
from agent.targets.folders import FolderWriter, LocalPlace
from agent.targets.http import HttpTarget
from agent.targets.tables import TableWriter

BASE = {"connection": "shop", "method": "POST", "path": "/hook", "id_path": None}


def flow_of(folder: Path, target: dict[str, Any]) -> OutboundFlow:
    content = flows_json()
    content["flows"][-1]["target"] = target
    (folder / "flows.json").write_text(json.dumps(content))
    flow = bundles.load(folder / "flows.json").flows["tracking"]
    assert isinstance(flow, OutboundFlow)
    return flow


def out(id_: str, data: Any, kind: str = "edit") -> Outgoing:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Outgoing(id_, kind, raw)


# --- addresses ---


def send(folder: Path, url: str, target: dict[str, Any], *events: Outgoing, **options: Any) -> Any:
    async def run() -> Any:
        connection = HttpTarget(url, **options)
        try:
            return await AddressTarget(flow_of(folder, BASE | target), connection).deliver(events)
        finally:
            await connection.aclose()

    return asyncio.run(run())


TEMPLATE = {
    "path": ["/orders/", ["id"], "/lines/", ["line", "no"]],
    "params": {"x": [["q"]], "y": ["1"]},
}


def test_values_of_the_payload_stand_in_the_address_each_encoded(tmp_path, httpserver):
    httpserver.expect_request(re.compile(".*")).respond_with_data("{}")
    data = {"id": "a/b ø?#&", "line": {"no": 7}, "q": "=&#/ ü"}
    send(tmp_path, httpserver.url_for("/base"), {"method": "PUT", **TEMPLATE}, out("e", data))
    request, _ = httpserver.log[0]
    assert request.environ["REQUEST_URI"] == (
        "/base/orders/a%2Fb%20%C3%B8%3F%23%26/lines/7?x=%3D%26%23%2F%20%C3%BC&y=1"
    )


@pytest.mark.parametrize(
    "value",
    [
        "..",
        ".",
        "../../admin",
        "..%2f..%2fadmin",
        "%2e%2e",
        "..\\..\\admin",
        "x/../../../admin",
        "\\..\\",
    ],
)
def test_no_value_leads_the_path_to_another_place(tmp_path, httpserver, value):
    with pytest.raises(TargetRefused, match="another place"):
        send(
            tmp_path,
            httpserver.url_for("/base"),
            {"path": ["/orders/", ["id"]]},
            out("e", {"id": value}),
        )
    assert httpserver.log == []


def test_an_answer_that_sends_us_elsewhere_is_not_followed(tmp_path, httpserver):
    """Another host would get the event, and the secret that goes with it."""
    elsewhere = httpserver.url_for("/elsewhere")
    httpserver.expect_request("/base/in").respond_with_data(
        "", status=307, headers={"Location": elsewhere}
    )
    with pytest.raises(TargetRefused):
        send(tmp_path, httpserver.url_for("/base"), {"path": "/in"}, out("e", {}))
    assert [request.path for request, _ in httpserver.log] == ["/base/in"]


@pytest.mark.parametrize(
    "value", ["@other.example/", "//other.example", "\r\nHost: other.example\r\n\r\n", ":80/", "\\"]
)
def test_no_value_changes_host_or_headers(tmp_path, httpserver, value):
    seen: list[tuple[str, str]] = []

    def answer(request: Request) -> Response:
        seen.append((request.host, request.environ["REQUEST_URI"]))
        return Response("{}")

    httpserver.expect_request(re.compile(".*", re.DOTALL)).respond_with_handler(answer)
    url = httpserver.url_for("")
    send(tmp_path, url, {"path": [["id"]]}, out(f"id {value}", {"id": value}))
    ((host, path),) = seen
    assert host == url.removeprefix("http://").rstrip("/")
    assert path.startswith("/")
    assert "other.example" not in path.partition("/")[0]


def test_a_value_that_is_missing_is_said(tmp_path, httpserver):
    for data in ({}, {"id": ""}, {"id": None}, {"id": [1]}, []):
        with pytest.raises(TargetRefused, match="lacks"):
            send(tmp_path, httpserver.url_for(""), {"path": ["/o/", ["id"]]}, out("e", data))


def batch(**more: Any) -> dict[str, Any]:
    return {"batch": {"most": 3, "wrap": None, "results": None, "error": None, **more}}


def test_several_events_are_one_request_with_an_id_of_its_own(tmp_path, httpserver):
    httpserver.expect_request("/hook").respond_with_data("", 204)
    events = [out("a", b'{"n": 14.10}'), out("b", b'{"n": 2}')]
    for _ in range(2):
        outcomes = send(tmp_path, httpserver.url_for(""), batch(wrap='ord"ers'), *events)
        assert [type(outcome) for outcome in outcomes] == [Delivered, Delivered]
    first, second = (request for request, _ in httpserver.log)
    assert first.get_data() == b'{"ord\\"ers":[{"n": 14.10},{"n": 2}]}'
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_each_event_of_a_batch_ends_by_its_own_result(tmp_path, httpserver):
    results = [{"id": 7, "error": None}, {"error": "no such customer"}, {"id": "x", "error": ""}]
    httpserver.expect_request("/hook").respond_with_json({"data": {"results": results}})
    target = {**batch(results=["data", "results"], error=["error"]), "id_path": ["id"]}
    events = [out(name, {}) for name in "abc"]
    first, second, third = send(tmp_path, httpserver.url_for(""), target, *events)
    assert (first.record, third.record) == ("7", "x")
    assert isinstance(second, TargetRefused)
    assert second.message == "no such customer"


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"results": [{}]}', b'{"results": 1}', b"<p>"])
def test_results_that_do_not_fit_the_events_are_for_a_person(tmp_path, httpserver, answer):
    httpserver.expect_request("/hook").respond_with_data(answer)
    target = batch(results=["results"], error=["error"])
    outcomes = send(tmp_path, httpserver.url_for(""), target, out("a", {}), out("b", {}))
    assert [outcome.code for outcome in outcomes] == ["bad_results"] * 2


# --- credentials ---


def test_a_secret_in_a_header_of_its_own(tmp_path, httpserver):
    httpserver.expect_request("/hook", headers={"X-Api-Key": "k"}).respond_with_data("{}")
    auth = Credentials("header", lambda: "k", header="X-Api-Key")
    (outcome,) = send(tmp_path, httpserver.url_for(""), {}, out("e", {}), auth=auth)
    assert outcome.status == 200


class Tokens:
    """A token endpoint: every token is another one."""

    def __init__(self, server: HTTPServer) -> None:
        self.given = 0
        self.good = ""
        self.status = 200
        self.body: Any = None
        self.asked: list[Request] = []
        server.expect_request("/token", method="POST").respond_with_handler(self.token)
        server.expect_request("/hook").respond_with_handler(self.hook)

    def token(self, request: Request) -> Response:
        self.asked.append(request)
        if self.body is not None or self.status != 200:
            return Response(json.dumps(self.body), self.status)
        self.given += 1
        self.good = f"t{self.given}"
        return Response(json.dumps({"access_token": self.good, "expires_in": 300}))

    def hook(self, request: Request) -> Response:
        known = request.headers.get("Authorization") == f"Bearer {self.good}"
        return Response("{}", 200 if known else 401)


@pytest.fixture
def tokens(httpserver: HTTPServer) -> Iterator[Tokens]:
    yield Tokens(httpserver)


def oauth(httpserver: HTTPServer, times: list[float], events: int, **options: Any) -> list[Any]:
    """Deliveries, one after the other, at given times."""

    async def run() -> list[Any]:
        now = iter(times)
        clock = [0.0]
        auth = ClientCredentials(
            httpserver.url_for("/token"), "me:1", lambda: "s+ø", clock=lambda: clock[0], **options
        )
        connection = HttpTarget(httpserver.url_for(""), auth=auth)
        outcomes: list[Any] = []
        for number in range(events):
            clock[0] = next(now)
            try:
                sent = OutboundEvent(str(number), "f", "POST", "/hook", b"{}")
                outcomes.append((await connection.deliver(sent)).status)
            except (TargetRefused, TargetUnavailable) as error:
                outcomes.append(error)
        await connection.aclose()
        return outcomes

    return asyncio.run(run())


def test_a_token_is_used_until_shortly_before_it_runs_out(httpserver, tokens):
    assert oauth(httpserver, [0, 100, 239, 241], 4, scope="a b", audience="x") == [200] * 4
    assert tokens.given == 2
    form, header = tokens.asked[0].form, tokens.asked[0].headers["Authorization"]
    assert dict(form) == {"grant_type": "client_credentials", "scope": "a b", "audience": "x"}
    # RFC 6749, 2.3.1: form-encoded, then Basic.
    assert base64.b64decode(header.removeprefix("Basic ")) == b"me%3A1:s%2B%C3%B8"
    oauth(httpserver, [0], 1, in_body=True)
    assert tokens.asked[-1].form["client_secret"] == "s+ø"
    assert "Authorization" not in tokens.asked[-1].headers


def test_a_token_that_was_taken_back_is_renewed_once(httpserver, tokens):
    def hook(request: Request) -> Response:
        if tokens.given == 1:
            tokens.good = "another"
        return tokens.hook(request)

    httpserver.clear_all_handlers()
    httpserver.expect_request("/token").respond_with_handler(tokens.token)
    httpserver.expect_request("/hook").respond_with_handler(hook)
    assert oauth(httpserver, [0], 1) == [200]
    assert tokens.given == 2
    httpserver.clear_all_handlers()
    httpserver.expect_request("/token").respond_with_handler(tokens.token)
    httpserver.expect_request("/hook").respond_with_data("no", 401)
    (error,) = oauth(httpserver, [0], 1)
    assert error.status == 401  # and no further token was asked for
    assert tokens.given == 4


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_client"}, TargetRefused),
        (401, {}, TargetRefused),
        (200, {}, TargetRefused),
        (200, [], TargetRefused),
        (200, {"access_token": 7}, TargetRefused),
        (503, {}, TargetUnavailable),
        (429, {}, TargetUnavailable),
    ],
)
def test_without_a_token_no_event_is_to_blame(httpserver, tokens, status, body, error):
    tokens.status, tokens.body = status, body
    (found,) = oauth(httpserver, [0], 1)
    assert type(found) is error
    assert "s+ø" not in str(found)
    if error is TargetRefused:
        assert found.status == 401  # the lane stops


# --- folders ---


class Cut:
    """A place where the process is gone before or after one step."""

    def __init__(self, place: LocalPlace, step: int, *, after: bool) -> None:
        self._place, self._left, self._after = place, step, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._place, name)
        if name not in ("write", "publish", "remove"):
            return method

        async def step(*args: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise KeyboardInterrupt
            found = await method(*args)
            if self._left == 0:
                raise KeyboardInterrupt
            return found

        return step


FOLDER = {"folder": {"format": "json_lines", "most": 2, "columns": {}}}


def lines(folder: Path) -> list[Any]:
    """What a reader of the folder finds."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    assert all(path.suffix in (".jsonl", ".csv") for path in files)
    found = [line for path in files for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in found]


def test_events_become_lines_of_whole_files(tmp_path):
    place = tmp_path / "out"
    place.mkdir()

    async def run() -> None:
        writer = FolderWriter(flow_of(tmp_path, FOLDER), LocalPlace(place, ".suiteloom-tracking"))
        events = [out("a", b'{"n":\r\n 14.10, "t": "x\\ny"}'), out("b", {"n": 2})]
        first, second = await writer.deliver(events)
        assert first.record == second.record
        (path,) = (path for path in place.iterdir() if path.is_file())
        assert path.name == first.record
        assert path.read_bytes() == b'{"n":   14.10, "t": "x\\ny"}\n{"n": 2}\n'
        assert len(list((place / ".suiteloom-tracking").iterdir())) == 1
        await writer.settled(events)
        assert list((place / ".suiteloom-tracking").iterdir()) == []

    asyncio.run(run())


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_kill_at_any_step_neither_loses_nor_doubles_an_event(tmp_path, step, after):
    place = tmp_path / "out"
    place.mkdir()
    flow = flow_of(tmp_path, FOLDER)
    events = [out(f"e{number}", {"n": number}) for number in range(4)]

    async def run(where: Any, chunks: list[list[Outgoing]]) -> None:
        writer = FolderWriter(flow, where)
        for chunk in chunks:
            await writer.deliver(chunk)
            await writer.settled(chunk)

    local = LocalPlace(place, ".suiteloom-tracking")
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(run(Cut(local, step, after=after), [events[:2]]))
    # Where the store does not know of any outcome, everything comes again, in other company.
    again = [events[:1], events[1:2]] if step < 4 else []
    asyncio.run(run(local, [events[2:], *again]))
    assert sorted(value["n"] for value in lines(place)) == [0, 1, 2, 3]
    if step < 4:  # a list that outlived its outcomes goes by its age
        assert list((place / ".suiteloom-tracking").iterdir()) == []


def test_csv_has_a_header_and_the_columns_that_the_flow_names(tmp_path):
    place = tmp_path / "out"
    place.mkdir()
    columns = {"number": ["order", "id"], "total": ["total"], "tags": ["tags"], "on": ["on"]}
    target = {"folder": {"format": "csv", "most": 10, "columns": columns}}

    async def run() -> None:
        writer = FolderWriter(flow_of(tmp_path, target), LocalPlace(place, ".h"))
        data = {"order": {"id": 'a"b;\r\nc'}, "total": 14.5, "tags": ["x"], "on": True}
        await writer.deliver([out("a", data), out("b", {})])

    asyncio.run(run())
    (path,) = place.glob("*.csv")
    assert list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))) == [
        ["number", "total", "tags", "on"],
        ['a"b;\r\nc', "14.5", '["x"]', "true"],
        ["", "", "", ""],
    ]


def test_a_folder_that_is_gone_is_tried_again(tmp_path):
    place = tmp_path / "out"
    place.mkdir()

    async def run() -> None:
        writer = FolderWriter(flow_of(tmp_path, FOLDER), LocalPlace(place, ".h"))
        place.rmdir()
        with pytest.raises(TargetUnavailable):
            await writer.deliver([out("a", {})])
        place.mkdir()
        (outcome,) = await writer.deliver([out("a", {})])
        assert isinstance(outcome, Delivered)

    asyncio.run(run())
    assert len(lines(place)) == 1


def test_a_reader_never_sees_half_a_file(tmp_path):
    """Someone lists and reads as fast as they can while files are written."""
    place = tmp_path / "out"
    place.mkdir()
    flow = flow_of(tmp_path, {"folder": {"format": "json_lines", "most": 50, "columns": {}}})
    stop, broken = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            for path in place.iterdir():
                found = path.read_bytes().splitlines() if path.is_file() else []
                if path.is_file() and (len(found) != 50 or len(found[-1]) < 5000):
                    broken.append((path.name, len(found)))

    async def run() -> None:
        writer = FolderWriter(flow, LocalPlace(place, ".suiteloom-tracking"))
        for number in range(20):
            chunk = [out(f"{number}-{each}", {"pad": "x" * 5000}) for each in range(50)]
            await writer.deliver(chunk)
            await writer.settled(chunk)

    reader = threading.Thread(target=read)
    reader.start()
    asyncio.run(run())
    stop.set()
    reader.join()
    assert broken == []
    assert len(list(place.glob("*.jsonl"))) == 20


def test_events_of_the_account_become_files_through_the_agent(bench: Bench, tmp_path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    content = flows_json()
    content["flows"][-1]["target"] = {"folder": {"format": "json_lines", "most": 10, "columns": {}}}
    bench.more = {"deliver.tracking": 'folder = "out"\ngather_seconds = 0.5\n'}

    async def work(client: httpx.AsyncClient) -> None:
        for number in range(5):
            body = event(f"e{number}", partitionkey=f"itemfulfillment:{number}", data={"n": number})
            answer = await client.post(
                "/netsuite/events", content=body, headers=signed(body, f"e{number}")
            )
            assert answer.status_code == 202
        await until("delivered", lambda: set(bench.states().values()) == {"done"})

    written = bench.write

    def write(listen: str = "127.0.0.1:0") -> Path:
        path = written(listen)
        (tmp_path / "flows.json").write_text(json.dumps(content))
        return path

    bench.write = write  # type: ignore[method-assign]
    bench.run(work)
    assert sorted(value["n"] for value in lines(place)) == list(range(5))
    assert len(list(place.glob("*.jsonl"))) <= 2  # waited for each other
    assert {row["record"] for row in bench.store.find(Filter())} == {
        path.name for path in place.glob("*.jsonl")
    }


# --- tables ---

both = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
COLUMNS = {"id": ["id"], "total": ["total"], "on_": ["on"], "at": ["at"], "more": ["more"]}
TABLE = {"connection": "lake", "table": {"name": "orders", "key": ["id"], "columns": COLUMNS}}


@pytest.fixture
def lake(kind: str, tmp_path: Path) -> Iterator[str]:
    def make(address: str) -> None:
        engine = sa.create_engine(address)
        with engine.begin() as db:
            db.execute(
                sa.text(
                    "CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, total NUMERIC(12, 2), on_ BOOLEAN,"
                    " at TIMESTAMP, more TEXT, own TEXT DEFAULT 'kept')"
                )
            )
            db.execute(sa.text("CREATE TABLE other (id INTEGER, name TEXT, UNIQUE (id, name))"))
        engine.dispose()

    if kind == "sqlite":
        address = f"sqlite:///{tmp_path / 'lake.db'}"
        make(address)
        yield address
        return
    with postgres.schema() as found:
        address = found.replace("postgresql://", "postgresql+psycopg://")
        make(address)
        yield address


def write_rows(folder: Path, address: str, target: dict[str, Any], *chunks: list[Outgoing]) -> Any:
    async def run() -> Any:
        database = Database("lake", lambda: address)
        writer = TableWriter(flow_of(folder, target), database)
        try:
            return [await writer.deliver(chunk) for chunk in chunks]
        finally:
            await database.aclose()

    return asyncio.run(run())


def rows(address: str, table: str = "orders") -> list[dict[str, Any]]:
    engine = sa.create_engine(address)
    with engine.connect() as db:
        found = [
            dict(row)
            for row in db.execute(sa.text(f"SELECT * FROM {table} ORDER BY id")).mappings()
        ]
    engine.dispose()
    return found


@both
def test_a_row_is_written_by_its_key_however_often_it_comes(tmp_path, lake, kind):
    first = b'{"id": "a", "total": 14.10, "on": true, "at": "2026-01-02T10:00:00+02:00", "more": {"x": [1.50]}}'
    chunks = [[out("1", first), out("2", {"id": "b"})], [out("1", first)]]
    write_rows(tmp_path, lake, TABLE, *chunks, [out("3", {"id": "a", "total": "15"})])
    found = rows(lake)
    assert [(row["id"], float(row["total"] or 0), row["own"]) for row in found] == [
        ("a", 15.0, "kept"),
        ("b", 0.0, "kept"),
    ]
    write_rows(tmp_path, lake, TABLE, [out("1", first)])
    row = rows(lake)[0]
    assert str(row["at"]).startswith("2026-01-02 08:00:00")
    assert row["more"] == '{"x": [1.5]}'
    if kind == "postgres":
        assert str(row["total"]) == "14.10"


@both
def test_a_deleted_record_takes_its_row_along(tmp_path, lake):
    write_rows(
        tmp_path, lake, TABLE, [out("1", {"id": "a"}), out("2", {"id": "b"}), out("3", {"id": "c"})]
    )
    gone = [out("4", {"id": "a", "deleted": True}, "poll"), out("5", {"id": "b"}, "delete")]
    write_rows(tmp_path, lake, TABLE, gone, gone)
    assert [row["id"] for row in rows(lake)] == ["c"]


@both
def test_an_event_that_the_columns_cannot_take_is_refused_alone(tmp_path, lake):
    bad = [
        {"id": "x", "total": "lots"},
        {"id": "x", "on": "perhaps"},
        {"id": "x", "at": "soon"},
        {"total": 1},
    ]
    events = [out(str(number), data) for number, data in enumerate(bad)]
    (outcomes,) = write_rows(tmp_path, lake, TABLE, [*events, out("good", {"id": "g"})])
    assert [type(outcome) for outcome in outcomes] == [TargetRefused] * 4 + [Delivered]
    assert [row["id"] for row in rows(lake)] == ["g"]


@both
@pytest.mark.parametrize(
    "table",
    [
        {"name": "nothing"},
        {"name": "orders", "columns": COLUMNS | {"nothing": ["x"]}},
        {"name": "orders", "key": ["total"]},
        {"name": "orders", "key": ["id", "total"]},
        {"name": 'orders"; DROP TABLE orders; --'},
        {"name": "orders", "columns": {"id": ["id"], 'x"; DROP TABLE orders; --': ["x"]}},
    ],
)
def test_a_table_that_does_not_fit_stops_the_lane_and_blames_no_event(tmp_path, lake, table):
    target = {**TABLE, "table": TABLE["table"] | table}  # type: ignore[operator]
    with pytest.raises(TargetRefused) as caught:
        write_rows(tmp_path, lake, target, [out("1", {"id": "a"})])
    assert caught.value.status == 403
    assert rows(lake) == []


@both
def test_a_key_of_several_columns_and_nothing_else(tmp_path, lake):
    columns = {"id": ["id"], "name": ["name"]}
    table = {"name": "other", "key": ["name", "id"], "columns": columns}
    target = {"connection": "lake", "table": table}
    nasty = "'; DROP TABLE other; --"
    chunk = [out("1", {"id": 1, "name": nasty}), out("2", {"id": "1", "name": nasty})]
    write_rows(tmp_path, lake, target, chunk)
    assert rows(lake, "other") == [{"id": 1, "name": nasty}]


def test_a_database_without_an_upsert_of_its_own(tmp_path, monkeypatch):
    """What other dialects do: look, then change or insert."""
    address = f"sqlite:///{tmp_path / 'lake.db'}"
    engine = sa.create_engine(address)
    with engine.begin() as db:
        db.execute(sa.text("CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, total INTEGER)"))
    engine.dispose()
    target = {
        "connection": "lake",
        "table": {"name": "orders", "key": ["id"], "columns": {"id": ["id"], "total": ["total"]}},
    }
    upsert: Callable[..., None] = TableWriter._upsert

    def elsewhere(self: Any, connection: Any, table: Any, row: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(connection.dialect, "name", "other")
            upsert(self, connection, table, row)

    monkeypatch.setattr(TableWriter, "_upsert", elsewhere)
    chunk = [out("1", {"id": "a", "total": 1}), out("2", {"id": "b", "total": 1})]
    write_rows(tmp_path, address, target, chunk, [out("3", {"id": "a", "total": 2})])
    assert [(row["id"], row["total"]) for row in rows(address)] == [("a", 2), ("b", 1)]


def test_a_batch_that_is_refused_as_a_whole_is_sent_event_by_event(bench: Bench, tmp_path) -> None:
    content = flows_json()
    content["flows"][-1]["target"] = BASE | {
        "batch": {"most": 5, "wrap": None, "results": None, "error": None}
    }
    written = bench.write

    def write(listen: str = "127.0.0.1:0") -> Path:
        path = written(listen)
        (tmp_path / "flows.json").write_text(json.dumps(content))
        return path

    bench.write = write  # type: ignore[method-assign]
    bench.account.target = lambda _id, body: 422 if b'"bad"' in body else 200

    async def work(client: httpx.AsyncClient) -> None:
        for number in range(5):
            data = "bad" if number == 3 else number
            body = event(f"e{number}", partitionkey=f"itemfulfillment:{number}", data=data)
            await client.post("/netsuite/events", content=body, headers=signed(body, f"e{number}"))
        await until("ended", lambda: set(bench.states().values()) == {"done", "held"} or None)

    bench.run(work)
    assert bench.states()["e3"] == "held"
    taken = sorted(value for _, body in bench.account.deliveries for value in json.loads(body))
    assert taken == [0, 1, 2, 4]
