"""Named maps; they compare as text."""

from __future__ import annotations

from typing import Any

from generator.compile.context import FlowContext
from generator.plan.values import Literal_, ValueMap
from generator.spec.diagnose import listed


def compile_maps(context: FlowContext) -> tuple[ValueMap, ...]:
    """The maps that the flow uses; one that nothing uses is doubtful."""
    compiled = []
    for name, spec in context.spec.maps.items():
        place = context.place / "maps" / name
        if name not in context.maps_used:
            if place.source is not context.place.source:
                continue  # of an included file: another flow uses it
            broken = place.broken or any(
                found.severity == "error" and found.file == place.source.file
                for found in place.sink
            )
            if not broken:
                place.warn("E129", f"map '{name}' is not used", key=True)
            continue
        if "" in spec.values:
            (place / "values" / "").warn(
                "E129",
                f"no value reaches this entry of '{name}': an empty one goes through no map",
                "use  default:  where the map is used",
                key=True,
            )
        given = [key for key in ("policy", "value") if key in spec.otherwise.written]
        otherwise: Any = spec.otherwise.policy
        if len(given) != 1 or (spec.otherwise.policy is None and "policy" in given):
            (place / "otherwise").error(
                "E115",
                f"'otherwise' is {listed(['error', 'skip', 'same', '{value: x}'])}",
                key=True,
            )
            continue
        if given == ["value"]:
            otherwise = Literal_(spec.otherwise.value)
        compiled.append(ValueMap(name=name, values=tuple(spec.values.items()), otherwise=otherwise))
    return tuple(compiled)
