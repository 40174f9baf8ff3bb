"""The HTTP door of the account: its own addresses and the control API, as one Starlette application."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from email.utils import formatdate

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator.door import media, metadata, restlets, sdf, suitelets, suiteql, token
from emulator.door.broken import ENDING
from emulator.door.concurrency import Concurrency
from emulator.door.control import Accounts, Console, Control, Handles
from emulator.door.credentials import Credentials
from emulator.door.faults import Faults
from emulator.door.gate import Gate
from emulator.door.login import Login
from emulator.door.replies import rest_error, restlet_error
from emulator.errors import NetSuiteError
from emulator.ports import Account, Engine, Query

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """What the door opens to."""

    account: Account
    query: Query
    engine: Engine
    credentials: Credentials
    login: Login
    limit: Concurrency
    faults: Faults
    console: Console
    accounts: Accounts


def application(door: Door) -> ASGIApp:
    """The ASGI application; serve it with `DroppingProtocol`, or the fault that drops cannot."""
    gate = Gate(door.login, door.limit, door.faults)
    scripts = restlets.Restlets(door.account, door.engine, gate)
    pages = suitelets.SuiteletAddress(door.account, door.engine, door.login)
    queries = suiteql.SuiteqlAddress(door.account, door.query, gate)
    described = metadata.MetadataAddress(door.account, gate)
    tokens = token.TokenAddress(door.account.id, door.credentials, gate)
    projects = sdf.SdfAddress(door.console, door.credentials, gate)
    control = Control(
        door.console, Handles(door.account.id, door.faults, door.credentials, door.accounts)
    )
    routes = Starlette(
        routes=[
            Route(restlets.PATH, scripts.answer, methods=list(restlets.METHODS)),
            Route(suitelets.PATH, pages.answer, methods=list(suitelets.METHODS)),
            Route(suiteql.PATH, queries.answer, methods=["POST"]),
            Route(metadata.PATH, described.answer, methods=["GET"]),
            Route(metadata.PATH + "/{record}", described.answer, methods=["GET"]),
            Route(media.PATH, media.Media(door.account).answer, methods=["GET"]),
            Route(token.PATH, tokens.answer, methods=["POST"]),
            Route(sdf.PATH, projects.answer, methods=["POST"]),
            *control.routes(),
        ],
        exception_handlers={404: _not_found, 405: _not_allowed},
    )
    return _dated(routes, door.faults)


def _dated(app: ASGIApp, faults: Faults) -> ASGIApp:
    """The application with a Date header by the account's clock."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(faults.now(), usegmt=True).encode()
                message = {**message, "headers": [*message["headers"], (b"date", date)]}
            await send(message)

        await app(scope, receive, dated)

    return answer


async def _not_found(request: Request, _error: Exception) -> Response:
    path = request.url.path
    _log.warning("%s %s: the local account has nothing there", request.method, path)
    if path.startswith("/services/rest/"):
        error = NetSuiteError("NONEXISTENT_RECORD", f"The local account has no {path}.", status=404)
        return rest_error(error)
    message = f"Nothing is at {path}."
    return JSONResponse({"error": {"code": "NOT_FOUND", "message": message}}, 404)


async def _not_allowed(request: Request, _error: Exception) -> Response:
    error = NetSuiteError(
        "METHOD_NOT_ALLOWED", f"{request.method} is not for {request.url.path}.", status=405
    )
    if request.url.path.startswith("/services/rest/"):
        return rest_error(error)
    return restlet_error(error, "application/json")


class DroppingProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which lets the application cut the connection."""

    def on_message_begin(self) -> None:
        """Offer the cut to the application."""
        super().on_message_begin()
        self.scope["extensions"] = {
            ENDING: {"abort": self.transport.abort, "close": self.transport.close}
        }
