"""`suiteloom-agent auth`: make the key and the certificate that the agent logs in with, and check them."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from agent import bundle as bundles
from agent import config as configs
from agent import wiring
from agent.checks import Check, certificate, token, worst
from agent.commands.options import config_option, json_option, plain_errors
from agent.commands.shown import show
from agent.netsuite.certificate import ALGORITHMS, MOST_DAYS, make, moment, write_new


@click.group()
def auth() -> None:
    """Make and check the key and the certificate for the account."""


@auth.command(name="new")
@click.argument("name")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder."
)
@click.option("--algorithm", type=click.Choice(ALGORITHMS), default="ec-256", show_default=True)
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=MOST_DAYS - 30, show_default=True
)
@plain_errors
def new(name: str, out: Path, algorithm: str, days: int) -> None:
    """Make NAME.key (readable by its owner alone) and the certificate NAME.pem."""
    now = datetime.now(UTC).replace(microsecond=0)
    key, pem = make(name, algorithm, days, now)
    key_file, certificate_file = out / f"{name}.key", out / f"{name}.pem"
    write_new(key_file, key, 0o600)
    write_new(certificate_file, pem, 0o644)
    click.echo(
        f"{key_file}: the key; it stays with the agent\n"
        f"{certificate_file}: the certificate, until {moment(now.timestamp() + days * 86_400)}\n\n"
        "In NetSuite: Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M)\n"
        f"Setup > Create New: the integration user, the project's role, the integration record, {certificate_file.name}.\n"
        "The table then shows the certificate id. In agent.toml:\n\n"
        "[netsuite]\n"
        'client_id = "..."            # of the integration record\n'
        'certificate_id = "..."       # of the table\n'
        f'private_key_file = "{key_file.absolute()}"\n'
        f'certificate_file = "{certificate_file.absolute()}"\n\n'
        "Then: suiteloom-agent auth check"
    )


@auth.command(name="check")
@config_option
@json_option
@click.option(
    "--netsuite",
    type=click.Path(path_type=Path, exists=True),
    help="Address and credentials from the ready file of `suiteloom emulate`.",
)
@plain_errors
def check(config_file: Path, as_json: bool, netsuite: Path | None) -> None:
    """Check that key and certificate fit, how long they last, and that the account gives a token."""
    config = configs.load(config_file)
    where = wiring.peer(config, bundles.load(config.bundle), netsuite)
    secrets = wiring.secrets(config, where)

    async def run() -> list[Check]:
        return [
            *certificate(where.section, secrets, time.time()),
            *await token(where, secrets),
        ]

    checks = asyncio.run(run())
    if as_json:
        click.echo(json.dumps([one.facts() for one in checks], ensure_ascii=False))
    else:
        show(checks)
    sys.exit(worst(checks))
