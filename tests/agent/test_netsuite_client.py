"""Every answer of the account becomes the error that says what to do next."""

from __future__ import annotations

import asyncio
import json
import socket
import sys

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from agent.errors import BadAnswer, CallError, Denied, NotSent, Throttled, Unauthorized, Unknown
from agent.netsuite.client import RESTLET_PATH, NetSuite, account_host, error_of, http_client


class Fixed:
    """An Authorization header that counts how often it was refused."""

    def __init__(self, renewable: bool = True) -> None:
        self.renewable = renewable
        self.renewals = 0

    async def authorization(self, method: str, url: str) -> str:
        return f"Bearer token-{self.renewals}"

    def refused(self, authorization: str) -> bool:
        self.renewals += 1
        return self.renewable


def call(url: str, body=None, *, auth=None, timeout: float = 5.0, get: bool = False):
    async def run():
        client = NetSuite(url, auth or Fixed(), http_client(url))
        try:
            if get:
                return await client.get("customscript_a", "customdeploy_a")
            return await client.call(
                "customscript_a", "customdeploy_a", body or {"n": 1}, timeout=timeout
            )
        finally:
            await client.aclose()

    return asyncio.run(run())


def answering(server: HTTPServer, status: int, body: object, **headers: str) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    server.expect_request(RESTLET_PATH).respond_with_response(
        Response(
            text, status, {k.replace("_", "-"): v for k, v in headers.items()}, "application/json"
        )
    )
    return server.url_for("")


def test_a_restlet_is_called_by_script_ids_with_exactly_one_content_type(httpserver: HTTPServer):
    seen: list[Request] = []

    def handler(request: Request) -> Response:
        seen.append(request)
        return Response(json.dumps({"ok": True, "body": request.get_data(as_text=True)}))

    httpserver.expect_request(RESTLET_PATH).respond_with_handler(handler)
    url = httpserver.url_for("")
    raw = '{"price": 12.10, "name": "Søren"}'.encode()
    assert call(url, raw)["body"] == raw.decode()
    assert call(url, get=True)["ok"] is True
    post, get = seen
    assert post.query_string == b"script=customscript_a&deploy=customdeploy_a"
    assert (post.method, get.method) == ("POST", "GET")
    for request in seen:
        assert request.headers["Content-Type"] == "application/json"
        assert request.headers["Authorization"] == "Bearer token-0"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "SSS_REQUEST_LIMIT_EXCEEDED", Throttled),
        (429, "ANYTHING", Throttled),
        (400, "INVALID_LOGIN_ATTEMPT", Unauthorized),
        (401, "INVALID_LOGIN", Unauthorized),
        (403, "INSUFFICIENT_PERMISSION", Denied),
        (400, "INSUFFICIENT_PERMISSION", Denied),
        (404, "ANYTHING", Denied),
        (405, "ANYTHING", Denied),
        (415, "ANYTHING", Denied),
        (400, "SSS_INVALID_SCRIPTLET_ID", Denied),
        (400, "SSS_TIME_LIMIT_EXCEEDED", Unknown),
        (400, "SSS_USAGE_LIMIT_EXCEEDED", Unknown),
        (400, "UNEXPECTED_ERROR", Unknown),
        (500, "UNEXPECTED_ERROR", Unknown),
        (503, "ANYTHING", Unknown),
    ],
)
def test_codes_and_statuses_decide_and_messages_never_do(
    httpserver: HTTPServer, status, code, expected
):
    body = {"error": {"code": code, "message": "SSS_REQUEST_LIMIT_EXCEEDED auf Deutsch"}}
    with pytest.raises(CallError) as caught:
        call(answering(httpserver, status, body), auth=Fixed(renewable=False))
    assert type(caught.value) is expected
    assert (caught.value.code, caught.value.status) == (code, status)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"error" : {"code" : "A_B","message" : "m"}}', ("A_B", "m")),
        (
            {
                "error": {
                    "code": "SUITESCRIPT_ERROR",
                    "message": json.dumps(
                        {
                            "type": "error.SuiteScriptError",
                            "name": "RCRD_DSNT_EXIST",
                            "message": "x",
                        }
                    ),
                }
            },
            ("RCRD_DSNT_EXIST", "x"),
        ),
        (
            {"type": "error.SuiteScriptError", "name": "INSUFFICIENT_PERMISSION", "message": "no"},
            ("INSUFFICIENT_PERMISSION", "no"),
        ),
        ("error code: FAULT\nerror message: broken", ("FAULT", "broken")),
        ("<html>Bad gateway</html>", (None, "<html>Bad gateway</html>")),
        ({"error": {"code": "A", "message": "{not json"}}, ("A", "{not json")),
        ('"text"', (None, '"text"')),
    ],
)
def test_every_form_of_an_error_body_gives_its_code(body, expected):
    text = body if isinstance(body, str) else json.dumps(body)
    assert error_of(text.encode()) == expected


