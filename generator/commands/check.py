"""`suiteloom check`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.shared import FORMAT, PROJECT, STRICT, compiled, finish
from generator.report import by_file


@click.command()
@PROJECT
@FORMAT
@STRICT
def check(project: Path, form: str, strict: bool) -> None:
    """Check every spec of a project, without writing anything."""
    from generator.compile.reading import PROJECT_FILE, spec_files

    _, found = compiled(project)
    specs = [path.relative_to(project).as_posix() for path in spec_files(project)]
    finish(by_file("check", project, [PROJECT_FILE, *specs], found, strict=strict), form)
