"""Finds and reads the files of a project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from generator.catalog import Catalog, account, standard
from generator.catalog.account import with_account
from generator.catalog.overlay import with_elements
from generator.catalog.schema import Described
from generator.catalog.sdf import Element, ObjectError, column, line, object_files, parse
from generator.compile.context import Place
from generator.compile.sharing import Sharing
from generator.plan.ids import LIMITS
from generator.spec.diagnose import Diagnostic, did_you_mean, near
from generator.spec.flow import Flow
from generator.spec.inbound import InboundFlow
from generator.spec.outbound import OutboundFlow
from generator.spec.project import Project
from generator.spec.shape import shape
from generator.spec.source import Source, read, shown, utf8

PROJECT_FILE = "project.yaml"

_DIRECTIONS: dict[str, type[Flow]] = {"inbound": InboundFlow, "outbound": OutboundFlow}


class Files(Struct, frozen=True):
    """Everything read: `project` is None where project.yaml is missing or cannot be read."""

    project: Project | None
    project_place: Place | None
    catalog: Catalog
    objects: Mapping[str, str]  # script id of the project's own objects: their file


def read_project(folder: Path, sink: list[Diagnostic]) -> Files:
    """Read what the flows of a project share; mistakes go to `sink`."""
    project, place = _project(folder, sink)
    objects = _objects(folder, sink)
    catalog = _catalog(folder, objects, sink)
    ids = {element.get("scriptid", ""): file for file, element in objects.items()}
    return Files(project, place, catalog, ids)


def catalog_of(folder: Path) -> Catalog:
    """The catalogue with the project's own objects and the account's fields; mistakes in those are not told."""
    return _catalog(folder, _objects(folder, []), [])


def _catalog(folder: Path, objects: Mapping[str, Element], sink: list[Diagnostic]) -> Catalog:
    return with_account(with_elements(standard(), objects.values()), _account(folder, sink))


def _objects(folder: Path, sink: list[Diagnostic]) -> dict[str, Element]:
    """The project's own SDF objects by file; one that is no XML is reported."""
    found: dict[str, Element] = {}
    for path in object_files(folder / "objects"):
        file = path.relative_to(folder).as_posix()
        if not utf8(file):
            message = "the name of the file is not UTF-8"
            sink.append(Diagnostic(shown(file), 1, 1, "E409", "error", message))
            continue
        try:
            found[file] = parse(path)
            _check_ids(file, found[file], sink)
        except ObjectError as fault:
            reason = fault.message.removeprefix("not well-formed (").rstrip(")")
            unread = reason.startswith("cannot be read")
            message = reason if unread else f"not well-formed XML: {reason}"
            sink.append(Diagnostic(file, fault.line, fault.column, "E409", "error", message))
    return found


def _account(folder: Path, sink: list[Diagnostic]) -> list[Described]:
    """What `suiteloom catalog pull` wrote; a file that cannot be read is reported."""
    found = []
    for path in account.described_files(folder):
        file = path.relative_to(folder).as_posix()
        try:
            found.append(account.from_text(path.read_text(encoding="utf-8")))
        except (account.FileError, UnicodeDecodeError, OSError) as fault:
            at = (fault.line, fault.column) if isinstance(fault, account.FileError) else (1, 1)
            message = (
                f"cannot be read: {fault.strerror}" if isinstance(fault, OSError) else str(fault)
            )
            advice = "write it anew with  suiteloom catalog pull"
            sink.append(Diagnostic(file, *at, "E416", "error", message, advice))
    return found


def _check_ids(file: str, root: Element, sink: list[Diagnostic]) -> None:
    """Script ids over the limit of their kind: the account refuses the whole deployment."""
    for element in root.iter():
        scriptid = element.get("scriptid", "")
        limit = LIMITS.get(scriptid.partition("_")[0])
        if limit is None or len(scriptid) <= limit:
            continue
        message = f"{scriptid} has {len(scriptid)} characters; NetSuite takes {limit}"
        sink.append(
            Diagnostic(
                file, line(element), column(element), "E415", "error", message, "shorten the id"
            )
        )


def shared_files(folder: Path) -> list[Path]:
    """The files that `read_project` reads."""
    objects = object_files(folder / "objects")
    return [folder / PROJECT_FILE, *objects, *account.described_files(folder)]


def read_flow(folder: Path, path: Path, sink: list[Diagnostic]) -> tuple[Flow, Place] | None:
    """Read one spec with what it includes; None where too much is wrong. Mistakes go to `sink`."""
    source = read(path, path.relative_to(folder).as_posix())
    sink.extend(source.diagnostics)
    flow = _flow(source, sink) if source.data is not None else None
    return Sharing(folder, sink).complete(*flow) if flow else None


def spec_files(folder: Path) -> list[Path]:
    """`specs/**/*.yaml` without the tests, by path."""
    root = folder / "specs"
    found = [*root.rglob("*.yaml"), *root.rglob("*.yml")]
    return sorted(path for path in found if not path.name.endswith((".test.yaml", ".test.yml")))


def _project(folder: Path, sink: list[Diagnostic]) -> tuple[Project | None, Place | None]:
    path = folder / PROJECT_FILE
    if not path.is_file():
        message = f"no {PROJECT_FILE} in this folder"
        advice = "suiteloom new DIR makes a project"
        sink.append(Diagnostic(PROJECT_FILE, 1, 1, "E401", "error", message, advice))
        return None, None
    source = read(path, PROJECT_FILE)
    sink.extend(source.diagnostics)
    if source.data is None:
        return None, None
    stand_ins: dict[str, Any] = {
        "spec": 1, "project": "project", "prefix": "xx",
        "environments": {"default": {"account": "ACCOUNT"}},
    }  # fmt: skip
    shaped = shape(source, Project, stand_ins)
    sink.extend(shaped.diagnostics)
    return shaped.model, Place(source, sink, shaped.broken)


def _flow(source: Source, sink: list[Diagnostic]) -> tuple[Flow, Place] | None:
    direction = _direction(source, sink)
    if direction is None:
        return None
    model = _DIRECTIONS[direction]
    stand_ins: dict[str, Any] = {
        "spec": 1, "flow": "unnamed", "title": "", "record": "?", "direction": direction,
    }  # fmt: skip
    source.data["direction"] = direction
    shaped = shape(source, model, stand_ins)
    sink.extend(shaped.diagnostics)
    if shaped.model is None:
        return None
    return shaped.model, Place(source, sink, shaped.broken)


def _direction(source: Source, sink: list[Diagnostic]) -> str | None:
    """The flow's direction; a wrong one is reported, and guessed where the file shows it."""
    given = source.data.get("direction")
    if isinstance(given, str) and given in _DIRECTIONS:
        return given
    if "direction" not in source.data:
        sink.append(
            source.report(
                source.value(()), "E111", "missing key 'direction'", help="inbound or outbound"
            )
        )
    else:
        sink.append(
            source.report(
                source.value(("direction",)),
                "E113",
                f"'{given}' is no value of 'direction'{did_you_mean(str(given), _DIRECTIONS)}"
                if isinstance(given, str)
                else "'direction' must be text",
                help="allowed: inbound or outbound",
            )
        )
        if near(str(given), _DIRECTIONS) is None:
            return None
        return near(str(given), _DIRECTIONS)
    if {"payload", "lists", "target"} & set(source.data):
        return "outbound"
    return "inbound" if {"body", "lines", "key", "source"} & set(source.data) else None
