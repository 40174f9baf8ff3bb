"""The report beside a file: what became of each document, or what is wrong with each row."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from agent.ports import FileResult
from agent.watch.faults import Fault

COLUMNS = ("place", "key", "outcome", "record", "code", "message", "field", "spec")

Line = tuple[str, ...]


def fault_line(fault: Fault) -> Line:
    """A fault that kept the whole file from being taken."""
    place = "" if fault.line is None else f"line {fault.line}"
    return (place, "", "fault", "", fault.code, fault.message, "", "")


def warning_line(text: str) -> Line:
    """Something a person should know of a file that was taken: `line 3: ...`."""
    place, _, message = text.partition(": ")
    return (place, "", "warning", "", "", message, "", "")


def result_line(place: str, result: FileResult) -> Line:
    """What became of one document."""
    rest = (result.record, result.code, result.message, result.field, result.spec)
    return (place, result.key or "", result.outcome, *(value or "" for value in rest))


def path_of(file: Path) -> Path:
    """`bills.csv.report.csv` beside `bills.csv`."""
    return file.with_name(file.name + ".report.csv")


def write(file: Path, lines: Iterable[Line]) -> None:
    """Write the report beside `file`, whole or not at all; an older one of the same name goes."""
    draft = Draft(file.parent, file.name)
    draft.add(lines)
    draft.finish(file)


class Draft:
    """
    A report that is written line by line and appears when it is whole.

    Args:
        folder: where it will stand; made where it is not there.
        name: a name that no other report has at the time.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f".{name}.report.draft"
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(COLUMNS)

    def add(self, lines: Iterable[Line]) -> None:
        """Write lines."""
        self._writer.writerows(lines)

    def finish(self, file: Path) -> None:
        """Let the report appear beside `file`; an older one of the same name goes."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._path.replace(path_of(file))

    def drop(self) -> None:
        """Forget it."""
        self._file.close()
        self._path.unlink(missing_ok=True)
