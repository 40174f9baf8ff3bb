"""All files of a project's scripts, by path."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from generator.bill import drain_bill
from generator.bill.outbound import heard
from generator.memory import Memory
from generator.plan import names
from generator.plan.inbound import FileVia, InboundPlan
from generator.plan.outbound import OutboundPlan, PollVia
from generator.plan.project import ProjectPlan
from generator.render import inbound, objects, outbound, tzif, zones
from generator.render.engine import render_template
from generator.render.js import camel, key, literal
from generator.resources import templates

_STAGING_README = """Parts of imports wait here until they are written. The scripts delete them.
This file makes the folder; leave it.
"""


def render(plan: ProjectPlan, memory: Memory | None = None) -> dict[str, str]:
    """
    The scripts of a project.

    Returns:
        Text by path relative to `FileCabinet/SuiteScripts/<prefix>/`. Hook modules are not among
        them: they are copied as they are to `hooks/`.
    """
    memory = memory or Memory()
    files: dict[str, str] = {}
    used = {"UTC", *((plan.timezone,) if plan.timezone else ())}
    for flow in objects.flows(plan):
        own = _own(flow, plan.prefix, memory)
        files.update(own.files)
        used.update(own.zones)
    for record in heard(plan.outbound):
        files[names.user_event_file(record)] = outbound.user_event(record, plan)
    for record, flows in outbound.sending(plan).items():
        files[names.workflow_action_file(record)] = outbound.workflow_action(
            record, flows, plan.prefix
        )
    ways = [
        (f"./{names.flow_file(flow.flow)[:-3]}", camel(flow.flow), flow.flow)
        for flow in plan.outbound
    ]
    polled = {flow.flow for flow in plan.outbound if isinstance(flow.via, PollVia)}
    fetched = any(flow.deliver == "pull" for flow in plan.outbound)
    files[names.DRAIN_FILE] = render_template(
        "drain.js.j2",
        project=plan.project,
        flows=[each for each in ways if each[2] not in polled],
    )
    files[names.NET_FILE] = render_template("net.js.j2", project=plan.project)
    files[names.SERVICE_FILE] = render_template(
        "service.js.j2",
        project=plan.project,
        # What is polled or fetched is made in its call; rows of any flow may wait to be fetched.
        flows=ways if fetched else [each for each in ways if each[2] in polled],
    )
    files[names.config_file(plan.prefix)] = _config(plan)
    files["lib/config.js"] = render_template("lib/config.js.j2", prefix=plan.prefix)
    files["lib/zones.js"] = render_template(
        "zones.js.j2",
        zones=[tzif.zone(name) for name in sorted(used)],
    )
    files["staging/README.txt"] = _STAGING_README
    for source in sorted((templates() / "suitescript" / "lib").glob("*.js")):
        files[f"lib/{source.name}"] = source.read_text(encoding="utf-8")
    return dict(sorted(files.items()))


class _Own(Struct, frozen=True):
    """What is made of nothing but a flow's plan: its scripts by path, and the zones they name."""

    files: dict[str, str]
    zones: tuple[str, ...]


def _own(flow: InboundPlan | OutboundPlan, prefix: str, memory: Memory) -> _Own:
    def make() -> _Own:
        if isinstance(flow, InboundPlan):
            files = dict((inbound.entry(flow, prefix),))
            files[names.flow_file(flow.flow)] = inbound.flow_module(flow)
        else:
            files = {names.flow_file(flow.flow): outbound.flow_module(flow)}
        return _Own(files, zones.zones_used(flow))

    return memory.recall(memory.key(f"scripts {prefix}", flow), make)


def _config(plan: ProjectPlan) -> str:
    prefix = plan.prefix
    accounts: dict[str, Any] = {}
    switches = [
        *((flow.flow, flow.enabled) for flow in plan.inbound),
        *((flow.flow, flow.enabled) for flow in plan.outbound),
    ]
    for environment in plan.environments:
        enabled = {
            name: dict(by_environment).get(environment.name, True)
            for name, by_environment in switches
        }
        accounts[environment.account] = {
            "environment": environment.name,
            "agent_url": environment.agent_url,
            "vars": {var.name: dict(var.values).get(environment.name) for var in plan.vars},
            "flows": enabled,
        }
    values: dict[str, Any] = {
        "project": plan.project,
        "prefix": prefix,
        "build": plan.build,
        "accounts": accounts,
        "slots": names.SLOTS,
        "pull": names.PULLED,
        "outbox": {
            "type": names.outbox_record(prefix),
            **{field: names.outbox_field(prefix, field) for field in names.OUTBOX_FIELDS},
        },
        "claim": {
            "type": names.claim_record(prefix),
            **{field: names.claim_field(prefix, field) for field in names.CLAIM_FIELDS},
        },
        "state": {
            "type": names.state_record(prefix),
            **{field: names.state_field(prefix, field) for field in names.STATE_FIELDS},
        },
        "secrets": [names.event_secret(prefix, which) for which in "ab"],
        # Those of NetSuite: what custom record types grant is in their own lists.
        "permissions": {
            each.key: each.level for each in objects.permissions(plan) if each.key.isupper()
        },
        "drain": {
            "script": names.drain_script(prefix),
            "deploys": [
                names.drain_deploy(prefix, partition) for partition in range(plan.partitions)
            ],
            "parameter": names.drain_parameter(prefix),
            "chunk": drain_bill(plan.outbound, plan.project).size if heard(plan.outbound) else 1,
        },
        "staging": names.staging_folder(prefix),
        "imports": {
            flow.flow: {
                "script": flow.script,
                "deploy": flow.deploy,
                "parameter": names.import_parameter(prefix, flow.flow),
                "contract": flow.contract,
            }
            for flow in plan.inbound
            if isinstance(flow.via, FileVia)
        },
        "inbound": {
            flow.flow: {
                "table": flow.table,
                "where": inbound.fixed_conditions(flow),
                "key": flow.key.field,
            }
            for flow in plan.inbound
        },
    }
    return render_template("config_table.js.j2", plan=plan, lines=_spread(values))


def _spread(values: dict[str, Any]) -> list[str]:
    """One property a line, and one a line inside a table of tables: what differs shows in a diff."""
    lines = []
    for name, value in values.items():
        if isinstance(value, dict) and value and all(isinstance(v, dict) for v in value.values()):
            inner = ",\n".join(f"    {key(k)}: {_entry(v)}" for k, v in value.items())
            lines.append(f"{key(name)}: {{\n{inner}\n  }}")
        else:
            lines.append(f"{key(name)}: {literal(value)}")
    return lines


def _entry(value: dict[str, Any]) -> str:
    if not any(isinstance(item, dict) for item in value.values()):
        return literal(value)
    inner = ",\n".join(f"      {key(k)}: {literal(v)}" for k, v in value.items())
    return f"{{\n{inner}\n    }}"
