"""The shape of a file that flows include: named maps and named address blocks, nothing else."""

from typing import Annotated, Literal

from msgspec import field

from generator.spec.fields import InRule
from generator.spec.flow import MapSpec
from generator.spec.model import Model, says


class SharedSpec(Model, frozen=True, kw_only=True):
    """What several flows share. An included file includes nothing itself."""

    spec: Annotated[Literal[1], says("Version of the language.")]
    maps: Annotated[dict[str, MapSpec], says("Named maps, as in a flow, by name.")] = field(
        default_factory=dict
    )
    addresses: Annotated[
        dict[str, dict[str, InRule]],
        says("Named address blocks: rules by field id. Their paths start where the block is used."),
    ] = field(default_factory=dict)
