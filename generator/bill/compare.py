"""What a change of the specs costs: two sets of bills, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from generator.bill.model import Bill


class Change(Struct, frozen=True):
    """
    A bill that differs.

    Units are those of the same number of documents, the smaller of the two sizes (the only one
    where a bill is new or gone), so that steps can be compared; `old_size` and `size` are what is
    compiled in, 0 where there is no such bill. `steps` holds what differs: (step, old, new).
    """

    flow: str
    script: str
    unit: str
    old_size: int
    size: int
    old: int
    new: int
    steps: tuple[tuple[str, int, int], ...]


def compare(before: Sequence[Bill], now: Sequence[Bill]) -> Iterator[Change]:
    """The bills that differ, in the order of the new ones, then those that are gone."""
    old = {(bill.flow, bill.script): bill for bill in before}
    new = {(bill.flow, bill.script): bill for bill in now}
    for name in dict.fromkeys((*new, *old)):
        change = _compare(old.get(name), new.get(name))
        if change.steps or change.old_size != change.size:
            yield change


def _compare(old: Bill | None, new: Bill | None) -> Change:
    bill = new or old
    assert bill is not None
    size = min(found.size for found in (old, new) if found)
    costs: dict[str, list[int]] = {}
    for place, found in enumerate((old, new)):
        for entry in found.entries(size) if found else ():
            costs.setdefault(entry.step.what, [0, 0])[place] += entry.worst
    return Change(
        flow=bill.flow,
        script=bill.script,
        unit=bill.unit,
        old_size=old.size if old else 0,
        size=new.size if new else 0,
        old=old.worst(size) if old else 0,
        new=new.worst(size) if new else 0,
        steps=tuple((what, was, now) for what, (was, now) in costs.items() if was != now),
    )
