"""
N/http and N/https over real sockets.

Hosts are looked up in the account's own table (control API `hosts`): a host that is not in it is
unknown, so that a script under test can never reach the world.
"""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from emulator.errors import NetSuiteError, UsageError
from emulator.scripts.execution import Execution
from emulator.scripts.governance import HTTPS
from emulator.scripts.host_secrets import Secrets

Args = dict[str, Any]

# Help topic "https.post(options)": 5 s to connect, 45 s to send and be answered.
CONNECT_SECONDS = 5.0
SEND_SECONDS = 45.0
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 10
_SAFE = ("GET", "HEAD")
# Content types whose body is text; a body without a type is text too.
_TEXT = re.compile(
    r"text/|application/([\w.+-]*\+)?(json|xml|javascript|ecmascript|x-www-form-urlencoded|x-ndjson|csv|sql|yaml)"
)


class Outbound:
    """
    Requests of scripts.

    `hosts` maps an origin ("https://hooks.example.com") to where it is found
    ("http://127.0.0.1:9000"); where that is https, the certificate must be for the host that was
    asked for and come from an authority that the system or `authorities` (a PEM file) trusts.
    """

    def __init__(
        self,
        secrets: Secrets,
        hosts: Mapping[str, str],
        *,
        authorities: str | None = None,
        binary_is_base64: bool = True,
        follows_redirects: bool = False,
    ) -> None:
        self._secrets = secrets
        self._binary_is_base64 = binary_is_base64
        self._follows_redirects = follows_redirects
        self._hosts = {origin.rstrip("/").lower(): found for origin, found in hosts.items()}
        timeout = httpx.Timeout(SEND_SECONDS, connect=CONNECT_SECONDS)
        trusted = ssl.create_default_context()
        if authorities is not None:
            try:
                trusted.load_verify_locations(authorities)
            except OSError as error:
                raise UsageError(f"{authorities} has no certificates in PEM: {error}") from None
        self._client = httpx.Client(
            timeout=timeout, follow_redirects=False, trust_env=False, verify=trusted
        )

    def route(self, hosts: Mapping[str, str]) -> None:
        """Add to the table of hosts; an empty address makes a host unknown again."""
        for origin, found in hosts.items():
            if found:
                self._hosts[origin.rstrip("/").lower()] = found
            else:
                self._hosts.pop(origin.rstrip("/").lower(), None)

    def routes(self) -> dict[str, str]:
        """The table of hosts."""
        return dict(self._hosts)

    def send(self, execution: Execution, args: Args) -> dict[str, Any]:
        """One request; any answer, 4xx and 5xx too, is returned."""
        scheme, method = str(args["scheme"]), str(args["method"])
        execution.charge(f"{scheme}.{method.lower()}", HTTPS)
        url = self._secrets.resolve(args["url"])
        headers = {name: self._secrets.resolve(part) for name, part in args["headers"].items()}
        answer = self._ask(scheme, method, url, headers, self._content(args["body"]))
        while self._follows_redirects and answer.has_redirect_location and method in _SAFE:
            url = urljoin(url, answer.headers["location"])
            if len(answer.history) >= MAX_REDIRECTS:
                raise NetSuiteError("SSS_REQUEST_LOOP_DETECTED", f"Too many redirects: {url}")
            past = answer.history
            answer = self._ask(scheme, method, url, headers, None)
            answer.history = [*past, answer]
        body = answer.content
        if len(body) > MAX_BYTES:
            raise NetSuiteError(
                "SSS_FILE_CONTENT_SIZE_EXCEEDED", "The answer of the host is larger than 10 MB."
            )
        text = answer.text
        if self._binary_is_base64 and not is_text(answer.headers.get("content-type", "")):
            text = base64.b64encode(body).decode()
        return {
            "code": answer.status_code,
            "headers": {name.title(): value for name, value in answer.headers.items()},
            "body": text,
        }

    def _ask(
        self, scheme: str, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> httpx.Response:
        address, host = self._address(url, scheme)
        name = host.rpartition("@")[2].partition(":")[0]
        try:
            return self._client.request(
                method,
                address,
                headers={**headers, "Host": host},
                content=body,
                extensions={"sni_hostname": name},
            )
        except httpx.TimeoutException as error:
            raise NetSuiteError(
                "SSS_REQUEST_TIME_EXCEEDED",
                "The host you are trying to connect to is not responding or has exceeded the "
                "maximum allowed response time.",
            ) from error
        except httpx.HTTPError as error:
            raise NetSuiteError(
                "SSS_INVALID_HOST_CERT",
                f"An untrusted, unsupported, or invalid certificate was found for this host. "
                f"({error})",
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _address(self, url: str, scheme: str) -> tuple[str, str]:
        """Where a URL is found, and the host that it names."""
        parts = urlsplit(url)
        if parts.scheme.lower() != scheme or not parts.netloc:
            raise NetSuiteError(
                "SSS_INVALID_URL", f"The URL must be a fully qualified {scheme.upper()} URL."
            )
        found = self._hosts.get(f"{scheme}://{parts.netloc}".lower())
        if found is None:
            raise NetSuiteError(
                "SSS_UNKNOWN_HOST",
                f"The host you requested is unknown or cannot be found: {parts.netloc}",
            )
        rest = parts.path or "/"
        return found.rstrip("/") + rest + (f"?{parts.query}" if parts.query else ""), parts.netloc

    def _content(self, body: Any) -> bytes | None:
        if body is None:
            return None
        if isinstance(body, dict) and "bytes" in body:
            return bytes(body["bytes"])
        return self._secrets.resolve(body).encode()


def is_text(content_type: str) -> bool:
    """Whether an answer of this content type reaches scripts as text."""
    return not content_type or _TEXT.match(content_type.strip().lower()) is not None
