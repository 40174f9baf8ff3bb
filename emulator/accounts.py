"""
The accounts that one emulator serves: the project's, and clones of it (sandboxes).

All answer on one port. A call goes to the account whose name its Host header has
(`1234567-sb2.restlets.api.netsuite.com`), a control call to the one of `?account=`; any other to
the first.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.account.preferences import Preferences
from emulator.door.app import Door, application
from emulator.door.concurrency import Concurrency
from emulator.door.credentials import Credentials
from emulator.door.faults import Faults
from emulator.door.hosts import account_host
from emulator.door.interference import Interference
from emulator.door.login import Login
from emulator.errors import UsageError
from emulator.local import LocalNetSuite
from emulator.project import ACCOUNT_ID, SdfProject
from emulator.tracing import Trace


@dataclass(frozen=True, slots=True)
class Shape:
    """What all accounts of an emulator have in common; `state_dir` None keeps them in memory."""

    state_dir: Path | None
    workers: int
    concurrency: int
    hosts: Mapping[str, str]
    preferences: Preferences | None
    smtp: str | None
    ca_file: Path | None
    trace: Trace | None


@dataclass(frozen=True, slots=True)
class Served:
    """One account with its door."""

    project: SdfProject
    local: LocalNetSuite
    door: Door
    app: ASGIApp
    ready: dict[str, str]

    def close(self) -> None:
        """Stop its scripts and close it."""
        self.local.close()


class Accounts:
    """
    The accounts by id; an ASGI application that asks the right one.

    Args:
        shape: what they have in common.
        ready: hands out an account's credentials: what its ready file says.
    """

    def __init__(
        self, shape: Shape, ready: Callable[[Credentials, SdfProject], dict[str, str]]
    ) -> None:
        self._shape = shape
        self._ready = ready
        self._served: dict[str, Served] = {}
        self._lock = threading.Lock()

    def open(self, project: SdfProject) -> Served:
        """The first account, and the clones that its state holds."""
        first = self._open(project, self._shape.state_dir)
        for folder in self._kept():
            self._open(replace(project, account=folder.name), folder).local.begin()
        return first

    def close(self) -> None:
        """Close all of them."""
        for served in self._served.values():
            served.close()

    def clone(self, of: str, account: str) -> dict[str, str]:
        """
        A copy of an account under another id, as a sandbox refresh makes it; an older one goes.

        Records, files, scripts, schedules, roles and API secrets are copied; tokens and
        certificates are not (section_162686838198): the answer hands out new ones.
        """
        with self._lock:
            source = self._served[of]
            if not ACCOUNT_ID.fullmatch(account):
                raise UsageError(f"'{account}' is no account id, such as 1234567_SB2")
            if account in (of, next(iter(self._served))):
                raise UsageError(f"{account} cannot become a copy of {of}")
            old = self._served.pop(account, None)
            if old is not None:
                old.close()
            folder = self._shape.state_dir and self._shape.state_dir / account
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            made = self._open(replace(source.project, account=account), folder, source.local)
            made.local.begin()
            return made.ready

    def listed(self) -> list[dict[str, Any]]:
        """Every account with the host names that ask it."""
        domains = ("restlets.api", "suitetalk.api", "app")
        return [
            {
                "account": name,
                "hosts": [f"{account_host(name)}.{domain}.netsuite.com" for domain in domains],
            }
            for name in self._served
        ]

    def _kept(self) -> list[Path]:
        state = self._shape.state_dir
        if state is None or not state.is_dir():
            return []
        return sorted(folder for folder in state.iterdir() if (folder / "account.db").is_file())

    def _open(
        self, project: SdfProject, state_dir: Path | None, source: LocalNetSuite | None = None
    ) -> Served:
        shape = self._shape
        limit = Concurrency(source.limit.limit if source else shape.concurrency)
        local = LocalNetSuite(
            project,
            state_dir=state_dir,
            workers=shape.workers,
            hosts=shape.hosts,
            limit=limit,
            preferences=shape.preferences,
            smtp=shape.smtp,
            ca_file=shape.ca_file,
            trace=shape.trace,
            source=source,
        )
        faults = Faults(lambda: local.account.now_ms() / 1000)
        local.account.interference = Interference(local.account, faults)
        kept = state_dir and state_dir / "credentials.json"
        credentials = Credentials(now=faults.now, path=kept)
        door = Door(
            account=local.account,
            query=local.query,
            engine=local.engine,
            credentials=credentials,
            login=Login(local.account, credentials, local.session),
            limit=limit,
            faults=faults,
            console=local,
            accounts=self,
        )
        ready = self._ready(credentials, project)
        served = Served(project, local, door, application(door), ready)
        self._served[project.account] = served
        return served

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the account that is meant."""
        await self._asked(scope).app(scope, receive, send)

    def _asked(self, scope: Scope) -> Served:
        served = dict(self._served)
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        try:
            label = (urlsplit(f"//{host}").hostname or "").partition(".")[0]
        except ValueError:
            label = ""
        if scope["path"].startswith("/emulator"):
            query = parse_qs(scope["query_string"].decode("latin-1"))
            label = account_host(query.get("account", [label])[0])
        for name, one in served.items():
            if account_host(name) == label:
                return one
        return next(iter(served.values()))
