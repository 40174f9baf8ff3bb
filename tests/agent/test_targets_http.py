"""Events reach their target signed, and every refusal says whether to try again."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug import Request, Response

from agent.errors import ConfigError, TargetRefused, TargetUnavailable
from agent.ports import OutboundEvent
from agent.targets import http
from agent.targets.credentials import Credentials
from agent.targets.http import HttpTarget

SECRET = base64.b64encode(b"a secret of some twenty four").decode()
EVENT = OutboundEvent("evt-1", "flow-a", "PUT", "/hooks/a?x=1", '{"name":"Søren"}'.encode())


def deliver(url: str, event: OutboundEvent = EVENT, **options):
    async def run():
        target = HttpTarget(url, **options)
        try:
            return await target.deliver(event)
        finally:
            await target.aclose()

    return asyncio.run(run())


def test_the_published_library_accepts_what_is_signed(httpserver: HTTPServer):
    httpserver.expect_request("/base/hooks/a", method="PUT").respond_with_data("", 204)
    delivered = deliver(httpserver.url_for("/base/"), sign=lambda: "whsec_" + SECRET)
    assert (delivered.status, delivered.record) == (204, None)
    request, _ = httpserver.log[0]
    assert request.get_data() == EVENT.body
    assert request.query_string == b"x=1"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["webhook-id"] == "evt-1"
    assert Webhook(SECRET).verify(request.get_data(), dict(request.headers)) == {"name": "Søren"}
    with pytest.raises(WebhookVerificationError):
        Webhook(base64.b64encode(b"x" * 24).decode()).verify(
            request.get_data(), dict(request.headers)
        )


def test_an_attempt_carries_its_own_time_and_the_same_id(httpserver: HTTPServer):
    httpserver.expect_request("/hooks/a").respond_with_data("", 200)
    for at in (1000.0, 2000.0):
        deliver(httpserver.url_for(""), sign=lambda: SECRET, clock=lambda at=at: at)
    first, second = (request.headers for request, _ in httpserver.log)
    assert first["webhook-id"] == second["webhook-id"]
    assert (first["webhook-timestamp"], second["webhook-timestamp"]) == ("1000", "2000")


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (Credentials("bearer", lambda: "tok"), "Bearer tok"),
        (
            Credentials("basic", lambda: "pä:ss", "shop"),
            "Basic " + base64.b64encode("shop:pä:ss".encode()).decode(),
        ),
    ],
)
def test_the_agent_shows_who_it_is(httpserver: HTTPServer, auth, expected):
    httpserver.expect_request("/hooks/a", headers={"Authorization": expected}).respond_with_data("")
    assert deliver(httpserver.url_for(""), auth=auth).status == 200


def test_the_targets_own_id_is_read_from_its_answer(httpserver: HTTPServer):
    httpserver.expect_request("/hooks/a").respond_with_json({"data": {"id": 17}})
    paths = {"flow-a": ("data", "id")}
    assert deliver(httpserver.url_for(""), id_paths=paths).record == "17"
    assert deliver(httpserver.url_for(""), id_paths={"flow-a": ("nothing", "id")}).record is None


def test_an_answer_that_is_not_json_is_still_a_delivery(httpserver: HTTPServer):
    httpserver.expect_request("/hooks/a").respond_with_data("thanks")
    assert deliver(httpserver.url_for(""), id_paths={"flow-a": ("id",)}).record is None


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_these_are_tried_again(httpserver: HTTPServer, status):
    httpserver.expect_request("/hooks/a").respond_with_data("later", status)
    with pytest.raises(TargetUnavailable) as caught:
        deliver(httpserver.url_for(""))
    assert (caught.value.code, caught.value.status) == (f"http_{status}", status)


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410, 422])
def test_these_are_held_for_a_person(httpserver: HTTPServer, status):
    httpserver.expect_request("/hooks/a").respond_with_data(
        "x" * 500, status, {"Location": "http://127.0.0.1:9/"}
    )
    with pytest.raises(TargetRefused) as caught:
        deliver(httpserver.url_for(""))
    assert caught.value.status == status
    assert len(caught.value.message) == 200


def test_retry_after_as_seconds_and_as_a_date(httpserver: HTTPServer):
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    answers = iter(["17", format_datetime(now + timedelta(seconds=90), usegmt=True), "soon"])

    def handler(request: Request) -> Response:
        return Response("", 503, {"Retry-After": next(answers)})

    httpserver.expect_request("/hooks/a").respond_with_handler(handler)
    found = []
    for _ in range(3):
        with pytest.raises(TargetUnavailable) as caught:
            deliver(httpserver.url_for(""), clock=now.timestamp)
        found.append(caught.value.retry_after)
    assert found == [17.0, 90.0, None]


def test_no_connection_and_no_answer_are_tried_again(monkeypatch):
    with pytest.raises(TargetUnavailable, match="connect"):
        deliver("http://127.0.0.1:9")
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(TargetUnavailable, match="timeout"),
    ):
        deliver(f"http://127.0.0.1:{silent.getsockname()[1]}")


def test_deliveries_are_spaced_by_the_connections_rate(httpserver: HTTPServer):
    httpserver.expect_request("/hooks/a").respond_with_data("")

    async def run() -> float:
        target = HttpTarget(httpserver.url_for(""), rate_per_second=20)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            await asyncio.gather(*(target.deliver(EVENT) for _ in range(5)))
        finally:
            await target.aclose()
        return loop.time() - began

    # The fifth of 20 a second cannot come before 4/20 s; slower is no fault.
    assert asyncio.run(run()) >= 0.2


def test_an_address_that_is_none_is_a_fault_of_the_configuration():
    for url in ("shop.example", "ftp://shop.example", ""):
        with pytest.raises(ConfigError):
            HttpTarget(url)


def test_the_body_is_sent_as_it_is(httpserver: HTTPServer):
    httpserver.expect_request("/hooks/a").respond_with_data("")
    body = b'{"n": 12.10}'
    deliver(httpserver.url_for(""), OutboundEvent("e", "f", "POST", "hooks/a", body))
    assert httpserver.log[0][0].get_data() == body
    assert json.loads(body)


def test_a_secret_that_no_header_can_hold_is_not_told(httpserver: HTTPServer):
    httpserver.expect_request("/hooks/a").respond_with_data("")
    with pytest.raises(TargetRefused) as caught:
        deliver(httpserver.url_for(""), auth=Credentials("bearer", lambda: "s3cret\r\nX: y"))
    assert "s3cret" not in str(caught.value)
    assert httpserver.log == []
