"""The whole project: what is shared, then flow by flow, then what flows know of each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import __version__
from generator.catalog import RecordType
from generator.compile.context import FlowContext, Place, ProjectContext
from generator.compile.hashes import build_hash
from generator.compile.inbound import compile_inbound
from generator.compile.inputs import Inputs
from generator.compile.makes import columns_made
from generator.compile.names import check_names
from generator.compile.nicknames import did_you_mean_record
from generator.compile.outbound import compile_outbound
from generator.compile.permitted import check_permitted
from generator.compile.reading import read_flow, spec_files
from generator.compile.recall import compile_or_recall
from generator.compile.references import is_custom
from generator.compile.settings import (
    check_var_value,
    flow_values,
    secrets_used,
)
from generator.compile.shared import compile_shared, shared_state
from generator.compile.units import check_user_events
from generator.memory import Memory
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.project import Environment, ProjectPlan, Var
from generator.plan.values import Json
from generator.spec.diagnose import Diagnostic, did_you_mean, ordered
from generator.spec.flow import Flow
from generator.spec.inbound import InboundFlow
from generator.spec.outbound import OutboundFlow
from generator.spec.project import Project


class Whole(Struct, frozen=True):
    """
    What became of a project folder.

    Args:
        plan: None where there is an error.
        found: all that was found, sorted by place.
        faulty: the specs that an error was found in, or in what they include; relative to it.
    """

    plan: ProjectPlan | None
    found: list[Diagnostic]
    faulty: tuple[str, ...] = ()


def compile_project(
    folder: Path, memory: Memory | None = None, *, without: Collection[str] = ()
) -> tuple[ProjectPlan | None, list[Diagnostic]]:
    """
    Compile a project folder.

    Args:
        folder: with project.yaml.
        memory: of earlier runs; flows that nothing has changed for are taken from it.
        without: specs that are left out, relative to the folder.

    Returns:
        The plan, None where there is an error; and all that was found, sorted by place.
    """
    whole = compile_whole(folder, memory, without=without)
    return whole.plan, whole.found


def compile_whole(
    folder: Path, memory: Memory | None = None, *, without: Collection[str] = ()
) -> Whole:
    """The same, with the specs that stand in the way of a plan."""
    sink: list[Diagnostic] = []
    memory = memory or Memory()
    specs = [path for path in spec_files(folder) if _name(folder, path) not in without]
    shared = compile_shared(folder, sink, memory)
    if shared is None:
        for path in specs:
            read_flow(folder, path, sink)
        return Whole(None, ordered(sink))
    if not shared.recalled and shared_state(folder) != shared.state:  # somebody saved just now
        memory = Memory()
    project, place = shared.project, shared.place
    compile_ = partial(_flow, shared.context, project=project)
    inputs: Inputs = {}
    flows = [
        compile_or_recall(folder, path, shared.state, project.prefix, inputs, memory, compile_)
        for path in specs
    ]
    known = [(flow.claims, flow.place) for flow in flows if flow.claims and flow.place]
    inbound = [flow.plan for flow in flows if isinstance(flow.plan, InboundPlan)]
    outbound = [flow.plan for flow in flows if isinstance(flow.plan, OutboundPlan)]
    check_user_events(
        [
            (flow.plan, flow.place)
            for flow in flows
            if isinstance(flow.plan, OutboundPlan) and flow.place
        ]
    )
    check_names(known, project.prefix, shared.context.objects, place)
    if any(claims.sends for claims, _ in known):
        _check_addresses(project, shared.environments, place)
    check_permitted(folder, shared.context.objects, (*inbound, *outbound), project.prefix, sink)
    found = [each for flow in flows for each in flow.sink]
    if not known and not any(each.severity == "error" for each in (*sink, *found)):
        place.error("E410", "the project has no flow", "write one into specs/")
    if shared.doubtful or any(flow.doubtful for flow in flows):
        return compile_whole(folder, without=without)
    sink.extend(found)
    if any(each.severity == "error" for each in sink):
        faulty = (
            _name(folder, path)
            for path, flow in zip(specs, flows, strict=True)
            if any(each.severity == "error" for each in flow.sink)
        )
        return Whole(None, ordered(sink), tuple(faulty))
    made = columns_made(inbound)
    ways_in = tuple(_making(plan, made[plan.flow], memory) for plan in inbound)
    whole = ProjectPlan(
        project=project.project,
        prefix=project.prefix,
        timezone=project.timezone,
        environments=shared.environments,
        vars=(*shared.context.vars.values(), *(var for flow in flows for var in flow.own)),
        connections=shared.connections,
        secrets=secrets_used(shared.connections, ways_in, outbound),
        inbound=ways_in,
        outbound=tuple(outbound),
        build="",
        partitions=project.outbox.partitions,
        account_objects=tuple(project.account_objects),
    )
    return Whole(replace(whole, build=build_hash(whole, __version__, memory)), ordered(sink))


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _making(plan: InboundPlan, columns: tuple[str, ...], memory: Memory) -> InboundPlan:
    """A plan that also says which columns its results tell."""
    whole = replace(plan, makes=columns)
    memory.name(whole, memory.named(plan), *columns)
    return whole


def stands_for_others(record: RecordType) -> bool:
    """Whether the catalogue's entry is a family (`item`) or lives inside other records (`address`)."""
    return record.sdf_token is None and (record.open or record.permission is None)


