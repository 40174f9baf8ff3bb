"""The command `suiteloom watch`."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from emulator.watch.changes import Changes
from emulator.watch.rounds import Rounds
from generator.commands.shared import FOLDER, PROJECT, need_project


@click.command()
@PROJECT
@click.option("--out", type=FOLDER, help="Where to build  [default: PROJECT/sdf_project]")
@click.option(
    "--emulator", metavar="URL|FILE",
    help="Deploy to the emulator at this address, or whose ready file this is.",
)  # fmt: skip
@click.option("--tests/--no-tests", default=True, help="Run the spec tests that a save touches.")
def watch(project: Path, out: Path | None, emulator: str | None, tests: bool) -> None:
    """Build, deploy and test after every save, until Ctrl-C."""
    need_project(project)
    target = out or project / "sdf_project"
    with (
        Changes.watching(project, [target]) as changes,
        Rounds(project, target, emulator=emulator, tests=tests, say=click.echo) as rounds,
    ):
        # A supervisor ends it by SIGTERM, and a shell's background job is deaf to Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            rounds.round([])
            while True:
                rounds.round(changes.batch())
        except KeyboardInterrupt:
            click.echo()
