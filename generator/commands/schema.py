"""`suiteloom schema`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.shared import FOLDER


@click.command()
@click.argument("kind", type=click.Choice(["flow", "project", "shared", "test"]), default="flow")
@click.option(
    "--out",
    type=FOLDER,
    help="Write flow-1.json, project-1.json, shared-1.json and test-1.json into this folder.",
)
def schema(kind: str, out: Path | None) -> None:
    """Print the JSON Schema of flow files (or of project.yaml, of included files, of spec tests), for editors."""
    from generator.spec import schema as schemas

    made = schemas.KINDS
    if out is None:
        click.echo(schemas.dump(made[kind]()))
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, make in made.items():
        file = out / f"{name}-1.json"
        file.write_text(schemas.dump(make()) + "\n", encoding="utf-8")
        click.echo(f"wrote {file}")
