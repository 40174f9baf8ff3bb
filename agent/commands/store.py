"""`suiteloom-agent store`: the version of the store's schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from agent import config as configs
from agent.commands.options import config_option, json_option, plain_errors
from agent.errors import UserError, newer
from agent.inbox import versions


@click.group()
def store() -> None:
    """Look after the store: its version."""


@store.command()
@config_option
@json_option
@plain_errors
def version(config_file: Path, as_json: bool) -> None:
    """Show the version of the store's schema, and the one that this agent works on."""
    where = configs.load(config_file).store
    facts = {"store": versions.found(where), "agent": versions.known(where)}
    if as_json:
        click.echo(json.dumps(facts))
        return
    click.echo(f"store  {facts['store'] or 'none yet'}")
    click.echo(f"agent  {facts['agent']}")


@store.command()
@config_option
@click.option("--to", type=click.IntRange(min=1), help="This version; else the agent's own.")
@plain_errors
def migrate(config_file: Path, to: int | None) -> None:
    """
    Bring the store to a version of its schema while no agent runs on it.

    An agent does it by itself when it starts; going back is for an older release: with the newer one, before
    the older one starts.
    """
    where = configs.load(config_file).store
    known = versions.known(where)
    if to is not None and to > known:
        raise UserError(f"--to {to}: this agent knows versions up to {known}")
    before = versions.found(where)
    if before > known:
        raise newer(before, known)
    versions.migrate(where, to or known)
    click.echo(f"store version {versions.found(where)}, was {before}")
