"""
What earlier runs worked out, kept in the user's cache folder and safe to delete.

A `Memory` gives back a value where everything that it was made from is the same: the caller puts
all of that into the key. The generator itself is part of every key, by its files and the libraries
that it stands on. Values are pickles, so the folder is the user's own and never one of the
project's, which may come from anybody.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_LIBRARIES = ("jinja2", "msgspec", "ruamel.yaml", "yaml")
_FORGOTTEN = 30
"""A value that so many runs did not ask for is dropped."""


class Memory:
    """
    Values by key.

    Args:
        file: where they are kept between runs; None for one process alone.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._made_by = _generator() if file else ""
        self._live: dict[str, Any] = {}
        self._kept: dict[str, tuple[int, bytes]] = _load(file, self._made_by) if file else {}
        self._asked: set[str] = set()
        self._changed = False
        # By id, with the value itself: so its id stays its own.
        self._names: dict[int, tuple[object, str]] = {}

    @classmethod
    def of(cls, project: Path) -> Memory:
        """What is kept of a project; nothing where the user has no folder for it."""
        folder = cache_folder()
        name = digest([os.fsencode(project.resolve())])[:32]
        return cls(folder / f"{name}.pickle" if folder else None)

    def recall(
        self,
        key: str,
        make: Callable[[], T],
        *,
        holds: Callable[[T], bool] = lambda _: True,
        keep: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """
        The value at a key, made where there is none.

        Args:
            key: of all that it is made from.
            make: makes it.
            holds: whether a value that was found still is right, for what no key can know before.
            keep: whether a value that was made is worth keeping.
        """
        found = self._find(key)
        if found is not None and holds(found):
            return found  # type: ignore[no-any-return]
        value = make()
        if keep(value):
            self._live[key] = value
            self._asked.add(key)
            if self._file:
                self._kept[key] = (0, pickle.dumps(value, protocol=5))
                self._changed = True
        return value

    def name(self, value: object, *parts: str) -> None:
        """Know a frozen value by what it was made from, instead of by all that it holds."""
        self._names[id(value)] = (value, digest(part.encode() for part in parts))

    def named(self, value: object) -> str:
        """What a frozen value is known by."""
        known = self._names.get(id(value))
        return known[1] if known else digest([repr(value).encode()])

    def key(self, what: str, value: object) -> str:
        """The key of something that is made of nothing but a frozen value."""
        return digest((what.encode(), self.named(value).encode()))

    def save(self) -> None:
        """Write what is worth keeping; a folder that cannot be written is no fault."""
        if not (self._file and self._changed):
            return
        kept = {
            key: (0 if key in self._asked else age + 1, value)
            for key, (age, value) in self._kept.items()
            if key in self._asked or age < _FORGOTTEN
        }
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._file.with_suffix(f".{os.getpid()}")
            # Into the file and not by way of one text: new pages for megabytes take longer than the rest.
            with beside.open("wb") as file:
                pickle.dump((self._made_by, kept), file, protocol=5)
            beside.replace(self._file)
        self._changed = False

    def _find(self, key: str) -> Any:
        if key not in self._live and key in self._kept:
            with suppress(Exception):  # a damaged value is made anew
                self._live[key] = pickle.loads(self._kept[key][1])  # noqa: S301 - the user's own
        if key in self._live:
            self._asked.add(key)
        return self._live.get(key)


def cache_folder() -> Path | None:
    """
    The folder of all projects' memories.

    `SUITELOOM_CACHE` names another one; empty, nothing is kept.
    """
    named = os.environ.get("SUITELOOM_CACHE")
    if named is not None:
        return Path(named) if named else None
    try:
        base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / ".cache") / "suiteloom"
    except RuntimeError:  # no home
        return None


def digest(parts: Iterable[bytes]) -> str:
    """SHA-256 over parts, each with its length, so that none runs into the next."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.hexdigest()


def _load(file: Path, made_by: str) -> dict[str, tuple[int, bytes]]:
    try:
        with file.open("rb") as opened:
            by, kept = pickle.load(opened)  # noqa: S301 - the user's own
    except FileNotFoundError:
        return {}
    except Exception:  # noqa: BLE001 - whatever a damaged file raises, it is made anew
        return {}
    return kept if by == made_by and isinstance(kept, dict) else {}


def _generator() -> str:
    """The generator that is running: its own files as they are, and the libraries that decide for it."""
    from generator.resources import templates

    roots = (Path(__file__).parent, Path(str(templates())))
    seen = [(file.path, file.stat()) for root in roots for file in _files(str(root))]
    # Not the libraries' versions: they would have to be imported, and a build may need no ruamel.
    origins = (str(found.origin) for name in _LIBRARIES if (found := find_spec(name)))
    seen += [(origin, Path(origin).stat()) for origin in origins]
    stats = sorted(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in seen)
    return digest(part.encode() for part in (sys.version, *stats))


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    """All files below a folder but bytecode. A walk by `pathlib` takes as long as a small build."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield entry
            elif entry.name != "__pycache__":
                yield from _files(entry.path)
