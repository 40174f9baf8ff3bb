"""
The command `suiteloom`: its commands are in `generator.commands`, one a file.

Exit codes: 0 fine, 1 the project has mistakes (or `build --check` finds it stale), 2 used wrongly,
3 our own fault.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import NoReturn

import click

from generator import __version__
from generator.commands.elsewhere import Elsewhere
from generator.commands.group import Commands
from generator.errors import GeneratorError, ProjectError, UsageError

_OWN = (
    "new", "check", "lint", "build", "plan", "bill", "schema", "explain", "catalog", "upgrade",
)  # fmt: skip


@click.group(cls=Commands, own=_OWN, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="suiteloom")
def cli() -> None:
    """Two-way integration for NetSuite, as code."""


for _command in (
    Elsewhere("try", "emulator.trial.cli", "Run spec tests, or one document, in a local account."),
    Elsewhere(
        "diff", "emulator.trial.diff", "Run recorded documents through an old and the new mapping."
    ),
    Elsewhere("watch", "emulator.watch.cli", "Build, deploy and test after every save."),
    Elsewhere("emulate", "emulator.cli", "Run a project in a local NetSuite account."),
    Elsewhere(
        "demo", "emulator.demo.cli", "Run the demo: account, agent and outside world together."
    ),
):
    cli.add_command(_command)


def run() -> NoReturn:
    """
    The process of `suiteloom`.

    A compiler ends with a million objects, and the interpreter frees them one by one: that was a
    twentieth of a rebuild. Commands of `generator` hold nothing else, so they leave it to the system
    (as mypy does); those of the emulator have servers and workers to end.
    """
    try:
        main()
    except SystemExit as leave:
        # Here, and not behind: it holds the command's frame, and with it all that the command made.
        if sys.argv[1:2] and sys.argv[1] in _OWN and isinstance(leave.code, int):
            with suppress(AttributeError, OSError):  # closed or full: the interpreter says so
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(leave.code)
        raise
    raise SystemExit(0)


def main() -> None:
    """What `run` does, with the exit code as SystemExit: turns errors into exit codes."""
    # A compiler makes much and drops little: looking for rings of garbage took a third of a build
    # and, before that, a sixth of the imports. So this stands before the command is imported.
    gc.set_threshold(1_000_000, 50, 100)
    # Where specs have mistakes: plugins of pydantic have no business in them, and looking for some reads
    # every package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a console that cannot show a letter is no fault
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        raise SystemExit(leave.exit_code) from None
    except click.Abort:
        raise SystemExit(130) from None
    except click.ClickException as fault:
        fault.show()
        raise SystemExit(2) from None
    except ProjectError as fault:
        from generator.report.text import count, listing

        click.echo(f"{listing(fault.diagnostics)}\n\n{count(fault.diagnostics)}", err=True)
        raise SystemExit(1) from None
    except BrokenPipeError:  # who reads the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
    except OSError as fault:  # a full disk, a folder that nobody may write to
        at = f"{fault.filename}: " if fault.filename else ""
        click.echo(f"error: {at}{fault.strerror or fault}", err=True)
        raise SystemExit(2) from None
    except UsageError as fault:
        click.echo(f"error: {fault}", err=True)
        raise SystemExit(2) from None
    except GeneratorError as fault:
        click.echo(f"error: {fault}", err=True)
        raise SystemExit(1) from None
    except Exception as fault:  # noqa: BLE001 - the last resort: our own fault, never a stack trace alone
        click.echo(f"error: unexpected {type(fault).__name__}: {fault}", err=True)
        click.echo(
            "this is a fault of suiteloom, not of the project; "
            "the lines below belong into a report of it",
            err=True,
        )
        from traceback import format_tb

        click.echo("".join(format_tb(fault.__traceback__)[-3:]), err=True)
        raise SystemExit(3) from None


if __name__ == "__main__":
    run()
