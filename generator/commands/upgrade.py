"""`suiteloom upgrade`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.shared import PROJECT, need_project
from generator.errors import UsageError


@click.command()
@PROJECT
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file would change."
)
def upgrade(project: Path, only_check: bool) -> None:
    """Rewrite specs of an older version of the language to the newest, comments kept."""
    from generator import upgrade as machine
    from generator.spec import migrations

    need_project(project)
    found = machine.upgrades(project, migrations.MIGRATIONS)
    if not found.files and not found.current:
        raise UsageError(f"no specs in '{project}'")
    if not found.files:
        files = "1 file is" if found.current == 1 else f"all {found.current} files are"
        click.echo(f"nothing to do: {files} of version {found.version}, the newest")
        return
    for one in found.files:
        verb = "would become" if only_check else "is now"
        click.echo(f"{one.file}: version {one.version} {verb} {found.version}")
        for about in one.about:
            click.echo(f"  {about}")
    if only_check:
        raise SystemExit(1)
    machine.write(project, found)
