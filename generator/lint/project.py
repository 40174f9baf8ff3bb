"""What is looked at: the scripts, objects and control files of an SDF project, built or as it lies there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from msgspec import Struct

from generator.catalog import Catalog, sdf, sdf_types, standard
from generator.catalog.overlay import FIELD_TYPES, with_elements
from generator.catalog.sdf import Element
from generator.errors import UsageError
from generator.suitescript.script import Script

_SKIPPED = frozenset({"node_modules", "__pycache__", "__tests__", "sdf_project"})
_CABINET = "FileCabinet"
# Pairs of radio buttons (type radio of Oracle's SuiteScript Records Browser): what the catalogue
# calls true and false, and scripts read and set as 'T' and 'F', true and false too.
_RADIO = frozenset({"datedriven", "isperson", "usesmedia"})


class ObjectFile(Struct, frozen=True):
    """An SDF object, or one of the control files manifest.xml and deploy.xml."""

    path: str
    element: Element

    @property
    def scriptid(self) -> str:
        """Its script id."""
        return self.element.get("scriptid", "")


class Broken(Struct, frozen=True):
    """A file that cannot be read as what it should be."""

    path: str
    line: int
    message: str


class Project:
    """
    A project to look at.

    Args:
        files: contents by path; a path is what findings show.
        places: path to the place below `src` of the SDF project: `FileCabinet/SuiteScripts/a.js`.
        generated: paths that Suiteloom wrote: nobody mends them by hand.
        sdf: whether it is an SDF project; else it is scripts alone.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        places: Mapping[str, str],
        generated: Collection[str] = (),
        *,
        is_sdf: bool = True,
    ) -> None:
        self.files = files
        self.places = places
        self.generated = frozenset(generated)
        self.is_sdf = is_sdf
        self.broken: list[Broken] = []

    @cached_property
    def scripts(self) -> dict[str, Script]:
        """Scripts by path: SuiteScript 2, and whatever a script or object of the project names."""
        return {
            path: Script(path, content)
            for path, content in self.files.items()
            if path.endswith(".js") and self.cabinet_path(path) is not None
        }

    def cabinet_path(self, path: str) -> str | None:
        """`/SuiteScripts/a.js` for a file of the File Cabinet."""
        place = self.places.get(path, path)
        head, _, rest = place.partition("/")
        if head == _CABINET:
            return f"/{rest}"
        return None if self.is_sdf else f"/{place}"

    @cached_property
    def cabinet(self) -> dict[str, str]:
        """Paths by their place in the File Cabinet."""
        return {c: path for path in self.files if (c := self.cabinet_path(path)) is not None}

    @cached_property
    def objects(self) -> list[ObjectFile]:
        """SDF objects that can be read, in the order of their paths."""
        found = []
        for path in sorted(self.files):
            place = self.places.get(path, path)
            if place.startswith("Objects/") and place.endswith(".xml"):
                if not place.endswith(sdf.TEMPLATES) and (element := self._xml(path)) is not None:
                    found.append(ObjectFile(path, element))
        return found

    @cached_property
    def manifest(self) -> ObjectFile | None:
        """manifest.xml."""
        return self._control("manifest.xml")

    @cached_property
    def deploy(self) -> ObjectFile | None:
        """deploy.xml."""
        return self._control("deploy.xml")

    def _control(self, name: str) -> ObjectFile | None:
        path = next((p for p, place in self.places.items() if place == name), None)
        element = self._xml(path) if path is not None else None
        return ObjectFile(path, element) if path is not None and element is not None else None

    def _xml(self, path: str) -> Element | None:
        try:
            return sdf.parse_bytes(self.files[path], Path(path))
        except sdf.ObjectError as error:
            self.broken.append(Broken(path, error.line, error.message))
            return None

    @cached_property
    def by_id(self) -> dict[str, ObjectFile]:
        """Objects by script id; the first of two."""
        found: dict[str, ObjectFile] = {}
        for each in self.objects:
            found.setdefault(each.scriptid, each)
        return found

    def owners(self, script: Script) -> list[ObjectFile]:
        """Objects whose script a file is."""
        at = self.cabinet_path(script.path)
        return [
            each
            for each in self.objects
            if each.element.tag in sdf_types.SCRIPT_TYPES
            and sdf.text(each.element, "scriptfile").strip("[]") == at
        ]

    def required(self, script: Script, name: str) -> str | None:
        """The path of the project's file that a script asks for by a relative or absolute name."""
        at = self.cabinet_path(script.path)
        if at is None:
            return None
        for name_ in (name, f"{name}.js"):
            if name.startswith("."):
                wanted = _joined(PurePosixPath(at).parent, name_)
            elif name.startswith("/"):
                wanted = name_
            elif name.startswith("SuiteScripts/"):
                wanted = f"/{name_}"
            else:
                return None
            if wanted in self.cabinet:
                return self.cabinet[wanted]
        return None

    @cached_property
    def sides(self) -> dict[str, frozenset[str]]:
        """Where each script runs: `server`, `client`, both, or nothing where it is not known."""
        found: dict[str, set[str]] = {path: set() for path in self.scripts}
        for path, script in self.scripts.items():
            if script.type is None:
                continue
            side = "client" if script.type == "ClientScript" else "server"
            waiting, seen = [path], set[str]()
            while waiting:
                at = waiting.pop()
                if at in seen:
                    continue
                seen.add(at)
                found[at].add(side)
                for name, _ in self.scripts[at].asked:
                    wanted = self.required(self.scripts[at], name)
                    if wanted is not None and wanted in self.scripts:
                        waiting.append(wanted)
        return {path: frozenset(sides) for path, sides in found.items()}

    def on_server(self, script: Script) -> bool:
        """Whether a script runs on the server, as far as the project shows, and nowhere else."""
        return self.sides.get(script.path) == frozenset({"server"})

    def field_types(self, field: str) -> frozenset[str]:
        """Types (`generator.catalog.Field`, or radio) that fields of this id have; empty where none is known."""
        return _standard_types().get(field, frozenset()) | self._own_types.get(field, frozenset())

    @cached_property
    def catalog(self) -> Catalog:
        """The catalogue with the project's own objects."""
        return with_elements(standard(), (each.element for each in self.by_id.values()))

    @cached_property
    def _own_types(self) -> dict[str, frozenset[str]]:
        """Types of the project's own custom fields."""
        return {
            part.get("scriptid", ""): frozenset({FIELD_TYPES[kind]})
            for each in self.objects
            for part in each.element.iter()
            if part.tag.endswith("customfield")
            and (kind := sdf.text(part, "fieldtype")) in FIELD_TYPES
        }

    @cached_property
    def deletes(self) -> bool:
        """Whether some script of the project deletes a record or a file."""
        return any(next(s.api("record.delete", "file.delete"), None) for s in self.scripts.values())


