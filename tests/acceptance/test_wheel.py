"""The wheel alone, in an empty environment with the source tree out of sight."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The bin folder of an environment that holds the wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    subprocess.run(
        [
            folder / "env/bin/python",
            *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--constraint", root / "constraints.txt", str(wheel)),
        ],
        check=True,
        capture_output=True,
    )
    return folder / "env/bin"


def run(command: list[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    # An empty PATH: no Node and nothing else may be needed.
    return subprocess.run(
        command, cwd=cwd, env={"PATH": "", "HOME": str(cwd)}, capture_output=True, text=True
    )


def test_a_new_project_is_checked_and_built_by_the_wheel_alone(
    installed: Path, tmp_path: Path
) -> None:
    """`suiteloom new`, `check`, `lint` and `build` need the wheel and nothing else, not even Node."""
    project = tmp_path / "shop"
    for command in (
        ["new", "shop"],
        ["check", "--project", "shop"],
        ["lint", "shop"],
        ["build", "--project", "shop"],
    ):
        done = run([installed / "suiteloom", *command], tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "sdf_project/flows.json").is_file()
    assert (project / ".github/workflows/suiteloom.yml").is_file()
    assert (project / ".gitignore").is_file()
    assert list((project / "sdf_project/src/FileCabinet").rglob("*_rl.js"))


def test_the_agent_says_how_it_is_used(installed: Path, tmp_path: Path) -> None:
    """The agent's command line works without generator extras or an emulator."""
    done = run([installed / "suiteloom-agent", "--help"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "run" in done.stdout and "status" in done.stdout


def test_the_emulator_names_what_it_needs(installed: Path, tmp_path: Path) -> None:
    """Without the extra, `suiteloom emulate` says what to install instead of a traceback."""
    run([installed / "suiteloom", "new", "shop"], tmp_path)
    done = run([installed / "suiteloom", "emulate", "--project", "shop"], tmp_path)
    assert done.returncode == 2
    assert "suiteloom[emulator]" in done.stderr
