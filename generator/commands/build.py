"""`suiteloom build`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.shared import FOLDER, PROJECT, need_project, print_found

if TYPE_CHECKING:
    from generator.project import BuildResult


@click.command()
@PROJECT
@click.option("--out", type=FOLDER, help="Where to write  [default: PROJECT/sdf_project]")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when out of date.")
@click.option("--force", is_flag=True, help="Overwrite files that a person edited.")
@click.option(
    "--forget", multiple=True, metavar="SCRIPT",
    help="A retired script that no account has (any more): leave it out from now on.",
)  # fmt: skip
def build(
    project: Path, out: Path | None, only_check: bool, force: bool, forget: tuple[str, ...]
) -> None:
    """Write the SDF project: scripts, objects, manifest, flows.json and SETUP.md."""
    from generator.memory import Memory
    from generator.project import build as build_project

    need_project(project)
    target = out or project / "sdf_project"
    memory = Memory.of(project)
    result = build_project(
        project, target, check=only_check, force=force, forget=forget, memory=memory
    )
    memory.save()
    raise SystemExit(_report_build(result))


def _report_build(result: BuildResult) -> int:
    print_found(result.warnings)
    for flow in result.plan.inbound:
        if flow.save == "fields":
            click.echo(
                f"{flow.flow}: existing records are changed by submitFields "
                "(event xedit, half the units, no check for changes made meanwhile)"
            )
    for line in result.lines():
        click.echo(line)
    return 0 if result.current else 1
