"""
A script as it runs: its entry points, what values are, what runs when and how often.

Nothing is guessed: where the text does not say what a value is, the answer is None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from tree_sitter import Node

from generator.suitescript.module import Call, Module
from generator.suitescript.nodes import arguments_of, enclosing, key_of, parameters_of, text
from generator.suitescript.parse import walk
from generator.suitescript.scopes import FUNCTIONS, Binding

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
_EVENT_RECORDS: Mapping[str, str] = {"newRecord": "new", "oldRecord": "old"}


class Script(Module):
    """A parsed script of some type, or a module of one."""

    @property
    def type(self) -> str | None:
        """`@NScriptType`, as Oracle spells it; None for a module and for what is no script type."""
        kind = self.tags.get("NScriptType", "").lower()
        return next((name for name in ENTRY_POINTS if name.lower() == kind), None)

    @cached_property
    def _kinds(self) -> dict[int, str | None]:
        return {}

    def kind(self, node: Node) -> str | None:
        """
        What a value is, where the text says so.

        Record, Search, ResultSet, Results, Result, PagedData, Page, Fields, Response,
        ResultsOfQuery, MappedRows, MappedRow; `new` for the record of a user event, `old` for the
        record before.
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

    def asked_of(self, node: Node, holder: str) -> str | None:
        """
        The member that a value is, of an object whose text ends in `holder`.

        `id` for `request.parameters.id` and what `const { id } = request.parameters` declares.
        """
        found = self.origin(node) or node
        if found.type == "member_expression":
            target, name = (found.child_by_field_name(n) for n in ("object", "property"))
            held = target is not None and text(target).endswith(holder)
            return text(name) if held and name is not None else None
        binding = self.scopes.of(found) if found.type == "identifier" else None
        if binding is None or not binding.fixed or binding.value is None or not binding.path:
            return None
        whole = ".".join((text(binding.value), *binding.path[:-1]))
        return binding.path[-1] if whole.endswith(holder) else None

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
        if self._filled_by_name():
            return None
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

    def _filled_by_name(self) -> bool:
        """Whether something is added to the returned object whose name is not written out: `routes[verb] = ...`."""
        targets = [
            left.child_by_field_name("object")
            for node in self.of("assignment_expression")
            if (left := node.child_by_field_name("left")) is not None
            and left.type == "subscript_expression"
        ]
        targets += [c.arguments[0] for c in self.calls if c.method == "assign" and c.arguments]
        return any(each is not None and self.origin(each) == self.returned for each in targets)

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
            # `(run) => (context) => ...` gives a function, and runs nothing of it.
            stack = [body] if body is not None and body.type not in FUNCTIONS else []
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
