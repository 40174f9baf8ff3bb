"""
The world outside: a shop that sends, and the systems that receive.

Both keep their own books. What was lost or doubled is counted from these and from the account,
never from what the agent says of itself.
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import httpx

Json = dict[str, Any]
Expect = Literal["record", "unchanged", "skipped", "held", "repeated", "refused"]

SENDERS = 6


@dataclass(frozen=True, slots=True)
class Parcel:
    """
    What a sender is about to post.

    Args:
        flow: the address is `/in/<flow>`.
        label: what a person calls it: `order #2004`.
        body: the bytes.
        expect: what should become of it.
        key: the record's external id, where it should become one.
        note: what is wrong or special with it.
        signed: False sends a wrong signature.
    """

    flow: str
    label: str
    body: bytes
    expect: Expect = "record"
    key: str | None = None
    note: str = ""
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Posted:
    """A parcel and what the agent answered."""

    parcel: Parcel
    status: int
    answer: Json

    @property
    def accepted(self) -> bool:
        """The agent has taken responsibility for it."""
        return 200 <= self.status < 300

    @property
    def repeated(self) -> bool:
        """The agent had it already and says so."""
        return self.accepted and bool(self.answer.get("repeated"))


Sign = Callable[[Parcel], dict[str, str]]


class Sender:
    """Posts parcels, some at a time, and keeps a list of its own."""

    def __init__(self, url: str, sign: Sign) -> None:
        self._url = url.rstrip("/")
        self._sign = sign
        self._http = httpx.Client(timeout=30.0, trust_env=False)
        self.posted: list[Posted] = []

    def send(self, parcels: Iterable[Parcel]) -> list[Posted]:
        """Post all, several at a time; returns when each has its answer."""
        with ThreadPoolExecutor(SENDERS) as pool:
            answers = list(pool.map(self._post, parcels))
        self.posted += answers
        return answers

    def close(self) -> None:
        """Close connections."""
        self._http.close()

    def _post(self, parcel: Parcel) -> Posted:
        headers = {"Content-Type": "application/json", **self._sign(parcel)}
        answer = self._http.post(
            f"{self._url}/in/{parcel.flow}", content=parcel.body, headers=headers
        )
        try:
            data = answer.json()
        except ValueError:
            data = {}
        return Posted(parcel, answer.status_code, data if isinstance(data, dict) else {})


def shopify_signature(secret: str) -> Sign:
    """The headers of a shop that signs the body with HMAC-SHA256 in base64."""

    def sign(parcel: Parcel) -> dict[str, str]:
        key = secret if parcel.signed else secret + "x"
        mac = hmac.digest(key.encode(), parcel.body, "sha256")
        return {
            "X-Shopify-Hmac-Sha256": base64.b64encode(mac).decode(),
            "X-Shopify-Event-Id": str(uuid.uuid4()),
        }

    return sign


@dataclass(frozen=True, slots=True)
class Received:
    """A call that reached a target: who it says it is, whether that is proven, what was answered."""

    path: str
    id: str
    body: Json
    proven: bool
    status: int


class Target:
    """
    The systems that receive webhooks, at one address.

    Args:
        secrets: Standard Webhooks secret by path; a call whose signature is wrong is answered 401.
    """

    def __init__(self, secrets: dict[str, str]) -> None:
        self.received: list[Received] = []
        self._secrets = secrets
        self._refusals: dict[str, int] = {}
        self._lock = threading.Lock()
        target = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status = target.receive(self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_PUT = do_PATCH = do_POST  # noqa: N815 - the names http.server calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's
                """Nothing: the log is `received`."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def be_down(self, path: str, times: int) -> None:
        """Answer the next calls to a path with 503, as a system does that restarts."""
        with self._lock:
            self._refusals[path] = times

    def receive(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Judge a call, write it down and return the status to answer."""
        lower = {name.lower(): value for name, value in headers.items()}
        proven = self._proven(path, lower, body)
        try:
            data = json.loads(body)
        except ValueError:
            data = {}
        with self._lock:
            status = 204 if proven else 401
            if proven and self._refusals.get(path, 0) > 0:
                self._refusals[path] -= 1
                status = 503
            self.received.append(Received(path, lower.get("webhook-id", ""), data, proven, status))
        return status

    def taken(self, path: str) -> list[Received]:
        """Calls to a path that were answered 2xx."""
        return [call for call in self.calls(path) if call.status < 300]

    def calls(self, path: str) -> list[Received]:
        """All calls to a path."""
        with self._lock:
            return [call for call in self.received if call.path == path]

    def close(self) -> None:
        """Stop receiving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _proven(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        secret = self._secrets.get(path)
        if secret is None:
            return False
        signed = f"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.".encode() + body
        mac = hmac.digest(base64.b64decode(secret), signed, "sha256")
        good = f"v1,{base64.b64encode(mac).decode()}".encode()
        given = headers.get("webhook-signature", "").encode().split(b" ")
        return any(hmac.compare_digest(good, one) for one in given)
