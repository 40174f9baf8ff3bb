"""JSON between the account, its storage and its workers: the same text as Python's, in a fraction of the time."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def encode(value: Any) -> bytes:
    """A value as JSON; half a character, which UTF-8 cannot write, goes as JSON's escape."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(value)
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(
            errors="backslashreplace"
        )


def decode(text: bytes | str) -> Any:
    """What stands in JSON; texts may hold half a character (U+D800 alone), as JavaScript's may."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)
