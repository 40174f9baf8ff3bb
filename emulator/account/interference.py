"""The seam by which faults reach the account's saves; an account of its own has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emulator.ports import RecordData


@dataclass(frozen=True, slots=True)
class Held:
    """A save that began earlier than it is committed: its internal id and its time, epoch milliseconds."""

    number: int | None
    now_ms: int


class Interference(Protocol):
    """What may come between a save and the account. Called without the account's lock."""

    def before(self, record: str, draft: RecordData | None) -> Held | None:
        """Before a save, or (draft None) an edit of fields or a deletion; may raise NetSuiteError."""

    def after(self, record: str) -> None:
        """After a save was committed."""


class Undisturbed:
    """Nothing interferes."""

    def before(self, record: str, draft: RecordData | None) -> Held | None:  # noqa: ARG002
        """Nothing happens."""
        return None

    def after(self, record: str) -> None:
        """Nothing follows."""
