"""docs/bill.md: two tables, each written by the tests that measure it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.bill import Bill

PAGE = Path(__file__).resolve().parents[3] / "docs/bill.md"
SHARED = "## Imports, polls, workflow actions and the scripts that all flows share\n"
_FLOWS_HEAD = """# The units bill, and what is metered

`suiteloom bill` sums NetSuite's governance units from the plan, step by step. Of steps that exclude each other the dearest way counts: a
document whose save is refused is found then and changed, or not found, and one look says whether the role sees any row; the step
that is not on the worst way shows `-` and what leads to it. The tests build the worst case of every flow of examples/ in the local
account (all keys new, references created, every save refused because another session was faster and looked at again, lines in full,
caches cold, the agent unreachable) and meter it: metered is never more than the bill, and the bill never more than 1.3 times as much.
The same holds for generated flows in and out (test_bill_generated.py, test_bill_references.py, test_bill_events.py). The usual case is documents that say nothing new
(for create-only flows: new ones), saves with the agent answering, and every event delivered.

What hooks call of N/ modules is not in the bill unless `hooks.units` declares it; a document with more than `most` lines (100) costs
10 units for each further 500 keys of a look-up, and one that gives 5,000 rows asks again for half of its keys. User events and workflows that a save sets off have units of their own.

This table is written by tests/generator/bill/test_bill_examples.py.

| flow | script | with | bill, worst | metered | ratio | bill, usual | metered |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |
"""
_SHARED_HEAD = f"""{SHARED}
The worst case again: caches cold, nothing can be submitted, rows of the outbox held back, no key left, answers too long for one query.
Written by tests/generator/bill/test_bill_shared.py.

| flow | script | with | bill, worst | metered | ratio |
| --- | --- | --- | ---: | ---: | ---: |
"""


@dataclass(frozen=True)
class Row:
    """A line of the first table."""

    flow: str
    script: str
    size: str
    bill: int
    metered: int
    usual: int
    usual_metered: int

    def __str__(self) -> str:
        ratio = f"{self.bill / self.metered:.2f}"
        cells = (self.flow, self.script, self.size, f"{self.bill:,}", f"{self.metered:,}", ratio,
                 f"{self.usual:,}", f"{self.usual_metered:,}")  # fmt: skip
        return "| " + " | ".join(cells) + " |"


@dataclass(frozen=True)
class Shared:
    """A line of the second table: a bill, and what was metered with `count` of what it counts."""

    bill: Bill
    count: int
    metered: int

    def __str__(self) -> str:
        bill, worst = self.bill, self.bill.worst(self.count)
        size = (
            f"{self.count} {bill.unit}s"
            if self.count != 1
            else f"{'an' if bill.unit[0] in 'aei' else 'a'} {bill.unit}"
        )
        cells = (bill.flow, bill.script, size, f"{worst:,}", f"{self.metered:,}", f"{worst / self.metered:.2f}")  # fmt: skip
        return "| " + " | ".join(cells) + " |"


def keep_flows(rows: Sequence[Row], complete: int) -> None:
    """The first table is what was measured; where a part of the tests ran, nothing is compared."""
    assert len(rows) <= complete
    if len(rows) == complete:
        _keep(_FLOWS_HEAD + "\n".join(map(str, rows)) + "\n\n", first=True)


def keep_shared(rows: Sequence[Shared], complete: int) -> None:
    """The second table is what was measured."""
    assert len(rows) <= complete
    if len(rows) == complete:
        _keep(_SHARED_HEAD + "\n".join(map(str, rows)) + "\n", first=False)


def _keep(text: str, *, first: bool) -> None:
    before, shared, after = PAGE.read_text(encoding="utf-8").partition(SHARED)
    old = before if first else shared + after
    if os.environ.get("SUITELOOM_UPDATE_GOLDEN"):
        PAGE.write_text(text + shared + after if first else before + text, encoding="utf-8")
    else:
        assert old == text, "SUITELOOM_UPDATE_GOLDEN=1 writes it anew"
