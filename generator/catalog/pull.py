"""
Asks an account for its metadata catalogue, over HTTP.

One call after the other: the account's few places for calls at the same time belong to the agent.
An answer may take minutes (98 seconds are told of), so the time-out is long.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Protocol

import httpx

from generator.errors import AccountError

PATH = "/services/rest/record/v1/metadata-catalog"
ACCEPT = "application/schema+json"
TIMEOUT = 300.0
BUSY = 5
"""How often a call is tried again that the account has no place for."""


class Signer(Protocol):
    """Gives each request its Authorization header, as the agent's credentials do."""

    async def authorization(self, method: str, url: str) -> str:
        """The header for one request."""

    def refused(self, authorization: str) -> bool:
        """The account answered 401 to this header: whether another try can get a better one."""


async def schemas(
    http: httpx.AsyncClient, base: str, signer: Signer, records: Iterable[str]
) -> AsyncIterator[tuple[str, Mapping[str, Any] | None]]:
    """
    The schema of each record type, None for one that the account has no schema of.

    Raises AccountError where the account cannot be reached or lets the caller not in.
    """
    for record in records:
        yield record, await _schema(http, f"{base.rstrip('/')}{PATH}/{record}", signer)


async def _schema(http: httpx.AsyncClient, url: str, signer: Signer) -> Mapping[str, Any] | None:
    answer = await _get(http, url, signer)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if answer.status_code != httpx.codes.OK:
        raise AccountError(_refusal(answer, url))
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("properties"), dict):
        raise AccountError(f"{url} answered something that is no JSON Schema")
    return found


async def _get(http: httpx.AsyncClient, url: str, signer: Signer) -> httpx.Response:
    renewed = False
    for attempt in range(BUSY + 1):
        header = await signer.authorization("GET", url)
        headers = {"Accept": ACCEPT, "Authorization": header}
        try:
            answer = await http.get(url, headers=headers, timeout=TIMEOUT)
        except httpx.HTTPError as fault:
            raise AccountError(f"{url}: {type(fault).__name__}: {fault}") from fault
        if (
            answer.status_code == httpx.codes.UNAUTHORIZED
            and not renewed
            and signer.refused(header)
        ):
            renewed = True
        elif answer.status_code == httpx.codes.TOO_MANY_REQUESTS and attempt < BUSY:
            await asyncio.sleep(float(answer.headers.get("Retry-After") or 2**attempt))
        else:
            return answer
    return answer


def _refusal(answer: httpx.Response, url: str) -> str:
    try:
        detail = answer.json()["o:errorDetails"][0]["detail"]
    except (ValueError, KeyError, IndexError, TypeError):
        detail = answer.text[:200]
    told = f"{url} answered {answer.status_code}: {detail}"
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        told += (
            "\nthe role needs the permissions REST Web Services and Log in using OAuth 2.0 Access "
            "Tokens (or Access Tokens), and those of the record types; the integration the scope "
            "REST Web Services"
        )
    return told
