"""
The shape of spec tests: `<name>.test.yaml` beside a spec.

    given    records that lie in the account before
    input    documents that are sent; `save` is a person's work instead
    expect   what became of it

A record is written as in a spec: `fields`, `lines` by sublist, `subrecords` by field. A line is a
map of its fields, with its own subrecords under `subrecords`; a subrecord is a map of its fields,
with its own lines under `lines`. `{ref: record, by: field, value: text}` stands for an internal id.
"""

from typing import Annotated, Any, Literal

from msgspec import field

from generator.spec.fields import Yes
from generator.spec.model import Items, Model, Short, says

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


class Given(Model, frozen=True, kw_only=True):
    """A record that lies in the account, or a file of them; no script runs when it is put there."""

    file: Annotated[
        str | None, says("JSON file of records, `account.json`, in place of the rest.")
    ] = None
    type: Annotated[str | None, says("Record type.")] = None
    id: Annotated[int | None, says("Internal id, where the test needs one.")] = None
    externalid: Annotated[str | None, says("External id.")] = None
    fields: Annotated[Values, says("Values by field id.")] = field(default_factory=dict)
    lines: Annotated[Sublists, says("Lines by sublist id.")] = field(default_factory=dict)
    subrecords: Annotated[Subrecords, says("Fields of subrecords, by field id.")] = field(
        default_factory=dict
    )


GivenItem = Annotated[Given, Short(_file, str | Given)]
Givens = Annotated[
    Items[GivenItem],
    Short(_listed, str | Given | list[str | Given]),
]


class Input(Model, frozen=True, kw_only=True):
    """
    Documents: of a file, or written here; without either the flow's sample.

    `set` and `without` change each of them. Paths are those of specs, and a number is an element of
    a list: `line_items.0.sku`.
    """

    file: Annotated[
        str | None, says("A file of the project, read as the flow reads files, or JSON.")
    ] = None
    document: Annotated[Any, says("One document.")] = None
    ids: Annotated[
        Items[str] | None, says("Of a file: only the documents with these ids (source.id_path).")
    ] = None
    set: Annotated[dict[str, Any], says("Values by path.")] = field(default_factory=dict)
    without: Annotated[Items[str], says("Paths that are taken out.")] = ()


InputItem = Annotated[Input, Short(_file, str | Input)]
Inputs = Annotated[
    Items[InputItem],
    Short(_listed, str | Input | list[str | Input]),
]


class Found(Model, frozen=True, kw_only=True):
    """A record by its type and the values of some of its fields."""

    type: Annotated[str, says("Record type.")]
    find: Annotated[Values, says("Values of fields that only this record has.")]


class Person(Model, frozen=True, kw_only=True):
    """Who saves: an administrator in the user interface unless said otherwise."""

    role: Annotated[str | None, says("Script id of the role.")] = None
    user: Annotated[int | None, says("Internal id of the user.")] = None
    context: Annotated[str | None, says("USERINTERFACE, CSVIMPORT, ...")] = None


class Save(Model, frozen=True, kw_only=True):
    """
    A person's work on a record of the flow's type (or `type`): a new one, or with `find` one that is there.

    `from` makes it from another record; `inline` edits single fields in a list (event xedit).
    """

    type: Annotated[str | None, says("Record type; the flow's where left out.")] = None
    find: Annotated[Values | None, says("Values of fields of the one record that is changed.")] = (
        None
    )
    from_: Annotated[Found | None, says("The record that the new one is made from.")] = None
    delete: Annotated[bool, says("The record of `find` is deleted.")] = False
    inline: Annotated[bool, says("Fields are edited in a list (event xedit).")] = False
    fields: Annotated[Values, says("Values by field id.")] = field(default_factory=dict)
    lines: Annotated[Sublists, says("Lines by sublist id.")] = field(default_factory=dict)
    subrecords: Annotated[Subrecords, says("Fields of subrecords, by field id.")] = field(
        default_factory=dict
    )
    as_: Annotated[Person, says("Who saves, and in which context.")] = Person()
    event: Annotated[str | None, says("What the person does: ship, approve, ...")] = None


class ErrorSpec(Model, frozen=True, kw_only=True):
    """What is wrong with a document."""

    code: Annotated[str | None, says("MISSING_REFERENCE, BAD_VALUE, ...")] = None
    field: Annotated[str | None, says("The field it came from: item.item.")] = None
    message: Annotated[str | None, says("Text that the message contains.")] = None
    class_: Annotated[
        Literal["retry", "data", "config", "permission", "conflict"] | None,
        says("What the caller does next."),
    ] = None


