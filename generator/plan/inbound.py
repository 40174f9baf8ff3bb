"""
The plan of an inbound flow: how documents become records.

All of it is frozen and prints as stable JSON (`generator.plan.dump`).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from msgspec import Struct

from generator.plan.flow import Hooks, Kind, Permission, Schedule, Template, Units, Verify, ViaThere
from generator.plan.values import Condition, Origin, Path, Value, ValueMap


class LookupColumn(Struct, frozen=True):
    """A SuiteQL column that a lookup compares. `numeric` columns hold internal ids."""

    name: str
    numeric: bool = False


class Lookup(Struct, frozen=True):
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


class CreatePlan(Struct, frozen=True):
    """A record that a reference creates when it is missing (once per distinct key)."""

    name: str
    record: str
    key: KeyPlan
    body: tuple[FieldPlan, ...]
    kind: Kind
    units: int  # worst case of one
    origin: Origin
    no_contract: ClassVar[tuple[str, ...]] = ("kind", "units")


class FieldPlan(Struct, frozen=True):
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
    origin: Origin = Origin("", 0)


class KeyPlan(Struct, frozen=True):
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


class LineKey(Struct, frozen=True):
    """The line field that identifies a line, and its value in the document. Compared as text."""

    field: str
    value: Value


class SubrecordPlan(Struct, frozen=True):
    """A subrecord of a body field or of a line. Address fields are ordered country first."""

    field: str
    kind: Literal["address", "inventorydetail", "other"]
    source: Path | None
    when: Condition | None
    fields: tuple[FieldPlan, ...]
    lines: tuple[LinesPlan, ...]
    origin: Origin


class LinesPlan(Struct, frozen=True):
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
    most: int = 100
    no_contract: ClassVar[tuple[str, ...]] = ("most",)


class Fetch(Struct, frozen=True):
    """How the agent gets the document that a notification names."""

    connection: str
    path: Template
    params: tuple[tuple[str, Template], ...]


class Pages(Struct, frozen=True):
    """How the next page of an answer is asked for; `path` is of the answer, `param` of the query."""

    kind: Literal["cursor", "next", "link", "number", "offset"]
    path: Path | None = None
    param: str | None = None
    first: int = 0
    size: int = 0


class SourcePoll(Struct, frozen=True):
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


class InboundSource(Struct, frozen=True):
    """Where documents come from. `items` splits one call into many documents."""

    system: str | None
    event: str | None
    schema: str | None
    sample: str | None
    id_path: Path | None
    items: Path | None
    verify: Verify | None
    fetch: Fetch | None = None
    allow_from: tuple[str, ...] = ()
    poll: SourcePoll | None = None
    no_contract: ClassVar[tuple[str, ...]] = ("allow_from", "poll")


class RestletVia(Struct, frozen=True):
    """By RESTlet: `wish` is the batch asked for; documents of one `serialize_by` value never run at once."""

    wish: int
    serialize_by: Path | None


class CsvFormat(Struct, frozen=True):
    """How a CSV file is read (by the agent)."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    decimal: str = "."
    header: bool = True
    group_by: str | None = None
    nulls: tuple[str, ...] = ()


class FileVia(Struct, frozen=True):
    """By file and map/reduce. Exactly one of csv, json_lines, json."""

    pattern: str
    format: Literal["csv", "json_lines", "json"]
    csv: CsvFormat | None
    schedule: Schedule | None
    concurrency: int


Write = Literal["upsert", "create", "update", "delete", "attach", "detach"]


class Answer(Struct, frozen=True):
    """A field that is read back for the reply: its name there, and what SuiteQL selects for it."""

    name: str
    field: str
    column: str


class RelatedPlan(Struct, frozen=True):
    """The other record of attach and detach; `field` of a custom record holds its parent."""

    record: str
    id: FieldPlan
    role: FieldPlan | None
    field: str | None


class InboundPlan(Struct, frozen=True):
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
    only_newest: bool = False
    direction: Literal["inbound"] = "inbound"
    no_contract: ClassVar[tuple[str, ...]] = ("only_newest",)