def test_a_token_that_is_refused_is_renewed_once(httpserver: HTTPServer):
    def handler(request: Request) -> Response:
        if request.headers["Authorization"] == "Bearer token-0":
            return Response('{"error": {"code": "INVALID_LOGIN", "message": ""}}', 401)
        return Response("{}")

    httpserver.expect_request(RESTLET_PATH).respond_with_handler(handler)
    assert call(httpserver.url_for("")) == {}


def test_a_second_refusal_stops_instead_of_hammering(httpserver: HTTPServer):
    url = answering(httpserver, 401, {"error": {"code": "INVALID_LOGIN", "message": ""}})
    auth = Fixed()
    with pytest.raises(Unauthorized):
        call(url, auth=auth)
    assert len(httpserver.log) == 2


def test_redirects_are_not_followed(httpserver: HTTPServer):
    httpserver.expect_request("/elsewhere").respond_with_data("{}")
    url = answering(httpserver, 302, "", Location=httpserver.url_for("/elsewhere"))
    with pytest.raises(Denied, match="REDIRECT"):
        call(url)
    assert [request.path for request, _ in httpserver.log] == [RESTLET_PATH]


def test_retry_after_is_handed_on(httpserver: HTTPServer):
    url = answering(httpserver, 429, "", Retry_After="7")
    with pytest.raises(Throttled) as caught:
        call(url)
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("body", ["", "<html>", "[1]"])
def test_a_2xx_that_is_no_object_is_a_bad_answer(httpserver: HTTPServer, body):
    with pytest.raises(BadAnswer):
        call(answering(httpserver, 200, body))


def test_without_a_connection_nothing_was_sent():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent):
            call(f"http://127.0.0.1:{unused.getsockname()[1]}")


def test_a_time_out_after_sending_is_unknown():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unknown, match="TIME_OUT"):
        call(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.1)


def test_a_connection_cut_after_sending_is_unknown():
    async def run() -> None:
        async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(cut, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = NetSuite(url, Fixed(), http_client(url))
        try:
            with pytest.raises(Unknown, match="CONNECTION_CUT"):
                await client.call("customscript_a", "customdeploy_a", {}, timeout=5)
        finally:
            await client.aclose()
            server.close()
            await server.wait_closed()

    asyncio.run(run())


def test_the_account_has_its_own_host():
    assert (
        account_host("1234567_SB1", "restlets") == "https://1234567-sb1.restlets.api.netsuite.com"
    )


def test_a_call_imports_nothing(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch):
    """httpcore looks for an optional module in each request; one that is missing costs a search of the disk."""
    wanted: list[str] = []

    class Watching:
        def find_spec(self, name: str, *_: object) -> None:
            wanted.append(name)

    url = answering(httpserver, 200, {})
    call(url)  # what is loaded late is there from now on
    monkeypatch.setattr(sys, "meta_path", [Watching(), *sys.meta_path])
    call(url)
    assert wanted == []
