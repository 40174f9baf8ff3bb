"""
Traces by OpenTelemetry: from the call that brings a document to the call that carries it on.

    POST /in/{flow}  ─►  wait {flow}  ─►  process {flow} (links to all its documents)  ─►  traceparent to the RESTlet
    POST /netsuite/events  ─►  wait {flow}  ─►  send {flow}  ─►  traceparent to the target

A document keeps the `traceparent` (W3C Trace Context) of the span that received it, so a trace
outlives a restart. Names and attributes are those of OpenTelemetry's semantic conventions for HTTP
and messaging. Where no endpoint is configured nothing is imported and nothing is recorded.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

import structlog

from agent.errors import AgentError
from agent.inbox.states import State

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span, SpanContext

    from agent.inbox.model import Leased

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SERVICE = "suiteloom-agent"
SYSTEM = "suiteloom"
FLUSH_MILLISECONDS = 3_000
TRACEPARENT = "traceparent"
_WORDS = (TRACEPARENT, "tracestate")

Operation = Literal["process", "send"]

log = structlog.get_logger("agent.tracing")

_sent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def headers() -> dict[str, str]:
    """What a call that is made now tells its receiver of the trace it belongs to."""
    trace = _sent.get()
    return {TRACEPARENT: trace} if trace else {}


class Received:
    """The span of a call that came in; `trace` is kept with what it brought."""

    trace: str | None = None

    def ended(self, status: int) -> None:
        """The call is answered."""


class Traces:
    """Nobody wants traces: nothing is done."""

    def receive(self, route: str, given: Mapping[str, str]) -> AbstractContextManager[Received]:  # noqa: ARG002 - see Recorded
        """
        A call that comes in.

        Args:
            route: its address, with names where values stand.
            given: its headers.
        """
        return _NOT_RECEIVED

    def carry(
        self,
        operation: Operation,  # noqa: ARG002 - see Recorded
        flow: str,  # noqa: ARG002
        events: Sequence[Leased],  # noqa: ARG002
        now: float,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """
        A call that carries documents on; what is sent inside tells the receiver of the trace.

        Args:
            operation: `process` towards the account, `send` towards a target.
            flow: the flow's name.
            events: the documents; the wait of each has ended.
            now: epoch seconds by the store's clock, as the times of the documents are.
        """
        return _NOT_CARRIED

    async def aclose(self) -> None:
        """Hand over what is recorded."""


_NOT_RECEIVED = nullcontext(Received())
_NOT_CARRIED = nullcontext()


def traces(environ: Mapping[str, str] = os.environ) -> Traces:
    """Traces as OpenTelemetry's variables say; without an endpoint there are none."""
    wanted = any(environ.get(name) for name in ENDPOINTS)
    if not wanted or environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return Traces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("not_traced", reason="traces need suiteloom[otel]")
        return Traces()
    return Recorded(BatchSpanProcessor(OTLPSpanExporter()), environ)


class Recorded(Traces):
    """
    Spans, handed to a processor.

    Args:
        processor: where they go.
        environ: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES name the service.
    """

    def __init__(self, processor: SpanProcessor, environ: Mapping[str, str] = os.environ) -> None:
        from opentelemetry import trace
        from opentelemetry.context import Context
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        named = environ.get("OTEL_SERVICE_NAME") or "service.name=" in environ.get(
            "OTEL_RESOURCE_ATTRIBUTES", ""
        )
        self._api = trace
        self._nothing = Context()
        self._words = TraceContextTextMapPropagator()
        self._provider = TracerProvider(
            resource=Resource.create({} if named else {"service.name": SERVICE}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("suiteloom.agent")

    @contextmanager
    def receive(self, route: str, given: Mapping[str, str]) -> Iterator[Received]:
        """A SERVER span, below the sender's."""
        with self._tracer.start_as_current_span(
            f"POST {route}",
            self._words.extract({name: given[name] for name in _WORDS if name in given}),
            self._api.SpanKind.SERVER,
            {"http.request.method": "POST", "http.route": route},
            record_exception=False,
        ) as span:
            yield _ReceivedSpan(self, span)

    @contextmanager
    def carry(
        self, operation: Operation, flow: str, events: Sequence[Leased], now: float
    ) -> Iterator[None]:
        """
        A CLIENT span with a link to each document's.

        That of a single document is below the document's own, so that the trace goes on; that of
        several begins a trace.
        """
        contexts = [self._waited(flow, event, now) for event in events if event.trace]
        parent = contexts[0] if len(events) == 1 and contexts else None
        with self._tracer.start_as_current_span(
            f"{operation} {flow}",
            self._nothing if parent is None else self._below(parent),
            self._api.SpanKind.CLIENT,
            _of_messages(operation, flow)
            | {"messaging.batch.message_count": len(events)}
            | ({"messaging.message.id": events[0].event_id} if len(events) == 1 else {}),
            [self._api.Link(context) for context in contexts],
            record_exception=False,  # its text may hold what a document says
            set_status_on_exception=False,
        ) as span:
            token = _sent.set(self.text(span))
            try:
                yield
            except AgentError as error:
                self.fail(span, str(getattr(error, "code", type(error).__name__)))
                raise
            finally:
                _sent.reset(token)

    def _waited(self, flow: str, event: Leased, now: float) -> SpanContext:
        """The time of a document in the inbox before its first call, as a span below the one that received it."""
        received = self._words.extract({TRACEPARENT: event.trace or ""})
        if event.before is not State.RECEIVED:
            return self._api.get_current_span(received).get_span_context()
        span = self._tracer.start_span(
            f"wait {flow}",
            received,
            attributes=_of_messages("receive", flow) | {"messaging.message.id": event.event_id},
            start_time=_nanoseconds(event.received_at),
        )
        span.end(_nanoseconds(max(now, event.received_at)))
        return span.get_span_context()

    def _below(self, parent: SpanContext) -> Context:
        return self._api.set_span_in_context(self._api.NonRecordingSpan(parent))

    def text(self, span: Span) -> str:
        """A span as `traceparent`."""
        carrier: dict[str, str] = {}
        self._words.inject(carrier, self._api.set_span_in_context(span))
        return carrier[TRACEPARENT]

    def fail(self, span: Span, why: str) -> None:
        """Mark a span as failed."""
        span.set_attribute("error.type", why)
        span.set_status(self._api.StatusCode.ERROR)

    async def aclose(self) -> None:
        """Hand over what is recorded; a collector that is away is not waited for."""
        await asyncio.to_thread(self._provider.force_flush, FLUSH_MILLISECONDS)
        await asyncio.to_thread(self._provider.shutdown)


class _ReceivedSpan(Received):
    def __init__(self, traces: Recorded, span: Span) -> None:
        self._traces, self._span = traces, span
        self.trace = traces.text(span)

    def ended(self, status: int) -> None:
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:  # what a sender does wrong is no error of a server
            self._traces.fail(self._span, str(status))


def _of_messages(operation: str, flow: str) -> dict[str, str | int]:
    return {
        "messaging.system": SYSTEM,
        "messaging.destination.name": flow,
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
    }


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
