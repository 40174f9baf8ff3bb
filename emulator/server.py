"""
The emulator put together and started.

    Settings ─► LocalNetSuite (account, query, engine) ─► door ─► uvicorn ─► ready file
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from emulator.account.preferences import Preferences
from emulator.accounts import Accounts, Shape
from emulator.control import Control
from emulator.door.app import Door, DroppingProtocol
from emulator.door.concurrency import DEFAULT_LIMIT
from emulator.door.credentials import Credentials
from emulator.door.scenario import play, read_scenario
from emulator.door.tls import tls
from emulator.errors import UsageError
from emulator.handout import hand_out, secrets_for, write_ready
from emulator.project import SdfProject, opened
from emulator.tracing import Trace

# What an administrator grants by hand, because SDF has no key for it (netsuite-facts 10; SETUP.md).
BY_HAND = {"SUITESCRIPT_SCHEDULING": "FULL"}


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How an emulator is started.

    Args:
        project: a folder with project.yaml, or an SDF project.
        environment: whose account it is; None for the project's first.
        port: 0 for a free one.
        ready_file: written once requests are answered; the private key and made-up secrets lie
            beside it.
        state_dir: where the account is kept; None for memory.
        workers: Node processes.
        concurrency: the account's limit of calls at a time.
        hosts: where N/https finds hosts, origin to address.
        environ: where secrets are looked up (`SUITELOOM_SECRET_<NAME>`).
        preferences: the account's preferences and what is only assumed of NetSuite; None for the
            defaults.
        exit_with_parent: end when the process that started this one has ended.
        trace: where to note what scripts use of N/; None notes nothing.
        smtp: HOST:PORT of a mail server for N/email; None keeps mail in the account only.
        ca_file: PEM file of certificate authorities that N/https trusts beside the system's.
        scenario: a file of faults to begin with.
        tls: answer by https too, on a port of its own, with certificates that lie in the state's
            folder or beside the ready file.
        tls_port: 0 for a free one.
    """

    project: Path
    environment: str | None = None
    port: int = 0
    ready_file: Path | None = None
    state_dir: Path | None = None
    workers: int = 2
    concurrency: int = DEFAULT_LIMIT
    hosts: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    preferences: Preferences | None = None
    exit_with_parent: bool = False
    trace: Trace | None = None
    smtp: str | None = None
    ca_file: Path | None = None
    scenario: Path | None = None
    tls: bool = False
    tls_port: int = 0


def serve(settings: Settings, say: Callable[[str], None] = lambda _line: None) -> None:
    """
    Run an emulator until SIGTERM or SIGINT.

    Raises:
        UsageError: the project cannot be used. DeployError: it does not deploy.
    """
    with _running(settings) as (server, listener, ready, door):

        def started() -> None:
            for line in door.console.about()["no_effect"]:
                say(f"No effect in the local account: {line}")
            write_ready(settings.ready_file, ready)
            where = " and ".join(ready[name] for name in ("url", "https_url") if name in ready)
            say(f"NetSuite account {ready['account']} answers at {where}")

        server.on_ready = started
        if settings.exit_with_parent:
            _watch_parent(server)
        with _stopped_by_signals(server):
            server.run([listener])


class LocalServer:
    """
    An emulator in a thread of this process, for tests and the demo.

    `with LocalServer(Settings(project)) as server:` gives `url`, `ready` (what a ready file holds),
    `control` and, for tests inside this process, `door`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.ExitStack()
        self.ready: dict[str, str] = {}

    @property
    def url(self) -> str:
        """The emulator's address."""
        return self.ready["url"]

    def __enter__(self) -> LocalServer:
        with contextlib.ExitStack() as stack:
            server, listener, self.ready, self.door = stack.enter_context(_running(self._settings))
            thread = threading.Thread(target=server.run, args=([listener],), name="emulator")
            answering = threading.Event()
            server.on_ready = answering.set
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.stop)
            if not answering.wait(60):
                raise UsageError("The emulator did not start.")
            write_ready(self._settings.ready_file, self.ready)
            self.control = stack.enter_context(Control(self.url))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it answers, and answers by https on another socket."""

    on_ready: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, app: ASGIApp, secure: tuple[socket.socket, ssl.SSLContext] | None) -> None:
        super().__init__(_config(app))
        self._secure = secure

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._secure is not None:
            await self._listen(*self._secure)
        self.on_ready()

    async def _listen(self, listener: socket.socket, context: ssl.SSLContext) -> None:
        def protocol() -> DroppingProtocol:
            return DroppingProtocol(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )

        loop = asyncio.get_running_loop()
        self.servers.append(await loop.create_server(protocol, sock=listener, ssl=context))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would raise the signal again when it has stopped: the process would end by it
        # before the account is closed.
        yield

    def stop(self) -> None:
        self.should_exit = True


@contextlib.contextmanager
def _stopped_by_signals(server: _Server) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _running(settings: Settings) -> Iterator[tuple[_Server, socket.socket, dict[str, str], Door]]:
    """A server that is ready to run, its socket, what its ready file holds and its door."""
    with contextlib.ExitStack() as stack:
        project = stack.enter_context(opened(settings.project, settings.environment))
        listener = stack.enter_context(socket.create_server(("127.0.0.1", settings.port)))
        if settings.ready_file is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="suiteloom-")))
        else:
            folder = settings.ready_file.resolve().parent
            folder.mkdir(parents=True, exist_ok=True)
        shape = Shape(
            settings.state_dir,
            settings.workers,
            settings.concurrency,
            settings.hosts,
            settings.preferences,
            settings.smtp,
            settings.ca_file,
            settings.trace,
        )
        urls = {"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}
        secure = None
        if settings.tls:
            kept = tls(settings.state_dir / "tls" if settings.state_dir else folder / "tls")
            second = stack.enter_context(socket.create_server(("127.0.0.1", settings.tls_port)))
            secure = (second, kept.context)
            urls["https_url"] = f"https://localhost:{second.getsockname()[1]}"
            urls["ca_file"] = str(kept.ca_file)

        def ready(credentials: Credentials, of: SdfProject) -> dict[str, str]:
            return _handed(credentials, of, urls, folder if of == project else folder / of.account)

        accounts = Accounts(shape, ready)
        stack.callback(accounts.close)
        first = accounts.open(project)
        folder_of = folder / "secrets"
        needs = secrets_for(project.secrets, folder_of, settings.environ, first.local.secret)
        first.local.start(needs, BY_HAND)
        first.ready["profile"] = str(first.local.about()["profile"])
        if settings.scenario is not None:
            play(read_scenario(settings.scenario), first.local, first.door.faults)
        yield _Server(accounts, secure), listener, first.ready, first.door


def _handed(
    credentials: Credentials, project: SdfProject, urls: Mapping[str, str], folder: Path
) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    ready = {**urls, "account": project.account}
    ready |= hand_out(credentials, project, folder)
    return {**ready, "secrets_dir": str(folder / "secrets")}


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=DroppingProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )


def _watch_parent(server: _Server) -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        server.stop()

    threading.Thread(target=watch, daemon=True, name="parent").start()
