"""
Delivery of events to a connection's HTTP address.

A 2xx is delivered. 408, 425, 429, 5xx and every cut are tried again later with the same
`webhook-id`; another answer is held for a person.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpx

from agent import tracing
from agent.errors import ConfigError, TargetRefused, TargetUnavailable
from agent.ports import Delivered, OutboundEvent
from agent.targets import signing
from agent.targets.credentials import Proof

TIMEOUT_SECONDS = 30.0
CONNECT_SECONDS = 10.0
TRY_AGAIN = {408, 425, 429}
ANSWER_SHOWN = 200
MOST_BYTES = 64_000_000
MOST_SHORT = 8_000_000
# What may stand in a header as it is; a line break in an id must not begin another header.
_HEADER_SIGNS = "!#$&'()*+,/:;=?@[]-._~|^`{}<>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a GET gave: the body, the address of the next page by its Link header, and its own address."""

    body: bytes
    next: str | None
    url: str

    def joined(self, address: str) -> str:
        """An address that the answer names, whole. Raises TargetRefused for what is none."""
        try:
            return str(httpx.URL(urljoin(self.url, address)))
        except (httpx.InvalidURL, ValueError) as error:
            raise TargetRefused("bad_address", "the next page's address is none") from error


class HttpTarget:
    """
    One connection: where its events go and how they are signed.

    Args:
        base_url: scheme, host and a path that every target path is put behind.
        auth: how the agent shows who it is, or None.
        sign: reads the Standard Webhooks secret that events are signed with, or None.
        id_paths: by flow, where the target's answer holds the record's id.
        rate_per_second: deliveries are spaced so that no second sees more; None for no bound.
        clock: epoch seconds, for the time of the attempt.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Proof | None = None,
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
        url = self._url(event.path)
        answer = await self._request(
            event.method, url, lambda: self._headers(event), event.body, MOST_SHORT
        )
        return Delivered(answer.status_code, self._record(event.flow, answer), answer.content)

    async def get(self, address: str) -> bytes:
        """The body of a GET of path and query. Raises TargetRefused or TargetUnavailable."""
        return (await self.ask(address)).body

    async def ask(self, address: str, after: Answer | None = None) -> Answer:
        """
        GET an address once. Raises TargetRefused or TargetUnavailable.

        Args:
            address: path and query below base_url; with `after`, an address as that answer names
                it, which must not lead to another host.
            after: the answer that names the address.
        """
        url = self._url(address) if after is None else self._same_host(after.joined(address))
        answer = await self._request(
            "GET", url, lambda: {"Accept": "application/json"}, b"", MOST_BYTES
        )
        link = answer.links.get("next", {}).get("url")
        return Answer(answer.content, link, url)

    def below(self, path: str) -> Answer:
        """An answer that stands for base_url: what `ask` reads addresses against after a restart."""
        return Answer(b"", None, self._url(path))

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()
        if self._auth is not None:
            await self._auth.aclose()

    def _url(self, path: str) -> str:
        """Below base_url; a value in the path must not lead out of it."""
        plain = path.partition("?")[0]
        # Decoded to the end, also for who decodes once more than they should.
        while (decoded := unquote(plain)) != plain:
            plain = decoded
        if any(step in (".", "..") for step in re.split(r"[/\\]", plain)):
            raise TargetRefused("bad_path", "a value would lead the path to another place")
        return self._base_url + "/" + path.lstrip("/")

    def _same_host(self, url: str) -> str:
        """An address that another side chose, as long as it is one of this connection."""
        base, found = httpx.URL(self._base_url), httpx.URL(url)
        if (found.scheme, found.host, found.port) != (base.scheme, base.host, base.port):
            raise TargetRefused(
                "other_host", f"the next page is at {found.host}, not at {base.host}"
            )
        return url

    async def _request(
        self,
        method: str,
        url: str,
        headers: Callable[[], dict[str, str]],
        body: bytes,
        most: int,
    ) -> httpx.Response:
        await self._turn()
        for last in (False, True):
            shown = {} if self._auth is None else await self._auth.headers()
            answer = await self._send(
                method, url, {**headers(), **tracing.headers(), **shown}, body, most
            )
            known = answer.status_code != 401 or self._auth is None or not self._auth.refused()
            if known or last:  # else a token that was taken back: once more with a new one
                break
        if answer.is_success:
            return answer
        status = answer.status_code
        message = answer.text[:ANSWER_SHOWN].strip() or f"the target answers {status}"
        if status in TRY_AGAIN or answer.is_server_error:
            raise TargetUnavailable(
                f"http_{status}", message, status=status, retry_after=self._retry_after(answer)
            )
        raise TargetRefused(f"http_{status}", message, status=status)

    async def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes, most: int
    ) -> httpx.Response:
        """One exchange; an answer that is longer than `most` bytes is not read on."""
        try:
            async with (
                asyncio.timeout(TIMEOUT_SECONDS),
                self._http.stream(method, url, content=body, headers=headers) as answer,
            ):
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > most:
                        break
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TargetUnavailable("connect", _why(error)) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TargetUnavailable("timeout", f"no answer in {TIMEOUT_SECONDS:.0f} s") from error
        except (httpx.LocalProtocolError, httpx.InvalidURL) as error:
            # What it says may hold a header, and that a secret.
            raise TargetRefused("request", "a header or the address cannot be written") from error
        except httpx.HTTPError as error:
            raise TargetUnavailable("cut", _why(error)) from error
        if len(content) > most and method == "GET":
            raise TargetRefused("too_large", f"the answer is longer than {most} bytes")
        kept = [
            (name, value)
            for name, value in answer.headers.multi_items()
            if name not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return httpx.Response(
            answer.status_code, headers=kept, content=bytes(content[:most]), request=answer.request
        )

    async def _turn(self) -> None:
        """Wait for this delivery's place in the rate; turns are handed out in order of asking."""
        if self._spacing:
            now = asyncio.get_running_loop().time()
            turn = max(now, self._next_turn)
            self._next_turn = turn + self._spacing
            await asyncio.sleep(turn - now)

    def _headers(self, event: OutboundEvent) -> dict[str, str]:
        id_ = quote(event.id, safe=_HEADER_SIGNS)
        headers = {"Content-Type": "application/json", "webhook-id": id_}
        if self._sign is not None:
            headers |= signing.headers(self._sign(), id_, int(self._clock()), event.body)
        return headers

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


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
