"""JSON Lines and JSON files: one document for each line, or for each element of the file's list."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from agent.ports import FileDocument
from agent.watch.faults import FaultList, FileFaultyError


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

    Args:
        items: path of the list inside the object (the flow's `source.items`), or None.
    """

    def __init__(self, items: tuple[str, ...] | None = None) -> None:
        self._items = items

    def check(self, path: Path) -> list[str]:
        """Read the file; raise FileFaultyError with every fault."""
        faults = FaultList()
        for number, item in enumerate(self._load(path), 1):
            if not isinstance(item, dict):
                faults.add(None, "NOT_AN_OBJECT", f"element {number} is no object")
        faults.raise_any()
        return []

    def documents(self, path: Path) -> Iterator[FileDocument]:
        """The documents of a file that `check` has passed."""
        for number, item in enumerate(self._load(path), 1):
            raw = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
            yield FileDocument(raw.encode(), f"element {number}")

    def _load(self, path: Path) -> list[Any]:
        faults = FaultList()
        data: Any = None
        try:
            text = path.read_bytes().decode("utf-8-sig")
            data = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            faults.add(
                line, "NOT_DECODABLE", f"byte 0x{error.object[error.start]:02X} is not utf-8"
            )
        except json.JSONDecodeError as error:
            faults.add(error.lineno, "NOT_JSON", f"column {error.colno}: {error.msg}")
        except (ValueError, RecursionError) as error:
            faults.add(None, "NOT_JSON", str(error))
        faults.raise_any()
        for segment in self._items or ():
            data = data.get(segment) if isinstance(data, dict) else None
        if isinstance(data, dict):
            return [data]
        if not isinstance(data, list):
            where = ".".join(self._items or ()) or "the file"
            faults.add(None, "NOT_AN_OBJECT", f"{where} is neither an object nor a list of objects")
            raise FileFaultyError(faults.faults)
        return data


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            text = text.strip()
            if text:
                yield number, text


def _check_line(number: int, line: bytes, faults: FaultList) -> None:
    try:
        document = json.loads(
            line.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite
        )
    except UnicodeDecodeError as error:
        faults.add(number, "NOT_DECODABLE", f"byte 0x{error.object[error.start]:02X} is not utf-8")
    except json.JSONDecodeError as error:
        faults.add(number, "NOT_JSON", f"column {error.colno}: {error.msg}")
    except (ValueError, RecursionError) as error:
        faults.add(number, "NOT_JSON", str(error))
    else:
        if not isinstance(document, dict):
            faults.add(number, "NOT_AN_OBJECT", f"a JSON {type(document).__name__}, not an object")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large")
    return number
