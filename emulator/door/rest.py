"""What every address of REST web services shares: the way in, the permission, and errors in its form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from emulator.calls import Call
from emulator.door.concurrency import TooManyCalls
from emulator.door.gate import Gate
from emulator.door.login import LoginError
from emulator.door.replies import rest_error, unexpected
from emulator.errors import EmulatorError, NetSuiteError
from emulator.ports import Account, Session


async def answer(
    account: Account,
    gate: Gate,
    request: Request,
    call: Call,
    work: Callable[[Session], Awaitable[Response]],
) -> Response:
    """Do the work of a call of somebody who may use REST web services; what goes wrong is told as REST tells it."""
    if closed := gate.closed(call):
        return closed

    async def permitted(session: Session) -> Response:
        if not account.allows(session, "ADMI_RESTWEBSERVICES", "FULL"):
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "Permission Violation: You need the 'REST Web Services' permission.",
                status=403,
            )
        return await work(session)

    try:
        return await gate.through(request, call, "rest_webservices", "RESTWEBSERVICES", permitted)
    except LoginError as refusal:
        headers = {"WWW-Authenticate": refusal.challenge} if refusal.challenge else None
        error = refusal.error.outward(account.switches())
        code = "INVALID_LOGIN" if error.status == 401 else error.code
        return rest_error(NetSuiteError(code, error.message, status=error.status), headers=headers)
    except TooManyCalls:
        message = "The account's limit of concurrent requests is reached."
        error = NetSuiteError("CONCURRENCY_LIMIT_EXCEEDED", message, status=429)
        return rest_error(error.outward(account.switches()))
    except NetSuiteError as error:
        return rest_error(error.outward(account.switches()))
    except EmulatorError as error:
        return rest_error(unexpected(error))
