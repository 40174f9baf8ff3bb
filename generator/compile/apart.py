"""Flows that are fine in a project whose other specs have mistakes: compiled as if those were not there."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msgspec import Struct

from generator.compile.project import compile_whole
from generator.memory import Memory
from generator.spec.diagnose import Diagnostic
from generator.spec.source import read


class LeftOut(Struct, frozen=True):
    """
    Specs with mistakes that others can do without.

    Args:
        specs: their files, relative to the project folder.
        flows: the flows that they name, as far as they can be read.
        found: their errors.
    """

    specs: tuple[str, ...] = ()
    flows: frozenset[str] = frozenset()
    found: tuple[Diagnostic, ...] = ()


def left_out(folder: Path, wanted: Collection[str], memory: Memory) -> LeftOut:
    """
    The specs to leave out so that flows can be built: those with mistakes.

    Args:
        folder: the project folder.
        wanted: the flows that are asked for.
        memory: of what was compiled already.

    Returns:
        Nothing where there are no mistakes, and where it does not help to leave them out: they are
        in a wanted flow, or in what all flows share.
    """
    whole = compile_whole(folder, memory)
    if not whole.faulty:
        return LeftOut()
    names = [_flow(folder, file) for file in whole.faulty]
    if any(name in wanted for name in names):
        return LeftOut()
    rest = compile_whole(folder, memory, without=whole.faulty).plan
    if rest is None:
        return LeftOut()
    there = {flow.flow for flow in rest.inbound} | {flow.flow for flow in rest.outbound}
    if None in names and not there.issuperset(wanted):  # it may be the one
        return LeftOut()
    errors = tuple(each for each in whole.found if each.severity == "error")
    return LeftOut(whole.faulty, frozenset(name for name in names if name), errors)


def _flow(folder: Path, file: str) -> str | None:
    """The flow that a spec says it is."""
    data = read(folder / file, file).data
    name = data.get("flow") if data else None
    return name if isinstance(name, str) else None
