"""
The plan: everything a renderer or the units bill needs, and nothing about YAML.

One `ProjectPlan` holds one plan per flow. All of it is frozen and prints as stable JSON
(`generator.plan.dump`). Values carry the spec line they came from (`Origin`): generated code
repeats it in a comment and RESTlet errors return it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Kind = Literal["transaction", "entity", "item", "list", "custom"]

BILL = {"contract": False}
"""Metadata of fields that only the units bill reads: no contract covers them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a spec: the file relative to the project folder, and its 1-based line."""

    file: str
    line: int

    def __str__(self) -> str:
        """`shop-orders.yaml:29`, the form that comments and errors show."""
        return f"{self.file.rsplit('/', 1)[-1]}:{self.line}"


# --- conditions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Path:
    """A path into the document: from its root (`$.x`) or from the current place. No segments: `.`."""

    segments: tuple[str, ...]
    root: bool = False


@dataclass(frozen=True, slots=True)
class FieldName:
    """
    A field of the NetSuite record (outbound); more than one segment is a join.

    Values of a field with a time are read whole: `time` is its type, None where there is no time.
    """

    segments: tuple[str, ...]
    time: str | None = None


Operator = Literal[
    "equals", "not_equals", "in", "not_in", "present", "matches", "gt", "lt", "changed"
]


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison. `value` is the right-hand side as written (a list for in and not_in)."""

    subject: Path | FieldName
    operator: Operator
    value: Json
    __test__ = False  # keeps pytest from collecting it


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    of: Condition


Condition = Test | All | AnyOf | Not


# --- values -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal_:  # noqa: N801 - typing has the plain name
    """A value written in the spec."""

    value: Json


@dataclass(frozen=True, slots=True)
class VarRef:
    """A project variable by name; its value comes from the account's config table."""

    name: str


@dataclass(frozen=True, slots=True)
class Concat:
    """Parts joined as text; an empty part is '', all parts empty is nothing."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Coalesce:
    """The first part that is not empty."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Hook:
    """A function of the flow's hook module: `(element, doc, ctx) => value`."""

    function: str


@dataclass(frozen=True, slots=True)
class DisplayText:
    """The display text of a field (outbound `text`)."""

    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryValue:
    """What one of the flow's queries gives for the place's key (outbound `suiteql`)."""

    query: str  # name of a PayloadQuery of the flow


Source = Path | Literal_ | VarRef | Concat | Coalesce | Hook | FieldName | DisplayText | QueryValue


@dataclass(frozen=True, slots=True)
class TransformCall:
    """One step of `apply`: a name from `generator.transforms` and its checked argument (or None)."""

    name: str
    argument: Json = None
    condition: Condition | None = None  # for `where`


@dataclass(frozen=True, slots=True)
class KeyPart:
    """
    One column of a compound reference.

    Exactly one is set: `field` names a mapped field of the same line (or of the line around a
    subrecord) whose internal id is used, `value` is read from the document.
    """

    column: str
    field: str | None
    value: Value | None


MissingPolicy = Literal["error", "skip_field", "skip_line", "default", "create"]


@dataclass(frozen=True, slots=True)
class Ref:
    """How a value becomes an internal id: which lookup, under which key rules, and what if none or many."""

    lookup: str  # name of a Lookup of the flow
    prefix: str = ""
    missing: MissingPolicy = "error"
    ambiguous: Literal["error", "lowest_id"] = "error"
    parts: tuple[KeyPart, ...] = ()  # empty: the value itself is the key
    create: str | None = None  # name of a CreatePlan of the flow


@dataclass(frozen=True, slots=True)
class Value:
    """The fixed pipeline up to the reference: source, apply, map, ref, default."""

    source: Source
    apply: tuple[TransformCall, ...] = ()
    map: str | None = None
    ref: Ref | None = None
    default: Literal_ | VarRef | None = None
    origin: Origin = field(default=Origin("", 0))


