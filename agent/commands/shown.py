"""Checks for people."""

from __future__ import annotations

from collections.abc import Iterable

import click

from agent.checks import Check

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


def show(checks: Iterable[Check]) -> None:
    """A line for each check: ok, warn or fail, what was checked, what was found."""
    for one in checks:
        click.echo(
            f"{click.style(f'{one.level:4}', _COLOURS[one.level])}  {one.name:24} {one.detail}"
        )
