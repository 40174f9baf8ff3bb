"""The reference names everything that the language has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.spec.schema import flow_schema, project_schema

PAGE = (Path(__file__).parents[2] / "docs" / "spec.md").read_text(encoding="utf-8")
CODE = re.findall(r"`([^`]+)`", re.sub(r"```+", "`", PAGE))
WORDS = set(re.findall(r"[A-Za-z_0-9]+", " ".join(CODE)))


PLAIN = {"POST", "PUT", "PATCH", "DELETE", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}


def words_of(node: Any) -> Iterator[str]:
    """Keys and allowed values in a JSON Schema."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        yield from (value for value in node.get("enum", ()) if isinstance(value, str))
        for key, value in node.items():
            if key != "properties":
                yield from words_of(value)
        for value in node.get("properties", {}).values():
            yield from words_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from words_of(value)


@pytest.mark.parametrize("schema", [flow_schema(), project_schema()], ids=["flow", "project"])
def test_every_key_and_value_of_the_language_is_in_the_reference(schema: dict[str, Any]) -> None:
    schema["$defs"].pop("Step", None)
    asked = {word for word in words_of(schema) if word.isidentifier() and word not in PLAIN}
    assert asked - WORDS == set()
