"""Nodes of a syntax tree, read: names, texts, arguments, parameters, properties."""

from __future__ import annotations

from tree_sitter import Node


def text(node: Node | None) -> str:
    """The text of a node."""
    return (node.text or b"").decode(errors="replace") if node is not None else ""


def literal(node: Node) -> str | None:
    """The text that a string or a template without gaps stands for."""
    if node.type == "string":
        return "".join(_piece(child) for child in node.named_children)
    if node.type == "template_string":
        if any(child.type == "template_substitution" for child in node.named_children):
            return None
        return "".join(_piece(child) for child in node.named_children)
    return None


def _piece(node: Node) -> str:
    if node.type == "escape_sequence":
        return {"\\n": "\n", "\\t": "\t"}.get(text(node), text(node)[1:])
    return text(node)


def arguments_of(call: Node) -> list[Node]:
    """The arguments of a call."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return []
    return [child for child in arguments.named_children if child.type != "comment"]


def parameters_of(function: Node) -> list[Node]:
    """The parameters of a function."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        return [single]
    parameters = function.child_by_field_name("parameters")
    if parameters is None:
        return []
    return [child for child in parameters.named_children if child.type != "comment"]


def key_of(key: Node) -> str | None:
    """The name that a key of an object stands for; None for a computed one."""
    if key.type in ("property_identifier", "number"):
        return text(key)
    return literal(key)


def property_of(node: Node, name: str) -> Node | None:
    """The value of a key in an object literal."""
    for child in node.named_children:
        if child.type == "pair":
            key = child.child_by_field_name("key")
            if key is not None and key_of(key) == name:
                return child.child_by_field_name("value")
        elif child.type == "shorthand_property_identifier" and text(child) == name:
            return child
    return None


def enclosing(node: Node, types: frozenset[str]) -> Node | None:
    """The nearest node of these types around a node."""
    at = node.parent
    while at is not None and at.type not in types:
        at = at.parent
    return at
