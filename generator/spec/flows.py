"""The shape of a flow, inbound and outbound."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.spec.fields import (
    ConditionSpec,
    Emptyable,
    InRule,
    Items,
    KeyRule,
    LinesSpec,
    ListSpec,
    Model,
    OutRule,
    Scalar,
    SubrecordSpec,
)

FlowName = Annotated[
    str, Field(min_length=2, max_length=40, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
]
SecretText = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

EVENTS = (
    "create", "edit", "xedit", "delete", "approve", "cancel", "reject", "pack", "ship", "dropship",
    "specialorder", "orderitems", "paybills",
)  # fmt: skip
"""Events that reach afterSubmit (help topic "context.UserEventType")."""

CONTEXTS = (
    "ACTION", "ADVANCEDREVREC", "BANKCONNECTIVITY", "BANKSTATEMENTPARSER", "BUNDLEINSTALLATION", "CLIENT",
    "CONSOLRATEADJUSTOR", "CSVIMPORT", "CUSTOMGLLINES", "CUSTOMMASSUPDATE", "DATASETBUILDER", "DEBUGGER",
    "EMAILCAPTURE", "FICONNECTIVITY", "FIPARSER", "MAPREDUCE", "NONE", "PAYMENTGATEWAY", "PAYMENTPOSTBACK",
    "PLATFORMEXTENSION", "PORTLET", "PROMOTIONS", "RESTLET", "RESTWEBSERVICES", "SCHEDULED", "SDFINSTALLATION",
    "SHIPPINGPARTNERS", "SUITELET", "TAXCALCULATION", "USEREVENT", "USERINTERFACE", "WEBAPPLICATION",
    "WEBSERVICES", "WEBSTORE", "WORKBOOKBUILDER", "WORKFLOW",
)  # fmt: skip
"""Execution contexts as `runtime.executionContext` writes them."""


class SecretSpec(Model):
    """A secret, by name."""

    secret: SecretText


class HmacSpec(Model):
    """HMAC-SHA256 over the body, or over more than it."""

    header: str = Field(min_length=1, description="Header that carries the signature.")
    encoding: Literal["base64", "hex"] = "hex"
    key: SecretSpec
    over: Items[Literal["method", "url", "body", "timestamp"]] | None = Field(
        default=None, description="What is signed, joined in this order; the body where left out."
    )
    timestamp_header: str | None = Field(default=None, description="Header of the signed time.")
    tolerance_seconds: Annotated[int, Field(ge=1, le=86400)] | None = Field(
        default=None, description="How old the signed time may be."
    )


class BasicSpec(Model):
    """HTTP Basic."""

    user: str = Field(min_length=1)
    secret: SecretText


class VerifySpec(Model):
    """How a sender proves who it is: exactly one kind."""

    standard_webhooks: SecretSpec | None = None
    shopify: SecretSpec | None = None
    hmac_sha256: HmacSpec | None = None
    bearer: SecretSpec | None = None
    basic: BasicSpec | None = None


class SourceSpec(Model):
    """Where documents come from."""

    system: str | None = Field(default=None, description="Name of the sending system.")
    event: str | None = Field(default=None, description="Its own name of the event.")
    schema_: str | None = Field(
        default=None, alias="schema", description="JSON Schema of the document."
    )
    sample: str | None = Field(default=None, description="A sample document.")
    id_path: str | None = Field(
        default=None, description="Path of the delivery's id (idempotency)."
    )
    items: str | None = Field(
        default=None, description="Path of the list when one call carries many."
    )
    verify: VerifySpec | None = None


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

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(min_length=1, max_length=1)] = '"'
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    header: bool = True
    group_by: str | None = Field(default=None, description="Column; its rows become one document.")
    nulls: Items[str] = Field(default=(), description='Texts that mean nothing: ["NULL"].')


class ScheduleSpec(Model):
    """When files are taken."""

    at: TimeOfDay
    timezone: str | None = None
    days: Items[Day] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class FileSpec(Model):
    """Files are read by the agent and written by a map/reduce script."""

    pattern: str = Field(min_length=1, description="File name pattern: bills_*.csv.")
    csv: Annotated[CsvSpec | None, Emptyable] = None
    json_lines: Literal[True] | None = Field(default=None, description="One document a line.")
    json_: Literal[True] | None = Field(
        default=None, alias="json", description="One document or a list."
    )
    schedule: ScheduleSpec | None = None
    on_arrival: bool | None = Field(
        default=None, description="Take files as they come (the default)."
    )
    concurrency: Annotated[int, Field(ge=1, le=50)] = 1


class InboundVia(Model):
    """The way in: exactly one."""

    restlet: Annotated[RestletSpec | None, Emptyable] = None
    file: FileSpec | None = None


class TransformFrom(Model):
    """The record is made from another one."""

    record: str
    id: InRule


class HooksSpec(Model):
    """The user's own SuiteScript module and the functions in it."""

    module: str
    before_map: str | None = None
    after_map: str | None = None
    before_save: str | None = None
    after_save: str | None = None


class OtherwiseSpec(Model):
    """What a map does with a value that it does not list."""

    policy: Literal["error", "skip", "same"] | None = None
    value: Scalar = None


def _otherwise(value: Any) -> Any:
    return {"policy": value} if isinstance(value, str) else value


Otherwise = Annotated[
    OtherwiseSpec,
    BeforeValidator(
        _otherwise, json_schema_input_type=Literal["error", "skip", "same"] | OtherwiseSpec
    ),
]


