"""Paths into a document."""

from __future__ import annotations

from generator.compile.context import Place
from generator.plan.model import Path
from generator.transforms.arguments import split_path


def compile_path(text: str, place: Place) -> Path | None:
    """`a.b`, `["a.b"]`, `$.a` from the root, `.` the current element; reports what is no path."""
    root = text == "$" or text.startswith("$.")
    rest = text[2:] if root else text
    if rest in ("", "."):
        if text in (".", "$", "$."):
            return Path((), root)
        place.error("E122", "a path must not be empty")
        return None
    try:
        return Path(split_path(rest), root)
    except ValueError:
        place.error("E122", f"'{text}' is not a path", _advice(text))
        return None


def _advice(text: str) -> str:
    if "[" in text:
        return 'there are no indexes; apply [first], [last] or [take], and write ["a.b"] for a name with a dot'
    return 'names joined by dots; write ["a.b"] for a name with a dot'
