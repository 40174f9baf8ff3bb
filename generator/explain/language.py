"""Keys, transforms and codes in plain text, from their declarations."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from generator import codes
from generator.spec import keys
from generator.spec.codes import Code
from generator.transforms import TRANSFORMS
from generator.transforms.model import Transform

WIDTH = 100


def about(subject: str) -> list[str]:
    """Everything in the language that has this name: a code, a transform, a key by its path."""
    said = []
    code = codes.find(re.sub("^[wW](?=\\d{3}$)", "E", subject).upper())
    if code:
        said.append(about_code(code))
    if subject in TRANSFORMS:
        said.append(about_transform(TRANSFORMS[subject]))
    said += [
        about_key(group, key) for group, key in keys.find(tuple(subject.strip(".").split(".")))
    ]
    return said


def names() -> set[str]:
    """All that `about` knows."""
    return {*codes.names(), *TRANSFORMS, *keys.names()}


def about_code(code: Code) -> str:
    """A code with its meaning and examples."""
    parts = [f"{code.code}: {code.title}", wrapped(code.text)]
    if code.wrong:
        parts += ["wrong:\n" + indented(code.wrong), "right:\n" + indented(code.right)]
    return "\n\n".join(parts)


def about_transform(transform: Transform) -> str:
    """A transform with its types and examples."""
    parts = [
        f"{transform.name}: a transform, from {transform.takes} to {transform.gives}",
        wrapped(transform.description),
        "\n".join(indented(example) for example in examples(transform)),
    ]
    return "\n\n".join(parts)


def examples(transform: Transform) -> Iterator[str]:
    """`[{truncate: 5}]  "Rotterdam" -> "Rotte"`, one a line."""
    for example in transform.examples:
        given, result = (_json(value) for value in (example.given, example.result))
        yield f"{step(transform, example.argument)}  {given} -> {result}"


def step(transform: Transform, argument: Any) -> str:
    """A transform as it stands in `apply`."""
    return transform.name if argument is None else f"{{{transform.name}: {flow_style(argument)}}}"


def flow_style(value: Any) -> str:
    """A value as YAML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow_style(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow_style(held) for held in value) + "]"
    if isinstance(value, str) and re.fullmatch("[A-Za-z_][A-Za-z0-9_./-]*", value):
        return value if value not in ("true", "false", "null", "yes", "no") else f'"{value}"'
    return _json(value)


def about_key(group: keys.Group, key: keys.Key) -> str:
    """A key with its type, default and what stands inside."""
    where = ".".join((*group.path, key.name))
    parts = [f"{where}: a key of {_where(group)}", wrapped(key.text)]
    facts = [f"type:     {key.type}"]
    if key.required:
        facts.append("needed:   yes")
    if key.default is not None:
        facts.append(f"default:  {key.default}")
    also = [place for place in group.places if not place.startswith(f"{'.'.join(group.path)}.")]
    if also:
        facts.append(f"also at:  {', '.join(f'{place}.{key.name}' for place in also[:4])}")
    parts.append(
        "\n".join(
            textwrap.fill(fact, WIDTH, initial_indent="  ", subsequent_indent=" " * 12)
            for fact in facts
        )
    )
    known = {each.name: each for each in keys.groups()}
    for inner in key.inside:
        inside = known[inner]
        width = max(len(each.name) for each in inside.keys) + 2
        lines = [
            textwrap.fill(
                f"{each.name:{width}}{each.text}",
                WIDTH,
                initial_indent="    ",
                subsequent_indent=" " * (width + 4),
            )
            for each in inside.keys
        ]
        parts.append(f"  inside, {inside.text[:1].lower()}{inside.text[1:]}\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _where(group: keys.Group) -> str:
    if group.root == keys.PROJECT:
        return group.root
    return f"{'an' if group.root[0] in 'aeiou' else 'a'} {group.root}"


def wrapped(text: str, indent: str = "  ") -> str:
    """A paragraph in lines that can be read."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def indented(text: str) -> str:
    """Lines as they are, moved in."""
    return textwrap.indent(text, "    ")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
