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
from generator.spec.ways import HttpPollSpec, SqlPollSpec, TargetSpec

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

    secret: SecretText = Field(description="Name of the secret. Its value never stands in a spec.")


class HmacSpec(Model):
    """HMAC-SHA256 over the body, or over more than it."""

    header: str = Field(min_length=1, description="Header that carries the signature.")
    encoding: Literal["base64", "hex"] = Field(
        default="hex", description="How the signature is written."
    )
    prefix: str | None = Field(
        default=None, description="Text before the signature in its header: sha256=."
    )
    key: SecretSpec = Field(description="The shared secret.")
    over: Items[Literal["method", "url", "body", "timestamp"]] | None = Field(
        default=None, description="What is signed, joined in this order; the body where left out."
    )
    separator: str | None = Field(
        default=None, description="Between the parts of `over`; nothing where left out."
    )
    timestamp_header: str | None = Field(default=None, description="Header of the signed time.")
    tolerance_seconds: Annotated[int, Field(ge=1, le=86400)] | None = Field(
        default=None, description="How old the signed time may be."
    )
    id_header: str | None = Field(
        default=None,
        description="Header of the sender's own id of the delivery, where the document has none: "
        "the same one is taken once.",
    )


class StripeSpec(Model):
    """Stripe's Stripe-Signature: a time and signatures over time and body."""

    secret: SecretText = Field(description="Name of the endpoint's signing secret, whsec_ and all.")
    tolerance_seconds: Annotated[int, Field(ge=1, le=86400)] | None = Field(
        default=None, description="How old the signed time may be; 300 where left out."
    )


class HubspotSpec(Model):
    """HubSpot's X-HubSpot-Signature-v3, over method, address, body and time (5 minutes)."""

    key: SecretSpec = Field(description="The app's client secret.")


class BasicSpec(Model):
    """HTTP Basic."""

    user: str = Field(min_length=1, description="User name.")
    secret: SecretText = Field(description="Name of the secret that holds the password.")


class CertificateSpec(Model):
    """A client certificate, as a proxy that agent.toml trusts names it."""

    fingerprints: Items[
        Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$")]
    ] = Field(default=(), description="SHA-256 of the certificates that are known, in hex.")
    subjects: Items[str] = Field(
        default=(),
        description="Subjects that are known, as RFC 4514 writes them: CN=edi.acme.example,O=Acme. "
        "They count for as much as the proxy's check of who issued the certificate.",
    )


class VerifySpec(Model):
    """How a sender proves who it is: exactly one kind."""

    standard_webhooks: SecretSpec | None = Field(
        default=None,
        description="Standard Webhooks 1.0: webhook-id, webhook-timestamp and webhook-signature.",
    )
    shopify: SecretSpec | None = Field(default=None, description="Shopify's X-Shopify-Hmac-Sha256.")
    stripe: StripeSpec | None = Field(
        default=None, description="Stripe's Stripe-Signature, with its time."
    )
    hubspot_v3: HubspotSpec | None = Field(
        default=None,
        description="HubSpot's X-HubSpot-Signature-v3. It signs the address, so the agent must know "
        "its public one ([ingress] public_url).",
    )
    hmac_sha256: HmacSpec | None = Field(
        default=None, description="Any other HMAC-SHA256 signature in a header."
    )
    bearer: SecretSpec | None = Field(
        default=None, description="A token in the Authorization header."
    )
    basic: BasicSpec | None = Field(
        default=None, description="User and password in the Authorization header."
    )
    client_certificate: CertificateSpec | None = Field(
        default=None,
        description="Mutual TLS, ended by a proxy: fingerprints, subjects, or both, which then must both hold.",
    )


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


class ScheduleSpec(Model):
    """When files are taken."""

    at: TimeOfDay = Field(description='Time of day, quoted: "02:30".')
    timezone: str | None = Field(
        default=None, description="Zone of that time; the project's where left out."
    )
    days: Items[Day] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), description="Days of the week."
    )


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


class HooksSpec(Model):
    """The user's own SuiteScript module and the functions in it."""

    module: str = Field(description="A SuiteScript (AMD) file under hooks/, copied as it is.")
    before_map: str | None = Field(
        default=None,
        description="Inbound: (doc, ctx) before anything is read; may return another document.",
    )
    after_map: str | None = Field(
        default=None,
        description="Inbound: (values, doc, ctx), outbound: (data, rec, ctx); may return other values.",
    )
    before_save: str | None = Field(
        default=None, description="Inbound: (rec, doc, ctx); may change the record."
    )
    after_save: str | None = Field(
        default=None, description="Inbound: (id, doc, ctx) once the record is saved."
    )
    units: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="Units that these functions use for one document at most, by calls of N/ modules "
        "or ctx.ref; the units bill counts with them.",
    )


class OtherwiseSpec(Model):
    """What a map does with a value that it does not list."""

    policy: Literal["error", "skip", "same"] | None = Field(
        default=None, description="error, skip (nothing) or same (the value itself)."
    )
    value: Scalar = Field(default=None, description="A literal for every other value.")


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

    values: dict[str, Scalar] = Field(
        description="From the source's value, compared as text, to the literal that is written."
    )
    otherwise: Otherwise = Field(
        default=OtherwiseSpec(policy="error"),
        description="What happens to a value that is not listed.",
    )


class RestletThere(Model):
    """What differs of `via.restlet` in an environment."""

    batch: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Documents of a call there; lowered to what the units allow."
    )


