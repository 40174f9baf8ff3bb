"""Names of a script: where each is declared, what it begins with, and which uses belong to it."""

from __future__ import annotations

from msgspec import Struct, field
from tree_sitter import Node

from generator.suitescript.parse import walk

FUNCTIONS = frozenset(
    {"function_expression", "function_declaration", "arrow_function", "method_definition"}
    | {"generator_function", "generator_function_declaration"}
)
_SCOPES = FUNCTIONS | {"program", "statement_block", "for_statement", "for_in_statement"} | {
    "catch_clause",
    "class_body",
    "switch_body",
}  # fmt: skip
_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})


class Binding(Struct, eq=False):
    """
    A declared name.

    Args:
        name: as it is written.
        kind: param, var, let, const, function, class, catch or loop.
        node: where it is declared.
        value: what it begins with: an initializer, a function, the list that a loop goes over.
        path: keys by which it is taken out of `value` (`const { a: { b } } = value`); None where it
            is taken out in a way that is not followed (rest, lists).
        uses: where it is read or written, the declaration apart.
        writes: where it gets another value.
    """

    name: str
    kind: str
    node: Node
    value: Node | None = None
    path: tuple[str, ...] | None = ()
    uses: list[Node] = field(default_factory=list)
    writes: list[Node] = field(default_factory=list)

    @property
    def fixed(self) -> bool:
        """Whether it keeps the value that it begins with."""
        return not self.writes


class Scopes:
    """The names of one syntax tree: `of` answers which binding a name in the text belongs to."""

    def __init__(self, root: Node) -> None:
        self._tables: dict[int, dict[str, Binding]] = {}
        self._bindings: dict[int, Binding] = {}
        self._declared: set[int] = set()
        self.unknown: list[Node] = []
        for node in walk(root):
            self._declare(node)
        for node in walk(root):
            if node.type in ("identifier", "shorthand_property_identifier", *_NAMES):
                self._use(node)

    def of(self, node: Node) -> Binding | None:
        """The binding of a name at its place; None for a global one."""
        return self._bindings.get(node.id)

    def _declare(self, node: Node) -> None:
        kind = node.type
        if kind == "variable_declarator":
            declaration = node.parent
            assert declaration is not None
            word = "var" if declaration.type == "variable_declaration" else _first(declaration)
            scope = _scope(node, function=word == "var")
            target = node.child_by_field_name("name")
            if target is not None:
                self._pattern(target, word, node.child_by_field_name("value"), (), scope)
        elif kind in FUNCTIONS:
            self._function(node)
        elif kind == "class_declaration":
            name = node.child_by_field_name("name")
            if name is not None:
                self._add(name, Binding(_text(name), "class", name, node), _scope(node))
        elif kind == "catch_clause":
            parameter = node.child_by_field_name("parameter")
            if parameter is not None:
                self._pattern(parameter, "catch", None, None, node)
        elif kind == "for_in_statement":
            left = node.child_by_field_name("left")
            if left is not None and node.child_by_field_name("kind") is not None:
                self._pattern(left, "loop", node.child_by_field_name("right"), (), node)

    def _function(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        if name is not None and node.type.endswith("declaration"):
            self._add(name, Binding(_text(name), "function", name, node), _scope(node))
        elif name is not None and node.type in ("function_expression", "generator_function"):
            self._add(name, Binding(_text(name), "function", name, node), node)
        single = node.child_by_field_name("parameter")
        if single is not None:
            self._pattern(single, "param", None, (), node)
        parameters = node.child_by_field_name("parameters")
        for parameter in parameters.named_children if parameters is not None else ():
            self._pattern(parameter, "param", None, (), node)

    def _pattern(
        self, node: Node, kind: str, value: Node | None, path: tuple[str, ...] | None, scope: Node
    ) -> None:
        """Declare every name of a pattern, with the keys that lead to it."""
        if node.type in _NAMES:
            self._add(node, Binding(_text(node), kind, node, value, path), scope)
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            left = node.child_by_field_name("left")
            if left is not None:
                inner = path
                if path is not None and left.type == "shorthand_property_identifier_pattern":
                    inner = (*path, _text(left))
                self._pattern(left, kind, value, inner, scope)
        elif node.type == "object_pattern":
            for child in node.named_children:
                if child.type == "pair_pattern":
                    key, target = (child.child_by_field_name(n) for n in ("key", "value"))
                    if key is not None and target is not None:
                        plain = path is not None and key.type == "property_identifier"
                        inner = (*path, _text(key)) if plain and path is not None else None
                        self._pattern(target, kind, value, inner, scope)
                elif child.type == "shorthand_property_identifier_pattern":
                    inner = (*path, _text(child)) if path is not None else None
                    self._pattern(child, kind, value, inner, scope)
                elif child.type == "object_assignment_pattern":
                    self._pattern(child, kind, value, path, scope)
                elif child.type == "rest_pattern":
                    self._pattern(child.named_children[0], kind, value, None, scope)
        elif node.type in ("array_pattern", "rest_pattern"):
            for child in node.named_children:
                self._pattern(child, kind, value, None, scope)

    def _add(self, node: Node, binding: Binding, scope: Node) -> None:
        table = self._tables.setdefault(scope.id, {})
        known = table.get(binding.name)
        if known is not None:  # declared again, as `var` and functions may be: no fixed value
            known.writes.append(node)
            binding = known
        table[binding.name] = binding
        self._bindings[node.id] = binding
        self._declared.add(node.id)

    def _use(self, node: Node) -> None:
        if node.id in self._declared:
            return
        binding = self._find(node)
        if binding is None:
            self.unknown.append(node)
            return
        self._bindings[node.id] = binding
        binding.uses.append(node)
        if _written(node):
            binding.writes.append(node)

    def _find(self, node: Node) -> Binding | None:
        name = _text(node)
        at: Node | None = node
        while at is not None:
            if at.type in _SCOPES:
                found = self._tables.get(at.id, {}).get(name)
                if found is not None:
                    return found
            at = at.parent
        return None


def _written(node: Node) -> bool:
    """Whether a name stands where it gets a value."""
    at, parent = node, node.parent
    while parent is not None and parent.type in (
        "array_pattern",
        "object_pattern",
        "pair_pattern",
        "rest_pattern",
        "object_assignment_pattern",
    ):
        at, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type == "update_expression":
        return True
    if parent.type in (
        "assignment_expression",
        "augmented_assignment_expression",
        "for_in_statement",
    ):
        return parent.child_by_field_name("left") == at
    return False


def _scope(node: Node, *, function: bool = False) -> Node:
    """The node in whose scope a declaration at `node` lies; with `function`, as `var` has it."""
    at = node.parent
    while at is not None:
        if at.type == "program" or at.type in FUNCTIONS:
            return at
        if not function and at.type in _SCOPES:
            # A function's own block is its scope, so that parameters and names lie together.
            if at.type == "statement_block" and at.parent is not None:
                return at.parent if at.parent.type in FUNCTIONS else at
            return at
        at = at.parent
    return node


def _first(node: Node) -> str:
    return _text(node.children[0])


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")
