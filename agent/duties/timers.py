"""Duties of an agent that is alone on its store: timers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import structlog

from agent.duties.model import AGAIN_SECONDS, Duty

log = structlog.get_logger("agent.duties")


class Timers:
    """Runs each duty round after round (`agent.duties.model.Rota`)."""

    def __init__(self) -> None:
        self._running: dict[Duty, asyncio.Task[None]] = {}
        self._woken: dict[str, asyncio.Event] = {}
        self._ending = False

    async def start(self, duties: Sequence[Duty]) -> None:
        """Begin with the duties."""
        self._ending = False
        for duty in duties:
            self._woken[duty.name] = asyncio.Event()
            self._running[duty] = asyncio.create_task(self._run(duty), name=duty.name)

    async def wake(self, name: str) -> None:
        """The next round of a duty is due now."""
        if name in self._woken:
            self._woken[name].set()

    async def stop(self, seconds: float) -> None:
        """Begin no round more; those under way may end, for so long."""
        self._ending = True
        for event in self._woken.values():
            event.set()
        for duty, task in self._running.items():
            if duty.cut or seconds <= 0:
                task.cancel()
        if self._running:
            _, late = await asyncio.wait(self._running.values(), timeout=seconds or None)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._running.clear()
        self._woken.clear()

    async def _run(self, duty: Duty) -> None:
        woken = self._woken[duty.name]
        step = duty.due or duty.round
        while True:
            try:
                wait = await step()
                step = duty.round
            except Exception:  # a duty must outlive anything; what it has done is in the store
                log.exception("duty_fault", duty=duty.name)
                wait = AGAIN_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await woken.wait()
            if self._ending:
                return
            woken.clear()
