"""
The RESTlet address: `/app/site/hosting/restlet.nl?script=...&deploy=...`.

Here are the login, the concurrency limit, the size limit and the faults; the script's own rules
(deployment, audience, content types, answer forms) are the engine's, which runs in a thread because
it is synchronous.
"""

from __future__ import annotations

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.door.concurrency import Concurrency, TooManyCalls
from emulator.door.faults import Faults
from emulator.door.login import Login, LoginError
from emulator.door.replies import restlet_error, unexpected
from emulator.errors import EmulatorError, NetSuiteError
from emulator.ports import Account, Engine

PATH = "/app/site/hosting/restlet.nl"
METHODS = ("GET", "POST", "PUT", "DELETE")
# Input and output of a RESTlet are good for 10 MB (section_4640094112).
MAX_BYTES = 10 * 1024 * 1024
# Content types are compared exactly (section_4619215993); this one passes in practice.
_JSON_WITH_CHARSET = tuple(
    f"application/json;{blank}charset={name}" for blank in ("", " ") for name in ("utf-8", "UTF-8")
)


# The server's offer to cut the connection (see DroppingProtocol).
ABORT = "emulator.abort"


class _Lost(Response):
    """An answer that is lost on the way: the connection ends and nothing is said."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        scope["extensions"][ABORT]["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass


class Restlets:
    """Answers RESTlet calls of one account."""

    def __init__(
        self, account: Account, engine: Engine, login: Login, limit: Concurrency, faults: Faults
    ) -> None:
        self._account = account
        self._engine = engine
        self._login = login
        self._limit = limit
        self._faults = faults
        # Calls over the account's limit never get here, so this one never makes anybody wait.
        self._threads = anyio.CapacityLimiter(256)

    async def answer(self, request: Request) -> Response:
        """Run a RESTlet and answer as NetSuite does."""
        content_type = request.headers.get("content-type")
        if content_type in _JSON_WITH_CHARSET:
            content_type = "application/json"
        try:
            return await self._answer(request, content_type)
        except LoginError as refusal:
            headers = {"WWW-Authenticate": refusal.challenge} if refusal.challenge else None
            return restlet_error(refusal.error, content_type, headers)
        except TooManyCalls:
            error = NetSuiteError("SSS_REQUEST_LIMIT_EXCEEDED", "Request Limit Exceeded")
            return restlet_error(error, content_type)
        except NetSuiteError as error:
            return restlet_error(error, content_type)
        except EmulatorError as error:
            return restlet_error(unexpected(error), content_type)

    async def _answer(self, request: Request, content_type: str | None) -> Response:
        body = await _body(request)
        params = dict(request.query_params)
        script = self._scriptid(_argument(params, "script"))
        deploy = _argument(params, "deploy")
        if self._faults.take("unauthorized", script):
            raise self._login.refuse()
        # In a thread: the account answers only when no query or save holds its lock.
        session = await anyio.to_thread.run_sync(
            lambda: self._login.enter(request, scope="restlets", context="RESTLET"),
            limiter=self._threads,
        )
        with self._limit.place():
            if self._faults.take("http_500", script):
                raise NetSuiteError("UNEXPECTED_ERROR", "An unexpected error occurred.", status=500)
            slow = self._faults.take("slow", script)
            lost = self._faults.take("timeout_after_save", script)
            reply = await anyio.to_thread.run_sync(
                self._engine.restlet,
                session,
                script,
                deploy,
                request.method,
                params,
                body,
                content_type,
                limiter=self._threads,
            )
            if slow is not None:
                await anyio.sleep(slow.seconds)
        if lost is not None:
            return _Lost()
        return Response(reply.body, reply.status, media_type=reply.content_type)

    def _scriptid(self, script: str) -> str:
        """A script by its script id, or by its internal id: the place in the account's list."""
        if not script.isdecimal():
            return script
        scripts = self._account.scripts()
        number = int(script)
        return scripts[number - 1].scriptid if 0 < number <= len(scripts) else script


def _argument(params: dict[str, str], name: str) -> str:
    value = params.pop(name, "")
    if not value:
        raise NetSuiteError("SSS_MISSING_REQD_ARGUMENT", f"Missing a required argument: {name}")
    return value


async def _body(request: Request) -> bytes:
    body = await request.body()
    if len(body) > MAX_BYTES:
        raise NetSuiteError(
            "REQUEST_ENTITY_TOO_LARGE", "The request body is over 10 MB.", status=413
        )
    return body
