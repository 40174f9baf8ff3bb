"""The desks of an account, each for one matter: files, saved searches, records beside their saving, mail, configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from emulator.ports import RecordData, Session


class FileCabinet(Protocol):
    """Files and folders of the account. Paths start with a slash."""

    def folder(self, path: str, *, create: bool = False) -> int:
        """Internal id of a folder. Raises NetSuiteError when it is missing."""

    def load(self, session: Session, ref: str | int) -> dict[str, Any]:
        """
        {id, name, folder, path, type, encoding, text, ...} by path or id; RCRD_DSNT_EXIST otherwise.

        `text` is base 64 where the type is a binary one.
        """

    def save(self, session: Session, name: str, folder: int, text: str, **attributes: Any) -> int:
        """Create or replace a file; returns its id."""

    def delete(self, session: Session, id: int) -> None:  # noqa: A002
        """Delete a file."""

    def move(self, session: Session, id: int, folder: int, name: str) -> None:  # noqa: A002
        """Give a file another folder or name."""

    def copy(self, session: Session, id: int, folder: int, conflict: str) -> int:  # noqa: A002
        """Copy a file into a folder; `conflict` is a file.NameConflictResolution."""

    def served(self, id: int, hash: str) -> tuple[bytes, str] | None:  # noqa: A002
        """Contents and media type of a file that is available without login."""

    def source(self, path: str) -> str:
        """Script source by path, without a permission check (for the script engine)."""


class SavedSearches(Protocol):
    """Definitions of saved searches, as N/search writes them."""

    def save(self, owner: int, given: Mapping[str, Any]) -> dict[str, Any]:
        """Make or change one: {searchId, id}. NAME_ALREADY_IN_USE, SSS_DUPLICATE_SEARCH_SCRIPT_ID."""

    def seed(self, owner: int, searches: Iterable[Mapping[str, Any]]) -> list[int]:
        """Put some in place by script id, all or none; their internal ids."""

    def load(self, session: Session, ref: str) -> dict[str, Any]:
        """One by internal id or script id. INVALID_SEARCH."""

    def delete(self, session: Session, ref: str) -> None:
        """Delete one. INVALID_SEARCH."""


class RecordDesk(Protocol):
    """What scripts ask of records beside loading and saving them."""

    def follow(
        self,
        session: Session,
        draft: RecordData,
        *,
        field: str | None = None,
        sublist: str | None = None,
        line: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What follows from a change in dynamic mode: {fields, subrecords, sublists, line}, None where it is empty now."""

    def listed(self, draft: RecordData, old: RecordData | None) -> RecordData:
        """A draft with all its lists, where a script has given back only those it looked at."""

    def foresee(self, session: Session, draft: RecordData, *, sourcing: bool) -> RecordData:
        """The draft with the amounts and totals that a save is going to compute."""

    def describe(self, record: str, field: str, sublist: str | None) -> dict[str, Any]:
        """{label, mandatory, readOnly} of a field; the label is None where it is not known."""

    def options(self, record: str, field: str, sublist: str | None) -> list[dict[str, str]]:
        """The options of a select, {value, text}; at most 1,001."""

    def find(self, record: str, by: str, key: str) -> int | None:
        """The record of a type or family with this in `externalid`, `scriptid` or a body field; None where there is none."""

    def names(self, record: str) -> dict[str, int]:
        """The internal ids of all records of a type or family by what a select shows of them, in lower case."""

    def state(self, country: str | None, text: str) -> str:
        """The code of a state by its name in a country; the text itself where there is no list."""

    def attach(
        self,
        session: Session,
        one: tuple[str, int],
        to: tuple[str, int],
        attributes: Mapping[str, Any],
    ) -> None:
        """Attach a record (or `file`) to a record. RCRD_DSNT_EXIST."""

    def detach(self, session: Session, one: tuple[str, int], away: tuple[str, int]) -> None:
        """Detach it."""

    def attached(self, record: str, id: int) -> list[tuple[str, int, str | None]]:  # noqa: A002
        """What is attached to a record: type, id, and a contact's role."""

    def attached_to(self, record: str, id: int) -> list[tuple[str, int, str | None]]:  # noqa: A002
        """What a record is attached to: type, id, and a contact's role there."""

    def contact_roles(self, record: str, id: int) -> list[dict[str, Any]]:  # noqa: A002
        """The lines of an entity's `contactroles`."""

    def countries(self, record: str, id: int) -> list[str]:  # noqa: A002
        """The countries of a record's subsidiaries. RCRD_DSNT_EXIST."""

    def void(self, session: Session, record: str, id: int) -> int:  # noqa: A002
        """Void a transaction; returns its id. INVALID_RCRD_TYPE."""

    def exchange_rate(self, source: str, target: str, day: str) -> float:
        """The rate between two currencies on a day. SSS_INVALID_CURRENCY_ID."""


class Outbox(Protocol):
    """E-mail that scripts sent."""

    def entity(self, id: int) -> dict[str, Any] | None:  # noqa: A002
        """{type, name, email} of an entity by internal id; None where there is none."""

    def keep(self, message: dict[str, Any]) -> int:
        """Keep a message that was sent; returns its number."""

    def messages(self) -> list[dict[str, Any]]:
        """All messages, oldest first."""


class ConfigurationPages(Protocol):
    """The account's setup pages (N/config), by config.Type."""

    def load(self, session: Session, page: str) -> RecordData:
        """A page as a record; SSS_INVALID_TYPE_ARG for what is no page."""

    def save(self, session: Session, page: str, values: Mapping[str, Any]) -> None:
        """Keep a page's values; INSUFFICIENT_PERMISSION."""

    def preference(self, session: Session, name: str) -> Any:
        """A preference by its id, None where no page has it."""
