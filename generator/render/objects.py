"""
The SDF side of a project: every object as XML, manifest.xml and deploy.xml.

    ProjectPlan ─► scripts(plan) ─► render(plan, retired) ─► {path below src: text}

What an object is like is decided here; how it is written stands in templates/suitescript/objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, wraps
from typing import Literal, TypeVar

import jinja2
from msgspec import Struct

from generator import resources
from generator.bill.outbound import heard
from generator.catalog import overlay, standard
from generator.catalog.permissions import LEVELS, Level
from generator.plan import names
from generator.plan.flow import Permission
from generator.plan.ids import scriptid
from generator.plan.inbound import FileVia, InboundPlan
from generator.plan.outbound import EventsVia, OutboundPlan
from generator.plan.project import ProjectPlan
from generator.render.engine import kept
from generator.render.outbound import sending

T = TypeVar("T")

Kind = Literal[
    "restlet", "usereventscript", "mapreducescript", "scheduledscript", "workflowactionscript"
]

SCRIPT_TYPES: dict[Kind, str] = {
    "restlet": "Restlet",
    "usereventscript": "UserEventScript",
    "mapreducescript": "MapReduceScript",
    "scheduledscript": "ScheduledScript",
    "workflowactionscript": "WorkflowActionScript",
}
"""`@NScriptType` of an object's script."""

NAME_LENGTH = 40  # of scripts and record types (SDF XML reference)

# Contexts that a user event deployment may list (SDF XML reference, execution_context). One that is
# not listed does not run, so all are, minus what every flow of the record excludes.
CONTEXTS = (
    "ACTION", "ADVANCEDREVREC", "BANKCONNECTIVITY", "BANKSTATEMENTPARSER", "BUNDLEINSTALLATION", "CLIENT",
    "CONSOLRATEADJUSTOR", "CSVIMPORT", "CUSTOMGLLINES", "CUSTOMMASSUPDATE", "DATASETBUILDER", "DEBUGGER",
    "EMAILCAPTURE", "FICONNECTIVITY", "FIPARSER", "MAPREDUCE", "OFFLINECLIENT", "OTHER", "PAYMENTGATEWAY",
    "PAYMENTPOSTBACK", "PLATFORMEXTENSION", "PORTLET", "PROMOTIONS", "RECORDACTION", "RESTLET",
    "RESTWEBSERVICES", "SCHEDULED", "SDFINSTALLATION", "SHIPPINGPARTNERS", "SUITELET", "TAXCALCULATION",
    "USEREVENT", "USERINTERFACE", "WEBAPPLICATION", "WEBSERVICES", "WEBSTORE", "WORKBOOKBUILDER", "WORKFLOW",
)  # fmt: skip

_FINGERPRINTS = {  # by the id's own prefix: SDF element, what applies-to elements open
    "custbody": ("transactionbodycustomfield", overlay.BODY),
    "custentity": ("entitycustomfield", overlay.ENTITY),
    "custitem": ("itemcustomfield", overlay.ITEM),
}


class Parameter(Struct, frozen=True):
    """A script parameter. `type` is its SDF field type."""

    id: str
    label: str
    type: str


class Deployment(Struct, frozen=True):
    """One deployment. `record` is the SDF token of the record type, `value` the parameter's."""

    id: str
    title: str
    status: str
    record: str | None = None
    contexts: tuple[str, ...] = ()
    concurrency: int = 1
    value: str | None = None


class Script(Struct, frozen=True):
    """One script record with its deployments. `file` is its path in the File Cabinet."""

    script: str
    kind: Kind
    name: str
    description: str
    file: str
    deployments: tuple[Deployment, ...]
    parameter: Parameter | None = None
    deployed: bool = True


class RecordField(Struct, frozen=True):
    """A field of a custom record type."""

    id: str
    label: str
    type: str
    listed: bool


class RecordObject(Struct, frozen=True):
    """A custom record type. `ui`: its rows can be opened in the user interface."""

    id: str
    name: str
    description: str
    access: Literal["NONENEEDED", "USEPERMISSIONLIST"]
    fields: tuple[RecordField, ...]
    ui: bool
    locked: bool


