"""`suiteloom-agent store`: the version of the store's schema, its key, calls as they came, copies."""

from __future__ import annotations

import json
from pathlib import Path

import click

from agent import config as configs
from agent import wiring
from agent.commands.options import config_option, json_option, plain_errors
from agent.errors import UserError, newer
from agent.inbox import backup as copies
from agent.inbox import resealing, seal, versions


@click.group()
def store() -> None:
    """Look after the store: its version, its key, copies, what came in."""


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

    An agent does it by itself when it starts; going back is for an older release: with the newer
    one, before the older one starts.
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


@store.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
@plain_errors
def backup(file: Path, config_file: Path) -> None:
    """Copy the store to FILE, whole and checked, while an agent runs on it or not (SQLite)."""
    events = copies.backup(configs.load(config_file).store, file)
    click.echo(f"{file}: {events} events, whole")


@store.command()
def key() -> None:
    """Make a key to encrypt bodies with: the value of the secret that `store_key` names."""
    click.echo(seal.new_key())


@store.command()
@config_option
@click.option("--plain", is_flag=True, help="Encrypt nothing any more.")
@plain_errors
def reseal(config_file: Path, plain: bool) -> None:
    """
    Encrypt the store anew while no agent runs on it: with the first key that `store_key` has.

    Afterwards the keys behind it are not needed any more.
    """
    config = configs.load(config_file)
    if config.store_key is None:
        raise UserError("store_key: agent.toml names no secret with the store's keys")
    closed = wiring.seal(config, wiring.secrets(config))
    click.echo(f"{resealing.reseal(config.store, closed, plain=plain)} rows")


@store.command()
@click.argument("event", type=int)
@config_option
@json_option
@plain_errors
def raw(event: int, config_file: Path, as_json: bool) -> None:
    """Write the bytes of the call that brought EVENT to standard output, exactly as they came."""
    call = wiring.looking(configs.load(config_file)).received(event)
    if call is None:
        raise UserError(f"of event {event} no call is kept (keep_raw_days)")
    if as_json:
        headers = json.loads(call.headers)
        facts = {"at": call.at, "headers": headers, "body": call.body.decode("utf-8", "replace")}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(call.body, nl=False)
