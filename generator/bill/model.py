"""
A bill: the governance units of one kind of execution, as a list of steps.

A step says what is called, where in the spec it comes from, what one time costs and how often it
happens: in the worst case and in the usual one. A bill grows with the documents (events, rows) of
an execution, because keys go into queries of 500; so it is a function of their number.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.plan.model import Origin

CHUNK = 500
"""Keys that one query takes (`lib/sql.js`)."""


@dataclass(frozen=True, slots=True)
class Times:
    """
    How often a step happens in an execution.

    Args:
        batch: times whatever the number of documents.
        document: times for each document.
        chunk: 0: each time is a call; else so many of them (keys, ids) go into one call.
    """

    batch: int = 0
    document: int = 0
    chunk: int = 0

    def at(self, documents: int) -> int:
        """Calls with so many documents."""
        count = self.batch + self.document * documents
        return -(-count // self.chunk) if self.chunk else count

    def __str__(self) -> str:
        """In words of the bill: `1 + 100 a document, 500 a call`."""
        parts = [str(self.batch)] if self.batch else []
        if self.document:
            parts.append(f"{self.document} each")
        text = " + ".join(parts) or "0"
        return f"{text}, {self.chunk} a call" if self.chunk else text


NEVER = Times()
ONCE = Times(batch=1)
EACH = Times(document=1)


@dataclass(frozen=True, slots=True)
class Step:
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


@dataclass(frozen=True, slots=True)
class Bill:
    """
    What one execution uses at most.

    Args:
        flow: the flow, or the project's name for scripts that all flows share.
        script: the script type, with its stage or entry point.
        limit: units that NetSuite gives such an execution.
        unit: what is counted: document, event, part, ...
        size: how many of them an execution is given at most.
        steps: in the order in which they happen.
        usual_case: what the usual column means.
        notes: what is not in it, and what it counts with.
    """

    flow: str
    script: str
    limit: int
    unit: str
    size: int
    steps: tuple[Step, ...]
    usual_case: str
    notes: tuple[str, ...] = ()

    def worst(self, count: int | None = None) -> int:
        """Units of an execution with so many documents (`size`), at worst."""
        size = self.size if count is None else count
        return sum(step.units * step.worst.at(size) for step in self.steps)

    def usual(self, count: int | None = None) -> int:
        """The same in the usual case."""
        size = self.size if count is None else count
        return sum(step.units * step.usual.at(size) for step in self.steps)

    @property
    def each(self) -> int:
        """Units that a further document adds, those of further query calls left out."""
        return sum(step.units * step.worst.document for step in self.steps if not step.worst.chunk)

    def largest(self, wish: int) -> int:
        """The largest size up to the wish that fits; 0 where not even one does."""
        low, high = 0, wish
        while low < high:
            middle = (low + high + 1) // 2
            if self.worst(middle) <= self.limit:
                low = middle
            else:
                high = middle - 1
        return low
