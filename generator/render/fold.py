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


def fold(text: str) -> str:
    """The text with every line of code that is wider than WIDTH broken, at brackets alone."""
    folded: list[str] = []
    for line in text.split("\n"):
        if len(line) <= WIDTH:
            folded.append(line)
        else:
            folded += _fold(line)
    return "\n".join(folded)


def _fold(line: str) -> Iterator[str]:
    if len(line) <= WIDTH or line.lstrip().startswith(("//", "/*", "*")):
        yield line
        return
    indent = line[: len(line) - len(line.lstrip())]
    then = _then(line)
    if then:
        yield from _fold(line[:then].rstrip())
        yield from _fold(f"{indent}  {line[then:].lstrip()}")
        return
    group = _group(line)
    if group is None:
        yield line
        return
    start, end = group
    items = list(_items(line[start + 1 : end]))
    yield line[: start + 1].rstrip()
    for index, item in enumerate(items):
        comma = "," if index < len(items) - 1 else ""
        yield from _fold(f"{indent}  {item}{comma}")
    yield from _fold(indent + line[end:])


def _then(line: str) -> int:
    """Where the statement after `if (...)` begins; 0 where there is none, or a block."""
    if not line.lstrip().startswith("if ("):
        return 0
    depth = 0
    for at, character in _code(line):
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == ")" and depth == 0:
            rest = line[at + 1 :].strip()
            return 0 if rest in ("", "{") else at + 1
    return 0


def _group(line: str) -> tuple[int, int] | None:
    """
    The brackets to break: the arguments of the last call, or the widest ones.

    The widest where the line opens a block (`define([...], (a, b) => {`), and where what stands before
    the last ones would be too long by itself. None where no brackets hold anything.
    """
    opened: list[int] = []
    pairs: list[tuple[int, int, int]] = []
    statements: set[int] = set()
    for at, character in _code(line):
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


def _items(inner: str) -> Iterator[str]:
    depth = begun = 0
    for at, character in _code(inner):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif character == "," and depth == 0:
            yield inner[begun:at].strip()
            begun = at + 1
    yield inner[begun:].strip()


def _code(line: str) -> Iterator[tuple[int, str]]:
    """Brackets, commas and semicolons with their places, those in strings, templates and patterns apart."""
    for found in _TOKENS.finditer(line):
        if len(found[0]) == 1:
            yield found.start(), found[0]
