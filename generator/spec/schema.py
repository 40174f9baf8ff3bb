"""JSON Schema of the language, for editors: completion, hover and checks while typing."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from generator.spec.inbound import InboundFlow
from generator.spec.outbound import OutboundFlow
from generator.spec.project import Project
from generator.spec.shared import SharedSpec
from generator.spec.trials import TrialFile
from generator.spec.twins import adapter, twin
from generator.transforms import TRANSFORMS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def flow_schema() -> dict[str, Any]:
    """The schema of a flow file."""
    flows: Any = twin(InboundFlow) | twin(OutboundFlow)
    either: Any = Annotated[flows, Field(discriminator="direction")]
    schema = TypeAdapter(either).json_schema(by_alias=True)
    schema.get("$defs", {}).pop("StepSpec", None)
    schema.setdefault("$defs", {})["Step"] = _step_schema()
    _each_step(schema)
    return {"$schema": DIALECT, "title": "Suiteloom flow", **schema}


def project_schema() -> dict[str, Any]:
    """The schema of project.yaml."""
    schema = twin(Project).model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **schema, "title": "Suiteloom project"}


def shared_schema() -> dict[str, Any]:
    """The schema of a file that flows include."""
    schema = twin(SharedSpec).model_json_schema(by_alias=True)
    schema.get("$defs", {}).pop("StepSpec", None)
    schema.setdefault("$defs", {})["Step"] = _step_schema()
    _each_step(schema)
    return {"$schema": DIALECT, **schema, "title": "Suiteloom shared file"}


def trial_schema() -> dict[str, Any]:
    """The schema of `*.test.yaml`."""
    schema = twin(TrialFile).model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **schema, "title": "Suiteloom spec tests"}


KINDS = {
    "flow": flow_schema,
    "project": project_schema,
    "shared": shared_schema,
    "test": trial_schema,
}
"""By what they are the schemas of; `<kind>-1.json` is each one's file."""


def dump(schema: dict[str, Any]) -> str:
    """A schema as text."""
    return json.dumps(schema, indent=2, ensure_ascii=False)


def _step_schema() -> dict[str, Any]:
    """A transform: bare names of those that need no argument, and a map of one name to its argument."""
    bare: list[dict[str, Any]] = []
    with_argument: list[dict[str, Any]] = []
    for name, transform in TRANSFORMS.items():
        optional = True
        if transform.argument is not None:
            inner: dict[str, Any] = {"$ref": "#/$defs/ConditionSpec"}
            if not transform.predicate:
                inner = adapter(transform.argument).json_schema()
                inner.pop("title", None)
            optional = inner.get("type") == "object" and not inner.get("required")
            optional = optional and not transform.predicate
            with_argument.append(
                {
                    "type": "object",
                    "description": transform.description,
                    "properties": {name: inner},
                    "required": [name],
                    "additionalProperties": False,
                }
            )
        if optional:
            bare.append({"const": name, "description": transform.description})
    return {"anyOf": [*bare, *with_argument]}


def _each_step(node: Any) -> None:
    """Point the items of every `apply` at the transforms."""
    if isinstance(node, dict):
        apply = node.get("properties", {}).get("apply")
        if isinstance(apply, dict) and "items" in apply:
            apply["items"] = {"$ref": "#/$defs/Step"}
        for value in node.values():
            _each_step(value)
    elif isinstance(node, list):
        for value in node:
            _each_step(value)
