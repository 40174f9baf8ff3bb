"""What the agent says of itself: how each delivery ended, what it holds and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from agent.inbox.model import Filter
from agent.inbox.reader import Reader
from emulator.demo.outside import Posted
from emulator.demo.report import Inbound, Mistake

Json = dict[str, Any]

ENDED = ("created", "updated", "unchanged", "skipped")
MOST = 100_000


class Books:
    """The agent's store, read only."""

    def __init__(self, store: Path) -> None:
        self._reader = Reader(store)

    def open(self) -> int:
        """Events that have not ended."""
        ended = ("done", "held", "dead")
        return sum(count for _, state, _, count in self._reader.stats() if state not in ended)

    def events(self, flow: str) -> list[Json]:
        """Every event of a flow, oldest first."""
        return self._reader.find(Filter(flow=flow), limit=MOST)[::-1]

    def delivered(self, title: str, flow: str, posted: Sequence[Posted]) -> Inbound:
        """How the deliveries to one flow ended; the refused and the repeated left no event."""
        mine = [each for each in posted if each.parcel.flow == flow]
        return Inbound(
            title,
            sent=len(mine),
            refused=sum(not each.accepted for each in mine),
            repeated=sum(each.repeated for each in mine),
            **_outcomes(self.events(flow)),
        )

    def filed(self, title: str, flow: str) -> Inbound:
        """How the documents of a file flow ended."""
        events = self.events(flow)
        return Inbound(title, sent=len(events), **_outcomes(events))

    def held(self, flow: str, names: dict[str, str]) -> list[Mistake]:
        """What is held or skipped and why; `names` gives a record key the name people use."""
        found = []
        for event in self.events(flow):
            key = str(event["record_key"] or event["key"])
            name = names.get(key, key)
            if event["state"] in ("held", "dead"):
                place = " ".join(str(event[part]) for part in ("field", "spec") if event[part])
                why = f"{event['code']}: {event['message']}" + (f" ({place})" if place else "")
                found.append(Mistake(name, "held in the agent", why))
            elif event["outcome"] == "skipped":
                found.append(Mistake(name, "skipped", f"accepted is only: {event['message']}"))
        return sorted(found, key=lambda mistake: (mistake.where != "skipped", mistake.what))


def refused(posted: Iterable[Posted]) -> list[Mistake]:
    """What the agent's door did not take."""
    found = [
        Mistake(
            each.parcel.label,
            f"refused, {each.status}",
            _reason(each),
        )
        for each in posted
        if not each.accepted
    ]
    return sorted(found, key=lambda mistake: mistake.where)


def _reason(posted: Posted) -> str:
    error = posted.answer.get("error")
    said = f"{error['code']}: {error['message']}" if isinstance(error, dict) else "no reason"
    return f"{said} ({posted.parcel.note})" if posted.parcel.note else said


def _outcomes(events: Iterable[Json]) -> dict[str, int]:
    counted = Counter(
        "held" if event["state"] in ("held", "dead") else str(event["outcome"]) for event in events
    )
    return {name: counted[name] for name in (*ENDED, "held")}
