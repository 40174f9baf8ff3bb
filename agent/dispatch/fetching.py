"""Documents of flows that only hear which record changed: the newest state is got before the call."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent.bundle import Fetch
from agent.dispatch.retry import Decide
from agent.documents import parse
from agent.errors import DeliveryError, Refused, TargetRefused
from agent.inbox.model import Leased, Problem, Settled
from agent.inbox.states import State
from agent.ports import Asked

AT_ONCE = 8
KEPT = 256
KEPT_BYTES = 100_000
KEPT_SECONDS = 30.0  # a person who mends a document and tries again must get the mended one
GONE = 410
# The other side does not know us: no notification is to blame.
CREDENTIALS = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Fetched:
    """Events with their documents, those that ended otherwise, and why the lane must stop, if it must."""

    events: tuple[Leased, ...]
    settled: tuple[Settled, ...]
    stopping: Problem | None


class Fetcher:
    """
    Gets documents of one flow.

    Several notifications of one record come to an account one after the other. A document that was
    got after a notification came in is as new as that notification asks for, and serves it too.

    Args:
        fetch: what is got, from where.
        asked: the connection.
        decide: when to try again.
        clock: epoch seconds.
    """

    def __init__(
        self, fetch: Fetch, asked: Asked, decide: Decide, clock: Callable[[], float]
    ) -> None:
        self._fetch = fetch
        self._asked = asked
        self._decide = decide
        self._clock = clock
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()  # got at, document

    async def documents(self, events: Sequence[Leased]) -> Fetched:
        """The newest document of every event; what several events name is got once."""
        places = [self._fetch.address(parse(event.body)[1]) for event in events]
        since: dict[str, float] = {}
        for event, place in zip(events, places, strict=True):
            if place is not None:
                asked = event.received_at if event.attempts == 0 else self._clock()
                since[place] = max(asked, since.get(place, 0.0))
        got = await asyncio.gather(*(self._newest(place, time) for place, time in since.items()))
        found = dict(zip(since, got, strict=True))
        ready: list[Leased] = []
        settled: list[Settled] = []
        stopping: Problem | None = None
        for event, place in zip(events, places, strict=True):
            if place is None:
                problem = Problem("NOTHING_TO_FETCH", "the notification names no record")
                settled.append(self._decide.held(event, problem))
                continue
            answer = found[place]
            if isinstance(answer, bytes):
                ready.append(replace(event, body=answer))
                continue
            one, stops = self._failed(event, answer)
            settled.append(one)
            stopping = stopping or stops
        return Fetched(tuple(ready), tuple(settled), stopping)

    async def _newest(self, place: str, since: float) -> bytes | DeliveryError | Refused:
        """The document as it was at `since` or later."""
        at, document = self._kept.get(place, (0.0, b""))
        now = self._clock()
        if max(since, now - KEPT_SECONDS) < at:
            return document
        answer = await self._one(place)
        if isinstance(answer, bytes) and len(answer) <= KEPT_BYTES:
            self._kept[place] = (now, answer)
            self._kept.move_to_end(place)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return answer

    async def _one(self, place: str) -> bytes | DeliveryError | Refused:
        async with self._slots:
            try:
                body = await self._asked.get(place)
                _, value = parse(body)
            except (DeliveryError, Refused) as error:
                return error
        if not isinstance(value, dict):
            return Refused("not_an_object", "what was fetched is no JSON object", status=400)
        return body

    def _failed(
        self, event: Leased, error: DeliveryError | Refused
    ) -> tuple[Settled, Problem | None]:
        if isinstance(error, Refused):
            return self._decide.held(event, Problem(error.code, error.message)), None
        problem = Problem(error.code, error.message)
        if not isinstance(error, TargetRefused):
            retry = replace(problem, kind="retry")
            return self._decide.again(event, retry, after=error.retry_after, outage=True), None
        if error.status in CREDENTIALS:
            stops = replace(problem, kind="permission")
            return Settled(event.id, State.WAITING, tried=False, problem=stops), stops
        if error.status == GONE:
            gone = Problem("SKIPPED", "the source does not have it any more")
            return Settled(event.id, State.DONE, outcome="skipped", problem=gone), None
        return self._decide.held(event, problem), None
