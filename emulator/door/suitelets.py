"""
The Suitelet address: `/app/site/hosting/scriptlet.nl?script=...&deploy=...`.

Inside the account a caller is logged in; here that is a signed request or an access token, as for
RESTlets, because there are no browser sessions. Without a login the address needs `compid` and the
key `ns-at` (or `h`) of the Suitelet's external URL.
"""

from __future__ import annotations

import base64
from typing import Any

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from emulator.door.hosts import FORM
from emulator.door.login import Login, LoginError
from emulator.errors import EmulatorError
from emulator.ports import Account, Engine, PageReply

PATH = "/app/site/hosting/scriptlet.nl"
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_TYPES = {
    "csv": "CSV", "html": "HTMLDOC", "js": "JAVASCRIPT", "json": "JSON", "pdf": "PDF", "png": "PNGIMAGE",
    "jpg": "JPGIMAGE", "txt": "PLAINTEXT", "xml": "XMLDOC", "zip": "ZIP",
}  # fmt: skip


class SuiteletAddress:
    """Answers calls of Suitelets."""

    def __init__(self, account: Account, engine: Engine, login: Login) -> None:
        self._account = account
        self._engine = engine
        self._login = login

    async def answer(self, request: Request) -> Response:
        """Run a Suitelet and answer with what it wrote."""
        query = request.query_params
        facts = await self._facts(request)
        key = query.get("ns-at") or query.get("h")
        session = None
        if "authorization" in request.headers:
            try:
                session, _ = await anyio.to_thread.run_sync(
                    lambda: self._login.enter(request, scope="restlets", context="SUITELET")
                )
            except LoginError as refusal:
                headers = {"WWW-Authenticate": refusal.challenge} if refusal.challenge else None
                return Response(refusal.error.message, refusal.error.status, headers)
        elif query.get("compid") != self._account.id:
            key = None  # an external URL names its account
        try:
            reply: PageReply = await anyio.to_thread.run_sync(
                lambda: self._engine.suitelet(
                    session, query.get("script", ""), query.get("deploy", ""), facts, key
                )
            )
        except EmulatorError as error:
            return Response(str(error), 500, media_type="text/plain")
        response = Response(reply.body, reply.status)
        for name, value in reply.headers:
            response.headers.append(name, value)
        return response

    @staticmethod
    async def _facts(request: Request) -> dict[str, Any]:
        """The request as the script sees it; the address's own parameters are among the others."""
        parameters: dict[str, Any] = dict(request.query_params)
        files: dict[str, Any] = {}
        body = ""
        kind = request.headers.get("content-type", "").split(";")[0].strip()
        if kind == FORMS[0]:
            request.scope[FORM] = (await request.body()).decode("latin-1")
        if kind in FORMS:
            async with request.form() as form:
                for name, value in form.multi_items():
                    if isinstance(value, UploadFile):
                        files[name] = _file(value.filename or name, await value.read())
                    elif name in parameters and name not in request.query_params:
                        parameters[name] += "\u0005" + value  # several values of a multi-select
                    else:
                        parameters[name] = value
        else:
            body = (await request.body()).decode("utf-8", "replace")
        return {
            "method": request.method,
            "url": str(request.url.replace(query="")),
            "parameters": parameters,
            "headers": dict(request.headers),
            "body": body,
            "clientIpAddress": request.client.host if request.client else "127.0.0.1",
            "files": files,
        }


def _file(name: str, content: bytes) -> dict[str, str]:
    """A file that a form sent, as N/file makes one: text where it is text, else base64."""
    kind = _TYPES.get(name.rsplit(".", 1)[-1].lower(), "PLAINTEXT")
    try:
        return {"name": name, "fileType": kind, "contents": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"name": name, "fileType": kind, "contents": base64.b64encode(content).decode()}
