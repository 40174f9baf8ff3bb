"""
Mistakes made by a machine: every key, id, type, reference and transform of a spec misspelt, dropped and swapped once.

    specs of the examples ─► mutations(text) ─► one compile each ─► found | elsewhere | missed

A mutation changes one place of the text and leaves every other line where it is. It is *found* when
the compiler reports something new on that line (for what was dropped: anywhere in the map or list
that it was dropped from), found *elsewhere* when something new is reported on other lines only, and
*missed* when nothing new is reported at all. `docs/mutations.md` lists what is missed and why.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from generator.compile import compile_project
from generator.transforms import TRANSFORMS

How = Literal["misspelt", "dropped", "swapped"]
Outcome = Literal["found", "elsewhere", "missed"]
Loc = tuple[str | int, ...]

# What a scalar under one of these keys is.
_VALUES = {
    **dict.fromkeys(("from", "path", "id_path", "serialize_by", "items"), "path"),
    **dict.fromkeys(("text", "field", "changed"), "field id"),
    **dict.fromkeys(("map", "var", "connection", "secret"), "name"),
    **dict.fromkeys(("hook", "before_map", "after_map", "before_save", "after_save"), "hook"),
    **dict.fromkeys(("module", "schema", "sample"), "file"),
    "record": "record type",
    "by": "column",
    "type": "type",
    "apply": "transform",
    "answer": "field id",
    "features": "feature",
    **dict.fromkeys(
        (
            "direction", "write", "save", "policy", "unmatched", "missing", "empty", "on", "cache", "ambiguous",
            "encoding", "deliver", "method", "otherwise", "days", "timezone", "region", "contexts_excluded",
        ),
        "choice",
    ),
}  # fmt: skip
# What the keys of a map under one of these keys are; the keys of other maps are the language's own.
_KEYS = {
    "body": "field id",
    "payload": "JSON name",
    "fields": "JSON name",
    "lists": "JSON name",
    "lines": "sublist id",
    "subrecords": "subrecord id",
    "maps": "name",
    "values": "map entry",
    "answer": "JSON name",
    "vars": "name",
    "connections": "name",
    "environments": "name",
}
# Free text and numbers are right whatever they are.
_FREE = frozenset(("title", "system", "event", "owner", "project", "prefix", "spec", "suiteql"))


@dataclass(frozen=True, slots=True)
class Mutation:
    """
    One change of a text.

    `what` is changed and `how`, at `loc` of the file; `edits` are replaced parts of the text
    (start, end, new text), `lines` the first and the last line on which a message counts as found.
    """

    file: str
    loc: Loc
    what: str
    how: How
    was: str
    now: str
    edits: tuple[tuple[int, int, str], ...]
    lines: tuple[int, int]

    @property
    def name(self) -> str:
        """Which one it is, without a line number, so that it stays the same when lines move."""
        place = ".".join(str(part) for part in self.loc)
        change = f"{self.was} -> {self.now}" if self.now else self.was
        return f"{self.file} {place}: {self.how} {self.what} {change}"

    def apply(self, text: str) -> str:
        """The text with the change."""
        for start, end, new in sorted(self.edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def mutations(file: str, text: str) -> list[Mutation]:
    """All mutations of one file, in the order of the text."""
    root = YAML().compose(text)
    assert isinstance(root, MappingNode)
    return sorted(_Mutator(file, text).of(root), key=lambda one: (one.edits[0][0], one.how))


def misspelt(word: str) -> str:
    """Two letters of the word exchanged, or the last one doubled where that changes nothing."""
    letters = [i for i in range(1, len(word) - 1) if word[i].isalnum() and word[i + 1].isalnum()]
    middle = sorted(letters, key=lambda i: abs(i - len(word) // 2))
    for i in middle:
        if word[i] != word[i + 1]:
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    return word + word[-1]


class _Mutator:
    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text

    def of(self, node: Node, loc: Loc = ()) -> Iterator[Mutation]:
        if isinstance(node, MappingNode):
            yield from self._mapping(node, loc)
        elif isinstance(node, SequenceNode):
            yield from self._sequence(node, loc)

    def _mapping(self, node: MappingNode, loc: Loc) -> Iterator[Mutation]:
        pairs = [(key, value) for key, value in node.value if isinstance(key, ScalarNode)]
        sort = _keys_of(loc)
        for index, (key, value) in enumerate(pairs):
            at = (*loc, key.value)
            if key.value in _FREE and len(loc) < 2:
                continue
            what = sort or "key"
            yield self._replaced(at, what, "misspelt", key, misspelt(key.value))
            yield self._dropped(at, what, node, key, value, key.value)
            after = pairs[(index + 1) % len(pairs)][0]
            if sort and after is not key:
                yield self._exchanged(at, what, key, after)
            if isinstance(value, ScalarNode):
                yield from self._scalar(value, at)
            else:
                yield from self.of(value, at)

    def _sequence(self, node: SequenceNode, loc: Loc) -> Iterator[Mutation]:
        for index, value in enumerate(node.value):
            at = (*loc, index)
            if isinstance(value, ScalarNode):
                yield from self._scalar(value, at)
                if _value_of(at):
                    yield self._dropped(at, _value_of(at), node, value, value, value.value)
            elif _value_of(at) == "transform" and isinstance(value, MappingNode):
                ((name, argument),) = value.value
                yield from self._scalar(name, at)
                yield self._dropped(at, "transform", node, value, value, name.value)
                yield from self.of(argument, (*at, name.value))
            else:
                yield from self.of(value, at)

    def _scalar(self, node: ScalarNode, loc: Loc) -> Iterator[Mutation]:
        what = _value_of(loc)
        if not what or not any(c.isalpha() for c in node.value):
            return
        yield self._replaced(loc, what, "misspelt", node, misspelt(node.value))
        other = _other(what, node.value, self._text)
        if other:
            yield self._replaced(loc, what, "swapped", node, other)

    # --- edits ---

    def _replaced(self, loc: Loc, what: str, how: How, node: ScalarNode, new: str) -> Mutation:
        start, end = node.start_mark.index, node.end_mark.index
        written = self._text[start:end]
        quoted = written[:1] in ("'", '"')
        text = f"{written[0]}{new}{written[0]}" if quoted else new
        line = node.start_mark.line + 1
        return Mutation(
            self._file, loc, what, how, node.value, new, ((start, end, text),), (line, line)
        )

    def _exchanged(self, loc: Loc, what: str, one: ScalarNode, other: ScalarNode) -> Mutation:
        spans = [(node.start_mark.index, node.end_mark.index) for node in (one, other)]
        texts = [self._text[start:end] for start, end in spans]
        edits = tuple((*span, text) for span, text in zip(spans, reversed(texts), strict=True))
        lines = sorted(node.start_mark.line + 1 for node in (one, other))
        return Mutation(
            self._file, loc, what, "swapped", one.value, other.value, edits, (lines[0], lines[1])
        )

    def _dropped(
        self, loc: Loc, what: str, around: Node, first: Node, last: Node, name: str
    ) -> Mutation:
        start, end = first.start_mark.index, self._end(last)
        if around.flow_style:
            rest = self._text[end:]
            if rest.lstrip().startswith(","):
                end += rest.index(",") + 1
            else:
                before = self._text[:start].rstrip()
                start = len(before) - 1 if before.endswith(",") else start
            edits = ((start, end, _breaks(self._text[start:end])),)
        else:
            start = self._text.rindex("\n", 0, start) + 1 if "\n" in self._text[:start] else 0
            edits = ((start, end, _breaks(self._text[start:end])),)
        lines = around.start_mark.line, self._text.count("\n", 0, self._end(around)) + 1
        return Mutation(self._file, loc, what, "dropped", name, "", edits, lines)

    def _end(self, node: Node) -> int:
        """Where a node really ends: a block goes on to the next token."""
        if isinstance(node, ScalarNode) or node.flow_style:
            return int(node.end_mark.index)
        if not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)


def _breaks(text: str) -> str:
    return "\n" * text.count("\n")


def _keys_of(loc: Loc) -> str | None:
    """What the keys of the map at `loc` are; None for keys of the language."""
    if not loc or not isinstance(loc[-1], str):
        return None
    if loc[-1] == "key" and len(loc) > 1:
        return "field id" if "lines" in loc else None
    if loc[-1] == "by":
        return "column"
    if loc[0] == "lists" and loc[2:] == ("fields",):
        return "JSON name"
    if len(loc) > 1 and loc[-2] in _KEYS:
        return None  # a field, list or map that is called `body` or `lines`
    return _KEYS.get(loc[-1])


def _value_of(loc: Loc) -> str:
    """What the scalar at `loc` is; nothing where any text is right."""
    names = [part for part in loc if isinstance(part, str)]
    if not names:
        return ""
    last = names[-1]
    if isinstance(loc[-1], int) and last in ("concat", "coalesce"):
        return "path" if "payload" not in names else "field id"
    above = names[-2] if len(names) > 1 else ""
    if above == "target" and last == "path":
        return ""  # an address
    if above in ("body", "by") or (above == "key" and "lines" in names):
        return "path"  # the short form
    if above in ("payload", "fields", "answer"):
        return "field id"
    if above == "values":
        return ""
    if names[0] in ("payload", "lists") and last == "from":
        return "field id" if len(names) > 3 or names[0] == "payload" else "sublist id"
    return _VALUES.get(last, "")


_SWAPS: Mapping[str, Sequence[str]] = {
    "record type": ("customer", "salesorder", "item", "location"),
    "column": ("externalid", "name", "itemid"),
    "type": ("date", "currency", "boolean", "text"),
    "transform": tuple(sorted(TRANSFORMS)),
}


def _other(what: str, value: str, text: str) -> str | None:
    """Another thing of the same sort, always the same one."""
    if what == "transform":
        names = _SWAPS[what]
        return names[(names.index(value) + 7) % len(names)] if value in names else None
    if what in _SWAPS:
        return next(one for one in _SWAPS[what] if one != value)
    if what == "path":
        # The path that the text names next, else the first one.
        paths = [one for one in _paths(text) if one != value]
        return paths[len(value) % len(paths)] if paths else None
    return None


def _paths(text: str) -> list[str]:
    found: dict[str, None] = {}

    def walk(node: Node, loc: Loc) -> None:
        if isinstance(node, MappingNode):
            for key, value in node.value:
                walk(value, (*loc, key.value))
        elif isinstance(node, SequenceNode):
            for index, value in enumerate(node.value):
                walk(value, (*loc, index))
        elif _value_of(loc) == "path" and "lines" not in loc and "." not in node.value:
            found[node.value] = None

    walk(YAML().compose(text), ())
    return list(found)


# --- running ---


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutation and what the compiler made of it."""

    mutation: Mutation
    outcome: Outcome
    codes: tuple[str, ...]


