"""
What was lost and what was doubled, counted from outside.

Two pairs of books are compared: the sender's own list with the account's records, and the saves in
the account with the target's own log. Nothing here asks the agent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulator.demo.outside import Received

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tally:
    """One comparison: how many there should be, how many are there as they should, and the faults by name."""

    title: str
    expected: int
    right: int
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()


def external_id(record: Json) -> str | None:
    """The external id of a record of the control API."""
    value = record.get("externalid") or record["fields"].get("externalid")
    return str(value) if value else None


def amount(value: object) -> Decimal:
    """An amount of a record, to the cent."""
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def documents(
    title: str,
    expected: Mapping[str, Decimal | None],
    records: Sequence[Json],
    *,
    total: str = "total",
    twin: str,
) -> Tally:
    """
    Documents that were sent, against the records that should be there.

    Args:
        title: for the report.
        expected: external id and the total it comes to (None: any).
        records: every record of the type in the account.
        total: the field that holds the total.
        twin: a field that tells the same document even under another external id.
    """
    by_key = Counter(key for record in records if (key := external_id(record)))
    totals = {external_id(record): amount(record["fields"].get(total)) for record in records}
    lost = [
        key
        for key, cents in expected.items()
        if not by_key[key] or (cents is not None and totals[key] != amount(cents))
    ]
    twins = Counter(str(record["fields"][twin]) for record in records if twin in record["fields"])
    doubled = [key for key in expected if by_key[key] > 1]
    doubled += [value for value, count in twins.items() if count > 1]
    right = len(expected) - len(set(lost) | set(doubled))
    return Tally(title, len(expected), right, tuple(lost), tuple(doubled))


def events(title: str, saves: Mapping[str, int], calls: Iterable[Received], subject: str) -> Tally:
    """
    Saves that should have been told, against what the target took.

    Args:
        title: for the report.
        saves: record and how often it was saved.
        calls: every call that the target answered 2xx.
        subject: the member of the payload that names the record.
    """
    taken = list(calls)
    ids = {call.id: str(call.body.get(subject)) for call in taken}
    told = Counter(ids.values())
    lost = [name for name, count in saves.items() for _ in range(count - told[name])]
    doubled = [name for name, count in told.items() for _ in range(count - saves.get(name, 0))]
    # A call that was answered 2xx and came again under the same id.
    doubled += [call_id for call_id, count in Counter(c.id for c in taken).items() if count > 1]
    expected = sum(saves.values())
    return Tally(title, expected, expected - len(lost), tuple(lost), tuple(doubled))


def units(usage: Sequence[Json], scripts: Iterable[str]) -> int:
    """Units that the account metered for some scripts."""
    wanted = set(scripts)
    return sum(int(row["units"]) for row in usage if row["script"] in wanted)