# --- lookups ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LookupColumn:
    """A SuiteQL column that a lookup compares. `numeric` columns hold internal ids."""

    name: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """
    One look-up table of a flow: all keys of a batch for it go into one SuiteQL, in chunks of 500.

    `stage` orders look-ups that need the result of another (0 first). `where` are fixed
    conditions such as ``type = 'SalesOrd'`` or ``isinactive = 'F'``. With `suiteql` the user's
    query is used instead; it returns `id` and `key` and holds `:keys`. `family` is the token that
    healing uses: all item types share `item`.
    """

    name: str
    record: str
    family: str
    table: str
    columns: tuple[LookupColumn, ...]
    where: tuple[str, ...]
    stage: int
    cache: Literal["batch", "deploy"]
    suiteql: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class CreatePlan:
    """A record that a reference creates when it is missing (once per distinct key)."""

    name: str
    record: str
    key: KeyPlan
    body: tuple[FieldPlan, ...]
    kind: Kind = field(metadata=BILL)
    units: int = field(metadata=BILL)  # worst case of one
    origin: Origin


# --- inbound ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """
    One NetSuite field and where its value comes from.

    `type` is the catalogue's: text, email, phone, url, integer, decimal, percent, currency, rate,
    float, boolean, date, datetime, timeofday, select, multiselect. `length` in UTF-16 code units.
    """

    id: str
    value: Value
    type: str
    length: int | None = None
    format: str | None = None
    timezone: str | None = None
    places: int | None = None
    true_values: tuple[str, ...] = ()
    set_text: bool = False
    required: bool = False
    empty: Literal["skip", "clear", "error"] = "skip"
    on: Literal["create", "update", "both"] = "both"
    keep_existing: bool = False
    policy: Literal["replace", "add"] = "replace"  # multiselect
    when: Condition | None = None
    features: tuple[str, ...] = ()  # without one of them the field is left alone
    origin: Origin = field(default=Origin("", 0))


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """
    The record's key: `value` (or `hook`) with `prefix`, kept in `field`.

    Anything but externalid is not unique in NetSuite: `claim` says that a claim row is taken.
    """

    field: str
    value: Value | None
    hook: str | None
    prefix: str
    claim: bool
    origin: Origin

    @property
    def path(self) -> Path | None:
        """Where a document has the key as it is; None where only the account can work it out."""
        value = self.value
        if value is None or value.apply or value.map or not isinstance(value.source, Path):
            return None
        return value.source


@dataclass(frozen=True, slots=True)
class LineKey:
    """The line field that identifies a line, and its value in the document. Compared as text."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class SubrecordPlan:
    """A subrecord of a body field or of a line. Address fields are ordered country first."""

    field: str
    kind: Literal["address", "inventorydetail", "other"]
    source: Path | None
    when: Condition | None
    fields: tuple[FieldPlan, ...]
    lines: tuple[LinesPlan, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class LinesPlan:
    """The lines of one sublist; the bill counts with at most `most` in a document."""

    sublist: str
    source: Path
    key: LineKey | None
    policy: Literal["merge", "replace", "append"]
    unmatched: Literal["keep", "remove", "close"]
    force: bool
    when: Condition | None
    fields: tuple[FieldPlan, ...]
    subrecords: tuple[SubrecordPlan, ...]
    origin: Origin
    most: int = field(default=100, metadata=BILL)


@dataclass(frozen=True, slots=True)
class Hooks:
    """
    The user's SuiteScript module and the functions that the flow names in it.

    `units` are those that its functions use for one document at most, as the spec declares.
    """

    module: str  # file in the project folder
    before_map: str | None = None
    after_map: str | None = None
    before_save: str | None = None
    after_save: str | None = None
    fields: tuple[str, ...] = ()  # field hooks and the key hook
    units: int = field(default=0, metadata=BILL)


@dataclass(frozen=True, slots=True)
class ValueMap:
    """A named map; compares as text. `otherwise` is error, skip, same or a literal."""

    name: str
    values: tuple[tuple[str, Json], ...]
    otherwise: Literal["error", "skip", "same"] | Literal_


@dataclass(frozen=True, slots=True)
class Verify:
    """How the agent proves who sent a call. `secret` is a secret's name; options as in the spec."""

    kind: str
    secret: str | None
    options: tuple[tuple[str, Json], ...] = ()


Template = tuple[str | Path, ...]
"""Text with values of the document between its parts."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """How the agent gets the document that a notification names."""

    connection: str
    path: Template
    params: tuple[tuple[str, Template], ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """How the next page of an answer is asked for; `path` is of the answer, `param` of the query."""

    kind: Literal["cursor", "next", "link", "number", "offset"]
    path: Path | None = None
    param: str | None = None
    first: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class SourcePoll:
    """
    How the agent asks another system for documents.

    By address: path, params (with the path `since`), version, pages. By database: query, key,
    batch. `watermark` is a path of the document, or a column.
    """

    kind: Literal["http", "sql"]
    connection: str
    every_minutes: int
    watermark: Path | None
    start: str | None
    overlap_seconds: int | None
    path: Template = ()
    params: tuple[tuple[str, Template], ...] = ()
    version: Path | None = None
    pages: Pages | None = None
    query: str = ""
    key: str = ""
    batch: int = 0


@dataclass(frozen=True, slots=True)
class InboundSource:
    """Where documents come from. `items` splits one call into many documents."""

    system: str | None
    event: str | None
    schema: str | None
    sample: str | None
    id_path: Path | None
    items: Path | None
    verify: Verify | None
    fetch: Fetch | None = None
    allow_from: tuple[str, ...] = field(default=(), metadata={"contract": False})
    poll: SourcePoll | None = field(default=None, metadata={"contract": False})


@dataclass(frozen=True, slots=True)
class RestletVia:
    """By RESTlet: `wish` is the batch asked for; documents of one `serialize_by` value never run at once."""

    wish: int
    serialize_by: Path | None


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a CSV file is read (by the agent)."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    decimal: str = "."
    header: bool = True
    group_by: str | None = None
    nulls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """When files are taken: `at` HH:MM in `timezone` on `days`; None for on arrival."""

    at: str
    timezone: str
    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileVia:
    """By file and map/reduce. Exactly one of csv, json_lines, json."""

    pattern: str
    format: Literal["csv", "json_lines", "json"]
    csv: CsvFormat | None
    schedule: Schedule | None
    concurrency: int


@dataclass(frozen=True, slots=True)
class ViaThere:
    """The way of one environment, where it differs: the batch, when files are taken, a poll's pace."""

    environment: str
    batch: int | None = None
    schedule: Schedule | None = None
    on_arrival: bool = False
    every_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission of the generated role, with the reason that its XML comment gives."""

    key: str
    level: Literal["VIEW", "CREATE", "EDIT", "FULL"]
    reason: str


@dataclass(frozen=True, slots=True)
class Units:
    """
    Worst case of the plan's batch, from its bill (`generator.bill`).

    `fixed` of the whole batch, `each` of a document, `limit` of the script type. The script goes on
    to the next document while `own` (a document without the records that its references create)
    and `rest` (what may still be asked for the whole batch) are left.
    """

    fixed: int
    each: int
    limit: int
    own: int = 0
    rest: int = 0


Write = Literal["upsert", "create", "update", "delete", "attach", "detach"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A field that is read back for the reply: its name there, and what SuiteQL selects for it."""

    name: str
    field: str
    column: str


@dataclass(frozen=True, slots=True)
class RelatedPlan:
    """The other record of attach and detach; `field` of a custom record holds its parent."""

    record: str
    id: FieldPlan
    role: FieldPlan | None
    field: str | None


@dataclass(frozen=True, slots=True)
class InboundPlan:
    """One inbound flow, whole."""

    flow: str
    title: str
    file: str
    enabled: tuple[tuple[str, bool], ...]  # by environment
    record: str
    kind: Kind
    family: str
    table: str
    type_code: str | None
    write: Write
    save: Literal["record", "fields"]
    sourcing: Literal["create", "always", "never"]
    verify_always: bool
    dynamic: bool
    fingerprint: str | None  # id of the fingerprint field, None where the record can have none
    transform_from: tuple[str, FieldPlan] | None  # record type and the rule that finds it
    key: KeyPlan
    accept: Condition | None
    body: tuple[FieldPlan, ...]
    subrecords: tuple[SubrecordPlan, ...]
    lines: tuple[LinesPlan, ...]
    lookups: tuple[Lookup, ...]
    creates: tuple[CreatePlan, ...]
    maps: tuple[ValueMap, ...]
    hooks: Hooks | None
    answer: tuple[Answer, ...]
    source: InboundSource
    via: RestletVia | FileVia
    units: Units
    batch_max: int
    makes: tuple[
        str, ...
    ]  # columns by which other flows refer to this record ("externalid", "itemid")
    permissions: tuple[Permission, ...]
    features: tuple[str, ...]
    script: str
    deploy: str
    contract: str
    related: RelatedPlan | None = None
    via_there: tuple[ViaThere, ...] = ()
    ignore_mandatory: bool = False
    only_newest: bool = field(default=False, metadata={"contract": False})
    direction: Literal["inbound"] = "inbound"


# --- outbound ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Join:
    """
    A joined value of the payload, resolved by one SuiteQL per delivery batch.

    `base` is the field of the record (or of the list's line), `column` the column of the record
    type it points at; `sublist` is None for the body, and joined by `/` in a list of a list. A
    dotted `base` goes on from an earlier join. The payload reads the column as `alias` where set.
    """

    sublist: str | None
    base: str
    record: str
    table: str
    column: str
    alias: str | None = None

    @property
    def shown(self) -> str:
        """The name by which the payload reads it."""
        return self.alias or self.column


@dataclass(frozen=True, slots=True)
class PayloadQuery:
    """
    A query of the user's that gives payload values, once per delivery batch.

    `key` is the field in the place (`sublist` as in `Join`, empty for the body) whose values are
    put in for `:keys`; the query returns `key` and `value`.
    """

    name: str
    sublist: str
    key: FieldName
    numeric: bool  # the keys are internal ids or numbers, not text
    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class PayloadField:
    """One JSON value; `name` is dotted in the spec and makes objects."""

    name: tuple[str, ...]
    value: Value
    type: str | None
    format: str | None = None
    timezone: str | None = None
    places: int | None = None
    required: bool = False
    null: bool = False
    origin: Origin = field(default=Origin("", 0))


@dataclass(frozen=True, slots=True)
class PayloadList:
    """A JSON array made from a sublist, from that of a subrecord (dotted), or from a poll's `rows`."""

    name: str
    sublist: str
    when: Condition | None
    fields: tuple[PayloadField, ...]
    origin: Origin
    lists: tuple[PayloadList, ...] = ()


@dataclass(frozen=True, slots=True)
class EventsVia:
    """Which saves raise an event. `when_save` reads own fields in the save, `when_drain` needs joins."""

    on: tuple[str, ...]
    changed: tuple[str, ...]
    when_save: Condition | None
    when_drain: Condition | None
    contexts_excluded: tuple[str, ...]
    dedupe_seconds: int
    on_event: bool
    snapshot: bool = False
    touches: tuple[Touch, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """A record type whose saves raise the flow's event for the record that `field` names."""

    record: str
    field: str
    script: str  # the user event of the causing record type
    deploy: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class PollVia:
    """
    Queries at a pace, run in the account for the agent, which compares by key.

    `changed` and `rows` are single lines of SuiteQL; in `changed`, `:watermark` stands for text of
    the form YYYY-MM-DD HH24:MI:SS where `watermark` names its column. `tables` must show rows
    before an empty answer is believed.
    """

    every_minutes: int
    key: str
    changed: str
    rows: str
    watermark: str | None
    overlap_minutes: int
    batch: int
    deletes: bool
    ordered: bool  # `rows` has an order of its own
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Several events are one request; `results` and `error` are paths of the answer."""

    most: int
    wrap: str | None
    results: Path | None
    error: Path | None


Columns = tuple[tuple[str, Path], ...]
"""Names of columns, and where their values stand in the payload."""


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """Events become files of a folder."""

    format: Literal["json_lines", "csv"]
    columns: Columns
    most: int


@dataclass(frozen=True, slots=True)
class TableTarget:
    """Events become rows of a table."""

    name: str
    key: tuple[str, ...]
    columns: Columns


@dataclass(frozen=True, slots=True)
class Target:
    """
    Where the agent delivers an event's data: an address, a folder or a table.

    `template` is the path with values of the payload in it; empty where it has none.
    """

    connection: str
    method: str
    path: str
    id_path: Path | None
    template: Template = field(default=(), metadata={"contract": False})
    params: tuple[tuple[str, Template], ...] = ()
    batch: Batch | None = None
    folder: FolderTarget | None = None
    table: TableTarget | None = None


@dataclass(frozen=True, slots=True)
class OutboundPlan:
    """One outbound flow, whole."""

    flow: str
    title: str
    file: str
    enabled: tuple[tuple[str, bool], ...]
    record: str
    kind: Kind
    family: str
    table: str
    type_code: str | None
    via: EventsVia | PollVia
    deliver: Literal["queued", "immediate", "pull"]
    target: Target
    payload: tuple[PayloadField, ...]
    lists: tuple[PayloadList, ...]
    joins: tuple[Join, ...]
    maps: tuple[ValueMap, ...]
    hooks: Hooks | None
    units: Units  # of one event in the drain
    permissions: tuple[Permission, ...]
    features: tuple[str, ...]
    script: str  # the user event of the record type; of a poll the service RESTlet
    deploy: str
    contract: str
    queries: tuple[PayloadQuery, ...] = ()
    within: tuple[tuple[str, str], ...] = ()  # (sublist or "", field) of subrecords that are read
    via_there: tuple[ViaThere, ...] = ()
    only_newest: bool = field(default=False, metadata={"contract": False})
    direction: Literal["outbound"] = "outbound"


# --- project ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Environment:
    """One account: its id as `runtime.accountId` writes it, and the agent's address."""

    name: str
    account: str
    agent_url: str | None


@dataclass(frozen=True, slots=True)
class Var:
    """A project variable: its type, how a select is looked up, and its value per environment."""

    name: str
    type: str
    record: str | None
    by: str | None
    values: tuple[tuple[str, Json], ...]  # by environment


@dataclass(frozen=True, slots=True)
class Connection:
    """
    A system that the agent talks to. `base_url` per environment; auth and sign by secret name.

    `database` is the name of the secret with a database's address; it has no base_url.
    """

    name: str
    base_url: tuple[tuple[str, str], ...]
    auth: Verify | None
    sign: Verify | None
    rate_per_second: float | None
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by name: where it is needed and in which text form."""

    name: str
    in_account: bool
    in_agent: bool
    form: Literal["text", "base64"]
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectPlan:
    """All flows of a project and what they share."""

    project: str
    prefix: str
    timezone: str | None
    environments: tuple[Environment, ...]
    vars: tuple[Var, ...]
    connections: tuple[Connection, ...]
    secrets: tuple[Secret, ...]
    inbound: tuple[InboundPlan, ...]
    outbound: tuple[OutboundPlan, ...]
    build: str
    retired: tuple[str, ...] = ()
    partitions: int = 1
