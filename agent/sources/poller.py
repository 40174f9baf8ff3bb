"""
One flow whose source is asked: page by page into the inbox, each with the place that it leads to.

A document whose version was told last is passed over. New documents, their versions and the
position are one commit, so a kill in between neither loses nor doubles one, and a round that was
cut off goes on at its page.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from agent.alarms import Alarms
from agent.bundle import InboundFlow
from agent.errors import TargetRefused
from agent.inbox.model import Polled, PollState
from agent.inbox.store import Store
from agent.ingress import intake
from agent.metrics import Metrics
from agent.poll.rounds import Pass, Rounds
from agent.sources.model import Page, Position, Source


class SourcePoller(Rounds):
    """
    Polls the source of one flow.

    Args:
        flow: the flow; it has a `source`.
        source: who is asked.
        store: keeps documents, versions and position.
        alarms: told of what a person must mend.
        metrics: told of new documents.
        arrived: called with the flow's name when documents are new.
        clock: epoch seconds.
    """

    def __init__(
        self,
        flow: InboundFlow,
        source: Source,
        store: Store,
        *,
        alarms: Alarms,
        metrics: Metrics,
        arrived: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        assert flow.source is not None
        super().__init__(
            flow.flow, flow.source.every_minutes, store=store, alarms=alarms, clock=clock
        )
        self._flow = flow
        self._source = source
        self._metrics = metrics
        self._arrived = arrived

    async def once(self) -> Pass:
        """One whole round, or the rest of one that was cut off."""
        began = self._clock()
        state = await self._store.poll(self._name)
        position = Position.read(state.watermark)
        try:
            found = await self._round(position, state, began)
        except TargetRefused as error:
            if error.code != "page_gone":
                raise
            self.log.info("page_gone", message=error.message)
            found = await self._round(position.anew(), state, began)
        self._alarms.end("poll", self._name)
        return found

    async def _round(self, position: Position, state: PollState, began: float) -> Pass:
        keys = told = 0
        # Closed here, and not some time later, where the round is cut off between two pages.
        async with aclosing(self._source.pages(position)) as pages:
            async for page in pages:
                last = page.position.page is None
                text = page.position.text()
                told += await self._keep(page, PollState(text, "", began if last else state.began))
                keys += len(page.found)
        return Pass(keys, told, 0)

    async def _keep(self, page: Page, state: PollState) -> int:
        known = await self._store.hashes(self._name, [json.dumps(one.id) for one in page.found])
        changes = []
        for one in page.found:
            key = json.dumps(one.id)
            before = known.get(key)
            if before == one.version:
                continue
            known[key] = one.version
            row = intake.row(self._flow, one.raw, one.value, None, "poll")
            if self._flow.key is None and not row.key.startswith("fetch:"):
                row = replace(row, key=f"poll:{one.id}")  # its versions keep their order
            changes.append(Polled(key, one.version, row, before))
        told = await self._store.accept_polled(self._name, changes, state)
        self._metrics.accepted.labels(self._name, "poll").inc(told)
        if told:
            self._arrived(self._name)
        return told
