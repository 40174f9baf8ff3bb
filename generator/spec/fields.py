"""
The shape of values, conditions, fields, lines and subrecords.

Shape only: names, types, ranges. Whatever needs a second key or the catalogue is checked in
`generator.compile`, where checks collect. Short forms become long ones before validation, so that
errors never list the branches of a union.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from msgspec import Meta, field

from generator.spec.model import Items, Model, Only, Short, Unfit, says


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise Unfit("scalar", "must be a text, a number, true, false or null")


Scalar = Annotated[Any, Short(_scalar, str | int | float | bool | None)]


def _measure(value: Any) -> Any:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    raise Unfit("measure", "must be a text or a number")


Measure = Annotated[Any, Short(_measure, str | int | float)]
"""What has an order."""

FieldType = Literal[
    "text", "email", "phone", "url", "integer", "decimal", "percent", "currency", "rate", "float",
    "boolean", "date", "datetime", "timeofday", "select", "multiselect",
]  # fmt: skip


Yes = Annotated[bool, Only(True)]
"""`true`: what has no other value is left out."""


def _long(key: str) -> Callable[[Any], Any]:
    def expand(value: Any) -> Any:
        return {key: value} if isinstance(value, str) else value

    return expand


def _empty_map(value: Any) -> Any:
    return {} if value is None else value


Emptyable = Short(_empty_map)
"""`restlet:` with nothing behind it means `restlet: {}`: for maps none of whose keys is needed."""


# --- conditions ---


class ConditionSpec(Model, frozen=True, kw_only=True):
    """One test (`path` or `field` and one comparison), or `all`, `any`, `not`."""

    path: Annotated[str | None, says("Path into the document (inbound).")] = None
    field: Annotated[str | None, says("Field of the record (outbound); dots are joins.")] = None
    equals: Annotated[Scalar, says("Equal, strictly: '1' is not 1.")] = None
    not_equals: Annotated[Scalar, says("Not equal.")] = None
    in_: Annotated[Items[Scalar] | None, says("One of these values.")] = None
    not_in: Annotated[Items[Scalar] | None, says("None of these values.")] = None
    present: Annotated[bool | None, says("true: not empty; false: empty.")] = None
    matches: Annotated[str | None, says("A regular expression that must be found.")] = None
    gt: Annotated[Measure, says("Greater than; numeric text counts as a number.")] = None
    lt: Annotated[Measure, says("Less than; numeric text counts as a number.")] = None
    changed: Annotated[bool | None, says("Outbound: the field differs from before.")] = None
    all_: Annotated[Items["ConditionSpec"] | None, says("Every one holds.")] = None
    any_: Annotated[Items["ConditionSpec"] | None, says("One holds.")] = None
    not_: Annotated["ConditionSpec | None", says("It does not hold.")] = None


# --- transforms ---


class StepSpec(Model, frozen=True, kw_only=True):
    """One step of `apply`: the transform's name and its argument."""

    name: Annotated[str, says("Name of the transform.")]
    argument: Annotated[Any, says("Its argument.")] = None
    has_argument: Annotated[bool, says("Whether one is given.")] = False


def _step(value: Any) -> Any:
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, dict) and len(value) == 1:
        ((name, argument),) = value.items()
        return {"name": name, "argument": argument, "has_argument": True}
    raise Unfit("step", "a transform is a name, or a map of one name to its argument")


Step = Annotated[StepSpec, Short(_step, Any)]


# --- values ---


class DefaultSpec(Model, frozen=True, kw_only=True):
    """What is taken when the value is empty: a literal or a variable."""

    value: Annotated[Scalar, says("A literal.")] = None
    var: Annotated[str | None, says("A variable of the project.")] = None


