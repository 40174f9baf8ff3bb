"""
The keys of the language as data, for `suiteloom explain` and the reference.

Everything here is read from the JSON Schema, which pydantic makes of the models' twins: names, types,
defaults and descriptions are declared there alone. A `Group` is a map of the language; it is named
after the first place where it can stand (`lines.<sublist>`), and remembers the others.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from generator.spec.diagnose import listed
from generator.spec.schema import flow_schema, project_schema, shared_schema, trial_schema

_NAMED = {
    "body": "<field>", "lines": "<sublist>", "subrecords": "<field>", "key": "<field>",
    "environments": "<environment>", "maps": "<map>", "connections": "<connection>",
    "vars": "<variable>", "fields": "<name>",
}  # fmt: skip
PROJECT = "project.yaml"
_ROOTS = (
    ("InboundFlow", "inbound flow"),
    ("OutboundFlow", "outbound flow"),
    ("SharedSpec", "included file"),
    ("TrialFile", "spec test"),
    ("Project", PROJECT),
)


class Key(Struct, frozen=True):
    """
    One key.

    Args:
        type: in words: `text`, `whole number, 1 to 50`, `map of <field> to text or map`.
        default: as it would be written in YAML; None where there is none.
        inside: the names of the groups that its value holds.
        named: how a name that the user chooses is shown where the value is a map of names.
    """

    name: str
    text: str
    type: str
    required: bool
    default: str | None
    inside: tuple[str, ...]
    named: str | None


class Group(Struct, frozen=True):
    """
    A map of the language.

    Args:
        name: of its model.
        root: the kind of file that it first stands in.
        path: the first place where it stands, without the root; empty for the root itself.
        places: further places, with a key in front where the group holds itself.
    """

    name: str
    root: str
    path: tuple[str, ...]
    places: tuple[str, ...]
    text: str
    keys: tuple[Key, ...]

    @property
    def title(self) -> str:
        """`lines.<sublist>`, or the kind of file."""
        return ".".join(self.path) or self.root


@cache
def groups() -> tuple[Group, ...]:
    """All maps of the language, those of flows before those of project.yaml, outer before inner."""
    schema = _definitions()
    first: dict[str, tuple[str, tuple[str, ...]]] = {}
    places: dict[str, list[str]] = {}
    keys: dict[str, tuple[Key, ...]] = {}
    for root, kind in _ROOTS:
        first[root] = (kind, ())
        queue: deque[tuple[str, tuple[str, ...]]] = deque([(root, ())])
        while queue:
            name, path = queue.popleft()
            keys[name] = tuple(keys_of(schema[name], schema))
            for key in keys[name]:
                at: tuple[str, ...] = (*path, key.name, *([key.named] if key.named else []))
                for inner in key.inside:
                    if inner not in first:
                        first[inner] = (kind, at)
                        queue.append((inner, at))
                    elif first[inner][1] != at:
                        places.setdefault(inner, []).append(".".join(at))
    return tuple(
        Group(
            name,
            kind,
            path,
            tuple(dict.fromkeys(places.get(name, ()))),
            schema[name].get("description", ""),
            keys[name],
        )
        for name, (kind, path) in first.items()
    )


def _definitions() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model, made in (
        ("Project", project_schema()),
        ("SharedSpec", shared_schema()),
        ("TrialFile", trial_schema()),
    ):
        # A step of a test and a step of `apply` have one name; only the first is a map.
        text = json.dumps(made)
        own = json.loads(
            text.replace("#/$defs/Step", "#/$defs/TrialStep") if model == "TrialFile" else text
        )
        inner = own.get("$defs", {})
        if model == "TrialFile":
            inner["TrialStep"] = inner.pop("Step")
        found |= {**inner, model: own}
    flow: dict[str, Any] = flow_schema()["$defs"]
    return found | flow


def find(segments: tuple[str, ...]) -> list[tuple[Group, Key]]:
    """
    The keys that a dotted path names, outermost first.

    The path may start anywhere (`ref.missing`), and may name what a user chooses
    (`lines.item.policy`) or leave it out (`lines.policy`).
    """
    known = {group.name: group for group in groups()}
    found: dict[tuple[str, str], tuple[Group, Key]] = {}
    for group in groups():
        for owner, key in _walk(group, segments, known, 0):
            found.setdefault((owner.name, key.name), (owner, key))
    return sorted(found.values(), key=lambda pair: len(pair[0].path))


def names() -> set[str]:
    """Every key by itself, and with the one around it: what a miss may have meant."""
    known: set[str] = set()
    for group in groups():
        for key in group.keys:
            around = [part for part in group.path if not part.startswith("<")]
            known.add(key.name)
            known.add(".".join([*around[-1:], key.name]))
    return known


def _walk(
    group: Group, segments: tuple[str, ...], known: dict[str, Group], depth: int
) -> Iterator[tuple[Group, Key]]:
    if not segments or depth > 12:
        return
    for key in group.keys:
        if key.name != segments[0]:
            continue
        if len(segments) == 1:
            yield group, key
        for inner in key.inside:
            yield from _walk(known[inner], segments[1:], known, depth + 1)
            if key.named:
                yield from _walk(known[inner], segments[2:], known, depth + 1)


def keys_of(schema: dict[str, Any], known: dict[str, Any]) -> Iterator[Key]:
    """The keys of one map of a JSON Schema; `known` are its definitions."""
    needed = set(schema.get("required", ()))
    for name, found in schema.get("properties", {}).items():
        named = _NAMED.get(name, "<name>") if _is_names(found) else None
        yield Key(
            name=name,
            text=found.get("description") or _text_of(found, known),
            type=_type(found, named) or "anything",
            required=name in needed,
            default=_default(found, name in needed),
            inside=tuple(dict.fromkeys(_inside(found))),
            named=named,
        )


def _text_of(node: dict[str, Any], known: dict[str, Any]) -> str:
    """What the model says of itself: pydantic leaves a key's description out where it says the same."""
    return str(known.get(node.get("$ref", "").rpartition("/")[2], {}).get("description", ""))


