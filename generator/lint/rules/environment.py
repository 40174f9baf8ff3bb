"""What a script may expect of the place where it runs, and of itself."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from generator.lint.examples import Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.suitescript.nodes import text
from generator.suitescript.script import Script

# Browsers and Node have them, SuiteScript on the server has not.
_FOREIGN = frozenset(
    """
    console window document navigator location localStorage sessionStorage alert confirm prompt
    fetch XMLHttpRequest URLSearchParams FormData Blob setTimeout setInterval setImmediate
    requestAnimationFrame process Buffer jQuery $ DOMParser structuredClone performance
    """.split()  # noqa: SIM905 - a list of thirty lines says no more
)
_DOM = frozenset({"document", "jQuery", "$"})


def _foreign(script: Script, project: Project) -> Iterator[Found]:
    if not project.on_server(script):
        return
    asked = _asked_for(script)
    seen = set()
    for node in script.scopes.unknown:
        name = text(node)
        if name not in _FOREIGN or name in asked or (name, _line(node)) in seen:
            continue
        parent = node.parent
        if parent is not None and parent.type == "unary_expression":
            continue
        seen.add((name, _line(node)))
        better = {
            "console": "use N/log",
            "fetch": "use N/https",
            "XMLHttpRequest": "use N/https",
            "URLSearchParams": "use N/url, or encodeURIComponent",
        }.get(name)
        yield Found(node, f"there is no {name} on NetSuite's servers", better)


def _line(node: Node) -> int:
    return node.start_point[0]


def _asked_for(script: Script) -> set[str]:
    """Globals that the script asks about with typeof."""
    return {
        text(node.child_by_field_name("argument"))
        for node in script.of("unary_expression")
        if node.children and text(node.children[0]) == "typeof"
    }


def _silent_log(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "ClientScript":
        return
    for call in script.calls:
        if call.method not in ("debug", "audit", "error", "emergency") or call.receiver is None:
            continue
        unbound = call.receiver.type == "identifier" and text(call.receiver) == "log"
        if (call.api or "").startswith("log.") or (
            unbound and script.scopes.of(call.receiver) is None
        ):
            yield Found(
                call.place, f"log.{call.method} writes nothing when the script runs on a form"
            )
            return


def _dom(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "ClientScript":
        return
    seen: set[str] = set()
    for node in script.scopes.unknown:
        name = text(node)
        if name in _DOM and name not in seen:
            seen.add(name)
            yield Found(node, f"{name} reaches into NetSuite's own page")


def _swallowed(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("catch_clause"):
        body = node.child_by_field_name("body")
        if body is not None and not body.named_children:
            yield Found(node, "an error is caught and nothing is done about it")


def _evaluated(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("call_expression"):
        function = node.child_by_field_name("function")
        if function is not None and function.type == "identifier" and text(function) == "eval":
            if script.scopes.of(function) is None:
                yield Found(function, "eval runs whatever the text says")
    for node in script.of("new_expression"):
        constructor = node.child_by_field_name("constructor")
        if constructor is not None and text(constructor) == "Function":
            yield Found(constructor, "new Function runs whatever the text says")


RULES = (
    Rule(
        "L280", "something of browsers or Node on the server", "error",
        "Server scripts run in NetSuite's own engine: console, fetch, setTimeout, URLSearchParams, process and the like are not there, and using them throws.",
        "SAFE 52; netsuite-facts 1.2",
        "Use the N/ module for it.",
        Snippet("ScheduledScript", "", "console.log(context.type);"),
        Snippet("ScheduledScript", "log", "log.debug({ title: 'type', details: context.type });"),
        script=_foreign,
    ),
    Rule(
        "L281", "log in a client script", "warning",
        "On a form the functions of N/log are ignored without a word.",
        "SAFE 45",
        "Use console.log while developing, and a Suitelet or RESTlet for what must be kept.",
        Snippet("ClientScript", "log", "log.debug({ title: 'mode', details: context.mode });"),
        Snippet("ClientScript", "", "console.log(context.mode);"),
        script=_silent_log,
    ),
    Rule(
        "L282", "NetSuite's page changed by hand", "warning",
        "The structure of NetSuite's pages is nobody's promise: it changes with releases, and the script breaks.",
        "SAFE 98",
        "Use currentRecord, N/ui/dialog, N/ui/message, and serverWidget on the server.",
        Snippet("ClientScript", "", "document.getElementById('memo').style.display = 'none';"),
        Snippet("ClientScript", "", "context.currentRecord.getField({ fieldId: 'memo' }).isDisplay = false;"),
        script=_dom,
    ),
    Rule(
        "L283", "an error that is swallowed", "warning",
        "An empty catch hides what went wrong from the log, the caller and the summary; the script goes on as if it had worked.",
        "SAFE 41 and the chapter on defensive coding",
        "Log it, answer it, or say in a comment and a waiver why it may be ignored.",
        Snippet("ScheduledScript", "record", "try {\n  record.delete({ type: 'customer', id: context.id });\n} catch (error) {}"),
        Snippet("ScheduledScript", "record log", "try {\n  record.delete({ type: 'customer', id: context.id });\n} catch (error) {\n  log.error({ title: `customer ${context.id}`, details: error });\n}"),
        script=_swallowed,
    ),
    Rule(
        "L284", "text run as code", "warning",
        "Whoever can put text into the value runs code with the rights of the script's role.",
        "Oracle's secure coding guide for SuiteScript, chapter 1 (injection)",
        "Read data with JSON.parse; choose functions by name from a list.",
        Snippet("Restlet", "", "return eval(request.formula);"),
        Snippet("Restlet", "", "return JSON.parse(request.formula);"),
        script=_evaluated,
    ),
)  # fmt: skip
