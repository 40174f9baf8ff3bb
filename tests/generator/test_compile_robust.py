"""No spec, however broken, makes the compiler fail: it answers with a plan or with an error."""

from __future__ import annotations

import copy
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generator.compile import compile_project
from generator.plan.dump import canonical

TREES = Path(__file__).parents[1] / "golden" / "trees"
PROJECTS = [TREES / "example-specs" / "project", TREES / "corners" / "project"]
ODD: list[Any] = [
    None, "", ".", "$.", "a..b", "x", 0, -1, 3.5, True, [], {}, [None], {"": ""}, {"from": None}, ["x"],
    {"value": None}, {"a": {"b": []}}, "x" * 300, "[", "\u0000", [[["x"]]], {"from": "x", "value": 1},
]  # fmt: skip


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if isinstance(node, dict):
        for key, value in node.items():
            yield from places(value, (*at, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from places(value, (*at, index))


def mutate(data: Any, chance: random.Random) -> Any:
    mutated = copy.deepcopy(data)
    for _ in range(chance.randint(1, 3)):
        *around, last = chance.choice(list(places(mutated)))
        parent = mutated
        for part in around:
            parent = parent[part]
        action = chance.randrange(4)
        if action == 0:
            del parent[last]
        elif action == 1 and isinstance(parent, dict):
            parent[str(last) + "x"] = parent.pop(last)
        else:
            parent[last] = copy.deepcopy(chance.choice(ODD))
        if not mutated:
            return data
    return mutated


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("source", PROJECTS, ids=lambda path: path.parent.name)
def test_a_spec_broken_at_random_ends_in_a_plan_or_an_error(
    source: Path, seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    shutil.copytree(source, tmp_path / "p")
    files = [*sorted((tmp_path / "p").glob("specs/*.yaml")), tmp_path / "p/project.yaml"]
    path = chance.choice(files)
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(mutate(data, chance), default=str), encoding="utf-8")
    plan, found = compile_project(tmp_path / "p")
    assert (plan is None) == any(each.severity == "error" for each in found)
    assert all(each.line >= 1 and each.column >= 1 and each.message for each in found)
    if plan is not None:
        canonical(plan)
