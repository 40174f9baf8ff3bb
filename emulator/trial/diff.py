"""`suiteloom diff`: what a change of the mapping would change in NetSuite."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import click

from emulator.trial.cli import FILE, GIVEN, account_errors
from emulator.trial.inputs import seed_file
from emulator.trial.stage import Stage
from emulator.trial.whatif import WhatIf, data, read_traffic, text, unapproved, what_if
from generator.commands.shared import FOLDER, PROJECT, need_project
from generator.errors import ProjectError, UsageError
from generator.project.revision import at_revision
from generator.report.text import listing


@click.command()
@PROJECT
@click.option("--against", "revision", metavar="REV", help="Git revision of the old mapping.")
@click.option("--against-folder", "folder", type=FOLDER, help="Project folder of the old mapping.")
@click.option(
    "--traffic", type=FILE, required=True,
    help="Documents: JSON Lines of {flow, id, doc}, or the store of an agent.",
)  # fmt: skip
@GIVEN
@click.option("--environment", help="Whose account (default: the first of the project).")
@click.option(
    "--approve", type=click.Path(dir_okay=False, path_type=Path),
    help="Snapshot of differences that are meant: written where it is not there, else compared with.",
)  # fmt: skip
@click.option("--update", is_flag=True, help="Write the snapshot anew.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def diff(
    project: Path,
    revision: str | None,
    folder: Path | None,
    traffic: Path,
    given: Path | None,
    environment: str | None,
    approve: Path | None,
    update: bool,
    form: str,
) -> None:
    """
    Run recorded documents through an old and the new mapping, and show what would be different.

    Both run in local accounts of this process that begin alike. Exit 1 where something would be
    different and is not approved.
    """
    need_project(project)
    if (revision is None) == (folder is None):
        raise UsageError("say what to compare with: --against REV or --against-folder DIR")
    if update and approve is None:
        raise UsageError("--update goes with --approve")
    documents = read_traffic(traffic)
    seeds = given or project / "account.json"
    with ExitStack() as stack:
        stack.enter_context(account_errors())
        records = seed_file(seeds) if seeds.is_file() else []
        before = stack.enter_context(at_revision(project, revision)) if revision else folder
        assert before is not None
        need_project(before)
        new = stack.enter_context(Stage.opened(project, environment))
        try:
            old = stack.enter_context(Stage.opened(before, environment))
        except ProjectError as error:
            raise UsageError(
                f"the old mapping ({revision or folder}) has mistakes:\n{listing(error.diagnostics)}"
            ) from error
        found = what_if(old, new, documents, records)
    click.echo(
        json.dumps(data(found), indent=2, ensure_ascii=False) if form == "json" else text(found)
    )
    raise SystemExit(_approved(found, approve, update=update))


def _approved(found: WhatIf, file: Path | None, *, update: bool) -> int:
    if file is None:
        return 1 if found.changes else 0
    now = data(found)
    if update or not file.exists():
        file.write_text(json.dumps(now, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        click.echo(f"wrote {file}", err=True)
        return 0
    try:
        differences = unapproved(json.loads(file.read_text(encoding="utf-8")), now)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"{file} is no snapshot: {error}") from error
    for line in differences:
        click.echo(line, err=True)
    if differences:
        click.echo("not as approved; --update approves what is shown", err=True)
    return 1 if differences else 0
