"""The shape of an inbound flow: documents become records."""

from typing import Annotated, Literal

from msgspec import field

from generator.spec.fields import (
    ConditionSpec,
    Emptyable,
    InRule,
    KeyRule,
    LinesSpec,
    SubrecordSpec,
    Yes,
)
from generator.spec.flow import Flow, ScheduleSpec
from generator.spec.model import Items, Model, says
from generator.spec.verify import VerifySpec
from generator.spec.ways import HttpPollSpec, SqlPollSpec


class FetchSpec(Model, frozen=True, kw_only=True):
    """What comes in only names a record: the agent gets the record's newest state."""

    connection: Annotated[str, says("A connection of project.yaml.")]
    path: Annotated[
        str,
        says(
            "Behind the connection's base_url; {a.b} is the value at that path of what came in: "
            "/crm/v3/objects/companies/{objectId}.",
            pattern="^/",
        ),
    ]
    params: Annotated[
        dict[str, str],
        says("Query parameters by name; {a.b} as in path: {properties: 'name,domain'}."),
    ] = field(default_factory=dict)


class SourceSpec(Model, frozen=True, kw_only=True):
    """Where documents come from."""

    system: Annotated[str | None, says("Name of the sending system.")] = None
    event: Annotated[str | None, says("Its own name of the event.")] = None
    schema_: Annotated[str | None, says("JSON Schema of the document.")] = None
    sample: Annotated[str | None, says("A sample document.")] = None
    id_path: Annotated[
        str | None,
        says(
            "Path of the delivery's id (idempotency); not of files, where rows count as they stand."
        ),
    ] = None
    items: Annotated[str | None, says("Path of the list when one call carries many.")] = None
    poll: Annotated[
        HttpPollSpec | None,
        says(
            "Nobody sends: the agent asks an address for documents every few minutes. items and id_path "
            "read each answer; id_path is needed, and of one id only what has changed is taken."
        ),
    ] = None
    sql: Annotated[
        SqlPollSpec | None,
        says("Nobody sends: the agent asks a database for rows every few minutes."),
    ] = None
    fetch: Annotated[
        FetchSpec | None,
        says(
            "What comes in is a notification, and the document is fetched as JSON by GET, "
            "once for all notifications of a record that came before. id_path, items and serialize_by read the notification, everything "
            "else the document. 410 is answered `skipped`, another refusal holds the notification."
        ),
    ] = None
    verify: Annotated[
        VerifySpec | None,
        says("How the sender proves who it is. Without it, only the agent's own token is taken."),
    ] = None
    allow_from: Annotated[
        Items[str],
        says(
            "Addresses and networks that calls may come from, besides what verify asks: "
            "[203.0.113.0/24, 2001:db8::7]. Everybody else is answered 403."
        ),
    ] = ()


class RestletSpec(Model, frozen=True, kw_only=True):
    """Documents go to a RESTlet in batches."""

    batch: Annotated[
        int, says("An upper wish; lowered to what the units allow.", ge=1, le=1000)
    ] = 50
    serialize_by: Annotated[
        str | None, says("Path; documents of the same value never run at once.")
    ] = None


class CsvSpec(Model, frozen=True, kw_only=True):
    """How CSV files are read."""

    delimiter: Annotated[str, says("Character between columns.", min_length=1, max_length=1)] = ","
    quote: Annotated[
        str, says("Character around values that hold the delimiter.", min_length=1, max_length=1)
    ] = '"'
    encoding: Annotated[str, says("Encoding of the file: utf-8, windows-1252, ...")] = "utf-8"
    decimal: Annotated[Literal[".", ","], says("Decimal sign of numbers in the file.")] = "."
    header: Annotated[
        bool, says("Whether the first row names the columns; without it they are 1, 2, 3, ...")
    ] = True
    group_by: Annotated[str | None, says("Column; its rows become one document.")] = None
    nulls: Annotated[Items[str], says('Texts that mean nothing: ["NULL"].')] = ()


class FileSpec(Model, frozen=True, kw_only=True):
    """Files are read by the agent and written by a map/reduce script."""

    pattern: Annotated[str, says("File name pattern: bills_*.csv.", min_length=1)]
    csv: Annotated[CsvSpec | None, Emptyable, says("The file is CSV, read like this.")] = None
    json_lines: Annotated[Yes | None, says("One document a line.")] = None
    json_: Annotated[Yes | None, says("One document or a list.")] = None
    schedule: Annotated[ScheduleSpec | None, says("Take files at a time of day.")] = None
    on_arrival: Annotated[bool | None, says("Take files as they come (the default).")] = None
    concurrency: Annotated[
        int, says("Instances of the map/reduce script that run at once.", ge=1, le=50)
    ] = 1


