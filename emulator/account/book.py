"""What the rules read: the catalogue of the account and its records, by reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from emulator.account import children, folders
from emulator.account.facts import ACCOUNT_TYPES, OPTIONS
from emulator.account.geography import COUNTRIES
from emulator.account.place_names import COUNTRY_NAMES
from emulator.account.preferences import Preferences
from emulator.account.store import Row, Store
from emulator.errors import NetSuiteError
from emulator.ports import RecordData, Session
from generator.catalog.model import Catalog, Field, RecordType
from generator.catalog.options import RECORD_OPTIONS, statuses

Found = TypeVar("Found")

_SHARED_SPACES = frozenset({"transaction", "entity", "item"})
# Fields that say when a record was made and changed, by kind.
_TIMES = {"custom": ("created", "lastmodified"), "entity": ("datecreated", "lastmodifieddate")}


def unknown_type(record: str) -> NetSuiteError:
    """The refusal of a record type that there is not."""
    return NetSuiteError("INVALID_RCRD_TYPE", f"The record type [{record.upper()}] is invalid.")


class Book:
    """
    The account's records, read by type and id.

    `catalog` is exchanged at a deployment. A look-up is one indexed read; `remembering` gives a
    book that reads each record once.
    """

    def __init__(self, store: Store, catalog: Catalog, preferences: Preferences) -> None:
        self.store = store
        self.preferences = preferences
        self._catalog = catalog
        self._memo: dict[Any, Any] = {}
        self._read: dict[tuple[str, int], Row | None] | None = None

    def remembering(self) -> Book:
        """A book for one save: nobody else writes meanwhile, and who changes a row it gave stores it."""
        book = Book(self.store, self.catalog, self.preferences)
        book._read = {}
        book._memo = self._memo
        return book

    @property
    def catalog(self) -> Catalog:
        """The record types of the account."""
        return self._catalog

    @catalog.setter
    def catalog(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._memo = {}

    def worked_out(self, key: tuple[str, ...], make: Callable[[], Found]) -> Found:
        """What follows from the catalogue alone: made once, by the name of what it is and a record type."""
        found: Found | None = self._memo.get(key)
        if found is None:
            found = self._memo[key] = make()
        return found

    def listed(self, key: tuple[str, ...], make: Callable[[], Found]) -> Found:
        """The same of what follows from records that stand in lists, too: made again once they have changed."""
        count = self.store.beginnings
        known: tuple[int, Found] | None = self._memo.get(key)
        if known is None or known[0] != count:
            known = self._memo[key] = (count, make())
        return known[1]

    # --- types --------------------------------------------------------------------------------

    def type(self, record: str) -> RecordType:
        """A record type; INVALID_RCRD_TYPE where the account has none of that name."""
        found = self._catalog.records.get(record)
        if found is None or record in _SHARED_SPACES:
            raise unknown_type(record)
        return found

    def space(self, record: RecordType) -> str:
        """The id space of a record type."""
        return record.kind if record.kind in _SHARED_SPACES else record.id

    def fits(self, wanted: str, actual: str) -> bool:
        """Whether a record of type `actual` is one of `wanted` (a type or a family)."""
        if wanted in (actual, "transaction", "entity", "item"):
            return True
        one, other = self.catalog.record(wanted), self.catalog.record(actual)
        return one is not None and other is not None and one.family == other.family

    # --- records ------------------------------------------------------------------------------

    def row(self, record: str, id: int) -> Row | None:  # noqa: A002
        """A record of a type or family by id, None where there is none."""
        kind = self._catalog.records.get(record)
        if kind is None:
            return None
        row = self._get(self.space(kind), id)
        return row if row is not None and self.fits(record, row.type) else None

    def _get(self, space: str, id: int) -> Row | None:  # noqa: A002
        if self._read is None:
            return self.stored(space, id)
        key = (space, id)
        if key not in self._read:
            self._read[key] = self.stored(space, id)
        return self._read[key]

    def stored(self, space: str, id: int) -> Row | None:  # noqa: A002
        """A row of an id space as it is stored, a folder or file of the cabinet included."""
        row = self.store.get(space, id)
        if row is None and space in ("folder", "file"):
            return folders.read(self.store, space, id)
        return row

    def reference(self, record: str, value: Any) -> Row | None:
        """The record that a select value points at."""
        try:
            number = int(value)
        except (TypeError, ValueError):
            return None
        return self.row(record, number)

    def fields(self, record: str, value: Any) -> Mapping[str, Any]:
        """The fields of a referenced record, none where it is missing or the value is empty."""
        row = None if value is None else self.reference(record, value)
        return {} if row is None else row.fields

    def entry(self, reference: str) -> str | None:
        """The internal id of an entry of a custom list or record type by script ids: `customlist_x.val_y`."""
        space, _, part = reference.partition(".")
        row = self.store.one(
            "SELECT id FROM record WHERE space = ? AND json_extract(body, '$._scriptid') = ?",
            space,
            part,
        )
        return None if row is None else str(row[0])

    def by_external_id(self, record: RecordType, key: str) -> Row | None:
        """The record with an external id, in the scope in which they are unique."""
        space = self.space(record)
        # Named, the index costs no second look at the values: partial indexes on `space` ask for
        # one.
        for number, type_ in self.store.all(
            "SELECT id, type FROM record INDEXED BY record_externalid"
            " WHERE space = ? AND externalid = ?",
            space,
            key,
        ):
            if self.preferences.external_id_scope == "space" or self.fits(record.id, type_):
                return self.store.get(space, number)
        return None

    def made_from(self, order: int, types: Iterable[str]) -> list[Row]:
        """The transactions of these types that were made from a transaction."""
        wanted = tuple(types)
        found = self.store.all(
            "SELECT id, type FROM record WHERE space = 'transaction'"
            " AND json_extract(body, '$.createdfrom') = ? ORDER BY id",
            str(order),
        )
        rows = (self.store.get("transaction", number) for number, type_ in found if type_ in wanted)
        return [row for row in rows if row is not None]

    # --- texts --------------------------------------------------------------------------------

    def name(self, row: Row) -> str:
        """What NetSuite shows for a record in a select field."""
        record = self.catalog.record(row.type)
        fields = row.fields
        if row.space == "entity":
            return str(fields.get("entityid") or fields.get("companyname") or row.id)
        if row.space == "transaction":
            label = record.label if record else row.type
            return f"{label} #{fields.get('tranid', row.id)}"
        if row.type == "account":
            number = fields.get("acctnumber")
            name = fields.get("acctname", "")
            return f"{number} {name}" if number else str(name)
        if "fullname" in fields:
            return str(fields["fullname"])
        column = record.name_column if record else None
        return str(fields.get(column or "name") or fields.get("name") or row.id)

    def text(self, record: RecordType, field: Field, value: Any) -> str:
        """The display text of one value of a select field."""
        if field.refers:
            row = self.reference(field.refers, value)
            return "" if row is None else self.name(row)
        options = self.options(record, field)
        return options.get(str(value), str(value)) if options else str(value)

    def options(self, record: RecordType, field: Field) -> Mapping[str, str] | None:
        """The fixed options of a select that refers to no record type, None where they are not known."""
        known = statuses(record.id)
        if known and field.id == "status":
            return {letter: f"{record.label} : {text}" for letter, (text, _) in known.items()}
        if known and field.id in ("orderstatus", "shipstatus"):
            return {letter: text for letter, (text, _) in known.items()}
        if field.id == "accttype":
            return ACCOUNT_TYPES
        if field.id == "country" or field.id.endswith("country"):
            return {code: COUNTRY_NAMES.get(code, code) for code in sorted(COUNTRIES)}
        return RECORD_OPTIONS.get((record.id, field.id)) or OPTIONS.get(field.id)

    # --- time ---------------------------------------------------------------------------------

    def today(self, session: Session, now_ms: int) -> str:
        """The calendar day at the session's place, YYYY-MM-DD."""
        moment = datetime.fromtimestamp(now_ms / 1000, UTC)
        return moment.astimezone(ZoneInfo(session.time_zone)).date().isoformat()

    # --- presentation -------------------------------------------------------------------------

    def present(self, row: Row) -> RecordData:
        """A stored record as it crosses the port."""
        record = self.catalog.record(row.type)
        fields = {name: value for name, value in row.fields.items() if name[:1] != "_"}
        if row.externalid is not None:
            fields["externalid"] = row.externalid
        kind = record.kind if record else "list"
        created, modified = _TIMES.get(kind, ("createddate", "lastmodifieddate"))
        fields[created] = row.created
        fields[modified] = row.modified
        return {
            "type": row.type,
            "id": row.id,
            "version": row.version,
            "fields": fields,
            "sublists": row.sublists | (children.lines(self, record, row.id) if record else {}),
            "subrecords": row.subrecords,
        }
