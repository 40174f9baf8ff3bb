"""
Files on their way through a watched folder.

    <folder>/bills.csv ─► <folder>/.claimed/<token>.<flow>~bills.csv ─► done/ or failed/

A rename is the only step that moves a file on, so a crash leaves it in exactly one place. The token
makes the claimed name unique: two files that were dropped under one name stay apart. The flow says
who goes on with it: a folder may be that of several flows, each with its pattern.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CLAIMED = ".claimed"
_MARK = "~"
_OWNER = "."  # between token and flow, which have none themselves


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was dropped. `arrived` is the last change to it or to its name, epoch seconds."""

    path: Path
    size: int
    mtime_ns: int
    arrived: float


def waiting(folder: Path, pattern: str) -> Iterator[Waiting]:
    """
    The files in the folder itself that match; hidden ones never do.

    A link is left alone: whoever may drop files may not choose which other file is read.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not fnmatch.fnmatchcase(entry.name, pattern):
                continue
            try:
                if entry.is_file(follow_symlinks=False):
                    stat = entry.stat(follow_symlinks=False)
                    yield Waiting(Path(entry.path), stat.st_size, stat.st_mtime_ns, stat.st_ctime)
            except FileNotFoundError:
                continue  # taken away meanwhile


def claim(path: Path, flow: str) -> Path:
    """
    Take a file for a flow: whoever's rename succeeds has it. Raises FileNotFoundError when another did.

    The rename is on the disk before this returns, or a power cut could bring the file back under
    its first name after its documents were accepted.
    """
    folder = path.parent / CLAIMED
    folder.mkdir(exist_ok=True)
    target = folder / claim_name(path.name, flow, time.time())
    path.rename(target)
    sync(folder)
    sync(path.parent)
    return target


def claim_name(name: str, flow: str, now: float) -> str:
    """A name for a file that a flow claims now, epoch seconds."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now))
    return f"{stamp}-{secrets.token_hex(3)}{_OWNER}{flow}{_MARK}{name}"


def is_claim(name: str, flow: str) -> bool:
    """Whether a name is one of a file that the flow has claimed; names of before flows were in them are anybody's."""
    token, mark, _ = name.partition(_MARK)
    return bool(mark) and not name.startswith(".") and token.partition(_OWNER)[2] in ("", flow)


def claimed(folder: Path, flow: str) -> list[Path]:
    """Files that a flow has claimed and not done with, oldest claim first."""
    place = folder / CLAIMED
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_file() and is_claim(path.name, flow))


def first_name(path: Path) -> str:
    """The name under which a claimed file was dropped."""
    return path.name.partition(_MARK)[2]


def put_away(path: Path, folder: Path, before: Callable[[Path], None]) -> Path:
    """
    Move a claimed file to `folder` under its first name, or `name.2.csv` where that is taken.

    `before` is called with the new path first: what it writes beside it is there when the file is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = _free(folder / first_name(path))
    before(target)
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = target.with_name(f".{target.name}.draft")
        shutil.copy2(path, draft)
        draft.rename(target)
        path.unlink()
    return target


def _free(path: Path) -> Path:
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}.{number}{path.suffix}")
    return candidate


def sync(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    if os.name != "posix":
        return  # no handle on a folder there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
