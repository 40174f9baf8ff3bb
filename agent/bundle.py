"""The bundle `flows.json`: all that the agent knows of a project (docs/architecture.md 3.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

from agent.documents import at, filled, text_of
from agent.errors import BundleError

FORMAT = 1
# `write` of flows whose documents say what a record is to be.
STATES = ("upsert", "update", "delete")


@dataclass(frozen=True, slots=True)
class Environment:
    """An account that the project is deployed to, and the agent's public address there."""

    account: str
    agent_url: str | None


@dataclass(frozen=True, slots=True)
class Connection:
    """
    Another system. `auth` and `sign` are `{"kind": ..., "secret": name, ...options}` or None.

    `base_url` is by environment. `database` names the secret with a database's address.
    """

    name: str
    base_url: Mapping[str, str]
    auth: Mapping[str, Any] | None
    sign: Mapping[str, Any] | None
    rate_per_second: float | None
    database: str | None = None


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A secret that the project uses, and where."""

    name: str
    scriptid: str | None
    form: str
    in_account: bool
    in_agent: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Key:
    """How a document's record key is made: the value at `path` with `prefix`, kept in `field`."""

    path: tuple[str, ...]
    root: bool
    prefix: str
    field: str


@dataclass(frozen=True, slots=True)
class Verify:
    """How a call is proven; `options` are those of the kind, without kind and secret."""

    kind: str
    secret: str | None
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Csv:
    """
    How a CSV file is read.

    `numbers` names the columns whose cells are numbers in the file's decimal form; None where the
    bundle does not say. `head` names the columns that are read from a group's first row only.
    """

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    decimal: str = "."
    header: bool = True
    group_by: str | None = None
    nulls: tuple[str, ...] = ()
    numbers: tuple[str, ...] | None = None
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When files are taken up: `at` HH:MM in `timezone` on `days` (mon..sun; none = each day)."""

    at: str
    timezone: str
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileSource:
    """Which files of the watched folder belong to the flow, and how they are read."""

    pattern: str
    format: Literal["csv", "json_lines", "json"]
    csv: Csv | None
    schedule: Schedule | None


Template = tuple[str | tuple[str, ...], ...]
"""Text, with paths where values of a document stand."""


def _address(path: Template, params: Mapping[str, Template], document: Any) -> str | None:
    """Path and query with values of a document, each encoded; None where one is missing."""
    whole = filled(path, document, lambda value: quote(value, safe=""))
    values = {name: filled(text, document, str) for name, text in params.items()}
    if whole is None or None in values.values():
        return None
    query = urlencode(values, quote_via=quote, safe=",")
    return f"{whole}{'&' if '?' in whole else '?'}{query}" if query else whole


@dataclass(frozen=True, slots=True)
class Fetch:
    """What comes in names a record; the document is got from the connection by GET."""

    connection: str
    path: Template
    params: Mapping[str, Template]

    def address(self, notification: Any) -> str | None:
        """Path and query of what a notification names; None where it does not name it."""
        return _address(self.path, self.params, notification)


@dataclass(frozen=True, slots=True)
class Pages:
    """How the next page is asked for: `path` is of the answer, `param` of the query."""

    kind: Literal["cursor", "next", "link", "number", "offset"]
    path: tuple[str, ...] | None = None
    param: str | None = None
    first: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """
    How a flow's documents are asked for: by address (path to pages) or from a database (query to batch).

    `watermark` is a path of the document, or the one column. In `path` and `params` the name
    `since` stands for where a round begins.
    """

    kind: Literal["http", "sql"]
    connection: str
    every_minutes: int
    watermark: tuple[str, ...] | None = None
    start: str | None = None
    overlap_seconds: int | None = None
    path: Template = ()
    params: Mapping[str, Template] = field(default_factory=dict)
    version: tuple[str, ...] | None = None
    pages: Pages | None = None
    query: str = ""
    key: str = ""
    batch: int = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """Several events are one request; `results` and `error` are paths of the answer."""

    most: int
    wrap: str | None = None
    results: tuple[str, ...] | None = None
    error: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """Events become files; `columns` of CSV with their paths."""

    format: Literal["json_lines", "csv"]
    most: int
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TableTarget:
    """Events become rows; `columns` with their paths."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an outbound flow's data goes: an address, a folder or a table."""

    connection: str
    method: str = "POST"
    path: Template = ()
    id_path: tuple[str, ...] | None = None
    params: Mapping[str, Template] = field(default_factory=dict)
    batch: Batch | None = None
    folder: FolderTarget | None = None
    table: TableTarget | None = None

    def address(self, data: Any) -> str | None:
        """Path and query for a payload; None where a value of it is missing."""
        return _address(self.path, self.params, data)

    def lacking(self, data: Any) -> list[str]:
        """The values of the address that a payload does not have, by their paths."""
        wanted = [part for text in (self.path, *self.params.values()) for part in text]
        paths = [part for part in wanted if not isinstance(part, str)]
        return [".".join(path) for path in paths if text_of(at(data, path)) is None]


