"""The template engine: what is undefined is an error, blocks leave no blank lines behind."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.render.js import literal
from generator.resources import templates


@cache
def environment() -> Environment:
    """The environment for SuiteScript templates."""
    made = Environment(
        loader=FileSystemLoader(templates() / "suitescript"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the output is JavaScript, not HTML
    )
    made.filters["js"] = literal
    return made


def render_template(name: str, **values: Any) -> str:
    """A template of `templates/suitescript` with its values."""
    return environment().get_template(name).render(**values)
