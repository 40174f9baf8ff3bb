"""
CSV files: read strictly, grouped, one JSON document for each row or group.

A file is read twice: once to find every fault (nothing is accepted from a file that has one), once
to make documents. Neither holds the file in memory; what groups need stands in a file of its own.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.bundle import Csv
from agent.documents import BLANKS
from agent.errors import ConfigError
from agent.ports import FileDocument
from agent.watch.faults import FaultList, FileFaultyError
from agent.watch.groups import Groups, Heads
from agent.watch.opening import MOST_BYTES, opened, text_lines_of

Cell = str | None
Row = dict[str, Cell]

ROWS = "rows"  # the key under which a group's rows stand

# The codec's escape for a byte it cannot decode: U+DC00 + byte.
_UNDECODED = re.compile("[\udc80-\udcff]")
# A number with a decimal point, as the account reads texts.
_POINTED = re.compile(r"\s*[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?\s*")
_CSV_ERRORS = (
    ("unexpected end of data", "UNCLOSED_QUOTE", "a quote is opened and never closed"),
    (
        "expected after",
        "TEXT_AFTER_QUOTE",
        "there is text between a closing quote and the delimiter",
    ),
    (
        "field larger",
        "CELL_TOO_LONG",
        "a cell is longer than {limit} characters; is a quote missing?",
    ),
)


@dataclass(frozen=True, slots=True)
class _Record:
    """One row with the physical lines it stands on."""

    line: int
    last: int
    cells: list[str]


class CsvReader:
    """
    Reads files of one form.

    Args:
        form: as the flow's spec says. Raises ConfigError for an encoding that Python does not know.
        most: how many bytes a packed file may unpack to.
    """

    def __init__(self, form: Csv, most: int = MOST_BYTES) -> None:
        try:
            "a".encode(form.encoding)  # codecs of other things than texts (base64) end here, too
            name = codecs.lookup(form.encoding).name
        except (LookupError, UnicodeError) as error:
            raise ConfigError(f"encoding {form.encoding!r} is not known") from error
        # A byte order mark is no part of the first column's name.
        self._encoding = "utf-8-sig" if name == "utf-8" else name
        self._form = form
        self._most = most
        self._numbers = _Numbers(form)

    def check(self, path: Path) -> list[str]:
        """
        Read the whole file; return warnings, raise FileFaultyError with every fault.

        A blank line, or a row whose cells are all empty, is no row.
        """
        faults = FaultList()
        warnings: list[str] = []
        try:
            with Heads() as heads:
                self._check(path, heads, faults, warnings)
        except UnicodeError as error:
            faults.add(None, "NOT_DECODABLE", f"not {self._form.encoding}: {error}")
        except FileFaultyError as error:
            for fault in error.faults:
                faults.add(fault.line, fault.code, fault.message)
        faults.raise_any()
        return warnings

    def documents(self, path: Path) -> Iterator[FileDocument]:
        """
        The documents of a file that `check` has passed, in a fixed order.

        A group is complete with its last row, wherever its rows stand; its document has the columns
        of its first row and all rows under `rows`, in the order of the file. Blanks around its value
        do not count, as they do not in a record's key: two groups would be one record.
        """
        column = self._form.group_by
        if column is None:
            for record, row in self._rows(path):
                yield FileDocument(_json(row), _place([record.line]))
            return
        with Groups() as groups:
            groups.add(
                ((row[column] or "").strip(BLANKS), record.line, _json(row).decode())
                for record, row in self._rows(path)
            )
            for lines, rows in groups.whole():
                # The first row's columns, and all rows: as text, because each row is JSON already.
                text = f'{rows[0][:-1]},"{ROWS}":[{",".join(rows)}]}}'
                yield FileDocument(text.encode(), _place(lines))

    # --- rows ---------------------------------------------------------------------------------

    def _rows(self, path: Path) -> Iterator[tuple[_Record, Row]]:
        nulls = set(self._form.nulls)
        names: list[str] | None = None
        for record in self._records(path, FaultList()):
            if names is None:
                names = self._names(record.cells)
                if self._form.header:
                    continue
            cells = (
                None if cell in nulls else self._numbers.plain(name, cell)
                for name, cell in zip(names, record.cells, strict=True)
            )
            yield record, dict(zip(names, cells, strict=True))

    def _names(self, first: list[str]) -> list[str]:
        """Column names: the header's, or 1, 2, 3 where the file has none."""
        if self._form.header:
            return [name.strip() for name in first]
        return [str(number) for number in range(1, len(first) + 1)]

    def _records(self, path: Path, faults: FaultList) -> Iterator[_Record]:
        """Rows that are not blank; what cannot be read as CSV goes to `faults`."""
        with opened(path, self._most) as raw:
            text = io.TextIOWrapper(raw, self._encoding, errors="surrogateescape", newline="")
            reader = csv.reader(
                text_lines_of(text),
                delimiter=self._form.delimiter,
                quotechar=self._form.quote or None,
                quoting=csv.QUOTE_MINIMAL if self._form.quote else csv.QUOTE_NONE,
                strict=True,
            )
            while not faults.full:
                line = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    code, message = _csv_error(error)
                    faults.add(line, code, message)
                    if code == "CELL_TOO_LONG":
                        # The rest would be read from the middle of a cell.
                        return
                    continue
                if any(cells):
                    yield _Record(line, reader.line_num, cells)

    # --- checks -------------------------------------------------------------------------------

    def _check(self, path: Path, heads: Heads, faults: FaultList, warnings: list[str]) -> None:
        names: list[str] | None = None
        for record in self._records(path, faults):
            self._check_text(record, faults)
            if names is None:
                names = self._names(record.cells)
                self._check_header(record.line, names, faults)
                if self._form.header:
                    continue
            if len(record.cells) != len(names):
                faults.add(
                    record.line,
                    "COLUMN_COUNT",
                    f"{len(record.cells)} cells, but there are {len(names)} columns",
                )
                continue
            self._check_numbers(record, names, faults)
            if self._form.group_by in names:
                self._check_group(record, names, heads, faults, warnings)
        if names is None and not faults.faults:
            faults.add(1, "NO_HEADER", "the file is empty")

    def _check_text(self, record: _Record, faults: FaultList) -> None:
        for number, cell in enumerate(record.cells, 1):
            found = _UNDECODED.search(cell)
            if found:
                byte = ord(found.group()) - 0xDC00
                faults.add(
                    record.line + cell.count("\n", 0, found.start()),
                    "NOT_DECODABLE",
                    f"column {number}: byte 0x{byte:02X} is not {self._form.encoding}",
                )
            elif "\0" in cell:
                faults.add(record.line, "NUL_BYTE", f"column {number} holds a NUL byte")

    def _check_numbers(self, record: _Record, names: list[str], faults: FaultList) -> None:
        for name, cell in zip(names, record.cells, strict=True):
            if cell not in self._form.nulls and self._numbers.foreign(name, cell):
                faults.add(
                    record.line,
                    "DECIMAL_SIGN",
                    f"{name!r} is {cell.strip()!r}, and the decimal sign of the file is ','",
                )

    def _check_header(self, line: int, names: list[str], faults: FaultList) -> None:
        for name, count in Counter(names).items():
            if not name:
                faults.add(line, "EMPTY_HEADER", "a column has no name")
            elif count > 1:
                faults.add(line, "DUPLICATE_HEADER", f"{count} columns are named {name!r}")
        group_by = self._form.group_by
        if group_by is None:
            return
        if group_by not in names:
            faults.add(line, "MISSING_COLUMN", f"there is no column {group_by!r} to group by")
        if ROWS in names:
            faults.add(
                line, "RESERVED_HEADER", f"a column of a grouped file cannot be named {ROWS!r}"
            )

    def _check_group(
        self,
        record: _Record,
        names: list[str],
        heads: Heads,
        faults: FaultList,
        warnings: list[str],
    ) -> None:
        cell = record.cells[names.index(self._form.group_by or "")]
        key = cell.strip(BLANKS)
        if not key or cell in self._form.nulls:
            faults.add(record.line, "NO_GROUP", f"the column {self._form.group_by!r} is empty")
            return
        columns = [names.index(name) for name in self._form.head if name in names]
        if not columns:
            return
        first, cells = heads.first(key, record.line, [record.cells[i] for i in columns])
        for index, cell in zip(columns, cells, strict=True):
            if record.cells[index] != cell and len(warnings) < 1000:
                warnings.append(
                    f"line {record.line}: {names[index]!r} is {record.cells[index]!r} here and {cell!r} "
                    f"in line {first} of the same group; the first counts"
                )


