"""What a call costs the agent's client."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from time import thread_time

from agent.netsuite.auth import TokenBased
from agent.netsuite.client import NetSuite, http_client
from bench.result import Result

CALLS = 300
FEWER = 30
BODY = json.dumps({"documents": [{"id": str(n), "doc": {"n": n}} for n in range(100)]}).encode()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        return


def signing() -> Result:
    """
    CPU per signed call over kept connections, against a new client for every call.

    The peer stands for clients that build their trust store and connection anew each time.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    auth = TokenBased(
        account="1_SB1",
        consumer_key="key",
        consumer_secret="secret",
        token_id="token",
        token_secret="secret",
    )

    async def call(client: NetSuite) -> None:
        await client.call("customscript_x_rl", "customdeploy_x_rl", BODY, timeout=10)

    async def kept() -> None:
        client = NetSuite(url, auth, http_client(url))
        for _ in range(CALLS):
            await call(client)
        await client.aclose()

    async def fresh() -> None:
        for _ in range(FEWER):
            client = NetSuite(url, auth, http_client(url))
            await call(client)
            await client.aclose()

    ours, theirs = [], []
    for _ in range(3):
        start = thread_time()
        asyncio.run(kept())
        ours.append((thread_time() - start) / CALLS)
        start = thread_time()
        asyncio.run(fresh())
        theirs.append((thread_time() - start) / FEWER)
    server.shutdown()
    server.server_close()
    mine, peer = median(ours), median(theirs)
    return Result(mine * 1000, "ms CPU a call", "a client per call", peer / mine)
