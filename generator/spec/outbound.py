"""The shape of an outbound flow: records become events."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.spec.fields import ConditionSpec, Emptyable, Items, ListSpec, Model, OutRule
from generator.spec.flow import Flow
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
        default=(),
        description="Of an edit: only when one of these differs from before. A new and a deleted record always count.",
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
    via: OutboundVia = Field(default=OutboundVia.model_construct(), description="The way out.")
    target: TargetSpec | None = Field(default=None, description="Where the agent delivers.")
    payload: dict[str, OutRule] = Field(
        default_factory=dict,
        description="The JSON that is sent, by name; dotted names make objects. It is the record's state at delivery.",
    )
    lists: dict[str, ListSpec] = Field(
        default_factory=dict, description="JSON arrays made from sublists, by name."
    )
