"""`suiteloom-agent doctor`: everything that the agent needs, looked at from where it runs."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click

from agent import bundle as bundles
from agent import config as configs
from agent import wiring
from agent.checks import worst
from agent.commands.options import config_option, json_option, plain_errors
from agent.commands.shown import show
from agent.examination import examine


@click.command()
@config_option
@json_option
@click.option(
    "--netsuite",
    type=click.Path(path_type=Path, exists=True),
    help="Address and credentials from the ready file of `suiteloom emulate`.",
)
@plain_errors
def doctor(config_file: Path, as_json: bool, netsuite: Path | None) -> None:
    """Look at clock, certificate, secrets, role, build, store, disk, folders and targets; 1 if one fails."""
    config = configs.load(config_file)
    bundle = bundles.load(config.bundle)
    where = wiring.peer(config, bundle, netsuite)
    checks = asyncio.run(examine(config, bundle, where))
    if as_json:
        click.echo(json.dumps([one.facts() for one in checks], ensure_ascii=False))
    else:
        show(checks)
    sys.exit(worst(checks))
