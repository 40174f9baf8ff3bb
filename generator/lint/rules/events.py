"""User events: what the record and the types of a save allow."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from generator.lint.examples import Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.suitescript.module import Call
from generator.suitescript.nodes import text
from generator.suitescript.parse import walk
from generator.suitescript.script import Script

_SETTERS = frozenset(
    {"setValue", "setText", "setSublistValue", "setSublistText", "insertLine", "removeLine"}
    | {"removeSubrecord"}
)
_READERS = frozenset({"getValue", "getText", "getSublistValue", "getSublistText", "getLineCount"})
_CALLS_OUT = tuple(
    f"{m}.{v}" for m in ("https", "http") for v in ("get", "post", "put", "delete", "request")
)


def _entry(script: Script, name: str) -> list[Node]:
    """What runs in an entry point of a user event."""
    if script.type != "UserEventScript" or name not in script.entries:
        return []
    return script.reach(script.entries[name])


def _asks_for_type(script: Script, functions: list[Node]) -> bool:
    """Whether functions look at the event's type, or hand the whole context to what is not seen here."""
    for function in functions:
        for node in walk(function):
            if node.type in ("property_identifier", "shorthand_property_identifier_pattern"):
                if text(node) in ("type", "UserEventType"):
                    parent = node.parent
                    if parent is not None and parent.type == "pair":
                        continue
                    if parent is not None and parent.type == "member_expression":
                        owner = parent.child_by_field_name("object")
                        if (
                            owner is not None
                            and text(node) == "type"
                            and not _is_context(script, owner)
                        ):
                            continue
                    return True
            if node.type == "identifier" and script.context(node):
                parent = node.parent
                if parent is not None and parent.type == "arguments":
                    outer = parent.parent
                    if (
                        outer is not None
                        and script.function(outer.child_by_field_name("function") or outer) is None
                    ):
                        return True
    return False


def _is_context(script: Script, node: Node) -> bool:
    """The context, or a parameter that may be it."""
    if script.context(node):
        return True
    binding = script.scopes.of(node) if node.type == "identifier" else None
    return binding is not None and binding.kind == "param"


def _set_after_submit(script: Script, project: Project) -> Iterator[Found]:
    for call in script.within(_entry(script, "afterSubmit")):
        if (
            call.method in _SETTERS
            and call.receiver is not None
            and script.kind(call.receiver) == "new"
        ):
            yield Found(call.place, f"{call.method} on newRecord changes nothing after the save")


def _old_on_create(script: Script, project: Project) -> Iterator[Found]:
    for name in ("beforeSubmit", "afterSubmit"):
        functions = _entry(script, name)
        if not functions or _asks_for_type(script, functions) or _asks_for_old(script, functions):
            continue
        for call in script.within(functions):
            if (
                call.method in _READERS
                and call.receiver is not None
                and script.kind(call.receiver) == "old"
            ):
                if "?." not in text(call.node.child_by_field_name("function")):
                    yield Found(call.place, "oldRecord is null when a record is created")
                    break


def _asks_for_old(script: Script, functions: list[Node]) -> bool:
    """Whether the old record itself is a condition: `if (oldRecord)`, `oldRecord && ...`."""
    for function in functions:
        for node in walk(function):
            if script.kind(node) != "old":
                continue
            parent = node.parent
            if parent is None or parent.type in (
                "member_expression",
                "variable_declarator",
                "arguments",
            ):
                if parent is not None and parent.type == "member_expression":
                    if parent.child_by_field_name("optional_chain") is not None or "?." in text(
                        parent
                    ):
                        return True
                if parent is not None and parent.type == "arguments":
                    return True
                continue
            if parent.type == "object_pattern":
                continue
            return True
    return False


