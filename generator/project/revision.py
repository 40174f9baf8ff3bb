"""A project as it was at a git revision, in a folder of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.errors import UsageError


@contextmanager
def at_revision(project: Path, revision: str) -> Iterator[Path]:
    """
    The project's folder at a revision; gone when the block ends. The working tree is not touched.

    Args:
        project: a folder inside a git repository.
        revision: a commit, branch or tag, as git writes it.

    Raises:
        UsageError: there is no git, no repository, no such revision, or the project was not there.
    """
    commit = _commit(project, revision)
    root = Path(_git(project, "rev-parse", "--show-toplevel").decode().strip())
    prefix = _git(project, "rev-parse", "--show-prefix").decode().strip()
    archive = _git(
        root, "archive", "--format=tar", f"{commit}:{prefix}",
        fault=f"'{project}' was not there at '{revision}'",
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        if not (Path(folder) / "project.yaml").is_file():
            raise UsageError(f"there is no project.yaml in '{project}' at '{revision}'")
        yield Path(folder)


def _commit(project: Path, revision: str) -> str:
    """The commit's hash; a revision that begins with `-` is never taken for an option."""
    found = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}",
                 fault=f"git knows no revision '{revision}'")  # fmt: skip
    return found.decode().strip()


def _git(project: Path, *args: str, fault: str = "") -> bytes:
    try:
        _run(project, "rev-parse", "--is-inside-work-tree")
    except FileNotFoundError as missing:
        raise UsageError(
            "git is not installed, so there is no revision to compare with"
        ) from missing
    except subprocess.CalledProcessError as missing:
        raise UsageError(f"'{project}' is not in a git repository") from missing
    try:
        return _run(project, *args)
    except subprocess.CalledProcessError as failed:
        said = failed.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise UsageError(fault or f"git: {said}") from failed


def _run(project: Path, *args: str) -> bytes:
    return subprocess.run(
        ["git", "-C", str(project), *args], check=True, capture_output=True
    ).stdout
