"""The report beside a file: what became of each document, or what is wrong with each row."""

from __future__ import annotations

import csv
import io
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
    target = path_of(file)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(lines)
    draft = target.with_name(f".{target.name}.draft")
    with draft.open("wb") as out:
        out.write(text.getvalue().encode())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(target)