def _own_id(script: Script, node: Node | None) -> bool:
    """Whether an expression is the id of the record that was saved."""
    if node is None:
        return False
    found = script.origin(node)
    if found is None or found.type != "member_expression":
        return False
    target, name = (found.child_by_field_name(n) for n in ("object", "property"))
    return target is not None and text(name) == "id" and script.kind(target) == "new"


def _saves_itself(script: Script, project: Project) -> Iterator[Found]:
    functions = _entry(script, "afterSubmit")
    if not functions or _asks_for_type(script, functions):
        return
    for call in script.within(functions):
        own = _own_id(script, script.option(call, "id", 1))
        if (own and call.api is not None and call.api.startswith("record.submitFields")) or (
            own and call.api == "record.load" and _saved(script, call)
        ):
            yield _itself(call)


def _itself(call: Call) -> Found:
    return Found(
        call.place, "the record is changed again after each of its saves, its deletion too"
    )


def _saved(script: Script, call: Call) -> bool:
    parent = call.node.parent
    if parent is None or parent.type != "variable_declarator":
        return False
    name = parent.child_by_field_name("name")
    binding = script.scopes.of(name) if name is not None else None
    return binding is not None and any(
        use.parent is not None and text(use.parent.child_by_field_name("property")) == "save"
        for use in binding.uses
    )


def _waits_for_others(script: Script, project: Project) -> Iterator[Found]:
    for name in ("beforeSubmit", "afterSubmit"):
        for call in script.within(_entry(script, name)):
            if call.api is not None and call.api.removesuffix(".promise") in _CALLS_OUT:
                yield Found(
                    call.place,
                    "everybody who saves such a record waits for the answer of another system",
                )


def _submits_task(script: Script, project: Project) -> Iterator[Found]:
    for name in ("beforeLoad", "beforeSubmit", "afterSubmit"):
        for call in script.within(_entry(script, name)):
            if call.method == "submit" and call.receiver is not None:
                origin = script.origin(call.receiver)
                if origin is not None and origin.type == "call_expression":
                    if script.call(origin).api == "task.create":
                        yield Found(
                            call.place, "a task is submitted under the role of whoever saves"
                        )


def _thrown_to_people(script: Script, project: Project) -> Iterator[Found]:
    """AfterSubmit without a catch around calls of other systems or e-mail."""
    for call in script.within(_entry(script, "afterSubmit")):
        if call.api is None or not call.api.startswith("email.send"):
            continue
        at: Node | None = call.node
        while at is not None and at.type != "try_statement":
            at = at.parent
        if at is None:
            yield Found(
                call.place, "an e-mail that cannot be sent fails a save that has happened already"
            )


