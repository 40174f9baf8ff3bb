"""The shape of an outbound flow: records become events."""

from typing import Annotated, Any, Literal

from msgspec import field

from generator.spec.fields import ConditionSpec, Emptyable, ListSpec, OutRule
from generator.spec.flow import Flow
from generator.spec.model import Items, Model, Short, says
from generator.spec.ways import TargetSpec

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


class TouchSpec(Model, frozen=True, kw_only=True):
    """Another record type, and its field that holds the id of this one."""

    record: Annotated[str, says("The record type whose saves count.", min_length=1)]
    field: Annotated[
        str | None, says("Known from the catalogue where only one field refers to it.")
    ] = None


def _touch(value: Any) -> Any:
    return {"record": value} if isinstance(value, str) else value


Touch = Annotated[TouchSpec, Short(_touch, str | TouchSpec)]


class EventsSpec(Model, frozen=True, kw_only=True):
    """Saves in NetSuite raise events."""

    on: Annotated[Items[Literal[EVENTS]], says("Which saves count.", min_length=1)] = (  # type: ignore[valid-type]
        "create",
        "edit",
        "xedit",
    )
    changed: Annotated[
        Items[str],
        says(
            "Of an edit: only when one of these differs from before. A new and a deleted record always count."
        ),
    ] = ()
    when: Annotated[
        ConditionSpec | None,
        says(
            "Only records for which this holds. Conditions on joined fields are judged at delivery."
        ),
    ] = None
    contexts_excluded: Annotated[
        Items[str],
        says(
            "Execution contexts whose saves do not count, as runtime.executionContext names them."
        ),
    ] = ()
    dedupe_seconds: Annotated[
        int, says("Saves of one record within this time are one event.", ge=0, le=86400)
    ] = 0
    on_event: Annotated[bool, says("Do not judge `when` again at delivery.")] = False
    snapshot: Annotated[
        bool, says("Send the state at the save, kept in the outbox row, not that at delivery.")
    ] = False
    touch_on: Annotated[
        Items[Touch],
        says(
            "Record types whose saves change derived values of this record: they raise its event."
        ),
    ] = ()


class PollSpec(Model, frozen=True, kw_only=True):
    """Queries every few minutes, for what raises no event: all rows of one key are one message."""

    every_minutes: Annotated[
        int, says("From the begin of one pass to the next.", ge=1, le=10080)
    ] = 10
    key: Annotated[str, says("Column of both queries; one message for each value.", min_length=1)]
    changed: Annotated[
        str,
        says(
            "Query that gives keys: all of them, or with :watermark those changed since.",
            min_length=1,
        ),
    ]
    rows: Annotated[str, says("Query with IN (:keys) that gives all their rows.", min_length=1)]
    watermark: Annotated[
        str | None,
        says(
            "Column of `changed` that says when a row changed; only lastmodifieddate and lastmodified are proven."
        ),
    ] = None
    overlap_minutes: Annotated[
        int,
        says("How far a pass looks back before the newest time that was seen.", ge=16, le=10080),
    ] = 80
    deletes: Annotated[bool, says("Tell keys that are no more: {<key>: value, deleted: true}.")] = (
        False
    )


class OutboundVia(Model, frozen=True, kw_only=True):
    """The way out: exactly one of events and poll."""

    events: Annotated[EventsSpec | None, Emptyable, says("Saves in NetSuite raise events.")] = None
    poll: Annotated[
        PollSpec | None, says("Queries every few minutes, for what raises no event.")
    ] = None
    deliver: Annotated[
        Literal["queued", "immediate", "pull"],
        says(
            "queued: a row in the outbox that the drain posts. immediate: one signed post in the save, from the user interface alone; else queued. pull: a row that the agent fetches, where the account cannot reach it."
        ),
    ] = "queued"
    batch: Annotated[int, says("Of polls: keys whose rows one call reads.", ge=1, le=500)] = 200


class OutboundFlow(Flow, frozen=True, kw_only=True):
    """Records become events."""

    direction: Annotated[Literal["outbound"], says("Records become events.")]
    via: Annotated[OutboundVia, says("The way out.")] = OutboundVia()
    target: Annotated[TargetSpec | None, says("Where the agent delivers.")] = None
    payload: Annotated[
        dict[str, OutRule],
        says(
            "The JSON that is sent, by name; dotted names make objects. It is the record's state at delivery."
        ),
    ] = field(default_factory=dict)
    lists: Annotated[dict[str, ListSpec], says("JSON arrays made from sublists, by name.")] = field(
        default_factory=dict
    )
