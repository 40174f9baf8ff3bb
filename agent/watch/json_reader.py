"""JSON Lines and JSON files: one document for each line, or for each element of the file's list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from agent import documents
from agent.errors import Refused
from agent.ports import FileDocument
from agent.watch.faults import FaultList


class JsonLinesReader:
    """One object a line; blank lines are none. Documents are the lines as they stand: digits are kept."""

    def check(self, path: Path) -> list[str]:
        """Read the whole file; raise FileFaultyError with every fault."""
        faults = FaultList()
        count = 0
        for number, line in _lines(path):
            count += 1
            _check_line(number, line, faults)
            if faults.full:
                break
        if not count:
            faults.add(1, "NOT_JSON", "the file is empty")
        faults.raise_any()
        return []

    def documents(self, path: Path) -> Iterator[FileDocument]:
        """The documents of a file that `check` has passed."""
        for number, line in _lines(path):
            yield FileDocument(line, f"line {number}")


class JsonReader:
    """
    A file with one object, or with a list of objects; read into memory as a whole.

    Documents are cut out of the text as they stand: digits are kept.

    Args:
        items: path of the list inside the object (the flow's `source.items`), or None.
    """

    def __init__(self, items: tuple[str, ...] | None = None) -> None:
        self._items = items or ()

    def check(self, path: Path) -> list[str]:
        """Read the file; raise FileFaultyError with every fault."""
        faults = FaultList()
        try:
            _, value = documents.parse(path.read_bytes())
        except Refused as error:
            _note(error, None, faults)
        else:
            value = documents.at(value, self._items)
            where = ".".join(self._items) or "the file"
            if not isinstance(value, dict | list):
                faults.add(None, "NOT_AN_OBJECT", f"{where} is no object and no list of objects")
            for number, item in enumerate(value if isinstance(value, list) else (), 1):
                if not isinstance(item, dict):
                    faults.add(None, "NOT_AN_OBJECT", f"element {number} is no object")
        faults.raise_any()
        return []

    def documents(self, path: Path) -> Iterator[FileDocument]:
        """The documents of a file that `check` has passed."""
        text, _ = documents.parse(path.read_bytes())
        inside = documents.cut(text, self._items) or ""
        parts = documents.elements(inside) if inside.startswith("[") else [inside]
        for number, part in enumerate(parts, 1):
            yield FileDocument(part.encode(), f"element {number}")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            text = text.strip()
            if text:
                yield number, text


def _check_line(number: int, line: bytes, faults: FaultList) -> None:
    try:
        _, value = documents.parse(line)
    except Refused as error:
        _note(error, number, faults)
    else:
        if not isinstance(value, dict):
            faults.add(number, "NOT_AN_OBJECT", f"a JSON {type(value).__name__}, not an object")


def _note(error: Refused, line: int | None, faults: FaultList) -> None:
    """What `documents.parse` refused, with its line in the file."""
    cause = error.__cause__
    if isinstance(cause, UnicodeDecodeError):
        byte = cause.object[cause.start]
        place = line or cause.object.count(b"\n", 0, cause.start) + 1
        faults.add(place, "NOT_DECODABLE", f"byte 0x{byte:02X} is not utf-8")
    elif isinstance(cause, json.JSONDecodeError):
        faults.add(line or cause.lineno, "NOT_JSON", f"column {cause.colno}: {cause.msg}")
    else:
        faults.add(line, "NOT_JSON", error.message)
