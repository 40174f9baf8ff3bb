"""
The plan of an outbound flow: which records become events, and what is sent of them.

All of it is frozen and prints as stable JSON (`generator.plan.dump`).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from msgspec import Struct

from generator.plan.flow import Hooks, Kind, Permission, Template, Units, ViaThere
from generator.plan.values import Condition, FieldName, Origin, Path, Value, ValueMap


class Join(Struct, frozen=True):
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


class PayloadQuery(Struct, frozen=True):
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


class PayloadField(Struct, frozen=True):
    """One JSON value; `name` is dotted in the spec and makes objects."""

    name: tuple[str, ...]
    value: Value
    type: str | None
    format: str | None = None
    timezone: str | None = None
    places: int | None = None
    required: bool = False
    null: bool = False
    origin: Origin = Origin("", 0)


class PayloadList(Struct, frozen=True):
    """A JSON array made from a sublist, from that of a subrecord (dotted), or from a poll's `rows`."""

    name: str
    sublist: str
    when: Condition | None
    fields: tuple[PayloadField, ...]
    origin: Origin
    lists: tuple[PayloadList, ...] = ()


class EventsVia(Struct, frozen=True):
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


class Touch(Struct, frozen=True):
    """A record type whose saves raise the flow's event for the record that `field` names."""

    record: str
    field: str
    script: str  # the user event of the causing record type
    deploy: str
    origin: Origin


class PollVia(Struct, frozen=True):
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


class Batch(Struct, frozen=True):
    """Several events are one request; `results` and `error` are paths of the answer."""

    most: int
    wrap: str | None
    results: Path | None
    error: Path | None


Columns = tuple[tuple[str, Path], ...]
"""Names of columns, and where their values stand in the payload."""


class FolderTarget(Struct, frozen=True):
    """Events become files of a folder."""

    format: Literal["json_lines", "csv"]
    columns: Columns
    most: int


class TableTarget(Struct, frozen=True):
    """Events become rows of a table."""

    name: str
    key: tuple[str, ...]
    columns: Columns


class Target(Struct, frozen=True):
    """
    Where the agent delivers an event's data: an address, a folder or a table.

    `template` is the path with values of the payload in it; empty where it has none.
    """

    connection: str
    method: str
    path: str
    id_path: Path | None
    template: Template = ()
    params: tuple[tuple[str, Template], ...] = ()
    batch: Batch | None = None
    folder: FolderTarget | None = None
    table: TableTarget | None = None
    no_contract: ClassVar[tuple[str, ...]] = ("template",)


class OutboundPlan(Struct, frozen=True):
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
    only_newest: bool = False
    direction: Literal["outbound"] = "outbound"
    no_contract: ClassVar[tuple[str, ...]] = ("only_newest",)
