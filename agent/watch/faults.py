"""What is wrong with a file: every fault with its line, so that a person can mend them in one go."""

from __future__ import annotations

from dataclasses import dataclass

# A file in the wrong form has a fault in every row: the report stops here.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One fault. `line` is 1-based and physical (as an editor shows it), None where there is none.

    Codes: NOT_DECODABLE, NUL_BYTE, NO_HEADER, EMPTY_HEADER, DUPLICATE_HEADER, COLUMN_COUNT,
    UNCLOSED_QUOTE, TEXT_AFTER_QUOTE, CELL_TOO_LONG, NOT_CSV, NO_GROUP, RESERVED_HEADER, NOT_JSON,
    NOT_AN_OBJECT, MISSING_COLUMN, LINE_TOO_LONG, NOT_GZIP, TOO_LARGE, UNREADABLE, TOO_MANY_FAULTS.
    """

    line: int | None
    code: str
    message: str


class FileFaultyError(Exception):
    """The file cannot be taken; nothing of it was accepted."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults, first: {faults[0].message}")
        self.faults = faults


class FaultList:
    """Collects faults up to `MOST`."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    @property
    def full(self) -> bool:
        """No more are taken."""
        return len(self.faults) > MOST

    def add(self, line: int | None, code: str, message: str) -> None:
        """Note a fault; the first one over the limit says so instead."""
        if len(self.faults) < MOST:
            self.faults.append(Fault(line, code, message))
        elif not self.full:
            self.faults.append(Fault(line, "TOO_MANY_FAULTS", "further faults are not listed"))

    def raise_any(self) -> None:
        """Raise FileFaultyError when there is a fault."""
        if self.faults:
            raise FileFaultyError(self.faults)
