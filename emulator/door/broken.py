"""Answers that go wrong on the way: cut, halved, trickling, or a page of the proxy before the account."""

from __future__ import annotations

from http.client import responses

import anyio
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

# The server's offer to end the connection (see DroppingProtocol).
ENDING = "emulator.ending"
_PIECES = 10


class Cut(Response):
    """The connection ends and nothing is said."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        scope["extensions"][ENDING]["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass


class Half(Response):
    """The headers promise an answer, and half of it comes."""

    def __init__(self, whole: Response) -> None:
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers
        self._whole = bytes(whole.body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        await send(_start(self))
        half = self._whole[: len(self._whole) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        scope["extensions"][ENDING]["close"]()
        while (await receive())["type"] != "http.disconnect":
            pass


class Trickle(Response):
    """The answer comes in pieces, over some seconds."""

    def __init__(self, whole: Response, seconds: float) -> None:
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers
        self._whole = bytes(whole.body)
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        await send(_start(self))
        size = max(1, -(-len(self._whole) // _PIECES))
        for start in range(0, len(self._whole), size):
            await anyio.sleep(self._seconds / _PIECES)
            piece = self._whole[start : start + size]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def page(status: int) -> Response:
    """A page for people, as proxies and an account under maintenance give it to every caller."""
    title = responses.get(status, "Error")
    text = (
        f"<!DOCTYPE html><html><head><title>{status} {title}</title></head>"
        f"<body><h1>{title}</h1><p>The account is not available at the moment.</p></body></html>"
    )
    return HTMLResponse(text, status)


def _start(response: Response) -> dict[str, object]:
    return {
        "type": "http.response.start",
        "status": response.status_code,
        "headers": response.raw_headers,
    }
