"""The shape of an inbound flow: documents become records."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from generator.spec.fields import (
    ConditionSpec,
    Emptyable,
    InRule,
    Items,
    KeyRule,
    LinesSpec,
    Model,
    SubrecordSpec,
)
from generator.spec.flow import Flow, ScheduleSpec
from generator.spec.verify import VerifySpec
from generator.spec.ways import HttpPollSpec, SqlPollSpec


class FetchSpec(Model):
    """What comes in only names a record: the agent gets the record's newest state."""

    connection: str = Field(description="A connection of project.yaml.")
    path: str = Field(
        pattern="^/",
        description="Behind the connection's base_url; {a.b} is the value at that path of what came in: "
        "/crm/v3/objects/companies/{objectId}.",
    )
    params: dict[str, str] = Field(
        default_factory=dict,
        description="Query parameters by name; {a.b} as in path: {properties: 'name,domain'}.",
    )


class SourceSpec(Model):
    """Where documents come from."""

    system: str | None = Field(default=None, description="Name of the sending system.")
    event: str | None = Field(default=None, description="Its own name of the event.")
    schema_: str | None = Field(
        default=None, alias="schema", description="JSON Schema of the document."
    )
    sample: str | None = Field(default=None, description="A sample document.")
    id_path: str | None = Field(
        default=None,
        description="Path of the delivery's id (idempotency); not of files, where rows count as they stand.",
    )
    items: str | None = Field(
        default=None, description="Path of the list when one call carries many."
    )
    poll: HttpPollSpec | None = Field(
        default=None,
        description="Nobody sends: the agent asks an address for documents every few minutes. items and id_path "
        "read each answer; id_path is needed, and of one id only what has changed is taken.",
    )
    sql: SqlPollSpec | None = Field(
        default=None,
        description="Nobody sends: the agent asks a database for rows every few minutes.",
    )
    fetch: FetchSpec | None = Field(
        default=None,
        description="What comes in is a notification, and the document is fetched as JSON by GET, "
        "once for all notifications of a record that came before. id_path, items and serialize_by read the notification, everything "
        "else the document. 410 is answered `skipped`, another refusal holds the notification.",
    )
    verify: VerifySpec | None = Field(
        default=None,
        description="How the sender proves who it is. Without it, only the agent's own token is taken.",
    )
    allow_from: Items[str] = Field(
        default=(),
        description="Addresses and networks that calls may come from, besides what verify asks: "
        "[203.0.113.0/24, 2001:db8::7]. Everybody else is answered 403.",
    )


class RestletSpec(Model):
    """Documents go to a RESTlet in batches."""

    batch: Annotated[int, Field(ge=1, le=1000)] = Field(
        50, description="An upper wish; lowered to what the units allow."
    )
    serialize_by: str | None = Field(
        None, description="Path; documents of the same value never run at once."
    )


