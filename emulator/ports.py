"""
The seams inside the emulator: what the account, the query engine and the script engine offer each other.

    door ──► Engine ──► Account
              │  ▲          ▲
              ▼  │          │
           Node worker ──► Query

Records cross these seams as plain JSON-able dicts (`RecordData`), because they also cross the pipe
to the Node workers; canonical values:

    text, email, ...    str               select         str (internal id)
    integer             int               multiselect    list[str]
    decimal, currency   int or float      boolean        bool
    date                'YYYY-MM-DD'      datetime       int, epoch milliseconds UTC
    empty               absent (never None or '')

RecordData:
    {"type": "salesorder", "id": 12 | None, "version": 3 | None,
     "fields": {id: value},
     "sublists": {"item": [{"line": 1 | None, "fields": {...}, "subrecords": {"inventorydetail": {...}}}]},
     "subrecords": {"shippingaddress": {"fields": {...}, "sublists": {...}}}}
`line` is the stable line number; a line without one is new. `version` is the optimistic lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from emulator.desks import ConfigurationPages, FileCabinet, Outbox, RecordDesk, SavedSearches

if TYPE_CHECKING:
    from emulator.account.csv_imports import CsvImports
    from emulator.suiteql.translate import Translation
    from generator.catalog.model import Catalog

RecordData = dict[str, Any]


# Scripts see dates without a time as Date objects at midnight in the server's zone.
SERVER_ZONE = "America/Los_Angeles"


@dataclass(frozen=True, slots=True)
class Session:
    """
    Who is running: user, role and execution context.

    `role` is a script id (`customrole_acme_integration`), `ADMINISTRATOR`, or a standard role's id.
    `context` is what `runtime.executionContext` returns (RESTLET, USERINTERFACE, MAPREDUCE, ...).
    """

    user: int
    role: str
    context: str
    time_zone: str = "America/Los_Angeles"
    date_format: str = "M/D/YYYY"
    time_format: str = "h:mm a"
    number_format: str = "1,000,000.00"
    negative_format: str = "-100"


@dataclass(frozen=True, slots=True)
class Saved:
    """
    A save that was committed: the record before (None on create) and after.

    `show` makes what `new` is: seldom asked for, and to be asked for before the next save.
    """

    id: int
    type: str
    created: bool
    old: RecordData | None
    show: Callable[[], RecordData]
    changed_fields: tuple[str, ...] = ()  # submitFields: what xedit shows in newRecord

    @property
    def new(self) -> RecordData:
        """The record after the save."""
        return self.show()


@dataclass(frozen=True, slots=True)
class Deployment:
    """A script deployment, as deployed from SDF."""

    scriptid: str
    record: str | None  # user events: record type id, or None for all records
    status: str
    deployed: bool
    all_roles: bool
    roles: tuple[str, ...]
    run_as: str | None
    contexts: tuple[str, ...]  # user events; empty means all
    events: tuple[str, ...]
    log_level: str
    concurrency: int
    recurrence: Mapping[str, str] | None
    params: Mapping[str, Any] = field(default_factory=dict)
    # The rest of the audience: all employees, or employees, departments, subsidiaries and groups by
    # internal id.
    all_employees: bool = False
    employees: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    subsidiaries: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    online: bool = False  # Suitelets: available without login
    yield_minutes: int = 60  # map/reduce
    buffer_size: int = 1  # map/reduce
    title: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A script record: its type as the header spells it, its file and its deployments."""

    scriptid: str
    type: str  # Restlet, UserEventScript, MapReduceScript, ScheduledScript, ...
    file: str  # path in the File Cabinet: /SuiteScripts/...
    params: Mapping[str, Mapping[str, Any]]  # id -> {type, default}
    deployments: tuple[Deployment, ...]
    name: str = ""