def _once(work_out: Callable[[ProjectPlan], T]) -> Callable[[ProjectPlan], T]:
    """Of one plan a build asks several times; the last answer is kept with the plan it is of."""
    last: tuple[ProjectPlan, T] | None = None

    @wraps(work_out)
    def answer(plan: ProjectPlan) -> T:
        nonlocal last
        if last is None or last[0] is not plan:
            last = (plan, work_out(plan))
        return last[1]

    return answer


@_once
def scripts(plan: ProjectPlan) -> tuple[Script, ...]:
    """Every script of the project, in the order of their ids."""
    found = [_inbound(plan.prefix, flow) for flow in plan.inbound]
    found += [
        _user_event(plan.prefix, *each) for each in sorted(heard(plan.outbound).items(), key=_key)
    ]
    found += [
        _workflow_action(plan.prefix, *each) for each in sorted(sending(plan).items(), key=_key)
    ]
    found += [_drain(plan), _net(plan), _service(plan)]
    return tuple(sorted(found, key=lambda script: script.script))


def render(plan: ProjectPlan, retired: Sequence[Script] = ()) -> dict[str, str]:
    """
    Objects, manifest.xml, deploy.xml and the stand-ins of retired scripts.

    Args:
        plan: the whole project.
        retired: scripts that were deployed once and are no more; emitted once again, not deployed.

    Returns:
        Text by path below `src`.
    """
    role = names.integration_role(plan.prefix)
    files: dict[str, str] = {}

    def put(id_: str, template: str, **values: object) -> None:
        files[f"Objects/{id_}.xml"] = _template(template).render(role=role, **values)

    for script in (*scripts(plan), *retired):
        put(script.script, "script.xml.j2", script=script)
    for record in records(plan):
        put(record.id, "custom_record.xml.j2", record=record)
    for id_, applies_to in fingerprints(plan).items():
        element = _FINGERPRINTS[id_.split("_")[0]][0]
        put(
            id_,
            "fingerprint.xml.j2",
            id=id_,
            element=element,
            label=_name(plan.prefix, "fingerprint"),
            project=plan.project,
            applies_to=applies_to,
        )
    put(
        role,
        "role.xml.j2",
        name=_name(plan.prefix, "Integration"),
        permissions=[
            Permission(_reference(each.key), each.level, _comment(each.reason))
            for each in permissions(plan)
        ],
    )
    files["manifest.xml"] = manifest(plan)
    files["deploy.xml"] = _template("deploy.xml.j2").render(folder=names.folder(plan.prefix))
    for script in retired:
        files[f"FileCabinet{script.file}"] = _template("retired.js.j2").render(
            type=SCRIPT_TYPES[script.kind]
        )
    return dict(sorted(files.items()))


def manifest(plan: ProjectPlan, needed: Iterable[str] = (), elsewhere: Sequence[str] = ()) -> str:
    """
    The project's manifest.xml.

    Args:
        plan: the whole project.
        needed: features that the user's own objects need.
        elsewhere: ids of objects that the account has and the project names only. SDF takes a
            reference to an object that is neither in the project nor declared for a mistake.
    """
    return _template("manifest.xml.j2").render(
        project=plan.project,
        features=sorted({*features(plan), *needed}),
        elsewhere=elsewhere,
    )


def retire(script: Script, prefix: str) -> Script:
    """The script as it is emitted once it is no more: not deployed, doing nothing."""
    runs_by_itself = script.kind in ("mapreducescript", "scheduledscript")
    status = "NOTSCHEDULED" if runs_by_itself else "RELEASED"
    return Script(
        script=script.script,
        kind=script.kind,
        name=script.name,
        description="Not part of the project any more.",
        file=f"{names.folder(prefix)}/retired/{script.kind}.js",
        deployments=tuple(
            Deployment(each.id, each.title, status, each.record, each.contexts)
            for each in script.deployments
        ),
        deployed=False,
    )


