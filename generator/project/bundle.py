"""
The bundle `flows.json`: all that the agent needs of a project (docs/architecture.md 3.2).

    ProjectPlan ─► bundle(plan, retired) ─► JSON text
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import Any

from msgspec import json
from msgspec.structs import asdict

from generator import __version__
from generator.plan import names
from generator.plan.flow import Schedule, Template, Verify, ViaThere
from generator.plan.ids import scriptid
from generator.plan.inbound import (
    FieldPlan,
    FileVia,
    InboundPlan,
    KeyPlan,
    LinesPlan,
    SourcePoll,
    SubrecordPlan,
)
from generator.plan.outbound import OutboundPlan, PollVia, Target
from generator.plan.project import ProjectPlan
from generator.plan.values import All, AnyOf, Coalesce, Concat, Condition, Not, Path, Test, Value
from generator.transforms import TRANSFORMS

FORMAT = 1
_NUMBERS = frozenset({"integer", "decimal", "percent", "currency", "rate", "float"})


def bundle(plan: ProjectPlan, retired: Sequence[str] = ()) -> str:
    """flows.json as text; `retired` are the ids of scripts that are no more."""
    content = {
        "format": FORMAT,
        "generator": __version__,
        "build": plan.build,
        "project": plan.project,
        "prefix": plan.prefix,
        "timezone": plan.timezone or "UTC",
        "environments": {
            each.name: {"account": each.account, "agent_url": each.agent_url}
            for each in plan.environments
        },
        "service": {
            "script": names.service_script(plan.prefix),
            "deploy": names.service_deploy(plan.prefix),
        },
        "connections": {
            each.name: {
                "base_url": dict(each.base_url),
                "auth": _proof(each.auth),
                "sign": _proof(each.sign),
                "rate_per_second": each.rate_per_second,
                **({"database": {"secret": each.database}} if each.database else {}),
            }
            for each in plan.connections
        },
        "secrets": [
            {
                "name": each.name,
                "scriptid": scriptid("custsecret", plan.prefix, each.name)
                if each.in_account
                else None,
                "form": each.form,
                "in_account": each.in_account,
                "in_agent": each.in_agent,
                "reason": each.reason,
            }
            for each in plan.secrets
        ],
        "flows": [
            *(_inbound(flow) for flow in plan.inbound),
            *(_outbound(flow) for flow in plan.outbound),
        ],
        "retired": sorted(retired),
    }
    return json.format(json.encode(content), indent=2).decode() + "\n"


def _inbound(flow: InboundPlan) -> dict[str, Any]:
    by_file = isinstance(flow.via, FileVia)
    content: dict[str, Any] = {
        "flow": flow.flow,
        "title": flow.title,
        "direction": "inbound",
        "kind": "file" if by_file else "restlet",
        "record": flow.record,
        "family": flow.family,
        "enabled": dict(flow.enabled),
        "script": flow.script,
        "deploy": flow.deploy,
        "contract": flow.contract,
        "batch_max": flow.batch_max,
        "write": flow.write,
        # Only external ids are unique: a claim that another call still holds has to run out first.
        "resend_safe": not flow.key.claim,
        # What is fetched holds the key; the agent does not look for it in what came in.
        "key": None if flow.source.fetch else _key(flow.key),
        "serialize_by": None if isinstance(flow.via, FileVia) else _path(flow.via.serialize_by),
        "id_path": _path(flow.source.id_path),
        "items": _path(flow.source.items),
        "verify": _proof(flow.source.verify),
    }
    if made_of := _made_of(flow):
        content["made_of"] = made_of
    if flow.only_newest:
        content["only_newest"] = True
    if isinstance(flow.via, FileVia):
        content["file"] = _file(flow, flow.via)
    if flow.source.allow_from:
        content["allow_from"] = list(flow.source.allow_from)
    if flow.source.fetch:
        content["fetch"] = {
            "connection": flow.source.fetch.connection,
            "path": _template(flow.source.fetch.path),
            "params": {name: _template(text) for name, text in flow.source.fetch.params},
        }
    if flow.source.poll:
        content["source"] = _source(flow.source.poll)
    return content | _by_environment(flow.via_there)


def _source(poll: SourcePoll) -> dict[str, Any]:
    """How the agent polls a source; what its kind does not have is left out."""
    told = {
        "kind": poll.kind,
        "connection": poll.connection,
        "every_minutes": poll.every_minutes,
        "watermark": _path(poll.watermark),
        "start": poll.start,
        "overlap_seconds": poll.overlap_seconds,
    }
    if poll.kind == "sql":
        return told | {"query": poll.query, "key": poll.key, "batch": poll.batch}
    return told | {
        "path": _template(poll.path),
        "params": {name: _template(text) for name, text in poll.params},
        "version": _path(poll.version),
        "pages": poll.pages and {**asdict(poll.pages), "path": _path(poll.pages.path)},
    }


def _by_environment(differs: Sequence[ViaThere]) -> dict[str, Any]:
    if not differs:
        return {}
    found: dict[str, Any] = {}
    for there in differs:
        found.setdefault(there.environment, {}).update(_there(there))
    return {"by_environment": found}


def _there(there: ViaThere) -> dict[str, Any]:
    """What differs in an environment, under the names that it has in the flow."""
    if there.batch is not None:
        return {"batch_max": there.batch}
    if there.every_minutes is not None:
        return {"every_minutes": there.every_minutes}
    return {"schedule": _schedule(there.schedule)}


def _schedule(schedule: Schedule | None) -> dict[str, Any] | None:
    return {**asdict(schedule), "days": list(schedule.days)} if schedule else None


def _file(flow: InboundPlan, via: FileVia) -> dict[str, Any]:
    csv = asdict(via.csv) if via.csv else None
    if csv is not None and via.csv is not None:
        columns = Columns(flow)
        csv["nulls"] = list(via.csv.nulls)
        csv["numbers"] = sorted(columns.numbers)
        csv["head"] = sorted(columns.head) if via.csv.group_by else []
    return {
        "pattern": via.pattern,
        "format": via.format,
        "csv": csv,
        "schedule": _schedule(via.schedule),
    }


def _outbound(flow: OutboundPlan) -> dict[str, Any]:
    return {
        "flow": flow.flow,
        "title": flow.title,
        "direction": "outbound",
        "kind": "poll" if isinstance(flow.via, PollVia) else "events",
        "record": flow.record,
        "enabled": dict(flow.enabled),
        "deliver": flow.deliver,
        "script": flow.script,
        "deploy": flow.deploy,
        "contract": flow.contract,
        **({"poll": _poll(flow.via)} if isinstance(flow.via, PollVia) else {}),
        "target": _target(flow.target),
        **({"only_newest": True} if flow.only_newest else {}),
        **_by_environment(flow.via_there),
    }


def _target(target: Target) -> dict[str, Any]:
    """An address, a folder or a table; keys that say nothing are left out."""
    if target.folder:
        columns = {name: list(path.segments) for name, path in target.folder.columns}
        return {"folder": {**asdict(target.folder), "columns": columns}}
    if target.table:
        columns = {name: list(path.segments) for name, path in target.table.columns}
        key = list(target.table.key)
        table = {"name": target.table.name, "key": key, "columns": columns}
        return {"connection": target.connection, "table": table}
    content: dict[str, Any] = {
        "connection": target.connection,
        "method": target.method,
        "path": _template(target.template) if target.template else target.path,
        "id_path": _path(target.id_path),
    }
    if target.params:
        content["params"] = {name: _template(text) for name, text in target.params}
    if target.batch:
        batch = target.batch
        content["batch"] = {
            "most": batch.most,
            "wrap": batch.wrap,
            "results": _path(batch.results),
            "error": _path(batch.error),
        }
    return content


def _poll(via: PollVia) -> dict[str, Any]:
    return {
        "every_minutes": via.every_minutes,
        "key": via.key,
        "batch": via.batch,
        "overlap_minutes": via.overlap_minutes if via.watermark else None,
        "deletes": via.deletes,
    }


def _template(template: Template) -> list[str | list[str]]:
    return [part if isinstance(part, str) else list(part.segments) for part in template]


def _path(path: Path | None) -> list[str] | None:
    return None if path is None else list(path.segments)


def _key(key: KeyPlan) -> dict[str, Any] | None:
    """How the agent makes the key; None where only the account can (a hook, transforms, parts)."""
    if key.path is None:
        return None
    return {
        "path": list(key.path.segments),
        "root": key.path.root,
        "prefix": key.prefix,
        "field": key.field,
    }


def _made_of(flow: InboundPlan) -> list[list[str]]:
    """Where a document has what the account makes its key of; a hook may read anything."""
    if flow.key.path or flow.key.value is None or flow.source.fetch:
        return []
    return [list(path.segments) for path in _paths(flow.key.value) if path.segments]


def _proof(verify: Verify | None) -> dict[str, Any] | None:
    if verify is None:
        return None
    return {"kind": verify.kind, "secret": verify.secret, **dict(verify.options)}


class Columns:
    """
    The columns of a CSV flow.

    `numbers` are read as numbers somewhere, so their cells are in the file's decimal form: by a
    field that is a number, by a transform of numbers or by a condition. What a transform reads as
    text (`parse_number`) stays as it is written. `head` are read outside of lines, so in a group the
    first row's cell counts.
    """

    def __init__(self, flow: InboundPlan) -> None:
        self._compared: set[str] = set()
        self._texts: set[str] = set()
        self.numbers: set[str] = set()
        self.head: set[str] = set()
        if flow.key.value:
            self._value(flow.key.value, inside=False)
        self._condition(flow.accept, inside=False)
        for field in flow.body:
            self._field(field, inside=False)
        for subrecord in flow.subrecords:
            self._subrecord(subrecord, inside=False)
        for lines in flow.lines:
            self._lines(lines)
        for create in flow.creates:
            for field in create.body:
                self._field(field, inside=False)
        self.numbers |= self._compared - self._texts

    def _lines(self, lines: LinesPlan) -> None:
        self._condition(lines.when, inside=True)
        if lines.key:
            self._value(lines.key.value, inside=True)
        for field in lines.fields:
            self._field(field, inside=True)
        for subrecord in lines.subrecords:
            self._subrecord(subrecord, inside=True)

    def _subrecord(self, subrecord: SubrecordPlan, *, inside: bool) -> None:
        self._condition(subrecord.when, inside=inside)
        for field in subrecord.fields:
            self._field(field, inside=inside)
        for lines in subrecord.lines:
            self._lines(lines)

    def _field(self, field: FieldPlan, *, inside: bool) -> None:
        self._condition(field.when, inside=inside)
        self._value(field.value, inside=inside)
        known = field.value.map is None and field.value.ref is None
        self._number(field.value, number=known and field.type in _NUMBERS)

    def _number(self, value: Value, *, number: bool) -> None:
        """Note what a value reads; `number`: what comes of it is one."""
        # The agent takes the blanks off a number.
        calls = [call for call in value.apply if call.name != "trim"]
        read = TRANSFORMS[calls[0].name].takes == "number" if calls else number
        match value.source:
            case Path(segments=segments) if segments:
                if read:
                    self.numbers.add(segments[-1])
                elif calls:
                    self._texts.add(segments[-1])
            case Concat(parts=parts) | Coalesce(parts=parts):
                for part in parts:
                    self._number(part, number=read)
            case _:
                pass

    def _value(self, value: Value, *, inside: bool) -> None:
        for path in _paths(value):
            self._seen(path, inside=inside)

    def _condition(self, condition: Condition | None, *, inside: bool) -> None:
        match condition:
            case Test(subject=Path() as path):
                self._seen(path, inside=inside)
                if (
                    path.segments
                    and condition.operator in ("gt", "lt")
                    and _is_number(condition.value)
                ):
                    self._compared.add(path.segments[-1])
            case All(of=of) | AnyOf(of=of):
                for each in of:
                    self._condition(each, inside=inside)
            case Not(of=of):
                self._condition(of, inside=inside)
            case _:
                pass

    def _seen(self, path: Path, *, inside: bool) -> None:
        if path.segments and (path.root or not inside):
            self.head.add(path.segments[-1])


def _is_number(literal: object) -> bool:
    """Whether a condition compares with it as with a number."""
    try:
        return literal is not None and isfinite(float(str(literal)))
    except ValueError:
        return False


def _paths(value: Value) -> Iterator[Path]:
    match value.source:
        case Path() as path:
            yield path
        case Concat(parts=parts) | Coalesce(parts=parts):
            yield from _all_paths(parts)
        case _:
            pass
    if value.ref:
        yield from _all_paths(part.value for part in value.ref.parts if part.value)


def _all_paths(values: Iterable[Value]) -> Iterator[Path]:
    for value in values:
        yield from _paths(value)
