"""How long the compiler takes for a large project, and for one change in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from bench.result import Result, median_seconds, scratch
from generator.memory import Memory
from generator.project import build

SUITELOOM = Path(sys.executable).parent / "suiteloom"
NORTHWIND = Path(__file__).resolve().parent.parent / "examples" / "northwind"
FLOWS = 200


def _project(folder: Path) -> Path:
    """Northwind's order flow, 200 times under other names."""
    project = folder / "project"
    shutil.copytree(NORTHWIND, project, ignore=shutil.ignore_patterns("sdf_project"))
    spec = next(path for path in (project / "specs").glob("*.yaml") if "orders" in path.name)
    text = spec.read_text()
    for number in range(FLOWS - 5):
        copy = text.replace("\nflow: orders", f"\nflow: orders-{number:03}", 1)
        (project / "specs" / f"orders-{number:03}.yaml").write_text(copy)
    return project


def _build(project: Path, out: Path, cache: str = "") -> float:
    """Build, and say the most memory that it held, in MB."""
    command = [str(SUITELOOM), "build", "--project", str(project), "--out", str(out)]
    environment = {**os.environ, "SUITELOOM_CACHE": cache}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users have bytecode
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_maxrss / 1024


def full() -> Result:
    """
    A full build of 200 flows with nothing kept from earlier, with the start of the interpreter.

    Each into a folder of its own: where many files were deleted a moment ago, ext4 takes half a second more to
    make these (`recently_deleted`).
    """
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        project = _project(Path(folder))
        outs = count()
        seconds = median_seconds(
            lambda: _build(project, Path(folder) / f"sdf_project-{next(outs)}")
        )
    return Result(seconds, "s", target=3, met=seconds < 3)


def memory() -> Result:
    """The most memory that the full build holds."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        project = _project(Path(folder))
        return Result(_build(project, project / "sdf_project"), "MB")


def rebuild() -> Result:
    """A build after one spec of 200 changed, with the start of the interpreter."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        project = _project(Path(folder))
        cache = str(Path(folder) / "cache")
        return _rebuilt(project, lambda: _build(project, project / "sdf_project", cache))


def rebuild_resident() -> Result:
    """The same in a process that goes on, as `suiteloom watch` does."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        project = _project(Path(folder))
        held = Memory()
        return _rebuilt(project, lambda: build(project, project / "sdf_project", memory=held))


def _rebuilt(project: Path, build_: Callable[[], object]) -> Result:
    build_()
    spec = project / "specs" / "orders-007.yaml"
    text = spec.read_text()
    changes = count()

    def run() -> None:
        spec.write_text(f"{text}# {next(changes)}\n")
        build_()

    seconds = median_seconds(run, times=9)
    return Result(seconds, "s", target=0.5, met=seconds < 0.5)