class Bench:
    """One spec of a project alone in a folder of its own, to be compiled again and again."""

    def __init__(self, project: Path, spec: Path, folder: Path) -> None:
        shutil.copytree(project, folder, ignore=shutil.ignore_patterns("specs", "sdf_project"))
        self._name = f"{project.name}/{spec.name}"
        self._file = spec.relative_to(project).as_posix()
        self._at = folder / self._file
        self._at.parent.mkdir(parents=True)
        self._folder = folder
        self.text = spec.read_text(encoding="utf-8")
        self._known = {(one.code, one.message) for one in self._found(self.text)}

    def mutations(self) -> list[Mutation]:
        """Those of this spec."""
        return mutations(self._name, self.text)

    def _found(self, text: str) -> Any:
        self._at.write_text(text, encoding="utf-8")
        return compile_project(self._folder)[1]

    def judge(self, mutation: Mutation) -> Judged:
        """Compile the spec with the mutation."""
        new = [
            one
            for one in self._found(mutation.apply(self.text))
            if (one.code, one.message) not in self._known
        ]
        here = [
            one
            for one in new
            if one.file == self._file and mutation.lines[0] <= one.line <= mutation.lines[1]
        ]
        codes = tuple(sorted({one.code for one in new}))
        return Judged(mutation, "found" if here else "elsewhere" if new else "missed", codes)


def benches(examples: Path, scratch: Path) -> list[Bench]:
    """A bench for every spec of the examples."""
    found = []
    for project in sorted(path.parent for path in examples.glob("*/project.yaml")):
        for spec in sorted((project / "specs").rglob("*.yaml")):
            if not spec.name.endswith(".test.yaml"):
                found.append(Bench(project, spec, scratch / f"{project.name}-{spec.stem}"))
    return found
