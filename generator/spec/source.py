"""
Reading YAML: plain values, and the place of every key and item.

`compose` gives a tree of nodes that know their marks; this module turns it into plain Python values
and collects what YAML would otherwise hide: keys given twice, merge keys, and unquoted scalars that
YAML reads as something else than what is written (`0123` is 123, `1e3` is 1000.0).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from generator.spec import syntax
from generator.spec.compose import DEEPEST, TooDeepError, UnreadableError, compose
from generator.spec.diagnose import Diagnostic

Loc = tuple[str | int, ...]

_MAX_VALUES = 50_000  # an alias of an alias of an alias ... grows without end
_DIGITS = 300  # a double ends before 10 to the 309th
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_TAG = "tag:yaml.org,2002:"
_TEXT = f"{_TAG}str"
_WORDS = {"true": True, "false": False}


class Mark(Protocol):
    """A place as a parser tells it: 0-based."""

    line: int
    column: int


class _Start(Struct):
    line: int = 0
    column: int = 0


_START = _Start()


class Position(Struct, frozen=True):
    """1-based line and column."""

    line: int
    column: int


class Source:
    """
    One YAML file.

    `data` is a plain value (None where the file could not be read), `diagnostics` what was found
    while reading, `doubtful` the places of values that were reported already and of keys that were
    left out for it, `nothing` those of keys and items that nothing stands behind. Positions are
    asked for by `loc`, the keys and indexes from the root.

    Args:
        file: what diagnostics call the file.
        text: its content.
        fault: why the content could not be read, if so.
    """

    def __init__(self, file: str, text: str, fault: str | None = None) -> None:
        self.file = file
        self.text = text
        self.lines = text.splitlines()
        self.diagnostics: list[Diagnostic] = []
        self.data: Any = None
        self.doubtful: set[Loc] = set()
        self.nothing: list[Loc] = []
        self._keys: dict[Loc, Mark] = {}
        self._values: dict[Loc, Mark] = {(): _START}
        self._raw: dict[Loc, str] = {}
        if fault is None:
            self._read()
        else:
            self._add(Position(1, 1), "E104", fault)

    def written(self, loc: Loc) -> Loc:
        """A loc without the indexes of lists that are written as their only element."""
        if loc in self._values:
            return loc
        out: Loc = ()
        for part in loc:
            if not isinstance(part, int) or (*out, part) in self._values:
                out = (*out, part)
        return out

    def key(self, loc: Loc) -> Position:
        """Where the key at `loc` stands; the nearest place around it where there is none."""
        loc = self.written(loc)
        while loc and loc not in self._keys:
            if loc in self._values:
                return _position(self._values[loc])
            loc = loc[:-1]
        return _position(self._keys.get(loc) or self._values[()])

    def value(self, loc: Loc) -> Position:
        """Where the value at `loc` stands; the nearest place around it where there is none."""
        loc = self.written(loc)
        while loc not in self._values:
            loc = loc[:-1]
            if loc in self._keys:
                return _position(self._keys[loc])
        return _position(self._values[loc])

    def has(self, loc: Loc) -> bool:
        """Whether something is written at `loc`."""
        return self.written(loc) in self._values

    def raw(self, loc: Loc) -> str | None:
        """The scalar at `loc` as it is written, without quotes."""
        return self._raw.get(self.written(loc))

    def line(self, number: int) -> str:
        """A line of the text, empty outside it."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def report(
        self,
        position: Position,
        code: str,
        message: str,
        *,
        help: str | None = None,  # noqa: A002 - the name of the field in the JSON output
        warning: bool = False,
    ) -> Diagnostic:
        """A diagnostic at a place of this file (not added to `diagnostics`)."""
        return Diagnostic(
            file=self.file,
            line=position.line,
            column=position.column,
            code=code,
            severity="warning" if warning else "error",
            message=message,
            help=help,
            text=self.line(position.line),
        )

    # --- reading ---

    def _read(self) -> None:
        try:
            root = compose(self.text)
        except TooDeepError as deep:
            self._add(_position(deep.mark), "E103", str(deep))
            return
        except UnreadableError as unreadable:
            fault = unreadable.fault
            if not hasattr(fault, "problem_mark"):  # a fault without a place
                self._add(Position(1, 1), "E101", str(fault).splitlines()[0])
                return
            mark = fault.problem_mark or fault.context_mark
            if "expected ':'" in str(fault.problem):
                mark = fault.context_mark  # the key; the parser went on to the next line
            place = _position(mark or _START)
            self._add(place, "E101", syntax.sentence(fault, self.lines, place.line, place.column))
            return
        if root is None:
            self._add(Position(1, 1), "E104", "the file is empty")
            return
        if root.id != "mapping":
            self._add(_position(root.start_mark), "E104", "the file must hold a map of keys")
            return
        try:
            self.data = self._build(root, (), ())
        except TooDeepError as deep:
            self._add(_position(deep.mark), "E103", str(deep))
        except _TooLargeError:
            self._add(Position(1, 1), "E103", "aliases make this file too large to read")

    def _add(self, position: Position, code: str, message: str, help: str | None = None) -> None:  # noqa: A002
        self.diagnostics.append(self.report(position, code, message, help=help))

    def _build(self, node: Any, loc: Loc, above: tuple[int, ...]) -> Any:
        # Nothing behind a key stands where the next token begins: the key is its place.
        mark = node.start_mark
        nothing = mark.index == node.end_mark.index
        self._values[loc] = (self._keys.get(loc) if nothing else None) or mark
        if len(self._values) > _MAX_VALUES:
            raise _TooLargeError
        if len(above) > DEEPEST:
            raise TooDeepError(mark)
        if id(node) in above:
            self._add(_position(mark), "E103", "an alias must not stand inside its own anchor")
            self.doubtful.add(loc)
            self.nothing.append(loc)
            return None
        if node.id == "mapping":
            return self._mapping(node, loc, (*above, id(node)))
        if node.id == "sequence":
            return [
                self._build(item, (*loc, index), (*above, id(node)))
                for index, item in enumerate(node.value)
            ]
        return self._scalar(node, loc)

    def _mapping(self, node: Any, loc: Loc, above: tuple[int, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = key_node.start_mark
            if key_node.id != "scalar":
                self._add(_position(mark), "E103", "a key must be plain text")
                self.doubtful.add((*loc, ""))
                continue
            key = self._text(key_node)
            inner = (*loc, key)
            if re.search(r":[^\S ]", key) and not key_node.style:
                self._add(
                    _position(mark), "E101", syntax.odd_blank(key) or "a tab behind the colon"
                )
                self.doubtful.add(inner)
                continue
            if key_node.tag != _TEXT and not self._is_key(key, key_node):
                self.doubtful.add(inner)
                continue
            if key in values:
                first = _position(self._keys[inner])
                self._add(
                    _position(mark),
                    "E102",
                    f"key '{key}' is given twice; the first is in line {first.line}",
                    "remove one of them",
                )
                continue
            self._keys[inner] = mark
            values[key] = self._build(value_node, inner, above)
        return values

    def _is_key(self, key: str, node: Any) -> bool:
        """Whether a key that is no plain text is one at all; what YAML takes it for is reported."""
        tag = str(node.tag).removeprefix(_TAG)
        if tag == "merge":
            self._add(
                _position(node.start_mark),
                "E103",
                "merge keys ('<<') are not part of the language",
                "write the keys out, or share a whole value by anchor and alias",
            )
            return False
        if tag not in ("value", "null", "bool"):
            self._add(
                _position(node.start_mark),
                "E106",
                f"key {key} is read as {_kind(tag)}, not as text",
                f'quote it: "{key}"',
            )
        return True

    def _scalar(self, node: Any, loc: Loc) -> Any:
        text = self._text(node)
        self._raw[loc] = text
        if node.tag == _TEXT:
            if not node.style and _TYPOGRAPHIC.fullmatch(text):
                self._typographic(text, _position(node.start_mark))
            return text
        tag = str(node.tag).removeprefix(_TAG)
        if tag == "value" or (tag not in _TRAPS and node.style in ("'", '"', "|", ">")):
            return text
        if tag == "null":
            self.nothing.append(loc)
            return None
        if tag == "bool" and text in _WORDS:
            return _WORDS[text]
        position = _position(node.start_mark)
        if tag in ("int", "float") and _PLAIN_NUMBER.fullmatch(text):
            if len(text) <= _DIGITS:
                return float(text) if "." in text else int(text)
            self.doubtful.add(loc)
            message = f"a number of {len(text)} characters is more than any value holds"
            self._add(position, "E106", message, "quote it, if it is text")
            return text
        self.doubtful.add(loc)
        if tag in _TRAPS:
            self._add(
                position,
                "E106",
                f"{text} without quotes is read as {_kind(tag)}, not as it is written",
                f'quote it: "{text}"' + _plainly(tag, text),
            )
        else:
            self._add(position, "E103", f"the tag {node.tag} is not part of the language")
        return text

    def _typographic(self, text: str, position: Position) -> None:
        found = self.report(
            position,
            "E106",
            f"the quotes {text[0]} and {text[-1]} are read as part of the text",
            help=f'YAML quotes with ": "{text[1:-1]}"',
            warning=True,
        )
        self.diagnostics.append(found)

    def _text(self, node: Any) -> str:
        """The text of a scalar; the two escapes that JSON writes for one character are joined."""
        text = str(node.value)
        if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
            return text
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._add(
                _position(node.start_mark), "E101", "half of a character: a lone \\ud800 to \\udfff"
            )
            return text.encode("utf-8", "replace").decode()


_TYPOGRAPHIC = re.compile(
    "[\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb].*[\u201c\u201d\u2018\u2019\u00ab\u00bb]"
)
_TRAPS = {"int": "a number", "float": "a number", "timestamp": "a date", "bool": "true or false"}


class _TooLargeError(Exception):
    """More values than any spec has."""


def _position(mark: Mark) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def _kind(tag: str) -> str:
    return "nothing" if tag == "null" else _TRAPS.get(tag, f"a '{tag}'")


def _plainly(tag: str, text: str) -> str:
    """The number that YAML makes of it, for who meant a number."""
    if tag == "bool":
        return f"; or write {text.lower()}"
    if tag not in ("int", "float"):
        return ""
    try:
        digits = text.replace("_", "")
        number = int(digits, 0) if re.match(r"[-+]?0[xob]", digits) else float(digits)
        if abs(number) == float("inf"):
            return ""
        whole = isinstance(number, int) or number.is_integer()
        return f"; or write the number {int(number) if whole else number}"
    except (ValueError, OverflowError):
        return ""


def utf8(name: str) -> bool:
    """Whether the name of a file can be written: on Linux it may be any bytes."""
    return shown(name) == name


def shown(name: str) -> str:
    """The name with question marks where it is not UTF-8."""
    return name.encode(errors="replace").decode()


def read(path: Path, name: str) -> Source:
    """Read a file; `name` is what diagnostics call it (relative to the project folder)."""
    if not utf8(name):
        return Source(shown(name), "", "the name of the file is not UTF-8")
    try:
        return Source(name, path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as fault:
        return Source(name, "", f"the file is not UTF-8 (byte {fault.start})")
    except OSError as fault:
        return Source(name, "", f"the file cannot be read: {fault.strerror}")
