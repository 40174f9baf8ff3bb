"""
Requests of a script to its own account: RESTlets, Suitelets and SuiteQL over REST web services.

They run as the user of the script that asks, without a login, and in the same worker: the script
waits for them. Sources: help topics bridgehead_159215430391, section_159139347369.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import Account, Query
from emulator.scripts.addresses import key, required
from emulator.scripts.execution import Execution
from emulator.scripts.governance import HTTPS
from emulator.scripts.host_https import is_text
from emulator.scripts.restlet import Restlets
from emulator.scripts.suitelets import Suitelets

Args = dict[str, Any]
REST = "/services/rest/"
SUITELET = "/app/site/hosting/scriptlet.nl"
SUITEQL = "query/v1/suiteql"
MOST_ROWS = 100_000
PAGE = 1_000


class Internal:
    """https.requestRestlet, https.requestSuitelet and https.requestSuiteTalkRest."""

    def __init__(
        self, account: Account, query: Query, restlets: Restlets, suitelets: Suitelets
    ) -> None:
        self._account = account
        self._query = query
        self._restlets = restlets
        self._suitelets = suitelets

    def restlet(self, execution: Execution, args: Args) -> dict[str, Any]:
        """A RESTlet by script id and deployment id."""
        execution.charge("https.requestRestlet", HTTPS)
        headers = {name.lower(): value for name, value in args["headers"].items()}
        reply = self._restlets.call(
            execution.session,
            args["script"],
            args["deploy"],
            args["method"],
            args["params"],
            args["body"].encode(),
            headers.get("content-type", "application/json"),
            parent=execution,
        )
        return _answer(reply.status, reply.body.decode(), reply.content_type)

    def suitelet(self, execution: Execution, args: Args) -> dict[str, Any]:
        """A Suitelet by script id and deployment id: as the user, or as a visitor of its external URL."""
        execution.charge("https.requestSuitelet", HTTPS)
        script, deployment = required(self._account, args["script"], args["deploy"])
        request = {
            "method": args["method"],
            "url": SUITELET,
            "parameters": args["params"],
            "headers": {name.lower(): str(value) for name, value in args["headers"].items()},
            "body": args["body"],
            "clientIpAddress": "127.0.0.1",
            "files": {},
        }
        reply = self._suitelets.call(
            None if args["external"] else execution.session,
            args["script"],
            args["deploy"],
            request,
            key(self._account, script, deployment) if args["external"] else None,
            parent=execution,
        )
        headers = dict(reply.headers)
        return {"code": reply.status, "body": self._text(reply.body, headers), "headers": headers}

    def _text(self, body: bytes, headers: Mapping[str, str]) -> str:
        """What a script sees of an answer: binary contents as base 64, as from any other host."""
        named = {name.lower(): value for name, value in headers.items()}
        if is_text(named.get("content-type", "")):
            return body.decode("utf-8", "replace")
        if self._account.switches()["binary_bodies_are_base64"]:
            return base64.b64encode(body).decode()
        return body.decode("utf-8", "replace")

    def rest(self, execution: Execution, args: Args) -> dict[str, Any]:
        """SuiteQL by its REST address; every other address is refused by name."""
        execution.charge("https.requestSuiteTalkRest", HTTPS)
        parts = urlsplit(args["url"])
        path = parts.path.lstrip("/").removeprefix(REST.lstrip("/"))
        if parts.netloc and not parts.path.startswith(REST):
            raise NetSuiteError("SSS_INVALID_URL", f"No SuiteTalk REST endpoint: {args['url']}")
        if path.rstrip("/") != SUITEQL:
            raise UnsupportedError(f"The emulator does not have REST web services at {path}.")
        if not self._account.allows(execution.session, "ADMI_RESTWEBSERVICES", "FULL"):
            return _failure(403, "INSUFFICIENT_PERMISSION", "You need 'REST Web Services'.")
        headers = {name.lower(): str(value) for name, value in args["headers"].items()}
        if "transient" not in headers.get("prefer", ""):
            return _failure(400, "INVALID_HEADER", "Missing or invalid header 'Prefer'.")
        try:
            sql = str(json.loads(args["body"])["q"])
        except (ValueError, KeyError, TypeError):
            return _failure(400, "INVALID_CONTENT", 'The body must be {"q": "..."}.')
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        limit, offset = int(asked.get("limit", PAGE)), int(asked.get("offset", 0))
        try:
            columns, rows = self._query.run(execution.session, sql, (), limit=MOST_ROWS)
        except NetSuiteError as error:
            return _failure(400, "INVALID_PARAMETER", error.message)
        page = rows[offset : offset + limit]
        items = [
            {
                "links": [],
                **{k: str(v) for k, v in zip(columns, row, strict=True) if v is not None},
            }
            for row in page
        ]
        body = {
            "links": [],
            "count": len(page),
            "hasMore": offset + len(page) < len(rows),
            "items": items,
            "offset": offset,
            "totalResults": len(rows),
        }
        return _answer(200, json.dumps(body), "application/vnd.oracle.resource+json")


def _answer(status: int, body: str, content_type: str) -> dict[str, Any]:
    return {"code": status, "body": body, "headers": {"Content-Type": content_type}}


def _failure(status: int, code: str, detail: str) -> dict[str, Any]:
    body = {"status": status, "o:errorDetails": [{"detail": detail, "o:errorCode": code}]}
    return _answer(status, json.dumps(body), "application/vnd.oracle.resource+json")