@dataclass(frozen=True, slots=True)
class InboundFlow:
    """
    A flow into the account.

    `resend_safe`: after a cut the same documents may be sent again at once. `only_newest`: of
    documents of one record that wait, only the newest is sent. `made_of`: where `key` is made in the
    account (then it is None here), the paths of what it is made of.
    """

    flow: str
    title: str
    kind: Literal["restlet", "file"]
    record: str
    family: str
    enabled: Mapping[str, bool]
    script: str
    deploy: str
    contract: str
    batch_max: int
    write: str
    resend_safe: bool
    key: Key | None
    serialize_by: tuple[str, ...] | None
    id_path: tuple[str, ...] | None
    items: tuple[str, ...] | None
    verify: Verify | None
    file: FileSource | None
    fetch: Fetch | None = None
    allow_from: tuple[str, ...] = ()
    source: Source | None = None
    made_of: tuple[tuple[str, ...], ...] = ()
    only_newest: bool = False
    by_environment: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> bool:
        """Whether a document says how its record is: then a newer one makes an older one needless."""
        return self.write == "upsert"

    def there(self, environment: str) -> InboundFlow:
        """The flow with the batch and the schedule of one environment."""
        own = self.by_environment.get(environment, {})
        flow = replace(self, batch_max=int(own.get("batch_max", self.batch_max)))
        if flow.file is not None and "schedule" in own:
            flow = replace(flow, file=replace(flow.file, schedule=_schedule(own["schedule"])))
        if flow.source is not None and "every_minutes" in own:
            pace = replace(flow.source, every_minutes=int(own["every_minutes"]))
            flow = replace(flow, source=pace)
        return flow


@dataclass(frozen=True, slots=True)
class Poll:
    """
    A poll's pace: minutes between passes, keys in one call, and the name of the key.

    `overlap_minutes` is how far a pass looks back behind the watermark; None where there is none.
    """

    every_minutes: int
    key: str
    batch: int
    overlap_minutes: int | None
    deletes: bool


@dataclass(frozen=True, slots=True)
class OutboundFlow:
    """A flow out of the account: by events, or by a poll."""

    flow: str
    title: str
    record: str
    enabled: Mapping[str, bool]
    deliver: str
    script: str
    contract: str
    target: Target
    poll: Poll | None = None
    only_newest: bool = False
    by_environment: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def whole(self) -> bool:
        """Whether an event says how its record is. One of a save may tell of what the next one does not."""
        return self.poll is not None

    def there(self, environment: str) -> OutboundFlow:
        """The flow with the pace of one environment."""
        own = self.by_environment.get(environment, {})
        if self.poll is None or "every_minutes" not in own:
            return self
        return replace(self, poll=replace(self.poll, every_minutes=int(own["every_minutes"])))


Flow = InboundFlow | OutboundFlow


