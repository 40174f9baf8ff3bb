"""The language of an API version: what ECMAScript 5.1, which SuiteScript 2.0 is, does not have."""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

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
GENERATORS = frozenset({"generator_function", "generator_function_declaration"})


def newer_than_es5(node: Node) -> str | None:
    """What a node is that ECMAScript 5.1 does not have, in words; None where it has it."""
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


def is_generator(node: Node) -> bool:
    """Whether a node is a generator function or method."""
    starred = node.type == "method_definition" and any(c.type == "*" for c in node.children)
    return node.type in GENERATORS or starred
