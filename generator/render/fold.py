"""
Lines that are too long are broken as a person breaks them: one argument, key or name a line.

    define(['a', 'b'], (a, b) => {          define([
                                      ─►      'a',
                                              'b'
                                            ], (a, b) => {

A build has no Node and so no formatter of JavaScript; white space is all that changes here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

WIDTH = 120
_OPEN, _CLOSE = "([{", ")]}"
# Strings, templates, patterns (after what a value can follow only), and what a line is broken at.
_TOKENS = re.compile(
    r"""[()\[\]{},;]
    | '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `(?:\\.|[^`\\])*`
    | /(?:(?<=[(,=:\[!&|?{};+]/) | (?<=[(,=:\[!&|?{};+]\ /)) (?:\\. | \[(?:\\.|[^\]\\])*\] | [^/\\\[])+ /""",
    re.VERBOSE,
)


Code = list[tuple[int, str]]
"""Brackets, commas and semicolons with their places in a line."""


def fold(text: str) -> str:
    """The text with every line of code that is wider than WIDTH broken, at brackets alone."""
    folded: list[str] = []
    for line in text.split("\n"):
        if len(line) <= WIDTH:
            folded.append(line)
        else:
            folded += _fold(line, _code(line))
    return "\n".join(folded)


def _fold(line: str, code: Code) -> Iterator[str]:
    """A line that is too long."""
    bare = line.lstrip()
    if bare.startswith(("//", "/*", "*")):
        yield line
        return
    indent = line[: len(line) - len(bare)]
    then = _then(line, code)
    if then:
        yield from _part(line, code, 0, then, indent)
        yield from _part(line, code, then, len(line), f"{indent}  ")
        return
    group = _group(line, code)
    if group is None:
        yield line
        return
    start, end = group
    yield line[: start + 1]
    *items, last = _items(code, start, end)
    for item in items:
        yield from _part(line, code, *item, f"{indent}  ", ",")
    yield from _part(line, code, *last, f"{indent}  ")
    yield from _part(line, code, end, len(line), indent)


def _part(
    line: str, code: Code, start: int, end: int, indent: str, comma: str = ""
) -> Iterator[str]:
    """What stands from `start` to `end`, on a line of its own or more."""
    bare = line[start:end].lstrip()
    part = f"{indent}{bare.rstrip()}{comma}"
    if len(part) <= WIDTH:
        yield part
        return
    moved = len(indent) + len(bare) - end
    within = code[bisect_left(code, (start,)) : bisect_left(code, (end,))]
    yield from _fold(part, [(at + moved, character) for at, character in within])


def _then(line: str, code: Code) -> int:
    """Where the statement after `if (...)` begins; 0 where there is none, or a block."""
    if not line.lstrip().startswith("if ("):
        return 0
    depth = 0
    for at, character in code:
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == ")" and depth == 0:
            rest = line[at + 1 :].strip()
            return 0 if rest in ("", "{") else at + 1
    return 0


def _group(line: str, code: Code) -> tuple[int, int] | None:
    """
    The brackets to break: the arguments of the last call, or the widest ones.

    The widest where the line opens a block (`define([...], (a, b) => {`), and where what stands
    before the last ones would be too long by itself. None where no brackets hold anything.
    """
    opened: list[int] = []
    pairs: list[tuple[int, int, int]] = []
    statements: set[int] = set()
    for at, character in code:
        if character in _OPEN:
            opened.append(at)
        elif character in _CLOSE and opened:
            start = opened.pop()
            pairs.append((len(opened), start, at))
        elif character == ";" and opened:
            statements.add(opened[-1])
    unclosed = len(opened)
    outer = [
        (start, end)
        for depth, start, end in pairs
        if depth <= unclosed and start not in statements and line[start + 1 : end].strip()
        if not any(start < other < end for other in statements)
    ]
    near = [pair for pair in outer if pair[0] < WIDTH] or outer
    last = outer[-1] if outer and not unclosed else None
    if last in near and last and "," in line[last[0] : last[1]]:
        return last
    return max(near, key=lambda pair: pair[1] - pair[0], default=None)


def _items(code: Code, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each thing in the brackets from `start` to `end` begins and ends."""
    depth = 0
    begun = start + 1
    for at, character in code[bisect_left(code, (begun,)) : bisect_left(code, (end,))]:
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif character == "," and depth == 0:
            yield begun, at
            begun = at + 1
    yield begun, end


def _code(line: str) -> Code:
    """What a line can be broken at; what stands in strings, templates and patterns is left out."""
    return [(found.start(), found[0]) for found in _TOKENS.finditer(line) if len(found[0]) == 1]
