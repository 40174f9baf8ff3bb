"""A RESTlet that calls a service outside over N/https: a real server on this machine answers it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx
import pytest
from outside import Account
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from emulator.errors import NetSuiteError


@pytest.fixture
def service(account: Account, httpserver: HTTPServer) -> Iterator[HTTPServer]:
    host = "https://prices.styles.example"
    account.control.hosts({host: httpserver.url_for("").rstrip("/")})
    yield httpserver
    account.control.hosts({host: ""})


def test_a_price_is_asked_for_once_and_kept(account: Account, service: HTTPServer) -> None:
    service.expect_oneshot_request(
        "/v1/quote", method="POST", json={"sku": "A-1"}, headers={"X-Attempt": "1"}
    ).respond_with_json({"price": 9.5}, headers={"X-Served-By": "local"})
    first = account.get("rates_rl", sku="A-1")
    again = account.get("rates_rl", sku="A-1")
    service.check_assertions()
    assert {name: first[name] for name in ("price", "served", "tries", "asked")} == {
        "price": 9.5, "served": "local", "tries": 1, "asked": True,
    }  # fmt: skip
    assert (again["price"], again["asked"]) == (9.5, False)
    # 10 units for a request and 2 for a value that the cache's loader gives; 1 for one that is
    # there.
    assert (first["units"], again["units"]) == (5000 - 12, 5000 - 1)


def test_a_service_that_is_down_is_asked_again(account: Account, service: HTTPServer) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers["X-Attempt"])
        if len(seen) < 3:
            return Response("down", status=500)
        return Response(json.dumps({"price": 1}), content_type="application/json")

    service.expect_request("/v1/quote").respond_with_handler(answer)
    assert account.get("rates_rl", sku="B-2")["tries"] == 3
    assert seen == ["1", "2", "3"]
    tries = [row for row in account.logged("rates_rl") if row[0].startswith("try ")]
    assert [title for title, _ in tries] == ["try 1", "try 2"]
    assert json.loads(tries[0][1]) == {"code": 500, "body": "down"}


def test_a_service_that_stays_down_is_an_error_of_the_scripts_own(
    account: Account, service: HTTPServer
) -> None:
    service.expect_request("/v1/quote").respond_with_data("still down", status=503)
    with pytest.raises(NetSuiteError) as refused:
        account.get("rates_rl", sku="C-3")
    assert refused.value.code == "STYLES_NO_QUOTE"
    assert "503 still down" in refused.value.message


def test_a_service_that_does_not_answer_in_time_is_an_error_that_a_script_can_catch(
    account: Account, service: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # NetSuite waits 45 seconds; the test does not.
    outbound = account.server.door.engine._outbound
    monkeypatch.setattr(outbound._client, "timeout", httpx.Timeout(0.1))
    service.expect_request("/quick").respond_with_data("", status=204)
    assert account.put("rates_rl", url="https://prices.styles.example/quick") == {"code": 204}
    service.expect_request("/slow").respond_with_handler(lambda _: time.sleep(0.5))
    found = account.put("rates_rl", url="https://prices.styles.example/slow")
    assert found["error"] == "SSS_REQUEST_TIME_EXCEEDED"


def test_a_host_that_is_not_there_is_an_error_that_a_script_can_catch(account: Account) -> None:
    found = account.put("rates_rl", url="https://nowhere.styles.example/")
    assert found["error"] == "SSS_UNKNOWN_HOST"
