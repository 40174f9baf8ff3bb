"""Runs the rules over a project, takes away what is waived, and judges the waivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tree_sitter import Node

from generator.catalog import sdf
from generator.lint import waivers
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.lint.rules import RULES
from generator.lint.waivers import Waiver
from generator.spec.diagnose import Diagnostic, did_you_mean, ordered


def lint(
    project: Project, folder: Path | None = None, more: Iterable[Diagnostic] | None = None
) -> list[Diagnostic]:
    """
    Everything that is found in a project and not waived, by place.

    Args:
        project: what is looked at.
        folder: where lint.yaml may lie; None for no such file.
        more: findings of other tools, which waivers are good for as well; None where they were not
            asked.
    """
    found = [*judge(project), *(more or ())]
    from_file, wrong = waivers.in_file(folder) if folder is not None else ([], [])
    given = [*waivers.in_scripts(project), *from_file]
    left = [each for each in found if not _waived(each, given)]
    return ordered([*left, *wrong, *_judged(given, asked=more is not None)])


def judge(project: Project) -> Iterator[Diagnostic]:
    """What the rules find, waivers apart."""
    for rule in RULES.values():
        if rule.script is not None:
            for script in project.scripts.values():
                if script.root.has_error:  # L301 says so, and the rest would be guesses
                    continue
                if not script.is_suitescript and not project.owners(script):
                    continue  # a library of others: moment, lodash
                for found in rule.script(script, project):
                    yield _diagnostic(rule, found, script.path, project)
        elif rule.object is not None:
            for each in project.objects:
                for found in rule.object(each, project):
                    yield _diagnostic(rule, found, each.path, project)
        elif rule.project is not None:
            for found in rule.project(project):
                yield _diagnostic(rule, found, found.file or "", project)


def _waived(found: Diagnostic, given: list[Waiver]) -> bool:
    covering = [waiver for waiver in given if waiver.covers(found)]
    for waiver in covering:
        waiver.used = True
    return any(waiver.reason for waiver in covering)


def _judged(given: list[Waiver], *, asked: bool) -> Iterator[Diagnostic]:
    """What is wrong with waivers; those for other tools are needed or not only where these were asked."""
    for waiver in given:
        code, message = "", ""
        if waiver.code not in RULES and not waiver.foreign:
            code = "L903"
            message = f"there is no rule '{waiver.code}'{did_you_mean(waiver.code, RULES)}"
        elif not waiver.reason:
            code, message = "L901", f"the waiver of {waiver.code} gives no reason"
        elif not waiver.used and (asked or not waiver.foreign):
            code, message = "L902", f"nothing here is a case of {waiver.code} any more"
        if code:
            rule = RULES[code]
            yield Diagnostic(
                waiver.file, waiver.line, waiver.column, code, rule.severity, message, rule.mend
            )


def _diagnostic(rule: Rule, found: Found, path: str, project: Project) -> Diagnostic:
    file = found.file or path
    line, column = _place(found, file, project)
    return Diagnostic(
        file=file,
        line=line,
        column=column,
        code=rule.code,
        severity=found.severity or rule.severity,
        message=found.message,
        help=found.help or rule.mend,
        text=_line(project.files, file, line),
    )


def _place(found: Found, file: str, project: Project) -> tuple[int, int]:
    at = found.at
    if at is None:
        return 1, 1
    if isinstance(at, Node):
        return position(project.files[file], at.start_byte)
    if isinstance(at, tuple):
        return position(project.files[file], at[0])
    return max(sdf.line(at), 1), max(sdf.column(at), 1)


def position(source: bytes, offset: int) -> tuple[int, int]:
    """Line and column (1-based, in characters) of a byte."""
    start = source.rfind(b"\n", 0, offset) + 1
    return source.count(b"\n", 0, offset) + 1, len(
        source[start:offset].decode(errors="replace")
    ) + 1  # fmt: skip


def _line(files: Mapping[str, bytes], file: str, line: int) -> str:
    lines = files.get(file, b"").decode(errors="replace").split("\n")
    return lines[line - 1].rstrip("\r") if line <= len(lines) else ""