class Account(Protocol):
    """State and rules of the account. Every method is one atomic step; NetSuiteError is raised as the account would."""

    id: str
    files: FileCabinet
    searches: SavedSearches

    csv_imports: CsvImports
    desk: RecordDesk
    outbox: Outbox
    configuration: ConfigurationPages
    # Tasks of scripts as searches see them; the task queue puts itself here.
    queued: Callable[[], Iterable[Mapping[str, Any]]]
    generation: int  # grows with every deploy and reset: scripts and record types may have changed

    @property
    def beginnings(self) -> int:
        """Grows with every change of what new records begin with: features, and what stands in lists."""

    def now_ms(self) -> int:
        """The account's clock, epoch milliseconds."""

    @property
    def clock_offset_ms(self) -> int:
        """How far the account's clock is ahead of the machine's, milliseconds."""

    def switches(self) -> dict[str, Any]:
        """What is only assumed of NetSuite, and the account's preferences, by name (JSON)."""

    @property
    def catalog(self) -> Catalog:
        """The record types of this account, with those that were deployed."""

    def meta(self, record: str) -> dict[str, Any]:
        """
        What a record type looks like, in ids and field types.

        {type, kind, fields: {id: type}, subrecords: {field: kind}, sources,
        sublists: {id: {fields: {id: type}, subrecords: {}, static}}}. `sources`: the fields that
        others follow in dynamic mode, by sublist ('' for the body), null where there are none.
        `static`: the account makes the lines of the sublist.
        """

    def new(self, session: Session, record: str, defaults: Mapping[str, Any]) -> RecordData:
        """An unsaved record with the account's defaults."""

    def load(self, session: Session, record: str, id: int) -> RecordData:  # noqa: A002
        """A record. RCRD_DSNT_EXIST, INSUFFICIENT_PERMISSION."""

    def copy(self, session: Session, record: str, id: int) -> RecordData:  # noqa: A002
        """An unsaved copy."""

    def transform(
        self,
        session: Session,
        source: str,
        id: int,  # noqa: A002
        record: str,
        defaults: Mapping[str, Any],
    ) -> RecordData:
        """An unsaved record made from another."""

    def save(
        self, session: Session, draft: RecordData, *, sourcing: bool, ignore_mandatory: bool
    ) -> Saved:
        """Validate, source, number, total and commit. RCRD_HAS_BEEN_CHANGED when the version is old."""

    def submit_fields(
        self,
        session: Session,
        record: str,
        id: int,  # noqa: A002
        values: Mapping[str, Any],
        *,
        sourcing: bool,
    ) -> Saved:
        """Write body fields without the changed-since-load check."""

    def delete(self, session: Session, record: str, id: int) -> RecordData:  # noqa: A002
        """Delete; returns what was there."""

    def text(self, record: str, field: str, value: Any, sublist: str | None = None) -> str:
        """Display text of a select value."""

    def name(self, record: str, id: int) -> str:  # noqa: A002
        """What NetSuite shows for a record of a type or family; '' where there is none."""

    def value_of(self, record: str, field: str, text: str, sublist: str | None = None) -> str:
        """Internal id of the select option with this display text (setText); INVALID_KEY_OR_REF where there is none."""

    def detail(self, record: str, item: str) -> tuple[bool, bool]:
        """Whether a line of a transaction type may, and must, have an inventory detail for this item."""

    def feature(self, name: str) -> bool:
        """Whether a feature (SUBSIDIARIES, MULTICURRENCY, ...) is in effect."""

    def record_number(self, record: str) -> int:
        """The number of a custom record type: its place among them by script id."""

    def external_role(self, role: str) -> bool:
        """Whether a role is one of customers, vendors or partners."""

    def person(self, session: Session) -> dict[str, Any]:
        """The user of a session: name, email, department, location, subsidiary, role center."""

    def allows(self, session: Session, permission: str, level: str) -> bool:
        """Whether the session's role has the permission at the level (VIEW, CREATE, EDIT, FULL)."""

    def script(self, scriptid: str) -> Script | None:
        """A deployed script by id."""

    def scripts(self, type: str | None = None) -> Sequence[Script]:  # noqa: A002
        """All scripts, or those of a type."""

    def script_preference(self, parameter: str, user: int | None) -> Any:
        """The value of a script parameter that is a preference: a user's, or the company's; None where none is set."""

    def selected(self, reference: str) -> str | None:
        """The internal id of `customlist_x.val_y`; a number or an object's own id as it stands; None where it is not there."""

    def assets(self, kind: str) -> Mapping[str, Any]:
        """
        Deployed objects that scripts use, by script id: {kind, scriptid, facts, content}.

        Kinds: plugintype, pluginimplementation, translationcollection, emailtemplate,
            advancedpdftemplate.
        """

    def secret(self, scriptid: str) -> str:
        """The text of an API secret; NetSuiteError where there is none."""

    def database(self) -> AbstractContextManager[sqlite3.Connection]:
        """The account's SQLite connection, locked while held (for SuiteQL)."""


