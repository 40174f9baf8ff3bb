"""
What the flows of a project share, compiled once and recalled while none of its files changes.

As with flows (`recall`), what was recalled has no places to report at.
"""

from __future__ import annotations

from os import fsencode
from pathlib import Path

from msgspec import Struct

from generator.compile.context import Place, ProjectContext
from generator.compile.reading import PROJECT_FILE, read_project, shared_files
from generator.compile.recall import Recallable
from generator.compile.settings import compile_connections, compile_environments, compile_vars
from generator.memory import Memory, digest
from generator.plan.project import Connection, Environment
from generator.spec.diagnose import Diagnostic
from generator.spec.project import Project
from generator.spec.source import Source


class Shared(Recallable, frozen=True):
    """
    What project.yaml, `objects/` and `catalog/` say.

    Args:
        state: a hash of all those files.
        project: project.yaml as it was read.
        context: what every flow sees of it.
        place: of project.yaml, nowhere where it comes from memory.
    """

    state: str
    project: Project
    context: ProjectContext
    environments: tuple[Environment, ...]
    connections: tuple[Connection, ...]
    place: Place


class _Kept(Struct, frozen=True):
    project: Project
    context: ProjectContext
    environments: tuple[Environment, ...]
    connections: tuple[Connection, ...]
    found: tuple[Diagnostic, ...]


def shared_state(folder: Path) -> str:
    """A hash of everything that all flows share."""
    return digest(
        part
        for file in shared_files(folder)
        for part in (fsencode(file.relative_to(folder)), *_content(file))
    )


def _content(file: Path) -> tuple[bytes, ...]:
    """What a file holds, or why it cannot be read: two parts, which no content is."""
    try:
        return (file.read_bytes(),)
    except OSError as fault:
        return b"", str(fault.errno).encode()


def compile_shared(folder: Path, sink: list[Diagnostic], memory: Memory) -> Shared | None:
    """
    What the flows of a project share.

    Args:
        folder: the project folder.
        sink: where mistakes go.
        memory: of earlier runs; what has mistakes is not kept.

    Returns:
        None where project.yaml is missing or cannot be read (which is reported).
    """
    state = shared_state(folder)
    places: list[Place] = []

    def make() -> _Kept | None:
        files = read_project(folder, sink)
        if files.project is None or files.project_place is None:
            return None
        project, place = files.project, files.project_place
        places.append(place)
        variables = compile_vars(project, place, files.catalog)
        environments = compile_environments(project, place, variables)
        connections = compile_connections(project, place, variables)
        context = ProjectContext(
            folder=folder,
            prefix=project.prefix,
            timezone=project.timezone,
            catalog=files.catalog,
            environments=tuple(project.environments),
            vars=variables,
            connections={
                name: "database" if spec.database else "http"
                for name, spec in project.connections.items()
            },
            objects=files.objects,
        )
        return _Kept(project, context, environments, connections, tuple(sink))

    def keep(made: _Kept | None) -> bool:
        clean = not any(found.severity == "error" for found in sink)
        return made is not None and clean and shared_state(folder) == state

    key = digest((b"shared", fsencode(folder), state.encode()))
    kept = memory.recall(key, make, keep=keep)
    if kept is None:
        return None
    if not places:
        sink.extend(kept.found)
    return Shared(
        sink,
        len(sink),
        not places,
        state,
        kept.project,
        kept.context,
        kept.environments,
        kept.connections,
        places[0] if places else Place(Source(PROJECT_FILE, "", "it was not read"), sink),
    )