@cache
def _standard_types() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for record in standard().records.values():
        for group in (record.fields, *(sublist.fields for sublist in record.sublists.values())):
            for field in group.values():
                found.setdefault(field.id, set()).add(field.type)
    return {
        name: frozenset({"radio"} if name in _RADIO else types) for name, types in found.items()
    }


def _joined(folder: PurePosixPath, name: str) -> str:
    parts = list(folder.parts)
    for part in name.split("/"):
        if part == "..":
            parts = parts[:-1] or ["/"]
        elif part not in (".", ""):
            parts.append(part)
    return str(PurePosixPath(*parts))


def read_folder(folder: Path) -> Project:
    """
    The project of a folder: an SDF project (with `src/`, or `src` itself), else its scripts alone.

    Raises:
        UsageError: the folder holds neither.
    """
    if (folder / "src" / "manifest.xml").is_file() or (folder / "src" / "deploy.xml").is_file():
        root, below = folder / "src", "src/"
    elif (folder / "manifest.xml").is_file() or (folder / "deploy.xml").is_file():
        root, below = folder, ""
    else:
        files = {_name(path, folder): path.read_bytes() for path in _files(folder, ".js")}
        if not files:
            raise UsageError(f"'{folder}' holds no SDF project (manifest.xml) and no scripts")
        return Project(files, {path: path for path in files}, is_sdf=False)
    files = {below + _name(path, root): path.read_bytes() for path in _files(root)}
    return Project(files, {path: path.removeprefix(below) for path in files})


def _files(folder: Path, ending: str = "") -> Iterator[Path]:
    for path in sorted(folder.rglob(f"*{ending}")):
        inner = path.relative_to(folder)
        if path.is_file() and not _SKIPPED & set(inner.parts[:-1]):
            yield path


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def read(folder: Path) -> Project:
    """The project of a folder, as it would be built where it has specs, else as it lies there."""
    return read_project(folder) if (folder / "project.yaml").is_file() else read_folder(folder)


def read_project(folder: Path) -> Project:
    """
    A project with specs, as it would be built: nothing is written.

    Hooks and objects show as the person's own files, all else as files of the output folder.

    Raises:
        ProjectError: its specs have mistakes.
    """
    from generator.compile import compile_project
    from generator.errors import ProjectError
    from generator.plan import names
    from generator.project.tree import make_tree
    from generator.project.write import read_state

    plan, found = compile_project(folder)
    if plan is None:
        raise ProjectError(found)
    tree = make_tree(plan, folder, read_state(folder / "sdf_project"))
    own = {
        f"src/FileCabinet{names.folder(plan.prefix)}/{_name(path, folder)}": _name(path, folder)
        for path in _files(folder / "hooks", ".js")
    } | {f"src/Objects/{path.name}": _name(path, folder) for path in _files(folder / "objects")}
    files: dict[str, bytes] = {}
    places: dict[str, str] = {}
    for path, content in tree.items():
        if path.startswith("src/"):
            shown = own.get(path, f"sdf_project/{path}")
            files[shown] = content
            places[shown] = path.removeprefix("src/")
    generated = [path for path in files if path not in own.values()]
    return Project(files, places, generated)
