"""
JSON text walked through piece by piece: what is asked for is cut out as it stands.

    cursor ─► members of an object, elements of a list ─► the text of one value

Only one value is in memory at a time. Values are cut out by their brackets and quotes; who takes
them parses them, so nothing that is no JSON gets through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TextIO

from agent import documents
from agent.errors import Refused
from agent.watch.faults import Fault, FileFaultyError
from agent.watch.opening import MOST_LINE, too_long

PIECE = 256 * 1024
DEEPEST = 200

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"|["\[\]{}]', re.DOTALL)
_SCALAR = re.compile(r"[^\s,:\[\]{}\"]*")
# What errors="surrogateescape" makes of a byte that cannot be decoded: U+DC00 + byte.
_UNDECODED = re.compile("[\udc80-\udcff]")


class Cursor:
    """
    A place in a text that is read piece by piece.

    Every method raises FileFaultyError, with the line, for what is no JSON.

    Args:
        text: opened with `errors="surrogateescape"`.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._line = 1  # of the buffer's first character

    @property
    def line(self) -> int:
        """The line of the place."""
        return self._line + self._buffer.count("\n", 0, self._at)

    def peek(self) -> str:
        """The next sign that is no white space; empty at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, sign: str) -> None:
        """Pass over a sign that must stand here."""
        found = self.peek()
        if found != sign:
            raise self.fault(
                f"expecting {sign!r}, found {found!r}" if found else "it ends too soon"
            )
        self._at += 1

    def members(self) -> Iterator[str]:
        """The names of an object; at each the place is its value, which must be passed over."""
        seen: set[str] = set()
        self.take("{")
        while self.peek() != "}":
            if seen:
                self.take(",")
            if self.peek() != '"':
                raise self.fault("expecting a name in quotes")
            name = str(self._parsed(self.value()))
            if name in seen:
                raise self.fault(f"the name {name[:80]!r} stands twice in one object")
            seen.add(name)
            self.take(":")
            self.peek()
            yield name
        self._at += 1

    def elements(self) -> Iterator[int]:
        """The lines of a list's elements; at each the place is the element, which must be passed over."""
        first = True
        self.take("[")
        while self.peek() != "]":
            if not first:
                self.take(",")
                self.peek()
            first = False
            yield self.line
        self._at += 1

    def value(self) -> str:
        """Pass over a value and return its text."""
        sign = self.peek()
        end = self._close() if sign and sign in "[{" else self._flat(sign)
        if end == self._at:
            raise self.fault("expecting a value")
        found = self._buffer[self._at : end]
        self._at = end
        return found

    def skip(self, depth: int = 0) -> None:
        """Pass over a value of any size, in small parts."""
        if depth > DEEPEST:
            raise self.fault("it is nested too deeply")
        sign = self.peek()
        if sign == "{":
            for _ in self.members():
                self.skip(depth + 1)
        elif sign == "[":
            for _ in self.elements():
                self.skip(depth + 1)
        else:
            self._parsed(self.value())

    def end(self) -> None:
        """Nothing but white space may follow."""
        if self.peek():
            raise self.fault("there is more text behind the value")

    def fault(self, message: str, code: str = "NOT_JSON") -> FileFaultyError:
        """What is wrong here."""
        return FileFaultyError([Fault(self.line, code, message)])

    # --- inside -------------------------------------------------------------------------------

    def _more(self) -> bool:
        """Read another piece; what was passed over is forgotten."""
        piece = self._text.read(PIECE)
        if found := _UNDECODED.search(piece):
            line = self._line + self._buffer.count("\n") + piece.count("\n", 0, found.start())
            byte = ord(found.group()) - 0xDC00
            message = f"byte 0x{byte:02X} is not utf-8"
            raise FileFaultyError([Fault(line, "NOT_DECODABLE", message)])
        self._line += self._buffer.count("\n", 0, self._at)
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        if len(self._buffer) > MOST_LINE + 2 * PIECE:
            raise too_long(self.line, "a value")
        return bool(piece)

    def _close(self) -> int:
        """Where the object or list that begins here ends."""
        depth, at = 0, self._at
        while True:
            match = _MARK.search(self._buffer, at)
            if match is None or match.group() == '"':
                # The rest is read again from where the string began, or from the end.
                passed = (match.start() if match else len(self._buffer)) - self._at
                if not self._more():
                    raise self.fault("it ends too soon")
                at = self._at + passed
                continue
            at = match.end()
            if match.group() in "[{":
                depth += 1
            elif match.group() in "]}":
                depth -= 1
                if depth == 0:
                    return at

    def _flat(self, sign: str) -> int:
        """Where the string, number or word that begins here ends."""
        if sign == '"':
            while (match := _STRING.match(self._buffer, self._at)) is None:
                if not self._more():
                    raise self.fault("a string is not closed")
            return match.end()
        while True:
            match = _SCALAR.match(self._buffer, self._at)
            end = match.end() if match else self._at
            if end < len(self._buffer) or not self._more():
                return end

    def _parsed(self, text: str) -> object:
        try:
            return documents.parse(text.encode())[1]
        except Refused as error:
            raise self.fault(error.message) from error


def line_of(error: Refused, first: int) -> tuple[int, str]:
    """The line in the file, and the sentence, of what `documents.parse` refused of a part that begins in a line."""
    cause = error.__cause__
    if isinstance(cause, json.JSONDecodeError):
        column = f"column {cause.colno}: " if cause.lineno > 1 else ""
        return first + cause.lineno - 1, column + cause.msg
    return first, error.message
