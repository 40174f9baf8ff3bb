"""
What NetSuite is, as far as the project knows: record types, their fields, sublists and costs.

The catalogue is open: it confirms that something exists and says what it is like, and what it does
not list is *unknown*, never wrong. The generator checks mappings against it and the emulator holds
its records by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

Kind = Literal["transaction", "entity", "item", "list", "custom"]
State = Literal["documented", "seen", "assumed"]

# Units by record kind (help topic "SuiteScript 2.x API governance").
UNITS_LOAD: Mapping[Kind, int] = {"transaction": 10, "custom": 2, "entity": 5, "item": 5, "list": 5}
UNITS_SAVE: Mapping[Kind, int] = {
    "transaction": 20,
    "custom": 4,
    "entity": 10,
    "item": 10,
    "list": 10,
}
UNITS_DELETE = UNITS_SAVE
UNITS_ATTACH = 10
"""record.attach and record.detach."""
UNITS_QUERY = 10
UNITS_HTTPS = 10
UNITS_CACHE = 1  # a get, a put; a get whose loader ran is two
UNITS_FILE_LOAD = 10
UNITS_FILE_SAVE = 20
UNITS_FILE_DELETE = 20
UNITS_SUBMIT = 20  # of a map/reduce or scheduled task

CARRIED = frozenset(("item", "expense", "component"))
"""The sublists that a record made from another takes over; its other ones begin empty."""

ON_LINES = frozenset(("createdfrom", "subsidiary", "location", "department", "class"))
"""Body fields of transactions whose SuiteQL column is on the lines (transactionline), the main line's.

`createdfrom`: section 4 of the pitfalls in Oracle's agent skills (139); the others: seen in public code."""


class Field(Struct, frozen=True):
    """
    A field of a record or of a sublist.

    `type` is one of text, textarea, email, phone, url, integer, decimal, float, percent, currency,
    rate, boolean, date, datetime, timeofday, select, multiselect, summary (a subrecord), other.
    `refers` is the record type (or family, such as `item`) whose internal ids a select holds.
    `set_once`: NetSuite refuses or re-sources a change (entity, currency, subsidiary).
    `derived`: changes without a save of the record. `column` is its SuiteQL column where proven.
    Custom fields: `source` names the select field and the field of the record chosen there that the
    value comes from, `stored` says whether it is kept (else it is read there at each load), `least`
    and `most` bound a number.
    `filled`: NetSuite has a value of its own where nobody gives one (a default value).
    `label` is what a custom field is called in the user interface; standard fields have none here.
    """

    id: str
    type: str
    required: bool = False
    inline: bool = False
    set_once: bool = False
    read_only: bool = False
    derived: bool = False
    length: int | None = None
    refers: str | None = None
    column: str | None = None
    state: State = "documented"
    source: tuple[str, str] | None = None
    stored: bool = True
    least: float | None = None
    most: float | None = None
    label: str | None = None
    filled: bool = False

    @property
    def needed(self) -> bool:
        """Whether a new record is refused where nobody sets it; a checkbox is never empty."""
        return self.required and not self.filled and self.source is None and self.type != "boolean"


class Sublist(Struct, frozen=True):
    """
    A sublist.

    `closable`: its lines have `isclosed`. `fills_itself`: NetSuite makes the lines (apply,
    pricing), scripts only change them. `subrecords`: line field to subrecord kind.
    """

    id: str
    fields: Mapping[str, Field]
    closable: bool = False
    fills_itself: bool = False
    subrecords: Mapping[str, str] = field(default_factory=dict)


class RecordType(Struct, frozen=True):
    """
    A record type.

    `family` is the id space and the look-up table's token (all item types: `item`). `table` is the
    SuiteQL table, `type_code` its value of the column `type` for transactions (`SalesOrd`) and
    `itemtype` for items. `name_column` is what `by: name` compares. `sdf_token` is the spelling in
    deployments (`SALESORDER`), `permission` the role permission. `transforms_from` lists the
    records it can be made from. `order` says which fields must be set first. `filled_for` are the
    default values by which record.create fills the sublists that NetSuite fills itself: each by the
    field that holds its value, or true (help topic "N/record Default Values").
    """

    id: str
    label: str
    kind: Kind
    family: str
    table: str
    permission: str | None
    fields: Mapping[str, Field]
    sublists: Mapping[str, Sublist] = field(default_factory=dict)
    subrecords: Mapping[str, str] = field(default_factory=dict)
    type_code: str | None = None
    name_column: str | None = None
    sdf_token: str | None = None
    features: tuple[str, ...] = ()
    transforms_from: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    filled_for: Mapping[str, str | bool] = field(default_factory=dict)
    has_inactive: bool = False
    open: bool = False  # only partly known: an unlisted field is normal
    public: bool = False  # a custom record type that every internal role may work with


class Catalog(Struct, frozen=True):
    """Record types by id, standard ones and (overlaid) the project's own."""

    records: Mapping[str, RecordType]

    def record(self, record: str) -> RecordType | None:
        """The record type, or None where the catalogue does not know it."""
        return self.records.get(record)