def _inside(node: Any) -> Iterator[str]:
    """The models that a value holds, transforms apart."""
    if isinstance(node, dict):
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            if name != "Step":
                yield name
        for key, value in node.items():
            if key in ("anyOf", "oneOf", "items", "additionalProperties"):
                yield from _inside(value)
    elif isinstance(node, list):
        for value in node:
            yield from _inside(value)


def _is_names(node: dict[str, Any]) -> bool:
    if isinstance(node.get("additionalProperties"), dict):
        return True
    return any(_is_names(branch) for branch in node.get("anyOf", ()))


def _type(node: dict[str, Any], named: str | None) -> str:
    if "$ref" in node:
        return "transform" if node["$ref"].endswith("/Step") else "map"
    if "anyOf" in node:
        kinds = [_type(branch, named) for branch in node["anyOf"] if branch.get("type") != "null"]
        if "number" in kinds and "whole number" in kinds:
            kinds.remove("whole number")
        return listed(dict.fromkeys(kinds))
    if "const" in node:
        return _written(node["const"])
    if "enum" in node:
        return listed(_written(value) for value in node["enum"])
    kind = node.get("type")
    if kind == "array":
        return f"list of {_type(node.get('items', {}), named) or 'anything'}"
    if kind == "object":
        inner = node.get("additionalProperties")
        return f"map of {named} to {_type(inner, named)}" if isinstance(inner, dict) else "map"
    if kind in ("integer", "number"):
        return {"integer": "whole number", "number": "number"}[kind] + _range(node)
    return {"string": "text", "boolean": "true or false"}.get(str(kind), "")


def _range(node: dict[str, Any]) -> str:
    least, most = node.get("minimum"), node.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    if node.get("exclusiveMinimum") is not None:
        return f", more than {node['exclusiveMinimum']}"
    return f", at least {least}" if least is not None else ""


def _default(node: dict[str, Any], required: bool) -> str | None:
    value = node.get("default")
    if required or value is None or value in ([], {}, ""):
        return None
    if isinstance(value, dict):
        told = [given for given in value.values() if given is not None]
        return _written(told[0]) if len(told) == 1 and "anyOf" in node else None
    if isinstance(value, list):
        return f"[{', '.join(_written(item) for item in value)}]"
    return _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and not value.replace("-", "").replace("_", "").isalnum():
        return f'"{value}"' if '"' not in value else f"'{value}'"
    return str(value)
