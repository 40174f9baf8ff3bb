"""
One polled flow: ask for keys, ask for the rows of those keys, keep what is new.

The account makes the message of a key and its hash; the store keeps the hash that was told last. An
event and its hash are one commit, so a kill in between neither loses nor doubles it. A watermark
comes from the rows as they were when the pass began, never from a clock of ours, and is moved only
when the whole pass is through; the next pass looks back behind it, because a row is stamped before
it can be seen.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.alarms import Alarms
from agent.bundle import Bundle, OutboundFlow, Poll
from agent.dispatch.account import Account
from agent.errors import BadAnswer
from agent.inbox.model import Incoming, Polled, PollState
from agent.inbox.store import Store
from agent.metrics import Metrics
from agent.poll.rounds import Pass, Rounds

MASK = "%Y-%m-%d %H:%M:%S"
# Before the hash of a key whose message could not be made since: it is asked for in each pass, also
# when the window of the watermark is beyond it.
FAILED = "!"


class Poller(Rounds):
    """
    Polls one flow.

    Args:
        flow: the flow; it has a `poll`.
        bundle: the project, for the events' heads.
        account: the service RESTlet.
        store: keeps hashes, watermark and events.
        alarms: told of what a person must mend.
        metrics: told of new events.
        arrived: called with the flow's name when events are new.
        clock: epoch seconds.
    """

    def __init__(
        self,
        flow: OutboundFlow,
        bundle: Bundle,
        account: Account,
        store: Store,
        *,
        alarms: Alarms,
        metrics: Metrics,
        arrived: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        assert flow.poll is not None
        super().__init__(
            flow.flow, flow.poll.every_minutes, store=store, alarms=alarms, clock=clock
        )
        self._flow = flow
        self._poll: Poll = flow.poll
        self._bundle = bundle
        self._account = account
        self._metrics = metrics
        self._arrived = arrived

    async def once(self) -> Pass:
        """One whole pass. Raises CallError or Refused: nothing is lost, the next pass begins anew."""
        flow = self._flow.flow
        began = self._clock()
        state = await self._store.poll(flow)
        known = await self._store.hashes_kept(flow)
        seen: set[str] = set()
        newest, zone = "", state.zone
        told = failed = 0
        first_failure: tuple[str, str] | None = None
        since, after = self._since(state), None
        while True:
            page = await self._account.op(
                "poll",
                flow=flow,
                contract=self._flow.contract,
                watermark=since,
                after=after,
                known=known,
            )
            zone = str(page.get("zone") or "")
            if since is not None and zone != state.zone:
                # Times are text in the session's zone: after a change they cannot be compared.
                self.log.info("zone_changed", before=state.zone, now=zone)
                state, since, after = PollState("", zone, state.began), None, None
                newest = ""
                continue
            keys = list(page["keys"])
            for chunk in _chunks(keys, self._poll.batch):
                done = await self._rows(chunk, seen)
                told += done.told
                failed += done.failed
                first_failure = first_failure or done.failure
            newest = max(newest, str(page.get("watermark") or ""))
            after = page.get("after")
            if after is None:
                break
        if self._poll.overlap_minutes is not None:
            failing = await self._store.polled_keys(flow, FAILED)
            missed = [json.loads(key) for key in failing if key not in seen]
            for chunk in _chunks(missed, self._poll.batch):
                done = await self._rows(chunk, seen)
                told += done.told
                failed += done.failed
                first_failure = first_failure or done.failure
        if self._poll.deletes:
            told += await self._vanished(seen)
        await self._store.end_poll(flow, PollState(max(newest, state.watermark), zone, began))
        if first_failure is not None:
            code, message = first_failure
            self._alarms.begin("poll", flow, code, f"{failed} keys could not be read: {message}")
        else:
            self._alarms.end("poll", flow)
        return Pass(len(seen), told, failed)

    def _since(self, state: PollState) -> str | None:
        """Where the next pass begins, as the account writes times."""
        if self._poll.overlap_minutes is None or not state.watermark:
            return None
        newest = datetime.strptime(state.watermark, MASK)
        return (newest - timedelta(minutes=self._poll.overlap_minutes)).strftime(MASK)

    async def _rows(self, keys: Sequence[Any], seen: set[str]) -> _Told:
        """Messages of some keys: those whose hash differs go into the inbox, with their hash."""
        told = failed = 0
        failure: tuple[str, str] | None = None
        open_ = [json.dumps(key) for key in keys]
        while open_:
            kept = await self._store.hashes(self._flow.flow, open_)
            answer = await self._account.op(
                "rows",
                flow=self._flow.flow,
                contract=self._flow.contract,
                keys=[
                    {"key": json.loads(key), "hash": kept.get(key, "").removeprefix(FAILED) or None}
                    for key in open_
                ],
            )
            changes: list[Polled] = []
            deferred: list[str] = []
            for row in answer["results"]:
                key = json.dumps(row["key"])
                if row.get("deferred"):
                    deferred.append(key)
                    continue
                before = kept.get(key)
                marked = before is not None and before.startswith(FAILED)
                if not row.get("gone"):  # without rows it is as one that is not given
                    seen.add(key)
                if error := row.get("error"):
                    failed += 1
                    failure = failure or (str(error["code"]), f"{row['key']}: {error['message']}")
                    self.log.warning("key_failed", key=row["key"], error=error)
                    if not marked and self._poll.overlap_minutes is not None:
                        changes.append(Polled(key, FAILED + (before or ""), None, before))
                elif "data" in row:
                    event = self._event("poll", row["key"], row["data"], str(answer["time"]))
                    changes.append(Polled(key, row["hash"], event, before))
                elif before is not None and marked:
                    changes.append(Polled(key, before.removeprefix(FAILED) or None, None, before))
            told += await self._keep(changes)
            if len(deferred) >= len(open_):
                raise BadAnswer("NO_PROGRESS", "the account deferred every key")
            open_ = deferred
        return _Told(told, failed, failure)

    async def _vanished(self, seen: set[str]) -> int:
        """Keys that were told and are no more."""
        gone = [key for key in await self._store.polled_keys(self._flow.flow) if key not in seen]
        now = datetime.fromtimestamp(self._clock(), UTC).isoformat().replace("+00:00", "Z")
        told = 0
        for chunk in _chunks(gone, self._poll.batch):
            changes = []
            for text in chunk:
                key = json.loads(text)
                data = {self._poll.key: key, "deleted": True}
                changes.append(Polled(text, None, self._event("delete", key, data, now)))
            told += await self._keep(changes)
        return told

    async def _keep(self, changes: Sequence[Polled]) -> int:
        if not changes:
            return 0
        told = await self._store.accept_polled(self._flow.flow, changes)
        self._metrics.accepted.labels(self._flow.flow, "poll").inc(told)
        self._arrived(self._flow.flow)
        return told

    def _event(self, kind: str, key: Any, data: Any, at: str) -> Incoming:
        """The CloudEvent of a key, as the account would post one."""
        flow, prefix, account = self._flow, self._bundle.prefix, self._account.id
        id_ = str(uuid.uuid4())
        partition = f"{self._poll.key}:{key}"
        body = {
            "specversion": "1.0",
            "id": id_,
            "source": f"urn:netsuite:{account}:{prefix}",
            "type": f"{prefix}.{flow.flow}.{kind}",
            "subject": f"{flow.record}/{key}",
            "time": at,
            "datacontenttype": "application/json",
            "partitionkey": partition,
            "flow": flow.flow,
            "event": kind,
            "build": self._bundle.build,
            "contract": flow.contract,
            "account": account,
            "data": data,
        }
        return Incoming(flow.flow, id_, partition, json.dumps(body).encode(), origin="poll")


@dataclass(frozen=True, slots=True)
class _Told:
    told: int
    failed: int
    failure: tuple[str, str] | None


def _chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]
