"""
The language of a script by its `@NApiVersion`, checked with a real parser.

2.0 is ECMAScript 5.1 (help topic "SuiteScript 2.1", chapter_156042690639); 2.x is 2.0 unless the account's
preference "Execute SuiteScript 2.x Server Scripts As" says 2.1 (section_156632003699); 2.1 is ECMAScript 2023,
and what V8 does not take is no syntax there either. Scripts of version 2.x in production use `const`, which the
engine of 2.0 is known to take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from emulator.deploy.headers import tags

_JAVASCRIPT = Language(tree_sitter_javascript.language())
# Nodes of the grammar that ECMAScript 5.1 does not have, in words.
_AFTER_ES5: Mapping[str, str] = {
    "arrow_function": "an arrow function",
    "assignment_pattern": "a default value",
    "object_assignment_pattern": "a default value in a destructuring pattern",
    "await_expression": "await",
    "class": "a class",
    "class_declaration": "a class",
    "computed_property_name": "a computed property name",
    "export_statement": "an export",
    "for_in_statement:of": "for ... of",
    "generator_function": "a generator function",
    "generator_function_declaration": "a generator function",
    "import_statement": "an import",
    "import": "a dynamic import",
    "meta_property": "new.target",
    "optional_chain": "optional chaining (?.)",
    "object_pattern": "destructuring",
    "array_pattern": "destructuring",
    "rest_pattern": "a rest parameter",
    "shorthand_property_identifier": "a shorthand property",
    "spread_element": "spread (...)",
    "super": "super",
    "template_string": "a template literal",
    "yield_expression": "yield",
}
_OPERATORS: Mapping[str, str] = {
    "**": "the operator **",
    "**=": "the operator **=",
    "??": "the operator ??",
    "??=": "the operator ??=",
    "&&=": "the operator &&=",
    "||=": "the operator ||=",
}
_GENERATORS = frozenset({"generator_function", "generator_function_declaration"})


def version_of(text: str) -> str | None:
    """`@NApiVersion` of a file, None where it has none."""
    return tags(text).get("NApiVersion")


def fault(path: str, text: str, version: str, switches: Mapping[str, Any]) -> str:
    """
    The first construct that the version's language does not have: file, line and name; empty where all is well.

    Args:
        path: of the file, for the message.
        text: of the file.
        version: 2.0, 2.x or 2.1; a file without a version takes that of the script that loads it.
        switches: the account's preferences, `api_version_2x`, `es5_takes_const`, `refuse_generators`.
    """
    if version.lower() == "2.x":
        version = str(switches["api_version_2x"])
    if version == "2.0":
        return _es5(path, text, bool(switches["es5_takes_const"]))
    return _generators(path, text) if switches["refuse_generators"] else ""


@lru_cache(maxsize=2_000)
def _es5(path: str, text: str, takes_const: bool) -> str:
    for node in _nodes(text):
        name = _newer_than_es5(node)
        if name and not (name == "const" and takes_const):
            return (
                f"{path}:{_line(node)}: SyntaxError: {name} is not in SuiteScript 2.0 (ECMAScript 5.1);"
                " @NApiVersion 2.1 has it."
            )
    return ""


@lru_cache(maxsize=2_000)
def _generators(path: str, text: str) -> str:
    if "*" not in text:
        return ""
    for node in _nodes(text):
        starred = node.type == "method_definition" and any(c.type == "*" for c in node.children)
        if node.type in _GENERATORS or starred:
            return f"{path}:{_line(node)}: SyntaxError: a generator function is reported to fail in SuiteScript 2.1."
    return ""


def _newer_than_es5(node: Node) -> str | None:
    kind = node.type
    if kind == "lexical_declaration":
        return node.children[0].type
    if kind == "for_in_statement":
        if any(child.type == "of" for child in node.children):
            return _AFTER_ES5["for_in_statement:of"]
        named = [child.type for child in node.children if child.type in ("let", "const")]
        return named[0] if named else None
    if kind == "method_definition":
        plain = not any(child.type in ("get", "set") for child in node.children)
        return "a method shorthand" if plain else None
    if kind in ("binary_expression", "augmented_assignment_expression"):
        return next((_OPERATORS[c.type] for c in node.children if c.type in _OPERATORS), None)
    if kind == "async" and node.parent is not None:
        return "async"
    if kind == "catch_clause" and node.child_by_field_name("parameter") is None:
        return "catch without a parameter"
    if kind == "number":
        return _number(node)
    if kind == "regex_flags" and set((node.text or b"").decode()) - set("gim"):
        return f"the regular expression flag {(node.text or b'').decode()}"
    if kind == "formal_parameters" and _trailing_comma(node):
        return "a trailing comma in parameters"
    return _AFTER_ES5.get(kind) if node.is_named or kind == "optional_chain" else None


def _number(node: Node) -> str | None:
    text = (node.text or b"").decode().lower()
    if text.startswith(("0b", "0o")):
        return f"the number {text}"
    if "_" in text or text.endswith("n"):
        return f"the number {text}"
    return None


def _trailing_comma(node: Node) -> bool:
    return len(node.children) > 2 and node.children[-2].type == ","


def _line(node: Node) -> int:
    return node.start_point[0] + 1


def _nodes(text: str) -> Iterator[Node]:
    """All nodes in the order of the text."""
    cursor = Parser(_JAVASCRIPT).parse(text.encode()).walk()
    while True:
        assert cursor.node is not None
        yield cursor.node
        if cursor.goto_first_child() or cursor.goto_next_sibling():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
