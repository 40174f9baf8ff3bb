"""What a spec says about values, line by line, and whether the facts show it at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.trial.facts import Facts, Spot
from generator.spec.source import Loc, Source


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


def items_of(source: Source, facts: Facts) -> tuple[Item, ...]:
    """Everything that a spec says about values, in the order of its parts."""
    return tuple(_Spec(source, facts).items())


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
            if name not in ("module", "units"):
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

    def rule(
        self, loc: Loc, name: str, rule: Any, around: Sequence[Spot], *, key: bool = False
    ) -> Iterator[Item]:
        """
        A field: it was set; and what its rule does besides was done.

        What tells lines apart (`key`) is set on new lines alone; that it was read is enough.
        """
        facts = self.facts
        spot = self.spot(loc, name)
        short = name.rsplit(".", 1)[-1]
        used = name == "transform_from" and bool(facts.found.get(spot))
        used = used or (key and spot in facts.given)
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
        body = data.get("body") or {}
        for name, rule in (data.get("key") or {}).items():
            if (
                name not in body
            ):  # else the body says what is compared, and the key's path is not read
                yield from self.rule((*loc, "key", name), prefix + name, rule, (), key=True)
        if "when" in data:
            yield from self.kept((*loc, "when"), path, self.readers(prefix))
        if data.get("unmatched") == "close":
            hit = f"{path}.isclosed" in facts.changed
            yield self.item((*loc, "unmatched"), f"no line of {path} was ever closed", hit)
        if data.get("unmatched") == "remove":
            hit = path in facts.removed
            yield self.item((*loc, "unmatched"), f"no line of {path} was ever removed", hit)
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
