"""Names: flows are unique, and so is every id and file made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from generator.compile.context import Place
from generator.plan import names
from generator.plan.ids import scriptid
from generator.spec.flow import Flow
from generator.spec.inbound import InboundFlow
from generator.spec.outbound import OutboundFlow

_KINDS = ("transaction", "entity", "item")


class Claims(Struct, frozen=True):
    """
    What a flow wants for itself in the project, and of it.

    Args:
        flow: its name.
        scripts: the script ids of its own, with what each is of; those of one record type are
            shared.
        module: its hook module.
        sends: whether the account sends its events to the agent.
    """

    flow: str
    scripts: tuple[tuple[str, str], ...]
    module: str | None
    sends: bool


def claims(spec: Flow, prefix: str) -> Claims:
    """What a flow claims; `prefix` is the project's."""
    module = spec.hooks.module if spec.hooks is not None else None
    sends = isinstance(spec, OutboundFlow) and spec.via.poll is None and spec.via.deliver != "pull"
    return Claims(spec.flow, tuple(_scripts(spec, prefix).items()), module, sends)


def check_names(
    flows: Iterable[tuple[Claims, Place]], prefix: str, objects: Mapping[str, str], project: Place
) -> None:
    """
    Report flows of the same name, and ids or files that two things would share.

    Args:
        flows: what all flows claim, with their places.
        prefix: the project's.
        objects: script ids of the project's own objects, and their files.
        project: of project.yaml.
    """
    seen: dict[str, Place] = {}
    modules: dict[str, str] = {}
    ids = _own(prefix)
    for claimed, place in flows:
        if place.lost("flow"):
            continue
        at = place / "flow"
        first = seen.setdefault(claimed.flow, place)
        if first is not place:
            at.error("E411", f"flow '{claimed.flow}' is also in {first.source.file}")
            continue
        for script, owner in claimed.scripts:
            if ids.setdefault(script, owner) != owner:
                at.error(
                    "E412",
                    f"the script id {script} is also that of {ids[script]}",
                    "give the flow another name",
                )
        if claimed.module is not None:
            _module(claimed.module, place / "hooks" / "module", modules)
    for script, file in objects.items():
        if script in ids and not project.lost("prefix"):
            (project / "prefix").error(
                "E412",
                f"{file} defines {script}, which is also that of {ids[script]}",
                "rename the object, or give the project another prefix",
            )


def _own(prefix: str) -> dict[str, str]:
    ids = {
        names.drain_script(prefix): "the drain",
        names.net_script(prefix): "the net",
        names.service_script(prefix): "the service RESTlet",
        names.outbox_record(prefix): "the outbox",
        names.claim_record(prefix): "the claims",
        names.state_record(prefix): "the project's state",
        names.integration_role(prefix): "the project's role",
    }
    for kind in _KINDS:
        field = names.fingerprint_field(prefix, kind)
        if field:
            ids[field] = "the fingerprint"
    return ids


def _scripts(spec: Flow, prefix: str) -> dict[str, str]:
    """The script ids of a flow with their owners; outbound flows of one record type share theirs."""
    if isinstance(spec, InboundFlow):
        kind = "rl" if spec.via.restlet is not None else "mr"
        return {scriptid("customscript", prefix, spec.flow, kind): f"flow '{spec.flow}'"}
    assert isinstance(spec, OutboundFlow)
    if spec.via.events is None:
        return {}
    records = [spec.record, *(touch.record for touch in spec.via.events.touch_on)]
    found = {
        scriptid("customscript", prefix, record, "ue"): f"{record}'s events" for record in records
    }
    return {**found, names.action_script(prefix, spec.record): f"{spec.record}'s workflow action"}


def _module(module: str, place: Place, modules: dict[str, str]) -> None:
    """Hook modules lie side by side in the account, by their file names."""
    file = names.hook_file(module)
    path = module.removeprefix("./")
    first = modules.setdefault(file, path)
    if first != path:
        place.error(
            "E283",
            f"'{module}' and '{first}' have the same file name",
            "hook modules lie in one folder in the account: rename one",
        )
