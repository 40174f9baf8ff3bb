"""REGEXP_SUBSTR, REGEXP_REPLACE, REGEXP_INSTR, REGEXP_LIKE and REGEXP_COUNT: Oracle's regular expressions of values."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from emulator.suiteql.faults import search_error
from emulator.suiteql.oracle import Function, shortest

# POSIX classes, which stand inside brackets: [[:digit:]]
_CLASSES = {
    "[:alnum:]": "A-Za-z0-9",
    "[:alpha:]": "A-Za-z",
    "[:blank:]": " \\t",
    "[:cntrl:]": "\\x00-\\x1f\\x7f",
    "[:digit:]": "0-9",
    "[:graph:]": "!-~",
    "[:lower:]": "a-z",
    "[:print:]": " -~",
    "[:punct:]": "!-/:-@\\[-`{-~",
    "[:space:]": "\\s",
    "[:upper:]": "A-Z",
    "[:xdigit:]": "A-Fa-f0-9",
}
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "n": re.DOTALL, "x": re.VERBOSE, "c": re.NOFLAG}


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str | None) -> re.Pattern[str]:
    for name, members in _CLASSES.items():
        pattern = pattern.replace(name, members)
    kinds = re.NOFLAG
    for letter in flags or "":
        if letter not in _FLAGS:
            raise search_error(f"Illegal match parameter '{letter}' of a regular expression")
        kinds |= _FLAGS[letter]
    try:
        return re.compile(pattern, kinds)
    except re.error as error:
        raise search_error(f"Invalid regular expression '{pattern}': {error}") from None


def _found(
    value: Any, pattern: Any, start: Any, nth: Any, flags: str | None
) -> re.Match[str] | None:
    matches = _compiled(shortest(pattern), flags).finditer(shortest(value), int(start or 1) - 1)
    wanted = int(nth or 1)
    return next((match for number, match in enumerate(matches, 1) if number == wanted), None)


def _substr(
    value: Any, pattern: Any, start: Any = 1, nth: Any = 1, flags: Any = None, group: Any = 0
) -> str | None:
    if value is None or pattern is None:
        return None
    match = _found(value, pattern, start, nth, flags)
    return None if match is None else match.group(int(group or 0)) or None


def _instr(
    value: Any, pattern: Any, start: Any = 1, nth: Any = 1, after: Any = 0, flags: Any = None
) -> int | None:
    if value is None or pattern is None:
        return None
    match = _found(value, pattern, start, nth, flags)
    if match is None:
        return 0
    return (match.end() if int(after or 0) else match.start()) + 1


def _replace(
    value: Any, pattern: Any, by: Any = None, start: Any = 1, nth: Any = 0, flags: Any = None
) -> str | None:
    if value is None or pattern is None:
        return None if value is None else shortest(value)
    text, begin = shortest(value), int(start or 1) - 1
    replacement = re.sub(r"\\(\d)", r"\\g<\1>", shortest(by or ""))
    compiled = _compiled(shortest(pattern), flags)
    if nth:
        match = _found(value, pattern, start, nth, flags)
        if match is None:
            return text
        return text[: match.start()] + match.expand(replacement) + text[match.end() :] or None
    return text[:begin] + compiled.sub(replacement, text[begin:]) or None


def _like(value: Any, pattern: Any, flags: Any = None) -> bool | None:
    if value is None or pattern is None:
        return None
    return _compiled(shortest(pattern), flags).search(shortest(value)) is not None


def _count(value: Any, pattern: Any, start: Any = 1, flags: Any = None) -> int | None:
    if value is None or pattern is None:
        return None
    compiled = _compiled(shortest(pattern), flags)
    return sum(1 for _ in compiled.finditer(shortest(value), int(start or 1) - 1))


FUNCTIONS: tuple[Function, ...] = (
    ("sl_regexp_substr", -1, _substr),
    ("sl_regexp_instr", -1, _instr),
    ("sl_regexp_replace", -1, _replace),
    ("sl_regexp_like", -1, _like),
    ("sl_regexp_count", -1, _count),
)
