"""
Golden trees: each case is a project and every file that is rendered from it.

The library, which is copied, and the list of owned files are left out. After a wanted change:
`SUITELOOM_UPDATE_GOLDEN=1 pytest tests/generator/test_project_golden.py`, then read the diff.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from generator import resources
from generator.project import build
from generator.project.write import STATE

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted((ROOT / "tests/golden/trees").iterdir())
SPECS = ROOT.parent / "shared/design/example-specs"
UPDATE = bool(os.environ.get("SUITELOOM_UPDATE_GOLDEN"))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def built(case: Path, out: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What is rendered from a case, and what is copied from the library."""
    assert build(case / "project", out).written
    library = files(resources.templates() / "suitescript" / "lib")
    rendered, copied = {}, {}
    for path, content in files(out).items():
        inside = path.partition("/lib/")[2]
        (copied if inside in library else rendered)[path] = content
        if inside in library:
            assert content == library[inside], path
    del rendered[STATE]
    return rendered, copied


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_project_gives_its_tree(case: Path, tmp_path: Path) -> None:
    """To the byte: scripts, objects, manifest, bundle, SETUP.md."""
    rendered, copied = built(case, tmp_path)
    assert copied
    expected = case / "expected"
    if UPDATE:
        shutil.rmtree(expected, ignore_errors=True)
        for path, content in rendered.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(content)
        pytest.skip(f"{case.name}: golden tree written anew")
    held = files(expected)
    assert sorted(held) == sorted(rendered)
    for path, content in held.items():
        assert rendered[path].decode() == content.decode(), path


@pytest.mark.skipif(not SPECS.is_dir(), reason="no example specs here")
def test_the_example_specs_are_as_they_stand() -> None:
    """The golden case holds the design's specs unchanged."""
    for path in (ROOT / "tests/golden/trees/example-specs/project/specs").iterdir():
        if path.name.endswith(".test.yaml"):
            continue
        assert path.read_bytes() == (SPECS / path.name).read_bytes(), path.name
