"""
Watches the account's outbox: has it drained while rows are due, and fetches what is to be pulled.

What is fetched is committed to the inbox first and acknowledged then, by the list of what arrived:
a kill in between brings the same events again, and the inbox knows them by their ids.
"""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import structlog

from agent.alarms import Alarms
from agent.dispatch.account import Account
from agent.errors import CallError, Refused
from agent.metrics import Metrics

IDLE_FACTOR = 6.0
# How long what was seen is shown, at least; else as long as two of the longest pauses.
FRESH_SECONDS = 120.0

Keep = Callable[[Sequence[dict[str, Any]]], Awaitable[list[int]]]

log = structlog.get_logger("agent.outbox")


class OutboxWatch:
    """
    Looks every `seconds`, seldomer while nothing happens, and acts when rows are due.

    Args:
        account: the service RESTlet.
        keep: takes fetched events into the inbox and returns those that are there now, by number.
        alarms: rows that could not be written or posted raise one.
        metrics: told of the rows.
        seconds: between two looks.
        drains: False where no flow is queued: then only health and drift are looked at.
    """

    def __init__(
        self,
        account: Account,
        alarms: Alarms,
        metrics: Metrics,
        seconds: float,
        *,
        drains: bool,
        keep: Keep,
    ) -> None:
        self._account = account
        self._alarms = alarms
        self._seconds = seconds
        self._drains = drains
        self._keep = keep
        self.last: dict[str, Any] = {}
        self._looked = -math.inf
        for state in ("pending", "due", "pull", "failed"):
            metrics.outbox.labels(state).set_function(partial(self._rows, state))
        self._pause = seconds

    async def round(self) -> float:
        """One look; returns how many seconds may pass until the next."""
        try:
            busy = await self._once()
        except CallError as error:
            log.warning("outbox_not_seen", code=error.code, message=error.message)
            self._pause = min(max(self._pause, 1.0) * 2, 60.0)
        else:
            longest = self._seconds * IDLE_FACTOR
            self._pause = self._seconds if busy else min(self._pause * 1.2, longest)
        return self._pause

    def _rows(self, state: str) -> float:
        """Rows in a state; nothing where another agent has looked since, or nobody can."""
        if time.monotonic() - self._looked > max(FRESH_SECONDS, 2 * IDLE_FACTOR * self._seconds):
            return math.nan
        return float((self.last.get("outbox") or {}).get(state) or 0)

    async def _once(self) -> bool:
        seen = await self._account.look()
        self.last = seen
        outbox = seen.get("outbox") or {}
        flags = seen.get("flags") or {}
        self._looked = time.monotonic()
        if flags.get("outbox_errors"):
            message = f"{flags['outbox_errors']} saves could not write their outbox row"
            self._alarms.begin("outbox", self._account.id, "OUTBOX_ERRORS", message)
        else:
            self._alarms.end("outbox", self._account.id)
        stuck = f"{self._account.id} events"
        if outbox.get("failed"):
            message = (
                "events could not be sent in ten tries: the outbox rows in the account say why"
            )
            self._alarms.begin("outbox", stuck, "OUTBOX_FAILED", message)
        else:
            self._alarms.end("outbox", stuck)
        due = int(outbox.get("due") or 0)
        if due and self._drains and not flags.get("paused"):
            answer = await self._account.op("drain")
            log.debug("drain", due=due, submitted=answer.get("submitted"))
        pull = int(outbox.get("pull") or 0)
        if pull and not flags.get("paused"):
            await self._fetch()
        return due + pull > 0

    async def _fetch(self) -> None:
        """Fetch until nothing is due; the store's refusal leaves the rest where it is."""
        more = True
        while more:
            answer = await self._account.op("fetch")
            found = list(answer.get("events") or ())
            more = bool(answer.get("more"))
            if not found:
                return
            try:
                kept = await self._keep([one["event"] for one in found])
            except Refused as error:
                log.warning("fetched_not_kept", code=error.code, message=error.message)
                return
            taken: dict[int, dict[str, Any]] = {}
            for number in kept:
                one = found[number]
                row = taken.setdefault(
                    int(one["row"]),
                    {"row": one["row"], "also": one.get("also") or [], "events": []},
                )
                row["events"].append(one["event"]["id"])
            if taken:
                await self._account.op("ack", rows=list(taken.values()))
            more = more and len(kept) == len(found)
            log.debug("fetched", events=len(found), kept=len(kept))
