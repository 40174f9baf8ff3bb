"""What a SuiteQL table and its columns are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "number", "boolean", "date", "id", "code"]


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column. `sql` reads it from the storage; `indexed` says that an index on `sql` helps.

    An `id` is the internal id of another record, a `code` is a number where it looks like one and a
    text (an order status, a country) where it does not. `record`, `field` and `sublist` name where
    the value comes from, for display texts; `refers` is the record type whose ids a select holds,
    `criteria` the column that BUILTIN.CF writes before the value. `foreign` says that it is an
    amount in the currency of its transaction.
    """

    name: str
    sql: str
    kind: Kind
    record: str | None = None
    field: str | None = None
    sublist: str | None = None
    indexed: bool = False
    refers: str | None = None
    criteria: Column | None = None
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """
    One table.

    `source` is its FROM clause, `space` the storage's space (None for tables that the account
    computes), `types` the record types whose rows it shows and `whole` whether these are all of the
    space. `anything` is how a column that the catalogue does not list is read, where a record type
    is only partly known. `row_type` is where a table that is no record type keeps a row's type, for
    what the role may see. `refused` are columns that NetSuite has and the emulator has not.
    """

    name: str
    label: str
    source: str
    space: str | None
    types: frozenset[str]
    whole: bool
    columns: Mapping[str, Column]
    anything: str | None = None
    row_type: str | None = None
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Schema:
    """
    All tables by lower-case name, and each record type's permission and label.

    `refused` are tables that NetSuite has and the emulator has not, with the reason.
    """

    tables: Mapping[str, Table]
    permissions: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
