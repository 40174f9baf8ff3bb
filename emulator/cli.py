"""`suiteloom emulate`: a local account in the foreground."""

from __future__ import annotations

from pathlib import Path

import click

from emulator.account.preferences import ADVERSARIAL
from emulator.door.concurrency import DEFAULT_LIMIT
from emulator.errors import DeployError, UsageError
from emulator.server import Settings, serve


def _hosts(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    hosts = {}
    for pair in given:
        name, separator, url = pair.partition("=")
        if not separator or not url.startswith("http"):
            raise click.BadParameter(f"'{pair}' is not NAME=URL")
        hosts[name if "://" in name else f"https://{name}"] = url
    return hosts


@click.command()
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="Folder with project.yaml, or an SDF project.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8880,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Written once requests are answered.",
)
@click.option("--environment", help="Whose account it is (default: the first of the project).")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the account in this folder (default: in memory).",
)
@click.option(
    "--workers", type=click.IntRange(1, 16), default=2, show_default=True, help="Node processes."
)
@click.option(
    "--concurrency",
    type=click.IntRange(1),
    default=DEFAULT_LIMIT,
    show_default=True,
    help="The account's limit of calls at a time.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    callback=_hosts,
    metavar="NAME=URL",
    help="Where scripts find a host.",
)
@click.option(
    "--smtp",
    metavar="HOST:PORT",
    help="Mail server for N/email (default: mail stays in the account's outbox).",
)
@click.option(
    "--ca-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificate authorities (PEM) that N/https trusts beside the system's.",
)
@click.option(
    "--exit-with-parent", is_flag=True, help="End when the process that started this one has ended."
)
@click.option(
    "--profile",
    type=click.Choice(["default", "adversarial"]),
    default="default",
    show_default=True,
    help="What is only assumed of NetSuite: as is likelier, or the other way.",
)
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML or TOML file of faults.",
)
@click.option(
    "--tls", is_flag=True, help="Answer by https too; the ready file names address and authority."
)
@click.option(
    "--tls-port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Port for --tls; 0 takes a free one.",
)
def emulate(
    project: Path,
    port: int,
    ready_file: Path | None,
    environment: str | None,
    state: Path | None,
    workers: int,
    concurrency: int,
    hosts: dict[str, str],
    smtp: str | None,
    ca_file: Path | None,
    exit_with_parent: bool,
    profile: str,
    scenario: Path | None,
    tls: bool,
    tls_port: int,
) -> None:
    """
    Run a local NetSuite account with the project deployed.

    Scripts run for real, in Node; requests are authenticated for real. The ready file holds the
    address and credentials; ^C ends the account.
    """
    settings = Settings(
        project=project,
        port=port,
        ready_file=ready_file,
        environment=environment,
        state_dir=state,
        workers=workers,
        concurrency=concurrency,
        hosts=hosts,
        smtp=smtp,
        ca_file=ca_file,
        exit_with_parent=exit_with_parent,
        preferences=ADVERSARIAL if profile == "adversarial" else None,
        scenario=scenario,
        tls=tls,
        tls_port=tls_port,
    )
    try:
        serve(settings, say=lambda line: click.echo(line, err=True))
    except DeployError as error:
        for finding in error.findings:
            click.echo(finding, err=True)
        raise SystemExit(1) from None
    except UsageError as error:
        raise click.UsageError(str(error)) from None
