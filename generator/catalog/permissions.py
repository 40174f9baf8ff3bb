"""The levels that a permission of a role allows: many know fewer than VIEW, CREATE, EDIT and FULL."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Level = Literal["VIEW", "CREATE", "EDIT", "FULL"]
LEVELS: tuple[Level, ...] = ("VIEW", "CREATE", "EDIT", "FULL")
"""From the least to the most."""

_FILE = Path(__file__).parent / "permissions.toml"


@cache
def allowed() -> Mapping[str, frozenset[str]]:
    """The levels of every permission of a role by its SDF key; read once per process."""
    with _FILE.open("rb") as file:
        data: dict[str, str] = tomllib.load(file)
    return {key: frozenset(levels.split()) for levels, keys in data.items() for key in keys.split()}


def at_least(key: str, level: Level) -> Level:
    """
    The lowest level of a permission that includes `level`, or the highest that there is.

    Custom records, whose key is their script id, know all levels.
    """
    levels = allowed().get(key, frozenset(LEVELS))
    known = [one for one in LEVELS if one in levels]
    wanted = LEVELS.index(level)
    return next((one for one in known if LEVELS.index(one) >= wanted), known[-1])
