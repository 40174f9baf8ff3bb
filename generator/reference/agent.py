"""The page of agent.toml."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

from generator.reference.markdown import NOTE, code, table
from generator.spec.keys import keys_of

_HEAD = f"""\
{NOTE}

# Every key of agent.toml

TOML. Paths are relative to the file's folder. No secret stands in it, only names of secrets. What the parts are for is told in
[deployment](../deploy.md), [running the agent](../running.md) and [ways in and out](../ways.md); a name in `<angle brackets>` is that of a
flow, a connection, or one of your choice.
"""
# By name, because the generator imports nothing of the agent.
_CONFIG = ("agent.config", "Config")
_NAMED = {"watch": "<flow>", "deliver": "<flow>", "sftp": "<name>", "connections": "<connection>"}


def page() -> str:
    """docs/reference/agent.md."""
    module, name = _CONFIG
    schema = getattr(importlib.import_module(module), name).model_json_schema()
    parts = [_HEAD, *_sections("", schema, schema["$defs"])]
    return "\n".join(parts).rstrip() + "\n"


def _plain(default: str) -> str:
    """A default as TOML takes it and people write it: 30, not 30.0."""
    return re.sub(r"\.0\b", "", default)


def _sections(title: str, schema: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """A section's text and its keys, then the sections inside it."""
    keys = list(keys_of(schema, known))
    text = inspect.cleandoc(schema["description"]).replace("<", "&lt;")
    rows = [
        (
            code(key.name),
            key.type.replace("<", "&lt;"),
            "**needed**" if key.required else code(_plain(key.default)) if key.default else "",
        )
        for key in keys
        if not key.inside
    ]
    heading = [f"## {code(f'[{title}]')}", ""] if title else []
    parts = ["\n".join([*heading, text, "", table(("key", "type", "default"), rows), ""])]
    for key in keys:
        for inner in key.inside:
            path = ".".join(part for part in (title, key.name, _NAMED.get(key.name)) if part)
            parts += _sections(path, known[inner], known)
    return parts
