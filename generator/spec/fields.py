"""
The shape of values, conditions, fields, lines and subrecords.

Shape only: names, types, ranges. Whatever needs a second key or the catalogue is checked in
`generator.compile`, where checks collect. Short forms become long ones before validation, so that
errors never list the branches of a union.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

T = TypeVar("T")
Items = Annotated[tuple[T, ...], Strict(False)]
"""A YAML list, kept as a tuple."""


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise PydanticCustomError("scalar", "must be a text, a number, true, false or null")


Scalar = Annotated[
    Any, BeforeValidator(_scalar, json_schema_input_type=str | int | float | bool | None)
]


def _measure(value: Any) -> Any:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("measure", "must be a text or a number")


Measure = Annotated[Any, BeforeValidator(_measure, json_schema_input_type=str | int | float)]
"""What has an order."""

FieldType = Literal[
    "text", "email", "phone", "url", "integer", "decimal", "percent", "currency", "rate", "float",
    "boolean", "date", "datetime", "timeofday", "select", "multiselect",
]  # fmt: skip


class Model(BaseModel):
    """A closed, frozen map of the language."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _long(key: str) -> Callable[[Any], Any]:
    def expand(value: Any) -> Any:
        return {key: value} if isinstance(value, str) else value

    return expand


def _empty_map(value: Any) -> Any:
    return {} if value is None else value


Emptyable = BeforeValidator(_empty_map)
"""`restlet:` with nothing behind it means `restlet: {}`: for maps none of whose keys is needed."""


# --- conditions ---


class ConditionSpec(Model):
    """One test (`path` or `field` and one comparison), or `all`, `any`, `not`."""

    path: str | None = Field(default=None, description="Path into the document (inbound).")
    field: str | None = Field(
        default=None, description="Field of the record (outbound); dots are joins."
    )
    equals: Scalar = Field(default=None, description="Equal, strictly: '1' is not 1.")
    not_equals: Scalar = Field(default=None, description="Not equal.")
    in_: Items[Scalar] | None = Field(default=None, alias="in", description="One of these values.")
    not_in: Items[Scalar] | None = Field(default=None, description="None of these values.")
    present: bool | None = Field(default=None, description="true: not empty; false: empty.")
    matches: str | None = Field(
        default=None, description="A regular expression that must be found."
    )
    gt: Measure = Field(default=None, description="Greater than; numeric text counts as a number.")
    lt: Measure = Field(default=None, description="Less than; numeric text counts as a number.")
    changed: bool | None = Field(
        default=None, description="Outbound: the field differs from before."
    )
    all_: Items[ConditionSpec] | None = Field(
        default=None, alias="all", description="Every one holds."
    )
    any_: Items[ConditionSpec] | None = Field(default=None, alias="any", description="One holds.")
    not_: ConditionSpec | None = Field(default=None, alias="not", description="It does not hold.")


# --- transforms ---


class StepSpec(Model):
    """One step of `apply`: the transform's name and its argument."""

    name: str = Field(description="Name of the transform.")
    argument: Any = Field(default=None, description="Its argument.")
    has_argument: bool = Field(default=False, description="Whether one is given.")


def _step(value: Any) -> Any:
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, dict) and len(value) == 1:
        ((name, argument),) = value.items()
        return {"name": name, "argument": argument, "has_argument": True}
    raise PydanticCustomError("step", "a transform is a name, or a map of one name to its argument")


Step = Annotated[StepSpec, BeforeValidator(_step, json_schema_input_type=Any)]


# --- values ---


class DefaultSpec(Model):
    """What is taken when the value is empty: a literal or a variable."""

    value: Scalar = Field(default=None, description="A literal.")
    var: str | None = Field(default=None, description="A variable of the project.")


