"""
Files opened for reading, packed or not, within bounds.

A file that unpacks to more than it may, or has a line without an end, is a fault of the file: no
more of it is ever in memory than one piece.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from agent.watch.faults import Fault, FileFaultyError

MOST_BYTES = 8_000_000_000
# One document is one line of a staged part; NetSuite takes values of 10 MB (help: map/reduce
# limits).
MOST_LINE = 8_000_000

_BUFFER = 256 * 1024


def opened(path: Path, most: int = MOST_BYTES) -> BinaryIO:
    """
    A file's bytes; those of a name that ends in .gz, unpacked.

    Links are not followed. While it is read, FileFaultyError is raised where it holds more than
    `most` bytes, or is no whole gzip file.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    plain: BinaryIO = os.fdopen(handle, "rb")
    if path.suffix.lower() != ".gz":
        return plain
    return io.BufferedReader(_Unpacked(plain, most), _BUFFER)


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers. Raises FileFaultyError for one that is too long."""
    number = 0
    while line := file.readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            raise too_long(number)
        yield number, line


def text_lines_of(text: TextIO) -> Iterator[str]:
    """Lines of text. Raises FileFaultyError for one that is too long."""
    number = 0
    while line := text.readline(MOST_LINE + 1):
        number += 1
        if len(line) > MOST_LINE:
            raise too_long(number)
        yield line


def too_long(line: int, what: str = "a line") -> FileFaultyError:
    """The fault of a line or a value that does not end."""
    message = f"{what} is longer than {MOST_LINE} characters"
    return FileFaultyError([Fault(line, "LINE_TOO_LONG", message)])


class _Unpacked(io.RawIOBase):
    """A gzip file's content, counted."""

    def __init__(self, packed: BinaryIO, most: int) -> None:
        super().__init__()
        self._packed = packed
        self._file = gzip.GzipFile(fileobj=packed, mode="rb")
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._file.read(min(len(buffer), self._left + 1))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            fault = Fault(None, "NOT_GZIP", f"no whole gzip file: {error}")
            raise FileFaultyError([fault]) from error
        self._left -= len(data)
        if self._left < 0:
            raise FileFaultyError([Fault(None, "TOO_LARGE", "it unpacks to more than is taken")])
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        self._packed.close()
        super().close()
