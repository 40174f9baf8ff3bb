"""The door: what is taken, what is refused and how, before anything reaches the account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import BEARER, event, signed

GOOD = b'{"id": 7, "total": 14.10}'


def post(bench: Bench, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    async def work(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(path, content=body, headers=headers)

    return bench.run(work)  # type: ignore[no-any-return]


def test_a_signed_document_is_kept_and_its_digits_reach_the_account(bench: Bench) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        answer = await client.post("/in/orders", content=GOOD, headers=signed(GOOD))
        assert answer.status_code == 202
        assert answer.json() == {"accepted": 1, "repeated": 0}
        await until("it is in the account", lambda: bench.account.saves)

    bench.run(work)
    assert '"doc":{"id": 7, "total": 14.10}' in bench.account.saves[0][1]
    script, call = bench.account.calls[0]
    assert script == "customscript_orders"
    assert (call["flow"], call["account"]) == ("orders", "1234567_SB1")


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("/in/nothing", GOOD, lambda: signed(GOOD), 404, "unknown_flow"),
        ("/in/tracking", GOOD, lambda: signed(GOOD), 404, "unknown_flow"),
        ("/in/orders", GOOD, {}, 401, "bad_signature"),
        ("/in/orders", GOOD, lambda: signed(b"{}"), 401, "bad_signature"),
        ("/in/orders", GOOD, BEARER, 401, "bad_signature"),
        ("/in/once", GOOD, {}, 401, "bad_signature"),
        ("/in/once", GOOD, {"Authorization": "Bearer wrong"}, 401, "bad_signature"),
        ("/in/orders", b"{", lambda: signed(b"{"), 400, "not_json"),
        ("/in/orders", b"[]", lambda: signed(b"[]"), 400, "not_an_object"),
        ("/in/split", b'{"data": {}}', BEARER, 400, "not_a_list"),
        ("/in/split", b'{"data": {"orders": [1]}}', BEARER, 400, "not_an_object"),
        ("/in/orders", b" " * 2001, {}, 413, "too_large"),
        ("/netsuite/events", event("e1"), {}, 401, "bad_signature"),
        ("/netsuite/events", b"{}", lambda: signed(b"{}"), 400, "not_an_event"),
        ("/retry", b"{}", {}, 401, "bad_signature"),
        ("/send/orders", GOOD, lambda: signed(GOOD), 401, "bad_signature"),
    ],
)
def test_what_is_refused(
    bench: Bench,
    path: str,
    body: bytes,
    headers: dict[str, str] | Callable[[], dict[str, str]],  # signed when sent, or too old
    status: int,
    code: str,
) -> None:
    bench.more["ingress"] = "max_body = 2000\n"
    answer = post(bench, path, body, headers() if callable(headers) else headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert bench.states() == {}
    assert bench.account.saves == []


def test_an_old_signature_is_401(bench: Bench) -> None:
    headers = signed(GOOD, at=datetime.now(UTC) - timedelta(minutes=10))
    answer = post(bench, "/in/orders", GOOD, headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "too_old")


def test_a_chunked_body_is_measured_too(bench: Bench) -> None:
    bench.more["ingress"] = "max_body = 2000\n"

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 100

    async def work(client: httpx.AsyncClient) -> int:
        answer = await client.post("/in/orders", content=chunks())
        return answer.status_code

    assert bench.run(work) == 413


def test_an_event_of_another_account_or_flow_stays_there(bench: Bench) -> None:
    for body, status in ((event("e", account="7654321"), 403), (event("e", flow="gone"), 404)):
        assert post(bench, "/netsuite/events", body, signed(body)).status_code == status


def test_a_repeated_id_answers_200_and_adds_nothing(bench: Bench) -> None:
    async def work(client: httpx.AsyncClient) -> list[int]:
        answers = [
            await client.post("/in/orders", content=GOOD, headers=signed(GOOD, "a"))
            for _ in range(3)
        ]
        return [answer.status_code for answer in answers]

    assert bench.run(work) == [202, 200, 200]
    assert list(bench.states()) == ["a"]


def test_the_same_id_at_the_same_moment_is_one_event(bench: Bench) -> None:
    async def work(client: httpx.AsyncClient) -> list[int]:
        posts = (
            client.post("/in/orders", content=GOOD, headers=signed(GOOD, "a")) for _ in range(20)
        )
        return sorted(answer.status_code for answer in await asyncio.gather(*posts))

    assert bench.run(work) == [200] * 19 + [202]


def test_one_call_may_carry_many_documents(bench: Bench) -> None:
    """Each has its own id; one that is not in the document is made from the call's."""
    body = json.dumps({"data": {"orders": [{"number": "A"}, {"number": "B"}, {"id": 9}]}}).encode()

    async def work(client: httpx.AsyncClient) -> None:
        first = await client.post("/in/split", content=body, headers=BEARER | {"webhook-id": "w"})
        assert first.json() == {"accepted": 3, "repeated": 0}
        again = await client.post("/in/split", content=body, headers=BEARER | {"webhook-id": "w"})
        assert (again.status_code, again.json()) == (200, {"accepted": 0, "repeated": 3})

    bench.run(work)
    assert set(bench.states()) == {"A", "B", "w/2"}


