"""
A bill: the governance units of one kind of execution, as steps; some of them exclude each other.

A step says what is called, where in the spec it comes from, what one time costs and how often it
happens: in the worst case and in the usual one. A bill grows with the documents (events, rows) of
an execution, because keys go into queries of 500; so it is a function of their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from generator.plan.values import Origin

CHUNK = 500
"""Keys that one query takes (`lib/sql.js`)."""


class Times(Struct, frozen=True):
    """
    How often a step happens in an execution.

    Args:
        batch: times whatever the number of documents; below zero: so many fewer than one for each.
        document: times for each document.
        chunk: 0: each time is a call; else so many of them (keys, ids) go into one call.
        most: 0: no limit; else the script stops there.
    """

    batch: int = 0
    document: int = 0
    chunk: int = 0
    most: int = 0

    def at(self, documents: int) -> int:
        """Calls with so many documents."""
        count = max(0, self.batch + self.document * documents)
        calls = -(-count // self.chunk) if self.chunk else count
        return min(calls, self.most) if self.most else calls

    def __str__(self) -> str:
        """In words of the bill: `1 + 100 a document, 500 a call`."""
        parts = [str(self.batch)] if self.batch > 0 else []
        if self.document:
            parts.append(f"{self.document} each")
        text = " + ".join(parts) or "0"
        text += f" less {-self.batch}" if self.batch < 0 else ""
        text += f", {self.most} at most" if self.most else ""
        return f"{text}, {self.chunk} a call" if self.chunk else text


NEVER = Times()
ONCE = Times(batch=1)
EACH = Times(document=1)


class Step(Struct, frozen=True):
    """
    One line of a bill.

    Args:
        what: in a few words, the same from build to build, so that two bills can be compared.
        units: of one call (of one time, where several calls always come together).
        worst: how often when everything goes as badly as it can.
        usual: how often in the usual case (`Bill.usual_case`).
        why: the reason, or what makes the worst case.
        origin: the place in the spec; None where no key of it is the cause.
    """

    what: str
    units: int
    worst: Times
    usual: Times
    why: str
    origin: Origin | None = None


class Way(Struct, frozen=True):
    """One of several ways that a document can take: when it does, and the steps on it."""

    when: str
    steps: tuple[Step, ...]

    def cost(self, documents: int) -> int:
        """Units of so many documents on this way."""
        if documents == 0:
            return 0
        return sum(step.units * step.worst.at(documents) for step in self.steps)

    @property
    def each(self) -> int:
        """Units that a further document adds, those of further query calls left out."""
        return _further(self.steps)


class Either(Struct, frozen=True):
    """
    Ways that exclude each other: every document takes one of them.

    What a way does once (`Times.batch`) it does once in an execution, if a document takes it.
    """

    ways: tuple[Way, ...]

    def worst(self, documents: int) -> tuple[int, ...]:
        """
        How many documents take each way where all of it costs most.

        Further documents of a way all cost the same, so the worst case has them on one way, and
        on the others at most the first, which pays for what is done once.
        """
        found: list[tuple[int, tuple[int, ...]]] = []
        for main, way in enumerate(self.ways):
            counts = [0] * len(self.ways)
            counts[main] = documents
            others = (i for i in range(len(self.ways)) if i != main)
            for i in sorted(others, key=lambda i: -self.ways[i].cost(1)):
                left = counts[main] - 1
                if left >= 0 and way.cost(left) + self.ways[i].cost(1) > way.cost(left + 1):
                    counts[main], counts[i] = left, 1
            cost = sum(one.cost(count) for one, count in zip(self.ways, counts, strict=True))
            found.append((cost, tuple(counts)))
        return max(found, key=lambda one: one[0])[1]


def exclusive(ways: Sequence[Way]) -> Iterator[Step | Either]:
    """
    Ways of which every document takes one, as parts of a bill.

    What all of them have comes first, by itself; one that can never cost more than the dearest is
    left out.
    """
    main = max(ways, key=lambda way: way.each)
    kept = [way for way in ways if way is main or way.cost(1) > main.each]
    shared = [step for step in main.steps if all(step in way.steps for way in kept)]
    yield from shared
    if len(kept) > 1:
        rest = (
            replace(way, steps=tuple(step for step in way.steps if step not in shared))
            for way in kept
        )
        yield Either(tuple(rest))


class Entry(Struct, frozen=True):
    """
    A step as it is counted for some number of documents.

    Args:
        step: what is counted.
        documents: those that come to this step at worst; 0 where the worst case goes another way.
        size: all of them.
        when: what leads to this step; empty for steps that every document comes to.
    """

    step: Step
    documents: int
    size: int
    when: str = ""

    @property
    def worst(self) -> int:
        """Units in the worst case of the whole execution."""
        if self.when and self.documents == 0:
            return 0
        return self.step.units * self.step.worst.at(self.documents)

    @property
    def usual(self) -> int:
        """Units in the usual case."""
        return self.step.units * self.step.usual.at(self.size)


class Bill(Struct, frozen=True):
    """
    What one execution uses at most.

    Args:
        flow: the flow, or the project's name for scripts that all flows share.
        script: the script type, with its stage or entry point.
        limit: units that NetSuite gives such an execution.
        unit: what is counted: document, event, part, ...
        size: how many of them an execution is given at most.
        steps: in the order in which they happen; of those that exclude each other the worst
            counts, not the sum.
        usual_case: what the usual column means.
        notes: what is not in it, and what it counts with.
    """

    flow: str
    script: str
    limit: int
    unit: str
    size: int
    steps: tuple[Step | Either, ...]
    usual_case: str
    notes: tuple[str, ...] = ()

    def entries(self, count: int | None = None) -> tuple[Entry, ...]:
        """Every step, as it counts for so many documents (`size`)."""
        size = self.size if count is None else count
        found: list[Entry] = []
        for part in self.steps:
            if isinstance(part, Step):
                found.append(Entry(part, size, size))
                continue
            for way, documents in zip(part.ways, part.worst(size), strict=True):
                found += [Entry(step, documents, size, way.when) for step in way.steps]
        return tuple(found)

    def worst(self, count: int | None = None) -> int:
        """Units of an execution with so many documents (`size`), at worst."""
        return sum(entry.worst for entry in self.entries(count))

    def usual(self, count: int | None = None) -> int:
        """The same in the usual case."""
        return sum(entry.usual for entry in self.entries(count))

    @property
    def each(self) -> int:
        """Units that a further document adds, those of further query calls left out."""
        return sum(
            _further((part,)) if isinstance(part, Step) else max(way.each for way in part.ways)
            for part in self.steps
        )

    def largest(self, wish: int) -> int:
        """The largest size up to the wish that fits; 0 where not even one does."""
        if self.worst(wish) <= self.limit:  # as nearly always
            return wish
        low, high = 0, wish - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.worst(middle) <= self.limit:
                low = middle
            else:
                high = middle - 1
        return low


def _further(steps: tuple[Step, ...]) -> int:
    return sum(step.units * step.worst.document for step in steps if not step.worst.chunk)
