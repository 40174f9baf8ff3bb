"""
N/https over real sockets.

Hosts are looked up in the account's own table (control API `hosts`): a host that is not in it is
unknown, so that a script under test can never reach the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from emulator.errors import NetSuiteError
from emulator.scripts.execution import Execution
from emulator.scripts.governance import HTTPS
from emulator.scripts.host_secrets import Secrets

Args = dict[str, Any]

# Help topic "https.post(options)": 5 s to connect, 45 s to send and be answered.
CONNECT_SECONDS = 5.0
SEND_SECONDS = 45.0


class Outbound:
    """
    Requests of scripts.

    `hosts` maps an origin ("https://hooks.example.com") to where it is found
    ("http://127.0.0.1:9000").
    """

    def __init__(self, secrets: Secrets, hosts: Mapping[str, str]) -> None:
        self._secrets = secrets
        self._hosts = {origin.rstrip("/").lower(): found for origin, found in hosts.items()}
        timeout = httpx.Timeout(SEND_SECONDS, connect=CONNECT_SECONDS)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)

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
        execution.charge(f"https.{args['method'].lower()}", HTTPS)
        url = self._address(self._secrets.resolve(args["url"]))
        headers = {name: self._secrets.resolve(part) for name, part in args["headers"].items()}
        try:
            answer = self._client.request(
                args["method"], url, headers=headers, content=self._content(args["body"])
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
        return {
            "code": answer.status_code,
            "headers": {name.title(): value for name, value in answer.headers.items()},
            "body": answer.text,
        }

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme.lower() != "https":
            raise NetSuiteError("SSS_INVALID_URL", "The URL must be a fully qualified HTTPS URL.")
        found = self._hosts.get(f"https://{parts.netloc}".lower())
        if found is None:
            raise NetSuiteError(
                "SSS_UNKNOWN_HOST",
                f"The host you requested is unknown or cannot be found: {parts.netloc}",
            )
        rest = parts.path or "/"
        return found.rstrip("/") + rest + (f"?{parts.query}" if parts.query else "")

    def _content(self, body: Any) -> bytes | None:
        if body is None:
            return None
        if isinstance(body, dict) and "bytes" in body:
            return bytes(body["bytes"])
        return self._secrets.resolve(body).encode()
