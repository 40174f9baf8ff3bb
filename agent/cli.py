"""`suiteloom-agent`: run the daemon, look into it, try things again, send a document."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx

from agent import bundle as bundles
from agent import config as configs
from agent import logs, process, wiring
from agent.commands import events
from agent.commands.asking import ask, proof, wants
from agent.commands.auth import auth
from agent.commands.deploy import deploy
from agent.commands.doctor import doctor
from agent.commands.options import config_option, json_option, plain_errors
from agent.commands.store import store
from agent.config import Config
from agent.errors import UserError
from agent.inbox.opening import opened
from agent.ingress import intake
from agent.service import run as run_service


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="suiteloom")
def main() -> None:
    """The daemon beside a NetSuite account: takes documents in, calls RESTlets, delivers events."""


for command in (auth, deploy, doctor, store):
    main.add_command(command)
for command in events.COMMANDS:
    main.add_command(command)
main.add_command(events.retry, "replay")


@main.command()
@config_option
@click.option(
    "--netsuite",
    type=click.Path(path_type=Path, exists=True),
    help="Address and credentials from the ready file of `suiteloom emulate`.",
)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    help="Written once requests are answered: {url}.",
)
@plain_errors
def run(config_file: Path, netsuite: Path | None, ready_file: Path | None) -> None:
    """Run the agent until SIGTERM."""
    config = configs.load(config_file)
    logs.configure(config.log.format, config.log.level)
    bundle = bundles.load(config.bundle)
    process.run(
        run_service(
            config, bundle, config_file=config_file, netsuite_ready=netsuite, ready_file=ready_file
        )
    )


@main.command()
@config_option
@json_option
@plain_errors
def status(config_file: Path, as_json: bool) -> None:
    """Show what is in the inbox, which lanes stand, and what is wrong."""
    config = configs.load(config_file)
    facts = _inbox(config) | _running(config)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"agent    {'running' if facts['running'] else 'not running'}  {facts['url']}")
    if "refused" in facts:
        click.echo(f"refused  {facts['refused']}")
    for flow, states in facts["flows"].items():
        counts = "  ".join(f"{state} {number}" for state, number in states.items())
        click.echo(f"  {flow:28} {counts}")
    if calls := facts.get("calls"):
        click.echo(
            f"calls    {calls['running']} under way of {calls['allowed']} allowed;"
            f" the account is believed to take {calls['limit']}"
        )
        for holder, number in sorted(calls["holders"].items()):
            click.echo(f"  agent {holder:22} {number}")
    for lane in facts["lanes"]:
        if lane["stopped"]:
            click.echo(
                f"stopped  {lane['flow']}: {lane['stopped']['code']}: {lane['stopped']['message']}"
            )
    for flow, number in facts.get("without_flow", {}).items():
        click.echo(f"waiting  {flow}: {number} documents of a flow that flows.json does not have")
    for part in facts.get("needs_restart", ()):
        click.echo(f"restart  {part} of agent.toml has changed and counts from the next start")
    for breaker in facts.get("breakers", ()):
        if breaker["state"] != "closed":
            again = datetime.fromtimestamp(breaker["next_try"], UTC).strftime("%H:%M:%S")
            click.echo(f"breaker  {breaker['target']}: {breaker['state']}, next try {again} UTC")
    for file in facts.get("files", ()):
        click.echo(
            f"file     {file['flow']}: {file['file']} {file['phase']}: {file['read']} read, "
            f"{file['open']} open, {file['done']} done, {file['failed']} failed"
        )
    for run in facts.get("imports", ()):
        click.echo(
            f"import   {run['flow']}: {run['phase']}: {run['documents']} documents, {run['staged']} staged "
            f"in {run['parts']} parts, {run['imported']} imported, {run['failed']} failed"
        )
    for alarm in facts["alarms"]:
        click.echo(f"alarm    {alarm['kind']} {alarm['subject']}: {alarm['message']}")


def _inbox(config: Config) -> dict[str, Any]:
    events: dict[str, int] = defaultdict(int)
    flows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    outcomes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for flow, state, outcome, number in wiring.looking(config).stats():
        events[state] += number
        flows[flow][state] += number
        if outcome is not None:
            outcomes[flow][outcome] += number
    return {"events": events, "flows": flows, "outcomes": outcomes}


def _running(config: Config) -> dict[str, Any]:
    """What the running agent says, or that there is none."""
    host, port = config.address
    url = f"http://{host}:{port}"
    facts: dict[str, Any] = {"running": False, "url": url, "lanes": [], "alarms": []}
    try:
        answer = httpx.get(f"{url}/status", headers=proof(config), timeout=5)
    except httpx.HTTPError:
        return facts
    facts["running"] = True
    if answer.status_code == httpx.codes.OK:
        facts |= answer.json()
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        facts["refused"] = wants(config)
    return facts


@main.command()
@click.argument("flow")
@config_option
@plain_errors
def poll(flow: str, config_file: Path) -> None:
    """Have the running agent poll FLOW now."""
    if ask(configs.load(config_file), f"/poll/{flow}", b"") is None:
        raise UserError("the agent does not run; it polls when it starts")
    click.echo(f"{flow} is being polled")


@main.command()
@click.argument("flow")
@click.argument("file", type=click.File("rb"))
@config_option
@click.option("--id", "event_id", help="The event's id, for a repeat that adds nothing.")
@plain_errors
def send(flow: str, file: Any, config_file: Path, event_id: str | None) -> None:
    """Put the document in FILE (- for standard input) into the inbox of an inbound FLOW."""
    config = configs.load(config_file)
    bundle = bundles.load(config.bundle)
    plan = bundle.inbound(config.environment).get(flow)
    if plan is None:
        known = ", ".join(bundle.inbound(config.environment))
        raise UserError(f"no inbound flow {flow!r}; known: {known}")
    body = file.read()
    intake.documents(plan, body, event_id, "send")  # what is no document is said before it is sent
    done = ask(config, f"/send/{flow}", body, event_id=event_id)
    if done is None:
        done = asyncio.run(_accept(config, intake.documents(plan, body, event_id, "send")))
    click.echo(f"{done['accepted']} accepted, {done['repeated']} repeated")


async def _accept(config: Config, rows: list[Any]) -> dict[str, int]:
    inbox = await opened(config.store, seal=wiring.seal(config, wiring.secrets(config)))
    new = await inbox.accept(rows)
    await inbox.close()
    return {"accepted": sum(new), "repeated": len(new) - sum(new)}
