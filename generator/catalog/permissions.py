"""The levels that a permission of a role allows: many know fewer than VIEW, CREATE, EDIT and FULL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import json

Level = Literal["VIEW", "CREATE", "EDIT", "FULL"]
LEVELS: tuple[Level, ...] = ("VIEW", "CREATE", "EDIT", "FULL")
"""From the least to the most."""

_FILE = Path(__file__).parent / "permissions.json"


@cache
def allowed() -> Mapping[str, frozenset[str]]:
    """The levels of every permission of a role by its SDF key; read once per process."""
    levels: dict[str, str] = json.decode(_FILE.read_bytes())
    return {key: frozenset(each.split()) for key, each in levels.items()}


def at_least(key: str, level: Level) -> Level:
    """
    The lowest level of a permission that includes `level`, or the highest that there is.

    Custom records, whose key is their script id, know all levels.
    """
    levels = allowed().get(key, frozenset(LEVELS))
    known = [one for one in LEVELS if one in levels]
    wanted = LEVELS.index(level)
    return next((one for one in known if LEVELS.index(one) >= wanted), known[-1])