class CsvSpec(Model):
    """How CSV files are read."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        default=",", description="Character between columns."
    )
    quote: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        default='"', description="Character around values that hold the delimiter."
    )
    encoding: str = Field(
        default="utf-8", description="Encoding of the file: utf-8, windows-1252, ..."
    )
    decimal: Literal[".", ","] = Field(
        default=".", description="Decimal sign of numbers in the file."
    )
    header: bool = Field(
        default=True,
        description="Whether the first row names the columns; without it they are 1, 2, 3, ...",
    )
    group_by: str | None = Field(default=None, description="Column; its rows become one document.")
    nulls: Items[str] = Field(default=(), description='Texts that mean nothing: ["NULL"].')


class FileSpec(Model):
    """Files are read by the agent and written by a map/reduce script."""

    pattern: str = Field(min_length=1, description="File name pattern: bills_*.csv.")
    csv: Annotated[CsvSpec | None, Emptyable] = Field(
        default=None, description="The file is CSV, read like this."
    )
    json_lines: Literal[True] | None = Field(default=None, description="One document a line.")
    json_: Literal[True] | None = Field(
        default=None, alias="json", description="One document or a list."
    )
    schedule: ScheduleSpec | None = Field(default=None, description="Take files at a time of day.")
    on_arrival: bool | None = Field(
        default=None, description="Take files as they come (the default)."
    )
    concurrency: Annotated[int, Field(ge=1, le=50)] = Field(
        default=1, description="Instances of the map/reduce script that run at once."
    )


class InboundVia(Model):
    """The way in: exactly one."""

    restlet: Annotated[RestletSpec | None, Emptyable] = Field(
        default=None, description="Documents arrive one by one and go to a RESTlet in batches."
    )
    file: FileSpec | None = Field(
        default=None, description="Documents arrive in files and go to a map/reduce script."
    )


class TransformFrom(Model):
    """The record is made from another one."""

    record: str = Field(description="Type of the record that this one is made from.")
    id: InRule = Field(
        description="How that record is found: a value with a `ref`. Not found is always an error."
    )


class RelatedSpec(Model):
    """The record that `write: attach` attaches to, and that `write: detach` detaches from."""

    record: str = Field(description="Its record type.")
    id: InRule = Field(
        description="How it is found: a value with a `ref`. Where it is empty, or missing with "
        "`missing: skip_field`, the document is answered `skipped`."
    )
    role: InRule | None = Field(
        default=None,
        description="With attach, of a contact: its role there, an internal id or a `ref`.",
    )
    field: str | None = Field(
        default=None,
        description="Of a custom record: its field that holds the parent. Attaching sets it, which "
        "NetSuite does as an edit of the child.",
    )


class InboundFlow(Flow):
    """Documents become records."""

    direction: Literal["inbound"] = Field(description="Documents become records.")
    source: SourceSpec = Field(
        default=SourceSpec.model_construct(), description="Where documents come from."
    )
    via: InboundVia = Field(
        default=InboundVia.model_construct(), description="The way in: restlet or file."
    )
    accept: ConditionSpec | None = Field(default=None, description="Others are answered 'skipped'.")
    write: Literal["upsert", "create", "update", "delete", "attach", "detach"] = Field(
        "upsert",
        description="upsert: create or change. create: new ones only, one that is there is answered "
        "`duplicate`. update: existing ones only. delete: the record of the key is deleted and "
        "answered `deleted`; one that is not there is `unchanged`. attach, detach: the record of the "
        "key is attached to `related` or detached from it, answered `updated` (NetSuite does not say "
        "whether it was so before); detaching one that is not there is `unchanged`.",
    )
    save: Literal["record", "fields"] | None = Field(
        default=None,
        description="How existing records are written: record loads and saves them, fields uses submitFields (inline-editable body fields alone). Decided by the compiler where left out; `build` prints it.",
    )
    sourcing: Literal["create", "always", "never"] = Field(
        default="create",
        description="When NetSuite fills dependent fields: on create, always, or never.",
    )
    ignore_mandatory: bool = Field(
        default=False,
        description="Save although a mandatory field is empty (`ignoreMandatoryFields`); what "
        "NetSuite itself cannot do without is refused all the same.",
    )
    verify: Literal["always"] | None = Field(
        None, description="Compare with the record even when the fingerprint is equal."
    )
    dynamic: bool = Field(
        default=False, description="Use the record's dynamic mode, which sources at once."
    )
    transform_from: TransformFrom | None = Field(
        default=None,
        description="The record is made from another one, as an item fulfillment from its order. Lines only match, and those that are not named are not received; with policy: append, items and expenses are added to those that come from there.",
    )
    related: RelatedSpec | None = Field(
        default=None, description="With write: attach or detach: the other record."
    )
    key: KeyRule | None = Field(default=None, description="How the record is found again.")
    body: dict[str, InRule] = Field(
        default_factory=dict, description="Fields of the record, by field id."
    )
    lines: dict[str, LinesSpec] = Field(
        default_factory=dict, description="Its sublists, by sublist id."
    )
    subrecords: dict[str, SubrecordSpec] = Field(
        default_factory=dict, description="Its subrecords, by field id: addresses."
    )
    addresses: dict[str, dict[str, InRule]] = Field(
        default_factory=dict,
        description="Named address blocks: rules by field id, used by `address` of a subrecord. "
        "Their paths start where the block is used.",
    )
    answer: dict[str, str] = Field(
        default_factory=dict,
        description="Fields that are read back for the reply: {order_number: tranid}, for every document "
        "whose record is there, also where nothing changed. A date is YYYY-MM-DD.",
    )
