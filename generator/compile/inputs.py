"""
Files that a spec names: whether they lie in the project, and what they hold.

Every such file is found by `inside`. While `noting` runs, it writes down what was asked for and
what was there, so that a flow compiled earlier is known to be right still.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path

Inputs = dict[str, str]
"""Paths as specs write them, and the state of each: where it leads and the hash of what is there."""

# Longer than the time by which two changes of a file can bear the same stamp.
STILL_NS = 2_000_000_000

_noted: ContextVar[Inputs | None] = ContextVar("noted", default=None)


def inside(folder: Path, path: str) -> Path | None:
    """A path of a spec as a file of the project; None where it leads out of it."""
    file = _resolve(folder, path)
    noted = _noted.get()
    if noted is not None and path not in noted:
        noted[path] = _state(file)
    return file


def exists(file: Path) -> bool:
    """Whether a file is there; False too where no file can have such a name."""
    try:
        return file.is_file()
    except OSError:
        return False


@contextmanager
def noting() -> Iterator[Inputs]:
    """Note the files that are asked for."""
    noted: Inputs = {}
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def state(folder: Path, path: str) -> str:
    """What a path leads to now: nothing, or a place and the hash of its content."""
    return _state(_resolve(folder, path))


def _state(file: Path | None) -> str:
    try:
        there = file.stat() if file else None
    except OSError:
        there = None
    if file is None or there is None or not stat.S_ISREG(there.st_mode):
        return f"{file} -"
    try:
        return f"{file} {_hash(file, there)}"
    except OSError as fault:
        return f"{file} {fault.errno}"


def _hash(file: Path, there: os.stat_result) -> str:
    """
    The hash of a file's content, read anew only where the file may have changed.

    One that was changed a moment ago is read each time: a second change can bear the same time.
    """
    # On Windows the one is when the file was made.
    if time.time_ns() - max(there.st_ctime_ns, there.st_mtime_ns) < STILL_NS:
        return _read(file)
    seen = (there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns)
    return _still(file, seen)


@lru_cache(maxsize=4_096)
def _still(file: Path, _seen: tuple[int, ...]) -> str:
    return _read(file)


def _read(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _resolve(folder: Path, path: str) -> Path | None:
    root = _real(folder.absolute())
    try:
        file = Path(os.path.realpath(root / path))  # Path.resolve costs twice as much
    except (OSError, ValueError):  # a name that no file can have
        return None
    return file if file.is_relative_to(root) else None


@cache
def _real(folder: Path) -> Path:
    """Where a project folder is; it does not move while it is read."""
    return folder.resolve()
