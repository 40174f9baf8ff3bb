"""The commands as one group, each imported when it is asked for: a build needs nothing of `lint`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click


class Commands(click.Group):
    """
    A group whose commands are modules of `generator.commands`, each named as its command is.

    Args:
        own: their names; what is added by `add_command` stands beside them.
    """

    def __init__(self, *args: object, own: Sequence[str] = (), **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type] # as click's own
        self._own = own

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, sorted."""
        return sorted((*self._own, *super().list_commands(ctx)))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, None where there is none."""
        if cmd_name not in self._own:
            return super().get_command(ctx, cmd_name)
        command = getattr(importlib.import_module(f"generator.commands.{cmd_name}"), cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"generator.commands.{cmd_name}.{cmd_name} is no click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the name that was meant."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from generator.spec.diagnose import did_you_mean

            meant = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f"no command '{args[0]}'{meant}")
        return super().resolve_command(ctx, args)
