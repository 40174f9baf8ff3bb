"""Commands that are imported when they are used: the generator works without the emulator."""

from __future__ import annotations

import importlib
import keyword
from typing import Any

import click

from generator.errors import UsageError


class Elsewhere(click.Command):
    """A command of the emulator, imported when it is used: the generator works without it."""

    def __init__(self, name: str, module: str, short: str) -> None:
        super().__init__(name, help=short, add_help_option=False)
        self._module = module

    def real(self) -> click.Command:
        """The command itself. UsageError where what it needs is not installed."""
        try:
            name = str(self.name)
            attribute = f"{name}_" if keyword.iskeyword(name) else name
            command = getattr(importlib.import_module(self._module), attribute)
        except ModuleNotFoundError as fault:
            if str(fault.name).partition(".")[0] in ("emulator", "generator", "agent"):
                raise
            raise UsageError(
                f"'{self.name}' needs the emulator ({fault.name} is missing): "
                "pip install 'suiteloom[emulator]'"
            ) from fault
        if not isinstance(command, click.Command):
            raise TypeError(f"{self._module}.{attribute} is no click command")
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The real command parses its own arguments."""
        return self.real().make_context(info_name, args, parent, **extra)