class _Numbers:
    """
    Writes the file's numbers with a decimal point, so that the account reads what was meant.

    Named columns are numbers for certain: `1.234` with a decimal comma is 1234. Where the bundle
    names none, only cells that are unmistakable are changed (`1.234,50`). A cell that is no number
    stays as it is, for the account to refuse with its field. One that is a number of the other form
    (`12.50` beside a decimal comma) is a fault of the file: the account would take it, and the next
    cell may be 12.500, which is twelve thousand.
    """

    def __init__(self, form: Csv) -> None:
        self._decimal = form.decimal
        self._group = "," if form.decimal == "." else "."
        self._columns = None if form.numbers is None else set(form.numbers)
        point, group = re.escape(self._decimal), re.escape(self._group)
        fraction = rf"{point}\d+"
        self._certain = re.compile(
            rf"\s*[+-]?(\d{{1,3}}([{group} '\u00a0\u2019]\d{{3}})+|\d*)({fraction})?\s*"
        )
        self._likely = re.compile(rf"[+-]?(\d{{1,3}}({group}\d{{3}})+|\d+){fraction}")

    def foreign(self, column: str, cell: str) -> bool:
        """Whether the account would read a number that is none in the file's form."""
        return (
            self._columns is not None
            and self._decimal == ","
            and column in self._columns
            and _POINTED.fullmatch(cell) is not None
            and not self._certain.fullmatch(cell)
        )

    def plain(self, column: str, cell: str) -> str:
        """The cell with a decimal point and without groups, if it is a number of the file's form."""
        if self._columns is None:
            if self._decimal == "." or not self._likely.fullmatch(cell):
                return cell
        elif column not in self._columns or not self._certain.fullmatch(cell):
            return cell
        return re.sub(rf"[{re.escape(self._group)} '\u00a0\u2019]", "", cell.strip()).replace(
            self._decimal, "."
        )


def _csv_error(error: csv.Error) -> tuple[str, str]:
    text = str(error)
    for part, code, message in _CSV_ERRORS:
        if part in text:
            return code, message.format(limit=csv.field_size_limit())
    return "NOT_CSV", text


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _place(lines: list[int]) -> str:
    """`line 7`, `lines 2-4`, `lines 2-3, 9`."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    text = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
    return f"line {text}" if len(lines) == 1 else f"lines {text}"
