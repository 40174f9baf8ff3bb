"""The syntax tree of a script."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

JAVASCRIPT = Language(tree_sitter_javascript.language())


def tree(source: bytes) -> Node:
    """The root of the syntax tree; places are in bytes."""
    return Parser(JAVASCRIPT).parse(source).root_node


def walk(root: Node) -> Iterator[Node]:
    """A node and all nodes in it, in the order of the text."""
    cursor = root.walk()
    while True:
        assert cursor.node is not None
        yield cursor.node
        if cursor.goto_first_child() or cursor.goto_next_sibling():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