def _default(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


Default = Annotated[
    DefaultSpec,
    Short(_default, str | int | float | bool | None | DefaultSpec),
]


class ValueQuerySpec(Model, frozen=True, kw_only=True):
    """A query that gives a value for each key: `SELECT x AS key, y AS value ... IN (:keys)`."""

    query: Annotated[str, says("Returns key and value, contains :keys.", min_length=1)]
    key: Annotated[str, says("The field whose value is looked for among the query's keys.")] = "id"


ValueQuery = Annotated[ValueQuerySpec, Short(_long("query"), str | ValueQuerySpec)]


class PartSpec(Model, frozen=True, kw_only=True):
    """A value without a place: one source, then `apply`, `map` and `default`."""

    from_: Annotated[str | None, says("A path; for outbound a field.")] = None
    value: Annotated[Scalar, says("A literal.")] = None
    var: Annotated[str | None, says("A variable of the project.")] = None
    concat: Annotated[Items["Part"] | None, says("Parts joined as text.")] = None
    coalesce: Annotated[Items["Part"] | None, says("The first part that is not empty.")] = None
    hook: Annotated[str | None, says("A function of the hook module.")] = None
    text: Annotated[str | None, says("Outbound: the display text of a field.")] = None
    suiteql: Annotated[
        ValueQuery | None, says("Outbound: a query of its own; returns key and value.")
    ] = None
    apply: Annotated[Items[Step], says("Transforms, in order.")] = ()
    map: Annotated[str | None, says("A map of this spec, by name.")] = None
    default: Annotated[Default | None, says("Taken when everything before gave nothing.")] = None


Part = Annotated[PartSpec, Short(_long("from"), str | PartSpec)]


class CreateSpec(Model, frozen=True, kw_only=True):
    """The record that a missing reference creates."""

    key: Annotated["KeyRule | None", says("As the reference's own key where left out.")] = None
    body: Annotated[dict[str, "InRule"], says("Fields of the new record, by field id.")] = field(
        default_factory=dict
    )


def _by(value: Any) -> Any:
    if isinstance(value, str) or (
        isinstance(value, dict)
        and value
        and all(isinstance(part, str | dict) for part in value.values())
    ):
        return value
    raise Unfit(
        "by",
        "'by' is a field id, or a map of columns to the fields or paths that hold their values",
    )


class RefSpec(Model, frozen=True, kw_only=True):
    """How a value becomes the internal id of another record."""

    record: Annotated[str, says("Record type that is referred to.")]
    by: Annotated[
        Any,
        Short(_by, str | dict[str, str]),
        says("externalid, internalid, name, a field id, suiteql, or a map of several keys."),
    ] = "externalid"
    prefix: Annotated[str, says("Put before the key.")] = ""
    missing: Annotated[
        Literal["error", "skip_field", "skip_line", "default", "create"],
        says("What to do when no record is found."),
    ] = "error"
    ambiguous: Annotated[
        Literal["error", "lowest_id"], says("What to do when several are found.")
    ] = "error"
    inactive: Annotated[
        bool,
        says(
            "Find inactive records too. NetSuite refuses one as the value of most fields; another "
            "record may be attached to one."
        ),
    ] = False
    cache: Annotated[
        Literal["batch", "deploy"],
        says(
            "deploy: what was found is kept for an hour between calls, for small and stable lists; "
            "what was not found is asked for again."
        ),
    ] = "batch"
    suiteql: Annotated[
        str | None, says("With by: suiteql. Returns id and key, contains :keys.")
    ] = None
    create: Annotated[CreateSpec | None, says("With missing: create.")] = None


class Rule(PartSpec, frozen=True, kw_only=True):
    """Where the value of a NetSuite field comes from, and how it is written."""

    ref: Annotated[RefSpec | None, says("The value is a key of another record.")] = None
    type: Annotated[FieldType | None, says("Known from the catalogue where left out.")] = None
    format: Annotated[str | None, says("Of a date in the document: DD.MM.YYYY.")] = None
    timezone: Annotated[str | None, says("Zone in which a time is a calendar day.")] = None
    places: Annotated[Annotated[int, Meta(ge=0, le=15)] | None, says("Decimal places.")] = None
    true_values: Annotated[Items[str], says("Texts that mean true.")] = ()
    required: Annotated[bool, says("Empty is an error.")] = False
    empty: Annotated[
        Literal["skip", "clear", "error"], says("What a present but empty value does.")
    ] = "skip"
    on: Annotated[Literal["create", "update", "both"] | None, says("When it is set.")] = None
    keep_existing: Annotated[bool, says("Only when the field is empty in NetSuite.")] = False
    set_text: Annotated[bool, says("Set a select by its display text.")] = False
    policy: Annotated[Literal["replace", "add"], says("Of a multi-select.")] = "replace"
    features: Annotated[
        Items[str],
        says(
            "Account features without which the field is left alone: [MULTICURRENCY]. Asked "
            "in the account, so one mapping serves accounts with and without them."
        ),
    ] = ()
    when: Annotated[ConditionSpec | None, says("Set only when this holds.")] = None


InRule = Annotated[Rule, Short(_long("from"), str | Rule)]


class KeySpec(Model, frozen=True, kw_only=True):
    """The key by which the record is found again."""

    field: Annotated[str, says("The field that holds the key.")] = "externalid"
    from_: Annotated[str | None, says("Path of the key in the document.")] = None
    concat: Annotated[Items[Part] | None, says("A key of several parts.")] = None
    apply: Annotated[Items[Step], says("Transforms, in order.")] = ()
    hook: Annotated[str | None, says("A function of the hook module.")] = None
    prefix: Annotated[str, says("Names the source system: external ids are shared.")] = ""


KeyRule = Annotated[KeySpec, Short(_long("from"), str | KeySpec)]


# --- lines and subrecords ---


class SubrecordSpec(Model, frozen=True, kw_only=True):
    """An address, inventory detail or other subrecord."""

    from_: Annotated[str | None, says("Path of its part of the document.")] = None
    when: Annotated[ConditionSpec | None, says("Tested before `from`, around it.")] = None
    address: Annotated[
        str | None,
        says(
            "A named address block, of `addresses` in this file or of one that it includes. "
            "Fields in `body` come in place of its own."
        ),
    ] = None
    body: Annotated[
        dict[str, InRule],
        says("Fields of the subrecord, by field id. An address is set country first."),
    ] = field(default_factory=dict)
    lines: Annotated[
        dict[str, "LinesSpec"],
        says("Its own lines, by sublist id: the numbers of an inventory detail."),
    ] = field(default_factory=dict)


class LinesSpec(Model, frozen=True, kw_only=True):
    """The lines of a sublist."""

    from_: Annotated[str, says("Path of the list; '.' is the element itself.")]
    key: Annotated[
        dict[str, InRule] | None, says("The line field that identifies a line, and its path.")
    ] = None
    policy: Annotated[
        Literal["merge", "replace", "append"] | None,
        says(
            "What happens to lines that are there: merge (by key), replace (equal lines are left alone) or append (to new records alone: those that exist get none). Must be written for transactions."
        ),
    ] = None
    unmatched: Annotated[
        Literal["keep", "remove", "close"],
        says("What merge does with lines that the document no longer has."),
    ] = "keep"
    force: Annotated[bool, says("Say twice that lines are removed.")] = False
    when: Annotated[ConditionSpec | None, says("Tested for each element.")] = None
    most: Annotated[
        int,
        says(
            "Lines that a document has at most. The units bill counts with them; a document "
            "with more is taken as far as the units go.",
            ge=1,
            le=10000,
        ),
    ] = 100
    body: Annotated[
        dict[str, InRule], says("Fields of the line, by field id; paths start in the element.")
    ] = field(default_factory=dict)
    subrecords: Annotated[
        dict[str, SubrecordSpec], says("Subrecords of the line, by field id.")
    ] = field(default_factory=dict)


# --- outbound ---


class PayloadRule(PartSpec, frozen=True, kw_only=True):
    """Where a JSON value comes from."""

    type: Annotated[FieldType | None, says("Known from the catalogue where left out.")] = None
    format: Annotated[str | None, says("Of a date in the payload.")] = None
    timezone: Annotated[str | None, says("Zone in which a time is shown.")] = None
    places: Annotated[
        Annotated[int, Meta(ge=0, le=15)] | None,
        says("Decimal places, rounded half away from zero."),
    ] = None
    required: Annotated[
        bool,
        says(
            "Empty keeps the event in the account's outbox, with the reason, until it has a value."
        ),
    ] = False
    null: Annotated[bool, says("Send null instead of leaving the name out.")] = False


OutRule = Annotated[PayloadRule, Short(_long("from"), str | PayloadRule)]


class ListSpec(Model, frozen=True, kw_only=True):
    """A JSON array made from a sublist."""

    from_: Annotated[
        str, says("The sublist; subrecord.sublist where it lies in a subrecord; rows of a poll.")
    ]
    when: Annotated[ConditionSpec | None, says("Tested for each line.")] = None
    fields: Annotated[
        dict[str, OutRule], says("Values of each element, by JSON name.", min_length=1)
    ]
    lists: Annotated[
        dict[str, "ListSpec"], says("Lists in each element, from subrecords of the line.")
    ] = field(default_factory=dict)
