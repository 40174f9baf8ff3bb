"""
The RESTlet address: `/app/site/hosting/restlet.nl?script=...&deploy=...`.

Order of checks: fault, login, place of the concurrency limit, content type, script and deployment,
audience; then the script runs in a thread, because the engine is synchronous.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from emulator.door.concurrency import Concurrency, TooManyCalls
from emulator.door.faults import Faults
from emulator.door.login import Login, LoginError
from emulator.door.replies import restlet_error, unexpected
from emulator.errors import EmulatorError, NetSuiteError
from emulator.ports import Account, Deployment, Engine, Script, Session

PATH = "/app/site/hosting/restlet.nl"
METHODS = ("GET", "POST", "PUT", "DELETE")
# Input and output of a RESTlet are good for 10 MB (section_4640094112).
MAX_BYTES = 10 * 1024 * 1024
# Case counts and the value must match as a whole (section_4619215993); the charset is accepted in
# practice.
_CONTENT_TYPES = {
    "application/json": "application/json",
    "application/json; charset=utf-8": "application/json",
    "application/json;charset=utf-8": "application/json",
    "application/json; charset=UTF-8": "application/json",
    "application/json;charset=UTF-8": "application/json",
    "application/xml": "application/xml",
    "text/plain": "text/plain",
}


class Dropped(Exception):
    """The answer is lost on the way."""


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
        """
        Run a RESTlet and answer as NetSuite does.

        Raises:
            Dropped: fault `timeout_after_save`: the script ran, the answer is lost.
        """
        content_type = _CONTENT_TYPES.get(request.headers.get("content-type", ""))
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
        script = params.pop("script", None)
        deploy = params.pop("deploy", None)
        if self._faults.take("unauthorized", script):
            raise self._login.refuse()
        session = self._login.enter(request, scope="restlets", context="RESTLET")
        with self._limit.place():
            if self._faults.take("http_500", script):
                raise NetSuiteError("UNEXPECTED_ERROR", "An unexpected error occurred.", status=500)
            if request.method in ("POST", "PUT") and content_type is None:
                raise NetSuiteError(
                    "SSS_INVALID_CONTENT_TYPE"
                    if "content-type" in request.headers
                    else "UNSUPPORTED_MEDIA_TYPE",
                    f"Content-Type '{request.headers.get('content-type', '')}' is not accepted.",
                    status=415,
                )
            found, deployment = self._find(script, deploy)
            self._check_audience(session, deployment)
            slow = self._faults.take("slow", script)
            lost = self._faults.take("timeout_after_save", script)
            reply = await anyio.to_thread.run_sync(
                self._engine.restlet,
                session,
                found.scriptid,
                deployment.scriptid,
                request.method,
                params,
                body,
                content_type,
                limiter=self._threads,
            )
            if slow is not None:
                await anyio.sleep(slow.seconds)
        if lost is not None:
            raise Dropped
        return Response(reply.body, reply.status, media_type=reply.content_type)

    def _find(self, script: str | None, deploy: str | None) -> tuple[Script, Deployment]:
        """A script and its deployment by script ids or by internal ids."""
        for name, value in (("script", script), ("deploy", deploy)):
            if not value:
                raise NetSuiteError(
                    "SSS_MISSING_REQD_ARGUMENT", f"Missing a required argument: {name}"
                )
        assert script is not None
        assert deploy is not None
        found = _pick(self._account.scripts(), script)
        deployment = _pick(found.deployments, deploy) if found else None
        live = deployment is not None and deployment.deployed
        if found is None or deployment is None or not live or found.type.lower() != "restlet":
            raise NetSuiteError(
                "SSS_INVALID_SCRIPTLET_ID",
                "That Suitelet is invalid, disabled, or no longer exists.",
                status=404,
            )
        return found, deployment

    @staticmethod
    def _check_audience(session: Session, deployment: Deployment) -> None:
        if session.role == "ADMINISTRATOR" or deployment.all_roles:
            return
        if session.role not in deployment.roles or deployment.status == "TESTING":
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "You do not have privileges to view this page.",
                status=403,
            )


def _pick(listed: Sequence[Any], id: str) -> Any:  # noqa: A002
    """By script id, or by internal id: the place in the account's list."""
    if id.isdecimal():
        number = int(id)
        return listed[number - 1] if 0 < number <= len(listed) else None
    return next((one for one in listed if one.scriptid == id.lower()), None)


async def _body(request: Request) -> bytes:
    body = await request.body()
    if len(body) > MAX_BYTES:
        raise NetSuiteError(
            "REQUEST_ENTITY_TOO_LARGE", "The request body is over 10 MB.", status=413
        )
    return body