def test_a_full_inbox_asks_the_sender_to_come_again(bench: Bench) -> None:
    bench.more["ingress"] = "max_open = 1\n"
    bench.account.fault = lambda _script: (503, {"error": {"code": "DOWN", "message": "down"}})

    async def work(client: httpx.AsyncClient) -> httpx.Response:
        await client.post("/in/orders", content=GOOD, headers=signed(GOOD, "a"))
        return await client.post("/in/orders", content=GOOD, headers=signed(GOOD, "b"))

    answer = bench.run(work)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_a_secret_without_a_value_keeps_the_event_with_its_sender(bench: Bench) -> None:
    bench.changes["verify"] = {"kind": "bearer", "secret": "nobody_set_it"}
    answer = post(bench, "/in/orders", GOOD, {})
    assert answer.status_code == 503
    assert "nobody_set_it" not in answer.text


def test_health_and_metrics(bench: Bench) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        await client.post("/in/orders", content=GOOD, headers=signed(GOOD))
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        await until("it is done", lambda: "done" in bench.states().values())
        settled = 'suiteloom_events_settled_total{flow="orders",outcome="created",state="done"} 1.0'
        text = ""
        async with asyncio.timeout(20):
            while settled not in text:  # counted once it is committed
                text = (await client.get("/metrics")).text
                await asyncio.sleep(0.01)  # the call alone never lets others have the loop
        assert 'suiteloom_events_accepted_total{flow="orders",origin="webhook"} 1.0' in text

    bench.run(work)


def test_only_allowed_addresses_and_known_certificates_come_in(bench: Bench) -> None:
    fingerprint = "ab" * 32
    bench.changes = {
        "allow_from": ["203.0.113.0/24"],
        "verify": {"kind": "client_certificate", "secret": None, "fingerprints": [fingerprint]},
    }
    bench.more = {
        "ingress": 'trusted_proxies = ["127.0.0.1"]\nfingerprint_header = "X-Cert-Sha256"\n'
    }
    good = {"X-Forwarded-For": "203.0.113.9", "X-Cert-Sha256": fingerprint, "webhook-id": "m1"}

    async def work(client: httpx.AsyncClient) -> list[int]:
        # The test's client is 127.0.0.1, the proxy.
        found = [
            (await client.post("/in/orders", content=GOOD, headers=headers)).status_code
            for headers in (
                good,
                good,
                good | {"X-Forwarded-For": "198.51.100.7"},
                good | {"X-Cert-Sha256": "cd" * 32},
                {"X-Forwarded-For": "203.0.113.9"},
                BEARER | {"X-Forwarded-For": "203.0.113.9"},
            )
        ]
        await until("it is in the account", lambda: bench.account.saves)
        return found

    assert bench.run(work) == [202, 200, 403, 401, 401, 401]
    assert len(bench.account.saves) == 1


def test_who_is_not_allowed_is_refused_before_the_body_is_read(bench: Bench) -> None:
    bench.changes = {"allow_from": ["203.0.113.0/24"]}
    big = b" " * 10_000_000
    assert post(bench, "/in/orders", big, signed(b"{}")).status_code == 403
    assert post(bench, "/send/orders", GOOD, BEARER).status_code == 202  # the operator is no sender


def test_a_certificate_without_configured_proxies_keeps_the_event_with_its_sender(
    bench: Bench,
) -> None:
    bench.changes = {
        "verify": {"kind": "client_certificate", "secret": None, "fingerprints": ["ab" * 32]}
    }
    answer = post(bench, "/in/orders", GOOD, {"X-Cert-Sha256": "ab" * 32})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
