"""Bills as text for a terminal, as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from generator.bill.compare import Change
from generator.bill.model import Bill, Entry, Step

_MUCH = 1.3
"""The usual column is shown where the worst case is more than so many times as much."""


def as_text(bills: Sequence[Bill]) -> str:
    """For people: what each execution costs, step by step."""
    return "\n\n".join(_text(bill) for bill in bills)


def as_markdown(bills: Sequence[Bill]) -> str:
    """The same as tables, for pull requests."""
    return "\n\n".join(_markdown(bill) for bill in bills)


def as_json(bills: Sequence[Bill]) -> str:
    """A list of bills: `{flow, script, limit, unit, size, worst, usual, each, steps, notes}`."""
    return json.dumps([_json(bill) for bill in bills], indent=2, ensure_ascii=False)


def changes_as_text(changes: Sequence[Change]) -> str:
    """What a change costs, step by step."""
    return "\n\n".join(_change_text(change) for change in changes) or "no bill has changed"


def changes_as_markdown(changes: Sequence[Change]) -> str:
    """The same as tables."""
    return "\n\n".join(_change_markdown(change) for change in changes) or "No bill has changed."


def changes_as_json(changes: Sequence[Change]) -> str:
    """A list of `{flow, script, unit, size, worst, steps}`, old and new value in each."""
    return json.dumps([_change_json(change) for change in changes], indent=2, ensure_ascii=False)


# --- bills ---


def _rows(bill: Bill) -> list[tuple[str, ...]]:
    both = _shows_both(bill)
    rows = []
    for entry in bill.entries():
        step = entry.step
        worst = f"{entry.worst:,}" if _counts(entry) else "-"
        row = [worst, *([f"{entry.usual:,}"] if both else []), _times(step), step.what]
        rows.append((*row, _why(entry, bill), str(step.origin or "")))
    total = [f"{bill.worst():,}", *([f"{bill.usual():,}"] if both else [])]
    rows.append((*total, "", f"of {bill.limit:,}", "", ""))
    return rows


def _head(bill: Bill) -> tuple[str, ...]:
    usual = ("usual",) if _shows_both(bill) else ()
    return ("worst", *usual, "units x times", "step", "why", "spec")


def _times(step: Step) -> str:
    return f"{step.units} x ({step.worst})"


def _counts(entry: Entry) -> bool:
    """Whether the worst case comes to this step."""
    return not entry.when or entry.documents > 0


def _why(entry: Entry, bill: Bill) -> str:
    """The reason; of steps that not every document comes to, also what leads there."""
    if not entry.when:
        return entry.step.why
    some = 0 < entry.documents < bill.size
    return (f"{entry.documents} of them: " if some else "") + f"{entry.when}: {entry.step.why}"


def _shows_both(bill: Bill) -> bool:
    return bill.worst() > _MUCH * bill.usual()


def _title(bill: Bill) -> str:
    many = f"{bill.size:,} {bill.unit}s" if bill.size != 1 else f"a {bill.unit}"
    return f"{bill.flow}: {bill.script}, {many}"


def _remarks(bill: Bill) -> list[str]:
    usual = [f"usual: {bill.usual_case}"] if _shows_both(bill) else []
    instead = not all(map(_counts, bill.entries()))
    ways = (
        ["of ways that exclude each other the dearest counts; '-' is not on it"] if instead else []
    )
    return [*usual, *ways, *bill.notes]


def _text(bill: Bill) -> str:
    table = [_head(bill), *_rows(bill)]
    numbers = len(table[0]) - 4
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    lines = [f"{_title(bill)}: {bill.worst():,} of {bill.limit:,} units"]
    for row in table:
        cells = [
            text.rjust(width) if i < numbers else text.ljust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join(lines + [f"  {remark}" for remark in _remarks(bill)])


def _markdown(bill: Bill) -> str:
    lines = [f"**{_title(bill)}**: {bill.worst():,} of {bill.limit:,} units", ""]
    lines += _table(_head(bill), _rows(bill), numbers=len(_head(bill)) - 4)
    return "\n".join([*lines, "", *(f"- {remark}" for remark in _remarks(bill))])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int) -> list[str]:
    rule = ["---:" if i < numbers else "---" for i in range(len(head))]
    return ["| " + " | ".join(cells).strip() + " |" for cells in (head, rule, *rows)]


def _json(bill: Bill) -> dict[str, Any]:
    return {
        "flow": bill.flow,
        "script": bill.script,
        "limit": bill.limit,
        "unit": bill.unit,
        "size": bill.size,
        "worst": bill.worst(),
        "usual": bill.usual(),
        "usual_case": bill.usual_case,
        "each": bill.each,
        "steps": [
            {
                "what": entry.step.what,
                "units": entry.step.units,
                "times": str(entry.step.worst),
                "worst": entry.worst,
                "usual": entry.usual,
                "why": entry.step.why,
                "when": entry.when or None,
                "spec": str(entry.step.origin) if entry.step.origin else None,
            }
            for entry in bill.entries()
        ],
        "notes": list(bill.notes),
    }


# --- changes ---


def _change_rows(change: Change) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        (f"{old:,}", f"{new:,}", f"{new - old:+,}", what) for what, old, new in change.steps
    ]
    return [
        *rows,
        (f"{change.old:,}", f"{change.new:,}", f"{change.new - change.old:+,}", "in all"),
    ]


def _change_title(change: Change) -> str:
    many = f"{change.size or 'no'} {change.unit}{'' if change.size == 1 else 's'}"
    size = (
        f"{many} as before"
        if change.old_size == change.size
        else f"now {many}, {change.old_size or 'none'} before"
    )
    return f"{change.flow}: {change.script}, {size}"


def _change_text(change: Change) -> str:
    table = [("before", "now", "more", "step"), *_change_rows(change)]
    widths = [max(len(row[i]) for row in table) for i in range(3)]
    lines = [_change_title(change)]
    for row in table:
        cells = [text.rjust(width) for text, width in zip(row, widths, strict=False)]
        lines.append("  " + "  ".join([*cells, row[3]]))
    return "\n".join(lines)


def _change_markdown(change: Change) -> str:
    rows = _change_rows(change)
    return "\n".join(
        [
            f"**{_change_title(change)}**",
            "",
            *_table(("before", "now", "more", "step"), rows, numbers=3),
        ]
    )


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "flow": change.flow,
        "script": change.script,
        "unit": change.unit,
        "size": [change.old_size, change.size],
        "worst": [change.old, change.new],
        "steps": [{"what": what, "worst": [old, new]} for what, old, new in change.steps],
    }
