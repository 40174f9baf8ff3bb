"""Map/reduce and scheduled scripts: stages, results and units."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from generator.lint.examples import Snippet, map_reduce
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.suitescript.nodes import enclosing, parameters_of, property_of, text
from generator.suitescript.parse import walk
from generator.suitescript.scopes import FUNCTIONS
from generator.suitescript.script import Script

_TEXT = frozenset(
    [
        "length",
        "at",
        "charAt",
        "charCodeAt",
        "codePointAt",
        "concat",
        "endsWith",
        "includes",
        "indexOf",
        "lastIndexOf",
        "localeCompare",
        "match",
        "matchAll",
        "normalize",
        "padEnd",
        "padStart",
        "repeat",
        "replace",
        "replaceAll",
        "search",
        "slice",
        "split",
        "startsWith",
        "substr",
        "substring",
        "toLowerCase",
        "toString",
        "toUpperCase",
        "trim",
        "trimEnd",
        "trimStart",
        "valueOf",
        "toLocaleLowerCase",
        "toLocaleUpperCase",
    ]
)
_STAGES = ("getInputData", "map", "reduce", "summarize")


def _errors_unseen(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "MapReduceScript" or not script.exported:
        return
    stages = [name for name in ("map", "reduce") if name in script.exported]
    if "summarize" not in script.exported:
        if stages:
            yield Found(
                script.exported[stages[0]], "no summarize: a key that fails is seen by nobody"
            )
        return
    function = script.entries.get("summarize")
    if function is None:
        return
    functions = script.reach(function)
    if _hands_on(script, functions):
        return
    words = {
        text(node)
        for one in functions
        for node in walk(one)
        if node.type
        in ("property_identifier", "shorthand_property_identifier_pattern", "string_fragment")
    }
    lacking = [f"{name}Summary.errors" for name in stages if f"{name}Summary" not in words]
    if "errors" not in words:
        lacking = [f"{name}Summary.errors" for name in stages]
    if lacking and len(lacking) == len(stages):
        yield Found(
            function,
            f"summarize does not look at {' or '.join(lacking)}: what failed is seen by nobody",
        )


def _hands_on(script: Script, functions: list[Node]) -> bool:
    """Whether the summary is given to something that is not seen here."""
    for function in functions:
        names = [p for p in parameters_of(function) if p.type == "identifier"]
        for parameter in names[:1]:
            binding = script.scopes.of(parameter)
            for use in binding.uses if binding else []:
                parent = use.parent
                call = parent.parent if parent is not None and parent.type == "arguments" else None
                if call is not None and call.type == "call_expression":
                    callee = call.child_by_field_name("function")
                    if callee is not None and script.function(callee) is None:
                        return True
    return False


def _text_as_object(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "MapReduceScript":
        return
    for node in script.of("member_expression"):
        target, name = (node.child_by_field_name(n) for n in ("object", "property"))
        if target is None or name is None or text(name) in _TEXT:
            continue
        if target.type == "member_expression":
            owner, value = (target.child_by_field_name(n) for n in ("object", "property"))
            if owner is not None and text(value) == "value" and script.context(owner) == "map":
                yield Found(
                    name, f"context.value is text: it has no {text(name)} before JSON.parse"
                )
        elif target.type == "subscript_expression":
            owner = target.child_by_field_name("object")
            if owner is not None and owner.type == "member_expression":
                whose, value = (owner.child_by_field_name(n) for n in ("object", "property"))
                if (
                    whose is not None
                    and text(value) == "values"
                    and script.context(whose) == "reduce"
                ):
                    yield Found(
                        name, f"values are text: they have no {text(name)} before JSON.parse"
                    )


def _shared_state(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "MapReduceScript" or script.factory is None:
        return
    stages = {
        name: script.reach(script.entries[name]) for name in _STAGES if name in script.entries
    }
    for declarator in script.of("variable_declarator"):
        if enclosing(declarator, FUNCTIONS) != script.factory:
            continue
        name = declarator.child_by_field_name("name")
        binding = script.scopes.of(name) if name is not None and name.type == "identifier" else None
        if binding is None:
            continue
        changed = {
            s
            for s, functions in stages.items()
            if any(_inside(w, functions) for w in _changes(binding.uses, binding.writes))
        }
        used = {
            s for s, functions in stages.items() if any(_inside(u, functions) for u in binding.uses)
        }
        others = sorted(used - changed, key=_STAGES.index)
        if changed and others and others != ["getInputData"]:
            first = min(changed, key=_STAGES.index)
            later = [s for s in others if _STAGES.index(s) > _STAGES.index(first)]
            if later:
                yield Found(
                    binding.node,
                    f"{binding.name} is changed in {first} and read in {later[0]}, which runs on its own and never sees it",
                )


def _changes(uses: list[Node], writes: list[Node]) -> Iterator[Node]:
    yield from writes
    for use in uses:
        member = use.parent
        if member is None or member.type not in ("member_expression", "subscript_expression"):
            continue
        outer = member.parent
        if outer is None:
            continue
        if outer.type in ("assignment_expression", "augmented_assignment_expression"):
            if outer.child_by_field_name("left") == member:
                yield use
        elif outer.type == "update_expression" or (
            outer.type == "call_expression"
            and text(member.child_by_field_name("property"))
            in (
                "push",
                "unshift",
                "add",
                "set",
            )
        ):
            yield use


def _inside(node: Node, functions: list[Node]) -> bool:
    return any(f.start_byte <= node.start_byte and node.end_byte <= f.end_byte for f in functions)


def _each_stops(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.method != "each" or call.receiver is None or len(call.arguments) != 1:
            continue
        iterated = "iterator()" in text(call.receiver)[-12:]
        if not iterated and script.kind(call.receiver) != "ResultSet":
            continue
        function = script.function(call.arguments[0])
        body = function.child_by_field_name("body") if function is not None else None
        if function is None or body is None or body.type != "statement_block":
            continue
        returns = [
            node
            for node in walk(body)
            if node.type == "return_statement" and enclosing(node, FUNCTIONS) == function
        ]
        if not any(node.named_children for node in returns):
            yield Found(
                call.place,
                "each goes on only while its function returns true: this one sees the first entry alone",
            )


def _retries(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "MapReduceScript" or not script.exported:
        return
    config = script.exported.get("config")
    found = script.origin(config) if config is not None else None
    if found is None or found.type != "object":
        return
    count = property_of(found, "retryCount")
    value = script.number(count)
    if count is not None and value is not None and not 0 <= value <= 3:
        yield Found(count, f"retryCount is {text(count)}, NetSuite takes 0 to 3")


def _units_unwatched(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "ScheduledScript" or "execute" not in script.entries:
        return
    words = {text(node) for node in script.of("property_identifier")}
    if "getRemainingUsage" in words:
        return
    functions = script.reach(script.entries["execute"])
    for call in script.within(functions):
        saves = (
            call.method == "save"
            and call.receiver is not None
            and script.kind(call.receiver) == "Record"
        )
        if not saves and (call.api or "") not in (
            "record.submitFields",
            "record.delete",
            "record.transform",
        ):
            continue
        loop = script.repeated(call.node)
        if loop is None or _few(script, loop):
            continue
        yield Found(
            call.place, "the loop changes records and never looks at the units that are left"
        )
        return


def _few(script: Script, loop: Node) -> bool:
    """A loop over a list that is written out in the script."""
    right = loop.child_by_field_name("right")
    if right is None and loop.type == "call_expression":
        right = script.call(loop).receiver
    return script.written_out(right)


RULES = (
    Rule(
        "L240", "errors of map and reduce that nobody sees", "warning",
        "A key that fails does not fail the script: its status is Complete all the same. What went wrong is in the summary's errors only.",
        "help topics Map/Reduce Script Error Handling (section_1516393583, section_1499299768); netsuite-facts 1.5 and 10",
        "Go through summary.mapSummary.errors and reduceSummary.errors in summarize, and look at inputSummary.error.",
        map_reduce("log", map="(context) => context.write({ key: context.key, value: 1 })", summarize="(summary) => log.audit({ title: 'units', details: summary.usage })"),
        map_reduce("log", map="(context) => context.write({ key: context.key, value: 1 })", summarize="(summary) =>\n    summary.mapSummary.errors.iterator().each((key, error) => {\n      log.error({ title: key, details: error });\n      return true;\n    })"),
        script=_errors_unseen,
    ),
    Rule(
        "L241", "text of a map/reduce stage used as an object", "error",
        "Values reach map and reduce as text: objects and search results are JSON. A property of the text is undefined.",
        "help topics mapContext.value and reduceContext.values; netsuite-facts 1.5",
        "JSON.parse it first.",
        map_reduce("log", map="(context) => log.audit({ title: 'row', details: context.value.id })"),
        map_reduce("log", map="(context) => log.audit({ title: 'row', details: JSON.parse(context.value).id })"),
        script=_text_as_object,
    ),
    Rule(
        "L242", "a variable shared by map/reduce stages", "warning",
        "Each call of a stage is an execution of its own, on any processor: the module is loaded anew, and a variable that another stage filled is empty again.",
        "help topic Map/Reduce Script Stages; netsuite-facts 1.5",
        "Pass it on with context.write, or count in summarize.",
        map_reduce("log", map="(context) => {\n    done.push(context.key);\n  }", summarize="(summary) => {\n    summary.mapSummary.errors.iterator().each((key) => {\n      log.error({ title: 'failed', details: key });\n      return true;\n    });\n    log.audit({ title: 'done', details: done.length });\n  }").replace("  const getInputData", "  const done = [];\n\n  const getInputData"),
        map_reduce("log", map="(context) => {\n    context.write({ key: context.key, value: 1 });\n  }", summarize="(summary) => {\n    let done = 0;\n    summary.mapSummary.errors.iterator().each((key) => {\n      log.error({ title: 'failed', details: key });\n      return true;\n    });\n    summary.output.iterator().each(() => {\n      done += 1;\n      return true;\n    });\n    log.audit({ title: 'done', details: done });\n  }"),
        script=_shared_state,
    ),
    Rule(
        "L243", "each that stops after the first entry", "warning",
        "each of search results, summaries and file lines goes on only while the function returns true.",
        "help topics ResultSet.each(callback) and Iterator.each; netsuite-facts 1.5",
        "End the function with `return true`.",
        Snippet("ScheduledScript", "search log", "search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).run().each((row) => {\n  log.audit({ title: 'customer', details: row.id });\n});"),
        Snippet("ScheduledScript", "search log", "search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).runPaged({ pageSize: 1000 }).pageRanges.forEach((range) => {\n  log.audit({ title: 'page', details: range.index });\n});"),
        script=_each_stops,
    ),
    Rule(
        "L244", "a retryCount out of range", "error",
        "Map/reduce scripts are retried 0 to 3 times.",
        "help topic Configuration Options for Handling Map/Reduce Interruptions (section_1517279521)",
        "Give a number from 0 to 3.",
        map_reduce("log", map="(context) => context.write({ key: context.key, value: 1 })").replace("return { ", "return { config: { retryCount: 5 }, "),
        map_reduce("log", map="(context) => context.write({ key: context.key, value: 1 })").replace("return { ", "return { config: { retryCount: 3 }, "),
        script=_retries,
    ),
    Rule(
        "L245", "a scheduled script that does not watch its units", "warning",
        "A scheduled script ends without warning when its 10,000 units are used: SSS_USAGE_LIMIT_EXCEEDED cannot be caught in a useful way, and nothing says where it stopped.",
        "help topic SuiteScript Governance (section_N3351480); SAFE 43 and 49; netsuite-facts 1.6",
        "Ask runtime.getCurrentScript().getRemainingUsage() in the loop, and submit the script again for the rest; or write a map/reduce script.",
        Snippet("ScheduledScript", "search record", "search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).runPaged().fetch({ index: 0 }).data.forEach((row) => {\n  record.submitFields({ type: 'customer', id: row.id, values: { comments: 'seen' } });\n});"),
        Snippet("ScheduledScript", "search record runtime", "search.create({ type: 'customer', filters: [['isinactive', 'is', 'F']] }).runPaged().fetch({ index: 0 }).data.every((row) => {\n  record.submitFields({ type: 'customer', id: row.id, values: { comments: 'seen' } });\n  return runtime.getCurrentScript().getRemainingUsage() > 100;\n});"),
        script=_units_unwatched,
    ),
)  # fmt: skip
