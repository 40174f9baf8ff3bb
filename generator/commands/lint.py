"""`suiteloom lint`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.shared import FOLDER, FORMAT, STRICT, finish, need_project
from generator.errors import ProjectError
from generator.report import by_file


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option(
    "--project", "project", type=FOLDER,
    help="The same folder, as other commands take it  [default: .]",
)  # fmt: skip
@FORMAT
@STRICT
@click.option("--types", is_flag=True, help="Ask TypeScript, eslint and Oracle's stubs too.")
@click.option("--install", is_flag=True, help="Install the tools of --types for this user.")
def lint(
    folder: Path | None,
    project: Path | None,
    form: str,
    strict: bool,
    types: bool,
    install: bool,
) -> None:
    """
    Look for what burns NetSuite developers, in scripts and SDF objects.

    FOLDER is a project with specs (looked at as it would be built, its hooks and objects too), an
    SDF project, or any folder with scripts. docs/lint.md has every rule. What a person has looked
    at and lets stand is waived: `// suiteloom-lint: L204 because ...`, or lint.yaml in the folder.
    """
    from generator.lint import lint as run
    from generator.lint import read

    if install:
        from generator.lint import node

        click.echo(f"installed in {node.install()}")
        return
    at = folder or project or Path()
    need_project(at)
    try:
        looked_at = read(at)
    except ProjectError as fault:  # nothing is built of it, so there is nothing to look at
        finish(by_file("lint", at, [], fault.diagnostics, strict=strict), form)
    more = None
    if types:
        from generator.lint.types import judge

        more = judge(looked_at)
    finish(by_file("lint", at, looked_at.files, run(looked_at, at, more), strict=strict), form)
