"""
The agent's door.

    POST /in/<flow>          documents from other systems
    POST /netsuite/events    events of the account
    GET  /healthz /readyz    alive; the store takes events
    GET  /metrics            Prometheus
    GET  /status             lanes, alarms, outbox (with the agent's token)
    POST /retry              try events again (with the agent's token)
    POST /discard            give events up, with a reason (with the agent's token)
    POST /edit/<event>       another body for an event, which is tried again (with the agent's token)
    POST /poll/<flow>        poll a flow now (with the agent's token)
    POST /send/<flow>        a document from the operator (with the agent's token)

Size, flow, signature, JSON, in this order; then one commit, then 2xx.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, Protocol, TypeVar

import structlog
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from agent.bundle import Bundle, InboundFlow
from agent.bundle import Verify as VerifyPlan
from agent.config import IngressSection
from agent.documents import storable
from agent.errors import Refused, SecretMissing, SignatureError, UserError
from agent.inbox.model import Call, Filter, Incoming, Replayed
from agent.inbox.states import State
from agent.inbox.store import Store
from agent.ingress import editing, headers, intake, peers
from agent.ingress.verify import verify
from agent.metrics import Metrics
from agent.secrets import Secrets
from agent.tracing import Received, Traces

log = structlog.get_logger("agent.ingress")

Prove = Callable[[Request, InboundFlow, bytes], str | None]

EVENT_SECRETS = ("events_a", "events_b")


class Inside(Protocol):
    """What the door asks of the service behind it."""

    def arrived(self, flow: str) -> None:
        """New events are in the inbox."""

    async def poll(self, flow: str) -> bool:
        """Poll a flow now; False where there is no such poll."""

    def status(self) -> dict[str, Any]:
        """Lanes, alarms and outbox, JSON."""

    @property
    def ready(self) -> bool:
        """Whether events are taken."""

    @property
    def keeps_calls(self) -> bool:
        """Whether calls are kept as they came."""


@dataclass(slots=True)
class Door:
    """Everything that the routes need. Bundle and configuration are replaced by `serve` alone."""

    bundle: Bundle
    environment: str
    config: IngressSection
    secrets: Secrets
    store: Store
    metrics: Metrics
    inside: Inside
    clock: Callable[[], float] = time.time
    traces: Traces = field(default_factory=Traces)

    def serve(self, bundle: Bundle, config: IngressSection) -> None:
        """Answer by another bundle and configuration from now on."""
        self.bundle, self.config = bundle, config

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/in/{flow:path}", self.documents, methods=["POST"]),
                Route("/netsuite/events", self.events, methods=["POST"]),
                Route("/healthz", self.healthz),
                Route("/readyz", self.readyz),
                Route("/metrics", self.prometheus),
                Route("/status", self.status),
                Route("/retry", self.retry, methods=["POST"]),
                Route("/discard", self.discard, methods=["POST"]),
                Route("/edit/{event:int}", self.edit, methods=["POST"]),
                Route("/poll/{flow:path}", self.poll, methods=["POST"]),
                Route("/send/{flow:path}", self.send, methods=["POST"]),
            ]
        )

    # --- ways in ------------------------------------------------------------------------------

    async def documents(self, request: Request) -> Response:
        """Documents for a flow, from whoever the flow knows."""
        return await self._documents(request, self._proven, "webhook")

    async def send(self, request: Request) -> Response:
        """A document from the operator (`suiteloom-agent send`)."""
        return await self._documents(request, self._operator, "send")

    async def _documents(self, request: Request, prove: Prove, origin: str) -> Response:
        name = request.path_params["flow"]
        flow = self.bundle.inbound(self.environment).get(name)
        label = name if flow else "unknown"

        async def take(received: Received) -> Response:
            if flow is not None and origin == "webhook":  # an operator has the agent's token
                peers.admit(request, flow.allow_from, self.config.trusted_proxies)
            body = await self._body(request)
            if flow is None:
                raise Refused("unknown_flow", "no such inbound flow", status=404)
            hint = prove(request, flow, body)
            rows = intake.documents(flow, body, hint, origin, self._call(request, body))
            new = await self.store.accept(_traced(rows, received))
            self.metrics.accepted.labels(flow.flow, origin).inc(sum(new))
            self.metrics.repeated.labels(flow.flow).inc(len(new) - sum(new))
            if any(new):
                self.inside.arrived(flow.flow)
            status, answer = intake.answer(new)
            return JSONResponse(answer, status)

        route = "/in/{flow}" if origin == "webhook" else "/send/{flow}"
        return await self._received(route, label, request, take)

    async def events(self, request: Request) -> Response:
        """Events of the account."""

        async def take(received: Received) -> Response:
            body = await self._body(request)
            values = [
                value
                for name in EVENT_SECRETS
                if self.secrets.find(name)
                for value in self.secrets.accepted(name)
            ]
            self._verify("standard_webhooks", {}, values, request, body)
            row = intake.event(self.bundle, self.environment, body, self._call(request, body))
            new = await self.store.accept(_traced([row], received))
            if any(new):
                self.metrics.accepted.labels(row.flow, "netsuite").inc()
                self.inside.arrived(row.flow)
            else:
                self.metrics.repeated.labels(row.flow).inc()
            status, answer = intake.answer(new)
            return JSONResponse(answer, status)

        return await self._received("/netsuite/events", "netsuite", request, take)

    async def _received(
        self,
        route: str,
        label: str,
        request: Request,
        take: Callable[[Received], Awaitable[Response]],
    ) -> Response:
        """As `_answer`, with a span; what is taken belongs to its trace."""
        with self.traces.receive(route, request.headers) as received:
            response = await self._answer(label, partial(take, received))
            received.ended(response.status_code)
        return response

    async def _answer(self, label: str, take: Any) -> Response:
        try:
            response: Response = await take()
        except Refused as refused:
            headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after else None
            response = JSONResponse(
                {"error": {"code": refused.code, "message": refused.message}},
                refused.status,
                headers,
            )
        except UserError as error:
            # A fault of ours (a secret without a value): the sender keeps its event and comes
            # again.
            log.error("cannot_verify", flow=label, reason=str(error))  # noqa: TRY400 - said in one sentence
            response = JSONResponse(
                {"error": {"code": "not_configured", "message": "try again later"}},
                503,
                {"Retry-After": "60"},
            )
        except ClientDisconnect:
            response = Response(status_code=400)
        self.metrics.ingress.labels(label, str(response.status_code)).inc()
        if response.status_code >= 400:
            log.info("refused", flow=label, status=response.status_code)
        return response

    async def _body(self, request: Request) -> bytes:
        most = self.config.max_body
        refused = Refused("too_large", f"more than {most} bytes", status=413)
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > most:
            raise refused
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise refused
        return bytes(body)

    def _call(self, request: Request, body: bytes) -> Call | None:
        """The call, as it is kept."""
        return Call(headers.kept(request.headers), body) if self.inside.keeps_calls else None

    def _proven(self, request: Request, flow: InboundFlow, body: bytes) -> str | None:
        """Prove the sender; returns its own id for the call."""
        plan: VerifyPlan | None = flow.verify
        if plan is None:
            self._token(request)
            return request.headers.get("webhook-id")
        if plan.kind == "client_certificate":
            peers.prove_certificate(plan.options, request, self.config, self.clock())
            return request.headers.get("webhook-id")
        secret = self.secrets.accepted(plan.secret) if plan.secret else []
        return self._verify(plan.kind, dict(plan.options), secret, request, body)

    def _operator(self, request: Request, flow: InboundFlow, body: bytes) -> str | None:  # noqa: ARG002 - the shape of _proven
        self._token(request)
        return request.headers.get("webhook-id")

    def _verify(
        self,
        kind: str,
        options: dict[str, Any],
        secrets: list[str],
        request: Request,
        body: bytes,
    ) -> str | None:
        url = str(request.url)
        if self.config.public_url:
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            url = self.config.public_url.rstrip("/") + path
        options.setdefault("tolerance_seconds", self.config.tolerance_seconds)
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = verify(kind, options, secrets, request.method, url, headers, body, self.clock())
        return call.id_hint

    def _token(self, request: Request) -> None:
        """The agent's own bearer token; there is no open door."""
        try:
            tokens = self.secrets.accepted(self.config.token)
        except SecretMissing as error:
            raise SignatureError("this address wants the agent's token") from error
        given = request.headers.get("authorization", "").encode()
        # Every one is compared, whatever the outcome.
        equal = [hmac.compare_digest(given, f"Bearer {token}".encode()) for token in tokens]
        if not any(equal):
            raise SignatureError("this address wants the agent's token")

    # --- looking in ---------------------------------------------------------------------------

    async def healthz(self, _request: Request) -> Response:
        """The process is alive."""
        return PlainTextResponse("ok\n")

    async def readyz(self, _request: Request) -> Response:
        """Events are taken."""
        ready = self.inside.ready
        return PlainTextResponse("ok\n" if ready else "stopping\n", 200 if ready else 503)

    async def prometheus(self, _request: Request) -> Response:
        """Metrics."""
        return PlainTextResponse(self.metrics.text(), media_type="text/plain; version=0.0.4")

    async def status(self, request: Request) -> Response:
        """Lanes, alarms and the account's outbox."""

        async def look() -> Response:
            self._token(request)
            return JSONResponse(self.inside.status())

        return await self._answer("status", look)

    async def poll(self, request: Request) -> Response:
        """Poll a flow now instead of at its next time."""
        name = request.path_params["flow"]

        async def begin() -> Response:
            self._token(request)
            if not await self.inside.poll(name):
                raise Refused("unknown_flow", f"no polled flow '{name}'", status=404)
            return JSONResponse({"polling": name}, 202)

        return await self._answer("poll", begin)

    async def retry(self, request: Request) -> Response:
        """Try held, dead and waiting events again at once."""

        async def again() -> Response:
            self._token(request)
            wanted = _asked(_Retried, await self._body(request))
            done = await self.store.replay(
                wanted.chosen(), force=wanted.force, dry_run=wanted.dry_run
            )
            return self._replayed(done)

        return await self._answer("retry", again)

    async def discard(self, request: Request) -> Response:
        """Give events up."""

        async def give_up() -> Response:
            self._token(request)
            wanted = _asked(_Discarded, await self._body(request))
            which = wanted.chosen()
            if which == Filter(limit=which.limit):
                raise Refused("bad_request", "say which events", status=400)
            gone = await self.store.discard(
                which, wanted.reason, wanted.who, dry_run=wanted.dry_run
            )
            return JSONResponse({"discarded": gone})

        return await self._answer("discard", give_up)

    async def edit(self, request: Request) -> Response:
        """Another body for an event."""

        async def change() -> Response:
            self._token(request)
            event = request.path_params["event"]
            row = await self.store.show(event) if event < 2**63 else None
            if row is None:
                raise Refused("no_event", f"no event {event}", status=404)
            body = editing.edited(self.bundle, self.environment, row, await self._body(request))
            who = storable(request.query_params.get("who") or "an operator")
            force = request.query_params.get("force") == "true"
            done = await self.store.edit(event, body, who, force=force)
            if not done.replayed and not done.superseded:
                raise Refused("not_now", f"event {event} is {row['state']}", status=409)
            return self._replayed(done)

        return await self._answer("edit", change)

    def _replayed(self, done: Replayed) -> Response:
        for flow in self.bundle.flows:
            self.inside.arrived(flow)
        return JSONResponse({"replayed": done.replayed, "superseded": list(done.superseded)})


