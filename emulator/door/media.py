"""Files of the File Cabinet over HTTP: `/core/media/media.nl?id=...&c=...&h=...` (File.url)."""

from __future__ import annotations

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from emulator.account.files import MEDIA
from emulator.ports import Account

PATH = MEDIA


class Media:
    """Serves files that are available without login; for the others a browser would have to log in."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def answer(self, request: Request) -> Response:
        """The file, or 403: no file, wrong hash and not available without login look the same."""
        query = request.query_params
        number = query.get("id", "")
        found = None
        if number.isdecimal() and query.get("c") == self._account.id:
            found = await anyio.to_thread.run_sync(
                self._account.files.served, int(number), query.get("h", "")
            )
        if found is None:
            return PlainTextResponse("You do not have privileges to view this page.", 403)
        data, media_type = found
        return Response(data, media_type=media_type)
