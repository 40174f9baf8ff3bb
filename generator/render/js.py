"""JavaScript source text: literals, names, wrapped calls, and the modules that a file needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring_ascii
from typing import Any

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
# Words that a flow, a sublist or a field could be called, and that JavaScript keeps for itself.
_RESERVED = frozenset(
    ("case", "class", "default", "delete", "export", "import", "new", "return", "switch", "void")
)
_COMMENT_WIDTH = 96


class Raw(str):
    """Source text that stands as it is among literals."""

    __slots__ = ()


def literal(value: Any) -> str:
    """
    A JSON value as source: single quotes, no quotes around plain names, ASCII only.

    `Raw` values are put in as they are.
    """
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        inner = encode_basestring_ascii(value)[1:-1]
        if "'" in inner and '"' not in value:
            return f'"{inner}"'
        return "'" + inner.replace('\\"', '"').replace("'", "\\'") + "'"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        inner = ", ".join(f"{key(name)}: {literal(item)}" for name, item in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(literal(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=True)


def key(name: str) -> str:
    """A property name in an object literal."""
    return name if _NAME.fullmatch(name) else literal(name)


def member(target: str, name: str) -> str:
    """`target.name`, or with brackets where the name needs them."""
    return f"{target}.{name}" if _NAME.fullmatch(name) else f"{target}[{literal(name)}]"


def camel(*words: str) -> str:
    """`camel('read', 'custcol_acme')` is `readCustcolAcme`: a name for a function."""
    parts = [part for word in words for part in re.split(r"[^A-Za-z0-9]+", word) if part]
    name = parts[0][0].lower() + parts[0][1:] + "".join(p[0].upper() + p[1:] for p in parts[1:])
    return f"{name}_" if name in _RESERVED else name


def pattern(text: str) -> str:
    """A regular expression literal."""
    escaped = re.sub(r"(?<!\\)/", r"\\/", text)
    ascii_only = "".join(c if ord(c) < 128 else f"\\u{ord(c):04x}" for c in escaped)
    return f"/{ascii_only.replace(chr(10), chr(92) + 'n')}/"


def comment(text: str, origin: object, indent: int = 4) -> str:
    """A comment line with the spec line at its right end."""
    clean = text.replace("*/", "* /").replace("\n", " ")
    if len(clean) > _COMMENT_WIDTH:
        clean = clean[: _COMMENT_WIDTH - 3] + "..."
    return f"// {clean}".ljust(_COMMENT_WIDTH - indent) + f" {origin}"


class Modules:
    """The modules of one file: used ones in order of their paths, each under one name."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}

    def use(self, path: str, name: str | None = None) -> str:
        """Note a module and return the name it has in the file."""
        short = name or path.rsplit("/", 1)[-1]
        self._paths[short] = path
        return short

    def items(self) -> list[tuple[str, str]]:
        """(path, name) with NetSuite's modules first."""
        return sorted(
            ((path, name) for name, path in self._paths.items()),
            key=lambda item: (not item[0].startswith("N/"), item[0]),
        )
