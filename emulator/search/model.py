"""What a search is made of: fields, joins and types of the catalogue, and a script's definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.errors import NetSuiteError

FieldType = Literal[
    "text",
    "textnumber",
    "number",
    "currency",
    "percent",
    "boolean",
    "date",
    "datetime",
    "select",
    "multiselect",
]
NUMBERS = frozenset({"number", "currency", "percent"})
SUMMARIES = frozenset({"GROUP", "COUNT", "SUM", "AVG", "MIN", "MAX"})


@dataclass(frozen=True, slots=True)
class SearchField:
    """
    A search field.

    `sql` reads the stored value (a day as YYYY-MM-DD, a time as epoch milliseconds, an internal id
    as a number, several as a JSON array) from the storage's row `r` and line `l`; `text` reads the
    display text of a select where no field of a record gives it. `place` is the record, field and
    sublist whose select options it has, `refers` the record type. `coded`: a select whose values
    are words, not internal ids. `indexed`: an index on `sql` helps.
    """

    id: str
    type: FieldType
    sql: str
    place: tuple[str, str, str | None] | None = None
    refers: str | None = None
    text: str | None = None
    coded: bool = False
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """
    Records of another search type whose field `theirs` equals `ours`; `only` names their record types.

    `also` are further pairs of fields that must be equal. `via` is the join whose fields `ours`
    names, where it is not the searched type. `lined` is the pair that leads to a line of the
    record, where a search asks for what lines have.
    """

    target: str
    ours: str
    theirs: str = "internalid"
    only: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    via: str | None = None
    lined: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SearchType:
    """
    A search type: its rows and fields.

    `space` is the storage's id space, `records` the record types whose rows it shows. `source` is
    the FROM clause; `main` that of the records alone where `source` gives a row for each line.
    `type_sql` reads the record type of a row, `id_sql` its internal id. With `spread`, `source` is
    read only where a search names one of these fields. `through` are fields that are read from a
    join.
    """

    id: str
    space: str | None
    records: frozenset[str]
    whole: bool
    source: str
    fields: Mapping[str, SearchField]
    joins: Mapping[str, Join]
    permission: str | None = None
    main: str | None = None
    main_fields: Mapping[str, SearchField] = field(default_factory=dict)
    spread: frozenset[str] = frozenset()
    type_sql: str = "r.type"
    id_sql: str = "r.id"
    through: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def reads_line(self, name: str) -> bool:
        """Whether a field differs from line to line."""
        full, main = self.fields.get(name), self.main_fields.get(name)
        return full is not None and main is not None and full.sql != main.sql


@dataclass(frozen=True, slots=True)
class Column:
    """A result column as a script asked for it."""

    name: str
    join: str | None = None
    summary: str | None = None
    formula: str | None = None
    function: str | None = None
    sort: str | None = None
    when: tuple[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A search as a script defines it; `filters` is a filter expression or a list of filter objects, as JSON."""

    type: str
    filters: Sequence[Any]
    columns: tuple[Column, ...]


def definition(data: Mapping[str, Any]) -> Definition:
    """A definition from its JSON."""
    return Definition(
        str(data["type"]).lower(),
        data.get("filters") or [],
        tuple(_column(given) for given in data.get("columns") or ()),
    )


def _column(given: str | Mapping[str, Any]) -> Column:
    if isinstance(given, str):
        given = {"name": given}
    name, join = str(given["name"]), given.get("join")
    # The name may carry the join and, for formulas, a number that tells two of them apart.
    if not join and "." in name and not name.startswith("formula"):
        join, name = name.split(".", 1)
    summary = given.get("summary")
    sort = given.get("sort")
    when = given.get("when")
    return Column(
        name.lower(),
        str(join).lower() if join else None,
        str(summary).upper() if summary else None,
        given.get("formula"),
        given.get("function"),
        str(sort).upper() if sort and str(sort).upper() != "NONE" else None,
        (str(when["name"]).lower(), str(when["join"]).lower() if when.get("join") else None)
        if when
        else None,
    )


def invalid_filter(name: str, join: str | None = None) -> NetSuiteError:
    """A filter that the search type does not have."""
    place = f"{join}.{name}" if join else name
    code = "SSS_INVALID_SRCH_FILTER_JOIN" if join else "SSS_INVALID_SRCH_FILTER"
    return NetSuiteError(code, f"An nlobjSearchFilter contains invalid search criteria: {place}.")


def invalid_column(name: str, join: str | None = None) -> NetSuiteError:
    """A column that the search type does not have."""
    place = f"{join}.{name}" if join else name
    code = "SSS_INVALID_SRCH_COLUMN_JOIN" if join else "SSS_INVALID_SRCH_COL"
    return NetSuiteError(
        code,
        f"An nlobjSearchColumn contains an invalid column, or is not in proper syntax: {place}.",
    )


def invalid_operator(operator: str, name: str) -> NetSuiteError:
    """An operator that there is not, or not for the type of the field."""
    return NetSuiteError(
        "SSS_INVALID_SRCH_OPERATOR",
        f"An nlobjSearchFilter contains an invalid operator, or is not in proper syntax: {operator} ({name}).",
    )


def invalid_expression(what: str) -> NetSuiteError:
    """A filter expression that cannot be read."""
    return NetSuiteError(
        "SSS_INVALID_SRCH_FILTER_EXPR", f"Malformed search filter expression: {what}."
    )
