"""Traces from the webhook to the RESTlet and to the target, as an OTLP collector gets them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import httpx
import pytest
from agent_bench import Bench, until
from fake_account import BEARER, event, signed
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SENDER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE, SPAN = SENDER.split("-")[1:3]


class Collector:
    """Spans by name, and the service that sent them."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("")
        self.spans: list[Span] = []
        self.services: set[str] = set()
        server.expect_request("/v1/traces", method="POST").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        for resource in ExportTraceServiceRequest.FromString(request.get_data()).resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.services.add(named["service.name"])
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return Response(b"", content_type="application/x-protobuf")

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> Span:
        (span,) = self.named(name)
        return span


@pytest.fixture
def collector(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Collector:
    made = Collector(httpserver)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.url)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "orders-of-acme")
    return made


def said(span: Span) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def traceparent(span: Span) -> str:
    return f"00-{span.trace_id.hex()}-{span.span_id.hex()}-01"


def test_one_document_is_one_trace_from_its_sender_to_the_restlet(
    bench: Bench, collector: Collector
) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        body = b'{"id": 1}'
        headers = signed(body, "m1") | {"traceparent": SENDER}
        answer = await client.post("/in/orders", content=body, headers=headers)
        assert answer.status_code == 202
        await until("done", lambda: bench.states() == {"m1": "done"})

    bench.run(work)
    assert collector.services == {"orders-of-acme"}
    received = collector.one("POST /in/{flow}")
    waited, processed = collector.one("wait orders"), collector.one("process orders")
    assert [span.trace_id.hex() for span in (received, waited, processed)] == [TRACE] * 3
    assert received.parent_span_id.hex() == SPAN
    assert waited.parent_span_id == received.span_id
    assert processed.parent_span_id == waited.span_id
    assert received.kind == Span.SPAN_KIND_SERVER
    assert said(received) == {
        "http.request.method": "POST",
        "http.route": "/in/{flow}",
        "http.response.status_code": 202,
    }
    assert said(processed) == {
        "messaging.system": "suiteloom",
        "messaging.destination.name": "orders",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.batch.message_count": 1,
        "messaging.message.id": "m1",
    }
    assert received.start_time_unix_nano <= waited.end_time_unix_nano
    told = [trace for path, trace in bench.account.traces if "restlet" in path]
    assert told == [traceparent(processed)]


def test_a_batch_is_linked_to_all_its_documents_and_says_that_it_failed(
    bench: Bench, collector: Collector
) -> None:
    failing = iter([(500, {"error": {"code": "UNEXPECTED_ERROR", "message": "no"}})])
    bench.account.fault = lambda _script: next(failing, None)

    async def work(client: httpx.AsyncClient) -> None:
        orders = [{"number": n} for n in range(3)]
        body = json.dumps({"data": {"orders": orders}}).encode()
        answer = await client.post("/in/split", content=body, headers=BEARER)
        assert answer.status_code == 202
        await until("done", lambda: set(bench.states().values()) == {"done"})

    bench.run(work)
    waits = {span.span_id for span in collector.named("wait split")}
    first, *again = sorted(
        collector.named("process split"), key=lambda span: span.start_time_unix_nano
    )
    assert len(waits) == 3
    assert {link.span_id for link in first.links} == waits
    assert first.parent_span_id == b""
    assert first.status.code == Status.STATUS_CODE_ERROR
    assert said(first)["error.type"] == "UNEXPECTED_ERROR"
    received = collector.one("POST /in/{flow}")
    assert {link.span_id for span in again for link in span.links} == {received.span_id}
    assert all(span.status.code == Status.STATUS_CODE_UNSET for span in again)


def test_an_event_of_the_account_is_one_trace_to_the_target(
    bench: Bench, collector: Collector
) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        body = event("e1")
        headers = signed(body, "e1") | {"traceparent": SENDER}
        answer = await client.post("/netsuite/events", content=body, headers=headers)
        assert answer.status_code == 202
        await until("delivered", lambda: bench.states() == {"e1": "done"})

    bench.run(work)
    sent = collector.one("send tracking")
    assert sent.trace_id.hex() == TRACE
    assert ("/hook", traceparent(sent)) in bench.account.traces
    assert sent.kind == Span.SPAN_KIND_CLIENT


def test_a_collector_that_is_away_holds_nothing_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")

    async def work(client: httpx.AsyncClient) -> None:
        body = b'{"id": 1}'
        await client.post("/in/orders", content=body, headers=signed(body, "m1"))
        await until("done", lambda: bench.states() == {"m1": "done"})

    bench.run(work)


def test_who_wants_no_traces_imports_nothing() -> None:
    program = (
        "import sys, agent.cli, agent.service, agent.tracing as t;"
        "assert type(t.traces({})) is t.Traces;"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
