"""
The shape of spec tests: `<name>.test.yaml` beside a spec.

    given    records that lie in the account before
    input    documents that are sent; `save` is a person's work instead
    expect   what became of it

A record is written as in a spec: `fields`, `lines` by sublist, `subrecords` by field. A line is a
map of its fields, with its own subrecords under `subrecords`; a subrecord is a map of its fields,
with its own lines under `lines`. `{ref: record, by: field, value: text}` stands for an internal id.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.spec.fields import Items, Model

Values = dict[str, Any]
Sublists = dict[str, list[Values]]
Subrecords = dict[str, Values]

OUTCOMES = (
    "created",
    "updated",
    "unchanged",
    "deleted",
    "skipped",
    "duplicate",
    "deferred",
    "failed",
)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict | str) else value


def _file(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


class Given(Model):
    """A record that lies in the account, or a file of them; no script runs when it is put there."""

    file: str | None = Field(
        default=None, description="JSON file of records, `account.json`, in place of the rest."
    )
    type: str | None = Field(default=None, description="Record type.")
    id: int | None = Field(default=None, description="Internal id, where the test needs one.")
    externalid: str | None = Field(default=None, description="External id.")
    fields: Values = Field(default_factory=dict, description="Values by field id.")
    lines: Sublists = Field(default_factory=dict, description="Lines by sublist id.")
    subrecords: Subrecords = Field(
        default_factory=dict, description="Fields of subrecords, by field id."
    )


GivenItem = Annotated[Given, BeforeValidator(_file, json_schema_input_type=str | Given)]
Givens = Annotated[
    Items[GivenItem],
    BeforeValidator(_listed, json_schema_input_type=str | Given | list[str | Given]),
]


class Input(Model):
    """
    Documents: of a file, or written here; without either the flow's sample.

    `set` and `without` change each of them. Paths are those of specs, and a number is an element of
    a list: `line_items.0.sku`.
    """

    file: str | None = Field(
        default=None, description="A file of the project, read as the flow reads files, or JSON."
    )
    document: Any = Field(default=None, description="One document.")
    ids: Items[str] | None = Field(
        default=None, description="Of a file: only the documents with these ids (source.id_path)."
    )
    set: dict[str, Any] = Field(default_factory=dict, description="Values by path.")
    without: Items[str] = Field(default=(), description="Paths that are taken out.")


InputItem = Annotated[Input, BeforeValidator(_file, json_schema_input_type=str | Input)]
Inputs = Annotated[
    Items[InputItem],
    BeforeValidator(_listed, json_schema_input_type=str | Input | list[str | Input]),
]


class Found(Model):
    """A record by its type and the values of some of its fields."""

    type: str = Field(description="Record type.")
    find: Values = Field(description="Values of fields that only this record has.")


class Person(Model):
    """Who saves: an administrator in the user interface unless said otherwise."""

    role: str | None = Field(default=None, description="Script id of the role.")
    user: int | None = Field(default=None, description="Internal id of the user.")
    context: str | None = Field(default=None, description="USERINTERFACE, CSVIMPORT, ...")


class Save(Model):
    """
    A person's work on a record of the flow's type (or `type`): a new one, or with `find` one that is there.

    `from` makes it from another record; `inline` edits single fields in a list (event xedit).
    """

    type: str | None = Field(default=None, description="Record type; the flow's where left out.")
    find: Values | None = Field(
        default=None, description="Values of fields of the one record that is changed."
    )
    from_: Found | None = Field(
        default=None, alias="from", description="The record that the new one is made from."
    )
    delete: bool = Field(default=False, description="The record of `find` is deleted.")
    inline: bool = Field(default=False, description="Fields are edited in a list (event xedit).")
    fields: Values = Field(default_factory=dict, description="Values by field id.")
    lines: Sublists = Field(default_factory=dict, description="Lines by sublist id.")
    subrecords: Subrecords = Field(
        default_factory=dict, description="Fields of subrecords, by field id."
    )
    as_: Person = Field(
        default=Person(), alias="as", description="Who saves, and in which context."
    )
    event: str | None = Field(default=None, description="What the person does: ship, approve, ...")


class ErrorSpec(Model):
    """What is wrong with a document."""

    code: str | None = Field(default=None, description="MISSING_REFERENCE, BAD_VALUE, ...")
    field: str | None = Field(default=None, description="The field it came from: item.item.")
    message: str | None = Field(default=None, description="Text that the message contains.")
    class_: Literal["retry", "data", "config", "permission", "conflict"] | None = Field(
        default=None, alias="class", description="What the caller does next."
    )


class RecordSpec(Model):
    """A record as it should be: what is not named may be anything, a sublist has the lines that are listed."""

    fields: Values = Field(default_factory=dict, description="Values by field id.")
    absent: Items[str] = Field(
        default=(), description="Fields that must be empty: memo, item.0.memo."
    )
    lines: Sublists = Field(default_factory=dict, description="Lines by sublist id.")
    subrecords: Subrecords = Field(
        default_factory=dict, description="Fields of subrecords, by field id."
    )


class OtherRecord(RecordSpec):
    """Another record of the account, found by some of its fields."""

    type: str = Field(description="Record type.")
    find: Values = Field(default_factory=dict, description="Values of some of its fields.")
    count: Annotated[int, Field(ge=0)] = Field(default=1, description="How many there are.")


class EventSpec(Model):
    """An event that the flow sends."""

    event: str | None = Field(
        default=None, description="What was done: create, edit, ship, ...; poll or delete."
    )
    data: Values = Field(
        default_factory=dict,
        description="Its data: maps need what is named, lists are compared whole.",
    )
    absent: Items[str] = Field(default=(), description="Paths of data that must not be there.")


class Expect(RecordSpec):
    """What becomes of one document, or of a save."""

    outcome: Literal[OUTCOMES] | None = Field(  # type: ignore[valid-type]
        default=None, description="What the flow answers."
    )
    reason: str | None = Field(default=None, description="Text in the reason why it was skipped.")
    key: str | None = Field(default=None, description="The whole key of the record.")
    error: Annotated[
        ErrorSpec | None,
        BeforeValidator(
            lambda value: {"code": value} if isinstance(value, str) else value,
            json_schema_input_type=str | ErrorSpec | None,
        ),
    ] = Field(default=None, description="What is wrong with the document; a text is the code.")
    answer: Values = Field(default_factory=dict, description="Fields read back for the reply.")
    records: Items[OtherRecord] = Field(default=(), description="Other records of the account.")
    lookups: dict[str, int] | None = Field(
        default=None, description="Queries by look-up, all that were made in the call."
    )
    units_at_most: float | None = Field(
        default=None, description="Governance units of the flow's script in the call."
    )
    events: Items[EventSpec] | None = Field(
        default=None, description="Events of the flow, all of them in order; [] is none."
    )


Expects = Annotated[
    Items[Expect], BeforeValidator(_listed, json_schema_input_type=Expect | list[Expect])
]


class Step(Model):
    """Documents that are sent, or a save, and what is expected then."""

    input: Inputs | None = Field(
        default=None, description="Documents that are sent; a text is a file."
    )
    send: Annotated[int, Field(ge=1, le=5)] = Field(
        default=1, description="How often, one call after the other."
    )
    save: Save | None = Field(default=None, description="A person's work instead.")
    poll: Literal[True] | None = Field(
        default=None, description="Of a polled flow: one pass of the agent instead."
    )
    expect: Expects = Field(
        default=(), description="One, of the last document; or one for each, in order of sending."
    )


class Case(Step):
    """One test: a step, or several in an account that they share."""

    given: Givens = Field(default=(), description="Records for this case.")
    clock: str | None = Field(default=None, description="The account's time, ISO with a zone.")
    steps: Items[Step] = Field(default=(), description="Several steps that share an account.")


class Waiver(Model):
    """Something of the spec that no test can show, and why."""

    at: str = Field(min_length=1, description="Keys of the spec, by dots: lists.lines.when.")
    reason: str = Field(min_length=1, description="Why no test can show it.")


class TrialFile(Model):
    """The tests of one flow."""

    flow: str | None = Field(
        default=None, description="The flow; without it the spec of the same file name says."
    )
    environment: str | None = Field(
        default=None, description="Whose account the tests run in; the project's first."
    )
    given: Givens = Field(default=(), description="Records for all cases.")
    waive: Items[Waiver] = Field(
        default=(), description="What of the spec is not counted as missed by the tests."
    )
    cases: dict[str, Case] = Field(min_length=1, description="Tests by name.")
