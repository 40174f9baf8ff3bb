"""What is said about a mistake: one form for all of them, written as text, JSON or for GitHub."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Format = Literal["text", "json", "github"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """
    One mistake, at its place.

    Args:
        file: relative to the project folder.
        line: 1-based.
        column: 1-based, in characters.
        code: `E` and three digits; a warning shows `W` and the same digits.
        message: what is wrong, in the words of the language.
        help: what to do about it.
        text: the source line.
    """

    file: str
    line: int
    column: int
    code: str
    severity: Literal["error", "warning"]
    message: str
    help: str | None = None
    text: str = ""

    @property
    def label(self) -> str:
        """The code as it is shown: E251 as an error, W251 as a warning."""
        return ("W" if self.severity == "warning" else "E") + self.code[1:]


def near(name: str, allowed: Iterable[str]) -> str | None:
    """The one name among `allowed` that was probably meant."""
    names = list(allowed)
    folded = {other.lower(): other for other in names}
    found = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.66)
    return folded[found[0]] if found else None


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing."""
    names = list(allowed)
    match = near(name, names) or _short_for(name, names)
    return f"; did you mean '{match}'?" if match and match != name else ""


def _short_for(name: str, names: Iterable[str]) -> str | None:
    """`quantity` for `qty`: the shortest name with these letters in this order, where vowels were left out."""
    if not 2 < len(name) < 6 or len(re.findall("[aeiou]", name[1:])) > (len(name) > 3):
        return None
    pattern = re.compile(".*".join(map(re.escape, name.lower())))
    return min((other for other in names if pattern.match(other.lower())), key=len, default=None)


def listed(names: Iterable[object], conjunction: str = "or") -> str:
    """`a, b or c`."""
    words = [str(name) for name in names]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by place, each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda d: (d.file, d.line, d.column, d.code, d.message))


def render(diagnostics: Sequence[Diagnostic], form: Format) -> str:
    """All diagnostics in one form; without a line end."""
    if form == "json":
        return json.dumps([_fields(found) for found in diagnostics], indent=2, ensure_ascii=False)
    if form == "github":
        return "\n".join(_github(found) for found in diagnostics)
    return "\n\n".join(_text(found) for found in diagnostics)


def _fields(found: Diagnostic) -> dict[str, object]:
    return {
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "code": found.label,
        "severity": found.severity,
        "message": found.message,
        "help": found.help,
    }


def _text(found: Diagnostic) -> str:
    head = (
        f"{found.file}:{found.line}:{found.column}: {found.severity} {found.label}: {found.message}"
    )
    parts = [head]
    if found.text.strip():
        number = str(found.line)
        parts.append(f"   {number} | {found.text}")
        parts.append(f"   {' ' * len(number)} | {_indent(found.text, found.column)}^")
    if found.help:
        parts.append(f"   help: {found.help}")
    return "\n".join(parts)


def _indent(text: str, column: int) -> str:
    """Blanks as wide as the text before `column`, so that the caret stands under its character."""
    before = text[: column - 1]
    return "".join(
        character
        if character == "\t"
        else ""
        if unicodedata.combining(character)
        else "  "
        if unicodedata.east_asian_width(character) in "WF"
        else " "
        for character in before
    )


def _github(found: Diagnostic) -> str:
    message = found.message + (f"\nhelp: {found.help}" if found.help else "")
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    file = found.file.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return (
        f"::{found.severity} file={file},line={found.line},col={found.column},"
        f"title={found.label}::{escaped}"
    )


def as_warning(found: Diagnostic) -> Diagnostic:
    """The same finding, as a warning."""
    return replace(found, severity="warning")
