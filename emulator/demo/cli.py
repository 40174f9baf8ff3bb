"""`suiteloom demo`: account, agent and outside world together, counted from outside."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from emulator.demo import report
from emulator.demo.acme_day import Acme
from emulator.demo.northwind import Northwind
from emulator.demo.play import Play
from emulator.demo.stage import Stage, StageError
from generator.resources import examples

PLAYS: dict[str, Callable[[Stage, Callable[[str], None]], Play]] = {
    "acme": Acme,
    "northwind": Northwind,
}


@click.command()
@click.argument("name", type=click.Choice(sorted(PLAYS)), default="acme")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as one line of JSON.")
@click.option("--keep", is_flag=True, help="Leave it running and print the addresses; ^C ends it.")
def demo(name: str, as_json: bool, keep: bool) -> None:
    """
    Run an example project with the world around it, and tell what happened.

    Builds the project, starts a local account and the agent, sends good and bad input from all
    sides and compares the books of the world outside with the account's records. Exit code 0 when
    nothing was lost or doubled.
    """
    began = time.monotonic()
    # What was started is stopped on the way out, however this ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with _folder(keep) as folder, Stage(examples() / name, folder, _progress(began)) as stage:
        play = PLAYS[name](stage, _progress(began))
        try:
            play.run()
            story = play.story(time.monotonic() - began)
            click.echo(
                report.as_json(story) if as_json else "\n" + report.as_text(story), nl=as_json
            )
            if keep:
                _stay(stage, play.target.url)
        except StageError as error:
            click.echo(f"error: {error}", err=True)
            raise SystemExit(1) from None
        finally:
            play.close()
    if not story.good:
        raise SystemExit(1)


def _progress(began: float) -> Callable[[str], None]:
    def say(text: str) -> None:
        click.echo(f"{time.monotonic() - began:6.1f} s  {text}", err=True)

    return say


@contextlib.contextmanager
def _folder(keep: bool) -> Iterator[Path]:
    """Where the demo lies: a folder that goes with it, or one that stays."""
    if keep:
        yield Path(tempfile.mkdtemp(prefix="suiteloom-demo-"))
        return
    with tempfile.TemporaryDirectory(prefix="suiteloom-demo-") as folder:
        yield Path(folder)


def _stay(stage: Stage, target: str) -> None:
    click.echo(
        f"account   {stage.account_url}   (control API under /emulator/)\n"
        f"agent     {stage.agent_url}   (suiteloom-agent status --config {stage.config})\n"
        f"targets   {target}\n"
        f"files     {stage.folder}\n"
        "running; ^C ends it",
        err=True,
    )
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
