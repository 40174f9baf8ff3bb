"""How long the compiler takes for a large project, and for one change in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.result import Result, median_seconds

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


def _build(project: Path) -> None:
    subprocess.run([SUITELOOM, "build", "--project", project], check=True, capture_output=True)


def full() -> Result:
    """A full build of 200 flows, with the start of the interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        project = _project(Path(folder))

        def run() -> None:
            shutil.rmtree(project / "sdf_project", ignore_errors=True)
            shutil.rmtree(project / ".suiteloom", ignore_errors=True)
            _build(project)

        seconds = median_seconds(run)
    return Result(seconds, "s", target=3, met=seconds < 3)


def rebuild() -> Result:
    """A build after one spec of 200 changed."""
    with tempfile.TemporaryDirectory() as folder:
        project = _project(Path(folder))
        _build(project)
        spec = project / "specs" / "orders-007.yaml"
        text = spec.read_text()
        count = 0

        def run() -> None:
            nonlocal count
            count += 1
            spec.write_text(f"{text}# {count}\n")
            _build(project)

        seconds = median_seconds(run)
    return Result(seconds, "s", target=0.5, met=seconds < 0.5)
