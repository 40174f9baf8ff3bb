"""The HTTP door of the account: its own addresses and the control API, as one Starlette application."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator.door import media, restlets, suitelets, suiteql, token
from emulator.door.concurrency import Concurrency
from emulator.door.control import Console, Control
from emulator.door.credentials import Credentials
from emulator.door.faults import Faults
from emulator.door.login import Login
from emulator.ports import Account, Engine, Query


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


def application(door: Door) -> ASGIApp:
    """The ASGI application; serve it with `DroppingProtocol`, or the fault that drops cannot."""
    scripts = restlets.Restlets(door.account, door.engine, door.login, door.limit, door.faults)
    pages = suitelets.SuiteletAddress(door.account, door.engine, door.login)
    queries = suiteql.SuiteqlAddress(door.account, door.query, door.login, door.limit, door.faults)
    tokens = token.TokenAddress(door.account.id, door.credentials)
    control = Control(door.console, door.faults)
    return Starlette(
        routes=[
            Route(restlets.PATH, scripts.answer, methods=list(restlets.METHODS)),
            Route(suitelets.PATH, pages.answer, methods=list(suitelets.METHODS)),
            Route(suiteql.PATH, queries.answer, methods=["POST"]),
            Route(media.PATH, media.Media(door.account).answer, methods=["GET"]),
            Route(token.PATH, tokens.answer, methods=["POST"]),
            *control.routes(),
        ],
        exception_handlers={404: _not_found},
    )


async def _not_found(request: Request, _error: Exception) -> Response:
    message = f"Nothing is at {request.url.path}."
    return JSONResponse({"error": {"code": "NOT_FOUND", "message": message}}, 404)


class DroppingProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which lets the application cut the connection."""

    def on_message_begin(self) -> None:
        """Offer the cut to the application."""
        super().on_message_begin()
        self.scope["extensions"] = {restlets.ABORT: {"abort": self.transport.abort}}