@_once
def permissions(plan: ProjectPlan) -> tuple[Permission, ...]:
    """The role's permissions by key: the highest level that a flow asks for, with all reasons."""
    levels: dict[str, Level] = {}
    reasons: dict[str, list[str]] = {}

    def add(key: str, level: Level, reason: str) -> None:
        held = levels.get(key, level)
        levels[key] = max(held, level, key=LEVELS.index)
        if reason not in reasons.setdefault(key, []):
            reasons[key].append(reason)

    asked = dict.fromkeys(each for flow in flows(plan) for each in flow.permissions)
    for permission in asked:  # most flows ask for what another one asks for, too
        for reason in permission.reason.split("; "):
            add(permission.key, permission.level, reason)
    for record in records(plan):
        if record.access == "USEPERMISSIONLIST":
            add(
                record.id,
                "FULL",
                record.description[0].lower() + record.description[1:].rstrip("."),
            )
    return tuple(Permission(key, levels[key], "; ".join(reasons[key])) for key in sorted(levels))


def features(plan: ProjectPlan) -> tuple[str, ...]:
    """The features that the manifest requires: those of the scripts' own and of every flow's records."""
    used = {"CUSTOMRECORDS", "SERVERSIDESCRIPTING"}
    for flow in flows(plan):
        used.update(flow.features)
    return tuple(sorted(used))


def records(plan: ProjectPlan) -> tuple[RecordObject, ...]:
    """The project's own custom record types."""
    prefix = plan.prefix
    return (
        RecordObject(
            names.claim_record(prefix),
            _name(prefix, "claim"),
            "Claims on keys that NetSuite does not keep unique.",
            "USEPERMISSIONLIST",
            _fields(names.claim_field, prefix, names.CLAIM_FIELDS),
            ui=True,
            locked=True,
        ),
        RecordObject(
            names.outbox_record(prefix),
            _name(prefix, "outbox"),
            "Events that wait for delivery. Rows hold no business data: whoever saves may add one.",
            "NONENEEDED",
            _fields(names.outbox_field, prefix, names.OUTBOX_FIELDS),
            ui=False,
            locked=False,
        ),
        RecordObject(
            names.state_record(prefix),
            _name(prefix, "state"),
            "Pause flag and import summaries.",
            "USEPERMISSIONLIST",
            _fields(names.state_field, prefix, names.STATE_FIELDS),
            ui=True,
            locked=False,
        ),
    )


def fingerprints(plan: ProjectPlan) -> dict[str, dict[str, str]]:
    """Fingerprint fields by id, each with the applies-to elements that its flows' records need."""
    found: dict[str, dict[str, str]] = {}
    for flow in plan.inbound:
        if flow.fingerprint is None:
            continue
        elements = found.setdefault(flow.fingerprint, {})
        _, applies = _FINGERPRINTS[flow.fingerprint.split("_")[0]]
        opening = [name for name, opened in applies.items() if flow.record in opened]
        elements.update(dict.fromkeys(opening, "T"))
        if not opening:
            types = {*elements.get(overlay.CUSTOM_BODY, "").split("|"), record_token(flow.record)}
            elements[overlay.CUSTOM_BODY] = "|".join(sorted(types - {""}))
    return {id_: dict(sorted(found[id_].items())) for id_ in sorted(found)}


def record_token(record: str) -> str:
    """A record type as SDF spells it: `SALESORDER`, `[scriptid=customrecord_x]`."""
    if record.startswith("customrecord"):
        return f"[scriptid={record}]"
    known = standard().record(record)
    return (known.sdf_token if known else None) or record.upper()


def flows(plan: ProjectPlan) -> tuple[InboundPlan | OutboundPlan, ...]:
    """Every flow, inbound ones first."""
    return (*plan.inbound, *plan.outbound)


def _inbound(prefix: str, flow: InboundPlan) -> Script:
    name, folder = _name(prefix, flow.flow), names.folder(prefix)
    description = flow.title or f"{flow.flow}: {flow.record} in"
    if isinstance(flow.via, FileVia):
        return Script(
            flow.script,
            "mapreducescript",
            name,
            description,
            f"{folder}/{names.import_file(flow.flow)}",
            (Deployment(flow.deploy, name, "NOTSCHEDULED", concurrency=flow.via.concurrency),),
            Parameter(names.import_parameter(prefix, flow.flow), "Import", "TEXT"),
        )
    return Script(
        flow.script,
        "restlet",
        name,
        description,
        f"{folder}/{names.restlet_file(flow.flow)}",
        (Deployment(flow.deploy, name, "RELEASED"),),
    )


