"""What the commands share: the option `--project`, compiling, and printing what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from generator.errors import ProjectError, UsageError
from generator.plan.model import ProjectPlan
from generator.spec.diagnose import Diagnostic, Format, ordered, render

FOLDER = click.Path(file_okay=False, path_type=Path)
PROJECT = click.option(
    "--project", "project", type=FOLDER, default=Path(), show_default=".",
    help="Project folder, the one with project.yaml.",
)  # fmt: skip


def need_project(project: Path) -> None:
    """UsageError where there is no such folder."""
    if not project.is_dir():
        raise UsageError(f"no folder '{project}'")


def compiled(project: Path) -> tuple[ProjectPlan | None, list[Diagnostic]]:
    """The plan of a project (None where it has errors) and what was found."""
    from generator.compile import compile_project

    need_project(project)
    return compile_project(project)


def plan_of(project: Path) -> ProjectPlan:
    """The plan of a project. ProjectError where it has errors."""
    whole, found = compiled(project)
    if whole is None:
        raise ProjectError(ordered(found))
    return whole


def print_found(found: Sequence[Diagnostic], form: Format, *, to_stderr: bool) -> None:
    """Print diagnostics in one form."""
    text = render(found, form)
    if text:
        click.echo(text, err=to_stderr)


def summary(found: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    errors = sum(1 for each in found if each.severity == "error")
    warnings = len(found) - errors
    if not found:
        return "no mistakes found"
    parts = []
    if errors:
        parts.append(f"{errors} error{'' if errors == 1 else 's'}")
    if warnings:
        parts.append(f"{warnings} warning{'' if warnings == 1 else 's'}")
    return "\n" + ", ".join(parts)
