"""What the passes share: places that report, the project around a flow, and what a flow collects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from generator.catalog import Catalog, RecordType
from generator.plan.inbound import CreatePlan, Lookup
from generator.plan.project import Var
from generator.plan.values import Origin
from generator.spec.diagnose import Diagnostic, did_you_mean, near
from generator.spec.flow import Flow
from generator.spec.source import Loc, Position, Source


class Place(Struct, frozen=True):
    """
    A place in a file, which mistakes are reported at.

    `place / "body" / "memo"` is a place inside. `broken` are the places whose value was wrong in
    shape and is not there any more. `mounts` are the parts that stand elsewhere, in a file that
    this one includes or further down.
    """

    source: Source
    sink: list[Diagnostic]
    broken: frozenset[Loc] = frozenset()
    loc: Loc = ()
    mounts: Mapping[Loc, Place] = field(default_factory=dict)

    def __truediv__(self, part: str | int) -> Place:
        loc = (*self.loc, part)
        if loc in self.mounts:
            return self.mounts[loc]
        return Place(self.source, self.sink, self.broken, loc, self.mounts)

    def origin(self) -> Origin:
        """File and line for the plan."""
        return Origin(self.source.file, self.position().line)

    def position(self, *, key: bool = False) -> Position:
        """Of the value where it is a scalar or a list item, else of its key."""
        at = self.loc
        while at and not self.source.has(at):  # a short form has no key of its own
            at = at[:-1]
        if not key and at and (self.source.raw(at) is not None or isinstance(at[-1], int)):
            return self.source.value(at)
        return self.source.key(self.loc)

    def error(self, code: str, message: str, help: str | None = None, *, key: bool = False) -> None:  # noqa: A002
        """Report a mistake here; `key` points at the name instead of the value."""
        if self.loc in self.source.doubtful:
            return
        self.sink.append(self.source.report(self.position(key=key), code, message, help=help))

    def warn(self, code: str, message: str, help: str | None = None, *, key: bool = False) -> None:  # noqa: A002
        """Report something doubtful here."""
        self.sink.append(
            self.source.report(self.position(key=key), code, message, help=help, warning=True)
        )

    def lost(self, *parts: str) -> bool:
        """
        Whether something at `parts` was written and taken out because its shape was wrong.

        An unknown key of nearly that name counts: it was meant to be this one.
        """
        at = (*self.loc, *parts)
        depth = len(at)
        return any(
            loc[:depth] == at
            or (depth > 0 and loc[: depth - 1] == at[:-1] and len(loc) == depth and _alike(loc, at))
            for loc in self.broken
        )

    def lost_inside(self) -> bool:
        """Whether any key in here was taken out."""
        depth = len(self.loc)
        return any(len(loc) > depth and loc[:depth] == self.loc for loc in self.broken)


class ProjectContext(Struct, frozen=True):
    """The project as every flow sees it."""

    folder: Path
    prefix: str
    timezone: str | None
    catalog: Catalog
    environments: tuple[str, ...]
    vars: Mapping[str, Var]
    connections: Mapping[str, str]  # their kinds: http, database
    objects: Mapping[str, str] = field(default_factory=dict)  # script ids and their files


class FlowContext(Struct):
    """One flow while it is compiled, and what its parts ask for on the way."""

    project: ProjectContext
    spec: Flow
    place: Place
    record: RecordType | None
    flow_vars: Mapping[str, Var] = field(default_factory=dict)
    lookups: dict[tuple[Any, ...], Lookup] = field(default_factory=dict)
    creates: dict[str, CreatePlan] = field(default_factory=dict)
    maps_used: set[str] = field(default_factory=set)
    hook_places: dict[str, Place] = field(default_factory=dict)
    hook_fields: set[str] = field(default_factory=set)
    vars_used: set[str] = field(default_factory=set)
    types: dict[Loc, str] = field(default_factory=dict)  # of the mapped fields, by their place

    @property
    def outbound(self) -> bool:
        """Whether the flow leaves NetSuite."""
        return self.spec.direction == "outbound"  # type: ignore[attr-defined, no-any-return]

    def find_var(self, name: str, place: Place) -> Var | None:
        """A variable by name, the flow's own value before the project's; reports an unknown one."""
        var = self.flow_vars.get(name) or self.project.vars.get(name)
        if var is None:
            place.error(
                "E403",
                f"unknown variable '{name}'{did_you_mean(name, self.project.vars)}",
                "variables are declared under vars: in project.yaml",
            )
            return None
        self.vars_used.add(var.name)
        return var

    def known_var(self, name: str) -> Var | None:
        """The variable that a `VarRef` of the plan names."""
        own = {var.name: var for var in self.flow_vars.values()}
        return own.get(name) or self.project.vars.get(name)

    def find_map(self, name: str, place: Place) -> str | None:
        """A map of this spec by name; reports an unknown one."""
        if name not in self.spec.maps:
            if not self.place.lost("maps", name):
                place.error(
                    "E128",
                    f"unknown map '{name}'{did_you_mean(name, self.spec.maps)}",
                    "maps are declared under maps: in this file",
                )
            return None
        self.maps_used.add(name)
        return name

    def use_hook(self, function: str, place: Place) -> None:
        """Note that a function of the hook module is needed."""
        self.hook_places.setdefault(function, place)


def _alike(loc: Loc, at: Loc) -> bool:
    return near(str(loc[-1]), [str(at[-1])]) is not None


def exactly_one(place: Place, allowed: Iterable[str], given: Iterable[str], what: str) -> bool:
    """Whether exactly one of the keys is given; reports it otherwise."""
    found = list(given)
    if len(found) == 1:
        return True
    names = list(allowed)
    if not found and place.lost_inside():
        return False
    place.error(
        "E115",
        f"needs exactly one {what} ({', '.join(names)}); found {', '.join(found) or 'none'}",
        key=True,
    )
    return False
