"""
Flows that nothing has changed for are not compiled again.

What a compiled flow depends on: its spec, the files that all flows share (project.yaml, objects),
the files that it names, and the generator. Only a flow without errors is kept. What flows know of
each other is checked anew every time, over what is kept of them; a recalled flow has no places to
report at, so where such a check finds something, the caller compiles everything afresh.
"""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO
from os import fsencode
from pathlib import Path

from msgspec import Struct

from generator.compile.context import Place
from generator.compile.inputs import Inputs, noting, state
from generator.compile.names import Claims, claims
from generator.compile.reading import read_flow
from generator.memory import Memory, digest
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.project import Var
from generator.spec.diagnose import Diagnostic
from generator.spec.flow import Flow
from generator.spec.source import Source

Parts = tuple[InboundPlan | OutboundPlan | None, list[Var]]


class Recallable(Struct, frozen=True):
    """
    Something that is compiled, or recalled from an earlier run.

    Args:
        sink: what was found, also by checks that come later.
        said: how much of it was found while it was compiled.
        recalled: whether it comes from memory, without places.
    """

    sink: list[Diagnostic]
    said: int
    recalled: bool

    @property
    def doubtful(self) -> bool:
        """Whether something was found at a place that is not known."""
        return self.recalled and len(self.sink) > self.said


class Compiled(Recallable, frozen=True):
    """
    One spec.

    Args:
        claims: what it wants for itself; None, as `place`, where too much is wrong.
        own: variables that have another value in this flow.
    """

    claims: Claims | None
    place: Place | None
    plan: InboundPlan | OutboundPlan | None
    own: tuple[Var, ...]


class _Kept(Struct, frozen=True):
    claims: Claims | None
    plan: InboundPlan | OutboundPlan | None
    own: tuple[Var, ...]
    found: tuple[Diagnostic, ...]
    inputs: Inputs


def compile_or_recall(
    folder: Path,
    path: Path,
    shared: str,
    prefix: str,
    inputs: Inputs,
    memory: Memory,
    compile_: Callable[[Flow, Place], Parts],
) -> Compiled:
    """
    One spec of a project.

    Args:
        folder: the project folder.
        path: the spec.
        shared: the state of what flows share.
        prefix: the project's.
        inputs: states of files that specs name, as far as this run has looked.
        memory: of earlier runs.
        compile_: makes a plan of a spec that was read.
    """
    name = path.relative_to(folder).as_posix()
    made: list[Compiled] = []

    def make() -> _Kept:
        sink: list[Diagnostic] = []
        with noting() as noted:
            read = read_flow(folder, path, sink)
            plan, own = compile_(*read) if read else (None, [])
        claimed = claims(read[0], prefix) if read else None
        place = read[1] if read else None
        made.append(Compiled(sink, len(sink), False, claimed, place, plan, tuple(own)))
        return _Kept(claimed, plan, tuple(own), tuple(sink), noted)

    def holds(kept: _Kept) -> bool:
        for file in kept.inputs.keys() - inputs.keys():
            inputs[file] = state(folder, file)
        return all(inputs[file] == was for file, was in kept.inputs.items())

    def keep(kept: _Kept) -> bool:
        clean = not any(found.severity == "error" for found in kept.found)
        same = all(state(folder, file) == was for file, was in kept.inputs.items())
        return clean and same and _bytes(path) == content

    content = _bytes(path)
    key = digest((b"flow", shared.encode(), fsencode(name), content))
    kept = memory.recall(key, make, holds=holds, keep=keep)
    if kept.plan is not None:
        memory.name(kept.plan, key, repr(sorted(kept.inputs.items())))
    if made:
        return made[0]
    sink = list(kept.found)
    place = Place(Source(name, "", "it was not read"), sink)
    return Compiled(sink, len(sink), True, kept.claims, place, kept.plan, kept.own)


def _bytes(path: Path) -> bytes:
    try:
        with FileIO(
            path
        ) as file:  # a third of the time of a buffered one, for every spec of a build
            content: bytes = file.readall()
            return content
    except OSError:
        return b""
