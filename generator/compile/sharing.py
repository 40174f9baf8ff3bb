"""
What flows share: maps and address blocks of included files become the flow's own.

The flow is completed before it is compiled, and its place is told where each part really stands,
so that every later pass finds a mistake in the file that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from generator.compile.context import Place
from generator.compile.inputs import exists, inside
from generator.spec.diagnose import Diagnostic, did_you_mean
from generator.spec.fields import LinesSpec, Rule, SubrecordSpec
from generator.spec.flow import Flow
from generator.spec.inbound import InboundFlow
from generator.spec.shape import shape
from generator.spec.shared import SharedSpec
from generator.spec.source import Loc, read


class Sharing(Struct):
    """
    The files that a flow includes, each read once.

    Args:
        folder: the project folder.
        sink: where mistakes go.
    """

    folder: Path
    sink: list[Diagnostic]
    _files: dict[Path, tuple[SharedSpec, Place] | None] = field(default_factory=dict)

    def complete(self, spec: Flow, place: Place) -> tuple[Flow, Place]:
        """The flow with all that it includes, and its place with the places of those parts."""
        parts = _Parts(dict.fromkeys(spec.maps, place))
        if isinstance(spec, InboundFlow):
            parts.addresses = {
                name: (rules, place / "addresses" / name) for name, rules in spec.addresses.items()
            }
        for index, path in enumerate(spec.include):
            found = self._file(path, place / "include" / index)
            if found:
                parts.take(*found, place / "include" / index)
        mounts: dict[Loc, Place] = {("maps", name): at for name, at in parts.mounted.items()}
        changes: dict[str, Any] = {}
        if parts.maps:
            changes["maps"] = {**parts.maps, **spec.maps}
        if isinstance(spec, InboundFlow):
            blocks = _Blocks(parts.addresses, place, mounts)
            if spec.lines:
                changes["lines"] = blocks.lines(spec.lines, ("lines",))
            if spec.subrecords:
                changes["subrecords"] = blocks.subrecords(spec.subrecords, ("subrecords",))
            blocks.check_use(spec)
        return replace(spec, **changes), replace(place, mounts=mounts)

    def _file(self, path: str, place: Place) -> tuple[SharedSpec, Place] | None:
        """An included file, shaped; None where it cannot be used (which is reported)."""
        file = inside(self.folder, path)
        if file is None:
            place.error("E407", f"'{path}' is outside the project folder")
            return None
        if not exists(file):
            place.error("E407", f"no file '{path}'", "paths are relative to the project folder")
            return None
        root = self.folder.resolve()
        if file.is_relative_to(root / "specs"):
            place.error(
                "E407", f"'{path}' would be read as a flow", "put it into a folder beside specs/"
            )
            return None
        if file not in self._files:
            self._files[file] = self._read(file, file.relative_to(root).as_posix())
        return self._files[file]

    def _read(self, file: Path, name: str) -> tuple[SharedSpec, Place] | None:
        source = read(file, name)
        self.sink.extend(source.diagnostics)
        if source.data is None:
            return None
        shaped = shape(source, SharedSpec, {"spec": 1})
        self.sink.extend(shaped.diagnostics)
        if shaped.model is None:
            return None
        return shaped.model, Place(source, self.sink, shaped.broken)


class _Parts(Struct):
    """Maps and address blocks by name, each with its place."""

    taken: dict[str, Place]  # names of maps, and where the first one stands
    maps: dict[str, Any] = field(default_factory=dict)
    mounted: dict[str, Place] = field(default_factory=dict)
    addresses: dict[str, tuple[Mapping[str, Rule], Place]] = field(default_factory=dict)

    def take(self, shared: SharedSpec, at: Place, place: Place) -> None:
        """All of an included file; a name that is there already is reported at the `include`."""
        for name, spec in shared.maps.items():
            if name in self.taken:
                _twice("map", name, self.taken[name], at, place)
                continue
            self.taken[name] = at
            self.maps[name] = spec
            self.mounted[name] = at / "maps" / name
        for name, rules in shared.addresses.items():
            if name in self.addresses:
                _twice("address block", name, self.addresses[name][1], at, place)
                continue
            self.addresses[name] = (rules, at / "addresses" / name)


def _twice(what: str, name: str, first: Place, second: Place, place: Place) -> None:
    place.error(
        "E131",
        f"{what} '{name}' is in {second.source.file} and in {first.source.file}",
        "rename one of them",
    )


class _Blocks(Struct):
    """Puts the rules of address blocks into the subrecords that name them."""

    addresses: Mapping[str, tuple[Mapping[str, Rule], Place]]
    place: Place
    mounts: dict[Loc, Place]
    used: set[str] = field(default_factory=set)

    def lines(self, specs: Mapping[str, LinesSpec], loc: Loc) -> dict[str, LinesSpec]:
        """The sublists of one place."""
        return {
            name: replace(
                spec, subrecords=self.subrecords(spec.subrecords, (*loc, name, "subrecords"))
            )
            for name, spec in specs.items()
        }

    def subrecords(self, specs: Mapping[str, SubrecordSpec], loc: Loc) -> dict[str, SubrecordSpec]:
        """The subrecords of one place."""
        return {name: self._one(spec, (*loc, name)) for name, spec in specs.items()}

    def _one(self, spec: SubrecordSpec, loc: Loc) -> SubrecordSpec:
        changes: dict[str, Any] = {"lines": self.lines(spec.lines, (*loc, "lines"))}
        if spec.address is not None:
            found = self.addresses.get(spec.address)
            if found is None:
                at = _at(self.place, (*loc, "address"))
                _unknown(at, spec.address, self.addresses)
            else:
                rules, place = found
                self.used.add(spec.address)
                changes["body"] = {**rules, **spec.body}
                for name in rules:
                    if name not in spec.body:
                        self.mounts[(*loc, "body", name)] = place / name
        return replace(spec, **changes)

    def check_use(self, spec: InboundFlow) -> None:
        """An address block of the flow's own that nothing uses is doubtful."""
        for name in spec.addresses:
            if name not in self.used and not self.place.broken:
                (self.place / "addresses" / name).warn(
                    "E129", f"address block '{name}' is not used", key=True
                )


def _at(place: Place, loc: Loc) -> Place:
    for part in loc:
        place = place / part
    return place


def _unknown(place: Place, name: str, known: Mapping[str, Any]) -> None:
    place.error(
        "E130",
        f"unknown address block '{name}'{did_you_mean(name, known)}",
        "address blocks are declared under addresses: in this file or in one that it includes",
    )
