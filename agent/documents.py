"""
Documents as JSON text: checked, looked into and cut apart, never written anew.

What a sender wrote reaches the account with its digits as they were: 14.10 stays 14.10, and a
number of more digits than JavaScript holds goes as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NoReturn

from agent.errors import Refused

# What JavaScript's trim() takes away (ECMA-262, WhiteSpace and LineTerminator); Python's strip() takes others.
BLANKS = "\t\n\v\f\r \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
BLANKS += "\u2028\u2029\u202f\u205f\u3000\ufeff"

_SPACE = re.compile(r"[ \t\n\r]*")
_LONG = re.compile(rb"[0-9.]{16}")
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*', re.DOTALL)


def parse(raw: bytes) -> tuple[str, Any]:
    """
    The text of a body and its value.

    Raises Refused (400) for what is not JSON in UTF-8, for NaN and Infinity, and for an object
    that holds a name twice, because readers differ in which of the two they believe.
    """
    try:
        text = raw.decode("utf-8-sig")
        return text, _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise Refused("not_json", "the body is not UTF-8", status=400) from error
    except RecursionError as error:
        raise Refused("not_json", "the body is nested too deeply", status=400) from error
    except ValueError as error:
        raise Refused("not_json", f"the body is not JSON: {error}", status=400) from error


def exact(body: bytes) -> bytes:
    """
    A body in which the numbers that JavaScript would round are texts.

    9007199254740993 is the id of another record than 9007199254740992. JSON.parse of a script makes
    doubles of all numbers (ECMA-262, 25.5.1). Scripts read a text of digits as the number that it
    is.
    """
    return _TOKEN.sub(_held, body) if _LONG.search(body) else body


def _held(token: re.Match[bytes]) -> bytes:
    text = token[0]
    if text[:1] == b'"' or not _LONG.search(text):
        return text
    written = text.decode()
    same = Decimal(repr(float(written))) == Decimal(written)
    return text if same else b'"%b"' % text


def at(value: Any, path: Sequence[str]) -> Any:
    """What a path leads to; None where it leads nowhere."""
    for segment in path:
        if not isinstance(value, dict):
            return None
        value = value.get(segment)
    return value


def text_of(value: Any) -> str | None:
    """A value as a key shows it, the way JavaScript's String() writes it; None for what is empty or no scalar."""
    if value is None or value == "" or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    # Half of a surrogate pair is JSON, but no text: the account reads it as a question mark.
    return storable(str(value).encode("utf-8", "replace").decode("utf-8"))


def storable(text: str) -> str:
    """Text that every store can keep: NUL and half a surrogate pair are JSON, and are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


def filled(
    template: Sequence[str | Sequence[str]], value: Any, encode: Callable[[str], str]
) -> str | None:
    """A text with the values of a document in it, each encoded; None where one of them is empty."""
    parts = []
    for part in template:
        found = part if isinstance(part, str) else text_of(at(value, part))
        if found is None:
            return None
        parts.append(found if isinstance(part, str) else encode(found))
    return "".join(parts)


def cut(text: str, path: Sequence[str]) -> str | None:
    """The JSON text at a path, as it was written; None where the path leads nowhere."""
    start, end = _skip(text, 0), len(text)
    for segment in path:
        for name, first, last in _members(text, start):
            if name == segment:
                start, end = first, last
                break
        else:
            return None
    return text[start:end].strip(" \t\n\r")


def elements(text: str) -> list[str]:
    """The JSON texts of an array's elements, as they were written."""
    found: list[str] = []
    at_ = _skip(text, 0)
    if text[at_ : at_ + 1] != "[":
        return found
    at_ = _skip(text, at_ + 1)
    while text[at_] != "]":
        _, end = _FAST.raw_decode(text, at_)
        found.append(text[at_:end])
        at_ = _skip(text, end)
        if text[at_] == ",":
            at_ = _skip(text, at_ + 1)
    return found


def _members(text: str, start: int) -> list[tuple[str, int, int]]:
    """Names of an object with start and end of their values."""
    found: list[tuple[str, int, int]] = []
    if text[start : start + 1] != "{":
        return found
    at_ = _skip(text, start + 1)
    while text[at_] != "}":
        name, end = _FAST.raw_decode(text, at_)
        first = _skip(text, _skip(text, end) + 1)  # behind the colon
        _, last = _FAST.raw_decode(text, first)
        found.append((name, first, last))
        at_ = _skip(text, last)
        if text[at_] == ",":
            at_ = _skip(text, at_ + 1)
    return found


def _skip(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    assert match is not None  # an empty run matches
    return match.end()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:80]!r} stands twice in one object")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
_FAST = json.JSONDecoder()
