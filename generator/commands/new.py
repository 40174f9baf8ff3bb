"""`suiteloom new`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from generator.commands.shared import FOLDER


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--name", help="Name of the project  [default: the folder's]")
@click.option("--prefix", help="2 to 6 letters and digits, part of every script id.")
def new(folder: Path, name: str | None, prefix: str | None) -> None:
    """Make a small project in FOLDER that checks clean."""
    from generator.new import make

    written = make(folder, name=name, prefix=prefix)
    for file in written:
        click.echo(f"wrote {folder / file}")
    at = shlex.quote(str(folder))
    click.echo(f"\nnext:\n  suiteloom check --project {at}\n  suiteloom build --project {at}")