@dataclass(frozen=True, slots=True)
class Bundle:
    """A project, as the agent sees it."""

    generator: str
    build: str
    project: str
    prefix: str
    timezone: str
    environments: Mapping[str, Environment]
    service_script: str
    service_deploy: str
    connections: Mapping[str, Connection]
    secrets: tuple[SecretNeed, ...]
    flows: Mapping[str, Flow] = field(repr=False)
    _inbound: dict[str, dict[str, InboundFlow]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _outbound: dict[str, dict[str, OutboundFlow]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def inbound(self, environment: str) -> Mapping[str, InboundFlow]:
        """Inbound flows that are enabled in the environment, as they are there, by name."""
        if environment not in self._inbound:  # asked for with every call that comes in
            self._inbound[environment] = {
                name: flow.there(environment)
                for name, flow in self.flows.items()
                if isinstance(flow, InboundFlow) and flow.enabled.get(environment, True)
            }
        return self._inbound[environment]

    def off(self, environment: str) -> set[str]:
        """Names of inbound flows that are not enabled in the environment."""
        flows = {name for name, flow in self.flows.items() if isinstance(flow, InboundFlow)}
        return flows - self.inbound(environment).keys()

    def outbound(self, environment: str) -> Mapping[str, OutboundFlow]:
        """Outbound flows that are enabled in the environment, as they are there, by name."""
        if environment not in self._outbound:
            self._outbound[environment] = {
                name: flow.there(environment)
                for name, flow in self.flows.items()
                if isinstance(flow, OutboundFlow) and flow.enabled.get(environment, True)
            }
        return self._outbound[environment]


def load(path: Path) -> Bundle:
    """Read flows.json. Raises BundleError: not there, not JSON, newer, or a key that is missing."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise BundleError(f"{path}: not there; `suiteloom build` writes it") from error
    except ValueError as error:
        raise BundleError(f"{path}: not JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("format"), int):
        raise BundleError(f"{path}: not a bundle: it has no 'format'")
    if data["format"] > FORMAT:
        raise BundleError(
            f"{path}: format {data['format']} is newer than this agent reads ({FORMAT}); "
            "install the suiteloom version that built it"
        )
    try:
        return _bundle(data)
    except KeyError as error:
        raise BundleError(f"{path}: {error.args[0]!r} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"{path}: broken: {error}") from error


def _bundle(data: dict[str, Any]) -> Bundle:
    return Bundle(
        generator=data["generator"],
        build=data["build"],
        project=data["project"],
        prefix=data["prefix"],
        timezone=data["timezone"],
        environments={
            name: Environment(env["account"], env.get("agent_url"))
            for name, env in data["environments"].items()
        },
        service_script=data["service"]["script"],
        service_deploy=data["service"]["deploy"],
        connections={
            name: Connection(
                name,
                c["base_url"],
                c.get("auth"),
                c.get("sign"),
                c.get("rate_per_second"),
                (c.get("database") or {}).get("secret"),
            )
            for name, c in data.get("connections", {}).items()
        },
        secrets=tuple(
            SecretNeed(
                s["name"],
                s.get("scriptid"),
                s.get("form", "text"),
                bool(s.get("in_account")),
                bool(s.get("in_agent")),
                s.get("reason", ""),
            )
            for s in data.get("secrets", [])
        ),
        flows={flow["flow"]: _flow(flow) for flow in data["flows"]},
    )


def _flow(data: dict[str, Any]) -> Flow:
    return _inbound(data) if data["direction"] == "inbound" else _outbound(data)


def _inbound(data: dict[str, Any]) -> InboundFlow:
    key = data.get("key")
    verify = data.get("verify")
    return InboundFlow(
        flow=data["flow"],
        title=data.get("title", ""),
        kind=data["kind"],
        record=data["record"],
        family=data.get("family", data["record"]),
        enabled=data.get("enabled", {}),
        script=data["script"],
        deploy=data["deploy"],
        contract=data["contract"],
        batch_max=int(data["batch_max"]),
        write=data.get("write", "upsert"),
        resend_safe=bool(data.get("resend_safe")),
        key=key
        and Key(tuple(key["path"]), bool(key.get("root")), key.get("prefix", ""), key["field"]),
        serialize_by=_path(data.get("serialize_by")),
        id_path=_path(data.get("id_path")),
        items=_path(data.get("items")),
        verify=verify
        and Verify(
            verify["kind"],
            verify.get("secret"),
            {k: v for k, v in verify.items() if k not in ("kind", "secret")},
        ),
        file=_file(data["file"]) if data["kind"] == "file" else None,
        fetch=_fetch(data["fetch"]) if data.get("fetch") else None,
        allow_from=tuple(data.get("allow_from") or ()),
        source=_source(data["source"]) if data.get("source") else None,
        made_of=tuple(tuple(path) for path in data.get("made_of") or ()),
        # What is only ever created has no newest state.
        only_newest=bool(data.get("only_newest")) and data.get("write") in STATES,
        by_environment=data.get("by_environment", {}),
    )


def _source(data: Mapping[str, Any]) -> Source:
    known = dict(data)
    for name in ("watermark", "version"):
        known[name] = _path(known.get(name))
    if data["kind"] == "http":
        known["path"] = _template(data["path"])
        known["params"] = {name: _template(parts) for name, parts in data["params"].items()}
        pages = data.get("pages")
        known["pages"] = pages and Pages(**{**pages, "path": _path(pages.get("path"))})
    return Source(**known)


def _target(data: Mapping[str, Any]) -> Target:
    if folder := data.get("folder"):
        columns = {name: tuple(path) for name, path in folder["columns"].items()}
        return Target("", folder=FolderTarget(folder["format"], folder["most"], columns))
    if table := data.get("table"):
        columns = {name: tuple(path) for name, path in table["columns"].items()}
        row = TableTarget(table["name"], tuple(table["key"]), columns)
        return Target(data["connection"], table=row)
    batch = data.get("batch")
    path = data["path"]
    return Target(
        data["connection"],
        data.get("method", "POST"),
        (path,) if isinstance(path, str) else _template(path),
        _path(data.get("id_path")),
        {name: _template(parts) for name, parts in (data.get("params") or {}).items()},
        batch
        and Batch(
            batch["most"], batch.get("wrap"), _path(batch.get("results")), _path(batch.get("error"))
        ),
    )


def _file(data: dict[str, Any]) -> FileSource:
    csv = data.get("csv")
    return FileSource(
        pattern=data["pattern"],
        format=data["format"],
        csv=csv and _csv(csv),
        schedule=_schedule(data.get("schedule")),
    )


def _fetch(data: Mapping[str, Any]) -> Fetch:
    params = {name: _template(parts) for name, parts in (data.get("params") or {}).items()}
    return Fetch(data["connection"], _template(data["path"]), params)


def _template(parts: list[str | list[str]]) -> Template:
    return tuple(part if isinstance(part, str) else tuple(part) for part in parts)


def _schedule(data: Mapping[str, Any] | None) -> Schedule | None:
    if data is None:
        return None
    return Schedule(data["at"], data["timezone"], tuple(data.get("days") or ()))


def _csv(data: dict[str, Any]) -> Csv:
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    return Csv(**{**data, **lists})


def _outbound(data: dict[str, Any]) -> OutboundFlow:
    return OutboundFlow(
        flow=data["flow"],
        title=data.get("title", ""),
        record=data["record"],
        enabled=data.get("enabled", {}),
        deliver=data.get("deliver", "queued"),
        script=data["script"],
        contract=data["contract"],
        target=_target(data["target"]),
        poll=Poll(**data["poll"]) if data.get("poll") else None,
        only_newest=bool(data.get("only_newest")),
        by_environment=data.get("by_environment", {}),
    )


def _path(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
