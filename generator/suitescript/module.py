"""
A script as it is written: its header, what it asks for, and its calls of the API.

Nothing is guessed: where the text does not say what a name stands for, the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct
from tree_sitter import Node

from generator.suitescript.headers import tags
from generator.suitescript.nodes import arguments_of, literal, parameters_of, property_of, text
from generator.suitescript.parse import tree, walk
from generator.suitescript.scopes import FUNCTIONS, Scopes

_TAG = re.compile(r"@(NApiVersion|NScriptType)\b")


class Call(Struct, frozen=True):
    """
    A call.

    Args:
        node: the call_expression.
        api: `record.load`, `https.post.promise`: a member of an N/ module; None for any other call.
        receiver: the object of a method call.
        method: the method's name.
        arguments: what it is given.
    """

    node: Node
    api: str | None
    receiver: Node | None
    method: str | None
    arguments: tuple[Node, ...]

    @property
    def place(self) -> Node:
        """Where a finding about the call points: the method's name."""
        function = self.node.child_by_field_name("function")
        if function is not None and function.type == "member_expression":
            return function.child_by_field_name("property") or self.node
        return self.node


class Module:
    """
    A parsed file.

    Args:
        path: below the folder that is looked at, for findings.
        source: the file.
    """

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        self.source = source
        self.text = source.decode("utf-8", errors="replace")
        self.root = tree(source)
        self.nodes = list(walk(self.root))
        self.scopes = Scopes(self.root)
        self.tags = tags(self.text)
        self.by_type: dict[str, list[Node]] = {}
        for node in self.nodes:
            self.by_type.setdefault(node.type, []).append(node)

    @property
    def version(self) -> str | None:
        """`@NApiVersion`."""
        return self.tags.get("NApiVersion")

    @property
    def is_suitescript(self) -> bool:
        """Whether the file says that it is SuiteScript 2, or asks for an N/ module."""
        return bool(self.tags) or any(id_ == "N" or id_.startswith("N/") for id_, _ in self.asked)

    @cached_property
    def header(self) -> Node | None:
        """The comment with the tags."""
        return next((c for c in self.of("comment") if _TAG.search(text(c))), None)

    def tag(self, name: str) -> tuple[int, int] | None:
        """The place (byte offset from, to) of a tag's value in the header."""
        if self.header is None:
            return None
        found = re.search(rf"@{name}[ \t]+(\S+)".encode(), self.header.text or b"")
        if not found:
            return None
        return self.header.start_byte + found.start(1), self.header.start_byte + found.end(1)

    def of(self, *types: str) -> list[Node]:
        """All nodes of these types, in the order of the text."""
        if len(types) == 1:
            return self.by_type.get(types[0], [])
        return [node for node in self.nodes if node.type in types]

    @cached_property
    def define(self) -> Node | None:
        """The call of `define` (or `require`) that makes the module."""
        for call in self.of("call_expression"):
            name = call.child_by_field_name("function")
            if (
                name is not None
                and text(name) in ("define", "require")
                and self.scopes.of(name) is None
                and self._factory(call) is not None
            ):
                return call
        return None

    @cached_property
    def factory(self) -> Node | None:
        """The function that `define` is given."""
        return self._factory(self.define) if self.define is not None else None

    def _factory(self, call: Node) -> Node | None:
        arguments = arguments_of(call)
        if not arguments:
            return None
        last = arguments[-1]
        return last if last.type in FUNCTIONS else self.function(last)

    @cached_property
    def dependencies(self) -> list[tuple[str, Node]]:
        """What `define` asks for, with the place of each name."""
        if self.define is None:
            return []
        for argument in arguments_of(self.define):
            listed = argument
            if argument.type == "identifier":
                found = self.origin(argument)
                listed = found if found is not None else argument
            if listed.type == "array":
                return [
                    (name, n) for n in listed.named_children if (name := literal(n)) is not None
                ]
        return []

    @cached_property
    def parameters(self) -> list[Node]:
        """Parameters of the factory."""
        return parameters_of(self.factory) if self.factory is not None else []

    @cached_property
    def modules(self) -> dict[int, str]:
        """Bindings that hold a module: id of the declaring node to the module's name."""
        found = {
            parameter.id: name
            for parameter, (name, _) in zip(self.parameters, self.dependencies, strict=False)
        }
        for call in self.of("call_expression"):
            function = call.child_by_field_name("function")
            if function is None or text(function) != "require":
                continue
            arguments = arguments_of(call)
            name = literal(arguments[0]) if len(arguments) == 1 else None
            parent = call.parent
            if name and parent is not None and parent.type == "variable_declarator":
                target = parent.child_by_field_name("name")
                if target is not None and target.type == "identifier":
                    found[target.id] = name
        return found

    def module(self, node: Node, depth: int = 5) -> str | None:
        """`record` for a name that holds N/record; an empty text for N itself."""
        if node.type != "identifier" or depth == 0:
            return None
        binding = self.scopes.of(node)
        if binding is None or not binding.fixed:
            return None
        name = self.modules.get(binding.node.id, "")
        if name == "N" or name.startswith("N/"):
            return name[2:].removesuffix(".js")
        if (
            binding.path
            and binding.value is not None
            and self.module(binding.value, depth - 1) == ""
        ):
            return "/".join(binding.path)  # const { record } = N
        return None

    @property
    def asked(self) -> list[tuple[str, Node]]:
        """Every module that is asked for, also by `require('...')` inside."""
        found = list(self.dependencies)
        for call in self.of("call_expression"):
            function = call.child_by_field_name("function")
            arguments = arguments_of(call)
            if function is not None and text(function) == "require" and len(arguments) == 1:
                name = literal(arguments[0])
                if name is not None:
                    found.append((name, arguments[0]))
        return found

    @cached_property
    def calls(self) -> list[Call]:
        """Every call."""
        return [self.call(node) for node in self.of("call_expression")]

    def call(self, node: Node) -> Call:
        """A call_expression, read."""
        function = node.child_by_field_name("function")
        receiver = method = None
        api = self._part(function) if function is not None else None
        if function is not None and function.type == "member_expression":
            receiver = function.child_by_field_name("object")
            name = function.child_by_field_name("property")
            method = text(name) if name is not None else None
            api = self.member(function)
        return Call(node, api, receiver, method, tuple(arguments_of(node)))

    def api(self, *names: str) -> Iterator[Call]:
        """Calls of these members of N/ modules, their promise forms too."""
        for call in self.calls:
            if call.api is not None and call.api.removesuffix(".promise") in names:
                yield call

    def member(self, node: Node) -> str | None:
        """`record.Type.INVOICE` for a member of an N/ module, None for anything else."""
        names: list[str] = []
        at: Node | None = node
        while at is not None and at.type == "member_expression":
            name = at.child_by_field_name("property")
            if name is None:
                return None
            names.append(text(name))
            at = at.child_by_field_name("object")
        module = self.module(at) if at is not None else None
        if module is None and at is not None:
            module = self._part(at)
        if module is None or not names:
            return None
        return ".".join([*([module] if module else []), *reversed(names)])

    def _part(self, node: Node) -> str | None:
        """`record.create` for a name that is taken out of N/record: `({ create }) =>`, `const { create } = record`."""
        binding = self.scopes.of(node) if node.type == "identifier" else None
        if binding is None or not binding.fixed or not binding.path:
            return None
        module = self.module(binding.value) if binding.value is not None else None
        if binding.kind == "param":
            at = binding.node.start_byte
            module = next(
                (
                    name[2:].removesuffix(".js")
                    for parameter, (name, _) in zip(
                        self.parameters, self.dependencies, strict=False
                    )
                    if name.startswith("N/") and parameter.start_byte <= at < parameter.end_byte
                ),
                None,
            )
        if not module:
            return None
        return ".".join((module, *binding.path))

    def origin(self, node: Node) -> Node | None:
        """
        The expression that a value comes from: through brackets, `await` and names that keep their value.

        None where that is not followed: parameters, destructuring, names that change.
        """
        for _ in range(20):
            if node.type in ("parenthesized_expression", "await_expression"):
                if not node.named_children:
                    return None
                node = node.named_children[0]
            elif node.type in ("identifier", "shorthand_property_identifier"):
                binding = self.scopes.of(node)
                if binding is None or not binding.fixed or binding.value is None:
                    return None
                if binding.path != () or binding.kind == "loop":
                    return None
                node = binding.value
            else:
                return node
        return None

    def string(self, node: Node | None) -> str | None:
        """The text of a literal, or of a name that keeps one."""
        if node is None:
            return None
        found = self.origin(node)
        return literal(found) if found is not None else None

    def number(self, node: Node | None) -> float | None:
        """The value of a number, or of a name that keeps one."""
        if node is None:
            return None
        found = self.origin(node)
        if found is not None and found.type == "number":
            try:
                return float(text(found).replace("_", ""))
            except ValueError:
                return None
        return None

    def option(self, call: Call, name: str, position: int | None = None) -> Node | None:
        """An option of a call, given as `{name: ...}` or in its place among plain arguments."""
        if not call.arguments:
            return None
        first = self.origin(call.arguments[0])
        if first is not None and first.type == "object":
            return property_of(first, name)
        if position is not None and position < len(call.arguments):
            return call.arguments[position]
        return None

    def function(self, node: Node, depth: int = 10) -> Node | None:
        """The function that an expression is, or that a name keeps."""
        if node.type in FUNCTIONS:
            return node
        if depth == 0:
            return None
        if node.type in ("identifier", "shorthand_property_identifier"):
            binding = self.scopes.of(node)
            if binding is None or not binding.fixed or binding.path != () or binding.value is None:
                return None
            return self.function(binding.value, depth - 1)
        return None
