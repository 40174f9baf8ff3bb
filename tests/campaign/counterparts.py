"""Who is outside: a sender with its own list of what was taken, and a board with its own log."""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from standardwebhooks import Webhook

DUPLICATES = 0.15
LATE_DUPLICATES = 0.05


@dataclass(frozen=True)
class Document:
    """One document to be sent, with the sender's id of it."""

    flow: str
    id: str
    body: str


@dataclass
class Sender:
    """
    Posts each document until it is answered 2xx; documents of one key one after the other.

    Some are sent again at once, though they were taken; some much later, after newer ones of their
    key.

    Args:
        doors: where agents answer.
        secrets: by flow, what the sender signs with.
        seed: of what is sent twice, and which door is taken.
        ahead: how far the world's time was moved on.
        gate: called with the number of documents taken so far; holds the sender up.
    """

    doors: Sequence[str]
    secrets: dict[str, str]
    seed: int
    gate: Callable[[int], None]
    ahead: float = 0.0
    taken: list[Document] = field(default_factory=list)
    attempts: int = 0
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, keys: Iterator[Sequence[Document]], width: int) -> None:
        """Send the documents of every key in their order, `width` keys at a time, until there is none left."""
        hooks = {flow: Webhook(secret) for flow, secret in self.secrets.items()}
        numbered = enumerate(keys)

        def work(client: httpx.Client) -> None:
            while True:
                with self._lock:
                    number, documents = next(numbered, (0, None))
                if documents is None:
                    return
                self._key(client, hooks, number, documents)

        with (
            httpx.Client(limits=httpx.Limits(max_connections=2 * width)) as client,
            ThreadPoolExecutor(width) as pool,
        ):
            for done in [pool.submit(work, client) for _ in range(width)]:
                done.result()

    def _key(
        self,
        client: httpx.Client,
        hooks: dict[str, Webhook],
        number: int,
        documents: Sequence[Document],
    ) -> None:
        chance = random.Random(self.seed * 1_000_003 + number)
        for at, document in enumerate(documents):
            self.gate(len(self.taken))
            while not self._post(client, hooks[document.flow], document, chance):
                time.sleep(chance.uniform(0.02, 0.2))
            with self._lock:
                self.taken.append(document)
            if chance.random() < DUPLICATES:
                self._post(client, hooks[document.flow], document, chance)
            if at and chance.random() < LATE_DUPLICATES:
                old = documents[chance.randrange(at)]
                self._post(client, hooks[old.flow], old, chance)

    def _post(
        self, client: httpx.Client, hook: Webhook, document: Document, chance: random.Random
    ) -> bool:
        stamp = datetime.fromtimestamp(time.time() + self.ahead, UTC)
        headers = {
            "webhook-id": document.id,
            "webhook-timestamp": str(int(stamp.timestamp())),
            "webhook-signature": hook.sign(document.id, stamp, document.body),
            "content-type": "application/json",
        }
        door = chance.choice(self.doors)
        with self._lock:
            self.attempts += 1
        try:
            answer = client.post(
                f"{door}/in/{document.flow}",
                content=document.body.encode(),
                headers=headers,
                timeout=5,
            )
        except httpx.TransportError as error:
            with self._lock:
                self.refused[type(error).__name__] += 1
            return False
        if answer.status_code in (200, 202):
            return True
        with self._lock:
            self.refused[str(answer.status_code)] += 1
        return False


class Board:
    """
    The target: keeps what it is told by webhook-id, as Standard Webhooks asks of receivers.

    `answer` says what becomes of a request, before it is taken: 0 cuts the connection after it was
    taken, as a receiver does that dies before it answers.
    """

    def __init__(self, secret: str) -> None:
        self.told: dict[str, tuple[str, int]] = {}
        self.order: dict[str, list[int]] = defaultdict(list)
        self.requests = 0
        self.errors: list[str] = []
        self.answer: Callable[[], int] = lambda: 200
        self._lock = threading.Lock()
        hook = Webhook(secret)
        board = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", -1))
                body = self.rfile.read(max(length, 0))
                if len(body) != length:  # the request was cut on its way
                    self.close_connection = True
                    return
                status = board.answer()
                if status < 300:
                    board._take(hook, dict(self.headers), body)
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                error = sys.exception()
                if not isinstance(error, OSError):  # else the other side was killed
                    board.errors.append(repr(error))

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port: int = self._server.server_address[1]

    def _take(self, hook: Webhook, headers: dict[str, str], body: bytes) -> None:
        lower = {name.lower(): value for name, value in headers.items()}
        id = lower["webhook-id"]
        stamp = datetime.fromtimestamp(int(lower["webhook-timestamp"]), UTC)
        if hook.sign(id, stamp, body.decode()) != lower["webhook-signature"]:
            self.errors.append(f"{id}: not signed")
            return
        data = json.loads(body)
        with self._lock:
            self.requests += 1
            if id not in self.told:
                self.told[id] = (data["meter"], data["reading"])
                self.order[data["meter"]].append(data["reading"])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
