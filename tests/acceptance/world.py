"""
Everything around a project, as separate processes: account, agent, a sender and a target.

What tests count, they count here: the sender's own list, the account's records through the
emulator's control API, and the target's own log. Never the agent's tables.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from standardwebhooks import Webhook

BIN = Path(sys.executable).parent


def free_port() -> int:
    """A port that was free a moment ago: the agent keeps its address over restarts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(what: str, done: Callable[[], Any], *, seconds: float = 60.0) -> Any:
    """Poll until `done` gives something true; fails naming `what` and the last answer."""
    deadline = time.monotonic() + seconds
    last: Any = None
    while time.monotonic() < deadline:
        last = done()
        if last:
            return last
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds:.0f} s; last seen: {last!r}")


@dataclass
class Delivery:
    """One request that reached the target."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        """The JSON body."""
        return json.loads(self.body)


class Target:
    """The outside system: answers 200 (or what `answer` says) and keeps its own log."""

    def __init__(self) -> None:
        self.log: list[Delivery] = []
        self.answer: Callable[[Delivery], int] = lambda _delivery: 200
        target = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                body = self.rfile.read(length)
                if len(body) != length:  # its sender was killed on the way: nobody was told
                    self.close_connection = True
                    return
                delivery = Delivery(
                    self.path, {key.lower(): value for key, value in self.headers.items()}, body
                )
                status = target.answer(delivery)
                if status < 300:
                    target.log.append(delivery)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            do_PUT = do_PATCH = do_POST

            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def standard_secret() -> str:
    """A Standard Webhooks secret as a person would be given it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


class Sender:
    """A system that signs by Standard Webhooks and posts until it is answered 2xx."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._webhook = Webhook(secret)
        self.answers: list[tuple[str, int]] = []
        self.attempts = 0

    def post(
        self, flow: str, document: Any, *, id: str | None = None, client: httpx.Client | None = None
    ) -> int:
        """Deliver one document at least once; the same id over all attempts."""
        id = id or f"msg_{secrets.token_hex(12)}"
        body = json.dumps(document, ensure_ascii=False)
        deadline = time.monotonic() + 120
        while True:
            stamp = datetime.now(UTC)
            headers = {
                "webhook-id": id,
                "webhook-timestamp": str(int(stamp.timestamp())),
                "webhook-signature": self._webhook.sign(id, stamp, body),
                "content-type": "application/json",
            }
            self.attempts += 1
            try:
                post = client.post if client else httpx.post
                answer = post(
                    f"{self.url}/in/{flow}", content=body.encode(), headers=headers, timeout=10
                )
                if answer.status_code < 300 or 400 <= answer.status_code < 500:
                    self.answers.append((id, answer.status_code))
                    return answer.status_code
            except httpx.TransportError:
                pass
            assert time.monotonic() < deadline, f"{flow}: the agent took no document for 120 s"
            time.sleep(0.2)

    def post_all(self, flow: str, documents: Sequence[Any], *, width: int = 16) -> list[int]:
        """Deliver many documents, `width` at a time."""
        with (
            httpx.Client(limits=httpx.Limits(max_connections=width)) as client,
            ThreadPoolExecutor(width) as pool,
        ):
            return list(pool.map(lambda doc: self.post(flow, doc, client=client), documents))


class Account:
    """The emulator's control API."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.url: str = ready["url"]
        self._client = httpx.Client(base_url=self.url, timeout=120)

    def _json(self, answer: httpx.Response) -> Any:
        assert answer.status_code < 300, f"{answer.request.url}: {answer.status_code} {answer.text}"
        return answer.json()

    def get(self, path: str, **params: Any) -> Any:
        return self._json(self._client.get(f"/emulator/{path}", params=params))

    def post(self, path: str, body: Any) -> Any:
        return self._json(self._client.post(f"/emulator/{path}", json=body))

    def records(self, record: str, **where: Any) -> list[dict[str, Any]]:
        return list(self.get("records", type=record, **where)["records"])

    def close(self) -> None:
        self._client.close()


