"""The page of every transform."""

from __future__ import annotations

import json
from typing import Any

from generator.explain.language import step
from generator.reference.markdown import NOTE, anchor, code, table
from generator.spec.twins import adapter
from generator.transforms import TRANSFORMS
from generator.transforms.model import Transform

_HEAD = f"""\
{NOTE}

# Every transform

`apply` is a list of transforms, done in order. One without an argument is a name, `trim`; one with an argument a map of its name,
`{{truncate: 45}}`. Text transforms go over lists, element by element. Nothing stays nothing, unless it is said otherwise.
"""


def page() -> str:
    """docs/reference/transforms.md."""
    rows = [
        (f"[{code(name)}](#{anchor(name)})", each.takes, each.gives, each.description)
        for name, each in TRANSFORMS.items()
    ]
    parts = [_HEAD, table(("transform", "takes", "gives", "meaning"), rows), ""]
    parts += [_one(each) for each in TRANSFORMS.values()]
    return "\n".join(parts).rstrip() + "\n"


def _one(transform: Transform) -> str:
    rows = [
        (
            code(step(transform, example.argument)),
            code(_json(example.given)),
            code(_json(example.result)),
        )
        for example in transform.examples
    ]
    argument = _argument(transform)
    about = f"{transform.description} From {transform.takes} to {transform.gives}."
    return "\n".join(
        [
            f"## {transform.name}\n",
            f"{about}{f' {argument}' if argument else ''}\n",
            f"{table(('apply', 'given', 'gives'), rows)}\n",
        ]
    )


def _argument(transform: Transform) -> str:
    if transform.predicate:
        return "Its argument is a [condition](language.md#accept)."
    if transform.argument is None:
        return ""
    schema = adapter(transform.argument).json_schema()
    if "properties" not in schema:
        return f"Its argument is {_kind(schema)}."
    needed = schema.get("required", ())
    keys = [
        f"{code(name)} ({'needed' if name in needed else 'optional'}): {found['description']}"
        for name, found in schema["properties"].items()
    ]
    return f"Its argument is a map. {' '.join(keys)}"


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return "a number"
    kind = {"string": "text", "integer": "a whole number"}[schema["type"]]
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f"{kind}, {least} to {most}"
    return kind if least is None else f"{kind}, at least {least}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
