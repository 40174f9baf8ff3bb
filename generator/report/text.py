"""For people: place, sentence, the line with a caret, and what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from generator.report.model import Case, Report
from generator.spec.diagnose import Diagnostic


def render(report: Report) -> str:
    """Every finding, files as they are called in the project; then the details of failed cases."""
    parts = [listing(report.findings)]
    parts += [case.detail for case in report.cases if case.detail and report.fails(case)]
    return "\n\n".join(part for part in parts if part)


def listing(findings: Iterable[Diagnostic]) -> str:
    """Findings one below the other, with an empty line between."""
    return "\n\n".join(_one(found) for found in findings)


def of_case(case: Case) -> str:
    """The findings of one case and its details."""
    return "\n\n".join(part for part in (listing(case.findings), case.detail) if part)


def count(findings: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    errors = sum(1 for found in findings if found.severity == "error")
    counted = ((errors, "error"), (len(findings) - errors, "warning"))
    parts = [f"{number} {word}{'' if number == 1 else 's'}" for number, word in counted if number]
    return ", ".join(parts) or "no mistakes found"


def _one(found: Diagnostic) -> str:
    parts = [
        f"{found.file}:{found.line}:{found.column}: {found.severity} {found.label}: {found.message}"
    ]
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