class Query(Protocol):
    """SuiteQL."""

    def run(
        self, session: Session, sql: str, params: Sequence[Any] = (), *, limit: int = 5000
    ) -> tuple[list[str], list[list[Any]]]:
        """
        Lower-case column names and rows; ids are ints, booleans 'T'/'F', dates text in the user's format.

        A record type that the role may not view yields no rows, never an error.
        """

    def typed(
        self, session: Session, sql: str, params: Sequence[Any] = (), *, limit: int = 5000
    ) -> tuple[list[str], list[list[Any]], tuple[str, ...]]:
        """What `run` answers, and what each column holds: query.ReturnType, ANY where only the rows can tell."""

    def execute(
        self, session: Session, translation: Translation, params: Sequence[Any], *, limit: int
    ) -> list[tuple[Any, ...]]:
        """Run a translated statement: rows as SQLite gives them, dates marked (for searches)."""

    def check(self, session: Session, type: str) -> None:  # noqa: A002
        """Raise INVALID_RCRD_TYPE for a query type that the account has not."""

    def build(self, session: Session, definition: Mapping[str, Any]) -> Any:
        """N/query's objects as SuiteQL: {sql, params, types} (emulator.suiteql.objects.Built)."""


@dataclass(frozen=True, slots=True)
class RestletReply:
    """What a RESTlet call answers at the door."""

    status: int
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class PageReply:
    """What a Suitelet answers at the door. `page` is the page object that it wrote, as JSON."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    page: Mapping[str, Any] | None = None


class Engine(Protocol):
    """Runs scripts."""

    def suitelet(
        self,
        session: Session | None,
        script: str,
        deploy: str,
        request: Mapping[str, Any],
        key: str | None = None,
    ) -> PageReply:
        """
        Run a Suitelet: as `session`, or without a login by the key of its external URL.

        `request` is {method, url, parameters, headers, body, clientIpAddress, files: {name: {name,
        fileType, contents}}}.
        """

    def open_form(
        self, session: Session, event: str, draft: RecordData, parameters: Mapping[str, str]
    ) -> dict[str, Any]:
        """The page of a record after its beforeLoad scripts: {event, record, form, redirect?}."""

    def act(self, session: Session, script: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """
        Run a script of a type that a person or a workflow starts, and tell what came of it.

        `options` by type: mass updates {deploy?, type, ids, params?}; workflow actions {deploy?,
        type, id, event?, workflow?, form?, params?}; portlets {deploy?, column?, entity?, params?};
        installation scripts {point?, versions}.
        """

    def restlet(
        self,
        session: Session,
        script: str,
        deploy: str,
        method: str,
        params: Mapping[str, str],
        body: bytes,
        content_type: str | None,
    ) -> RestletReply:
        """Run a RESTlet to its end."""

    def save(
        self,
        session: Session,
        draft: RecordData,
        *,
        sourcing: bool = False,
        ignore_mandatory: bool = False,
        event: str | None = None,
    ) -> int:
        """Save with user events (control API: a person in the user interface)."""

    def submit_fields(
        self,
        session: Session,
        record: str,
        id: int,  # noqa: A002
        values: Mapping[str, Any],
    ) -> int:
        """Write fields inline (submitFields) with user events (xedit)."""

    def delete(self, session: Session, record: str, id: int) -> None:  # noqa: A002
        """Delete with user events."""

    def submit_task(
        self, session: Session, script: str, deploy: str | None, params: Mapping[str, Any]
    ) -> str:
        """Queue a map/reduce or scheduled script; returns the task id."""

    def task_status(self, task: str) -> dict[str, Any]:
        """{status: PENDING|PROCESSING|COMPLETE|FAILED, stage}."""

    def interrupt(
        self, script: str | None = None, stage: str | None = None, count: int = 1
    ) -> None:
        """Interrupt the next invocations of tasks as by a restart of the application server."""

    def tick(self) -> None:
        """Start what is due by schedule on the account's clock."""

    def idle(self, timeout: float) -> bool:
        """Wait until no task is queued or running."""

    def usage(self) -> Sequence[Mapping[str, Any]]:
        """One row per execution: {script, deploy, type, units, calls: {member: n}, ms, error?}, newest last."""

    def log(self) -> Sequence[Mapping[str, Any]]:
        """Script log rows {script, level, title, details, time}."""

    def close(self) -> None:
        """Stop the workers."""
