"""`suiteloom catalog pull`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.commands.shared import PROJECT, need_project
from generator.errors import UsageError

if TYPE_CHECKING:
    from agent.secrets import Secrets
    from agent.wiring import Peer
    from generator.catalog.schema import Described
    from generator.compile.reading import Files

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def catalog() -> None:
    """What the account says of its record types, kept in catalog/ of the project."""


@catalog.command()
@PROJECT
@click.option(
    "--config",
    "config_file",
    type=FILE,
    help="agent.toml with the credentials  [default: PROJECT/agent.toml]",
)
@click.option("--netsuite", "ready_file", type=FILE, help="An emulator's ready file instead.")
@click.option("--environment", help="Which account  [default: that of agent.toml, else the first]")
@click.option("--record", "named", multiple=True, help="Only this record type (may be repeated).")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 when something differs."
)
def pull(
    project: Path,
    config_file: Path | None,
    ready_file: Path | None,
    environment: str | None,
    named: tuple[str, ...],
    only_check: bool,
) -> None:
    """
    Ask the account for the record types that the project names.

    Writes catalog/RECORD.json with the custom fields (and all others that Suiteloom does not know),
    so that specs are checked against them. Commit the files. --check says what changed in the
    account since.
    """
    from generator.catalog import standard
    from generator.catalog.account import FOLDER, own, to_text
    from generator.catalog.schema import read_schema
    from generator.compile.reading import read_project

    need_project(project)
    files = read_project(project, [])
    if files.project is None:
        raise UsageError(f"no project.yaml that can be read in '{project}'")
    records = list(named) or _used(project, files)
    where, secrets = _peer(project, files, config_file, ready_file, environment)
    answers = _ask(where, secrets, records)
    differs = False
    for record in records:
        schema = answers[record]
        path = project / FOLDER / f"{record}.json"
        if schema is None:
            click.echo(f"{record}: account {where.account} has no description of it")
            differs = differs or path.is_file()
            continue
        described = own(read_schema(record, schema), standard().record(record))
        if only_check:
            told = _drift(path, described)
            differs = differs or bool(told)
            for line in told:
                click.echo(line)
        else:
            _write(path, to_text(described))
    if only_check and differs:
        raise SystemExit(1)


def _used(folder: Path, files: Files) -> list[str]:
    from generator.catalog.used import records_used
    from generator.compile.reading import read_flow, spec_files

    assert files.project is not None
    read = (read_flow(folder, path, []) for path in spec_files(folder))
    models = [files.project, *(found[0] for found in read if found)]
    return records_used(models, files.catalog)


def _write(path: Path, text: str) -> None:
    old = path.read_text(encoding="utf-8") if path.is_file() else None
    if old == text:
        click.echo(f"{path}: unchanged")
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"{path}: {'written' if old is None else 'changed'}")


def _drift(path: Path, now: Described) -> list[str]:
    from generator.catalog.account import FileError, differences, from_text

    try:
        before = from_text(path.read_text(encoding="utf-8")) if path.is_file() else None
    except FileError as fault:
        return [f"{path}: {fault}"]
    return differences(before, now)


def _peer(
    project: Path,
    files: Files,
    config_file: Path | None,
    ready_file: Path | None,
    environment: str | None,
) -> tuple[Peer, Secrets]:
    """The account and the credentials, as the agent has them."""
    from agent.config import NetSuiteSection, load
    from agent.errors import UserError
    from agent.secrets import Secrets
    from agent.wiring import peer_of

    assert files.project is not None
    path = config_file or project / "agent.toml"
    section = NetSuiteSection()
    folders: list[Path] = []
    try:
        if config_file or path.is_file():
            config = load(path)
            section, folders = config.netsuite, list(config.secrets.source)
            environment = environment or config.environment
        elif ready_file is None:
            raise UsageError(
                f"no credentials: there is no {path}; give --config FILE with the agent's "
                "configuration, or --netsuite FILE of a local account"
            )
        name = environment or next(iter(files.project.environments))
        if name not in files.project.environments:
            raise UsageError(
                f"no environment '{name}' (environments: {', '.join(files.project.environments)})"
            )
        account = section.account or files.project.environments[name].account
        where = peer_of(section, account, ready_file)
    except UserError as fault:
        raise UsageError(str(fault)) from fault
    if where.secrets_folder:
        folders.append(where.secrets_folder)
    return where, Secrets(folders)


def _ask(where: Peer, secrets: Secrets, records: list[str]) -> dict[str, Mapping[str, Any] | None]:
    from agent import logs
    from agent.errors import AgentError, UserError
    from agent.netsuite.client import account_host, http_client
    from agent.wiring import auth
    from generator.catalog.pull import schemas
    from generator.errors import AccountError

    logs.configure("text", "error")
    base = where.section.url or account_host(where.account, "suitetalk")

    async def ask() -> dict[str, Mapping[str, Any] | None]:
        async with http_client(base) as http:
            signer = auth(where, secrets, http)
            return {name: found async for name, found in schemas(http, base, signer, records)}

    try:
        import asyncio  # takes as long as the start of a whole build

        return asyncio.run(ask())
    except UserError as fault:
        raise UsageError(str(fault)) from fault
    except AgentError as fault:
        raise AccountError(str(fault)) from fault