RULES = (
    Rule(
        "L230", "newRecord changed in afterSubmit", "error",
        "After the save the record of the event is read-only: nothing that is set on it is stored.",
        "help topic afterSubmit (section_4407992281); netsuite-facts 6",
        "Set it in beforeSubmit, or use record.submitFields.",
        Snippet("UserEventScript.afterSubmit", "", "if (context.type !== context.UserEventType.CREATE) return;\ncontext.newRecord.setValue({ fieldId: 'memo', value: 'new' });"),
        Snippet("UserEventScript.beforeSubmit", "", "if (context.type !== context.UserEventType.CREATE) return;\ncontext.newRecord.setValue({ fieldId: 'memo', value: 'new' });"),
        script=_set_after_submit,
    ),
    Rule(
        "L231", "oldRecord used without asking whether there is one", "warning",
        "There is no old record when a record is created: the script throws, and the save shows an error. Fine where the deployment is for other events only.",
        "help topic afterSubmit (section_4407992281); netsuite-facts 6",
        "Look at context.type, or at oldRecord itself, first.",
        Snippet("UserEventScript.afterSubmit", "log", "const before = context.oldRecord.getValue({ fieldId: 'email' });\nlog.audit({ title: 'before', details: before });"),
        Snippet("UserEventScript.afterSubmit", "log", "if (context.type !== context.UserEventType.EDIT) return;\nconst before = context.oldRecord.getValue({ fieldId: 'email' });\nlog.audit({ title: 'before', details: before });"),
        script=_old_on_create,
    ),
    Rule(
        "L232", "afterSubmit changes its own record after every save", "warning",
        "afterSubmit also runs when the record is deleted, where the load fails with RCRD_DSNT_EXIST, and for every inline edit. A second save after each save costs its units again and makes other writers lose with RCRD_HAS_BEEN_CHANGED.",
        "help topic afterSubmit (section_4407992281); netsuite-facts 6 and 13.4",
        "Set the value in beforeSubmit; what needs the new id looks at context.type first.",
        Snippet("UserEventScript.afterSubmit", "record", "const order = record.load({ type: context.newRecord.type, id: context.newRecord.id });\norder.setValue({ fieldId: 'memo', value: 'seen' });\norder.save();"),
        Snippet("UserEventScript.afterSubmit", "record", "if (context.type !== context.UserEventType.CREATE) return;\nconst order = record.load({ type: context.newRecord.type, id: context.newRecord.id });\norder.setValue({ fieldId: 'memo', value: `order ${order.id}` });\norder.save();"),
        script=_saves_itself,
    ),
    Rule(
        "L233", "another system is called inside a save", "warning",
        "The person who saves waits: up to 5 seconds for the connection and 45 for the answer. What fails is lost, because the event does not come again.",
        "help topics https.post (section_4567628658, section_4567630582) and User Event Script Best Practices (section_4460387617)",
        "Write a custom record in the event, and let a map/reduce or scheduled script send it.",
        Snippet("UserEventScript.afterSubmit", "https", "const answer = https.post({ url: 'https://shop.example/orders', body: JSON.stringify({ id: context.newRecord.id }) });\nif (answer.code >= 300) throw new Error(`the shop answered ${answer.code}`);"),
        Snippet("UserEventScript.afterSubmit", "record", "const event = record.create({ type: 'customrecord_example_event' });\nevent.setValue({ fieldId: 'custrecord_example_id', value: context.newRecord.id });\nevent.save();"),
        script=_waits_for_others,
    ),
    Rule(
        "L234", "a task submitted inside a save", "warning",
        "Submitting needs the permissions SuiteScript and SuiteScript Scheduling on the role of whoever saves, the task runs under that role, and a second one is refused while the first runs. It costs 20 units and time in every save.",
        "help topic Submitting a Map/Reduce Script Deployment from a Script (section_453639770507); netsuite-facts 10",
        "Let a scheduled script look for what there is to do.",
        Snippet("UserEventScript.afterSubmit", "task", "task.create({ taskType: task.TaskType.MAP_REDUCE, scriptId: 'customscript_other', deploymentId: 'customdeploy_other' }).submit();"),
        Snippet("ScheduledScript", "task", "task.create({ taskType: task.TaskType.MAP_REDUCE, scriptId: 'customscript_other', deploymentId: 'customdeploy_other' }).submit();"),
        script=_submits_task,
    ),
    Rule(
        "L235", "an e-mail whose failure fails the save", "warning",
        "An error in afterSubmit does not undo the save, but the person sees it fail, saves again, and later scripts do not run.",
        "SAFE 41; netsuite-facts 6",
        "Catch the error, and log it with the record's id.",
        Snippet("UserEventScript.afterSubmit", "email runtime", "email.send({ author: runtime.getCurrentUser().id, recipients: 'sales@example.com', subject: 'saved', body: String(context.newRecord.id) });"),
        Snippet("UserEventScript.afterSubmit", "email runtime log", "try {\n  email.send({ author: runtime.getCurrentUser().id, recipients: 'sales@example.com', subject: 'saved', body: String(context.newRecord.id) });\n} catch (error) {\n  log.error({ title: `no mail for ${context.newRecord.id}`, details: error });\n}"),
        script=_thrown_to_people,
    ),
)  # fmt: skip