def _check_addresses(project: Project, environments: Iterable[Environment], place: Place) -> None:
    """Events that the account sends need an address of the agent in every environment."""
    for environment in environments:
        spec = project.environments[environment.name]
        at = place / "environments" / environment.name
        if spec.agent_url is None and not at.lost("agent_url"):
            at.error(
                "E413",
                f"environment '{environment.name}' has no agent_url, so events cannot be sent",
                "add  agent_url: https://...  where the account reaches the agent,"
                " or have them fetched: deliver: pull",
                key=True,
            )


def _flow(
    shared: ProjectContext, spec: Flow, place: Place, *, project: Project
) -> tuple[InboundPlan | OutboundPlan | None, list[Var]]:
    catalog = shared.catalog
    record = catalog.record(spec.record)
    if record is None and not place.lost("record"):
        names = catalog.records
        message = f"unknown record type '{spec.record}'{did_you_mean_record(spec.record, names)}"
        if is_custom(spec.record):
            (place / "record").warn(
                "E201",
                f"'{spec.record}' is not described in objects/{did_you_mean_record(spec.record, names)}",
                "import it into objects/, or run  suiteloom catalog pull,  so that its fields can be checked",
            )
        else:
            (place / "record").error("E201", message)
    elif record is not None and stands_for_others(record):
        (place / "record").error(
            "E218",
            f"'{record.id}' is no record type of its own",
            "name one that is saved by itself, such as salesorder or inventoryitem",
        )
    enabled, values = _environments(shared, spec, place, project)
    context = FlowContext(project=shared, spec=spec, place=place, record=record, flow_vars=values)
    if isinstance(spec, InboundFlow):
        plan: InboundPlan | OutboundPlan | None = compile_inbound(context, spec, enabled)
    else:
        assert isinstance(spec, OutboundFlow)
        plan = compile_outbound(context, spec, enabled)
    return plan, [var for var in values.values() if var.name in context.vars_used]


def _environments(
    shared: ProjectContext, spec: Flow, place: Place, project: Project
) -> tuple[tuple[tuple[str, bool], ...], dict[str, Var]]:
    """Where the flow is enabled, and the variables that it has values of its own for."""
    overrides: dict[str, dict[str, Json]] = {}
    for name, differs in spec.environments.items():
        at = place / "environments" / name
        if name not in project.environments:
            at.error(
                "E402",
                f"unknown environment '{name}'{did_you_mean(name, project.environments)}",
                "environments are declared in project.yaml",
                key=True,
            )
            continue
        for variable, value in differs.vars.items():
            if variable not in shared.vars:
                (at / "vars" / variable).error(
                    "E403",
                    f"unknown variable '{variable}'{did_you_mean(variable, shared.vars)}",
                    "variables are declared under vars: in project.yaml",
                    key=True,
                )
                continue
            check_var_value(variable, shared.vars[variable].type, value, at / "vars" / variable)
            overrides.setdefault(name, {})[variable] = value
    enabled = []
    for name in project.environments:
        own = spec.environments.get(name)
        on = own.enabled if own and own.enabled is not None else spec.enabled
        enabled.append((name, on))
    return tuple(enabled), flow_values(shared.vars, spec.flow, overrides)
