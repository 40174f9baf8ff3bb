"""What a store must offer (docs/architecture.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from agent.alarms import Memory
from agent.dispatch.limit import Limit
from agent.dispatch.slots import Slots
from agent.duties.model import Rota
from agent.inbox.causes import Cause
from agent.inbox.model import (
    Call,
    Filter,
    Import,
    Incoming,
    Lease,
    Leased,
    Polled,
    PollState,
    Replayed,
    Settled,
)
from agent.silence import Traffic


class Store(Memory, Protocol):
    """
    Events, kept. Every method that writes returns after the commit is on disk.

    A *key* is leased, not an event: the lease brings the key's first open event, and the next one
    only after that one has ended or is held. Times are epoch seconds.
    """

    def now(self) -> float:
        """The time, as the store counts it: agents whose clocks differ share it. All times of events are in it."""

    async def accept(self, incoming: Sequence[Incoming]) -> list[bool]:
        """Keep events; False for each that was there. Raises Refused (503) where the store is full."""

    async def lease(
        self,
        flow: str,
        limit: int,
        seconds: float,
        owner: str | None = None,
        *,
        newest: bool = False,
    ) -> Lease:
        """
        Take the first open events of up to `limit` due keys, oldest first.

        With `newest` it is the last one of each key, and those before it end as `superseded`,
        unless a call is unsettled: then it and what follows go in order.
        """

    async def complete(self, owner: str, settled: Iterable[Settled]) -> int:
        """Record what became of leased events; those that `owner` no longer holds are left alone. Returns how many it held."""

    async def release(self, owner: str, due: float | None = None) -> int:
        """Give back what was not sent, untouched, to be tried at `due` (now if None)."""

    async def next_due(self, flow: str) -> float | None:
        """When the flow's next key that nobody holds is due; None where there is none."""

    async def replay(
        self, which: Filter, *, force: bool = False, dry_run: bool = False
    ) -> Replayed:
        """Try held and dead (and at once: waiting) events again; those with a newer done event of their key only by force."""

    async def edit(self, event: int, body: bytes, who: str, *, force: bool = False) -> Replayed:
        """Give an event another body, keep what came in, and replay it; nothing of it where it is passed over."""

    async def discard(self, which: Filter, reason: str, who: str, *, dry_run: bool = False) -> int:
        """Give up events that are not in a call and not done; why and by whom stands in their history."""

    async def begin_import(self, run: Import) -> None:
        """Remember a run before anything of it is staged."""

    async def submitted(self, run: str, parts: int) -> None:
        """Remember that the run may have started in the account."""

    async def imports(self) -> list[Import]:
        """Runs that are not finished."""

    async def drop_import(self, run: str) -> None:
        """Remember that a run that was never submitted is given up, and what it staged still to be cleared."""

    async def end_import(self, run: str) -> None:
        """Forget a run."""

    async def poll(self, flow: str) -> PollState:
        """Where a polled flow stands."""

    async def hashes(self, flow: str, keys: Sequence[str]) -> dict[str, str]:
        """The hashes of what was told last, of those keys that were told."""

    async def hashes_kept(self, flow: str) -> bool:
        """Whether any key of the flow was told."""

    async def polled_keys(self, flow: str, beginning: str = "") -> list[str]:
        """Every key that was told and not forgotten, or those whose hash begins so."""

    async def accept_polled(
        self, flow: str, changes: Sequence[Polled], state: PollState | None = None
    ) -> int:
        """
        Keep events together with the hashes of what they tell and, if given, where the poll now stands.

        Returns how many are told; those of keys that were told anew since `before` are not.

        Raises Refused (503) where the store is full.
        """

    async def end_poll(self, flow: str, state: PollState) -> None:
        """Remember a whole pass."""

    async def held_by(self, owner: str) -> dict[str, Leased]:
        """Events of an owner that are in a call, by row as text, without bodies; `sent_at` is the time of the lease."""

    async def find(
        self, which: Filter, *, limit: int = 50, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Events without their bodies, newest first."""

    async def show(self, event: int) -> dict[str, Any] | None:
        """One event whole, with its history."""

    async def causes(self, which: Filter) -> list[Cause]:
        """Why events are held or dead (but not discarded or closed), the most frequent first."""

    async def received(self, event: int) -> Call | None:
        """The call that brought an event, as it came; None where it is not kept."""

    async def stats(self) -> list[tuple[str, str, str | None, int]]:
        """(flow, state, outcome, events)."""

    async def oldest(self) -> dict[str, float]:
        """When the oldest event that has not ended came in, by flow."""

    async def newest(self) -> dict[str, float]:
        """When the newest event came in, by flow."""

    async def progress(self, flow: str, file: str) -> list[tuple[str, str | None, int]]:
        """(state, outcome, events) of a file."""

    async def results(self, flow: str, file: str, first: int, limit: int) -> list[dict[str, Any]]:
        """Events of a file in the order of the file."""

    async def purge(
        self, before: float, *, ids: float | None = None, raw: float | None = None
    ) -> int:
        """
        Forget events that were done or discarded before a time; returns how many.

        Their ids stay, so that a repeat is still one, until `ids`: those of events that came before
        it go, too.
        `raw`: calls that came before it are no longer kept as they came.
        """

    async def count(self, since: float) -> None:
        """Count what came in since the last time, by flow and hour; what came before `since` is no longer known."""

    async def traffic(self) -> Traffic:
        """What came in by flow and hour, as far as it is counted."""

    def slots(self, account: str, limit: Limit) -> Slots:
        """The account's slots for calls, shared by the agents on the store."""

    def rota(self) -> Rota:
        """Who does what is done once for all agents on the store."""

    async def close(self) -> None:
        """Finish what is under way and close."""
