"""
The account's RESTlets over HTTP.

One client for each account, kept open. Every failure becomes the error that says what to do next
(`agent.errors.CallError`); sources: "RESTlet HTTP Status Codes", "RESTlet Error Handling" in the
NetSuite help. Only codes are matched: messages are in the user's language.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from agent import tracing
from agent.errors import BadAnswer, CallError, Denied, NotSent, Throttled, Unauthorized, Unknown
from agent.netsuite.auth import Auth

Json = dict[str, Any]

RESTLET_PATH = "/app/site/hosting/restlet.nl"
CONNECT_SECONDS = 10.0
# The account answers before 300 s or never; a GET of the service RESTlet is quick.
GET_SECONDS = 60.0

THROTTLED = {"SSS_REQUEST_LIMIT_EXCEEDED", "EXCEEDED_MAX_CONCUR_RQST"}
UNAUTHORIZED = {
    "INVALID_LOGIN",
    "INVALID_LOGIN_ATTEMPT",
    "INVALID_LOGIN_CREDENTIALS",
    "INVALID_REQUEST",
    "TWO_FA_REQD",
}
DENIED = {
    "INSUFFICIENT_PERMISSION",
    "SSS_INVALID_SCRIPTLET_ID",
    "INVALID_RETURN_DATA_FORMAT",
    "SSS_INVALID_SCRIPT_ID",
    "UNSUPPORTED_MEDIA_TYPE",
}
DENIED_STATUS = {403, 404, 405, 406, 415}


def account_host(account: str, service: str) -> str:
    """`https://1234567-sb1.restlets.api.netsuite.com` for account `1234567_SB1` and `restlets`."""
    return f"https://{account.lower().replace('_', '-')}.{service}.api.netsuite.com"


def http_client(url: str) -> httpx.AsyncClient:
    """The connection pool for an address; proxies of the environment are not used for this machine."""
    local = urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
    return httpx.AsyncClient(
        timeout=httpx.Timeout(60.0, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=128, max_keepalive_connections=64),
        follow_redirects=False,
        trust_env=not local,
    )


class NetSuite:
    """
    Calls the RESTlets of one account.

    Args:
        url: scheme and host of the account's RESTlets (`account_host(account, "restlets")`).
        auth: gives every request its Authorization header.
        http: the connection pool; closed with this object.
    """

    def __init__(self, url: str, auth: Auth, http: httpx.AsyncClient) -> None:
        self._url = url.rstrip("/")
        self._auth = auth
        self._http = http

    async def call(
        self,
        script: str,
        deploy: str,
        body: Json | bytes,
        *,
        timeout: float,  # noqa: ASYNC109 - the caller's bound is part of the outcome: Unknown, not TimeoutError
    ) -> Json:
        """POST an object, or JSON text as it is, to a RESTlet and return its JSON object."""
        content = body if isinstance(body, bytes) else _encode(body)
        return await self._send("POST", script, deploy, content, timeout)

    async def get(self, script: str, deploy: str) -> Json:
        """GET a RESTlet and return its JSON object."""
        return await self._send("GET", script, deploy, None, GET_SECONDS)

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    async def _send(
        self, method: str, script: str, deploy: str, content: bytes | None, seconds: float
    ) -> Json:
        url = f"{self._url}{RESTLET_PATH}?{urlencode({'script': script, 'deploy': deploy})}"
        authorization = await self._auth.authorization(method, url)
        try:
            return await self._once(method, url, content, authorization, seconds)
        except Unauthorized:
            if not self._auth.refused(authorization):
                raise
        authorization = await self._auth.authorization(method, url)
        return await self._once(method, url, content, authorization, seconds)

    async def _once(
        self, method: str, url: str, content: bytes | None, authorization: str, seconds: float
    ) -> Json:
        # A GET of a RESTlet is refused without a content type, too.
        headers = {
            "Authorization": authorization,
            "Content-Type": "application/json",
            **tracing.headers(),
        }
        timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        try:
            async with asyncio.timeout(seconds):
                answer = await self._http.request(
                    method, url, content=content, headers=headers, timeout=timeout
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent("NO_CONNECTION", _why(error)) from error
        except (httpx.UnsupportedProtocol, httpx.ProxyError) as error:
            raise NotSent("NO_CONNECTION", _why(error)) from error
        except TimeoutError as error:
            raise Unknown("TIME_OUT", f"no answer after {seconds:.0f} s") from error
        except httpx.HTTPError as error:
            raise Unknown("CONNECTION_CUT", _why(error)) from error
        if answer.is_success:
            return _object(answer)
        raise failure(answer)


def failure(answer: httpx.Response) -> CallError:
    """The error for an answer that is not 2xx."""
    status = answer.status_code
    code, message = error_of(answer.content)
    if answer.is_redirect:
        # Another data centre: following would send the credentials to an address nobody chose.
        return Denied("REDIRECT", f"the account is not at {answer.url.host}", status=status)
    kind: type[CallError]
    if code in THROTTLED or status == httpx.codes.TOO_MANY_REQUESTS:
        kind = Throttled
    elif status == httpx.codes.UNAUTHORIZED or code in UNAUTHORIZED:
        kind = Unauthorized
    elif status in DENIED_STATUS or code in DENIED:
        kind = Denied
    else:
        # 5xx, an ended script (time, units), an error that the script did not catch: some
        # documents may be saved.
        kind = Unknown
    return kind(
        code or f"HTTP_{status}",
        message or f"the account answers {status}",
        status=status,
        retry_after=_retry_after(answer),
    )


def error_of(body: bytes) -> tuple[str | None, str]:
    """
    NetSuite's code and message in an error body.

    Forms: `{"error": {"code", "message"}}`, where `message` may itself be the JSON of a SuiteScript
    error; that error at top level (`type`, `name`, `message`); `error code: X error message: Y` as
    text.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        data = json.loads(text)
    except ValueError:
        return _text_error(text)
    if not isinstance(data, dict):
        return None, text[:500]
    error = data.get("error", data)
    if not isinstance(error, dict):
        # {"error": "invalid_request", ...} as OAuth answers
        return str(error), str(data.get("error_description", error))
    code = error.get("code") or error.get("name") or error.get("o:errorCode")
    message = error.get("message") or error.get("title") or ""
    inner = _inner(message)
    if inner is not None:
        code = inner.get("name") or inner.get("code") or code
        message = inner.get("message", message)
    return (str(code) if code else None), str(message)[:500]


def _inner(message: object) -> Json | None:
    if not isinstance(message, str) or not message.startswith("{"):
        return None
    try:
        inner = json.loads(message)
    except ValueError:
        return None
    return inner if isinstance(inner, dict) else None


def _text_error(text: str) -> tuple[str | None, str]:
    head, found, rest = text.partition("error code:")
    if not found:
        return None, text[:500]
    code, _, message = rest.partition("error message:")
    return code.strip() or None, message.strip()[:500] or head.strip()


def _object(answer: httpx.Response) -> Json:
    try:
        data = answer.json()
    except ValueError as error:
        raise BadAnswer(
            "NOT_JSON",
            f"the answer is not JSON: {answer.text[:200]!r}",
            status=answer.status_code,
        ) from error
    if not isinstance(data, dict):
        raise BadAnswer(
            "NOT_AN_OBJECT",
            f"the answer is a JSON {type(data).__name__}, not an object",
            status=answer.status_code,
        )
    return data


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds; NetSuite documents no such header, proxies in between send it."""
    try:
        return max(0.0, float(answer.headers["retry-after"]))
    except (KeyError, ValueError):
        return None


def _encode(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
