"""
Good values are read by msgspec and mistakes told by pydantic: both must judge alike.

Were msgspec to take what pydantic refuses, a mistake would go unsaid; the other way round, a build
would end in a fault of ours. So every type of the language is given values of every kind, and every
file of the examples and the corpora is bent at random.
"""

from __future__ import annotations

import copy
import os
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UnsetType

from generator.spec.allowed import branches
from generator.spec.inbound import InboundFlow
from generator.spec.model import Model, NotReadError, keys, read_as
from generator.spec.outbound import OutboundFlow
from generator.spec.project import Project
from generator.spec.shared import SharedSpec
from generator.spec.source import read
from generator.spec.trials import TrialFile
from generator.spec.twins import errors_of
from generator.transforms import TRANSFORMS

ROOTS: tuple[type[Model], ...] = (InboundFlow, OutboundFlow, Project, SharedSpec, TrialFile)
TIMES = int(os.environ.get("SUITELOOM_SOAK", "1"))
FOLDERS = ("examples", "tests/golden/correct", "tests/golden/errors", "tests/golden/projects")
ABOVE = Path(__file__).parents[2]


def models() -> list[type[Model]]:
    """Every model, by way of the roots."""
    found: dict[type[Model], None] = dict.fromkeys(ROOTS)
    queue = list(ROOTS)
    while queue:
        for _, one in keys(queue.pop()):
            for inner in _models_in(one.type):
                if inner not in found:
                    found[inner] = None
                    queue.append(inner)
    return list(found)


def _models_in(kind: Any) -> Iterator[type[Model]]:
    for branch in branches(kind):
        if isinstance(branch, type) and issubclass(branch, Model):
            yield branch
        for inner in typing.get_args(branch):
            if typing.get_origin(branch) is not Literal and inner is not ...:
                yield from _models_in(inner)


def types() -> dict[str, Any]:
    """Every model, every type of a transform's argument, and every other type of a key, once."""
    arguments = {n: t.argument for n, t in TRANSFORMS.items() if t.argument and not t.predicate}
    others = {
        re.sub(r"description='(.*?)'", "", repr(one.type)): (f"{model.__name__}.{key}", one.type)
        for model in models()
        for key, one in keys(model)
        if not list(_models_in(one.type))
    }
    return {one.__name__: one for one in models()} | dict(others.values()) | arguments


TYPES = types()

texts = st.sampled_from(
    ["", "a", "a-b", "ab\n", "a\n", "/x", "/x\n", "1", "1.5", "T", "02:30", "2:30", "24:00", "error",
     "skip", "same", "trim", "{", "(", "a..b", "UTC", "Mars/Sea", "US", "ä", "x" * 41, "1234567_SB1",
     "customlist_a", "secret_name", "Secret", "ab" * 32, "UTC\n", "\u0664\u0662", "²", "02:3\u0660"]
) | st.text(max_size=4)  # fmt: skip
numbers = st.sampled_from(
    [0, 1, 2, 3, 15, 16, 50, 51, 1000, 1001, 10080, 86400, 86401, -1, 2**63, 2**70, -(2**65)]
)
floats = st.sampled_from([0.0, -0.0, 0.5, 1.0, 2.0, 50.0, 1e300, float("inf"), float("nan")])
scalars = st.none() | st.booleans() | numbers | floats | texts


def plain(keys_: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys_, inner, max_size=3),
        max_leaves=5,
    )


def near(kind: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that often are of a type, and often nearly."""
    if depth > 3:
        return scalars
    origin = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin is Annotated:
        return near(arguments[0], depth)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (typing.Union, typing.get_origin(int | str)):
        return st.one_of(*(near(one, depth) for one in arguments if one is not UnsetType))
    if origin is tuple:
        return st.lists(near(arguments[0], depth + 1), max_size=2)
    if origin is dict:
        return st.dictionaries(
            st.sampled_from(["a", "prod", ""]), near(arguments[1], depth + 1), max_size=2
        )
    if isinstance(kind, type) and issubclass(kind, Model):
        return st.deferred(lambda: _map(kind, depth))
    simple = {str: texts, int: numbers, float: floats, bool: st.booleans()}
    return simple.get(kind, plain(texts))


def _map(model: type[Model], depth: int) -> st.SearchStrategy[Any]:
    needed = {key: near(one.type, depth + 1) for key, one in keys(model) if one.required}
    more = {key: near(one.type, depth + 1) for key, one in keys(model) if not one.required}
    some = st.lists(st.sampled_from(sorted(more)), max_size=3, unique=True) if more else st.just([])
    return some.flatmap(
        lambda names: st.fixed_dictionaries(needed | {name: more[name] for name in names})
    )


def judged_alike(value: Any, kind: Any) -> bool:
    before = copy.deepcopy(value)
    try:
        read_as(value, kind)
        taken = True
    except NotReadError:
        taken = False
    errors = errors_of(value, kind)
    assert taken == (not errors), (value, errors)
    assert repr(value) == repr(before)  # nan is not equal to itself
    return taken


@pytest.mark.parametrize("name", TYPES)
def test_any_value_is_judged_alike(name: str) -> None:
    @settings(max_examples=20 * TIMES, deadline=None)
    @given(near(TYPES[name]) | plain(texts))
    def judge(value: Any) -> None:
        judged_alike(value, TYPES[name])

    judge()


# --- whole files ---


def _files() -> list[tuple[Any, type[Model]]]:
    found: list[tuple[Any, type[Model]]] = []
    for folder in FOLDERS:
        for path in sorted((ABOVE / folder).rglob("*.yaml")):
            data = read(path, path.name).data
            if isinstance(data, dict) and (kind := _kind(path, data)):
                found.append((data, kind))
    return found


def _kind(path: Path, data: dict[str, Any]) -> type[Model] | None:
    if path.name == "project.yaml":
        return Project
    if path.name.endswith(".test.yaml"):
        return TrialFile
    if "specs" in path.parts:
        return OutboundFlow if data.get("direction") == "outbound" else InboundFlow
    return SharedSpec if "maps" in data or "addresses" in data else None


FILES = _files()


def test_every_file_is_judged_alike() -> None:
    assert len(FILES) > 400
    assert sum(judged_alike(data, kind) for data, kind in FILES) > 300


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in inner:
        yield (*at, key)
        yield from _places(one, (*at, key))


@settings(max_examples=200 * TIMES, deadline=None)
@given(st.data())
def test_a_file_that_is_bent_anywhere_is_judged_alike(data: st.DataObject) -> None:
    original, kind = data.draw(st.sampled_from(FILES))
    value = copy.deepcopy(original)
    for _ in range(data.draw(st.integers(1, 2))):
        places = list(_places(value))
        if not places:
            break
        *path, last = data.draw(st.sampled_from(places))
        around = value
        for part in path:
            around = around[part]
        how = data.draw(st.sampled_from(["put", "drop", "rename", "move"]))
        if how == "put":
            around[last] = data.draw(plain(texts))
        elif how == "drop":
            del around[last]
        elif isinstance(around, dict):
            other = data.draw(
                texts if how == "rename" else st.sampled_from(["from", "value", "ref", "type"])
            )
            around[other] = around.pop(last)
    judged_alike(value, kind)
