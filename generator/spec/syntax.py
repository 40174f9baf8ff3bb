"""What is wrong with a text that is no YAML: the parsers' sentences in a person's words."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

_OPENED = {"while parsing a flow sequence": "[", "while parsing a flow mapping": "{"}


def sentence(fault: MarkedYAMLError, lines: list[str], number: int, column: int) -> str:
    """What is wrong in this line and column, as a person would say it."""
    problem = str(fault.problem or "not valid YAML").strip()
    if "found another document" in problem:
        return "a file holds one spec: remove the line '---'"
    line = lines[number - 1] if number <= len(lines) else ""
    if "expected ':'" in problem:
        return odd_blank(line) or "a key needs ': ' behind it, a colon and a blank"
    if "mapping values are not allowed" in problem:
        if _first_colon(line, column):
            above = next((n for n in range(number - 1, 0, -1) if _said(lines[n - 1])), 0)
            if above and ":" not in lines[above - 1]:
                return f"line {above} has no ': ' behind its key"
            if above and _indent(lines[above - 1]) < _indent(line):
                return (
                    f"this line is indented deeper than line {above}, which has its value already"
                )
        return "a ':' where no key can stand; text that contains ': ' needs quotes"
    if "expected <block end>" in problem:
        if problem.endswith("'-'"):
            return "an element of a list ('-') among keys"
        if "block" in problem.removeprefix("expected <block end>"):
            return _misaligned(lines, number, column)
    flow = _open(fault)
    if flow:
        return flow
    if "cannot start any token" in problem:
        if "\\t" in problem or "\t" in problem:
            inside = line[: column - 1].strip()
            where = "cannot stand here" if inside else "is not allowed as indentation"
            return f"a tab {where}; use blanks"
        return f"{problem}; text that starts with this character needs quotes"
    context = f" {str(fault.context).strip()}" if fault.context else ""
    return f"not valid YAML{context}: {problem}"


def _said(line: str) -> bool:
    """Whether a line says something."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _first_colon(line: str, column: int) -> bool:
    """Whether the colon in this column is the one of the line's key."""
    return re.fullmatch(r"\s*[\w.-]+", line[: column - 1]) is not None


def _misaligned(lines: list[str], number: int, column: int) -> str:
    """A line whose indentation is none of those that are open above it."""
    depths: list[int] = []
    for line in filter(_said, lines[: number - 1]):
        depth = _indent(line)
        depths = [*(each for each in depths if each < depth), depth]
    columns = ", ".join(str(depth + 1) for depth in depths)
    return f"the indentation fits no line above: this one begins in column {column}, those in {columns}"


def _open(fault: MarkedYAMLError) -> str | None:
    """A brace or bracket that is not closed where the parser noticed it, and where it was opened."""
    opened = _OPENED.get(str(fault.context))
    mark = fault.context_mark
    if mark is None or opened is None:
        return None
    place = f"line {mark.line + 1}, column {mark.column + 1}"
    return f"the '{opened}' of {place} is not closed before this, or a comma or quotes are missing"


def odd_blank(line: str) -> str | None:
    """A blank that YAML takes for a letter."""
    odd = next((each for each in line if each.isspace() and not each.isascii()), None)
    if odd is None:
        return None
    return f"{unicodedata.name(odd, 'white space').lower()} (U+{ord(odd):04X}) behind the colon; YAML needs a plain blank"
