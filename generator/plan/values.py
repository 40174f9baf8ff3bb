"""
Values and conditions of a plan: where a value comes from and what is done with it.

A value carries the spec line that it came from (`Origin`): generated code repeats it in a comment
and RESTlet errors return it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Origin(Struct, frozen=True):
    """A place in a spec: the file relative to the project folder, and its 1-based line."""

    file: str
    line: int

    def __str__(self) -> str:
        """`shop-orders.yaml:29`, the form that comments and errors show."""
        return f"{self.file.rsplit('/', 1)[-1]}:{self.line}"


class Path(Struct, frozen=True):
    """A path into the document: from its root (`$.x`) or from the current place. No segments: `.`."""

    segments: tuple[str, ...]
    root: bool = False


class FieldName(Struct, frozen=True):
    """
    A field of the NetSuite record (outbound); more than one segment is a join.

    `form` is the type of a field whose value is not read as it comes: one with a time is read
    whole, of another record a checkbox comes as T or F and a multi-select as one text; None for
    all others.
    """

    segments: tuple[str, ...]
    form: str | None = None


Operator = Literal[
    "equals", "not_equals", "in", "not_in", "present", "matches", "gt", "lt", "changed"
]


class Test(Struct, frozen=True):
    """One comparison. `value` is the right-hand side as written (a list for in and not_in)."""

    subject: Path | FieldName
    operator: Operator
    value: Json
    __test__ = False  # keeps pytest from collecting it


class All(Struct, frozen=True):
    """Every condition holds."""

    of: tuple[Condition, ...]


class AnyOf(Struct, frozen=True):
    """At least one condition holds."""

    of: tuple[Condition, ...]


class Not(Struct, frozen=True):
    """The condition does not hold."""

    of: Condition


Condition = Test | All | AnyOf | Not


class Literal_(Struct, frozen=True):  # noqa: N801 - typing has the plain name
    """A value written in the spec."""

    value: Json


class VarRef(Struct, frozen=True):
    """A project variable by name; its value comes from the account's config table."""

    name: str


class Concat(Struct, frozen=True):
    """Parts joined as text; an empty part is '', all parts empty is nothing."""

    parts: tuple[Value, ...]


class Coalesce(Struct, frozen=True):
    """The first part that is not empty."""

    parts: tuple[Value, ...]


class Hook(Struct, frozen=True):
    """A function of the flow's hook module: `(element, doc, ctx) => value`."""

    function: str


class DisplayText(Struct, frozen=True):
    """The display text of a field (outbound `text`)."""

    segments: tuple[str, ...]


class QueryValue(Struct, frozen=True):
    """What one of the flow's queries gives for the place's key (outbound `suiteql`)."""

    query: str  # name of a PayloadQuery of the flow


Source = Path | Literal_ | VarRef | Concat | Coalesce | Hook | FieldName | DisplayText | QueryValue


class TransformCall(Struct, frozen=True):
    """One step of `apply`: a name from `generator.transforms` and its checked argument (or None)."""

    name: str
    argument: Json = None
    condition: Condition | None = None  # for `where`


class KeyPart(Struct, frozen=True):
    """
    One column of a compound reference.

    Exactly one is set: `field` names a mapped field of the same line (or of the line around a
    subrecord) whose internal id is used, `value` is read from the document.
    """

    column: str
    field: str | None
    value: Value | None


MissingPolicy = Literal["error", "skip_field", "skip_line", "default", "create"]


class Ref(Struct, frozen=True):
    """How a value becomes an internal id: which lookup, under which key rules, and what if none or many."""

    lookup: str  # name of a Lookup of the flow
    prefix: str = ""
    missing: MissingPolicy = "error"
    ambiguous: Literal["error", "lowest_id"] = "error"
    parts: tuple[KeyPart, ...] = ()  # empty: the value itself is the key
    create: str | None = None  # name of a CreatePlan of the flow


class Value(Struct, frozen=True):
    """The fixed pipeline up to the reference: source, apply, map, ref, default."""

    source: Source
    apply: tuple[TransformCall, ...] = ()
    map: str | None = None
    ref: Ref | None = None
    default: Literal_ | VarRef | None = None
    origin: Origin = Origin("", 0)


class ValueMap(Struct, frozen=True):
    """A named map; compares as text. `otherwise` is error, skip, same or a literal."""

    name: str
    values: tuple[tuple[str, Json], ...]
    otherwise: Literal["error", "skip", "same"] | Literal_
