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
    """Check every spec and spec test of a project, without writing anything."""
    from generator.compile.reading import PROJECT_FILE, spec_files
    from generator.compile.trials import read_trials, trial_files

    plan, found = compiled(project)
    if plan is not None:
        found = [*found, *read_trials(project, plan)[1]]
    read = [*spec_files(project), *trial_files(project)]
    files = [PROJECT_FILE, *(path.relative_to(project).as_posix() for path in read)]
    finish(by_file("check", project, files, found, strict=strict), form)
