"""A flow whose source is polled, a store, and rounds that can be cut off at any commit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fake_account

from agent import bundle as bundles
from agent.alarms import Alarms
from agent.bundle import InboundFlow
from agent.errors import AgentError
from agent.inbox.model import Polled, PollState, Settled
from agent.inbox.sqlite import SqliteStore
from agent.inbox.states import State
from agent.metrics import Metrics
from agent.sources.model import Source
from agent.sources.poller import SourcePoller


class CutError(AgentError):
    """The process is gone."""


def flow_of(folder: Path, source: dict[str, Any], **changes: Any) -> InboundFlow:
    """The flow `orders` with a source."""
    changes = {"verify": None, "id_path": ["id"], "source": source, **changes}
    path = fake_account.write_bundle(folder, **changes)
    flow = bundles.load(path).flows["orders"]
    assert isinstance(flow, InboundFlow)
    return flow


@dataclass
class Store:
    """The real store; `cut` commits later the process is gone, before or after that commit."""

    store: SqliteStore
    cut: int | None = None
    before: bool = False
    commits: int = 0

    async def accept_polled(self, flow: str, changes: Sequence[Polled], state: PollState) -> int:
        self.commits += 1
        here = self.cut is not None and self.commits > self.cut
        if here and self.before:
            raise CutError
        told = await self.store.accept_polled(flow, changes, state)
        if here:
            raise CutError
        return told

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class Polling:
    """Rounds over one store; every call is a process of its own."""

    folder: Path
    flow: InboundFlow
    source: Source
    alarms: Alarms = field(default_factory=lambda: Alarms(Metrics()))

    def round(self, cut: int | None = None, *, before: bool = False) -> int | None:
        """One round; how many documents were new, None where it was cut off."""

        async def run() -> int | None:
            store = SqliteStore(self.folder / "inbox.db")
            poller = SourcePoller(
                self.flow,
                self.source,
                Store(store, cut, before),  # type: ignore[arg-type]
                alarms=self.alarms,
                metrics=Metrics(),
                arrived=lambda _flow: None,
            )
            try:
                return (await poller.once()).told
            except CutError:
                return None
            finally:
                await store.close()

        return asyncio.run(run())

    def taken(self) -> list[bytes]:
        """Documents in the order in which they came in, as they stand in the inbox."""

        async def run() -> list[bytes]:
            store = SqliteStore(self.folder / "inbox.db")
            found = []
            while (lease := await store.lease("orders", 1000, 60)).events:
                found += lease.events
                ended = [Settled(one.id, State.DONE, outcome="created") for one in lease.events]
                await store.complete(lease.owner, ended)
            await store.close()
            return [event.body for event in sorted(found, key=lambda event: event.id)]

        return asyncio.run(run())

    def values(self) -> list[Any]:
        """The documents' values."""
        return [json.loads(body) for body in self.taken()]
