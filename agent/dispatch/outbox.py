"""Watches the account's outbox and has it drained while rows are due."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from agent.alarms import Alarms
from agent.dispatch.account import Account
from agent.errors import CallError
from agent.metrics import Metrics

IDLE_FACTOR = 6.0

log = structlog.get_logger("agent.outbox")


class OutboxWatch:
    """
    Looks every `seconds`, seldomer while nothing happens, and calls op `drain` when rows are due.

    Args:
        account: the service RESTlet.
        alarms: rows that could not be written or posted raise one.
        metrics: told of the rows.
        seconds: between two looks.
        drains: False where no flow is queued: then only health and drift are looked at.
    """

    def __init__(
        self, account: Account, alarms: Alarms, metrics: Metrics, seconds: float, *, drains: bool
    ) -> None:
        self._account = account
        self._alarms = alarms
        self._metrics = metrics
        self._seconds = seconds
        self._drains = drains
        self.last: dict[str, Any] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """An event came in: more may be waiting."""
        self._wake.set()

    async def run(self) -> None:
        """Look until cancelled."""
        pause = self._seconds
        while True:
            try:
                busy = await self._once()
                pause = self._seconds if busy else min(pause * 1.2, self._seconds * IDLE_FACTOR)
            except CallError as error:
                log.warning("outbox_not_seen", code=error.code, message=error.message)
                pause = min(max(pause, 1.0) * 2, 60.0)
            self._wake.clear()
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
                    await asyncio.sleep(min(self._seconds, pause))
            except TimeoutError:
                pass

    async def _once(self) -> bool:
        seen = await self._account.look()
        self.last = seen
        outbox = seen.get("outbox") or {}
        flags = seen.get("flags") or {}
        for state in ("pending", "due", "failed"):
            self._metrics.outbox.labels(state).set(float(outbox.get(state) or 0))
        if flags.get("outbox_errors"):
            message = f"{flags['outbox_errors']} saves could not write their outbox row"
            self._alarms.begin("outbox", self._account.id, "OUTBOX_ERRORS", message)
        else:
            self._alarms.end("outbox", self._account.id)
        due = int(outbox.get("due") or 0)
        if due and self._drains and not flags.get("paused"):
            answer = await self._account.op("drain")
            log.debug("drain", due=due, submitted=answer.get("submitted"))
        return due > 0
