"""The head that every flow has: names, maps, hooks, and what differs by environment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.spec.fields import Items, Model, Scalar

FlowName = Annotated[
    str, Field(min_length=2, max_length=40, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
]

TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class ScheduleSpec(Model):
    """When files are taken."""

    at: TimeOfDay = Field(description='Time of day, quoted: "02:30".')
    timezone: str | None = Field(
        default=None, description="Zone of that time; the project's where left out."
    )
    days: Items[Day] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        min_length=1,
        description="Days of the week.",
    )


class HooksSpec(Model):
    """The user's own SuiteScript module and the functions in it."""

    module: str = Field(description="A SuiteScript (AMD) file under hooks/, copied as it is.")
    before_map: str | None = Field(
        default=None,
        description="Inbound: (doc, ctx) before anything is read; may return another document. Outbound, "
        "of events: (rec, ctx); may return another reader of the record.",
    )
    after_map: str | None = Field(
        default=None,
        description="Inbound: (values, doc, ctx), of the fields that the spec maps; outbound: (data, rec, ctx). May return other values.",
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
        default=OtherwiseSpec.model_construct(policy="error"),
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
