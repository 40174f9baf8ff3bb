"""
What the disk costs: signed documents into the inbox, against the same server that keeps nothing.

The server has one core to itself where there is `taskset`, the senders another. 64 connections, 1.6
KB a document, each with an id and a signature of its own. Rounds with and without a disk alternate.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, cast

import uvicorn
import uvloop

from agent import bundle as bundles
from agent import process
from agent.config import IngressSection
from agent.inbox.model import Incoming
from agent.inbox.sqlite import SqliteStore
from agent.ingress.app import Door
from agent.metrics import Metrics
from agent.secrets import Secrets
from bench.result import Result, scratch

CONNECTIONS = 64
REQUESTS = 3_000
ROUNDS = 5
TARGET = 0.6
NO_DISK = "the same server without a disk"
KEY = b"k" * 24
# Who buys what; about the size of a shop's order.
LINES = [
    {
        "sku": f"SKU-{n:05}",
        "title": "A thing that somebody has ordered",
        "quantity": n,
        "price": 12.5,
    }
    for n in range(13)
]
FLOWS: dict[str, Any] = {
    "format": 1,
    "generator": "0",
    "build": "0",
    "project": "bench",
    "prefix": "bench",
    "timezone": "UTC",
    "environments": {"production": {"account": "1"}},
    "service": {"script": "customscript_s", "deploy": "customdeploy_s"},
    "flows": [
        {
            "flow": "orders",
            "direction": "inbound",
            "kind": "restlet",
            "record": "salesorder",
            "script": "customscript_o",
            "deploy": "customdeploy_o",
            "contract": "0",
            "batch_max": 50,
            "key": {"path": ["id"], "root": False, "prefix": "O-", "field": "externalid"},
            "verify": {"kind": "standard_webhooks", "secret": "shop"},
        }
    ],
}


class Nowhere:
    """A store without a disk: everything is new, nothing is kept."""

    async def accept(self, incoming: Sequence[Incoming]) -> list[bool]:
        return [True] * len(incoming)


class _Inside:
    """A service behind the door that does nothing."""

    ready = True
    keeps_calls = True

    def arrived(self, flow: str) -> None: ...

    async def poll(self, flow: str) -> bool:  # noqa: ARG002 - the shape of a service
        return False

    def status(self) -> dict[str, Any]:
        return {}


# --- the server, in a process of its own ------------------------------------------------------


def serve(kind: str, folder: Path) -> None:
    """Answer until killed; the port goes to standard output."""
    os.environ["SUITELOOM_SECRET_SHOP"] = "whsec_" + base64.b64encode(KEY).decode()
    flows = folder / "flows.json"
    store: Any = SqliteStore(folder / "inbox.db") if kind == "disk" else Nowhere()
    door = Door(
        bundles.load(flows),
        "production",
        IngressSection(),
        Secrets([]),
        store,
        Metrics(),
        _Inside(),
    )
    config = uvicorn.Config(
        door.app(), port=0, log_config=None, access_log=False, lifespan="off", proxy_headers=False
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await serving

    process.run(run())


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def cpu(self) -> float:
        """CPU seconds so far, of all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def server(kind: str, folder: Path) -> Iterator[Server]:
    pinned = ["taskset", "-c", "0"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    place = folder / kind
    place.mkdir()
    (place / "flows.json").write_text(json.dumps(FLOWS))
    process = subprocess.Popen(
        [*pinned, sys.executable, "-m", "bench.ingest", kind, str(place)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline()), process.pid)
    finally:
        process.kill()
        process.wait()


# --- the senders ------------------------------------------------------------------------------


def requests(first: int, count: int) -> list[bytes]:
    """Whole requests, signed now."""
    made = []
    stamp = int(time.time())
    for number in range(first, first + count):
        body = json.dumps({"id": number, "customer": {"id": number % 997}, "lines": LINES}).encode()
        signed = hmac.digest(KEY, b"m%d.%d.%b" % (number, stamp, body), hashlib.sha256)
        made.append(
            b"POST /in/orders HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n"
            b"webhook-id: m%d\r\nwebhook-timestamp: %d\r\nwebhook-signature: v1,%b\r\n"
            b"Content-Length: %d\r\n\r\n%b"
            % (number, stamp, base64.b64encode(signed), len(body), body)
        )
    return made


class _Sender(asyncio.Protocol):
    """One kept connection: a request, its answer, the next one."""

    def __init__(self, left: list[bytes], ended: asyncio.Future[None]) -> None:
        self._left = left
        self._ended = ended
        self._answer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, end, body = self._answer.partition(b"\r\n\r\n")
        if not end or len(body) < int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]):
            return
        if not head.startswith(b"HTTP/1.1 202"):
            self._ended.set_exception(AssertionError(self._answer.decode()))
            return
        self._answer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_exception(exc or ConnectionError("the server has closed"))

    def _next(self) -> None:
        assert self._transport is not None
        if self._left:
            self._transport.write(self._left.pop())
        elif not self._ended.done():
            self._transport.close()
            self._ended.set_result(None)


async def _send(port: int, left: list[bytes]) -> float:
    loop = asyncio.get_running_loop()
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: _Sender(left, end), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*ends)
    return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Round:
    """Requests a second, and CPU milliseconds of the server a request."""

    rate: float
    cpu: float


def sent(to: Server, first: int, count: int = REQUESTS) -> Round:
    """One round; client and server on different cores where there are two."""
    left = requests(first, count)
    before = to.cpu()
    seconds = uvloop.run(_send(to.port, left))
    return Round(count / seconds, (to.cpu() - before) / count * 1000)


def measured() -> tuple[list[Round], list[Round]]:
    """Rounds with a disk and without, taken in turn."""
    kept, dropped = [], []
    cores = os.sched_getaffinity(0)
    with (
        tempfile.TemporaryDirectory(dir=scratch()) as folder,
        server("disk", Path(folder)) as disk,
        server("none", Path(folder)) as none,
    ):
        if len(cores) > 1:
            os.sched_setaffinity(0, cores - {min(cores)})
        try:
            first = 0
            for number in range(-1, ROUNDS):
                rounds = []
                for one in (disk, none):
                    rounds.append(sent(one, first, REQUESTS if number >= 0 else 500))
                    first += REQUESTS
                if number >= 0:  # the first one warms up
                    kept.append(rounds[0])
                    dropped.append(rounds[1])
        finally:
            os.sched_setaffinity(0, cores)
    return kept, dropped


@cache
def measured_once() -> tuple[list[Round], list[Round]]:
    return measured()


def durable() -> Result:
    """Signed documents a second on one core, against the same server without a disk."""
    kept, dropped = measured_once()
    ratio = median(a.rate / b.rate for a, b in zip(kept, dropped, strict=True))
    rate = median(one.rate for one in kept)
    return Result(rate, "documents/s", NO_DISK, ratio, TARGET, ratio >= TARGET)


def durable_cpu() -> Result:
    """CPU of a signed document, against the same server without a disk: what is left of it when others use the cores, too."""
    kept, dropped = measured_once()
    ratio = median(b.cpu / a.cpu for a, b in zip(kept, dropped, strict=True))
    cpu = median(one.cpu for one in kept)
    return Result(cpu, "ms CPU a document", NO_DISK, ratio, TARGET, ratio >= TARGET)


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
