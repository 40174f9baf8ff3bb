"""The template engine: what is undefined is an error, blocks leave no blank lines behind."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from generator.memory import cache_folder
from generator.render.fold import fold
from generator.render.js import literal
from generator.resources import templates

# Tables of numbers: nobody reads them line by line.
_TABLES = frozenset({"zones.js.j2"})


@cache
def environment() -> Environment:
    """The environment for SuiteScript templates."""
    made = Environment(
        auto_reload=False,
        bytecode_cache=kept(),
        loader=FileSystemLoader(templates() / "suitescript"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the output is JavaScript, not HTML
    )
    made.filters["js"] = literal
    return made


def kept() -> FileSystemBytecodeCache | None:
    """Templates as they were compiled, in the user's own cache folder; by the text of each."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        (folder / "templates").mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder / "templates"))


def render_template(name: str, **values: Any) -> str:
    """A template of `templates/suitescript` with its values; of code no line is wider than need be."""
    text = environment().get_template(name).render(**values)
    return fold(text) if name.endswith(".js.j2") and name not in _TABLES else text
