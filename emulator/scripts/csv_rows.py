"""
The rows of an import: files read, checked before anything is imported, and put together record by record.

Sources: help topics "CSV Import Error Reporting" (section_N353446), "General Import Errors"
(section_4568642498), "Import Format and Mapping Considerations" (section_1534420642).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from emulator.errors import NetSuiteError
from emulator.scripts.csv_mapping import KEYS, Part, Plan
from emulator.scripts.csv_values import NUMBERS, Row, number

MOST_RECORDS = 25_000
DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t", "COLON": ":"}


@dataclass(frozen=True, slots=True)
class Table:
    """A file: its header and its rows, each by the names of its columns."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one record: those of the main file, and of linked files by their name."""

    rows: tuple[Row, ...]
    linked: Mapping[str, tuple[Row, ...]]


def refused(reason: str) -> NetSuiteError:
    """An import that does not start."""
    return NetSuiteError(
        "FAILED_TO_SUBMIT_JOB_REQUEST_1", f"Failed to submit job request: {reason}"
    )


def table(text: str, delimiter: str) -> Table:
    """A file as rows. FAILED_TO_SUBMIT_JOB_REQUEST_1 where a row is longer than the header or none is there."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=DELIMITERS[delimiter])
    full = [line for line in lines if any(cell.strip() for cell in line)]
    if not full:
        raise refused("the file is empty.")
    header = tuple(name.strip() for name in full[0])
    for line in full[1:]:
        if len(line) > len(header):
            raise refused("Different number of columns than in the header row.")
    return Table(header, tuple(dict(zip(header, line, strict=False)) for line in full[1:]))


def check(plan: Plan, main: Table, linked: Mapping[str, Table]) -> None:
    """What NetSuite checks before an import starts: columns, numbers, keys, size. FAILED_TO_SUBMIT_JOB_REQUEST_1."""
    if len(main.rows) > MOST_RECORDS:
        raise refused(f"more than {MOST_RECORDS} records in one import.")
    for part in plan.parts:
        if part.file is not None and part.file not in linked:
            raise refused(f"there is no linked file for {part.file}.")
        _columns(plan, part, main if part.file is None else linked[part.file])
    for file in plan.options.files:
        if linked and file.primary_key is not None and file.primary_key not in main.header:
            raise refused(f"the file has no column {file.primary_key}.")
        if file.file in linked and file.foreign_key not in linked[file.file].header:
            raise refused(f"the file for {file.file} has no column {file.foreign_key}.")
    if _many_rows(plan) and _key_column(plan) is None:
        raise refused(
            "You must map one of the following NetSuite fields to a column in your CSV file, to be a"
            " unique identifier: External ID, Internal ID, or a transaction number field, such as"
            " Order # or Invoice #"
        )


def _columns(plan: Plan, part: Part, given: Table) -> None:
    for target in part.targets:
        column = target.source.column
        if column is None:
            continue
        if column not in given.header:
            raise refused(f"the file has no column {column}, which {target.field.id} is mapped to.")
        if target.field.type in NUMBERS:
            for row in given.rows:
                text = row.get(column, "").strip()
                if text:
                    try:
                        number(target.field, text, plan.options.decimal_delimiter)
                    except NetSuiteError as error:
                        raise refused(f"{error.message} (column {column})") from error


def _many_rows(plan: Plan) -> bool:
    """Whether rows of the main file are lines, so that several rows may make one record."""
    return any(part.of_rows and part.file is None for part in plan.parts)


def _key_column(plan: Plan) -> str | None:
    """The column by which rows belong to one record."""
    for name in (*KEYS, plan.record.name_column or ""):
        target = plan.key(name)
        if target is not None and target.source.column is not None:
            return target.source.column
    return None


def groups(plan: Plan, main: Table, linked: Mapping[str, Table]) -> Iterator[Group]:
    """The rows record by record; the rows of a record follow each other in the file."""
    column = _key_column(plan) if _many_rows(plan) else None
    run: list[Row] = []
    for row in main.rows:
        same = run and column and row.get(column, "").strip() == run[0].get(column, "").strip()
        if run and not same:
            yield _group(plan, run, linked)
            run = []
        run.append(row)
    if run:
        yield _group(plan, run, linked)


def _group(plan: Plan, rows: Sequence[Row], linked: Mapping[str, Table]) -> Group:
    primary = next((f.primary_key for f in plan.options.files if f.primary_key), None)
    found = {}
    for file in plan.options.files:
        if file.file in linked and file.foreign_key is not None and primary is not None:
            key = rows[0].get(primary, "").strip()
            found[file.file] = tuple(
                row
                for row in linked[file.file].rows
                if row.get(file.foreign_key, "").strip() == key
            )
    return Group(tuple(rows), found)
