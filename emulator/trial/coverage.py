"""
Which lines of a spec the tests covered: facts from the lens, and the items of the spec that they prove.

What covered means is written in docs/testing.md; here it is decided, item by item:

    facts (what happened)  +  spec (what is written, and where)  ─►  (line, what, covered)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from emulator.trial.stage import Note, Saved, Sent
from generator.plan.model import EventsVia, InboundPlan, OutboundPlan, ProjectPlan
from generator.spec.source import Loc, Source, read

# A field where it is computed: its spec line (`shop-orders.yaml:29`) and its name in the record.
Spot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """
    Something that a spec says.

    `at` are its keys joined by dots, `what` says in words what no test saw if it is not `covered`;
    `waived` is why none can.
    """

    line: int
    at: str
    what: str
    covered: bool
    waived: str | None = None


@dataclass(frozen=True, slots=True)
class FlowCoverage:
    """The items of a flow's spec (`file`, relative to the project)."""

    flow: str
    file: str
    items: tuple[Item, ...]

    @property
    def lines(self) -> dict[int, bool]:
        """Spec lines with something to cover: whether all of it is."""
        out: dict[int, bool] = {}
        for item in self.items:
            if item.waived is None:
                out[item.line] = out.get(item.line, True) and item.covered
        return out

    @property
    def percent(self) -> float:
        """Covered lines of a hundred; 100 where there is nothing to cover."""
        lines = self.lines
        return 100.0 if not lines else 100 * sum(lines.values()) / len(lines)

    def missed(self) -> list[Item]:
        """What no test saw, by line."""
        return self._uncovered(waived=False)

    def waived(self) -> list[Item]:
        """What no test saw and none has to, by line."""
        return self._uncovered(waived=True)

    def _uncovered(self, *, waived: bool) -> list[Item]:
        found = (
            one for one in self.items if not one.covered and (one.waived is not None) == waived
        )
        return sorted(found, key=lambda one: one.line)


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
    # Places that were read, by what read them: the spots in each, and with those of the places inside.
    frames: dict[str, set[tuple[frozenset[Spot], frozenset[Spot]]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    wanted: dict[str, set[bool]] = field(default_factory=lambda: defaultdict(set))  # by event
    asked: dict[str, set[bool]] = field(default_factory=lambda: defaultdict(set))
    excluded: bool = False
    touched: set[str] = field(default_factory=set)  # record types whose save raised the event
    polls: int = 0
    polled: set[str] = field(default_factory=set)  # poll, delete


class Coverage:
    """
    Collects over a run.

    Args:
        folder: the project folder.
        flows: whose coverage is asked for.
        plan: what the specs say.
    """

    def __init__(self, folder: Path, flows: Sequence[str], plan: ProjectPlan) -> None:
        self._folder = folder
        self._flows = flows
        every: list[InboundPlan | OutboundPlan] = [*plan.inbound, *plan.outbound]
        self._plans = {each.flow: each for each in every}
        self._facts: dict[str, Facts] = {each.flow: Facts() for each in every}
        self._modules = {each.flow.replace("-", "_"): each.flow for each in every}

    def sent(self, plan: InboundPlan, sent: Sent) -> None:
        """Documents went through an inbound flow."""
        facts = self._facts[plan.flow]
        for _, notes in sent.notes:
            _Reading(facts, {map_.name: dict(map_.values) for map_ in plan.maps}).read(notes)
        for result in sent.results:
            answer = result.get("answer") or {}
            facts.answered.update(name for name, value in answer.items() if value is not None)

    def saved(self, saved: Saved, record: str, context: str) -> None:
        """A person saved a record in an execution context, and outbound flows were asked and drained."""
        told = {event["flow"] for event in saved.events}
        for plan in self._plans.values():
            if not isinstance(plan, OutboundPlan) or not isinstance(plan.via, EventsVia):
                continue
            if plan.record == record and plan.flow not in told:
                facts = self._facts[plan.flow]
                facts.excluded = facts.excluded or context in plan.via.contexts_excluded
        for _, notes in saved.notes:
            flow: str | None = None
            part: list[Note] = []
            for note in notes:
                if note["k"] == "decided":
                    self._decided(note, record)
                    continue
                if note["k"] == "when":
                    self._outbound(flow, part)
                    flow, part = note["flow"], []
                    if flow in self._facts:
                        self._facts[flow].asked["when"].add(note["r"])
                    continue
                part.append(note)
            self._outbound(flow, part)

    def _outbound(self, flow: str | None, notes: Sequence[Note]) -> None:
        plan = self._plans.get(flow or "")
        if plan is not None:
            maps = {map_.name: dict(map_.values) for map_ in plan.maps}
            _Reading(self._facts[plan.flow], maps).read(notes)

    def polled(self, flow: str, done: Saved) -> None:
        """A flow was polled once."""
        facts = self._facts[flow]
        facts.polls += 1
        facts.polled.update(event["event"] for event in done.events)
        for _, notes in done.notes:
            self._outbound(flow, notes)

    def _decided(self, note: Note, record: str) -> None:
        """A save of a record: which flows wanted it, and why others did not."""
        for flow in note["flows"]:
            if flow in self._facts:
                self._facts[flow].touched.add(record)
        flow = None
        passed: dict[str, bool] = {}
        for name, subject, answer in note["asked"]:
            if name == "wanted":
                flow = subject
                if flow not in self._facts:
                    continue
                passed[flow] = answer
            elif name == "changed" and flow in self._facts:
                self._facts[flow].asked["changed"].add(answer)
                passed[flow] = passed[flow] and answer
        for flow, through in passed.items():
            facts = self._facts[flow]
            facts.wanted[note["type"]].add(flow in note["flows"])
            if through:
                facts.asked["save"].add(flow in note["flows"])

    def flows(self, waivers: Mapping[str, Mapping[str, str]]) -> tuple[FlowCoverage, ...]:
        """The coverage of every flow that was asked for; `waivers` are reasons by flow and place."""
        out = []
        for flow in self._flows:
            plan = self._plans[flow]
            source = read(self._folder / plan.file, plan.file)
            reasons = waivers.get(flow, {})
            items = tuple(
                item if item.covered else replace(item, waived=reasons.get(item.at))
                for item in _Spec(source, self._facts[flow]).items()
            )
            out.append(FlowCoverage(flow, plan.file, items))
        return tuple(out)


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


@dataclass(frozen=True, slots=True)
class _Spec:
    """Walks through a spec and says of each thing it finds whether the facts show it."""

    source: Source
    facts: Facts

    def items(self) -> Iterator[Item]:
        data = self.source.data
        if "accept" in data:
            yield from self.accept(data["accept"], ("accept",))
        if "key" in data:
            yield self.item(("key",), "the key", self.facts.keyed)
        if "transform_from" in data:
            yield from self.rule(
                ("transform_from", "id"), "transform_from", data["transform_from"]["id"], ()
            )
        for name in ("id", "role"):
            if name in (data.get("related") or {}):
                yield self.related(name)
        yield from self.body(("body",), "", data.get("body") or {})
        for name, lines in (data.get("lines") or {}).items():
            yield from self.lines(("lines", name), name, lines)
        for name, sub in (data.get("subrecords") or {}).items():
            yield from self.subrecord(
                ("subrecords", name), name, sub, self.spots(("body",), "", data.get("body") or {})
            )
        for block, rules in (data.get("addresses") or {}).items():
            for name, rule in rules.items():
                yield from self.shared(("addresses", block, name), name, rule)
        yield from self.events((data.get("via") or {}).get("events"))
        yield from self.poll((data.get("via") or {}).get("poll"))
        for name, rule in (data.get("payload") or {}).items():
            yield from self.value(("payload", name), name, rule)
        for name, rows in (data.get("lists") or {}).items():
            yield from self.listed(("lists", name), name, rows)
        for name, values in (data.get("maps") or {}).items():
            yield from self.map(("maps", name), name, values)
        for name, function in (data.get("hooks") or {}).items():
            if name != "module":
                yield self.item(
                    ("hooks", name), f"{name} was never called", function in self.facts.hooks
                )
        for name in data.get("answer") or {}:
            told = name in self.facts.answered
            yield self.item(("answer", name), f"'{name}' was never read back", told)

    def related(self, name: str) -> Item:
        """The other record of attach and detach, or its role: read, for no field is set."""
        spot = self.spot(("related", name), "related" if name == "id" else name)
        return self.item(("related", name), f"{name} was never found", spot in self.facts.given)

    def shared(self, loc: Loc, name: str, rule: Any) -> Iterator[Item]:
        """A field of a named address block: set in one of the subrecords that use the block."""
        line, _ = self.spot(loc, name)

        def at(spots: Iterable[Spot]) -> bool:
            return any(s == line and f.endswith(f".{name}") for s, f in spots)

        yield self.item(loc, f"{name} was never set", at(self.facts.written))
        if isinstance(rule, dict) and "default" in rule:
            hit = at(self.facts.defaulted)
            yield self.item((*loc, "default"), f"the default of {name} was never used", hit)

    # --- parts ---------------------------------------------------------------------------------

    def accept(self, data: Any, loc: Loc) -> Iterator[Item]:
        taken = None in self.facts.reasons
        refused = {one for one in self.facts.reasons if one is not None}
        tests = data.get("all") if isinstance(data, dict) else None
        if not isinstance(tests, list):
            yield self.item(loc, "accept never took a document", taken)
            yield self.item(loc, "accept never refused one", bool(refused))
            return
        yield self.item(loc, "accept never took a document", taken)
        names = [_subject(test) for test in tests]
        for index, name in enumerate(names):
            alone = names.count(name) == 1
            hit = any(name in reason for reason in refused) if alone else len(refused) >= len(tests)
            yield self.item((*loc, "all", index), "this test never refused a document", hit)

    def body(self, loc: Loc, path: str, rules: Mapping[str, Any]) -> Iterator[Item]:
        spots = self.spots(loc, path, rules)
        for name, rule in rules.items():
            yield from self.rule((*loc, name), path + name, rule, spots)

    def rule(self, loc: Loc, name: str, rule: Any, around: Sequence[Spot]) -> Iterator[Item]:
        """A field: it was set; and what its rule does besides was done."""
        facts = self.facts
        spot = self.spot(loc, name)
        short = name.rsplit(".", 1)[-1]
        used = name == "transform_from" and bool(facts.found.get(spot))
        yield self.item(loc, f"{short} was never set", spot in facts.written or used)
        if not isinstance(rule, dict):
            return
        if "default" in rule:
            hit = spot in facts.defaulted
            yield self.item((*loc, "default"), f"the default of {short} was never used", hit)
        if "when" in rule:
            yield from self.when((*loc, "when"), short, spot, around)
        if rule.get("empty") == "clear":
            hit = spot in facts.cleared
            yield self.item((*loc, "empty"), f"{short} was never cleared", hit)
        ref = rule.get("ref")
        if isinstance(ref, dict):
            yield from self.ref((*loc, "ref"), short, spot, ref)

    def ref(self, loc: Loc, name: str, spot: Spot, ref: Mapping[str, Any]) -> Iterator[Item]:
        counts = self.facts.found.get(spot, set())
        missing = ref.get("missing", "error")
        if missing != "error":
            hit = 0 in counts
            yield self.item((*loc, "missing"), f"the record of {name} was never missing", hit)
        if ref.get("ambiguous", "error") != "error":
            hit = 2 in counts
            yield self.item((*loc, "ambiguous"), f"{name} never had two records", hit)
        create = ref.get("create")
        if isinstance(create, dict):
            yield from self.body((*loc, "create", "body"), "", create.get("body") or {})

    def when(self, loc: Loc, name: str, spot: Spot, around: Sequence[Spot]) -> Iterator[Item]:
        """True: the field was computed. False: a place was read without it."""
        true = false = False
        steady = set(around) - {spot}
        for places in self.facts.frames.values():
            if not any(spot in own for own, _ in places):
                continue
            true = True
            false = false or any(
                spot not in own and (not steady or own & steady) for own, _ in places
            )
        yield self.item(loc, f"the condition of {name} was never true", true)
        yield self.item(loc, f"the condition of {name} was never false", false)

    def lines(self, loc: Loc, path: str, data: Mapping[str, Any]) -> Iterator[Item]:
        facts = self.facts
        prefix = f"{path}."
        written = any(f.startswith(prefix) for _, f in facts.written)
        yield self.item(loc, f"no line of {path} was ever written", written)
        for name, rule in (data.get("key") or {}).items():
            yield from self.rule((*loc, "key", name), prefix + name, rule, ())
        if "when" in data:
            yield from self.kept((*loc, "when"), path, self.readers(prefix))
        if data.get("unmatched") == "close":
            hit = f"{path}.isclosed" in facts.changed
            yield self.item((*loc, "unmatched"), f"no line of {path} was ever closed", hit)
        if data.get("unmatched") == "remove":
            hit = path in facts.removed
            yield self.item((*loc, "unmatched"), f"no line of {path} was ever removed", hit)
        body = data.get("body") or {}
        yield from self.body((*loc, "body"), prefix, body)
        for name, sub in (data.get("subrecords") or {}).items():
            at = (*loc, "subrecords", name)
            keys = [self.spot((*loc, "key", key), prefix + key) for key in data.get("key") or {}]
            around = (*keys, *self.spots((*loc, "body"), prefix, body))
            yield from self.subrecord(at, prefix + name, sub, around)

    def subrecord(
        self, loc: Loc, path: str, data: Mapping[str, Any], around: Sequence[Spot]
    ) -> Iterator[Item]:
        prefix = f"{path}."
        written = any(f.startswith(prefix) for _, f in self.facts.written)
        yield self.item(loc, f"{path} was never written", written)
        if "when" in data:
            true = any(f.startswith(prefix) for _, f in self.facts.given)
            false = any(
                own & set(around) and not any(f.startswith(prefix) for _, f in inside)
                for places in self.facts.frames.values()
                for own, inside in places
            )
            at = (*loc, "when")
            yield self.item(at, f"the condition of {path} was never true", true)
            yield self.item(at, f"the condition of {path} was never false", false)
        yield from self.body((*loc, "body"), prefix, data.get("body") or {})
        for name, lines in (data.get("lines") or {}).items():
            yield from self.lines((*loc, "lines", name), prefix + name, lines)

    def map(self, loc: Loc, name: str, data: Any) -> Iterator[Item]:
        if not isinstance(data, dict):
            return
        for entry in data.get("values") or {}:
            hit = (name, entry) in self.facts.mapped
            yield self.item((*loc, "values", entry), f"no value was ever '{entry}'", hit)
        if "otherwise" in data:
            hit = (name, "") in self.facts.mapped
            yield self.item((*loc, "otherwise"), f"no value was ever outside of map {name}", hit)

    # --- outbound ------------------------------------------------------------------------------

    def events(self, data: Any) -> Iterator[Item]:
        if not isinstance(data, dict):
            return
        loc: Loc = ("via", "events")
        facts = self.facts
        for index, event in enumerate(data.get("on") or ()):
            hit = True in facts.wanted.get(event, set())
            yield self.item((*loc, "on", index), f"{event} never raised an event", hit)
        if "changed" in data:
            asked = facts.asked["changed"]
            yield self.item((*loc, "changed"), "none of these ever changed", True in asked)
            yield self.item((*loc, "changed"), "one of these always changed", False in asked)
        if "when" in data:
            raised = any(True in answers for answers in facts.wanted.values())
            true = raised and True in facts.asked["when"]
            false = False in facts.asked["save"] or False in facts.asked["when"]
            yield self.item((*loc, "when"), "the condition was never true", true)
            yield self.item((*loc, "when"), "the condition was never false", false)
        if data.get("contexts_excluded"):
            at = (*loc, "contexts_excluded")
            yield self.item(at, "no save came in an excluded context", facts.excluded)

        for index, touch in enumerate(data.get("touch_on") or ()):
            record = touch if isinstance(touch, str) else touch.get("record")
            hit = record in facts.touched
            yield self.item((*loc, "touch_on", index), f"no {record} ever raised an event", hit)

    def poll(self, data: Any) -> Iterator[Item]:
        if not isinstance(data, dict):
            return
        told = "poll" in self.facts.polled
        loc: Loc = ("via", "poll")
        yield self.item((*loc, "changed"), "no key was ever given", told)
        yield self.item((*loc, "rows"), "no row was ever read", told)
        if "watermark" in data:
            yield self.item((*loc, "watermark"), "it was polled once only", self.facts.polls > 1)
        if data.get("deletes") is True:
            hit = "delete" in self.facts.polled
            yield self.item((*loc, "deletes"), "no key ever went away", hit)

    def value(self, loc: Loc, name: str, rule: Any) -> Iterator[Item]:
        spot = self.spot(loc, name)
        yield self.item(loc, f"{name} was never sent", spot in self.facts.given)
        if not isinstance(rule, dict):
            return
        if "default" in rule:
            hit = spot in self.facts.defaulted
            yield self.item((*loc, "default"), f"the default of {name} was never used", hit)
        if rule.get("null") is True:
            hit = spot in self.facts.cleared
            yield self.item((*loc, "null"), f"{name} was never sent as null", hit)

    def listed(self, loc: Loc, name: str, data: Mapping[str, Any]) -> Iterator[Item]:
        prefix = f"{name}."
        sent = any(f.startswith(prefix) for _, f in self.facts.given)
        yield self.item(loc, f"no element of {name} was ever sent", sent)
        if "when" in data:
            yield from self.kept((*loc, "when"), name, [str(data.get("from"))])
        for field_, rule in (data.get("fields") or {}).items():
            yield from self.value((*loc, "fields", field_), prefix + field_, rule)
        for inner, rows in (data.get("lists") or {}).items():
            yield from self.listed((*loc, "lists", inner), prefix + inner, rows)

    # --- facts by place ------------------------------------------------------------------------

    def kept(self, loc: Loc, name: str, readers: Sequence[str]) -> Iterator[Item]:
        answers = {one for reader in readers for one in self.facts.kept.get(reader, ())}
        yield self.item(loc, f"the condition of {name} was never true", True in answers)
        yield self.item(loc, f"the condition of {name} was never false", False in answers)

    def readers(self, prefix: str) -> list[str]:
        """What reads places whose own fields begin so."""
        return [
            id_
            for id_, places in self.facts.frames.items()
            if any(
                f.startswith(prefix) and "." not in f[len(prefix) :]
                for own, _ in places
                for _, f in own
            )
        ]

    def spots(self, loc: Loc, path: str, rules: Mapping[str, Any]) -> tuple[Spot, ...]:
        """The fields of a body that are computed whatever the document says."""
        return tuple(
            self.spot((*loc, name), path + name)
            for name, rule in rules.items()
            if not (isinstance(rule, dict) and "when" in rule)
        )

    def spot(self, loc: Loc, name: str) -> Spot:
        file = self.source.file.rsplit("/", 1)[-1]
        return f"{file}:{self.source.key(loc).line}", name

    def item(self, loc: Loc, what: str, covered: bool) -> Item:
        at = self.source.value(loc) if isinstance(loc[-1], int) else self.source.key(loc)
        return Item(at.line, ".".join(str(part) for part in loc), what, covered)


def _subject(test: Any) -> str:
    """What a test is about, as the reason of a refusal names it."""
    while isinstance(test, dict) and "not" in test:
        test = test["not"]
    return str(test.get("path") or test.get("field")) if isinstance(test, dict) else ""
