"""What the commands share: the option `--project`, compiling, and printing what was found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from generator.errors import ProjectError, UsageError
from generator.plan.project import ProjectPlan
from generator.report import FORMS, Report, render
from generator.report.text import count, listing
from generator.spec.diagnose import Diagnostic, ordered

FOLDER = click.Path(file_okay=False, path_type=Path)
PROJECT = click.option(
    "--project", "project", type=FOLDER, default=Path(), show_default=".",
    help="Project folder, the one with project.yaml.",
)  # fmt: skip
FORMAT = click.option(
    "--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True,
    help="For people, scripts, pull requests, code scanning or build servers.",
)  # fmt: skip
STRICT = click.option("--strict", is_flag=True, help="Warnings fail too.")


def need_project(project: Path) -> None:
    """UsageError where there is no such folder."""
    if not project.is_dir():
        raise UsageError(f"no folder '{project}'")


def compiled(project: Path) -> tuple[ProjectPlan | None, list[Diagnostic]]:
    """The plan of a project (None where it has errors) and what was found."""
    from generator.compile import compile_project
    from generator.memory import Memory

    need_project(project)
    memory = Memory.of(project)
    found = compile_project(project, memory)
    memory.save()
    return found


def plan_of(project: Path) -> ProjectPlan:
    """The plan of a project. ProjectError where it has errors."""
    whole, found = compiled(project)
    if whole is None:
        raise ProjectError(ordered(found))
    return whole


def print_found(found: Sequence[Diagnostic]) -> None:
    """Print findings for a person, beside what the command answers."""
    if found:
        click.echo(listing(found), err=True)


def finish(report: Report, form: str) -> NoReturn:
    """Print a report in one form, count for people, and end with its exit code."""
    written = render(report, form)
    if written:
        click.echo(written)
    if form == "text":
        click.echo(("\n" if written else "") + count(report.findings), err=True)
    raise SystemExit(report.exit_code)
