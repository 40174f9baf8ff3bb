"""
Files of an older version of the language, rewritten to the newest with their comments.

    files of the project ─► their versions ─► migrations, one after the other ─► all written, or none
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from msgspec import Struct
from ruamel.yaml import YAML

from generator.compile.inputs import exists, inside
from generator.compile.reading import PROJECT_FILE, spec_files
from generator.errors import ProjectError
from generator.spec.diagnose import Diagnostic, ordered
from generator.spec.migrations import FileKind, Migration, newest
from generator.spec.source import Source, read

_WIDTH = 4096  # lines are not broken anew


class Upgrade(Struct, frozen=True):
    """
    One file that is of an older version.

    Args:
        file: relative to the project folder.
        version: as it is.
        text: as it will be.
        about: what each of its migrations changes.
    """

    file: str
    version: int
    text: str
    about: tuple[str, ...]


class Upgrades(Struct, frozen=True):
    """What an upgrade would do: the files to rewrite, and how many are of the newest version."""

    version: int
    files: tuple[Upgrade, ...]
    current: int


def upgrades(folder: Path, migrations: tuple[Migration, ...]) -> Upgrades:
    """
    Look at every file of a project.

    Raises ProjectError where a file cannot be read or its version is none that this generator
    knows: then nothing at all is upgraded.
    """
    version = newest(migrations)
    files, current, unknown = [], 0, []
    for kind, source in _files(folder):
        own = source.data.get("spec")
        if type(own) is not int or not 1 <= own <= version:
            unknown.append(_unknown(source, version))
            continue
        if own == version:
            current += 1
            continue
        steps = migrations[own - 1 :]
        text = _rewritten(source, kind, steps, version)
        files.append(Upgrade(source.file, own, text, tuple(step.about for step in steps)))
    if unknown:
        raise ProjectError(ordered(unknown))
    return Upgrades(version, tuple(files), current)


def write(folder: Path, found: Upgrades) -> None:
    """Write every file of an upgrade."""
    for one in found.files:
        (folder / one.file).write_text(one.text, encoding="utf-8")


def _files(folder: Path) -> Iterator[tuple[FileKind, Source]]:
    """
    The project's files with their kinds; included files are those that a flow names.

    Spec tests (`*.test.yaml`) carry no version: they are left alone.
    """
    project = folder / PROJECT_FILE
    own = [_read(folder, project)] if project.is_file() else []
    flows = [_read(folder, path) for path in spec_files(folder)]
    shared = [_read(folder, path) for path in _included(folder, flows)]
    broken = [each for one in (*own, *flows, *shared) for each in one.diagnostics]
    if any(each.severity == "error" for each in broken):
        raise ProjectError(broken)
    yield from (("project", one) for one in own)
    yield from (("flow", one) for one in flows)
    yield from (("shared", one) for one in shared)


def _unknown(source: Source, version: int) -> Diagnostic:
    """What is wrong with the version of a file."""
    own = source.data.get("spec")
    known = "1" if version == 1 else f"1 to {version}"
    newer = type(own) is int and own > version
    advice = "install a newer suiteloom" if newer else f"allowed: {known}"
    advice += "; nothing is upgraded until then"
    if "spec" not in source.data:
        return source.report(source.key(()), "E111", "missing key 'spec'", help=advice)
    place = source.value(("spec",))
    if type(own) is not int:
        return source.report(place, "E112", "'spec' must be a number", help=advice)
    message = f"spec version {own} is not known to this generator; it reads {known}"
    return source.report(place, "E105", message, help=advice)


def _included(folder: Path, found: list[Source]) -> list[Path]:
    paths: dict[Path, None] = {}
    for source in found:
        named = source.data.get("include") if source.data else None
        for name in named if isinstance(named, list) else ():
            file = inside(folder, name) if isinstance(name, str) else None
            if file is not None and exists(file):
                paths.setdefault(file)
    return list(paths)


def _read(folder: Path, path: Path) -> Source:
    return read(path, path.resolve().relative_to(folder.resolve()).as_posix())


def _rewritten(source: Source, kind: FileKind, steps: tuple[Migration, ...], version: int) -> str:
    """The file's text after the migrations; lines that they do not touch stay to the byte."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    mapping, offset = _indents(source.lines)
    yaml.indent(mapping=mapping, sequence=offset + 2, offset=offset)
    root: Any = yaml.load(source.text)
    before = _dumped(yaml, root)
    for step in steps:
        step.change(kind, root)
    root["spec"] = version
    after = _dumped(yaml, root)
    written = source.text.splitlines(keepends=True)
    if len(written) != len(before):  # the emitter breaks lines elsewhere than the author
        return "".join(after)
    kept: list[str] = []
    for change, first, last, start, end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        kept += written[first:last] if change == "equal" else after[start:end]
    return "".join(kept)


def _dumped(yaml: YAML, root: Any) -> list[str]:
    out = io.StringIO()
    yaml.dump(root, out)
    return out.getvalue().splitlines(keepends=True)


def _indents(lines: Sequence[str]) -> tuple[int, int]:
    """How far a file indents keys and the dashes of lists below their key."""
    depths = [len(line) - len(line.lstrip(" ")) for line in lines]
    keys = [depth for depth, line in zip(depths, lines, strict=True) if _KEY.match(line) and depth]
    for before, after in itertools.pairwise(range(len(lines))):
        if lines[before].rstrip().endswith(":") and lines[after].lstrip().startswith("- "):
            return min(keys, default=2), depths[after] - depths[before]
    return min(keys, default=2), 2


_KEY = re.compile(r" *[^\s#-][^#]*:( |$)")
