"""
The RESTlet address: `/app/site/hosting/restlet.nl?script=...&deploy=...`.

Here is the size limit, at the gate the login, the concurrency limit and the faults; the script's
own rules (deployment, audience, content types, answer forms) are the engine's, which runs in a
thread because it is synchronous.
"""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from emulator.calls import Call
from emulator.door.concurrency import TooManyCalls
from emulator.door.gate import Gate
from emulator.door.login import LoginError
from emulator.door.replies import restlet_error, unexpected
from emulator.errors import EmulatorError, NetSuiteError
from emulator.ports import Account, Engine, Session

PATH = "/app/site/hosting/restlet.nl"
METHODS = ("GET", "POST", "PUT", "DELETE")
# Input and output of a RESTlet are good for 10 MB (section_4640094112).
MAX_BYTES = 10 * 1024 * 1024
# Content types are compared exactly (section_4619215993); this one passes in practice.
_JSON_WITH_CHARSET = tuple(
    f"application/json;{blank}charset={name}" for blank in ("", " ") for name in ("utf-8", "UTF-8")
)


class Restlets:
    """Answers RESTlet calls of one account."""

    def __init__(self, account: Account, engine: Engine, gate: Gate) -> None:
        self._account = account
        self._engine = engine
        self._gate = gate

    async def answer(self, request: Request) -> Response:
        """Run a RESTlet and answer as NetSuite does."""
        content_type = request.headers.get("content-type")
        if content_type in _JSON_WITH_CHARSET and self._account.switches()["restlet_json_charset"]:
            content_type = "application/json"
        params = dict(request.query_params)
        call = Call("restlet", self._scriptid(params.get("script", "")) or None)
        if closed := self._gate.closed(call):
            return closed
        try:
            return await self._answer(request, call, params, content_type)
        except LoginError as refusal:
            headers = {"WWW-Authenticate": refusal.challenge} if refusal.challenge else None
            return restlet_error(self._outward(refusal.error), content_type, headers)
        except TooManyCalls:
            error = NetSuiteError("SSS_REQUEST_LIMIT_EXCEEDED", "Request Limit Exceeded")
            return restlet_error(self._outward(error), content_type)
        except NetSuiteError as error:
            return restlet_error(self._outward(error), content_type)
        except EmulatorError as error:
            return restlet_error(unexpected(error), content_type)

    def _outward(self, error: NetSuiteError) -> NetSuiteError:
        return error.outward(self._account.switches())

    async def _answer(
        self, request: Request, call: Call, params: dict[str, str], content_type: str | None
    ) -> Response:
        body = await _body(request)
        _argument(params, "script")
        deploy = _argument(params, "deploy")

        async def work(session: Session) -> Response:
            reply = await anyio.to_thread.run_sync(
                self._engine.restlet,
                session,
                call.script or "",
                deploy,
                request.method,
                params,
                body,
                content_type,
                limiter=self._gate.threads,
            )
            return Response(reply.body, reply.status, media_type=reply.content_type)

        return await self._gate.through(request, call, "restlets", "RESTLET", work)

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
