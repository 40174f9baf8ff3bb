"""Values that are not what they look like: text for a number or a date, a list for one value."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from generator.lint.examples import Snippet, module
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.suitescript.nodes import enclosing, literal, parameters_of, text
from generator.suitescript.parse import walk
from generator.suitescript.scopes import FUNCTIONS
from generator.suitescript.script import Script

_RECORDS = frozenset({"Record", "new", "CurrentRecord"})
_SETTERS = {"setValue": 1, "setSublistValue": 3, "setCurrentSublistValue": 2}
_TIMES = frozenset({"date", "datetime", "timeofday"})
_ANSWERS = frozenset(
    {"saveRecord", "validateField", "validateLine", "validateInsert", "validateDelete"}
)
# Functions that name a line, with its place among plain arguments.
_OF_A_LINE = {
    "getSublistValue": 2, "getSublistText": 2, "setSublistValue": 2, "setSublistText": 2,
    "getSublistSubrecord": 2, "selectLine": 1, "removeLine": 1,
}  # fmt: skip


def _beyond_the_last(script: Script, project: Project) -> Iterator[Found]:
    for loop in script.of("for_statement"):
        index = _up_to_the_count(script, loop)
        body = loop.child_by_field_name("body")
        if index is None or body is None:
            continue
        for call in script.calls:
            if call.method not in _OF_A_LINE or enclosing(call.node, FUNCTIONS) != enclosing(
                loop, FUNCTIONS
            ):
                continue
            line = script.option(call, "line", _OF_A_LINE[call.method])
            if line is None or not body.start_byte <= line.start_byte < body.end_byte:
                continue
            binding = script.scopes.of(line)
            if binding is not None and binding is script.scopes.of(index):
                yield Found(line, "lines count from 0: the last one of the loop is not there")
                break


def _up_to_the_count(script: Script, loop: Node) -> Node | None:
    """The index of a loop that goes on while it is at most the number of lines."""
    condition = loop.child_by_field_name("condition")
    if condition is not None and condition.type == "expression_statement":
        condition = condition.named_children[0]
    if condition is None or condition.type != "binary_expression":
        return None
    left, right = (condition.child_by_field_name(name) for name in ("left", "right"))
    if left is None or right is None or left.type != "identifier":
        return None
    count = script.origin(right)
    if text(condition.child_by_field_name("operator")) != "<=" or count is None:
        return None
    counted = count.type == "call_expression" and script.call(count).method == "getLineCount"
    return left if counted else None


def _time_as_text(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.method not in _SETTERS or call.receiver is None:
            continue
        if script.kind(call.receiver) not in _RECORDS:
            continue
        value = script.option(call, "value", _SETTERS[call.method])
        field = script.string(script.option(call, "fieldId", 0 if call.method == "setValue" else 1))
        types = project.field_types(field) if field else frozenset()
        if value is not None and script.string(value) and types and types <= _TIMES:
            yield Found(value, f"{field} takes a Date, not text")


def _parameter_as_number(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("binary_expression"):
        operator = text(node.child_by_field_name("operator"))
        if operator not in ("===", "!=="):
            continue
        sides = [node.child_by_field_name(name) for name in ("left", "right")]
        for one, other in (sides, sides[::-1]):
            if one is None or other is None or other.type not in ("number", "true", "false"):
                continue
            if _is_parameter(script, one):
                always = "true" if operator == "!==" else "false"
                yield Found(node, f"parameters of a URL are text: this is always {always}")


def _is_parameter(script: Script, node: Node) -> bool:
    """Whether a value is what a URL says: of a RESTlet's get and delete, or of a Suitelet's request."""
    found = script.origin(node) or node
    if script.type == "Restlet":
        if found.type == "member_expression":
            holder = found.child_by_field_name("object")
            return holder is not None and script.context(holder) in ("get", "delete")
        binding = script.scopes.of(found)
        function = enclosing(binding.node, FUNCTIONS) if binding is not None else None
        asked = [script.entries.get(name) for name in ("get", "delete")]
        whole = function is not None and parameters_of(function)[:1] == [
            binding.node if binding is not None else None
        ]
        return (
            binding is not None
            and binding.kind == "param"
            and binding.fixed
            and function in asked
            and not whole
        )
    return script.type == "Suitelet" and script.asked_of(found, "request.parameters") is not None


def _list_as_one(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("member_expression"):
        name, holder = (node.child_by_field_name(part) for part in ("property", "object"))
        if name is None or holder is None or text(name) not in ("value", "text"):
            continue
        column = _looked_up(script, holder)
        if column is not None:
            yield Found(
                name, f"lookupFields gives {column} as a list: .{text(name)} is always undefined"
            )
    for call in script.calls:
        position = _SETTERS.get(call.method or "")
        value = script.option(call, "value", position) if position is not None else None
        column = _looked_up(script, value) if value is not None else None
        if value is not None and column is not None and project.field_types(column) == {"select"}:
            yield Found(value, f"lookupFields gives {column} as a list, and a select takes an id")


def _looked_up(script: Script, node: Node) -> str | None:
    """The column of lookupFields that a value is."""
    binding = script.scopes.of(node) if node.type == "identifier" else None
    if binding is not None and binding.fixed and binding.value is not None:
        if binding.path and len(binding.path) == 1 and script.kind(binding.value) == "Fields":
            return binding.path[0]
    found = script.origin(node)
    if found is None or found.type not in ("member_expression", "subscript_expression"):
        return None
    holder = found.child_by_field_name("object")
    if holder is None or script.kind(holder) != "Fields":
        return None
    index = found.child_by_field_name("index")
    if index is not None:
        return literal(index)
    return text(found.child_by_field_name("property"))


def _never_saves(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "ClientScript":
        return
    for name, function in script.entries.items():
        body = function.child_by_field_name("body")
        if name not in _ANSWERS or body is None or body.type != "statement_block":
            continue
        answers = [
            text(node.named_children[0])
            for node in walk(body)
            if node.type == "return_statement"
            and node.named_children
            and enclosing(node, FUNCTIONS) == function
        ]
        stops = any(node.type == "throw_statement" for node in walk(body))
        if set(answers) <= {"false"} and not stops:
            yield Found(
                function.child_by_field_name("name") or function,
                f"{name} never returns true, and what is not true is no",
            )


RULES = (
    Rule(
        "L221", "a loop beyond the last line", "error",
        "Lines count from 0 in SuiteScript 2, and the last one is getLineCount - 1. A loop that goes up to getLineCount asks for a line that is not there, or makes a new one; one that begins at 1, as in SuiteScript 1.0, leaves out the first.",
        "help topics Record.getSublistValue(options) and SuiteScript 1.0 to SuiteScript 2.x API Map; netsuite-facts 3.1",
        "Begin at 0 and go on while the index is less than getLineCount.",
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\nfor (let line = 1; line <= order.getLineCount({ sublistId: 'item' }); line++) {\n  order.setSublistValue({ sublistId: 'item', fieldId: 'isclosed', line, value: true });\n}\nreturn order.save();"),
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\nfor (let line = 0; line < order.getLineCount({ sublistId: 'item' }); line++) {\n  order.setSublistValue({ sublistId: 'item', fieldId: 'isclosed', line, value: true });\n}\nreturn order.save();"),
        script=_beyond_the_last,
    ),
    Rule(
        "L229", "a date set as text", "warning",
        "setValue takes a Date for dates, times and times of day. Text is refused, or read in the date format of whoever runs the script.",
        "netsuite-facts 3.2; SAFE 36 and 99",
        "Give a Date, or format.parse the text.",
        Snippet("UserEventScript.beforeSubmit", "", "context.newRecord.setValue({ fieldId: 'trandate', value: '3/1/2026' });"),
        Snippet("UserEventScript.beforeSubmit", "", "context.newRecord.setValue({ fieldId: 'trandate', value: new Date(2026, 2, 1) });"),
        script=_time_as_text,
    ),
    Rule(
        "L257", "a select of lookupFields used as one value", "error",
        "lookupFields gives a select as a list of {value, text}, with one element or none. Its own value and text are undefined.",
        "help topic search.lookupFields(options)",
        "Look at the first element, where there is one.",
        Snippet("Restlet", "search", "const found = search.lookupFields({ type: 'customer', id: request.id, columns: ['salesrep'] });\nreturn found.salesrep.text;"),
        Snippet("Restlet", "search", "const found = search.lookupFields({ type: 'customer', id: request.id, columns: ['salesrep'] });\nreturn found.salesrep.length > 0 ? found.salesrep[0].text : '';"),
        script=_list_as_one,
    ),
    Rule(
        "L277", "a parameter of a URL compared strictly with a number", "error",
        "What a RESTlet's get and delete and a Suitelet's request.parameters give is text: with === no number and no true equals it.",
        "help topics RESTlet Script Entry Points (section_4407965171) and ServerRequest.parameters; netsuite-facts 1.3",
        "Compare with text, or make a number of it first.",
        Snippet("Suitelet", "", "if (context.request.parameters.page === 1) context.response.write('first');"),
        Snippet("Suitelet", "", "if (Number(context.request.parameters.page) === 1) context.response.write('first');"),
        script=_parameter_as_number,
    ),
    Rule(
        "L285", "a client script that never lets save", "error",
        "saveRecord and the functions validate... must return true: NetSuite takes everything else, also nothing, for no, and the record cannot be saved, the line not added, the value not kept.",
        "help topics saveRecord(scriptContext) and validateLine(scriptContext)",
        "Return true at the end.",
        module("ClientScript", "", "  const saveRecord = (context) => {\n    if (!context.currentRecord.getValue({ fieldId: 'memo' })) return false;\n  };\n\n  return { saveRecord };"),
        module("ClientScript", "", "  const saveRecord = (context) => {\n    if (!context.currentRecord.getValue({ fieldId: 'memo' })) return false;\n    return true;\n  };\n\n  return { saveRecord };"),
        script=_never_saves,
    ),
)  # fmt: skip
