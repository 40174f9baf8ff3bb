"""Which spec tests a save touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from generator.compile.trials import trial_files
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.project import ProjectPlan

_OF_ALL = ("objects/", "catalog/")


def touched(
    folder: Path, before: ProjectPlan | None, now: ProjectPlan, saved: Collection[str]
) -> set[str]:
    """
    The flows whose tests are to be run.

    Those whose plan has changed (by their spec, a hook module, an included file, a variable), those
    whose tests were saved or name a file that was, and all where what they share has changed.

    Args:
        folder: the project folder.
        before: the plan of the last round; None where there was none.
        now: the plan of this one.
        saved: files below the folder.
    """
    flows = _by_name(now)
    if before is None or _shared(before) != _shared(now):
        return set(flows)
    if any(path.startswith(_OF_ALL) for path in saved):
        return set(flows)
    old = _by_name(before)
    found = {name for name, flow in flows.items() if old.get(name) != flow}
    if any(path.startswith("hooks/") for path in saved):
        found |= {name for name, flow in flows.items() if flow.hooks}
    for path in trial_files(folder):
        name = path.relative_to(folder).as_posix()
        flow = _flow_of(path, name, flows)
        if flow and (name in saved or _names(path, flow, saved)):
            found.add(flow.flow)
    return found


def _by_name(plan: ProjectPlan) -> dict[str, InboundPlan | OutboundPlan]:
    flows: list[InboundPlan | OutboundPlan] = [*plan.inbound, *plan.outbound]
    return {flow.flow: flow for flow in flows}


def _shared(plan: ProjectPlan) -> ProjectPlan:
    return replace(plan, inbound=(), outbound=(), build="")


def _flow_of(
    path: Path, name: str, flows: Mapping[str, InboundPlan | OutboundPlan]
) -> InboundPlan | OutboundPlan | None:
    """The flow that a test file names, or beside whose spec it stands."""
    for line in _text(path).splitlines():
        if line.startswith("flow:"):
            return flows.get(line.removeprefix("flow:").partition("#")[0].strip().strip("'\""))
    stem = name.rpartition(".test.")[0]
    return next((flow for flow in flows.values() if flow.file.rpartition(".")[0] == stem), None)


def _names(path: Path, flow: InboundPlan | OutboundPlan, saved: Iterable[str]) -> bool:
    """Whether a test, or the flow's sample, is made of one of these files."""
    text = _text(path)
    sample = flow.source.sample if isinstance(flow, InboundPlan) else None
    return any(
        Path(file).name in text or (sample is not None and Path(sample).name == Path(file).name)
        for file in saved
        if not file.startswith("specs/") or not file.endswith((".yaml", ".yml"))
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
