"""The head that every flow has: names, maps, hooks, and what differs by environment."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from generator.spec.fields import Scalar, Yes
from generator.spec.model import Items, Model, Short, says

FlowName = Annotated[
    str, Meta(min_length=2, max_length=40, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
]

TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class ScheduleSpec(Model, frozen=True, kw_only=True):
    """When files are taken."""

    at: Annotated[TimeOfDay, says('Time of day, quoted: "02:30".')]
    timezone: Annotated[str | None, says("Zone of that time; the project's where left out.")] = None
    days: Annotated[Items[Day], says("Days of the week.", min_length=1)] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    )


class HooksSpec(Model, frozen=True, kw_only=True):
    """The user's own SuiteScript module and the functions in it."""

    module: Annotated[str, says("A SuiteScript (AMD) file under hooks/, copied as it is.")]
    before_map: Annotated[
        str | None,
        says(
            "Inbound: (doc, ctx) before anything is read; may return another document. Outbound, "
            "of events: (rec, ctx); may return another reader of the record."
        ),
    ] = None
    after_map: Annotated[
        str | None,
        says(
            "Inbound: (values, doc, ctx), of the fields that the spec maps; outbound: (data, rec, ctx). May return other values."
        ),
    ] = None
    before_save: Annotated[str | None, says("Inbound: (rec, doc, ctx); may change the record.")] = (
        None
    )
    after_save: Annotated[str | None, says("Inbound: (id, doc, ctx) once the record is saved.")] = (
        None
    )
    units: Annotated[
        int,
        says(
            "Units that these functions use for one document at most, by calls of N/ modules "
            "or ctx.ref; the units bill counts with them.",
            ge=0,
        ),
    ] = 0


class OtherwiseSpec(Model, frozen=True, kw_only=True):
    """What a map does with a value that it does not list."""

    policy: Annotated[
        Literal["error", "skip", "same"] | None,
        says("error, skip (nothing) or same (the value itself)."),
    ] = None
    value: Annotated[Scalar, says("A literal for every other value.")] = None


def _otherwise(value: Any) -> Any:
    return {"policy": value} if isinstance(value, str) else value


Otherwise = Annotated[
    OtherwiseSpec,
    Short(_otherwise, Literal["error", "skip", "same"] | OtherwiseSpec),
]


class MapSpec(Model, frozen=True, kw_only=True):
    """A named map."""

    values: Annotated[
        dict[str, Scalar],
        says("From the source's value, compared as text, to the literal that is written."),
    ]
    otherwise: Annotated[Otherwise, says("What happens to a value that is not listed.")] = (
        OtherwiseSpec(policy="error", written=frozenset(("policy",)))
    )


class RestletThere(Model, frozen=True, kw_only=True):
    """What differs of `via.restlet` in an environment."""

    batch: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | None,
        says("Documents of a call there; lowered to what the units allow."),
    ] = None


class FileThere(Model, frozen=True, kw_only=True):
    """What differs of `via.file` in an environment."""

    schedule: Annotated[ScheduleSpec | None, says("When files are taken there.")] = None
    on_arrival: Annotated[
        Yes | None, says("Take files as they come there, whatever the flow's schedule.")
    ] = None


class PollThere(Model, frozen=True, kw_only=True):
    """What differs of a poll in an environment."""

    every_minutes: Annotated[
        Annotated[int, Meta(ge=1, le=10080)] | None,
        says("From the begin of one pass to the next, there."),
    ] = None


class ViaThere(Model, frozen=True, kw_only=True):
    """Numbers and schedules of the way in or out that differ. What is deployed is the same everywhere."""

    restlet: Annotated[RestletThere | None, says("Of a flow by RESTlet.")] = None
    file: Annotated[FileThere | None, says("Of a flow by file.")] = None
    poll: Annotated[PollThere | None, says("Of a flow by poll, or whose source is polled.")] = None


class FlowEnvironment(Model, frozen=True, kw_only=True):
    """What differs in an environment: values, never mappings."""

    enabled: Annotated[bool | None, says("Whether the flow runs there.")] = None
    vars: Annotated[dict[str, Scalar], says("Other values of variables for this flow.")] = field(
        default_factory=dict
    )
    via: Annotated[
        ViaThere | None,
        says(
            "Other numbers and schedules there: {restlet: {batch: 5}}, {file: {schedule: "
            '{at: "03:00"}}}, {poll: {every_minutes: 60}}.'
        ),
    ] = None


class Flow(Model, frozen=True, kw_only=True):
    """The head that every flow has."""

    spec: Annotated[Literal[1], says("Version of the language.")]
    flow: Annotated[FlowName, says("Lower-case words joined by '-', 2 to 40 characters.")]
    title: Annotated[str, says("What the flow does, in one sentence.")] = ""
    owner: Annotated[str | None, says("Who answers for it.")] = None
    enabled: Annotated[bool, says("false turns the flow off.")] = True
    record: Annotated[str, says("NetSuite's id of the record type.", min_length=1)]
    only_newest: Annotated[
        bool,
        says(
            "Of documents (events) of one record that wait, the agent sends only the newest; those before "
            "it end as `superseded`. For documents that say the whole state each time."
        ),
    ] = False
    include: Annotated[
        Items[str],
        says(
            "Files with shared `maps` and `addresses`, relative to the project folder and "
            "not under specs/: [shared/shopify.yaml]."
        ),
    ] = ()
    maps: Annotated[dict[str, MapSpec], says("Named maps of values.")] = field(default_factory=dict)
    hooks: Annotated[
        HooksSpec | None, says("The user's own SuiteScript, called at fixed places.")
    ] = None
    features: Annotated[Items[str], says("Account features that the flow needs.")] = ()
    environments: Annotated[dict[str, FlowEnvironment], says("What differs by environment.")] = (
        field(default_factory=dict)
    )
