"""Names: flows are unique, and so is every script id made from them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.compile.context import Place
from generator.plan import names
from generator.plan.ids import scriptid
from generator.spec.flows import Flow, InboundFlow


def check_names(flows: Iterable[tuple[Flow, Place]], prefix: str) -> None:
    """Report flows of the same name, and script ids that two things would share."""
    seen: dict[str, Place] = {}
    ids = {
        names.drain_script(prefix): "the drain",
        names.net_script(prefix): "the net",
        names.service_script(prefix): "the service RESTlet",
    }
    for spec, place in flows:
        if place.lost("flow"):
            continue
        at = place / "flow"
        first = seen.setdefault(spec.flow, place)
        if first is not place:
            at.error("E411", f"flow '{spec.flow}' is also in {first.source.file}")
            continue
        script = _script(spec, prefix)
        if script is None:
            continue
        if script in ids:
            at.error(
                "E412",
                f"the script id {script} is also that of {ids[script]}",
                "give the flow another name",
            )
        ids.setdefault(script, f"flow '{spec.flow}'")


def _script(spec: Flow, prefix: str) -> str | None:
    """The script of an inbound flow; outbound flows of one record type share theirs."""
    if not isinstance(spec, InboundFlow):
        return None
    kind = "rl" if spec.via.restlet is not None else "mr"
    return scriptid("customscript", prefix, spec.flow, kind)