def _key(item: tuple[str, object]) -> str:
    return item[0]


def _user_event(prefix: str, record: str, flows: Sequence[OutboundPlan]) -> Script:
    ways = [flow.via for flow in flows if isinstance(flow.via, EventsVia)]
    excluded = set.intersection(*(set(via.contexts_excluded) for via in ways))
    contexts = tuple(context for context in CONTEXTS if context not in excluded)
    return Script(
        scriptid("customscript", prefix, record, "ue"),
        "usereventscript",
        _name(prefix, f"{record} events"),
        "Raises the events of " + ", ".join(sorted(flow.flow for flow in flows)),
        f"{names.folder(prefix)}/{names.user_event_file(record)}",
        (
            Deployment(
                scriptid("customdeploy", prefix, record, "ue"),
                "",
                "RELEASED",
                record=record_token(record),
                contexts=contexts,
            ),
        ),
    )


def _workflow_action(prefix: str, record: str, flows: Sequence[OutboundPlan]) -> Script:
    return Script(
        names.action_script(prefix, record),
        "workflowactionscript",
        # What SuiteFlow lists as the action's type, with "(Custom)" behind it.
        _name(prefix, f"send {record}"),
        "Sends a record through " + ", ".join(sorted(flow.flow for flow in flows)),
        f"{names.folder(prefix)}/{names.workflow_action_file(record)}",
        (
            Deployment(
                names.action_deploy(prefix, record), "", "RELEASED", record=record_token(record)
            ),
        ),
        Parameter(names.action_parameter(prefix, record), "Flow (empty: all)", "TEXT"),
    )


def _drain(plan: ProjectPlan) -> Script:
    name = _name(plan.prefix, "drain")
    return Script(
        names.drain_script(plan.prefix),
        "mapreducescript",
        name,
        "Delivers the outbox, in order per record.",
        f"{names.folder(plan.prefix)}/{names.DRAIN_FILE}",
        tuple(
            Deployment(
                names.drain_deploy(plan.prefix, partition),
                f"{name} {partition}",
                "NOTSCHEDULED",
                value=str(partition),
            )
            for partition in range(plan.partitions)
        ),
        Parameter(names.drain_parameter(plan.prefix), "Partition", "INTEGER"),
    )


def _net(plan: ProjectPlan) -> Script:
    name = _name(plan.prefix, "net")
    return Script(
        names.net_script(plan.prefix),
        "scheduledscript",
        name,
        "Every 15 minutes: submits drains that are due and imports that wait, nothing else.",
        f"{names.folder(plan.prefix)}/{names.NET_FILE}",
        (Deployment(scriptid("customdeploy", plan.prefix, "net"), name, "SCHEDULED"),),
    )


def _service(plan: ProjectPlan) -> Script:
    name = _name(plan.prefix, "service")
    return Script(
        names.service_script(plan.prefix),
        "restlet",
        name,
        "Health, drain, staged imports and pause, for the agent.",
        f"{names.folder(plan.prefix)}/{names.SERVICE_FILE}",
        (Deployment(names.service_deploy(plan.prefix), name, "RELEASED"),),
    )


def _fields(
    name: Callable[[str, str], str], prefix: str, fields: Mapping[str, tuple[str, str]]
) -> tuple[RecordField, ...]:
    return tuple(
        RecordField(name(prefix, field), label, type_, listed=type_ in ("TEXT", "INTEGER"))
        for field, (type_, label) in fields.items()
    )


def _name(prefix: str, what: str) -> str:
    return f"{prefix.upper()} {what}"[:NAME_LENGTH].rstrip()


def _reference(key: str) -> str:
    return f"[scriptid={key}]" if key.startswith(("customrecord", "customlist")) else key


def _comment(text: str) -> str:
    return text.replace("--", "- -").rstrip("-")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        auto_reload=False,
        bytecode_cache=kept(),
        loader=jinja2.FileSystemLoader(resources.templates() / "suitescript" / "objects"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)
