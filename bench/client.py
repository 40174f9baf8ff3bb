"""What a call costs the agent's client."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from time import thread_time

import uvloop

from agent.netsuite.auth import TokenBased
from agent.netsuite.client import NetSuite, http_client
from bench.result import Result

CALLS = 300
FEWER = 30
PEER = "netsuite==0.12.0"
BODY = json.dumps({"documents": [{"id": str(n), "doc": {"n": n}} for n in range(100)]}).encode()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer leaves in one piece, not its head first and the rest 40 ms later

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        return


def serve() -> None:
    """Answer until killed; the port goes to standard output."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    print(server.server_address[1], flush=True)
    server.serve_forever()


@contextlib.contextmanager
def _account() -> Iterator[str]:
    """The address of a server in a process of its own: beside the client it would take its turns."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.client"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


async def _kept(url: str) -> None:
    """Calls over kept connections, as the agent makes them."""
    client = _client(url)
    for _ in range(CALLS):
        await _call(client)
    await client.aclose()


def _client(url: str) -> NetSuite:
    auth = TokenBased(
        account="1_SB1",
        consumer_key="key",
        consumer_secret=lambda: "secret",
        token_id="token",
        token_secret=lambda: "secret",
    )
    return NetSuite(url, auth, http_client(url))


async def _call(client: NetSuite) -> None:
    await client.call("customscript_x_rl", "customdeploy_x_rl", BODY, timeout=10)


def _measured(url: str) -> float:
    """CPU seconds a call, on the loop that the agent runs on."""
    start = thread_time()
    uvloop.run(_kept(url))
    return (thread_time() - start) / CALLS


def signing() -> Result:
    """
    CPU per signed call over kept connections, against a new client for every call.

    The peer stands for clients that build their trust store and connection anew each time.
    """

    async def fresh(url: str) -> None:
        for _ in range(FEWER):
            client = _client(url)
            await _call(client)
            await client.aclose()

    ours, theirs = [], []
    with _account() as url:
        for _ in range(3):
            ours.append(_measured(url))
            start = thread_time()
            uvloop.run(fresh(url))
            theirs.append((thread_time() - start) / FEWER)
    mine, peer = median(ours), median(theirs)
    return Result(mine * 1000, "ms CPU a call", "a client per call", peer / mine)


# In a process and an environment of its own: it pins httpx<0.28 and oauthlib<4. Its addresses are
# https only.
_PEER = """
import asyncio, json, sys, time
from netsuite import Config, NetSuiteRestlet, TokenAuth
import netsuite.client
url, calls, body = sys.argv[1], int(sys.argv[2]), json.loads(sys.stdin.read())
config = Config(account="1_SB1", auth=TokenAuth(
    consumer_key="key", consumer_secret="secret", token_id="token", token_secret="secret"))
class Here(NetSuiteRestlet):
    def _make_url(self, subpath):
        return url + subpath
async def run():
    restlet = Here(config)
    for _ in range(calls):
        await restlet.post(script_id=1, deploy=1, json=body)
asyncio.run(run())
start = time.process_time()
asyncio.run(run())
print((time.process_time() - start) / calls)
"""


def published() -> Result:
    """CPU per call over kept connections, against the published client `netsuite` as it is used by its page."""
    python = _peers_python()
    if python is None:
        return Result(0.0, f"skipped: no {PEER}")
    ours, theirs = [], []
    with _account() as url:
        for _ in range(3):
            ours.append(_measured(url))
            said = subprocess.run(
                [python, "-c", _PEER, url, str(FEWER)],
                input=BODY,
                capture_output=True,
                check=True,
                env={**os.environ, "PYTHONPATH": ""},
            )
            theirs.append(float(said.stdout))
    mine, peer = median(ours), median(theirs)
    return Result(mine * 1000, "ms CPU a call", PEER, peer / mine, 10.0, peer / mine >= 10.0)


def _peers_python() -> Path | None:
    """An environment with the published client, made where there is none; None where it cannot be got."""
    folder = Path(__file__).parent / "out" / "netsuite-client"
    python = folder / "bin" / "python"
    done = folder / "ready"
    if done.exists():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", f"{PEER}"], check=True, capture_output=True
        )
    except subprocess.CalledProcessError:
        return None
    done.touch()
    return python


if __name__ == "__main__":
    serve()