def _default(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


Default = Annotated[
    DefaultSpec,
    BeforeValidator(_default, json_schema_input_type=str | int | float | bool | None | DefaultSpec),
]


class ValueQuerySpec(Model):
    """A query that gives a value for each key: `SELECT x AS key, y AS value ... IN (:keys)`."""

    query: str = Field(min_length=1, description="Returns key and value, contains :keys.")
    key: str = Field(
        default="id", description="The field whose value is looked for among the query's keys."
    )


ValueQuery = Annotated[
    ValueQuerySpec, BeforeValidator(_long("query"), json_schema_input_type=str | ValueQuerySpec)
]


class PartSpec(Model):
    """A value without a place: one source, then `apply`, `map` and `default`."""

    from_: str | None = Field(
        default=None, alias="from", description="A path; for outbound a field."
    )
    value: Scalar = Field(default=None, description="A literal.")
    var: str | None = Field(default=None, description="A variable of the project.")
    concat: Items[Part] | None = Field(default=None, description="Parts joined as text.")
    coalesce: Items[Part] | None = Field(
        default=None, description="The first part that is not empty."
    )
    hook: str | None = Field(default=None, description="A function of the hook module.")
    text: str | None = Field(default=None, description="Outbound: the display text of a field.")
    suiteql: ValueQuery | None = Field(
        default=None, description="Outbound: a query of its own; returns key and value."
    )
    apply: Items[Step] = Field(default=(), description="Transforms, in order.")
    map: str | None = Field(default=None, description="A map of this spec, by name.")
    default: Default | None = Field(
        default=None, description="Taken when everything before gave nothing."
    )


Part = Annotated[PartSpec, BeforeValidator(_long("from"), json_schema_input_type=str | PartSpec)]


class CreateSpec(Model):
    """The record that a missing reference creates."""

    key: KeyRule | None = Field(
        default=None, description="As the reference's own key where left out."
    )
    body: dict[str, InRule] = Field(
        default_factory=dict, description="Fields of the new record, by field id."
    )


def _by(value: Any) -> Any:
    if isinstance(value, str) or (
        isinstance(value, dict)
        and value
        and all(isinstance(part, str | dict) for part in value.values())
    ):
        return value
    raise PydanticCustomError(
        "by",
        "'by' is a field id, or a map of columns to the fields or paths that hold their values",
    )


class RefSpec(Model):
    """How a value becomes the internal id of another record."""

    record: str = Field(description="Record type that is referred to.")
    by: Annotated[Any, BeforeValidator(_by, json_schema_input_type=str | dict[str, str])] = Field(
        "externalid",
        description="externalid, internalid, name, a field id, suiteql, or a map of several keys.",
    )
    prefix: str = Field(default="", description="Put before the key.")
    missing: Literal["error", "skip_field", "skip_line", "default", "create"] = Field(
        "error", description="What to do when no record is found."
    )
    ambiguous: Literal["error", "lowest_id"] = Field(
        "error", description="What to do when several are found."
    )
    inactive: bool = Field(
        default=False,
        description="Find inactive records too. NetSuite refuses one as the value of most fields; another "
        "record may be attached to one.",
    )
    cache: Literal["batch", "deploy"] = Field(
        "batch",
        description="deploy: what was found is kept for an hour between calls, for small and stable lists; "
        "what was not found is asked for again.",
    )
    suiteql: str | None = Field(
        None, description="With by: suiteql. Returns id and key, contains :keys."
    )
    create: CreateSpec | None = Field(default=None, description="With missing: create.")


class Rule(PartSpec):
    """Where the value of a NetSuite field comes from, and how it is written."""

    ref: RefSpec | None = Field(default=None, description="The value is a key of another record.")
    type: FieldType | None = Field(
        default=None, description="Known from the catalogue where left out."
    )
    format: str | None = Field(default=None, description="Of a date in the document: DD.MM.YYYY.")
    timezone: str | None = Field(
        default=None, description="Zone in which a time is a calendar day."
    )
    places: Annotated[int, Field(ge=0, le=15)] | None = Field(
        default=None, description="Decimal places."
    )
    true_values: Items[str] = Field(default=(), description="Texts that mean true.")
    required: bool = Field(default=False, description="Empty is an error.")
    empty: Literal["skip", "clear", "error"] = Field(
        "skip", description="What a present but empty value does."
    )
    on: Literal["create", "update", "both"] | None = Field(
        default=None, description="When it is set."
    )
    keep_existing: bool = Field(
        default=False, description="Only when the field is empty in NetSuite."
    )
    set_text: bool = Field(default=False, description="Set a select by its display text.")
    policy: Literal["replace", "add"] = Field(default="replace", description="Of a multi-select.")
    features: Items[str] = Field(
        default=(),
        description="Account features without which the field is left alone: [MULTICURRENCY]. Asked "
        "in the account, so one mapping serves accounts with and without them.",
    )
    when: ConditionSpec | None = Field(default=None, description="Set only when this holds.")


InRule = Annotated[Rule, BeforeValidator(_long("from"), json_schema_input_type=str | Rule)]


class KeySpec(Model):
    """The key by which the record is found again."""

    field: str = Field(default="externalid", description="The field that holds the key.")
    from_: str | None = Field(
        default=None, alias="from", description="Path of the key in the document."
    )
    concat: Items[Part] | None = Field(default=None, description="A key of several parts.")
    apply: Items[Step] = Field(default=(), description="Transforms, in order.")
    hook: str | None = Field(default=None, description="A function of the hook module.")
    prefix: str = Field(default="", description="Names the source system: external ids are shared.")


KeyRule = Annotated[KeySpec, BeforeValidator(_long("from"), json_schema_input_type=str | KeySpec)]


# --- lines and subrecords ---


class SubrecordSpec(Model):
    """An address, inventory detail or other subrecord."""

    from_: str | None = Field(
        default=None, alias="from", description="Path of its part of the document."
    )
    when: ConditionSpec | None = Field(default=None, description="Tested before `from`, around it.")
    address: str | None = Field(
        default=None,
        description="A named address block, of `addresses` in this file or of one that it includes. "
        "Fields in `body` come in place of its own.",
    )
    body: dict[str, InRule] = Field(
        default_factory=dict,
        description="Fields of the subrecord, by field id. An address is set country first.",
    )
    lines: dict[str, LinesSpec] = Field(
        default_factory=dict,
        description="Its own lines, by sublist id: the numbers of an inventory detail.",
    )


class LinesSpec(Model):
    """The lines of a sublist."""

    from_: str = Field(alias="from", description="Path of the list; '.' is the element itself.")
    key: dict[str, InRule] | None = Field(
        None, description="The line field that identifies a line, and its path."
    )
    policy: Literal["merge", "replace", "append"] | None = Field(
        default=None,
        description="What happens to lines that are there: merge (by key), replace (equal lines are left alone) or append (to new records alone: those that exist get none). Must be written for transactions.",
    )
    unmatched: Literal["keep", "remove", "close"] = Field(
        "keep", description="What merge does with lines that the document no longer has."
    )
    force: bool = Field(default=False, description="Say twice that lines are removed.")
    when: ConditionSpec | None = Field(default=None, description="Tested for each element.")
    most: Annotated[int, Field(ge=1, le=10000)] = Field(
        default=100,
        description="Lines that a document has at most. The units bill counts with them; a document "
        "with more is taken as far as the units go.",
    )
    body: dict[str, InRule] = Field(
        default_factory=dict,
        description="Fields of the line, by field id; paths start in the element.",
    )
    subrecords: dict[str, SubrecordSpec] = Field(
        default_factory=dict, description="Subrecords of the line, by field id."
    )


# --- outbound ---


class PayloadRule(PartSpec):
    """Where a JSON value comes from."""

    type: FieldType | None = Field(
        default=None, description="Known from the catalogue where left out."
    )
    format: str | None = Field(default=None, description="Of a date in the payload.")
    timezone: str | None = Field(default=None, description="Zone in which a time is shown.")
    places: Annotated[int, Field(ge=0, le=15)] | None = Field(
        default=None, description="Decimal places, rounded half away from zero."
    )
    required: bool = Field(
        default=False,
        description="Empty keeps the event in the account's outbox, with the reason, until it has a value.",
    )
    null: bool = Field(default=False, description="Send null instead of leaving the name out.")


OutRule = Annotated[
    PayloadRule, BeforeValidator(_long("from"), json_schema_input_type=str | PayloadRule)
]


class ListSpec(Model):
    """A JSON array made from a sublist."""

    from_: str = Field(
        alias="from",
        description="The sublist; subrecord.sublist where it lies in a subrecord; rows of a poll.",
    )
    when: ConditionSpec | None = Field(default=None, description="Tested for each line.")
    fields: dict[str, OutRule] = Field(
        min_length=1, description="Values of each element, by JSON name."
    )
    lists: dict[str, ListSpec] = Field(
        default_factory=dict, description="Lists in each element, from subrecords of the line."
    )
