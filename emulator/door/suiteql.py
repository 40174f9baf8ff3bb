"""
SuiteQL over REST web services: `POST /services/rest/query/v1/suiteql`.

`Prefer: transient` is required; pages of at most 1,000 rows, an offset divisible by the limit
(section_158394344595, section_156414087576).
"""

from __future__ import annotations

import json
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.calls import Call
from emulator.door import rest
from emulator.door.gate import Gate
from emulator.door.hosts import signed_url
from emulator.door.replies import rest_error
from emulator.errors import NetSuiteError
from emulator.ports import Account, Query, Session

PATH = "/services/rest/query/v1/suiteql"
PAGE = 1000
# Rows that all pages together may reach without SuiteAnalytics Connect.
MOST_ROWS = 100_000


class SuiteqlAddress:
    """Answers SuiteQL calls of one account."""

    def __init__(self, account: Account, query: Query, gate: Gate) -> None:
        self._account = account
        self._query = query
        self._gate = gate

    async def answer(self, request: Request) -> Response:
        """A page of a query's rows."""

        async def work(session: Session) -> Response:
            try:
                return await self._page(request, session)
            except NetSuiteError as error:
                if error.code != "SSS_SEARCH_ERROR_OCCURRED":
                    raise
                detail = (
                    "Invalid search query. Detailed unprocessed description follows. "
                    f"{error.message}."
                )
                wrong = NetSuiteError("INVALID_PARAMETER", detail)
                return rest_error(self._outward(wrong), parameter="q")

        return await rest.answer(self._account, self._gate, request, Call("suiteql"), work)

    def _outward(self, error: NetSuiteError) -> NetSuiteError:
        return error.outward(self._account.switches())

    async def _page(self, request: Request, session: Session) -> Response:
        if "transient" not in request.headers.get("prefer", ""):
            error = NetSuiteError(
                "INVALID_HEADER", "Missing or invalid header 'Prefer': it must be 'transient'."
            )
            return rest_error(self._outward(error), header="Prefer")
        sql = _sql(await request.body())
        limit = _number(request, "limit", PAGE, 1, PAGE)
        offset = _number(request, "offset", 0, 0, MOST_ROWS)
        if offset % limit:
            error = NetSuiteError("INVALID_PARAMETER", "The offset must be divisible by the limit.")
            return rest_error(self._outward(error), parameter="offset")
        columns, rows = await anyio.to_thread.run_sync(
            lambda: self._query.run(session, sql, (), limit=MOST_ROWS)
        )
        page = rows[offset : offset + limit]
        more = offset + len(page) < len(rows)
        return JSONResponse(
            {
                "links": _links(request, limit, offset, len(rows)),
                "count": len(page),
                "hasMore": more,
                "items": [_item(columns, row) for row in page],
                "offset": offset,
                "totalResults": len(rows),
            },
            media_type="application/vnd.oracle.resource+json; type=collection",
        )


def _sql(body: bytes) -> str:
    try:
        sql = json.loads(body)["q"]
    except (ValueError, KeyError, TypeError):
        raise NetSuiteError("INVALID_CONTENT", 'The body must be {"q": "..."}.') from None
    return str(sql)


def _number(request: Request, name: str, default: int, lowest: int, highest: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise NetSuiteError(
            "INVALID_PARAMETER", f"{name} must be a number from {lowest} to {highest}."
        )
    return int(text)


def _item(columns: list[str], row: list[Any]) -> dict[str, Any]:
    """A row as REST gives it: everything is text, nothing is left out of an empty row but its empties."""
    item: dict[str, Any] = {"links": []}
    for name, value in zip(columns, row, strict=True):
        if value is not None:
            item[name] = str(value)
    return item


def _links(request: Request, limit: int, offset: int, total: int) -> list[dict[str, str]]:
    base = signed_url(request).partition("?")[0]

    def link(rel: str, start: int) -> dict[str, str]:
        return {"rel": rel, "href": f"{base}?limit={limit}&offset={start}"}

    links = [link("self", offset)]
    if offset:
        links += [link("first", 0), link("previous", max(offset - limit, 0))]
    if offset + limit < total:
        last = (total - 1) // limit * limit
        links += [link("next", offset + limit), link("last", last)]
    return links