Stored = Annotated[str, AfterValidator(storable)]
Seconds = Annotated[float, Field(ge=0, le=1e11)]


class _Chosen(BaseModel):
    """Which events an operator means."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    flow: Stored | None = None
    states: list[State] | None = None
    key: Stored | None = None
    ids: list[Annotated[int, Field(ge=0, lt=2**63)]] | None = None
    code: Stored | None = None
    since: Seconds | None = None
    until: Seconds | None = None
    limit: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    dry_run: bool = False

    def chosen(self) -> Filter:
        """As the store takes it."""
        return Filter(
            flow=self.flow,
            states=tuple(self.states or ()),
            key=self.key,
            ids=tuple(self.ids or ()),
            code=self.code,
            since=self.since,
            until=self.until,
            limit=self.limit,
        )


class _Retried(_Chosen):
    """Which events an operator wants tried again."""

    force: bool = False


class _Discarded(_Chosen):
    """Which events an operator gives up, and why."""

    reason: Annotated[Stored, Field(min_length=1, max_length=2_000)]
    who: Annotated[Stored, Field(max_length=200)] = "an operator"


Asked = TypeVar("Asked", bound=BaseModel)


def _asked(model: type[Asked], body: bytes) -> Asked:
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = f"{place}: {first['msg']}" if place else str(first["msg"])
        raise Refused("bad_request", message, status=400) from error


def _traced(rows: Sequence[Incoming], received: Received) -> Sequence[Incoming]:
    """The rows, in the trace of the call that brought them."""
    trace = received.trace
    return rows if trace is None else [replace(row, trace=trace) for row in rows]