class MapSpec(Model):
    """A named map."""

    values: dict[str, Scalar]
    otherwise: Otherwise = OtherwiseSpec(policy="error")


class FlowEnvironment(Model):
    """What differs in an environment: values, never mappings."""

    enabled: bool | None = None
    vars: dict[str, Scalar] = Field(default_factory=dict)


class Flow(Model):
    """The head that every flow has."""

    spec: Literal[1] = Field(description="Version of the language.")
    flow: FlowName = Field(description="Lower-case words joined by '-', 2 to 40 characters.")
    title: str = Field(default="", description="What the flow does, in one sentence.")
    owner: str | None = Field(default=None, description="Who answers for it.")
    enabled: bool = True
    record: str = Field(min_length=1, description="NetSuite's id of the record type.")
    maps: dict[str, MapSpec] = Field(default_factory=dict)
    hooks: HooksSpec | None = None
    features: Items[str] = Field(default=(), description="Account features that the flow needs.")
    environments: dict[str, FlowEnvironment] = Field(default_factory=dict)


class InboundFlow(Flow):
    """Documents become records."""

    direction: Literal["inbound"]
    source: SourceSpec = SourceSpec()
    via: InboundVia = InboundVia()
    accept: ConditionSpec | None = Field(default=None, description="Others are answered 'skipped'.")
    write: Literal["upsert", "create", "update"] = "upsert"
    save: Literal["record", "fields"] | None = None
    sourcing: Literal["create", "always", "never"] = "create"
    verify: Literal["always"] | None = Field(
        None, description="Compare with the record even when the fingerprint is equal."
    )
    dynamic: bool = False
    transform_from: TransformFrom | None = None
    key: KeyRule | None = None
    body: dict[str, InRule] = Field(default_factory=dict)
    lines: dict[str, LinesSpec] = Field(default_factory=dict)
    subrecords: dict[str, SubrecordSpec] = Field(default_factory=dict)
    answer: dict[str, str] = Field(default_factory=dict)


class TouchSpec(Model):
    """Another record type, and its field that holds the id of this one."""

    record: str = Field(min_length=1)
    field: str | None = Field(
        default=None, description="Known from the catalogue where only one field refers to it."
    )


def _touch(value: Any) -> Any:
    return {"record": value} if isinstance(value, str) else value


Touch = Annotated[TouchSpec, BeforeValidator(_touch, json_schema_input_type=str | TouchSpec)]


class EventsSpec(Model):
    """Saves in NetSuite raise events."""

    on: Items[Literal[EVENTS]] = Field(default=("create", "edit", "xedit"), min_length=1)  # type: ignore[valid-type]
    changed: Items[str] = Field(
        default=(), description="Only when one of these differs from before."
    )
    when: ConditionSpec | None = None
    contexts_excluded: Items[str] = ()
    dedupe_seconds: Annotated[int, Field(ge=0, le=86400)] = Field(
        0, description="Saves of a record within so many seconds become one event."
    )
    on_event: bool = Field(default=False, description="Do not judge `when` again at delivery.")
    snapshot: bool = Field(
        default=False,
        description="Send the state at the save, kept in the outbox row, not that at delivery.",
    )
    touch_on: Items[Touch] = Field(
        default=(),
        description="Record types whose saves change derived values of this record: they raise its event.",
    )


class PollSpec(Model):
    """Queries every few minutes, for what raises no event: all rows of one key are one message."""

    every_minutes: Annotated[int, Field(ge=1, le=10080)] = Field(
        10, description="From the begin of one pass to the next."
    )
    key: str = Field(
        min_length=1, description="Column of both queries; one message for each value."
    )
    changed: str = Field(
        min_length=1,
        description="Query that gives keys: all of them, or with :watermark those changed since.",
    )
    rows: str = Field(min_length=1, description="Query with IN (:keys) that gives all their rows.")
    watermark: str | None = Field(
        default=None,
        description="Column of `changed` that says when a row changed; only lastmodifieddate and lastmodified are proven.",
    )
    overlap_minutes: Annotated[int, Field(ge=16, le=10080)] = Field(
        default=80,
        description="How far a pass looks back before the newest time that was seen.",
    )
    deletes: bool = Field(
        default=False, description="Tell keys that are no more: {<key>: value, deleted: true}."
    )


class OutboundVia(Model):
    """The way out: exactly one of events and poll."""

    events: Annotated[EventsSpec | None, Emptyable] = None
    poll: PollSpec | None = None
    deliver: Literal["queued", "immediate", "pull"] = Field(
        "queued",
        description="Of events: by the drain, at once from the user interface, or fetched by the agent.",
    )
    batch: Annotated[int, Field(ge=1, le=500)] = Field(
        200, description="Of polls: keys whose rows one call reads."
    )


class TargetSpec(Model):
    """Where the agent delivers."""

    connection: str
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: str = Field(pattern="^/")
    id_path: str | None = None


class OutboundFlow(Flow):
    """Records become events."""

    direction: Literal["outbound"]
    via: OutboundVia = OutboundVia()
    target: TargetSpec | None = None
    payload: dict[str, OutRule] = Field(default_factory=dict)
    lists: dict[str, ListSpec] = Field(default_factory=dict)


DIRECTIONS: dict[str, type[InboundFlow] | type[OutboundFlow]] = {
    "inbound": InboundFlow,
    "outbound": OutboundFlow,
}
