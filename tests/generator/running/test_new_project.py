"""A project of `suiteloom new`: what its workflow and its commit hooks run passes as it is."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generator import __version__, new

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work") / "web-shop"
    new.make(folder)
    run(folder, "build")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "generator.cli", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


def read(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def commands(project: Path) -> list[list[str]]:
    """What the workflow and the hooks run, each once, without what a shell does around it."""
    steps = read(project / ".github/workflows/suiteloom.yml")["jobs"]["suiteloom"]["steps"]
    hooks = read(project / ".pre-commit-config.yaml")["repos"][0]["hooks"]
    lines = [step["run"] for step in steps if "run" in step] + [hook["entry"] for hook in hooks]
    found = [line.partition(">")[0] for line in lines if line.startswith("suiteloom ")]
    return [shlex.split(line)[1:] for line in dict.fromkeys(found)]


def test_everything_that_the_workflow_and_the_hooks_run_passes(project: Path) -> None:
    asked = commands(project)
    assert {arguments[0] for arguments in asked} == {"check", "lint", "bill", "build", "try"}
    for arguments in asked:
        done = run(project, *arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        if "junit" in arguments:
            assert int(ET.fromstring(done.stdout).get("tests", "0")) >= 5


def test_the_hooks_look_at_every_file_that_a_build_reads(project: Path) -> None:
    for hook in read(project / ".pre-commit-config.yaml")["repos"][0]["hooks"]:
        assert "files" not in hook  # `include` and `source` name files of any folder
        assert not re.search(hook["exclude"], "shared/sdf_project.yaml")
        assert re.search(hook["exclude"], "sdf_project/flows.json")


def test_every_yaml_file_names_a_schema_that_is_there(project: Path) -> None:
    files = [project / "project.yaml", *(project / "specs").glob("*.yaml")]
    assert len(files) == 5
    for file in files:
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text("utf-8"))
        assert named, file
        assert (file.parent / named[1]).is_file()


def test_the_generator_is_pinned(project: Path) -> None:
    assert f"suiteloom[emulator]=={__version__}" in (project / "requirements.txt").read_text()
