"""
Delivery of events to a connection's HTTP address.

A 2xx is delivered. 408, 425, 429, 5xx and every cut are tried again later with the same
`webhook-id`; another answer is held for a person.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from agent.errors import ConfigError, TargetRefused, TargetUnavailable
from agent.ports import Delivered, OutboundEvent
from agent.targets import signing

TIMEOUT_SECONDS = 30.0
CONNECT_SECONDS = 10.0
TRY_AGAIN = {408, 425, 429}
ANSWER_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Credentials:
    """
    How the agent shows who it is. `secret` reads the value anew for each attempt.

    `user` is for basic; bearer has none.
    """

    kind: Literal["bearer", "basic"]
    secret: Callable[[], str]
    user: str = ""


class HttpTarget:
    """
    One connection: where its events go and how they are signed.

    Args:
        base_url: scheme, host and a path that every target path is put behind.
        auth: the Authorization header, or None.
        sign: reads the Standard Webhooks secret that events are signed with, or None.
        id_paths: by flow, where the target's answer holds the record's id.
        rate_per_second: deliveries are spaced so that no second sees more; None for no bound.
        clock: epoch seconds, for the time of the attempt.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Credentials | None = None,
        sign: Callable[[], str] | None = None,
        id_paths: dict[str, tuple[str, ...]] | None = None,
        rate_per_second: float | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"base_url {base_url!r} is not an http address")
        self._base_url = base_url.rstrip("/")
        self._auth = auth
        self._sign = sign
        self._id_paths = id_paths or {}
        self._spacing = 1 / rate_per_second if rate_per_second else 0.0
        self._next_turn = 0.0
        self._clock = clock
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=parts.hostname not in {"127.0.0.1", "localhost", "::1"},
            headers={"User-Agent": "suiteloom-agent"},
        )

    async def deliver(self, event: OutboundEvent) -> Delivered:
        """Send once. Raises TargetRefused or TargetUnavailable."""
        answer = await self._request(event.method, event.path, self._headers(event), event.body)
        return Delivered(answer.status_code, self._record(event.flow, answer))

    async def get(self, address: str) -> bytes:
        """The body of a GET of path and query. Raises TargetRefused or TargetUnavailable."""
        headers = {"Accept": "application/json", **self._authorized()}
        return (await self._request("GET", address, headers, b"")).content

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def _request(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> httpx.Response:
        url = self._base_url + "/" + path.lstrip("/")
        await self._turn()
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._http.request(method, url, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TargetUnavailable("connect", _why(error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TargetUnavailable("timeout", f"no answer in {TIMEOUT_SECONDS:.0f} s") from error
        except httpx.HTTPError as error:
            raise TargetUnavailable("cut", _why(error)) from error
        if answer.is_success:
            return answer
        status = answer.status_code
        message = answer.text[:ANSWER_SHOWN].strip() or f"the target answers {status}"
        if status in TRY_AGAIN or answer.is_server_error:
            raise TargetUnavailable(
                f"http_{status}", message, status=status, retry_after=self._retry_after(answer)
            )
        raise TargetRefused(f"http_{status}", message, status=status)

    async def _turn(self) -> None:
        """Wait for this delivery's place in the rate; turns are handed out in order of asking."""
        if self._spacing:
            now = asyncio.get_running_loop().time()
            turn = max(now, self._next_turn)
            self._next_turn = turn + self._spacing
            await asyncio.sleep(turn - now)

    def _headers(self, event: OutboundEvent) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "webhook-id": event.id}
        if self._sign is not None:
            headers |= signing.headers(self._sign(), event.id, int(self._clock()), event.body)
        return headers | self._authorized()

    def _authorized(self) -> dict[str, str]:
        return {} if self._auth is None else {"Authorization": _authorization(self._auth)}

    def _record(self, flow: str, answer: httpx.Response) -> str | None:
        path = self._id_paths.get(flow)
        if not path:
            return None
        with contextlib.suppress(ValueError):
            value: Any = json.loads(answer.content)
            for segment in path:
                value = value.get(segment) if isinstance(value, dict) else None
            if isinstance(value, str | int):
                return str(value)
        return None

    def _retry_after(self, answer: httpx.Response) -> float | None:
        """Seconds from Retry-After, which is a number or an HTTP date."""
        text = answer.headers.get("retry-after")
        if not text:
            return None
        try:
            return max(0.0, float(text))
        except ValueError:
            pass
        try:
            then = parsedate_to_datetime(text)
        except ValueError:
            return None
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        return max(0.0, then.timestamp() - self._clock())


def _authorization(auth: Credentials) -> str:
    if auth.kind == "bearer":
        return f"Bearer {auth.secret()}"
    pair = base64.b64encode(f"{auth.user}:{auth.secret()}".encode()).decode()
    return f"Basic {pair}"


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