class FileThere(Model):
    """What differs of `via.file` in an environment."""

    schedule: ScheduleSpec | None = Field(default=None, description="When files are taken there.")
    on_arrival: Literal[True] | None = Field(
        default=None, description="Take files as they come there, whatever the flow's schedule."
    )


class PollThere(Model):
    """What differs of a poll in an environment."""

    every_minutes: Annotated[int, Field(ge=1, le=10080)] | None = Field(
        default=None, description="From the begin of one pass to the next, there."
    )


class ViaThere(Model):
    """Numbers and schedules of the way in or out that differ. What is deployed is the same everywhere."""

    restlet: RestletThere | None = Field(default=None, description="Of a flow by RESTlet.")
    file: FileThere | None = Field(default=None, description="Of a flow by file.")
    poll: PollThere | None = Field(
        default=None, description="Of a flow by poll, or whose source is polled."
    )


class FlowEnvironment(Model):
    """What differs in an environment: values, never mappings."""

    enabled: bool | None = Field(default=None, description="Whether the flow runs there.")
    vars: dict[str, Scalar] = Field(
        default_factory=dict, description="Other values of variables for this flow."
    )
    via: ViaThere | None = Field(
        default=None,
        description="Other numbers and schedules there: {restlet: {batch: 5}}, {file: {schedule: "
        '{at: "03:00"}}}, {poll: {every_minutes: 60}}.',
    )


class Flow(Model):
    """The head that every flow has."""

    spec: Literal[1] = Field(description="Version of the language.")
    flow: FlowName = Field(description="Lower-case words joined by '-', 2 to 40 characters.")
    title: str = Field(default="", description="What the flow does, in one sentence.")
    owner: str | None = Field(default=None, description="Who answers for it.")
    enabled: bool = Field(default=True, description="false turns the flow off.")
    record: str = Field(min_length=1, description="NetSuite's id of the record type.")
    only_newest: bool = Field(
        default=False,
        description="Of documents (events) of one record that wait, the agent sends only the newest; those before "
        "it end as `superseded`. For documents that say the whole state each time.",
    )
    include: Items[str] = Field(
        default=(),
        description="Files with shared `maps` and `addresses`, relative to the project folder and "
        "not under specs/: [shared/shopify.yaml].",
    )
    maps: dict[str, MapSpec] = Field(default_factory=dict, description="Named maps of values.")
    hooks: HooksSpec | None = Field(
        default=None, description="The user's own SuiteScript, called at fixed places."
    )
    features: Items[str] = Field(default=(), description="Account features that the flow needs.")
    environments: dict[str, FlowEnvironment] = Field(
        default_factory=dict, description="What differs by environment."
    )


class InboundFlow(Flow):
    """Documents become records."""

    direction: Literal["inbound"] = Field(description="Documents become records.")
    source: SourceSpec = Field(default=SourceSpec(), description="Where documents come from.")
    via: InboundVia = Field(default=InboundVia(), description="The way in: restlet or file.")
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
        description="The record is made from another one, as an item fulfillment from its order. Lines only match, and those that are not named are not received.",
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


class TouchSpec(Model):
    """Another record type, and its field that holds the id of this one."""

    record: str = Field(min_length=1, description="The record type whose saves count.")
    field: str | None = Field(
        default=None, description="Known from the catalogue where only one field refers to it."
    )


def _touch(value: Any) -> Any:
    return {"record": value} if isinstance(value, str) else value


Touch = Annotated[TouchSpec, BeforeValidator(_touch, json_schema_input_type=str | TouchSpec)]


class EventsSpec(Model):
    """Saves in NetSuite raise events."""

    on: Items[Literal[EVENTS]] = Field(  # type: ignore[valid-type]
        default=("create", "edit", "xedit"), min_length=1, description="Which saves count."
    )
    changed: Items[str] = Field(
        default=(), description="Only when one of these differs from before."
    )
    when: ConditionSpec | None = Field(
        default=None,
        description="Only records for which this holds. Conditions on joined fields are judged at delivery.",
    )
    contexts_excluded: Items[str] = Field(
        default=(),
        description="Execution contexts whose saves do not count, as runtime.executionContext names them.",
    )
    dedupe_seconds: Annotated[int, Field(ge=0, le=86400)] = Field(
        default=0, description="Saves of one record within this time are one event."
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

    events: Annotated[EventsSpec | None, Emptyable] = Field(
        default=None, description="Saves in NetSuite raise events."
    )
    poll: PollSpec | None = Field(
        default=None, description="Queries every few minutes, for what raises no event."
    )
    deliver: Literal["queued", "immediate", "pull"] = Field(
        default="queued",
        description="queued: a row in the outbox that the drain posts. immediate: one signed post in the save, from the user interface alone; else queued. pull: a row that the agent fetches, where the account cannot reach it.",
    )
    batch: Annotated[int, Field(ge=1, le=500)] = Field(
        default=200, description="Of polls: keys whose rows one call reads."
    )


class OutboundFlow(Flow):
    """Records become events."""

    direction: Literal["outbound"] = Field(description="Records become events.")
    via: OutboundVia = Field(default=OutboundVia(), description="The way out.")
    target: TargetSpec | None = Field(default=None, description="Where the agent delivers.")
    payload: dict[str, OutRule] = Field(
        default_factory=dict,
        description="The JSON that is sent, by name; dotted names make objects. It is the record's state at delivery.",
    )
    lists: dict[str, ListSpec] = Field(
        default_factory=dict, description="JSON arrays made from sublists, by name."
    )


DIRECTIONS: dict[str, type[InboundFlow] | type[OutboundFlow]] = {
    "inbound": InboundFlow,
    "outbound": OutboundFlow,
}
