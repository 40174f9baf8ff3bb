"""
Writing an output folder: only what changed, never over a person's edits.

`.suiteloom.json` in the folder lists every file that was generated, with the hash of what was
written. A file whose hash is another one was edited; a file that is not listed is somebody else's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert, field, json

from generator.errors import WriteError

STATE = ".suiteloom.json"
_FORMAT = 1


class State(Struct, frozen=True):
    """
    What an output folder says of itself.

    Attributes:
        files: SHA-256 of what was written, by path.
        scripts: the script records of the last build.
        retired: script records of earlier builds that are no more.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[Mapping[str, Any], ...] = ()
    retired: tuple[Mapping[str, Any], ...] = ()


class _Deployed(Struct):
    id: str
    title: str
    record: str | None


class _Script(Struct):
    script: str
    kind: str
    name: str
    deployments: list[_Deployed]


class _Written(Struct):
    """The form of `.suiteloom.json`."""

    files: dict[str, str]
    scripts: list[_Script]
    retired: list[_Script]


class Changes(Struct, frozen=True):
    """
    What writing a tree means for a folder, as paths in order.

    `edited` files are generated ones that a person changed, or files of somebody else that stand
    where a generated one has to go.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.edited)


def read_state(out: Path) -> State:
    """The folder's own account of what was generated; empty where there is none."""
    path = out / STATE
    try:
        content = json.decode(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return State()
    except (OSError, ValueError) as error:
        raise WriteError(
            f"{path}: cannot be read: {error}; delete it and build with --force"
        ) from error
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise WriteError(f"{path}: written by another version; delete it and build with --force")
    try:
        convert(content, _Written)
    except ValidationError as error:
        raise WriteError(f"{path}: damaged: {error}; delete it and build with --force") from error
    return State(content["files"], tuple(content["scripts"]), tuple(content["retired"]))


def state_text(tree: Mapping[str, bytes], scripts: list[Any], retired: list[Any]) -> str:
    """The content of `.suiteloom.json` for a tree."""
    content = {
        "format": _FORMAT,
        "files": {path: digest(tree[path]) for path in sorted(tree)},
        "scripts": scripts,
        "retired": retired,
    }
    return json.format(json.encode(content), indent=1).decode() + "\n"


def compare(out: Path, tree: Mapping[str, bytes], state: State) -> Changes:
    """What differs between a folder and the tree that it should hold."""
    added: list[str] = []
    changed: list[str] = []
    removed: list[str] = []
    edited: list[str] = []
    for path in sorted({*tree, *state.files}):
        held = _read(f"{out}/{path}")
        if path not in tree:
            if held is not None:
                (removed if digest(held) == state.files[path] else edited).append(path)
        elif held is None:
            added.append(path)
        elif held != tree[path]:
            (changed if digest(held) == state.files.get(path) else edited).append(path)
    return Changes(tuple(added), tuple(changed), tuple(removed), tuple(edited))


def write(out: Path, tree: Mapping[str, bytes], changes: Changes, state: str) -> None:
    """
    Bring the folder to the tree; `changes.edited` files are overwritten or removed too.

    The list of owned files is written last: a build that was cut is finished by the next one.
    """
    written = [p for p in (*changes.added, *changes.changed, *changes.edited) if p in tree]
    try:
        for folder in {out, *((out / path).parent for path in written)}:
            folder.mkdir(parents=True, exist_ok=True)
        for path in written:
            _replace(out / path, tree[path])
        for path in (*changes.removed, *changes.edited):
            if path not in tree:
                _remove(out, path)
        if _read(f"{out}/{STATE}") != state.encode():
            _replace(out / STATE, state.encode())
    except OSError as error:
        raise WriteError(f"{error.filename or out}: cannot be written: {error.strerror}") from error


def digest(content: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(content).hexdigest()


def _read(path: str) -> bytes | None:
    try:
        with FileIO(path) as file:
            content: bytes = file.readall()
            return content
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise WriteError(f"{path}: cannot be read: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")  # another build may be at it
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _remove(out: Path, path: str) -> None:
    (out / path).unlink(missing_ok=True)
    for folder in (out / path).parents:
        if folder == out:
            return
        with suppress(OSError):  # not empty: somebody else's files are in it
            folder.rmdir()
            continue
        return
