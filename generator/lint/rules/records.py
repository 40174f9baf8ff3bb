"""N/record: modes, values and lines."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from generator.lint.examples import Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.suitescript.module import Call
from generator.suitescript.nodes import enclosing, key_of, literal, text
from generator.suitescript.script import LOOPS, Script

_DYNAMIC = frozenset(
    {"selectNewLine", "selectLine", "commitLine", "cancelLine", "setCurrentSublistValue"}
    | {"setCurrentSublistText", "getCurrentSublistValue", "getCurrentSublistText"}
    | {"getCurrentSublistSubrecord"}
)
_STANDARD = frozenset({"setSublistValue", "setSublistText"})
_READS = frozenset({"getValue", "getText"})
_QUESTIONS = frozenset(
    {"binary_expression", "if_statement", "parenthesized_expression", "ternary_expression"}
    | {"unary_expression"}
)


def _mode(script: Script, node: Node) -> str | None:
    """`dynamic` or `standard` for a record, None where it is not known."""
    if script.kind(node) in ("new", "old") and script.type == "UserEventScript":
        return "standard"
    origin = script.origin(node)
    if origin is None or origin.type != "call_expression":
        return None
    call = script.call(origin)
    if call.api not in ("record.load", "record.create", "record.copy", "record.transform"):
        return None
    first = script.origin(call.arguments[0]) if call.arguments else None
    if first is None or first.type != "object":
        return None
    if any(child.type == "spread_element" for child in first.named_children):
        return None
    said = script.option(call, "isDynamic")
    if said is None or said.type == "false":
        return "standard"
    return "dynamic" if said.type == "true" else None


def _dynamic_calls(script: Script, project: Project) -> Iterator[Found]:
    if script.type == "ClientScript":
        return
    for call in script.calls:
        if call.receiver is None or call.method not in _DYNAMIC | _STANDARD:
            continue
        mode = _mode(script, call.receiver)
        if mode == "standard" and call.method in _DYNAMIC:
            yield Found(
                call.place,
                f"{call.method} is for records in dynamic mode, {text(call.receiver)} is in standard mode",
                "use setSublistValue with a line, or load the record with isDynamic: true",
            )
        elif mode == "dynamic" and call.method in _STANDARD:
            yield Found(
                call.place,
                f"{call.method} is for records in standard mode, {text(call.receiver)} is in dynamic mode",
                "use selectLine, setCurrentSublistValue and commitLine",
            )


def _no_commit(script: Script, project: Project) -> Iterator[Found]:
    committed = {
        text(call.receiver) for call in script.calls if call.method in ("commitLine", "cancelLine")
    }
    for call in script.calls:
        if call.method != "selectNewLine" or call.receiver is None:
            continue
        if text(call.receiver) not in committed and _mode(script, call.receiver) == "dynamic":
            if not _handed_on(script, call.receiver):
                yield Found(call.place, f"no line of {text(call.receiver)} is committed anywhere")


def _handed_on(script: Script, node: Node) -> bool:
    """Whether a name is also given to somebody: what happens to it there is not known."""
    binding = script.scopes.of(node) if node.type == "identifier" else None
    if binding is None:
        return True
    return any(use.parent is None or use.parent.type != "member_expression" for use in binding.uses)


def _removed_upwards(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.method != "removeLine":
            continue
        line = script.option(call, "line", 1)
        loop = enclosing(call.node, LOOPS)
        if (
            line is None
            or line.type != "identifier"
            or loop is None
            or loop.type != "for_statement"
        ):
            continue
        increment = loop.child_by_field_name("increment")
        if increment is None or not _counts_up(increment, text(line)):
            continue
        binding, body = script.scopes.of(line), loop.child_by_field_name("body")
        if binding is None or body is None or _leaves(call.node, loop):
            continue
        if not any(body.start_byte <= w.start_byte <= body.end_byte for w in binding.writes):
            yield Found(
                call.place,
                f"lines go while {text(line)} counts up: the one that moves up is skipped",
            )


def _leaves(node: Node, loop: Node) -> bool:
    """Whether the loop ends (`break`, `return`) in the block where a node stands."""
    at = node.parent
    while at is not None and at != loop:
        if at.type == "statement_block" and any(
            child.type in ("break_statement", "return_statement") for child in at.named_children
        ):
            return True
        at = at.parent
    return False


def _counts_up(node: Node, name: str) -> bool:
    if node.type == "update_expression":
        return text(node.child_by_field_name("argument")) == name and "++" in text(node)
    if node.type == "augmented_assignment_expression":
        return text(node.child_by_field_name("left")) == name and "+=" in text(node)
    return False


def _compared(script: Script) -> Iterator[tuple[Node, str, Call, Node]]:
    """Comparisons of a value read from a record or result: node, operator, the reading call, the other side."""
    for node in script.of("binary_expression"):
        operator = node.child_by_field_name("operator")
        left, right = (node.child_by_field_name(n) for n in ("left", "right"))
        if operator is None or left is None or right is None:
            continue
        if text(operator) not in ("==", "===", "!=", "!=="):
            continue
        for read, other in ((left, right), (right, left)):
            origin = script.origin(read)
            if origin is not None and origin.type == "call_expression":
                call = script.call(origin)
                if call.receiver is not None and call.method in (
                    "getValue",
                    "getSublistValue",
                    "getCurrentSublistValue",
                ):
                    yield node, text(operator), call, other


def _field(script: Script, call: Call) -> str | None:
    """The field that a call of a record names."""
    position = 0 if call.method in ("getValue", "setValue") else 1
    node = script.option(call, "fieldId", position)
    return script.string(node)


def _checkbox_text(script: Script, project: Project) -> Iterator[Found]:
    for node, _, call, other in _compared(script):
        if literal(other) not in ("T", "F") or call.receiver is None:
            continue
        if script.kind(call.receiver) not in ("Record", "new", "old", "CurrentRecord"):
            continue
        field = _field(script, call)
        types = project.field_types(field) if field else frozenset()
        if types == {"boolean"}:
            yield Found(node, f"{field} is true or false on a record, never '{literal(other)}'")


def _checkbox_set(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.method not in ("setValue", "setSublistValue", "setCurrentSublistValue"):
            continue
        if call.receiver is None or script.kind(call.receiver) not in (
            "Record",
            "new",
            "CurrentRecord",
        ):
            continue
        position = {"setValue": 1, "setSublistValue": 3, "setCurrentSublistValue": 2}[call.method]
        value = script.option(call, "value", position)
        said = script.string(value)
        if value is None or said not in ("T", "F"):
            continue
        field = _field(script, call)
        types = project.field_types(field) if field else frozenset()
        if types and "boolean" not in types:
            continue
        sure: bool = types == {"boolean"}
        yield Found(
            value,
            f"{field or 'a checkbox'} takes {'true' if said == 'T' else 'false'}, not '{said}'",
            severity="error" if sure else "warning",
        )


def _number_for_id(script: Script, project: Project) -> Iterator[Found]:
    for node, operator, call, other in _compared(script):
        origin = script.origin(other)
        if operator not in ("===", "!==") or origin is None or origin.type != "number":
            continue
        kind = script.kind(call.receiver) if call.receiver is not None else None
        always = "true" if operator == "!==" else "false"
        if kind == "Result" and call.method == "getValue":
            yield Found(node, f"values of search results are text: this is always {always}")
        elif kind in ("Record", "new", "old", "CurrentRecord"):
            field = _field(script, call)
            types = project.field_types(field) if field else frozenset()
            if types and types <= {"select"}:
                yield Found(
                    node,
                    f"{field} is an internal id, and those come as text: this is {always} then",
                    severity="warning",
                )


def _line_not_there(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.method not in ("findSublistLineWithValue", "findMatrixSublistLineWithValue"):
            continue
        parent = call.node.parent
        if parent is None:
            continue
        if parent.type == "pair" and _key(parent) == "line":
            yield Found(
                call.place, "the line is used without a look at -1, which says that there is none"
            )
        if parent.type != "variable_declarator":
            continue
        name = parent.child_by_field_name("name")
        binding = script.scopes.of(name) if name is not None and name.type == "identifier" else None
        if binding is None or _questioned(binding.uses):
            continue
        used = [use for use in binding.uses if _is_line(use)]
        if used and len(used) == len(binding.uses):
            yield Found(
                call.place,
                f"{binding.name} is used as a line without a look at -1, which says that there is none",
            )


def _key(pair: Node) -> str | None:
    key = pair.child_by_field_name("key")
    return key_of(key) if key is not None else None


def _is_line(use: Node) -> bool:
    if use.type == "shorthand_property_identifier":
        return text(use) == "line"
    parent = use.parent
    return parent is not None and parent.type == "pair" and _key(parent) == "line"


def _questioned(uses: list[Node]) -> bool:
    return any(use.parent is not None and use.parent.type in _QUESTIONS for use in uses)


def _only_read(script: Script, call: Call) -> list[str] | None:
    """Fields that are all that is done with a loaded record, None where more is done with it."""
    parent = call.node.parent
    if parent is None:
        return None
    if parent.type == "member_expression":
        outer = parent.parent
        if outer is not None and outer.type == "call_expression":
            reading = script.call(outer)
            if reading.method in _READS:
                field = _field(script, reading)
                return [field] if field else None
        return None
    if parent.type != "variable_declarator":
        return None
    name = parent.child_by_field_name("name")
    binding = script.scopes.of(name) if name is not None and name.type == "identifier" else None
    if binding is None or not binding.fixed or not binding.uses:
        return None
    fields = []
    for use in binding.uses:
        member = use.parent
        outer = member.parent if member is not None and member.type == "member_expression" else None
        if outer is None or outer.type != "call_expression":
            return None
        reading = script.call(outer)
        if reading.receiver != use or reading.method not in _READS:
            return None
        field = _field(script, reading)
        if field is None:
            return None
        fields.append(field)
    return fields


def _loaded_to_read(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api("record.load"):
        fields = _only_read(script, call)
        if fields is None:
            continue
        loop = script.repeated(call.node)
        each = "each time round the loop " if loop is not None else ""
        named = ", ".join(dict.fromkeys(fields))
        yield Found(call.place, f"a whole record is loaded {each}to read {named}")


RULES = (
    Rule(
        "L220", "a record loaded to read body fields", "warning",
        "record.load costs 10 units for a transaction, 5 for other standard records, and reads every line; search.lookupFields costs 1. In a loop it is what uses up a script's units.",
        "help topic SuiteScript 2.x API Governance (section_157072844224); SAFE 33 and 47",
        "Use search.lookupFields, or one search or SuiteQL query for all records of a loop.",
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\nreturn { number: order.getValue({ fieldId: 'tranid' }) };"),
        Snippet("Restlet", "search", "const order = search.lookupFields({ type: 'salesorder', id: request.id, columns: ['tranid'] });\nreturn { number: order.tranid };"),
        script=_loaded_to_read,
    ),
    Rule(
        "L222", "line functions of the other mode", "error",
        "A record is in standard mode unless it is opened with isDynamic: true; the records of user events are always in standard mode. Each mode has functions of its own for lines, and the other's throw.",
        "help topic SuiteScript 2.x Standard and Dynamic Modes; beforeSubmit (section_4407992070); netsuite-facts 3.1",
        "Use the functions of the mode that the record is in.",
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\norder.selectNewLine({ sublistId: 'item' });\norder.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: request.item });\norder.commitLine({ sublistId: 'item' });\nreturn order.save();"),
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\nconst line = order.getLineCount({ sublistId: 'item' });\norder.insertLine({ sublistId: 'item', line });\norder.setSublistValue({ sublistId: 'item', fieldId: 'item', line, value: request.item });\nreturn order.save();"),
        script=_dynamic_calls,
    ),
    Rule(
        "L223", "a new line that is never committed", "warning",
        "In dynamic mode a line belongs to the record only after commitLine: without it the record is saved without the line, and no error says so.",
        "help topic Record.commitLine(options)",
        "Call commitLine when the line's values are set.",
        Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder', isDynamic: true });\norder.selectNewLine({ sublistId: 'item' });\norder.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: request.item });\nreturn order.save();"),
        Snippet("Restlet", "record", "const order = record.create({ type: 'salesorder', isDynamic: true });\norder.selectNewLine({ sublistId: 'item' });\norder.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: request.item });\norder.commitLine({ sublistId: 'item' });\nreturn order.save();"),
        script=_no_commit,
    ),
    Rule(
        "L224", "lines removed while counting up", "warning",
        "removeLine moves the lines behind it up by one: a loop that counts up skips every line after a removed one, and at last asks for one that is not there.",
        "help topic Record.removeLine(options); netsuite-facts 3.1",
        "Count down from the last line.",
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\nfor (let line = 0; line < order.getLineCount({ sublistId: 'item' }); line++) {\n  order.removeLine({ sublistId: 'item', line: line });\n}\nreturn order.save();"),
        Snippet("Restlet", "record", "const order = record.load({ type: 'salesorder', id: request.id });\nfor (let line = order.getLineCount({ sublistId: 'item' }) - 1; line >= 0; line--) {\n  order.removeLine({ sublistId: 'item', line: line });\n}\nreturn order.save();"),
        script=_removed_upwards,
    ),
    Rule(
        "L225", "a line that may not be there", "warning",
        "findSublistLineWithValue answers -1 where no line has the value. Used as a line, that throws, or a value is set on no line at all.",
        "help topic Record.findSublistLineWithValue(options)",
        "Compare with -1 first.",
        Snippet("Restlet", "record", "const payment = record.transform({ fromType: 'invoice', fromId: request.id, toType: 'customerpayment' });\nconst line = payment.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'doc', value: request.id });\npayment.setSublistValue({ sublistId: 'apply', fieldId: 'apply', line, value: true });\nreturn payment.save();"),
        Snippet("Restlet", "record", "const payment = record.transform({ fromType: 'invoice', fromId: request.id, toType: 'customerpayment' });\nconst line = payment.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'doc', value: request.id });\nif (line < 0) return 'the invoice is paid';\npayment.setSublistValue({ sublistId: 'apply', fieldId: 'apply', line, value: true });\nreturn payment.save();"),
        script=_line_not_there,
    ),
    Rule(
        "L226", "a checkbox of a record compared with 'T' or 'F'", "error",
        "On records a checkbox is true or false; only searches and SuiteQL give 'T' and 'F'. The comparison never holds.",
        "netsuite-facts 3.2; help topic Record.getValue(options)",
        "Compare with true, or ask for the value itself.",
        Snippet("UserEventScript.beforeSubmit", "", "if (context.newRecord.getValue({ fieldId: 'isinactive' }) === 'T') throw new Error('closed');"),
        Snippet("UserEventScript.beforeSubmit", "", "if (context.newRecord.getValue({ fieldId: 'isinactive' })) throw new Error('closed');"),
        script=_checkbox_text,
    ),
    Rule(
        "L227", "a checkbox set to 'T' or 'F'", "warning",
        "setValue takes true and false for a checkbox. (record.submitFields takes both forms.) Certain where the field is known to be a checkbox.",
        "netsuite-facts 3.2; help topic Record.setValue(options)",
        "Write true or false.",
        Snippet("UserEventScript.beforeSubmit", "", "context.newRecord.setValue({ fieldId: 'isinactive', value: 'T' });"),
        Snippet("UserEventScript.beforeSubmit", "", "context.newRecord.setValue({ fieldId: 'isinactive', value: true });"),
        script=_checkbox_set,
    ),
    Rule(
        "L228", "an internal id compared strictly with a number", "error",
        "Everything that a search result gives is text, and internal ids of records come as text too: with === a number does not equal them. Certain for search results; a field that this script set to a number itself may still hold it.",
        "netsuite-facts 3.2 and 13.15; help topic Result.getValue(options)",
        "Compare with text, or make a number of it first.",
        Snippet("ScheduledScript", "search log", "const found = search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']], columns: ['salesrep'] }).run().getRange({ start: 0, end: 5 });\nfound.forEach((row) => {\n  if (row.getValue({ name: 'salesrep' }) === 42) log.audit({ title: 'his', details: row.id });\n});"),
        Snippet("ScheduledScript", "search log", "const found = search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']], columns: ['salesrep'] }).run().getRange({ start: 0, end: 5 });\nfound.forEach((row) => {\n  if (Number(row.getValue({ name: 'salesrep' })) === 42) log.audit({ title: 'his', details: row.id });\n});"),
        script=_number_for_id,
    ),
)  # fmt: skip
