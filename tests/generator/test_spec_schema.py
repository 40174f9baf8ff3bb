"""The JSON Schema that editors use says what the loader does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from generator.spec.schema import KINDS, flow_schema, project_schema
from generator.transforms import TRANSFORMS


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


@pytest.mark.parametrize("schema", [flow_schema(), project_schema()], ids=["flow", "project"])
def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    for reference in set(references(schema)):
        at: Any = schema
        for part in reference.removeprefix("#/").split("/"):
            at = at[part]
        assert isinstance(at, dict)


def undescribed(node: Any, kinds: dict[str, Any], at: str = "") -> Iterator[str]:
    """Keys that an editor has nothing to say about."""
    if isinstance(node, dict):
        for name, found in node.get("properties", {}).items():
            kind = kinds.get(found.get("$ref", "").rpartition("/")[2], {})
            if name not in TRANSFORMS and not (found.get("description") or kind.get("description")):
                yield f"{at}.{name}"
        for key, value in node.items():
            yield from undescribed(value, kinds, f"{at}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from undescribed(value, kinds, at)


@pytest.mark.parametrize("schema", [made() for made in KINDS.values()], ids=list(KINDS))
def test_every_key_has_a_description(schema: dict[str, Any]) -> None:
    assert list(undescribed(schema, schema["$defs"])) == []


def test_every_transform_is_offered_with_its_description() -> None:
    offered = flow_schema()["$defs"]["Step"]["anyOf"]
    names = {choice.get("const") or next(iter(choice["properties"])) for choice in offered}
    assert names == set(TRANSFORMS)
    assert all(choice["description"] for choice in offered)


def test_short_forms_are_allowed() -> None:
    body = flow_schema()["$defs"]["InboundFlow"]["properties"]["body"]["additionalProperties"]
    assert {"type": "string"} in body["anyOf"]


def test_maps_of_the_language_are_closed() -> None:
    definitions = flow_schema()["$defs"]
    assert definitions["Rule"]["additionalProperties"] is False
    assert "from" in definitions["Rule"]["properties"]
    assert definitions["InboundFlow"]["properties"]["direction"]["const"] == "inbound"
