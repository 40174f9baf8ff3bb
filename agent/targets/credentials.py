"""How the agent shows who it is to another system."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import quote_plus

import httpx

from agent import redaction
from agent.errors import TargetRefused, TargetUnavailable

# A token is renewed so long before it runs out, seconds.
EARLY_SECONDS = 60.0
LIFETIME_SECONDS = 3600.0
TIMEOUT_SECONDS = 30.0


class Proof(Protocol):
    """What stands in the headers of every call."""

    async def headers(self) -> Mapping[str, str]:
        """The headers. Raises TargetRefused or TargetUnavailable where they cannot be had."""

    def refused(self) -> bool:
        """The other side answered 401; whether other headers can be had now."""

    async def aclose(self) -> None:
        """Close connections."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """
    A secret that is shown as it is. `secret` reads the value anew for each attempt.

    `user` is for basic, `header` the name of the header for header; bearer has neither.
    """

    kind: Literal["bearer", "basic", "header"]
    secret: Callable[[], str]
    user: str = ""
    header: str = ""

    async def headers(self) -> Mapping[str, str]:
        """The one header."""
        if self.kind == "bearer":
            return {"Authorization": f"Bearer {self.secret()}"}
        if self.kind == "header":
            return {self.header: self.secret()}
        return {"Authorization": _basic(self.user, self.secret())}

    def refused(self) -> bool:
        """Nothing else is known."""
        return False

    async def aclose(self) -> None:
        """Nothing is open."""


class ClientCredentials:
    """
    OAuth 2.0 client credentials (RFC 6749, 4.4). A token is used until shortly before it runs out.

    Args:
        token_url: the token endpoint.
        client_id: the client's id.
        secret: reads the client's secret.
        scope: scopes, or None.
        audience: the audience, or None.
        in_body: id and secret stand in the form instead of the Authorization header.
        clock: epoch seconds.
    """

    def __init__(
        self,
        token_url: str,
        client_id: str,
        secret: Callable[[], str],
        *,
        scope: str | None = None,
        audience: str | None = None,
        in_body: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = token_url
        self._client_id = client_id
        self._secret = secret
        self._in_body = in_body
        self._clock = clock
        asked = {"grant_type": "client_credentials", "scope": scope, "audience": audience}
        self._form = {name: value for name, value in asked.items() if value}
        self._token = ""
        self._until = 0.0
        self._one = asyncio.Lock()
        host = httpx.URL(token_url).host
        self._http = httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            trust_env=host not in {"127.0.0.1", "localhost", "::1"},
        )

    async def headers(self) -> Mapping[str, str]:
        """The access token, a new one where there is none that is good."""
        async with self._one:
            if self._clock() >= self._until:
                await self._renew()
            return {"Authorization": f"Bearer {self._token}"}

    def refused(self) -> bool:
        """Forget a token that was not taken; another one can be had unless there was none."""
        had, self._until = self._until > 0.0, 0.0
        return had

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def _renew(self) -> None:
        form, headers = dict(self._form), {"Accept": "application/json"}
        if self._in_body:
            form |= {"client_id": self._client_id, "client_secret": self._secret()}
        else:
            # RFC 6749, 2.3.1: both are written as in a form first.
            headers["Authorization"] = _basic(
                quote_plus(self._client_id), quote_plus(self._secret())
            )
        try:
            answer = await self._http.post(self._url, data=form, headers=headers)
        except httpx.HTTPError as error:
            raise TargetUnavailable("token", f"no access token: {type(error).__name__}") from error
        status = answer.status_code
        if answer.is_server_error or status in (408, 425, 429):
            raise TargetUnavailable("token", f"the token endpoint answers {status}", status=status)
        try:
            content = answer.json()
            token = content["access_token"] if answer.is_success else ""
            lifetime = float(content.get("expires_in") or LIFETIME_SECONDS)
        except (ValueError, TypeError, KeyError, AttributeError):
            token, content, lifetime = "", {}, 0.0
        if not token or not isinstance(token, str):
            # Like 401 of the target itself: the lane stops, and no event is to blame.
            reason = content.get("error") if isinstance(content, dict) else None
            message = f"no access token: {reason or f'the token endpoint answers {status}'}"
            raise TargetRefused("token", message[:200], status=401)
        redaction.SECRETS.learn(token)
        self._token = token
        self._until = self._clock() + max(lifetime - EARLY_SECONDS, lifetime / 2)


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
