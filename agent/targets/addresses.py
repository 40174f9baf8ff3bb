"""Events of one flow to an address: one a request, or several as a list."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from agent.bundle import Batch, OutboundFlow
from agent.documents import at, parse, text_of
from agent.errors import DeliveryError, Refused, TargetRefused
from agent.ports import Delivered, OutboundEvent, Outgoing
from agent.targets.http import HttpTarget

SHOWN = 200


class AddressTarget:
    """
    Delivers events of one flow (`agent.ports.Destination`).

    Args:
        flow: the flow; its target is an address.
        connection: the connection that the address is below. It is closed by who opened it.
    """

    gather_seconds = 0.0

    def __init__(self, flow: OutboundFlow, connection: HttpTarget) -> None:
        self._flow = flow
        self._connection = connection
        self._batch = flow.target.batch

    @property
    def most(self) -> int:
        """Events of one request."""
        return self._batch.most if self._batch else 1

    async def deliver(self, events: Sequence[Outgoing]) -> Sequence[Delivered | DeliveryError]:
        """One request."""
        if self._batch is not None:
            return await self._together(events, self._batch)
        (event,) = events
        address = self._flow.target.address(parse(event.data)[1])
        if address is None:
            lacking = ", ".join(self._flow.target.lacking(parse(event.data)[1]))
            raise TargetRefused(
                "no_address", f"the payload lacks {lacking}, which the address wants"
            )
        return [await self._send(event.id, address, event.data)]

    async def settled(self, events: Sequence[Outgoing]) -> None:
        """Nothing is kept."""

    async def aclose(self) -> None:
        """The connection is not ours alone."""

    async def _send(self, id_: str, address: str, body: bytes) -> Delivered:
        flow = self._flow
        return await self._connection.deliver(
            OutboundEvent(id_, flow.flow, flow.target.method, address, body)
        )

    async def _together(
        self, events: Sequence[Outgoing], batch: Batch
    ) -> Sequence[Delivered | DeliveryError]:
        body = b"[" + b",".join(event.data for event in events) + b"]"
        if batch.wrap is not None:
            body = b"{%b:%b}" % (json.dumps(batch.wrap).encode(), body)
        # The same events together have the same id, so that a target that has seen them knows.
        id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, "\n".join(event.id for event in events)))
        sent = await self._send(id_, self._flow.target.address(None) or "/", body)
        if batch.results is None:
            return [sent for _ in events]
        return self._results(sent, batch, len(events))

    def _results(
        self, sent: Delivered, batch: Batch, count: int
    ) -> Sequence[Delivered | DeliveryError]:
        """One outcome an event. What cannot be read is for a person: the target may have taken it."""
        try:
            results = at(parse(sent.body)[1], batch.results or ())
        except Refused as refused:
            return [TargetRefused("bad_results", refused.message)] * count
        if not isinstance(results, list) or len(results) != count:
            found = f"{len(results)} results" if isinstance(results, list) else "no list"
            message = f"the answer has {found} for {count} events"
            return [TargetRefused("bad_results", message)] * count
        return [self._result(sent.status, result, batch) for result in results]

    def _result(self, status: int, result: Any, batch: Batch) -> Delivered | DeliveryError:
        error = at(result, batch.error) if batch.error else None
        if error not in (None, "", False, [], {}):
            return TargetRefused("result", str(error)[:SHOWN])
        path = self._flow.target.id_path
        return Delivered(status, text_of(at(result, path)) if path else None)
