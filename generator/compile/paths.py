"""Paths into a document."""

from __future__ import annotations

import re

from generator.compile.context import Place
from generator.plan.flow import Template
from generator.plan.values import Path
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
        segments = split_path(rest)
    except ValueError:
        place.error("E122", f"'{text}' is not a path", _advice(text))
        return None
    if '["' not in text:
        _check_literal(text, place)
    return Path(segments, root)


def _check_literal(text: str, place: Place) -> None:
    """A text that names a value only where names are very odd: `' '`, `', '`, `Order {number}`."""
    if "{" in text or "}" in text:
        place.warn(
            "E122",
            f"'{text}' is read as a path, braces and all: there are no templates",
            'join the parts: concat: [{value: "Order "}, number]',
        )
    elif _SIGNS.fullmatch(text) or text != text.strip():
        place.warn(
            "E122",
            f"'{text}' is read as a path to a value of that name",
            f'a literal is {{value: "{text}"}}; a name that is odd stands as ["{text}"]',
        )


def compile_template(text: str, place: Place) -> Template:
    """A text with `{path}` in it; what is no path, or a brace without its other one, is reported."""
    parts: list[str | Path] = []
    for index, part in enumerate(_BRACES.split(text)):
        if index % 2:
            path = compile_path(part, place)
            parts += [path] if path else []
        elif "{" in part or "}" in part:
            place.error("E122", f"'{text}' has a brace without its other one", "write {path}")
        elif part:
            parts.append(part)
    return tuple(parts)


_SIGNS = re.compile(r"[\s\-\u2013\u2014,;:/|+&()*!?=<>'%\u00b7\u2022]+")
_BRACES = re.compile(r"\{([^{}]*)\}")


def _advice(text: str) -> str:
    if "[" in text:
        return 'there are no indexes; apply [first], [last] or [take], and write ["a.b"] for a name with a dot'
    return 'names joined by dots; write ["a.b"] for a name with a dot'
