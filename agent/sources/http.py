"""
Documents of an address, page by page.

    position ─► address with {since} ─► answer ─► documents, newest watermark, how to ask on ─► …
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote, urlencode

from agent.bundle import InboundFlow
from agent.bundle import Source as Plan
from agent.documents import at, cut, elements, filled, parse, text_of
from agent.errors import Refused, TargetRefused
from agent.sources.model import Found, Page, Position
from agent.sources.watermarks import before, is_to_come, newer
from agent.targets.http import Answer, HttpTarget

# A page that a cursor or an address of an earlier day asks for, and that is not there any more.
_GONE = frozenset({400, 404, 410, 422})
_VERSION_SIGNS = 32


class HttpSource:
    """
    Asks one address (`agent.sources.model.Source`).

    Args:
        flow: the flow; it has a source by address.
        connection: the connection that the address is below.
    """

    def __init__(self, flow: InboundFlow, connection: HttpTarget) -> None:
        assert flow.source is not None
        self._flow = flow
        self._plan: Plan = flow.source
        self._connection = connection

    async def pages(self, position: Position) -> AsyncGenerator[Page, None]:
        """The pages of a round, from a position on."""
        resumed = position.page is not None
        asked, seen = position.page, set()
        newest = position.newest
        while True:
            mark = repr(asked)
            if mark in seen:
                raise TargetRefused("pages_repeat", "the source names a page again")
            seen.add(mark)
            try:
                answer = await self._ask(asked, position.since)
            except TargetRefused as error:
                if resumed and (error.status in _GONE or error.code == "other_host"):
                    raise TargetRefused("page_gone", str(error)) from error
                raise
            resumed = False
            value, found = self._documents(answer)
            if (path := self._plan.watermark) is not None:
                for one in found:
                    if not is_to_come(changed := at(one.value, path)):
                        newest = newer(changed, newest)
            asked = self._next(answer, value, len(found), asked)
            standing = Position(position.since, newest, asked)
            yield Page(tuple(found), standing if asked is not None else standing.ended())
            if asked is None:
                return

    # --- asking -------------------------------------------------------------------------------

    async def _ask(self, page: Any, since: Any) -> Answer:
        first = self._address(since, page)
        if isinstance(page, dict) and "address" in page:
            return await self._connection.ask(page["address"], self._connection.below("/"))
        return await self._connection.ask(first)

    def _address(self, since: Any, page: Any) -> str:
        """Path and query of a page; parameters whose {since} is not known yet are left out."""
        plan = self._plan
        start = plan.start if since is None else before(since, plan.overlap_seconds)
        known = {"since": start}
        path = filled(plan.path, known, lambda value: quote(value, safe=""))
        if path is None:
            raise TargetRefused("no_since", "the address needs a watermark, and there is none yet")
        params = {
            name: text
            for name, template in plan.params.items()
            if (text := filled(template, known, str)) is not None
        }
        pages = plan.pages
        if pages and pages.param and pages.kind == "number":
            params[pages.param] = str(pages.first if page is None else page["number"])
        elif pages and pages.param and page is not None:
            params[pages.param] = str(page[pages.kind])
        query = urlencode(params, quote_via=quote, safe=",")
        return path + ("?" + query if query else "")

    def _next(self, answer: Answer, value: Any, count: int, page: Any) -> Any:
        """How the next page is asked for; None after the last one."""
        pages = self._plan.pages
        if pages is None:
            return None
        if pages.kind == "link":
            return {"address": answer.joined(answer.next)} if answer.next else None
        if pages.kind in ("next", "cursor"):
            text = text_of(at(value, pages.path or ()))
            if text is None or text in ("false", "true"):
                return None
            return {"address": answer.joined(text)} if pages.kind == "next" else {"cursor": text}
        if pages.kind == "number":
            number = pages.first if page is None else page["number"]
            return {"number": number + 1} if count else None
        passed = 0 if page is None else page["offset"]
        return {"offset": passed + count} if count >= pages.size else None

    # --- reading ------------------------------------------------------------------------------

    def _documents(self, answer: Answer) -> tuple[Any, list[Found]]:
        """The answer's value, and its documents as they stand in it."""
        try:
            text, value = parse(answer.body)
        except Refused as error:
            raise TargetRefused(error.code, f"the answer: {error.message}") from error
        path = self._flow.items or ()
        inside = at(value, path)
        if isinstance(inside, list):
            texts, values = elements(cut(text, path) or ""), inside
        elif isinstance(inside, dict) and self._flow.items is None:
            texts, values = [text], [inside]
        elif cut(text, path) == "null":
            texts, values = [], []  # an empty list, as some write it
        else:
            where = ".".join(path) or "the answer"
            raise TargetRefused("not_a_list", f"{where} is no list of documents")
        return value, [
            self._one(part, document) for part, document in zip(texts, values, strict=True)
        ]

    def _one(self, text: str, document: Any) -> Found:
        if not isinstance(document, dict):
            raise TargetRefused("not_an_object", "a document of the answer is no JSON object")
        raw = text.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(raw).hexdigest()[:_VERSION_SIGNS]
        own = text_of(at(document, self._flow.id_path or ()))
        version = text_of(at(document, self._plan.version)) if self._plan.version else None
        # Without an id a document is told apart by itself; the account says what is wrong with it.
        return Found(own or f"#{digest}", version or digest, raw, document)
