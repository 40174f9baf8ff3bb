"""
Paths against the JSON Schema of the source, or against its sample.

Schemas rarely list everything, so a path that is not in it is a warning. What the schema leaves
open (no properties, a reference to elsewhere) is taken as known. A sample lists even less: only
what is nearly one of its names is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from generator.compile import samples
from generator.compile.context import FlowContext, Place
from generator.compile.inputs import exists, inside
from generator.compile.types import DATES, NUMBERS, article
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.fields import (
    ConditionSpec,
    CreateSpec,
    KeySpec,
    LinesSpec,
    PartSpec,
    Rule,
    StepSpec,
    SubrecordSpec,
)
from generator.spec.inbound import InboundFlow
from generator.spec.source import Loc
from generator.transforms.arguments import split_path

_JSON_KINDS = {"string": "text", "integer": "number", "array": "list"}
_HEADLESS = "a file without a header, whose columns are 1, 2, 3, ..."
_COLUMNS = 1000  # of a file without a header, where no sample says how many
_DEPTH = 8  # of references in a schema that lead to each other


class Shape(Struct, frozen=True):
    """A place in the document: the parts of the schema that describe it, none where it is open."""

    root: Any
    nodes: tuple[Mapping[str, Any], ...]

    def names(self) -> dict[str, Any]:
        """The properties that are listed, by name."""
        found: dict[str, Any] = {}
        for node in self.nodes:
            properties = node.get("properties")
            if isinstance(properties, dict):
                found.update(properties)
        return found

    def step(self, name: str) -> Shape | None:
        """The place behind a name; None where the schema lists others and not this one."""
        listed = self.names()
        if name in listed:
            return Shape(self.root, tuple(_spread(self.root, listed[name])))
        open_ = not listed or any(
            node.get("additionalProperties") not in (None, False) or "patternProperties" in node
            for node in self.nodes
        )
        return Shape(self.root, ()) if open_ else None

    def is_list(self) -> bool:
        """Whether the schema describes elements and no properties."""
        return any("items" in node for node in self.nodes) and not self.names()

    def kind(self) -> str | None:
        """`object`, `list`, `text`, `number` or `boolean` where the schema says one; null beside it counts not."""
        if self.is_list():
            return "list"
        if self.names():
            return "object"
        named: set[str] = set()
        for node in self.nodes:
            given = node.get("type")
            named.update([given] if isinstance(given, str) else given or ())
        kinds = {_JSON_KINDS.get(name, name) for name in named - {"null"}}
        return kinds.pop() if len(kinds) == 1 else None

    def element(self) -> Shape:
        """The elements of a list; a place that is no list is its own only element."""
        items = [node["items"] for node in self.nodes if isinstance(node.get("items"), dict)]
        if not items:
            return self
        return Shape(self.root, tuple(part for item in items for part in _spread(self.root, item)))


def _spread(root: Any, node: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """A schema with everything that it is combined of."""
    if not isinstance(node, dict) or depth > _DEPTH:
        return
    yield node
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        target = root
        for part in reference[1:].split("/")[1:]:
            target = target.get(part) if isinstance(target, dict) else None
        yield from _spread(root, target, depth + 1)
    for key in ("allOf", "anyOf", "oneOf"):
        for branch in node.get(key) or ():
            yield from _spread(root, branch, depth + 1)


class Known(Struct, frozen=True):
    """What is known of the documents: their shape, by which file, and whether that lists all of it."""

    shape: Shape
    file: str
    whole: bool


def check_document(context: FlowContext, spec: InboundFlow) -> None:
    """Warn about paths of an inbound flow that its schema, or a sample where it has none, speaks against."""
    known = _load(context, spec)
    if known is None:
        return
    after = "before_map may add it" if spec.hooks and spec.hooks.before_map else None
    shape = known.shape
    walk = _Walk(known, None, {})
    place = context.place
    if not spec.source.fetch:  # these read what came in, the schema describes what is fetched
        walk.path(spec.source.id_path, place / "source" / "id_path", shape)
    if spec.via.restlet and not spec.source.fetch:
        walk.path(spec.via.restlet.serialize_by, place / "via" / "restlet" / "serialize_by", shape)
    form = spec.via.file.csv if spec.via.file else None
    if form and form.group_by:
        at = place / "via" / "file" / "csv" / "group_by"
        walk.path(f'["{form.group_by}"]', at, shape)
    walk.condition(spec.accept, place / "accept", shape)
    walk.key(spec.key, place / "key", shape)
    mapped = _Walk(known, after, context.types)
    if spec.transform_from:
        mapped.rule(spec.transform_from.id, place / "transform_from" / "id", shape)
    mapped.rules(spec.body, place / "body", shape)
    for name, lines in spec.lines.items():
        mapped.lines(lines, place / "lines" / name, shape)
    for name, subrecord in spec.subrecords.items():
        mapped.subrecord(subrecord, place / "subrecords" / name, shape)


def _load(context: FlowContext, spec: InboundFlow) -> Known | None:
    """The schema; without one the sample, which shows a document and not all that can be in it."""
    path = spec.source.schema_
    if path is None:
        return _sample(context, spec)
    file = inside(context.project.folder, path)
    if file is None or not exists(file):
        return None
    place = context.place / "source" / "schema"
    try:
        root = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as fault:
        place.error("E414", f"'{path}' is no JSON: {fault}")
        return None
    except RecursionError:
        place.error("E414", f"'{path}' is nested too deeply to be read")
        return None
    known = Known(Shape(root, tuple(_spread(root, root))), path, whole=True)
    if spec.source.items is None or spec.source.fetch:
        return known
    at = context.place / "source" / "items"
    items = _Walk(known, None, {}).path(spec.source.items, at, known.shape)
    return Known(items.element(), path, whole=True) if items else None


def _sample(context: FlowContext, spec: InboundFlow) -> Known | None:
    path = spec.source.sample
    file = inside(context.project.folder, path) if path else None
    form = spec.via.file.csv if spec.via.file else None
    if path is None and form and not form.header and not form.group_by:
        columns = samples.numbered(_COLUMNS)
        return Known(Shape(columns, (columns,)), _HEADLESS, whole=True)
    if path is None or file is None or not exists(file):
        return None
    schema = samples.from_csv(file, form) if form else samples.from_json(file)
    if schema is None:
        return None
    shape: Shape | None = Shape(schema, tuple(_spread(schema, schema)))
    for segment in _segments(spec.source.items):
        shape = shape.step(segment) if shape else None
    if shape is None:  # the sample is one of the documents, not the call
        shape = Shape(schema, tuple(_spread(schema, schema)))
    return Known(shape.element(), path, whole=form is not None)


def _segments(path: str | None) -> tuple[str, ...]:
    try:
        return split_path(path.removeprefix("$.")) if path else ()
    except ValueError:
        return ()


_OTHER_DOTS = re.compile(r"/|->")
_LITERAL_KINDS = {str: "text", int: "number", float: "number", bool: "boolean"}


def _shown(literal: Any) -> str:
    if isinstance(literal, bool):
        return "true" if literal else "false"
    return f"the text '{literal}'" if isinstance(literal, str) else f"the number {literal}"


class _Walk(Struct, frozen=True):
    known: Known
    advice: str | None
    kinds: Mapping[Loc, str]

    @property
    def file(self) -> str:
        """The schema or sample, as the spec names it."""
        return self.known.file

    def path(self, text: str | None, place: Place, here: Shape) -> Shape | None:
        """The place behind a path; None where it is wrong, and then reported."""
        if not text:
            return None
        root = text == "$" or text.startswith("$.")
        rest = text[2:] if root else text
        at = self.known.shape if root else here
        if rest in ("", "."):
            return at
        try:
            segments = split_path(rest)
        except ValueError:
            return None
        for index, segment in enumerate(segments):
            if at.is_list():
                what = f"'{segments[index - 1]}'" if index else "this place"
                advice = f"take the elements' values with  apply: [{{pluck: {segment}}}]"
                place.warn("E124", f"{what} is a list in {self.file}", advice)
                return None
            found = at.step(segment)
            if found is None:
                moved = None if index else self._moved(rest, segments, here, root=root)
                self._missing(segment, at, place, moved)
                return None
            at = found
        return at

    def _moved(
        self, path: str, segments: tuple[str, ...], here: Shape, *, root: bool
    ) -> str | None:
        """What to write where a path begins at the wrong end: in the element, or in the document."""
        top = self.known.shape
        if here == top:
            return None
        inner = here.names()
        if root:
            return f"it is in this place: write  {path}" if segments[0] in inner else None
        if segments[0] not in top.names():
            return None
        if len(segments) > 1 and segments[1] in inner:
            return f"a path begins in its place: write  {path.partition('.')[2]}"
        return f"a path begins in its place, and the document has this one: write  $.{path}"

    def _missing(self, segment: str, at: Shape, place: Place, moved: str | None) -> None:
        if moved:
            place.warn("E124", f"'{segment}' is not in this place of {self.file}", moved)
            return
        names = [*at.names(), *self._mapped()] if place.loc[-2:-1] == ("by",) else at.names()
        dotted = _OTHER_DOTS.sub(".", segment)
        literal = f'a literal is {{value: "{segment}"}}' if " " in segment else None
        meant = samples.misspelt(segment, names)
        if dotted != segment and dotted.partition(".")[0] in names:
            meant = dotted
        if meant is None and literal is None and not self.known.whole:
            return
        hint = f"; did you mean '{meant}'?" if meant else did_you_mean(segment, names)
        advice = None if hint else literal
        place.warn("E124", f"'{segment}' is not in {self.file}{hint}", advice or self.advice)

    def _mapped(self) -> frozenset[str]:
        """Fields that are mapped: a compound key may take their ids."""
        return frozenset(str(loc[-1]) for loc in self.kinds)

    def rules(self, rules: Mapping[str, Rule], place: Place, here: Shape) -> None:
        for name, rule in rules.items():
            self.rule(rule, place / name, here)

    def rule(self, rule: Rule, place: Place, here: Shape) -> None:
        at = self.part(rule, place, here)
        plain = all(step.name in ("first", "last", "trim") for step in rule.apply)
        if at and rule.from_ and plain and not rule.map and not rule.ref:
            self._fits(at, rule, place)
        self.condition(rule.when, place / "when", here)
        if rule.ref and isinstance(rule.ref.by, dict):
            for column, text in rule.ref.by.items():
                if isinstance(text, str) and text not in self._mapped():
                    self.path(text, place / "ref" / "by" / column, here)
        if rule.ref and rule.ref.create:
            self._create(rule.ref.create, place / "ref" / "create", here)

    def _create(self, spec: CreateSpec, place: Place, here: Shape) -> None:
        self.key(spec.key, place / "key", here)
        self.rules(spec.body, place / "body", here)

    def key(self, spec: KeySpec | None, place: Place, here: Shape) -> None:
        if spec is None:
            return
        self.path(spec.from_, place / "from", here)
        for index, part in enumerate(spec.concat or ()):
            self.part(part, place / "concat" / index, here)

    def _fits(self, shape: Shape, rule: Rule, place: Place) -> None:
        """A value of the schema's type against the field that takes it, where neither is open."""
        kind = shape.kind()
        field = self.kinds.get(place.loc)
        at = place / "from" if place.source.has((*place.loc, "from")) else place
        name, path = place.loc[-1], rule.from_
        if field is None or kind is None:
            return
        if kind == "object":
            inner = [f"{path}.{each}" for each in list(shape.names())[:4]]
            advice = f"name a value inside: {listed(inner)}" if inner else None
            at.warn(
                "E125", f"'{path}' is an object in {self.file}; '{name}' takes one value", advice
            )
        elif kind == "list" and field != "multiselect":
            at.warn(
                "E125",
                f"'{path}' is a list in {self.file}; '{name}' takes one value",
                'add  apply: [first]  or  [{join: ", "}]',
            )
        elif kind == "boolean" and (field in NUMBERS or field in DATES or field == "email"):
            at.warn(
                "E125", f"'{path}' is true or false in {self.file}; '{name}' is {article(field)}"
            )

    def part(self, part: PartSpec, place: Place, here: Shape) -> Shape | None:
        """The place behind a value's path and transforms, None where that is not known."""
        at = self.path(part.from_, place / "from", here)
        for kind in ("concat", "coalesce"):
            for index, inner in enumerate(getattr(part, kind) or ()):
                self.part(inner, place / kind / index, here)
        for index, step in enumerate(part.apply):
            if at is None:
                return None
            at = self._step(step, place / "apply" / index / step.name, at)
        return at

    def _step(self, step: StepSpec, place: Place, at: Shape) -> Shape | None:
        if step.name == "pluck" and isinstance(step.argument, str):
            return self.path(step.argument, place, at.element())
        if step.name == "where" and isinstance(step.argument, dict):
            path = step.argument.get("path")
            if isinstance(path, str):
                self.path(path, place / "path", at.element())
        elif step.name in ("first", "last"):
            return at.element()
        return at

    def condition(self, spec: ConditionSpec | None, place: Place, here: Shape) -> None:
        if spec is None:
            return
        at = self.path(spec.path, place / "path", here)
        if at:
            self._compares(spec, at.kind(), place)
        self.condition(spec.not_, place / "not", here)
        for kind, members in (("all", spec.all_), ("any", spec.any_)):
            for index, member in enumerate(members or ()):
                self.condition(member, place / kind / index, here)

    def _compares(self, spec: ConditionSpec, kind: str | None, place: Place) -> None:
        """Equality is strict: a text is never a number."""
        for operator in ("equals", "not_equals", "in", "not_in"):
            given = getattr(spec, "in_" if operator == "in" else operator)
            many = operator in ("in", "not_in")
            for index, literal in enumerate(given or () if many else [given]):
                found = _LITERAL_KINDS.get(type(literal))
                if kind in ("text", "number", "boolean") and found and found != kind:
                    at = place / operator / index if many else place / operator
                    what = "true or false" if kind == "boolean" else article(kind)
                    at.warn(
                        "E125", f"'{spec.path}' is {what} in {self.file}, never {_shown(literal)}"
                    )

    def lines(self, spec: LinesSpec, place: Place, here: Shape) -> None:
        at = self.path(spec.from_, place / "from", here)
        if at is None:
            return
        element = at.element()
        self.condition(spec.when, place / "when", element)
        self.rules(spec.key or {}, place / "key", element)
        self.rules(spec.body, place / "body", element)
        for name, subrecord in spec.subrecords.items():
            self.subrecord(subrecord, place / "subrecords" / name, element)

    def subrecord(self, spec: SubrecordSpec, place: Place, here: Shape) -> None:
        self.condition(spec.when, place / "when", here)
        at = self.path(spec.from_, place / "from", here) if spec.from_ else here
        if at is None:
            return
        self.rules(spec.body, place / "body", at)
        for name, lines in spec.lines.items():
            self.lines(lines, place / "lines" / name, at)
