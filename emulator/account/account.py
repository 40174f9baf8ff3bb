"""
The account itself: `LocalAccount` implements emulator.ports.Account over an SQLite database.

    door, engine, SuiteQL ──► LocalAccount ─┬─► roles       who may
                                            ├─► drafts      new, copy, transform
                                            ├─► saving      checks, rules, commit
                                            ├─► files       File Cabinet
                                            └─► installed   what SDF deployed
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from emulator.account import (
    applying,
    balances,
    custom,
    drafts,
    dynamic,
    foreseen,
    places,
    pricing,
    stock,
    types,
)
from emulator.account.administration import Administration
from emulator.account.backlog import Backlog
from emulator.account.book import Book
from emulator.account.configuration import Configuration
from emulator.account.csv_imports import CsvImports
from emulator.account.files import Cabinet
from emulator.account.installed import Asset, Installed, Package
from emulator.account.interference import Interference, Undisturbed
from emulator.account.mail import Outbox as Mail
from emulator.account.preferences import FEATURES, Preferences
from emulator.account.restrictions import Gate
from emulator.account.roles import ADMINISTRATOR, Roles
from emulator.account.saved_searches import SavedSearches as SearchStore
from emulator.account.saving import Saving
from emulator.account.scripting import Desk
from emulator.account.store import LARGEST, Row, Store
from emulator.account.texts import Texts
from emulator.account.work import user_error
from emulator.desks import ConfigurationPages, FileCabinet, Outbox, RecordDesk, SavedSearches
from emulator.ports import RecordData, Saved, Script, Session
from generator.catalog import standard
from generator.catalog.model import Catalog

# NetSuite's own user: what no person does runs as this.
SYSTEM = Session(user=-4, role=ADMINISTRATOR, context="OTHER")
_TABLES = (
    *("record", "deleted", "stock_move", "application", "attachment", "folder", "file", "role"),
    *("open_line", "saved_search", "email", "counter", "system_note", "task", "task_part"),
)


class LocalAccount(Administration):
    """
    One NetSuite account.

    Args:
        id: as `runtime.accountId` writes it (1234567_SB1).
        path: database file; None keeps everything in memory.
        preferences: what differs from account to account.
        starter: fill a new account with the starter records.
        source: the account that this one begins as a copy of.
    """

    def __init__(
        self,
        id: str = "1234567_SB1",  # noqa: A002
        path: Path | None = None,
        *,
        preferences: Preferences | None = None,
        starter: bool = True,
        source: LocalAccount | None = None,
    ) -> None:
        self.id = id
        self.preferences = preferences or Preferences()
        self._switches = self.preferences.switches()  # asked for at every execution
        self.generation = 1
        self.interference: Interference = Undisturbed()
        self._starter = starter
        self._store = Store(path)
        kept = Backlog(self._store)
        self.backlog: Backlog | None = kept if path else None
        if source is not None:
            source.copy_to(self._store)
            kept.clear()
        self._clock_offset = int(self._store.setting("clock_offset_ms") or 0)
        self._installed = Installed(self._store, standard())
        self._book = Book(self._store, self._installed.catalog, self.preferences)
        self._texts = Texts(self._book)
        self.roles = Roles(self._store)
        self.cabinet = Cabinet(id, self._store, self.now_ms, self.allows)
        self.files: FileCabinet = self.cabinet
        self.searches: SavedSearches = SearchStore(
            self._store, hides=self.preferences.private_searches_hidden
        )
        self.csv_imports = CsvImports(self._store)
        self.queued: Callable[[], Iterable[Mapping[str, Any]]] = tuple
        self.outbox: Outbox = Mail(self._store, self.now_ms)
        self._gate = Gate(self._book, self.roles, self.feature, self.allows)
        self._saving = Saving(self._book, self._installed, self.now_ms)
        self.desk: RecordDesk = Desk(
            self._book, self.cabinet, self._saving, self._gate.require, self.now_ms
        )
        self._pages = Configuration(
            id,
            self._store,
            self.allows,
            lambda name, on: self.set_feature(name, enabled=on),
            self.preferences.time_zone,
        )
        self.configuration: ConfigurationPages = self._pages
        if self._store.setting("made") is None:
            with self._store.step():
                self._begin()
                self._store.set("features", sorted(FEATURES))
                self._store.set("known_features", sorted({*FEATURES, *self._named_features()}))
                self._store.set("made", True)

    def _begin(self) -> None:
        self.roles.install_standard()
        self.cabinet.install()
        if self._starter:
            from emulator.account.starter import fill

            fill(self)

    def copy_to(self, store: Store) -> None:
        """Copy everything into another database."""
        store.fill(self._store)

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def switches(self) -> dict[str, Any]:
        """The preferences as JSON."""
        return self._switches

    def kept(self, name: str) -> Any:
        """What the server around the account keeps in it, or None."""
        return self._store.setting(name)

    def keep(self, name: str, value: Any) -> None:
        """Keep something of the server's, as JSON."""
        self._store.set(name, value)

    # --- clock --------------------------------------------------------------------------------

    def now_ms(self) -> int:
        """The account's clock, epoch milliseconds: the real one, moved by `advance` and `set_clock`."""
        return int(time.time() * 1000) + self._clock_offset

    @property
    def clock_offset_ms(self) -> int:
        """How far the account's clock is ahead of the machine's, milliseconds."""
        return self._clock_offset

    def advance(self, seconds: float) -> int:
        """Move the clock on; returns the new time."""
        return self._move_clock(self._clock_offset + int(seconds * 1000))

    def set_clock(self, epoch_ms: int) -> int:
        """Set the clock to a moment; it goes on from there."""
        return self._move_clock(epoch_ms - int(time.time() * 1000))

    def _move_clock(self, offset_ms: int) -> int:
        self._clock_offset = offset_ms
        self._store.set("clock_offset_ms", offset_ms)
        return self.now_ms()

    # --- record types -------------------------------------------------------------------------

    @property
    def catalog(self) -> Catalog:
        """The record types of this account, with those that were deployed."""
        return self._installed.catalog

    def meta(self, record: str) -> dict[str, Any]:
        """What a script may know of a record type, a subrecord kind included."""
        page = self._pages.meta(record)
        if page is not None:
            return page
        found = self.catalog.record(record) or types.resolve(self._book, record)
        return {
            "type": found.id,
            "kind": found.kind,
            "fields": {
                field.id: "radio" if field.id in dynamic.RADIO else field.type
                for field in found.fields.values()
            },
            "sublists": {
                sublist.id: {
                    "fields": {field.id: field.type for field in sublist.fields.values()},
                    "subrecords": dict(sublist.subrecords),
                    # Scripts add a price level as a line, too: pricing keeps one line a level.
                    "static": sublist.fills_itself and not pricing.is_list(sublist.id),
                }
                for sublist in found.sublists.values()
            },
            "subrecords": dict(found.subrecords),
            "sources": dynamic.sources(found),
        }

    # --- records ------------------------------------------------------------------------------

    @property
    def beginnings(self) -> int:
        """Grows with every change of what new records begin with."""
        return self._store.beginnings

    def new(self, session: Session, record: str, defaults: Mapping[str, Any]) -> RecordData:
        """An unsaved record with the account's defaults."""
        kind = types.resolve(self._book, record)
        self._gate.require(session, kind, "CREATE")
        return drafts.new(self._book, session, kind, defaults, self.now_ms())

    def load(self, session: Session, record: str, id: int) -> RecordData:  # noqa: A002
        """A record; items with what is on hand."""
        kind = types.resolve(self._book, record, id)
        self._gate.require(session, kind, "VIEW")
        row = self._saving.stored(kind, id)
        self._gate.subsidiary(session, row.fields)
        return self._present(row)

    def _present(self, row: Row) -> RecordData:
        data = self._book.present(row)
        if row.space == "item":
            pricing.show(self._book, data)
        if row.type in stock.STOCKED:
            places.show(self._book, row.id, data)
        elif row.space == "entity":
            balances.show(self._book, data, self._book.today(SYSTEM, self.now_ms()))
            if roles := self.desk.contact_roles(row.type, row.id):
                data["sublists"] = {**data["sublists"], "contactroles": roles}
        elif row.type in applying.LISTS:
            applying.fill(self._book, self._book.type(row.type), data)
        custom.show(self._book, data)
        return data

    def copy(self, session: Session, record: str, id: int) -> RecordData:  # noqa: A002
        """An unsaved copy."""
        kind = types.resolve(self._book, record, id)
        self._gate.require(session, kind, "CREATE")
        now = self.now_ms()
        draft = drafts.copy(self._book, session, self._saving.stored(kind, id), now)
        return foreseen.totalled(self._book, session, draft, now)

    def transform(
        self,
        session: Session,
        source: str,
        id: int,  # noqa: A002
        record: str,
        defaults: Mapping[str, Any],
    ) -> RecordData:
        """An unsaved record made from another."""
        kind = types.resolve(self._book, record)
        self._gate.require(session, kind, "CREATE")
        row = self._saving.stored(types.resolve(self._book, source, id), id)
        now = self.now_ms()
        draft = drafts.transform(self._book, session, row, kind, defaults, now)
        return foreseen.totalled(self._book, session, draft, now)

    def save(
        self,
        session: Session,
        draft: RecordData,
        *,
        sourcing: bool,
        ignore_mandatory: bool = False,
    ) -> Saved:
        """Validate, source, number, total and commit, in one step."""
        kind = self._book.type(draft["type"])
        self._gate.require(session, kind, "CREATE" if draft.get("id") is None else "EDIT")
        self._gate.subsidiary(session, draft["fields"])
        self._gate.approval(session, kind, draft)
        held = self.interference.before(kind.id, draft)
        with self._store.step():
            saved = self._saving.save(
                session,
                draft,
                sourcing=sourcing,
                ignore_mandatory=ignore_mandatory,
                number=held.number if held else None,
                now_ms=held.now_ms if held else None,
            )
        self.interference.after(kind.id)
        return saved

    def reserve(self, record: str) -> int:
        """Hand out the next internal id of a record type, for a save that commits later."""
        return self._saving.next_id(self._book.space(self._book.type(record)))

    def submit_fields(
        self,
        session: Session,
        record: str,
        id: int,  # noqa: A002
        values: Mapping[str, Any],
        *,
        sourcing: bool = True,
    ) -> Saved:
        """
        Write body fields, last writer wins.

        With a field that is not inline-editable (its `nlapiSubmitField` is false) the whole record
        is saved, with what follows from the field. USER_ERROR for a subrecord.
        """
        kind = types.resolve(self._book, record, id)
        self._gate.require(session, kind, "EDIT")
        written = [kind.fields[name] for name in values if name in kind.fields]
        if nested := next((field.id for field in written if field.type == "summary"), None):
            raise user_error(f"The subrecord {nested} cannot be submitted.")
        whole = not all(field.inline for field in written)
        self.interference.before(kind.id, None)
        with self._store.step():
            draft = self._book.present(self._saving.stored(kind, id))
            draft["version"] = None
            draft["fields"] = {**draft["fields"], **values}
            draft["type"] = kind.id
            self._gate.approval(session, kind, draft)
            return self._saving.save(
                session,
                draft,
                sourcing=sourcing and whole,
                ignore_mandatory=True,
                changed=tuple(values),
            )

    def delete(self, session: Session, record: str, id: int) -> RecordData:  # noqa: A002
        """Delete a record; returns what was there."""
        kind = types.resolve(self._book, record, id)
        self._gate.require(session, kind, "FULL")
        self.interference.before(kind.id, None)
        with self._store.step():
            return self._saving.delete(session, kind, id)

    # --- texts --------------------------------------------------------------------------------

    def text(self, record: str, field: str, value: Any, sublist: str | None = None) -> str:
        """Display text of a select value, '' for an empty one."""
        return self._texts.text(record, field, value, sublist)

    def name(self, record: str, id: int) -> str:  # noqa: A002
        """What NetSuite shows for a record of a type or family."""
        row = self._book.row(record, id)
        return "" if row is None else self._book.name(row)

    def value_of(self, record: str, field: str, text: str, sublist: str | None = None) -> str:
        """Internal id of the select option with this display text; INVALID_KEY_OR_REF."""
        return self._texts.value_of(record, field, text, sublist)

    def detail(self, record: str, item: str) -> tuple[bool, bool]:
        """Whether a line may, and must, have an inventory detail for this item."""
        return stock.detail(record, self._book.reference("item", item))

    # --- what is deployed ---------------------------------------------------------------------

    def script(self, scriptid: str) -> Script | None:
        """A deployed script by id."""
        return self._installed.scripts.get(scriptid)

    def scripts(self, type: str | None = None) -> Sequence[Script]:  # noqa: A002
        """All deployed scripts, or those of a type."""
        return [s for s in self._installed.scripts.values() if type is None or s.type == type]

    def selected(self, reference: str) -> str | None:
        """The internal id of `customlist_x.val_y`; a number or an object's own id as it stands."""
        return self._book.entry(reference) if "." in reference else reference

    def assets(self, kind: str) -> Mapping[str, Asset]:
        """Deployed plug-ins, templates or translation collections, by script id."""
        return self._installed.assets(kind)

    def install(self, package: Package) -> None:
        """Put a checked SDF package into the account; records stay."""
        with self._store.step():
            for path, text in package.files:
                self.cabinet.write(path, text)
            kept = set(self._store.setting("deployed_files") or ())
            self._store.set("deployed_files", sorted(kept | {path for path, _ in package.files}))
            self.roles.replace_deployed(package.roles)
            self._installed.write(package, self.now_ms())
            self.csv_imports.keep(package.csv_imports)
            self._book.catalog = self._installed.catalog
        self.generation += 1

    # --- the whole account --------------------------------------------------------------------

    def database(self) -> AbstractContextManager[sqlite3.Connection]:
        """The SQLite connection, locked while held."""
        return self._store.locked()

    def seed(self, records: Iterable[Mapping[str, Any]]) -> list[int]:
        """
        Records as given, in order, all or none; no scripts run and no permission is asked.

        An entry of a list (location, shipitem, account, ...) whose name is there already is
        changed, everything else is new. A `savedsearch` has its definition as fields: {id (script
        id), type, title?, filters, columns, isPublic?}. Values may be `{"ref": type, "by": field,
        "value": text}`; an `id` asks for an internal id.
        """
        from emulator.account import seeding
        from emulator.account.seeding import SAVED_SEARCH, resolve

        ids = []
        with self._store.step():
            for given in records:
                if given.get("type") == SAVED_SEARCH:
                    ids += self.searches.seed(SYSTEM.user, [seeding.search(given)])
                    continue
                draft = resolve(self._book, given)
                number_ = draft.pop("number", None)
                saved = self._saving.save(
                    SYSTEM,
                    draft,
                    sourcing=False,
                    ignore_mandatory=False,
                    number=number_,
                    as_given=True,
                )
                ids.append(saved.id)
        return ids

    def find(
        self,
        record: str,
        *,
        id: int | None = None,  # noqa: A002
        externalid: str | None = None,
    ) -> list[RecordData]:
        """Records of a type, all or by internal or external id, without a permission check."""
        kind = self._book.type(record)
        if id is not None and abs(id) > LARGEST:
            return []
        sql = "SELECT id FROM record WHERE type = ?"
        values: list[Any] = [record]
        if id is not None:
            sql += " AND id = ?"
            values.append(id)
        if externalid is not None:
            sql += " AND externalid = ?"
            values.append(externalid)
        found = []
        for (number_,) in self._store.all(f"{sql} ORDER BY id", *values):
            row = self._store.get(self._book.space(kind), number_)
            if row is not None:
                data = self._present(row)
                data["externalid"] = row.externalid
                found.append(data)
        return found

    def dump(self) -> dict[str, Any]:
        """Everything, as JSON-able data: records by type, files, roles, scripts."""
        records: dict[str, list[RecordData]] = {}
        for (record,) in self._store.all("SELECT DISTINCT type FROM record ORDER BY type"):
            records[record] = self.find(record)
        return {
            "account": self.id,
            "now": self.now_ms(),
            "records": records,
            "files": [row[0] for row in self._store.all("SELECT path FROM file ORDER BY path")],
            "roles": self.roles.all(),
            "scripts": sorted(self._installed.scripts),
            "deleted": [
                {"type": type_, "id": id_, "externalid": key}
                for type_, id_, key in self._store.all("SELECT type, id, externalid FROM deleted")
            ],
        }

    def reset(self) -> None:
        """
        Back to the starter account with the project still deployed.

        Records, files that no project brought, and the clock go; scripts, roles with what was
        granted by hand, and secrets stay.
        """
        with self._store.step():
            brought = set(self._store.setting("deployed_files") or ())
            files = self._store.all("SELECT path, text FROM file ORDER BY id")
            roles = self._store.all(
                "SELECT scriptid, id, source, data FROM role WHERE source = 'sdf'"
            )
            self._store.empty(_TABLES)
            self._move_clock(0)
            self.roles.forget()
            self._begin()
            for role in roles:
                self._store.run("INSERT INTO role VALUES (?, ?, ?, ?)", *role)
                self._store.at_least("role", role[1])
            for path, text in files:
                if path in brought:
                    self.cabinet.write(path, text)
            self._installed.fill_lists(self.now_ms())
        self.generation += 1
