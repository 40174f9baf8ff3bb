"""JSON Lines and JSON files: one document for each line, or for each element of the file's list."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

from agent import documents
from agent.errors import Refused
from agent.ports import FileDocument
from agent.watch.faults import FaultList, FileFaultyError
from agent.watch.json_text import Cursor, line_of
from agent.watch.opening import MOST_BYTES, lines_of, opened


class JsonLinesReader:
    """
    One object a line; blank lines are none. Documents are the lines as they stand: digits are kept.

    Args:
        most: how many bytes a packed file may unpack to.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most

    def check(self, path: Path) -> list[str]:
        """Read the whole file; raise FileFaultyError with every fault."""
        faults = FaultList()
        count = 0
        try:
            for number, line in _lines(path, self._most):
                count += 1
                _check_line(number, line, faults)
                if faults.full:
                    break
        except FileFaultyError as error:
            for fault in error.faults:
                faults.add(fault.line, fault.code, fault.message)
        if not count and not faults.faults:
            faults.add(1, "NOT_JSON", "the file is empty")
        faults.raise_any()
        return []

    def documents(self, path: Path) -> Iterator[FileDocument]:
        """The documents of a file that `check` has passed."""
        for number, line in _lines(path, self._most):
            yield FileDocument(line, f"line {number}")


class JsonReader:
    """
    A file with one object, or with a list of objects, of which one at a time is in memory.

    Documents are cut out of the text as they stand: digits are kept.

    Args:
        items: path of the list inside the object (the flow's `source.items`), or None.
        most: how many bytes a packed file may unpack to.
    """

    def __init__(self, items: tuple[str, ...] | None = None, most: int = MOST_BYTES) -> None:
        self._items = items or ()
        self._most = most

    def check(self, path: Path) -> list[str]:
        """Read the file; raise FileFaultyError with every fault."""
        faults = FaultList()
        try:
            for number, line, part in self._parts(path):
                _check_part(number, line, part, faults)
                if faults.full:
                    break
        except FileFaultyError as error:
            for fault in error.faults:
                faults.add(fault.line, fault.code, fault.message)
        faults.raise_any()
        return []

    def documents(self, path: Path) -> Iterator[FileDocument]:
        """The documents of a file that `check` has passed."""
        for number, _, part in self._parts(path):
            yield FileDocument(part.encode(), f"element {number}")

    def _parts(self, path: Path) -> Iterator[tuple[int, int, str]]:
        """Number, line and text of every document."""
        with opened(path, self._most) as raw:
            cursor = Cursor(io.TextIOWrapper(raw, "utf-8-sig", "surrogateescape", newline=""))
            yield from self._inside(cursor, self._items)
            cursor.end()

    def _inside(self, cursor: Cursor, path: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
        sign = cursor.peek()
        where = ".".join(self._items) or "the file"
        if sign not in ("{", "[") or (path and sign == "["):
            message = f"{where} is no object and no list of objects"
            raise cursor.fault(message, "NOT_AN_OBJECT" if sign else "NOT_JSON")
        if path:
            found = False
            for name in cursor.members():
                if name == path[0]:
                    found = True
                    yield from self._inside(cursor, path[1:])
                else:
                    cursor.skip()
            if not found:
                raise cursor.fault(f"{where} is no object and no list of objects", "NOT_AN_OBJECT")
        elif sign == "[":
            for number, line in enumerate(cursor.elements(), 1):
                yield number, line, cursor.value()
        else:
            line = cursor.line
            yield 1, line, cursor.value()


def _lines(path: Path, most: int) -> Iterator[tuple[int, bytes]]:
    with opened(path, most) as file:
        for number, line in lines_of(file):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            text = text.strip()
            if text:
                yield number, text


def _check_part(number: int, line: int, part: str, faults: FaultList) -> None:
    try:
        _, value = documents.parse(part.encode())
    except Refused as error:
        at, message = line_of(error, line)
        faults.add(at, "NOT_JSON", message)
    else:
        if not isinstance(value, dict):
            faults.add(line, "NOT_AN_OBJECT", f"element {number} is no object")


def _check_line(number: int, line: bytes, faults: FaultList) -> None:
    try:
        _, value = documents.parse(line)
    except Refused as error:
        _note(error, number, faults)
    else:
        if not isinstance(value, dict):
            faults.add(number, "NOT_AN_OBJECT", f"a JSON {type(value).__name__}, not an object")


def _note(error: Refused, line: int, faults: FaultList) -> None:
    """What `documents.parse` refused, with its line in the file."""
    cause = error.__cause__
    if isinstance(cause, UnicodeDecodeError):
        byte = cause.object[cause.start]
        faults.add(line, "NOT_DECODABLE", f"byte 0x{byte:02X} is not utf-8")
    elif isinstance(cause, json.JSONDecodeError):
        faults.add(line, "NOT_JSON", f"column {cause.colno}: {cause.msg}")
    else:
        faults.add(line, "NOT_JSON", error.message)
