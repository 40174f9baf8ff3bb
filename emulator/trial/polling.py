"""One pass of a poll, as the agent makes it: keys, their rows, and what differs from the pass before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from generator.plan.outbound import OutboundPlan, PollVia

_MASK = "%Y-%m-%d %H:%M:%S"

# An op of the service RESTlet: its name and values, the answer.
Service = Callable[..., Mapping[str, Any]]


@dataclass(slots=True)
class PollState:
    """What the agent keeps of a polled flow: a hash for each key, and the newest time that was seen."""

    hashes: dict[Any, str] = field(default_factory=dict)
    watermark: str = ""


def one_pass(service: Service, plan: OutboundPlan, state: PollState) -> Iterator[dict[str, Any]]:
    """
    The events of one pass, `{flow, event, data}` with the event `poll` or `delete`.

    A key that the account cannot read gives `{flow, event: error, data: error}`.
    """
    via = plan.via
    assert isinstance(via, PollVia)
    named = {"flow": plan.flow, "contract": plan.contract}
    since = _since(via, state)
    after, newest = None, state.watermark
    seen: set[Any] = set()
    while True:
        page = service("poll", **named, watermark=since, after=after, known=bool(state.hashes))
        keys = list(page["keys"])
        for at in range(0, len(keys), via.batch):
            yield from _rows(service, named, keys[at : at + via.batch], state, seen)
        newest = max(newest, str(page.get("watermark") or ""))
        after = page.get("after")
        if after is None:
            break
    if via.deletes:
        for key in [one for one in state.hashes if one not in seen]:
            del state.hashes[key]
            data = {via.key: key, "deleted": True}
            yield {"flow": plan.flow, "event": "delete", "data": data}
    state.watermark = newest


def _since(via: PollVia, state: PollState) -> str | None:
    if via.watermark is None or not state.watermark:
        return None
    newest = datetime.strptime(state.watermark, _MASK)
    return (newest - timedelta(minutes=via.overlap_minutes)).strftime(_MASK)


def _rows(
    service: Service, named: Mapping[str, Any], keys: list[Any], state: PollState, seen: set[Any]
) -> Iterator[dict[str, Any]]:
    """Events of some keys; those that have rows are seen."""
    open_ = keys
    while open_:
        asked = [{"key": key, "hash": state.hashes.get(key)} for key in open_]
        results = service("rows", **named, keys=asked)["results"]
        for row in results:
            if not row.get("gone") and not row.get("deferred"):
                seen.add(row["key"])
            if "error" in row:
                yield {"flow": named["flow"], "event": "error", "data": row["error"]}
            elif "data" in row:
                state.hashes[row["key"]] = row["hash"]
                yield {"flow": named["flow"], "event": "poll", "data": row["data"]}
        later = [row["key"] for row in results if row.get("deferred")]
        if len(later) >= len(open_):
            return
        open_ = later
