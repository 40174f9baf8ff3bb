"""Whether custom record types of the project name its role, where only roles that they name have access."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.catalog import sdf
from generator.catalog.permissions import LEVELS
from generator.plan.inbound import InboundPlan
from generator.plan.names import integration_role
from generator.plan.outbound import OutboundPlan
from generator.spec.diagnose import Diagnostic


def check_permitted(
    folder: Path,
    objects: Mapping[str, str],
    plans: Iterable[InboundPlan | OutboundPlan],
    prefix: str,
    sink: list[Diagnostic],
) -> None:
    """
    Report types of `objects` (file by script id) that the role has a permission on and that do not say so.

    SDF refuses a project in which only one of the two names the other, or names it with another level
    (oracle/netsuite-suitecloud-sdk issue 184; L131 of `suiteloom lint`).
    """
    if not any(scriptid.startswith("customrecord") for scriptid in objects):
        return
    levels: dict[str, str] = {}
    for permission in (one for plan in plans for one in plan.permissions):
        held = levels.get(permission.key, permission.level)
        levels[permission.key] = max(held, permission.level, key=LEVELS.index)
    role = integration_role(prefix)
    for scriptid, file in objects.items():
        if not scriptid.startswith("customrecord") or scriptid not in levels:
            continue
        element = sdf.parse(folder / file)
        if sdf.text(element, "accesstype") != "USEPERMISSIONLIST":
            continue
        level = levels[scriptid]
        entry = _entry(element, role)
        given = sdf.text(entry, "permittedlevel") if entry is not None else None
        if given == level:
            continue
        said = f"says {given}" if given else "does not name it"
        at = entry if entry is not None else element.find("accesstype")
        at = element if at is None else at
        sink.append(
            Diagnostic(
                file,
                sdf.line(at),
                sdf.column(at),
                "E417",
                "error",
                f"the role {role} gets {level} on {scriptid}, which {said}",
                f"add  <permission><permittedrole>[scriptid={role}]</permittedrole>"
                f"<permittedlevel>{level}</permittedlevel></permission>  to its permissions"
                if given is None
                else f"<permittedlevel>{level}</permittedlevel>",
            )
        )


def _entry(element: sdf.Element, role: str) -> sdf.Element | None:
    entries = sdf.children(element, "permissions", "permission")
    return next((e for e in entries if sdf.reference(sdf.text(e, "permittedrole")) == role), None)
