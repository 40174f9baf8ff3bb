"""Events reach addresses once each, and nothing that their values name; secrets and tokens go along."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from destinations import BASE, aim, flow_of, out
from fake_account import event, signed
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from agent.errors import TargetRefused, TargetUnavailable
from agent.ports import Delivered, OutboundEvent, Outgoing
from agent.targets.addresses import AddressTarget
from agent.targets.credentials import ClientCredentials, Credentials
from agent.targets.http import HttpTarget


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
        with pytest.raises(TargetRefused, match="lacks id, which"):
            send(tmp_path, httpserver.url_for(""), {"path": ["/o/", ["id"]]}, out("e", data))
    with pytest.raises(TargetRefused, match=r"lacks line\.no, q, which"):
        send(tmp_path, httpserver.url_for(""), TEMPLATE, out("e", {"id": 1, "line": {}}))


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


def test_a_batch_that_is_refused_as_a_whole_is_sent_event_by_event(bench: Bench, tmp_path) -> None:
    batched = {"batch": {"most": 5, "wrap": None, "results": None, "error": None}}
    aim(bench, tmp_path, BASE | batched)
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
