"""Which store an address names: a file is SQLite, `postgresql://` is PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from agent.errors import UserError
from agent.inbox.causes import Cause
from agent.inbox.model import Call, Filter
from agent.inbox.reader import Reader
from agent.inbox.seal import Seal
from agent.inbox.sqlite import SqliteStore
from agent.inbox.store import Store

SCHEMES = ("postgresql://", "postgres://")

T = TypeVar("T")


class Looking(Protocol):
    """What can be asked of a store while an agent runs on it, or none does."""

    def find(
        self, which: Filter, *, limit: int = 50, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Events without their bodies, newest first."""

    def show(self, event: int) -> dict[str, Any] | None:
        """One event whole, with its history; None where there is none."""

    def causes(self, which: Filter) -> list[Cause]:
        """Why events are held or dead, the most frequent first."""

    def received(self, event: int) -> Call | None:
        """The call that brought an event, as it came; None where it is not kept."""

    def stats(self) -> list[tuple[str, str, str | None, int]]:
        """(flow, state, outcome, events)."""


async def opened(
    where: Path | str,
    *,
    place: str | None = None,
    max_open: int = 1_000_000,
    seal: Seal | None = None,
) -> Store:
    """
    The store at an address, made where it is not there.

    `place`: host and port of the agent, empty where they are not its own; on PostgreSQL the next
    one there takes over at once. None for a command beside the agents. `seal` encrypts bodies.

    Raises:
        Sealed: what is kept cannot be opened.
        StoreBusy: another agent holds the file, a newer agent wrote the store, or no server
            answers.
        UserError: PostgreSQL without its driver.
    """
    if isinstance(where, Path):
        return SqliteStore(where, max_open=max_open, seal=seal)
    try:
        from agent.inbox.postgres import open_store
    except ModuleNotFoundError as error:
        raise UserError(
            f"a PostgreSQL store needs {error.name}: pip install 'suiteloom[postgres]'"
        ) from error
    return await open_store(where, place=place, max_open=max_open, seal=seal)


def looking(where: Path | str, seal: Seal | None = None) -> Looking:
    """A look at the store at an address; `seal` opens what is encrypted."""
    return Reader(where, seal) if isinstance(where, Path) else _Shared(where, seal)


class _Shared:
    """A look at a store that agents share; each question on a connection of its own."""

    def __init__(self, where: str, seal: Seal | None) -> None:
        self._where = where
        self._seal = seal

    def find(
        self, which: Filter, *, limit: int = 50, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Events without their bodies, newest first."""
        return self._ask(lambda store: store.find(which, limit=limit, before=before))

    def show(self, event: int) -> dict[str, Any] | None:
        """One event whole, with its history; None where there is none."""
        return self._ask(lambda store: store.show(event))

    def causes(self, which: Filter) -> list[Cause]:
        """Why events are held or dead, the most frequent first."""
        return self._ask(lambda store: store.causes(which))

    def received(self, event: int) -> Call | None:
        """The call that brought an event, as it came; None where it is not kept."""
        return self._ask(lambda store: store.received(event))

    def stats(self) -> list[tuple[str, str, str | None, int]]:
        """(flow, state, outcome, events)."""
        return self._ask(lambda store: store.stats())

    def _ask(self, question: Callable[[Store], Awaitable[T]]) -> T:
        async def ask() -> T:
            store = await opened(self._where, seal=self._seal)
            try:
                return await question(store)
            finally:
                await store.close()

        return asyncio.run(ask())
