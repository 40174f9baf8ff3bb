"""`suiteloom check`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.shared import PROJECT, compiled, print_found, summary
from generator.spec.diagnose import Format


@click.command()
@PROJECT
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
def check(project: Path, form: Format, strict: bool) -> None:
    """Check every spec of a project, without writing anything."""
    _, found = compiled(project)
    print_found(found, form, to_stderr=False)
    if form == "text":
        click.echo(summary(found), err=True)
    if any(each.severity == "error" or strict for each in found):
        raise SystemExit(1)
