"""The page of every command."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator

import click

from generator.commands.elsewhere import Elsewhere
from generator.reference.markdown import NOTE, code, table

_HEAD = f"""\
{NOTE}

# Every command

`suiteloom` works on projects; `suiteloom-agent` is the daemon beside the account. Exit codes: 0 fine, 1 something was found, 2 wrong use,
3 a fault of Suiteloom itself.
"""
# By name, because the generator imports nothing of the agent.
_AGENT = ("agent.cli", "main")


def page() -> str:
    """docs/reference/commands.md."""
    from generator.cli import cli

    module, name = _AGENT
    agent: click.Group = getattr(importlib.import_module(module), name)
    parts = [_HEAD]
    for prog, group in (("suiteloom", cli), ("suiteloom-agent", agent)):
        for path, command in _commands((prog,), group):
            parts.append(_one(path, command))
    return "\n".join(parts).rstrip() + "\n"


def _commands(
    path: tuple[str, ...], group: click.Group
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found = command.real() if isinstance(command, Elsewhere) else command
        if isinstance(found, click.Group):
            yield from _commands((*path, name), found)
        else:
            yield (*path, name), found


def _one(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(path), max_content_width=100)
    context.terminal_width = 200
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    text = inspect.cleandoc(command.help or "").replace("\b", "")
    lines = [f"## {' '.join(path)}", "", code(usage.strip()), "", text, ""]
    rows = [
        (code(record[0]), record[1])
        for option in command.params
        if isinstance(option, click.Option) and option.name != "help"
        if (record := option.get_help_record(context))
    ]
    if rows:
        lines += [table(("option", "meaning"), rows), ""]
    return "\n".join(lines)
