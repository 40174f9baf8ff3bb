"""What commands share: the configuration, JSON, and plain errors."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from agent.errors import Refused, UserError

F = TypeVar("F", bound=Callable[..., Any])


def config_option(function: F) -> F:
    """`--config`, as `config_file`."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path),
        default=Path("agent.toml"),
        show_default=True,
        help="The agent's configuration.",
    )(function)


def json_option(function: F) -> F:
    """`--json`, as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def plain_errors(function: F) -> F:
    """What a person must change is one sentence and exit code 2."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (UserError, Refused) as error:
            click.echo(f"suiteloom-agent: {error}", err=True)
            sys.exit(2)

    return wrapped  # type: ignore[return-value]
