"""The story of a demo, as a table for a person or as one line of JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import click

from emulator.demo.count import Tally

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Inbound:
    """Deliveries to one flow and what became of them; a delivery is in exactly one column."""

    title: str
    sent: int = 0
    refused: int = 0
    repeated: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    held: int = 0

    @property
    def adds_up(self) -> bool:
        """Every delivery is accounted for."""
        ended = self.created + self.updated + self.unchanged + self.skipped + self.held
        return self.sent == self.refused + self.repeated + ended


@dataclass(frozen=True, slots=True)
class Outbound:
    """Events of one flow: saves that raised them, calls to the target, events it took."""

    title: str
    way: str
    events: int
    calls: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that went wrong on purpose: what, where it was stopped, and why in the system's words."""

    what: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that a demo has to tell."""

    title: str
    seconds: float
    inbound: tuple[Inbound, ...]
    files: tuple[Inbound, ...]
    outbound: tuple[Outbound, ...]
    mistakes: tuple[Mistake, ...]
    moments: tuple[str, ...]
    tallies: tuple[Tally, ...]
    bills: int
    units_per_order: float
    units_per_event: float

    @property
    def lost(self) -> int:
        """What should be there and is not."""
        return sum(len(tally.lost) for tally in self.tallies)

    @property
    def doubled(self) -> int:
        """What is there more often than it should."""
        return sum(len(tally.doubled) for tally in self.tallies)

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, every delivery accounted for."""
        rows = (*self.inbound, *self.files)
        return not self.lost and not self.doubled and all(row.adds_up for row in rows)


def as_json(story: Story) -> str:
    """The numbers as one JSON object on one line; deliveries are those over HTTP."""
    total = _sum("", story.inbound)
    numbers: dict[str, int | float] = {
        field.name: getattr(total, field.name) for field in fields(Inbound) if field.name != "title"
    }
    numbers |= {
        "lost": story.lost,
        "doubled": story.doubled,
        "webhooks_sent": sum(row.events for row in story.outbound),
        "webhooks_delivered": sum(row.delivered for row in story.outbound),
        "bills": story.bills,
        "units_per_order": story.units_per_order,
        "units_per_event": story.units_per_event,
    }
    return json.dumps(numbers)


def as_text(story: Story) -> str:
    """The story for a person."""
    parts = [_head(story), _inbound(story), _outbound(story), _mistakes(story)]
    parts += [_moments(story), _tallies(story), _end(story)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(story: Story) -> str:
    clock = f"{story.seconds:.0f} s"
    return click.style(story.title + clock.rjust(WIDTH - len(story.title)), bold=True)


_COLUMNS = ("sent", "refused", "repeated", "created", "updated", "unchanged", "skipped", "held")


def _inbound(story: Story) -> str:
    rows = [*story.inbound]
    if len(rows) > 1:
        rows.append(_sum("together", rows))
    rows += story.files
    table: list[tuple[str, ...]] = [("INTO NETSUITE", *_COLUMNS)]
    table += [(row.title, *(_count(getattr(row, name)) for name in _COLUMNS)) for row in rows]
    return _table(table)


def _outbound(story: Story) -> str:
    table = [("OUT OF NETSUITE", "saves", "calls", "delivered", "")]
    for row in story.outbound:
        again = row.calls - row.delivered
        note = f"{row.way}; {again} tried again" if again > 0 else row.way
        table.append(
            (row.title, _count(row.events), _count(row.calls), _count(row.delivered), note)
        )
    return _table(table, left=(0, 4))


def _mistakes(story: Story) -> str:
    """One block a mistake: the reason is folded, never cut."""
    if not story.mistakes:
        return ""
    lines = [_caption("MISTAKES, AND WHERE EACH WAS STOPPED"), _rule()]
    for mistake in story.mistakes:
        what, where = _cut(mistake.what, 22).ljust(22), _cut(mistake.where, 20).ljust(20)
        why = textwrap.wrap(mistake.why, WIDTH - 46, break_on_hyphens=False) or [""]
        lines.append(f"{what}  {click.style(where, fg=_colour(mistake.where))}  {why[0]}")
        lines += [" " * 46 + more for more in why[1:]]
    return "\n".join(lines)


def _colour(where: str) -> str:
    word = where.split()[0].strip(",")
    return {"refused": "magenta", "skipped": "blue"}.get(word, "yellow")


def _moments(story: Story) -> str:
    if not story.moments:
        return ""
    lines = [_caption("WORTH A LOOK"), _rule()]
    for moment in story.moments:
        lines += textwrap.wrap(moment, WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def _tallies(story: Story) -> str:
    table = [("COUNTED FROM OUTSIDE", "should be", "are right", "lost", "doubled")]
    for tally in story.tallies:
        faults = (_count(len(tally.lost), zero="0"), _count(len(tally.doubled), zero="0"))
        table.append((tally.title, _count(tally.expected), _count(tally.right), *faults))
    return _table(table)


def _end(story: Story) -> str:
    order, event = f"{story.units_per_order:g}", f"{story.units_per_event:g}"
    lines = [f"Governance units: {order} for an order (a call has 5,000), {event} for an event."]
    for tally in story.tallies:
        for word, names in (("lost", tally.lost), ("doubled", tally.doubled)):
            if names:
                lines.append(f"{tally.title}: {word}: {', '.join(names[:10])}")
    lines += [
        f"{row.title}: the outcomes do not add up to {row.sent}"
        for row in (*story.inbound, *story.files)
        if not row.adds_up
    ]
    verdict = "Nothing lost, nothing doubled." if story.good else "This is not as it should be."
    lines.append(click.style(verdict, bold=True, fg="green" if story.good else "red"))
    return "\n".join(lines)


def _sum(title: str, rows: Iterable[Inbound]) -> Inbound:
    listed = list(rows)
    return Inbound(title, **{name: sum(getattr(row, name) for row in listed) for name in _COLUMNS})


def _count(number: int, zero: str = "·") -> str:
    return f"{number:,}" if number else zero


def _caption(text: str) -> str:
    return click.style(text, fg="cyan", bold=True)


def _rule() -> str:
    return click.style("─" * WIDTH, dim=True)


def _table(rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Columns as wide as they must be; the first row is the caption."""
    wide = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(wide[i]) if i in left else cell.rjust(wide[i]) for i, cell in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([_caption(lines[0]), _rule(), *lines[1:]])


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
