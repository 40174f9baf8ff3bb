"""Outbound flows: the payload module of each, and what raises their events for each record type."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from generator.bill.outbound import heard
from generator.plan import names
from generator.plan.outbound import EventsVia, OutboundPlan, PollVia, Touch
from generator.plan.project import ProjectPlan
from generator.plan.values import All, AnyOf, Condition, Not, Test
from generator.render.engine import render_template
from generator.render.expressions import Scope, condition
from generator.render.inbound import value_map
from generator.render.js import Modules, camel, literal
from generator.render.payload import joins, payload_functions, queries, record_scope
from generator.render.reads import reads


def flow_module(plan: OutboundPlan) -> str:
    """`flows/<flow>.js`: what an event of the flow says."""
    modules = Modules()
    functions = payload_functions(plan, modules)
    if plan.hooks:
        modules.use(f"../{names.hook_file(plan.hooks.module)[:-3]}", "hooks")
    common = {
        "plan": plan,
        "maps": [value_map(found) for found in plan.maps],
        "functions": functions,
    }
    if isinstance(plan.via, PollVia):
        return render_template("flow_poll.js.j2", modules=modules.items(), via=plan.via, **common)
    within = {field for sublist, field in plan.within if not sublist}
    when = _delivery_condition(plan.via)
    text = condition(when, record_scope(modules, "rec", within)) if when else "true"
    asked = queries(plan, modules)
    return render_template(
        "flow_outbound.js.j2",
        modules=modules.items(),
        joins=[literal(found) for found in joins(plan.joins)],
        queries=[literal(found) for found in asked],
        uses_record="rec." in text,
        when=text,
        snapshot=plan.via.snapshot,
        dedupe_seconds=plan.via.dedupe_seconds,
        **common,
    )


def user_event(record: str, plan: ProjectPlan) -> str:
    """`<record>_ue.js`: one block for each flow that hears of the record type's saves."""
    modules = Modules()
    modules.use("./lib/events")
    scope = _save_scope(modules)
    blocks = []
    for flow in plan.outbound:
        if not isinstance(flow.via, EventsVia):
            continue
        if flow.record == record:
            blocks.append(_own(flow, flow.via, scope, modules))
        blocks += [
            _touched(flow, flow.via, touch) for touch in flow.via.touches if touch.record == record
        ]
    return render_template(
        "user_event.js.j2", record=record, blocks=blocks, modules=modules.items()
    )


def workflow_action(record: str, flows: list[OutboundPlan], prefix: str) -> str:
    """`<record>_wa.js`: a workflow sends its record through one flow, or all of the type."""
    modules = Modules()
    modules.use("./lib/events")
    scope = _save_scope(modules)
    found = []
    for flow in flows:
        assert isinstance(flow.via, EventsVia)
        kept = _without_changed(flow.via.when_save) if flow.via.when_save else None
        found.append(
            {
                "plan": flow,
                "when": condition(kept, scope) if kept else "true",
                "keep": literal(reads(flow)) if flow.via.snapshot else None,
            }
        )
    return render_template(
        "workflow_action.js.j2",
        record=record,
        flows=found,
        parameter=names.action_parameter(prefix, record),
        modules=modules.items(),
    )


def sending(plan: ProjectPlan) -> dict[str, list[OutboundPlan]]:
    """Record types that have flows by events of their own, with those flows."""
    own = heard(plan.outbound)
    return {
        record: mine
        for record, flows in own.items()
        if (mine := [flow for flow in flows if flow.record == record])
    }


def _own(flow: OutboundPlan, via: EventsVia, scope: Scope, modules: Modules) -> dict[str, Any]:
    arguments = [literal(flow.flow), literal(list(via.on)), literal(list(via.contexts_excluded))]
    heard = f"save.wanted({', '.join(arguments)})"
    tests = []
    if via.changed:
        tests.append(f"save.changed({literal(list(via.changed))})")
    if via.when_save:
        whole = via.when_save
        parts = whole.of if isinstance(whole, All) else (whole,)
        tests += [_bracketed(part, scope) for part in parts]
    wanted = f"flow: {literal(flow.flow)}"
    if flow.deliver == "immediate":
        module = modules.use(f"./{names.flow_file(flow.flow)[:-3]}", camel(flow.flow))
        wanted += f", module: {module}"
    if flow.deliver == "pull":
        wanted += ", pulled: true"
    if via.snapshot:
        wanted += f", state: save.keep({literal(reads(flow))})"
    judged = [f"save.holds({literal(flow.flow)}, () => {' && '.join(tests)})"] if tests else []
    return {"plan": flow, "tests": [heard, *judged], "wanted": f"{{ {wanted} }}"}


def _touched(flow: OutboundPlan, via: EventsVia, touch: Touch) -> dict[str, Any]:
    arguments = [literal(flow.flow), literal(touch.field), literal(list(via.contexts_excluded))]
    wanted = f"flow: {literal(flow.flow)}, record: {literal(flow.record)}, id"
    if flow.deliver == "pull":
        wanted += ", pulled: true"
    return {"plan": flow, "touched": ", ".join(arguments), "wanted": f"{{ {wanted} }}"}


def _save_scope(modules: Modules) -> Scope:
    return replace(record_scope(modules, "save"), modules=_Near(modules))


class _Near(Modules):
    """The same modules, seen from the project's folder instead of from `flows/`."""

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self._modules = modules

    def use(self, path: str, name: str | None = None) -> str:
        return self._modules.use(path.replace("../", "./", 1), name)


def _bracketed(found: Condition, scope: Scope) -> str:
    text = condition(found, scope)
    return f"({text})" if isinstance(found, AnyOf) else text


def _delivery_condition(via: EventsVia) -> Condition | None:
    """Judged at delivery: joins always, own fields again unless the flow sends what was true at the save."""
    parts = []
    if via.when_save and not via.on_event:
        kept = _without_changed(via.when_save)
        if kept:
            parts.append(kept)
    if via.when_drain:
        parts.append(via.when_drain)
    if not parts:
        return None
    flat = tuple(one for part in parts for one in (part.of if isinstance(part, All) else (part,)))
    return flat[0] if len(flat) == 1 else All(flat)


def _without_changed(found: Condition) -> Condition | None:
    """The condition without tests on what changed: at delivery there is no before."""
    match found:
        case Test():
            return None if found.operator == "changed" else found
        case Not(of):
            inner = _without_changed(of)
            return Not(inner) if inner else None
        case All(of) | AnyOf(of):
            parts = [_without_changed(part) for part in of]
            if isinstance(found, AnyOf) and None in parts:
                return None
            kept = tuple(part for part in parts if part)
            if not kept:
                return None
            return All(kept) if isinstance(found, All) else AnyOf(kept)
