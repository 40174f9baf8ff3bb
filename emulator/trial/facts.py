"""What the lens saw, gathered by flow: the facts that coverage is decided by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.trial.stage import Note

# A field where it is computed: its spec line (`shop-orders.yaml:29`) and its name in the record.
Spot = tuple[str, str]


@dataclass(slots=True)
class Facts:
    """What happened in a flow, over all its tests."""

    written: set[Spot] = field(default_factory=set)
    given: set[Spot] = field(default_factory=set)  # a payload's value was there
    cleared: set[Spot] = field(default_factory=set)
    defaulted: set[Spot] = field(default_factory=set)
    found: dict[Spot, set[int]] = field(default_factory=lambda: defaultdict(set))
    mapped: set[tuple[str, str]] = field(default_factory=set)  # map, entry; `otherwise` is ""
    reasons: set[str | None] = field(default_factory=set)
    keyed: bool = False
    hooks: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)  # sublists that lost a line
    changed: set[str] = field(default_factory=set)  # names without a spec line of their own
    kept: dict[str, set[bool]] = field(default_factory=lambda: defaultdict(set))
    # Places that were read, by what read them: the spots in each, and with those of the places
    # inside.
    frames: dict[str, set[tuple[frozenset[Spot], frozenset[Spot]]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    wanted: dict[str, set[bool]] = field(default_factory=lambda: defaultdict(set))  # by event
    asked: dict[str, set[bool]] = field(default_factory=lambda: defaultdict(set))
    excluded: bool = False
    touched: set[str] = field(default_factory=set)  # record types whose save raised the event
    polls: int = 0
    polled: set[str] = field(default_factory=set)  # poll, delete


def gather(facts: Facts, maps: Mapping[str, Mapping[str, Any]], notes: Sequence[Note]) -> None:
    """Take the notes of one execution into the facts of its flow; `maps` are the flow's, by name."""
    _Reading(facts, maps).read(notes)


@dataclass(slots=True)
class _Frame:
    id: str
    own: set[Spot] = field(default_factory=set)
    inside: set[Spot] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Takes the notes of one execution into the facts."""

    facts: Facts
    maps: Mapping[str, Mapping[str, Any]]

    def read(self, notes: Sequence[Note]) -> None:
        facts = self.facts
        stack: list[_Frame] = []
        spot: Spot = ("", "")
        lost: str | None = None
        for note in notes:
            kind = note["k"]
            if (
                lost is not None
            ):  # a line that was added has fields next; one that was removed has none
                if not (kind == "set" and note["f"].startswith(f"{lost}.")):
                    facts.removed.add(lost)
                lost = None
            if kind == "at":
                spot = (note["s"], note["f"])
                if stack:
                    stack[-1].own.add(spot)
            elif kind == "as":
                if "out" in note:
                    (facts.cleared if note["out"] is None else facts.given).add(spot)
            elif kind == "default" and note["used"]:
                facts.defaulted.add(spot)
            elif kind == "map":
                self._map(note)
            elif kind == "in":
                stack.append(_Frame(note["id"]))
            elif kind == "out" and stack:
                frame = stack.pop()
                frame.inside |= frame.own
                facts.frames[frame.id].add((frozenset(frame.own), frozenset(frame.inside)))
                if stack:
                    stack[-1].inside |= frame.inside
            elif kind == "set":
                if note["s"] is None:
                    facts.changed.add(note["f"])
                    lost = note["f"]
                else:
                    facts.written.add((note["s"], note["f"]))
            elif kind == "found":
                facts.found[note["s"], note["f"]].add(min(len(note["ids"]), 2))
            elif kind == "accept":
                facts.reasons.add(note["r"])
            elif kind == "key":
                facts.keyed = facts.keyed or note.get("out") not in (None, "")
            elif kind == "hook":
                facts.hooks.add(note["name"])
            elif kind == "keep":
                facts.kept[note["id"]].add(note["r"])
        if lost is not None:
            facts.removed.add(lost)

    def _map(self, note: Note) -> None:
        values = self.maps.get(note["map"], {})
        given = note.get("given")
        for one in given if isinstance(given, list) else [given]:
            text = str(one).lower() if isinstance(one, bool) else str(one)
            if one is None or one == "":
                continue
            self.facts.mapped.add((note["map"], text if text in values else ""))
