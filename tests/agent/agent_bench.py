"""An agent in this process, with an account and a target over real HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fake_account
import httpx
from fake_account import FakeAccount

from agent import bundle as bundles
from agent import config as configs
from agent.inbox.model import Filter
from agent.inbox.opening import Looking, looking
from agent.service import service


@dataclass
class Bench:
    """A configured agent that is not running yet."""

    folder: Path
    account: FakeAccount
    more: dict[str, str] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    address: str | None = None  # of a PostgreSQL store
    top: str = ""  # of agent.toml
    source: str = ""  # base_url of the connection `shop`, the account's where it is empty

    @property
    def store(self) -> Looking:
        return looking(self.address or self.folder / "inbox.db")

    def write(self, listen: str = "127.0.0.1:0") -> Path:
        """agent.toml with quick times; `more` adds to a section."""
        fake_account.write_bundle(self.folder, **self.changes)
        self.account.ready_file(self.folder)
        sections = {
            "dispatch": "poll_seconds = 0.2\nprobe_seconds = 0.2\nprobe_max_seconds = 0.4\n"
            "breaker_seconds = 0.2\nbreaker_max_seconds = 0.4\n",
            "retry": "base_seconds = 0.01\nmax_seconds = 0.05\n",
            "connections.shop": f'base_url = "{self.source or self.account.url}"\n',
            "secrets": 'source = ["secrets"]\n',
            "log": 'level = "error"\n',
        }
        for name, text in self.more.items():
            sections[name] = sections.get(name, "") + text
        path = self.folder / "agent.toml"
        path.write_text(
            f'bundle = "flows.json"\nenvironment = "sandbox"\nlisten = "{listen}"\n'
            + (f'store = "{self.address}"\n' if self.address else "")
            + self.top
            + "".join(f"[{name}]\n{text}" for name, text in sections.items())
        )
        return path

    @asynccontextmanager
    async def running(self) -> AsyncIterator[httpx.AsyncClient]:
        """The agent at work; the client speaks to its door."""
        config = configs.load(self.write())
        bundle = bundles.load(config.bundle)
        async with service(config, bundle, self.folder / "ready.json") as made:
            door = httpx.ASGITransport(made.door.app())
            async with httpx.AsyncClient(transport=door, base_url="http://agent") as client:
                yield client

    def run(self, work: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        """Start the agent, do `work`, stop the agent."""

        async def whole() -> Any:
            async with self.running() as client:
                return await work(client)

        return asyncio.run(whole())

    def states(self) -> dict[str, str]:
        """Event id to state."""
        return {row["event_id"]: row["state"] for row in self.store.find(Filter(), limit=10_000)}


async def until(what: str, done: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Poll until `done` gives something true."""
    deadline = time.monotonic() + seconds
    while not (found := done()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        await asyncio.sleep(0.01)
    return found