class RecordSpec(Model, frozen=True, kw_only=True):
    """A record as it should be: what is not named may be anything, a sublist has the lines that are listed."""

    fields: Annotated[Values, says("Values by field id.")] = field(default_factory=dict)
    absent: Annotated[Items[str], says("Fields that must be empty: memo, item.0.memo.")] = ()
    lines: Annotated[Sublists, says("Lines by sublist id.")] = field(default_factory=dict)
    subrecords: Annotated[Subrecords, says("Fields of subrecords, by field id.")] = field(
        default_factory=dict
    )


class OtherRecord(RecordSpec, frozen=True, kw_only=True):
    """Another record of the account, found by some of its fields."""

    type: Annotated[str, says("Record type.")]
    find: Annotated[Values, says("Values of some of its fields.")] = field(default_factory=dict)
    count: Annotated[int, says("How many there are.", ge=0)] = 1


class EventSpec(Model, frozen=True, kw_only=True):
    """An event that the flow sends."""

    event: Annotated[
        str | None, says("What was done: create, edit, ship, ...; poll or delete.")
    ] = None
    data: Annotated[
        Values, says("Its data: maps need what is named, lists are compared whole.")
    ] = field(default_factory=dict)
    absent: Annotated[Items[str], says("Paths of data that must not be there.")] = ()


class Expect(RecordSpec, frozen=True, kw_only=True):
    """What becomes of one document, or of a save."""

    outcome: Annotated[Literal[OUTCOMES] | None, says("What the flow answers.")] = None  # type: ignore[valid-type]
    reason: Annotated[str | None, says("Text in the reason why it was skipped.")] = None
    key: Annotated[str | None, says("The whole key of the record.")] = None
    error: Annotated[
        ErrorSpec | None,
        Short(
            lambda value: {"code": value} if isinstance(value, str) else value,
            str | ErrorSpec | None,
        ),
        says("What is wrong with the document; a text is the code."),
    ] = None
    answer: Annotated[Values, says("Fields read back for the reply.")] = field(default_factory=dict)
    records: Annotated[Items[OtherRecord], says("Other records of the account.")] = ()
    lookups: Annotated[
        dict[str, int] | None, says("Queries by look-up, all that were made in the call.")
    ] = None
    units_at_most: Annotated[
        float | None, says("Governance units of the flow's script in the call.")
    ] = None
    events: Annotated[
        Items[EventSpec] | None, says("Events of the flow, all of them in order; [] is none.")
    ] = None


Expects = Annotated[Items[Expect], Short(_listed, Expect | list[Expect])]


class Step(Model, frozen=True, kw_only=True):
    """Documents that are sent, or a save, and what is expected then."""

    input: Annotated[Inputs | None, says("Documents that are sent; a text is a file.")] = None
    send: Annotated[int, says("How often, one call after the other.", ge=1, le=5)] = 1
    save: Annotated[Save | None, says("A person's work instead.")] = None
    poll: Annotated[Yes | None, says("Of a polled flow: one pass of the agent instead.")] = None
    expect: Annotated[
        Expects, says("One, of the last document; or one for each, in order of sending.")
    ] = ()


class Case(Step, frozen=True, kw_only=True):
    """One test: a step, or several in an account that they share."""

    given: Annotated[Givens, says("Records for this case.")] = ()
    clock: Annotated[str | None, says("The account's time, ISO with a zone.")] = None
    steps: Annotated[Items[Step], says("Several steps that share an account.")] = ()


class Waiver(Model, frozen=True, kw_only=True):
    """Something of the spec that no test can show, and why."""

    at: Annotated[str, says("Keys of the spec, by dots: lists.lines.when.", min_length=1)]
    reason: Annotated[str, says("Why no test can show it.", min_length=1)]


class TrialFile(Model, frozen=True, kw_only=True):
    """The tests of one flow."""

    flow: Annotated[
        str | None, says("The flow; without it the spec of the same file name says.")
    ] = None
    environment: Annotated[
        str | None, says("Whose account the tests run in; the project's first.")
    ] = None
    given: Annotated[Givens, says("Records for all cases.")] = ()
    waive: Annotated[
        Items[Waiver], says("What of the spec is not counted as missed by the tests.")
    ] = ()
    cases: Annotated[dict[str, Case], says("Tests by name.", min_length=1)]
