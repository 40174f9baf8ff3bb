"""What an SDF object may hold: `sdf_objects.toml` read, and an element checked against it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from generator.catalog.sdf import Element

_FILE = re.compile(r"\[/[^\[\]]+\]")
# Of another SuiteApp or bundle with its id before (help topic "Syntax Guidelines and Reference
# Formats for SDF Custom Objects").
_REFERENCE = re.compile(r"\[(?:(?:appid|bundleid|type)=[^,\]]+, ?)*scriptid=[a-z0-9_.]+\]")
# Help topic "Date and Time Formats in SDF Custom Objects".
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d:\d\dZ?")
# An id that stands without its brackets: no list of standard values has one.
_BARE = re.compile(r"(cust|cseg|val_)[a-z0-9_.]*")
# Elements that hold values by the ids of parameters and fields.
_OPEN = ("scriptdeployment", "instance")
_SCRIPT_ID = re.compile(r"[a-z0-9_]+")


class Fault(Struct, frozen=True):
    """
    What an element has that its object type does not allow, or lacks.

    `kind`: an unknown element, a required one that is missing, a value, a choice from a list, its
    length, or the form of a script id.
    """

    element: Element
    kind: Literal["unknown", "required", "value", "choice", "length", "id"]
    message: str


class Leaf(Struct, frozen=True):
    """An element or attribute without children; `enums` names the lists its value may be from."""

    kind: str
    enums: tuple[str, ...] = ()
    required: bool = False
    length: int | None = None
    several: bool = False
    attribute: bool = False


class Group(Struct, frozen=True):
    """An element with children; `many` are the children that may occur many times."""

    children: Mapping[str, Leaf | Group]
    many: frozenset[str] = field(default_factory=frozenset)


class Schema(Struct, frozen=True):
    """All object types by XML root, and the enums."""

    objects: Mapping[str, Group]
    enums: Mapping[str, frozenset[str]]


@cache
def schema() -> Schema:
    """The schema, read once per process."""
    path = Path(__file__).parent / "sdf_objects.toml"
    with path.open("rb") as file:
        data = tomllib.load(file)
    return Schema(
        {name: _group(table, data["sets"]) for name, table in data["objects"].items()},
        {name: frozenset(values.split()) for name, values in data["enums"].items()},
    )


def _group(table: Mapping[str, Any], sets: Mapping[str, Any]) -> Group:
    children: dict[str, Leaf | Group] = {}
    many: set[str] = set()
    for used in table.get("use", ()):
        group = _group(sets[used], sets)
        children.update(group.children)
        many |= group.many
    for name, value in table.items():
        if name == "use":
            continue
        plain = name.removesuffix("[]")
        if plain != name:
            many.add(plain)
        children[plain] = _leaf(value) if isinstance(value, str) else _group(value, sets)
    return Group(children, frozenset(many))


def _leaf(notation: str) -> Leaf:
    words = notation.split()
    enums = tuple(word[1:] for word in words if word.startswith("="))
    length = next((int(word[1:]) for word in words if word.startswith("#")), None)
    kind = words[0] if not words[0].startswith("=") else "enum"
    return Leaf(kind, enums, "!" in words, length, "|" in words, "@" in words)


def check(element: Element, group: Group, where: str, free: frozenset[str]) -> Iterator[Fault]:
    """
    Everything in an element that its object type does not allow.

    `free` are element names allowed in a script deployment, the script's own parameters, and in an
    instance of a custom record type, its own fields.
    """
    for name, value in element.attrib.items():
        leaf = group.children.get(name)
        if not isinstance(leaf, Leaf) or not leaf.attribute:
            yield Fault(element, "value", f"{where}: unknown attribute {name}")
        else:
            yield from _value(element, value, leaf, f"{where}@{name}")
            if name == "scriptid" and not _SCRIPT_ID.fullmatch(value):
                yield Fault(
                    element,
                    "id",
                    f"{where}: '{value}' may hold lower-case letters, digits and _ only",
                )
    seen: set[str] = set()
    for child in element:
        place = f"{where}/{child.tag}"
        known = group.children.get(child.tag)
        if known is None or (isinstance(known, Leaf) and known.attribute):
            if not (element.tag in _OPEN and child.tag in free):
                yield Fault(child, "unknown", f"{place}: unknown element")
            continue
        if child.tag in seen and child.tag not in group.many:
            yield Fault(child, "value", f"{place}: occurs more than once")
        seen.add(child.tag)
        if isinstance(known, Group):
            own = child.get("scriptid")
            yield from check(child, known, f"{place}[{own}]" if own else place, free)
        else:
            yield from _value(child, (child.text or "").strip(), known, place)
            if len(child):
                yield Fault(child, "value", f"{place}: may not hold elements")
    for name, leaf_ in group.children.items():
        if not isinstance(leaf_, Leaf) or not leaf_.required:
            continue
        there = name in element.attrib if leaf_.attribute else _filled(element, name)
        if not there:
            yield Fault(element, "required", f"{where}: {name} is required")


def _filled(element: Element, name: str) -> bool:
    return bool((element.findtext(name) or "").strip())


def _value(element: Element, value: str, leaf: Leaf, where: str) -> Iterator[Fault]:
    if not value:
        return
    # A reference stands for a text of a translation collection, whose length is not known here.
    if leaf.length is not None and len(value) > leaf.length and not _REFERENCE.fullmatch(value):
        yield Fault(
            element, "length", f"{where}: '{value}' is longer than {leaf.length} characters"
        )
    parts = value.split("|") if leaf.several else [value]
    match leaf.kind:
        case "bool" if value not in ("T", "F"):
            yield Fault(element, "value", f"{where}: '{value}' is not T or F")
        case "int" if not re.fullmatch(r"-?\d+", value):
            yield Fault(element, "value", f"{where}: '{value}' is no whole number")
        case "date" if not _DATE.fullmatch(value):
            yield Fault(element, "value", f"{where}: '{value}' is no date; write yyyy-MM-dd")
        case "time" if not _TIME.fullmatch(value):
            yield Fault(element, "value", f"{where}: '{value}' is no time; write HH:mm:00Z")
        case "file" if not _FILE.fullmatch(value):
            yield Fault(
                element,
                "value",
                f"{where}: '{value}' is no file reference; write [/SuiteScripts/...]",
            )
        case "enum" | "ref":
            for part in parts:
                yield from _choice(element, part, leaf, where)


def _choice(element: Element, value: str, leaf: Leaf, where: str) -> Iterator[Fault]:
    known = schema().enums
    if any(value in known[name] for name in leaf.enums):
        return
    if leaf.kind == "ref" and (_REFERENCE.fullmatch(value) or not leaf.enums):
        return
    if leaf.kind == "ref" and _BARE.fullmatch(value):
        yield Fault(
            element, "value", f"{where}: '{value}' is no reference; write [scriptid={value}]"
        )
        return
    expected = " or [scriptid=...]" if leaf.kind == "ref" else ""
    yield Fault(
        element, "choice", f"{where}: '{value}' is not one of {', '.join(leaf.enums)}{expected}"
    )
