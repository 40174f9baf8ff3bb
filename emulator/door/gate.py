"""
What every call of the account passes: faults, the login, the concurrency limit, and faults again.

    maintenance, dropped ─► login ─► place ─► error ─► work ─► slow ─► lost, half, trickling answer
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from emulator.calls import Call, current
from emulator.door.broken import Cut, Half, Trickle, page
from emulator.door.concurrency import Concurrency
from emulator.door.faults import Faults
from emulator.door.login import Login
from emulator.errors import NetSuiteError
from emulator.ports import Session


class Gate:
    """The one way in for RESTlet and SuiteQL calls."""

    def __init__(self, login: Login, limit: Concurrency, faults: Faults) -> None:
        self._login = login
        self._limit = limit
        self._faults = faults
        # Calls over the account's limit never get here, so this one never makes anybody wait.
        self.threads = anyio.CapacityLimiter(256)

    def closed(self, call: Call) -> Response | None:
        """The answer of an account that hears nobody; None where it does."""
        if self._faults.take("maintenance", call):
            return page(503)
        if self._faults.take("dropped_before", call):
            return Cut()
        return None

    async def through(
        self,
        request: Request,
        call: Call,
        scope: str,
        context: str,
        work: Callable[[Session], Awaitable[Response]],
    ) -> Response:
        """
        Do the work of a call in a session of its own.

        Raises:
            LoginError: the caller is not let in. TooManyCalls: no place is free.
            NetSuiteError: what a fault or the work says.
        """
        if self._faults.take("unauthorized", call):
            raise self._login.refuse()
        # In a thread: the account answers only when no query or save holds its lock.
        session, call.integration = await anyio.to_thread.run_sync(
            lambda: self._login.enter(request, scope=scope, context=context), limiter=self.threads
        )
        with self._limit.place(call.integration):
            if broken := self.failing(call):
                return broken
            token = current.set(call)
            try:
                reply = await work(session)
            finally:
                current.reset(token)
            if slow := self._faults.take("slow", call):
                call.owed += slow.seconds
            if call.owed:
                await anyio.sleep(call.owed)
        return await self._sent(call, reply)

    def failing(self, call: Call) -> Response | None:
        """The page that a proxy before the account answers with; NetSuiteError where it is the account."""
        for name in ("http_500", "http_error"):
            strike = self._faults.take(name, call)
            if strike is not None and strike.status not in (None, 500):
                return page(int(strike.status or 500))
            if strike is not None:
                raise NetSuiteError("UNEXPECTED_ERROR", "An unexpected error occurred.", status=500)
        return None

    async def _sent(self, call: Call, reply: Response) -> Response:
        if lost := self._faults.take("timeout_after_save", call):
            await anyio.sleep(lost.seconds)
            return Cut() if lost.status is None else page(lost.status)
        if self._faults.take("half_answer", call):
            return Half(reply)
        if slow := self._faults.take("slow_connection", call):
            return Trickle(reply, slow.seconds)
        return reply
