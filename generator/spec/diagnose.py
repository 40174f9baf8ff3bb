"""What is said about a mistake: one form for all of them. `generator.report` writes it out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace


class Diagnostic(Struct, frozen=True, order=True):
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
        """The code as it is shown: E251 as an error, W251 as a warning; other letters stay."""
        doubtful = self.severity == "warning" and self.code.startswith("E")
        return f"W{self.code[1:]}" if doubtful else self.code


def near(name: str, allowed: Iterable[str]) -> str | None:
    """The one name among `allowed` that was probably meant."""
    names = list(allowed)
    folded = {other.lower(): other for other in names}
    swapped = [other for other in folded if sorted(other) == sorted(name.lower())]
    if swapped:  # 'form' has more in common with 'format', but is 'from'
        return folded[swapped[0]]
    from difflib import (
        get_close_matches,  # only mistakes need it, and its import is felt in a rebuild
    )

    found = get_close_matches(name.lower(), folded, n=1, cutoff=0.66)
    return folded[found[0]] if found else None


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing."""
    names = list(allowed)
    match = near(name, names) or _short_for(name, names)
    return f"; did you mean '{match}'?{_look_alike(name, match)}" if match and match != name else ""


def _look_alike(name: str, match: str) -> str:
    """A letter that only looks like the right one, or cannot be seen at all, by its name."""
    odd = next((each for each in name if not each.isascii() and each not in match), None)
    if odd is None:
        return ""
    import unicodedata

    return (
        f" It has U+{ord(odd):04X}, {unicodedata.name(odd, 'a character without a name').lower()}"
    )


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


def as_warning(found: Diagnostic) -> Diagnostic:
    """The same finding, as a warning."""
    return replace(found, severity="warning")
