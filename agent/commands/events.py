"""Commands for events: list, show, causes, retry (replay), edit, discard."""

from __future__ import annotations

import asyncio
import getpass
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from agent import bundle as bundles
from agent import config as configs
from agent import wiring
from agent.commands.asking import ask
from agent.commands.options import config_option, json_option, plain_errors
from agent.config import Config
from agent.errors import UserError
from agent.inbox.model import Filter, Replayed
from agent.inbox.opening import opened
from agent.inbox.states import State
from agent.inbox.store import Store
from agent.ingress.editing import edited

F = TypeVar("F", bound=Callable[..., Any])

STATES = [state.value for state in State]
AGAIN = ["held", "dead", "waiting"]
"""States from which an event can be tried again."""
GIVEN_UP = ["received", "waiting", "unknown", "held", "dead"]
"""States from which an event can be given up."""
UNITS = {"m": 60, "h": 3_600, "d": 86_400}


def _time(_ctx: Any, _param: Any, value: str | None) -> float | None:
    """`2h` (so long ago; m, h or d), or a date with or without a time, UTC where it names no zone: epoch seconds."""
    if value is None:
        return None
    if ago := re.fullmatch(r"(\d{1,6})([mhd])", value):
        return datetime.now(UTC).timestamp() - int(ago[1]) * UNITS[ago[2]]
    try:
        found = datetime.fromisoformat(value)
    except ValueError as error:
        message = f"{value!r} is no time: say 2h, 2026-11-28 or 2026-11-28T10:30"
        raise click.BadParameter(message) from error
    return max(0.0, (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


def chosen(states: list[str]) -> Callable[[F], F]:
    """Options that say which events."""
    options = (
        click.option("--flow", help="Only this flow."),
        click.option("--state", "states", multiple=True, type=click.Choice(states)),
        click.option("--key", help="Only this record key."),
        click.option("--code", help="Only this error code."),
        click.option("--since", callback=_time, help="Came in since: 2h, 3d, or a date (UTC)."),
        click.option("--until", callback=_time, help="Came in before."),
    )

    def wrap(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return wrap


def which(ids: tuple[int, ...] = (), limit: int | None = None, **chosen: Any) -> Filter:
    """The options as a filter; a command that writes wants one that says something."""
    states = tuple(map(State, chosen.pop("states")))
    return Filter(ids=ids, states=states, limit=limit, **chosen)


def named(filter_: Filter) -> Filter:
    """Refuse a filter that means everything."""
    if filter_ == Filter(limit=filter_.limit):
        raise click.UsageError("name events, or --flow, --state, --key, --code, --since or --until")
    return filter_


def facts(filter_: Filter, **more: Any) -> bytes:
    """A filter as the agent takes it."""
    return json.dumps(asdict(filter_) | more).encode()


def moment(seconds: float) -> str:
    """For people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


@click.command(name="list")
@config_option
@json_option
@chosen(STATES)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@plain_errors
def list_(config_file: Path, as_json: bool, limit: int, **chosen: Any) -> None:
    """List events, newest first."""
    rows = wiring.looking(configs.load(config_file)).find(which(**chosen), limit=limit)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        when = moment(row["changed_at"])[5:]
        reason = f"{row['code']}: {row['message']}" if row["code"] else (row["outcome"] or "")
        click.echo(
            f"{row['id']:>7}  {when}  {row['state']:9} {row['flow']:24} {row['key']:24} {reason}"
        )


@click.command()
@config_option
@json_option
@chosen(["held", "dead"])
@plain_errors
def causes(config_file: Path, as_json: bool, **chosen: Any) -> None:
    """Group held and dead events by their cause, the most frequent first."""
    found = wiring.looking(configs.load(config_file)).causes(which(**chosen))
    if as_json:
        click.echo(json.dumps([asdict(cause) for cause in found], ensure_ascii=False))
        return
    for cause in found:
        click.echo(f"{cause.events:>7}  {cause.flow}  {cause.code or ''}: {cause.message}")
        click.echo(
            f"         {moment(cause.oldest)} to {moment(cause.newest)} UTC,"
            f" for example event {cause.example}"
        )


@click.command()
@click.argument("event", type=int)
@config_option
@json_option
@plain_errors
def show(event: int, config_file: Path, as_json: bool) -> None:
    """Show one event whole: what came in, what was sent, what came back, every try and every step."""
    row = wiring.looking(configs.load(config_file)).show(event)
    if row is None:
        raise UserError(f"no event {event}")
    found = _shown(row)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    tries, history = found.pop("tries"), found.pop("history")
    for name, value in found.items():
        if value is not None:
            click.echo(f"{name:12} {_told(name, value)}")
    click.echo("tries")
    for one in tries:
        head = f"  {_exact(one['at'])}  {one['state']}  {one['code'] or ''}"
        click.echo(f"{head}  call {one['batch']} by {one['agent']}")
        for name in ("sent", "answer"):
            if one[name] is not None:
                click.echo(f"    {name:8} {one[name]}")
    click.echo("history")
    for step in history:
        moved = f"{step['before']} -> {step['after']}"
        click.echo(f"  {_exact(step['at'])}  {moved}  {step['code'] or ''} {step['message'] or ''}")


def _told(name: str, value: Any) -> str:
    if name == "due" or name.endswith("_at"):
        return _exact(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _exact(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    names = ("code", "message", "field", "spec", "class")
    error = {name: row.pop(name) for name in names}
    row["body"] = _text(row["body"])
    row["original"] = _text(row["original"])
    row["tries"] = [one | {"sent": _text(one["sent"])} for one in row["tries"]]
    row["error"] = error if error["code"] else None
    row["answer"] = json.loads(row["answer"]) if row["answer"] else None
    return row


def _text(body: Any) -> str | None:
    return None if body is None else bytes(body).decode("utf-8", "replace")


@click.command()
@click.argument("events", nargs=-1, type=int)
@config_option
@json_option
@chosen(AGAIN)
@click.option("--limit", type=click.IntRange(1), help="At most so many, those that came first.")
@click.option("--force", is_flag=True, help="Also where a newer event of the record is done.")
@click.option("--dry-run", is_flag=True, help="Say how many, and change nothing.")
@plain_errors
def retry(
    events: tuple[int, ...],
    config_file: Path,
    as_json: bool,
    limit: int | None,
    force: bool,
    dry_run: bool,
    **chosen: Any,
) -> None:
    """Try held, dead or waiting events again at once; those of one record in the order in which they came."""
    meant = named(which(events, limit, **chosen))
    config = configs.load(config_file)
    passed_over = _passed_over(config, events, AGAIN)
    done = ask(config, "/retry", facts(meant, force=force, dry_run=dry_run))
    if done is None:
        done = _alone(
            config,
            lambda store: _replayed(store.replay(meant, force=force, dry_run=dry_run)),
        )
    _say(done, as_json, "would be tried again" if dry_run else "tried again", passed_over)


@click.command()
@click.argument("event", type=int)
@config_option
@json_option
@click.option("--file", type=click.File("rb"), help="The new document; else $EDITOR opens it.")
@click.option("--force", is_flag=True, help="Also where a newer event of the record is done.")
@plain_errors
def edit(event: int, config_file: Path, as_json: bool, file: Any, force: bool) -> None:
    """Change the document of a held, dead or waiting event and try it again; what came in is kept."""
    config = configs.load(config_file)
    row = wiring.looking(config).show(event)
    if row is None:
        raise UserError(f"no event {event}")
    body = file.read() if file else _from_editor(bytes(row["body"]))
    done = ask(config, f"/edit/{event}", body, who=_who(), force="true" if force else "false")
    if done is None:
        new = edited(bundles.load(config.bundle), config.environment, row, body)
        done = _alone(config, lambda store: _replayed(store.edit(event, new, _who(), force=force)))
        if not done["replayed"] and not done["superseded"]:
            raise UserError(f"event {event} is {row['state']}")
    _say(done, as_json, "changed and tried again")


def _from_editor(body: bytes) -> bytes:
    text = body.decode("utf-8", "surrogatepass")
    changed = click.edit(text, extension=".json")
    if changed is None or changed.strip() == text.strip():
        raise UserError("nothing was changed")
    return changed.encode("utf-8", "surrogatepass")


@click.command()
@click.argument("events", nargs=-1, type=int)
@config_option
@json_option
@chosen(GIVEN_UP)
@click.option("--limit", type=click.IntRange(1), help="At most so many, those that came first.")
@click.option("--reason", required=True, help="Why; it is kept in their history.")
@click.option("--dry-run", is_flag=True, help="Say how many, and change nothing.")
@plain_errors
def discard(
    events: tuple[int, ...],
    config_file: Path,
    as_json: bool,
    limit: int | None,
    reason: str,
    dry_run: bool,
    **chosen: Any,
) -> None:
    """Give up events that are not in a call and not done."""
    meant = named(which(events, limit, **chosen))
    if not reason.strip():
        raise click.UsageError("--reason is empty")
    config = configs.load(config_file)
    passed_over = _passed_over(config, events, GIVEN_UP)
    asked = facts(meant, reason=reason, who=_who(), dry_run=dry_run)
    done = ask(config, "/discard", asked)
    if done is None:

        async def give_up(store: Store) -> dict[str, Any]:
            return {"discarded": await store.discard(meant, reason, _who(), dry_run=dry_run)}

        done = _alone(config, give_up)
    if as_json:
        click.echo(json.dumps(done | {"passed_over": passed_over}))
        return
    click.echo(f"{done['discarded']} {'would be given up' if dry_run else 'given up'}")
    _say_passed_over(passed_over)


COMMANDS = (list_, show, causes, retry, edit, discard)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "an operator"


async def _replayed(doing: Any) -> dict[str, Any]:
    done: Replayed = await doing
    return {"replayed": done.replayed, "superseded": list(done.superseded)}


def _alone(config: Config, work: Callable[[Store], Any]) -> dict[str, Any]:
    """On the store itself, while no agent runs."""

    async def run() -> dict[str, Any]:
        store = await opened(config.store, seal=wiring.seal(config, wiring.secrets(config)))
        try:
            return dict(await work(store))
        finally:
            await store.close()

    return asyncio.run(run())


def _passed_over(config: Config, ids: tuple[int, ...], states: list[str]) -> dict[str, list[int]]:
    """Named events that cannot be taken, by the state that they are in; `none` where there is none."""
    if not ids:
        return {}
    rows = wiring.looking(config).find(Filter(ids=ids), limit=len(ids))
    found = {row["id"]: str(row["state"]) for row in rows}
    passed_over: dict[str, list[int]] = {}
    for event in sorted(set(ids)):
        if (state := found.get(event, "none")) not in states:
            passed_over.setdefault(state, []).append(event)
    return passed_over


def _say(
    done: dict[str, Any],
    as_json: bool,
    what: str,
    passed_over: Mapping[str, list[int]] | None = None,
) -> None:
    if as_json:
        more = {} if passed_over is None else {"passed_over": passed_over}
        click.echo(json.dumps(done | more))
        return
    click.echo(f"{done['replayed']} {what}")
    if done["superseded"]:
        click.echo(
            f"passed over, because a newer event of the record is done: {done['superseded']}; "
            "--force tries them all the same"
        )
    _say_passed_over(passed_over or {})


def _say_passed_over(passed_over: Mapping[str, list[int]]) -> None:
    for state, events in sorted(passed_over.items()):
        why = "there is no such event" if state == "none" else f"{state} already"
        why = "in a call" if state == "sending" else why
        click.echo(f"passed over, {why}: {events}")