@dataclass
class World:
    """One project at work. Made by `running`."""

    project: Path
    folder: Path
    environment: str
    account: Account
    target: Target
    secrets: dict[str, str]
    agent_port: int
    config: Path
    _env: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    agent: subprocess.Popen[bytes] | None = None
    starts: int = 0

    @property
    def agent_url(self) -> str:
        return f"http://127.0.0.1:{self.agent_port}"

    def start_agent(self) -> None:
        """Start the agent and wait until it answers."""
        self.starts += 1
        ready = self.folder / f"agent-ready-{self.starts}.json"
        log = (self.folder / "agent.log").open("ab")
        self.agent = subprocess.Popen(
            [
                str(BIN / "suiteloom-agent"),
                "run",
                "--config",
                str(self.config),
                "--netsuite",
                str(self.folder / "ready.json"),
                "--ready-file",
                str(ready),
            ],
            env=self._env,
            stdout=log,
            stderr=log,
        )
        log.close()
        self._wait(self.agent, ready, "agent.log")

    def kill_agent(self) -> None:
        """kill -9: nothing is flushed, nothing is said."""
        assert self.agent is not None
        self.agent.send_signal(signal.SIGKILL)
        self.agent.wait()

    def _wait(self, process: subprocess.Popen[bytes], ready: Path, log: str) -> None:
        deadline = time.monotonic() + 60
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                text = (self.folder / log).read_text(errors="replace")[-4000:]
                raise AssertionError(f"{log}: not ready\n{text}")
            time.sleep(0.02)

    def sender(self, secret: str) -> Sender:
        """A sender that signs with the named secret."""
        return Sender(self.agent_url, self.secrets[secret])

    def agent_json(self, *arguments: str) -> Any:
        """What an agent command prints with --json."""
        done = subprocess.run(
            [str(BIN / "suiteloom-agent"), *arguments, "--config", str(self.config), "--json"],
            env=self._env,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)


@contextmanager
def running(
    project: Path,
    folder: Path,
    *,
    environment: str,
    standard_webhooks: Sequence[str] = (),
    secrets_: dict[str, str] | None = None,
    connections: Sequence[str] = (),
    watch: Sequence[str] = (),
    more: str = "",
    start: bool = True,
    profile: str = "default",
) -> Iterator[World]:
    """
    A project's account, agent and target, with `suiteloom emulate` and `suiteloom-agent run` as processes.

    `standard_webhooks` names the secrets to make; `connections` all point at the one target, each
    under its own path; `watch` names file flows whose folder is `folder/<flow>`. `profile`
    "adversarial" turns everything that is only assumed of NetSuite the other way.
    """
    names = {name: standard_secret() for name in standard_webhooks} | (secrets_ or {})
    names["agent_token"] = secrets.token_urlsafe(24)
    env = {
        key: value for key, value in os.environ.items() if not key.startswith("SUITELOOM_SECRET_")
    }
    env |= {f"SUITELOOM_SECRET_{name.upper()}": value for name, value in names.items()}
    env["PYTHONWARNINGS"] = "error"
    ready = folder / "ready.json"
    target = Target()
    port = free_port()
    log = (folder / "account.log").open("ab")
    emulator = subprocess.Popen(
        [
            str(BIN / "suiteloom"),
            "emulate",
            "--project",
            str(project),
            "--environment",
            environment,
            "--port",
            "0",
            "--ready-file",
            str(ready),
            "--profile",
            profile,
        ],
        env=env,
        stdout=log,
        stderr=log,
    )
    log.close()
    world: World | None = None
    try:
        world = World(
            project,
            folder,
            environment,
            None,  # type: ignore[arg-type]
            target,
            names,
            port,
            folder / "agent.toml",
            env,
            [emulator],
        )
        world._wait(emulator, ready, "account.log")
        world.account = Account(json.loads(ready.read_text()))
        bundle = _bundle(project, folder)
        lines = [
            f'bundle = "{bundle}"',
            f'environment = "{environment}"',
            f'listen = "127.0.0.1:{port}"',
            f'store = "{folder / "inbox.db"}"',
            more,
        ]
        for name in connections:
            lines += [f"[connections.{name}]", f'base_url = "{target.url}/{name}"']
        for flow in watch:
            (folder / flow).mkdir()
            lines += [f"[watch.{flow}]", f'folder = "{folder / flow}"']
        world.config.write_text("\n".join(lines) + "\n")
        outside = json.loads(bundle.read_text())["environments"][environment]["agent_url"]
        world.account.post("hosts", {outside: world.agent_url})
        if start:
            world.start_agent()
        yield world
    finally:
        for process in (world.agent if world else None, emulator):
            if process and process.poll() is None:
                process.terminate()
        for process in (world.agent if world else None, emulator):
            if process:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        if world and world.account:
            world.account.close()
        target.close()


def _bundle(project: Path, folder: Path) -> Path:
    """The project's flows.json, built beside the test."""
    out = folder / "sdf"
    subprocess.run(
        [str(BIN / "suiteloom"), "build", "--project", str(project), "--out", str(out)],
        check=True,
        capture_output=True,
    )
    return out / "flows.json"