class InboundVia(Model, frozen=True, kw_only=True):
    """The way in: exactly one."""

    restlet: Annotated[
        RestletSpec | None,
        Emptyable,
        says("Documents arrive one by one and go to a RESTlet in batches."),
    ] = None
    file: Annotated[
        FileSpec | None, says("Documents arrive in files and go to a map/reduce script.")
    ] = None


class TransformFrom(Model, frozen=True, kw_only=True):
    """The record is made from another one."""

    record: Annotated[str, says("Type of the record that this one is made from.")]
    id: Annotated[
        InRule,
        says("How that record is found: a value with a `ref`. Not found is always an error."),
    ]


class RelatedSpec(Model, frozen=True, kw_only=True):
    """The record that `write: attach` attaches to, and that `write: detach` detaches from."""

    record: Annotated[str, says("Its record type.")]
    id: Annotated[
        InRule,
        says(
            "How it is found: a value with a `ref`. Where it is empty, or missing with "
            "`missing: skip_field`, the document is answered `skipped`."
        ),
    ]
    role: Annotated[
        InRule | None, says("With attach, of a contact: its role there, an internal id or a `ref`.")
    ] = None
    field: Annotated[
        str | None,
        says(
            "Of a custom record: its field that holds the parent. Attaching sets it, which "
            "NetSuite does as an edit of the child."
        ),
    ] = None


class InboundFlow(Flow, frozen=True, kw_only=True):
    """Documents become records."""

    direction: Annotated[Literal["inbound"], says("Documents become records.")]
    source: Annotated[SourceSpec, says("Where documents come from.")] = SourceSpec()
    via: Annotated[InboundVia, says("The way in: restlet or file.")] = InboundVia()
    accept: Annotated[ConditionSpec | None, says("Others are answered 'skipped'.")] = None
    write: Annotated[
        Literal["upsert", "create", "update", "delete", "attach", "detach"],
        says(
            "upsert: create or change. create: new ones only, one that is there is answered "
            "`duplicate`. update: existing ones only. delete: the record of the key is deleted and "
            "answered `deleted`; one that is not there is `unchanged`. attach, detach: the record of the "
            "key is attached to `related` or detached from it, answered `updated` (NetSuite does not say "
            "whether it was so before); detaching one that is not there is `unchanged`."
        ),
    ] = "upsert"
    save: Annotated[
        Literal["record", "fields"] | None,
        says(
            "How existing records are written: record loads and saves them, fields uses submitFields (inline-editable body fields alone). Decided by the compiler where left out; `build` prints it."
        ),
    ] = None
    sourcing: Annotated[
        Literal["create", "always", "never"],
        says("When NetSuite fills dependent fields: on create, always, or never."),
    ] = "create"
    ignore_mandatory: Annotated[
        bool,
        says(
            "Save although a mandatory field is empty (`ignoreMandatoryFields`); what "
            "NetSuite itself cannot do without is refused all the same."
        ),
    ] = False
    verify: Annotated[
        Literal["always"] | None,
        says("Compare with the record even when the fingerprint is equal."),
    ] = None
    dynamic: Annotated[bool, says("Use the record's dynamic mode, which sources at once.")] = False
    transform_from: Annotated[
        TransformFrom | None,
        says(
            "The record is made from another one, as an item fulfillment from its order. Lines only match, and those that are not named are not received; with policy: append, items and expenses are added to those that come from there."
        ),
    ] = None
    related: Annotated[
        RelatedSpec | None, says("With write: attach or detach: the other record.")
    ] = None
    key: Annotated[KeyRule | None, says("How the record is found again.")] = None
    body: Annotated[dict[str, InRule], says("Fields of the record, by field id.")] = field(
        default_factory=dict
    )
    lines: Annotated[dict[str, LinesSpec], says("Its sublists, by sublist id.")] = field(
        default_factory=dict
    )
    subrecords: Annotated[
        dict[str, SubrecordSpec], says("Its subrecords, by field id: addresses.")
    ] = field(default_factory=dict)
    addresses: Annotated[
        dict[str, dict[str, InRule]],
        says(
            "Named address blocks: rules by field id, used by `address` of a subrecord. "
            "Their paths start where the block is used."
        ),
    ] = field(default_factory=dict)
    answer: Annotated[
        dict[str, str],
        says(
            "Fields that are read back for the reply: {order_number: tranid}, for every document "
            "whose record is there, also where nothing changed. A date is YYYY-MM-DD."
        ),
    ] = field(default_factory=dict)
