"""Reading SDF object files (XML), for the catalogue's overlay and for the emulator's deployment."""

from __future__ import annotations

# The files belong to the project itself, and expat has no external entities and bounded expansion.
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.parsers import expat

__all__ = [
    "TEMPLATES", "Element", "ObjectError", "column", "line", "object_files", "parse", "read_folder",
    "reference", "text",
]  # fmt: skip

TEMPLATES = (".template.html", ".template.xml")
"""How files end that lie beside an object and hold its text: FreeMarker, which need not be XML."""


class ObjectError(ValueError):
    """An object file that is not well-formed XML; `path`, `line` and `column` (1-based) say where."""

    def __init__(self, path: Path, line: int, message: str, column: int = 1) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.column = column
        self.message = message


class _Located(Element):
    """An element that knows the line and column where it begins."""

    line = 0
    column = 0


def parse(path: Path) -> Element:
    """The root element of a file, whose elements know their places; ObjectError where it is not XML."""
    try:
        return parse_bytes(path.read_bytes(), path)
    except OSError as error:
        raise ObjectError(path, 1, f"cannot be read: {error.strerror}") from error


def parse_bytes(content: bytes, path: Path) -> Element:
    """The same for what a file holds or would hold."""
    builder = ET.TreeBuilder(element_factory=_Located)
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = builder.start(tag, attributes)
        if isinstance(element, _Located):
            element.line = parser.CurrentLineNumber
            element.column = parser.CurrentColumnNumber + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code)
        raise ObjectError(path, error.lineno, message, error.offset + 1) from error
    return builder.close()


def line(element: Element) -> int:
    """The line (1-based) where an element of `parse` begins; 0 for any other."""
    return element.line if isinstance(element, _Located) else 0


def column(element: Element) -> int:
    """The column (1-based) where an element of `parse` begins; 0 for any other."""
    return element.column if isinstance(element, _Located) else 0


def object_files(folder: Path) -> list[Path]:
    """The files of objects in a folder and the folders below it, in the order of their paths."""
    return sorted(
        path
        for path in folder.rglob("*.xml")
        if not path.name.endswith(TEMPLATES) and not path.is_dir()
    )


def read_folder(folder: Path) -> Iterator[tuple[Path, Element]]:
    """Every object of a folder and the folders below it, in the order of their paths."""
    for path in object_files(folder):
        yield path, parse(path)


def text(element: Element, tag: str, default: str = "") -> str:
    """The trimmed text of a child element, `default` where it is absent or empty."""
    return (element.findtext(tag) or "").strip() or default


def children(element: Element, group: str, tag: str) -> Iterable[Element]:
    """The `tag` elements inside the `group` element."""
    parent = element.find(group)
    return () if parent is None else parent.findall(tag)


def reference(value: str) -> str:
    """`customlist_x` for `[scriptid=customlist_x]` (or a part of it), any other value as it is."""
    if value.startswith("[scriptid=") and value.endswith("]"):
        return value[len("[scriptid=") : -1].split(".")[0]
    return value


def parse_text(xml: str) -> Element:
    """The root element of XML that is known to be well-formed."""
    return ET.fromstring(xml)  # noqa: S314


def as_text(element: Element) -> str:
    """An element as XML."""
    return ET.tostring(element, encoding="unicode")
