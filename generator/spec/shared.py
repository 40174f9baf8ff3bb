"""The shape of a file that flows include: named maps and named address blocks, nothing else."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from generator.spec.fields import InRule, Model
from generator.spec.flow import MapSpec


class SharedSpec(Model):
    """What several flows share. An included file includes nothing itself."""

    spec: Literal[1] = Field(description="Version of the language.")
    maps: dict[str, MapSpec] = Field(
        default_factory=dict, description="Named maps, as in a flow, by name."
    )
    addresses: dict[str, dict[str, InRule]] = Field(
        default_factory=dict,
        description="Named address blocks: rules by field id. Their paths start where the block is used.",
    )
