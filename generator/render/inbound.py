"""An inbound flow: the module with its mapping, and the RESTlet or map/reduce that runs it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from generator.catalog import standard
from generator.plan import names
from generator.plan.inbound import CreatePlan, FileVia, InboundPlan, KeyPlan, Lookup
from generator.plan.values import All, Condition, Literal_, ValueMap
from generator.render.engine import render_template
from generator.render.expressions import (
    Scope,
    describe_condition,
    key_expression,
    negated,
)
from generator.render.functions import Function, Mapping
from generator.render.js import Modules, Raw, camel, key, literal, member

_SOURCE = "transform_from"
_ACTS = frozenset(("delete", "attach", "detach"))  # they write no field
_DOCUMENT_HOOKS = ("before_map", "after_map", "before_save", "after_save")


def flow_module(plan: InboundPlan) -> str:
    """`flows/<flow>.js`: what is read from a document and written to the record."""
    modules = Modules()
    scope = Scope(modules)
    mapping = Mapping(
        scope,
        plan.record,
        transformed=plan.transform_from is not None,
        sublists=known.sublists if (known := standard().record(plan.record)) else {},
    )
    # The key has its own place in the record; a mapping of the same field would take it away.
    body = tuple(found for found in plan.body if found.id != plan.key.field)
    if plan.transform_from:
        body = (replace(plan.transform_from[1], id=_SOURCE), *body)
    if plan.related:
        body = tuple(found for found in (plan.related.id, plan.related.role) if found)
    mapping.body("read", "write", ("doc", "at", "ctx"), body, plan.lines, plan.subrecords)
    functions = mapping.functions
    if plan.write in _ACTS:
        functions = [found for found in functions if found.name != "write"]
    if plan.transform_from:
        functions[-1] = _without_source(functions[-1])
    creates = [_create(create, scope, functions) for create in plan.creates]
    accept = _accept(plan.accept, scope)
    found_key = _key(plan.key, scope)
    hooks = None
    if plan.hooks:
        hooks = {
            name: Raw(member("hooks", function))
            for name in _DOCUMENT_HOOKS
            if (function := getattr(plan.hooks, name))
        }
        modules.use(f"../{names.hook_file(plan.hooks.module)[:-3]}", "hooks")
    makes = _makes(plan)
    text = "\n".join(line for function in functions for line in function.body)
    values = [
        name
        for name in ("get", "has")
        if any(f"{name}(" in part for part in (text, accept["text"], found_key["text"], *creates))
    ]
    if values:
        modules.use("../lib/values")
    return render_template(
        "flow_inbound.js.j2",
        plan=plan,
        modules=modules.items(),
        values=values,
        maps=[value_map(found) for found in plan.maps],
        lookups=[_lookup(found) for found in plan.lookups],
        settings=_settings(plan),
        accept=accept,
        key=found_key,
        functions=functions,
        creates=creates,
        writes=plan.write not in _ACTS,
        hooks=literal(hooks or {}),
        makes=makes,
    )


def entry(plan: InboundPlan, prefix: str) -> tuple[str, str]:
    """The entry script's path and text; `prefix` is the project's."""
    module = f"./{names.flow_file(plan.flow)[:-3]}"
    if isinstance(plan.via, FileVia):
        return names.import_file(plan.flow), render_template(
            "import.js.j2",
            plan=plan,
            module=module,
            parameter=names.import_parameter(prefix, plan.flow),
        )
    return names.restlet_file(plan.flow), render_template("restlet.js.j2", plan=plan, module=module)


def _initial(plan: InboundPlan) -> dict[str, str | bool] | None:
    """Default values with which record.create fills the sublists that NetSuite fills itself."""
    known = standard().record(plan.record)
    if known is None or plan.transform_from:
        return None
    filled = any(
        one.sublist in known.sublists and known.sublists[one.sublist].fills_itself
        for one in plan.lines
    )
    return dict(known.filled_for) if filled and known.filled_for else None


def _without_source(write: Function) -> Function:
    """The record that a transform starts from is read like a field, but it is none."""
    body = tuple(line for line in write.body if f"({literal(_SOURCE)}, " not in line)
    return Function(write.about, write.name, write.params, body)


def fixed_conditions(plan: InboundPlan) -> list[str]:
    """What tells the record type's rows from others of the same table."""
    if not plan.type_code:
        return []
    return [f"{'itemtype' if plan.kind == 'item' else 'type'} = '{plan.type_code}'"]


