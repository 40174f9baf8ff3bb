"""
The emulator put together and started.

    Settings ─► LocalNetSuite (account, query, engine) ─► door ─► uvicorn ─► ready file
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.types import ASGIApp

from emulator.account.preferences import Preferences
from emulator.account.roles import ADMINISTRATOR
from emulator.account.starter import ADMIN_USER, INTEGRATION_USER
from emulator.accounts import Accounts, Shape
from emulator.control import Control
from emulator.door.app import Door, DroppingProtocol
from emulator.door.concurrency import DEFAULT_LIMIT
from emulator.door.credentials import Certificate, Credentials, Holder, new_token
from emulator.door.scenario import play, read_scenario
from emulator.errors import UsageError
from emulator.project import SdfProject, SecretNeed, opened
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
            say(f"NetSuite account {ready['account']} answers at {ready['url']}")

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
    """uvicorn's server, which says when it answers."""

    on_ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_ready()

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
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def ready(credentials: Credentials, of: SdfProject) -> dict[str, str]:
            return _handed(credentials, of, url, folder if of == project else folder / of.account)

        accounts = Accounts(shape, ready)
        stack.callback(accounts.close)
        first = accounts.open(project)
        needs = secrets_for(project.secrets, folder / "secrets", settings.environ)
        first.local.start(needs, BY_HAND)
        first.ready["profile"] = str(first.local.about()["profile"])
        if settings.scenario is not None:
            play(read_scenario(settings.scenario), first.local, first.door.faults)
        yield _server(accounts), listener, first.ready, first.door


def _handed(
    credentials: Credentials, project: SdfProject, url: str, folder: Path
) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    ready = {"url": url, "account": project.account}
    ready |= hand_out(credentials, project, folder)
    return {**ready, "secrets_dir": str(folder / "secrets")}


def _server(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
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
    return _Server(config)


def hand_out(credentials: Credentials, project: SdfProject, folder: Path) -> dict[str, str]:
    """Make the credentials of SETUP.md: tokens and a certificate for the integration role, an admin token."""
    integration = Holder(INTEGRATION_USER, project.role or ADMINISTRATOR)
    token = new_token(integration)
    consumer = (token.consumer_key, token.consumer_secret)
    admin = new_token(Holder(ADMIN_USER, ADMINISTRATOR), consumer)
    credentials.add_token(token)
    credentials.add_token(admin)
    key = ec.generate_private_key(ec.SECP256R1())
    key_file = folder / "private_key.pem"
    write_private(
        key_file,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    certificate = Certificate(
        secrets.token_urlsafe(24), token.consumer_key, key.public_key(), integration
    )
    credentials.add_certificate(certificate)
    return {
        "consumer_key": token.consumer_key,
        "consumer_secret": token.consumer_secret,
        "token_id": token.id,
        "token_secret": token.secret,
        "admin_token_id": admin.id,
        "admin_token_secret": admin.secret,
        "client_id": certificate.client_id,
        "certificate_id": certificate.id,
        "private_key_file": str(key_file),
    }


def secrets_for(
    needs: tuple[SecretNeed, ...], folder: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """
    The account's API secrets by script id.

    A secret that the environment does not give is made up and written to `folder`/NAME, where the
    agent finds it; one that lies there already is kept.
    """
    found: dict[str, str] = {}
    for need in needs:
        text = environ.get(f"SUITELOOM_SECRET_{need.name.upper()}")
        if text is None:
            path = folder / need.name
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_private(path, _made_up(need).encode())
            text = path.read_text(encoding="utf-8").strip()
        if need.scriptid is not None:
            found[need.scriptid] = text
    return found


def _made_up(need: SecretNeed) -> str:
    if need.form == "base64":
        return base64.b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(32)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def write_ready(path: Path | None, ready: Mapping[str, Any]) -> None:
    """Write the ready file in one step, readable by its owner only: it holds credentials."""
    if path is None:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write_private(draft, json.dumps(ready, indent=1).encode())
    draft.replace(path)


def _watch_parent(server: _Server) -> None:
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        server.stop()

    threading.Thread(target=watch, daemon=True, name="parent").start()
