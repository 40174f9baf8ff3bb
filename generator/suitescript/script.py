"""
A script as a NetSuite developer sees it: its header, modules, entry points and calls of the API.

Nothing is guessed: where the text does not say what a value is, the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from generator.suitescript.headers import tags
from generator.suitescript.parse import tree, walk
from generator.suitescript.scopes import FUNCTIONS, Binding, Scopes

ENTRY_POINTS: Mapping[str, frozenset[str]] = {
    "Restlet": frozenset({"get", "post", "put", "delete"}),
    "UserEventScript": frozenset({"beforeLoad", "beforeSubmit", "afterSubmit"}),
    "MapReduceScript": frozenset({"getInputData", "map", "reduce", "summarize"}),
    "ScheduledScript": frozenset({"execute"}),
    "Suitelet": frozenset({"onRequest"}),
    "ClientScript": frozenset(
        {"pageInit", "fieldChanged", "postSourcing", "sublistChanged", "lineInit", "validateField"}
        | {"validateLine", "validateInsert", "validateDelete", "saveRecord", "localizationContextEnter"}
        | {"localizationContextExit"}
    ),
    "MassUpdateScript": frozenset({"each"}),
    "Portlet": frozenset({"render"}),
    "WorkflowActionScript": frozenset({"onAction"}),
    "EventSubscriber": frozenset({"handle"}),
    "BundleInstallationScript": frozenset(
        {"beforeInstall", "afterInstall", "beforeUpdate", "afterUpdate", "beforeUninstall"}
    ),
    "SDFInstallationScript": frozenset({"run"}),
}  # fmt: skip
# Functions of lists that call what they are given, once for each element.
EACH = frozenset({"forEach", "map", "filter", "reduce", "some", "every", "find", "flatMap", "each"})
LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_TAG = re.compile(r"@(NApiVersion|NScriptType)\b")
_KINDS: Mapping[str, str] = {
    "record.load": "Record",
    "record.create": "Record",
    "record.copy": "Record",
    "record.transform": "Record",
    "search.create": "Search",
    "search.load": "Search",
    "search.lookupFields": "Fields",
    "query.runSuiteQL": "ResultsOfQuery",
    "currentRecord.get": "CurrentRecord",
    "https.get": "Response",
    "https.post": "Response",
    "https.put": "Response",
    "https.delete": "Response",
    "https.request": "Response",
    "http.get": "Response",
    "http.post": "Response",
}
_MEMBERS: Mapping[tuple[str, str], str] = {
    ("Search", "run"): "ResultSet",
    ("Search", "runPaged"): "PagedData",
    ("ResultSet", "getRange"): "Results",
    ("PagedData", "fetch"): "Page",
    ("Results", "slice"): "Results",
    ("Results", "filter"): "Results",
    ("ResultsOfQuery", "asMappedResults"): "MappedRows",
    ("MappedRows", "slice"): "MappedRows",
    ("MappedRows", "filter"): "MappedRows",
}
_ELEMENTS: Mapping[str, str] = {"Results": "Result", "MappedRows": "MappedRow"}


@dataclass(frozen=True, slots=True)
class Call:
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


class Script:
    """
    A parsed script.

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
        self._kinds: dict[int, str | None] = {}
        self.by_type: dict[str, list[Node]] = {}
        for node in self.nodes:
            self.by_type.setdefault(node.type, []).append(node)

    @property
    def version(self) -> str | None:
        """`@NApiVersion`."""
        return self.tags.get("NApiVersion")

    @property
    def type(self) -> str | None:
        """`@NScriptType`, as Oracle spells it; None for a module and for what is no script type."""
        kind = self.tags.get("NScriptType", "").lower()
        return next((name for name in ENTRY_POINTS if name.lower() == kind), None)

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

    # Modules

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

    # Values

    @cached_property
    def calls(self) -> list[Call]:
        """Every call."""
        return [self.call(node) for node in self.of("call_expression")]

    def call(self, node: Node) -> Call:
        """A call_expression, read."""
        function = node.child_by_field_name("function")
        receiver = method = api = None
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
        if module is None or not names:
            return None
        return ".".join([*([module] if module else []), *reversed(names)])

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

    def kind(self, node: Node) -> str | None:
        """
        What a value is, where the text says so.

        Record, Search, ResultSet, Results, Result, PagedData, Page, Fields, Response, ResultsOfQuery,
        MappedRows, MappedRow; `new` for the record of a user event, `old` for the record before.
        """
        if node.id not in self._kinds:
            self._kinds[node.id] = None  # what is made of itself is nothing that is known
            self._kinds[node.id] = self._kind(node)
        return self._kinds[node.id]

    def _kind(self, node: Node) -> str | None:
        if node.type in ("parenthesized_expression", "await_expression"):
            return self.kind(node.named_children[0]) if node.named_children else None
        if node.type in ("identifier", "shorthand_property_identifier"):
            return self._kind_of_name(node)
        if node.type == "call_expression":
            call = self.call(node)
            if call.api is not None:
                return _KINDS.get(call.api.removesuffix(".promise"))
            if call.receiver is None or call.method is None:
                return None
            whose = self.kind(call.receiver)
            return _MEMBERS.get((whose, call.method)) if whose else None
        if node.type == "member_expression":
            target, name = (node.child_by_field_name(n) for n in ("object", "property"))
            if target is None or name is None:
                return None
            if self.context(target):
                return _EVENT_RECORDS.get(text(name))
            return "Results" if text(name) == "data" and self.kind(target) == "Page" else None
        if node.type == "subscript_expression":
            target = node.child_by_field_name("object")
            return _ELEMENTS.get(self.kind(target) or "") if target is not None else None
        return None

    def _kind_of_name(self, node: Node) -> str | None:
        binding = self.scopes.of(node)
        if binding is None or not binding.fixed or binding.path is None:
            return None
        if binding.kind == "loop":
            listed = self.kind(binding.value) if binding.value is not None else None
            return _ELEMENTS.get(listed or "") if binding.path == () else None
        if binding.kind == "param":
            return self._kind_of_parameter(binding)
        if binding.value is None:
            return None
        if binding.path == ():
            return self.kind(binding.value)
        if len(binding.path) == 1 and self.context(binding.value):
            return _EVENT_RECORDS.get(binding.path[0])
        return None

    def _kind_of_parameter(self, binding: Binding) -> str | None:
        function = enclosing(binding.node, FUNCTIONS)
        if function is None:
            return None
        if (
            binding.path is not None
            and len(binding.path) == 1
            and self.type == "UserEventScript"
            and function in self.entries.values()
        ):
            return _EVENT_RECORDS.get(binding.path[0])
        first = parameters_of(function)[:1] == [binding.node]
        parent = function.parent
        call = parent.parent if parent is not None and parent.type == "arguments" else None
        if not first or call is None or call.type != "call_expression":
            return None
        caller = self.call(call)
        whose = self.kind(caller.receiver) if caller.receiver is not None else None
        if whose == "ResultSet" and caller.method == "each":
            return "Result"
        return _ELEMENTS.get(whose or "") if caller.method in EACH - {"reduce"} else None

    def context(self, node: Node, depth: int = 5) -> str | None:
        """The entry point whose argument a name is: `afterSubmit` for its context."""
        if node.type != "identifier" or depth == 0:
            return None
        binding = self.scopes.of(node)
        if binding is None or not binding.fixed:
            return None
        if binding.kind == "const" and binding.value is not None and binding.path == ():
            return self.context(binding.value, depth - 1)
        if binding.kind != "param":
            return None
        function = enclosing(binding.node, FUNCTIONS)
        for name, entry in self.entries.items():
            if function == entry and parameters_of(entry)[:1] == [binding.node]:
                return name
        return None

    # Execution

    @cached_property
    def returned(self) -> Node | None:
        """The object that the module gives, None where it is made in a way that is not read."""
        factory = self.factory
        if factory is None:
            return None
        body = factory.child_by_field_name("body")
        if body is None:
            return None
        if body.type != "statement_block":
            found = self.origin(body)
            return found if found is not None and found.type == "object" else None
        given = [
            node
            for node in walk(body)
            if node.type == "return_statement" and enclosing(node, FUNCTIONS) == factory
        ]
        if len(given) != 1 or not given[0].named_children:
            return None
        found = self.origin(given[0].named_children[0])
        return found if found is not None and found.type == "object" else None

    @cached_property
    def exported(self) -> dict[str, Node] | None:
        """What the module gives, by name; None where it is made in a way that is not read."""
        if self.returned is None:
            return dict(self._added("exports")) or None
        found: dict[str, Node] = {}
        for child in self.returned.named_children:
            if child.type == "spread_element":
                return None
            if child.type == "shorthand_property_identifier":
                found[text(child)] = child
            elif child.type == "method_definition":
                name = child.child_by_field_name("name")
                if name is not None:
                    found[text(name)] = child
            elif child.type == "pair":
                key, value = (child.child_by_field_name(n) for n in ("key", "value"))
                name_ = key_of(key) if key is not None else None
                if name_ is None:
                    return None
                if value is not None:
                    found[name_] = value
        found.update(self._added(None))
        return found

    def _added(self, module: str | None) -> Iterator[tuple[str, Node]]:
        """What is added to the returned object, or to that of the module `exports`: `exports.map = ...`."""
        for node in self.of("assignment_expression"):
            left, right = (node.child_by_field_name(n) for n in ("left", "right"))
            if left is None or right is None or left.type != "member_expression":
                continue
            target, name = (left.child_by_field_name(n) for n in ("object", "property"))
            if target is None or name is None or target.type != "identifier":
                continue
            binding = self.scopes.of(target)
            if module is not None:
                held = self.modules.get(binding.node.id) if binding is not None else None
            if (held == module) if module is not None else (self.origin(target) == self.returned):
                yield text(name), right

    @cached_property
    def entries(self) -> dict[str, Node]:
        """Functions of the entry points, by name: those that can be read."""
        if self.type is None or self.exported is None:
            return {}
        return {
            name: function
            for name, value in self.exported.items()
            if name in ENTRY_POINTS[self.type] and (function := self.function(value)) is not None
        }

    def reach(self, function: Node) -> list[Node]:
        """A function and the script's own functions that it names, directly or through others."""
        found: dict[int, Node] = {}
        waiting = [function]
        while waiting:
            at = waiting.pop()
            if at.id in found:
                continue
            found[at.id] = at
            for node in walk(at):
                if node.type == "identifier":
                    named = self.function(node)
                    if named is not None and named.id not in found:
                        waiting.append(named)
        return list(found.values())

    def within(self, functions: list[Node]) -> Iterator[Call]:
        """Calls inside any of some functions, each once, in the order of the text."""
        spans = [(f.start_byte, f.end_byte) for f in functions]
        for call in self.calls:
            if any(a <= call.node.start_byte and call.node.end_byte <= b for a, b in spans):
                yield call

    @cached_property
    def loading(self) -> list[Node]:
        """Nodes that run while the module loads: the factory without the functions that run later."""
        if self.factory is None:
            return []
        found: list[Node] = []
        seen: set[int] = set()
        waiting = [self.factory]
        while waiting:
            function = waiting.pop()
            if function.id in seen:
                continue
            seen.add(function.id)
            body = function.child_by_field_name("body")
            stack = [body] if body is not None else []
            while stack:
                node = stack.pop()
                found.append(node)
                if node.type == "call_expression":
                    waiting.extend(self._run_now(node))
                stack.extend(c for c in reversed(node.children) if c.type not in FUNCTIONS)
        return found

    def _run_now(self, node: Node) -> Iterator[Node]:
        """Functions that a call runs at once: its own, and those that a list's function is given."""
        called = node.child_by_field_name("function")
        if called is None:
            return
        inner = called
        while inner.type == "parenthesized_expression":
            inner = inner.named_children[0]
        function = self.function(inner)
        if function is not None:
            yield function
        if called.type == "member_expression":
            name = called.child_by_field_name("property")
            if name is not None and text(name) in EACH - {"each"}:
                for argument in arguments_of(node):
                    given = self.function(argument)
                    if given is not None:
                        yield given

    def loop(self, node: Node) -> Node | None:
        """The loop, or call of forEach and its like, that repeats a node inside its own function."""
        at, parent = node, node.parent
        while parent is not None:
            if parent.type in LOOPS and parent.child_by_field_name("right") != at:
                if parent.child_by_field_name("initializer") != at:
                    return parent
            if parent.type in FUNCTIONS:
                given = parent.parent
                call = given.parent if given is not None and given.type == "arguments" else None
                if call is None or call.type != "call_expression":
                    return None
                name = self.call(call).method
                if name in EACH:
                    return call
                return None
            at, parent = parent, parent.parent
        return None

    def repeated(self, node: Node, depth: int = 3) -> Node | None:
        """The loop around a node, or around a call of the script's own function that it stands in."""
        loop = self.loop(node)
        if loop is not None or depth == 0:
            return loop
        function = enclosing(node, FUNCTIONS)
        while function is not None:
            for call in self.calls:
                callee = call.node.child_by_field_name("function")
                if callee is not None and callee.type == "identifier":
                    if self.function(callee) == function:
                        outer = self.repeated(call.node, depth - 1)
                        if outer is not None:
                            return outer
            function = enclosing(function, FUNCTIONS)
        return None

    def written_out(self, node: Node | None, depth: int = 5) -> bool:
        """Whether a list is one of the script's own text, filtered or made a set perhaps: it is short."""
        found = self.origin(node) if node is not None else None
        if found is None:
            return False
        if (
            found.type == "new_expression"
            and text(found.child_by_field_name("constructor")) == "Set"
        ):
            given = arguments_of(found)
            return bool(given) and self.written_out(given[0], depth - 1)
        if found.type == "call_expression":
            call = self.call(found)
            kept = call.method in ("filter", "map", "slice", "sort")
            return kept and self.written_out(call.receiver, depth - 1)
        return found.type == "array"

    def given(self, node: Node) -> list[Node]:
        """Expressions that a value may come from: every one that its name is ever given."""
        if node.type != "identifier":
            return [node]
        binding = self.scopes.of(node)
        if binding is None or binding.path != () or binding.kind in ("param", "loop", "catch"):
            return [node]
        found = [binding.value] if binding.value is not None else []
        for write in binding.writes:
            parent = write.parent
            right = parent.child_by_field_name("right") if parent is not None else None
            if right is not None and parent is not None and parent.type != "for_in_statement":
                found.append(right)
        return found


_EVENT_RECORDS: Mapping[str, str] = {"newRecord": "new", "oldRecord": "old"}


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