def _settings(plan: InboundPlan) -> list[str]:
    settings: dict[str, Any] = {
        "flow": plan.flow,
        "contract": plan.contract,
        "record": plan.record,
        "family": plan.family,
        "table": plan.table,
        "where": fixed_conditions(plan),
        "key": plan.key.field,
        "keyPrefix": plan.key.prefix,
        "keySpec": str(plan.key.origin),
        **({"claim": True} if plan.key.claim else {}),
        "write": plan.write,
        "save": plan.save,
        "sourcing": plan.sourcing,
        "fingerprint": plan.fingerprint,
        **({"verifyAlways": True} if plan.verify_always else {}),
        "dynamic": plan.dynamic,
        **({"ignoreMandatory": True} if plan.ignore_mandatory else {}),
        **({"transformFrom": plan.transform_from[0]} if plan.transform_from else {}),
        **({"initial": initial} if (initial := _initial(plan)) else {}),
        "answer": {one.name: one.column for one in plan.answer},
        **({"related": plan.related.record} if plan.related else {}),
        **({"parent": plan.related.field} if plan.related and plan.related.field else {}),
        "unitsEach": plan.units.own,
        "unitsRest": plan.units.rest,
        "batchMax": plan.batch_max,
    }
    return [f"{key(name)}: {literal(value)}" for name, value in settings.items()]


def value_map(plan: ValueMap) -> str:
    """A named map as a property of MAPS."""
    otherwise: Any = plan.otherwise
    if isinstance(otherwise, Literal_):
        otherwise = {"value": otherwise.value}
    return f"{key(plan.name)}: " + literal(
        {"name": plan.name, "values": dict(plan.values), "otherwise": otherwise}
    )


def _lookup(plan: Lookup) -> tuple[str, str]:
    text = literal(
        {
            "name": plan.name,
            "family": plan.family,
            "table": plan.table,
            "columns": [] if plan.suiteql else [column.name for column in plan.columns],
            "numeric": [column.numeric for column in plan.columns],
            "where": list(plan.where),
            "stage": plan.stage,
            **({"keep": True} if plan.cache == "deploy" else {}),
            **({"suiteql": plan.suiteql} if plan.suiteql else {}),
        }
    )
    return str(plan.origin), f"{key(plan.name)}: {text}"


def _accept(found: Condition | None, scope: Scope) -> dict[str, Any]:
    """One `if` for each test that must hold; the first that fails is the reason."""
    tests = found.of if isinstance(found, All) else (found,) if found else ()
    checks = [(negated(test, scope), describe_condition(test)) for test in tests]
    return {
        "tests": [(text, literal(reason)) for text, reason in checks],
        "text": " ".join(text for text, _ in checks),
    }


def _key(plan: KeyPlan, scope: Scope) -> dict[str, str]:
    if plan.hook:
        text = f"{member('hooks', plan.hook)}({scope.place}, {scope.doc}, ctx)"
    else:
        assert plan.value is not None
        text = key_expression(plan.value, scope)
    return {
        "text": text,
        "origin": str(plan.origin),
        "params": "doc, ctx" if "ctx" in text else "doc",
    }


def _makes(plan: InboundPlan) -> dict[str, Any]:
    """Tokens of the columns by which other flows refer to this record."""
    tokens = []
    fields = {found.id for found in plan.body}
    for column in plan.makes:
        if column == plan.key.field:
            tokens.append(f"{literal(f'{plan.family}|{column}|')} + key")
        elif column in fields:
            tokens.append(f"{literal(f'{plan.family}|{column}|')} + {member('v', column)}")
    params = [name for name in ("key", "v") if any(f"+ {name}" in token for token in tokens)]
    if params == ["v"]:
        params = ["_key", "v"]
    return {"params": ", ".join(params), "tokens": f"[{', '.join(tokens)}]"}


def _create(plan: CreatePlan, scope: Scope, functions: list[Function]) -> str:
    inside = scope.inside("place")
    mapping = Mapping(inside, plan.record)
    read, write = camel("read", plan.name), camel("write", plan.name)
    what = f"the {plan.record} that a missing reference creates"
    mapping.body(read, write, ("place", "doc", "at", "ctx"), plan.body, what=what)
    functions += mapping.functions
    found = _key(plan.key, inside)
    settings = {
        "flow": plan.name,
        "contract": "",
        "record": plan.record,
        "key": plan.key.field,
        "keyPrefix": plan.key.prefix,
        "write": "create",
        "save": "record",
        "sourcing": "create",
        "fingerprint": None,
        "dynamic": False,
        "units": plan.units,
    }
    params = "place, doc, ctx" if "ctx" in found["text"] or "doc" in found["text"] else "place"
    return (
        f"// {plan.origin}\n"
        f"    {key(plan.name)}: {{\n"
        f"      plan: {literal(settings)},\n"
        f"      key: ({params}) => {found['text']},\n"
        f"      read: {read},\n"
        f"      write: {write}\n"
        f"    }}"
    )
