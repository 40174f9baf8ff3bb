"""
The control API: what an administrator, a person at a screen or a test does with the account.

JSON over `/emulator/...`, answered to callers on this machine only. Wrong calls are 400
`{"error": {code, message}}`, a project that does not deploy 400 `{"findings": [...]}`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import anyio
import anyio.to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.account.store import LARGEST
from emulator.door.credentials import Credentials
from emulator.door.csv_bodies import SavedCsvImport
from emulator.door.faults import Fault, Faults
from emulator.door.scenario import play, read_scenario
from emulator.errors import DeployError, EmulatorError, NetSuiteError, UsageError


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class As(_Body):
    """Who does a person's work; the default is an administrator in the user interface."""

    user: int | None = None
    role: str = "ADMINISTRATOR"
    context: str = "USERINTERFACE"


class SeedRecord(_Body):
    """A record as it shall lie in the account."""

    type: str
    id: int | None = Field(default=None, ge=-LARGEST, le=LARGEST)
    externalid: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    sublists: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    subrecords: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Source(_Body):
    """The record that a transform starts from."""

    type: str
    id: int


class Work(_Body):
    """
    One piece of a person's work.

    `save` to `delete` change a record; the others open its page, with `parameters` as the page's
    URL has them.
    """

    action: Literal[
        "save", "transform", "submit_fields", "delete",
        "create", "edit", "view", "copy", "print", "email", "quickview",
    ]  # fmt: skip
    as_: As = Field(default_factory=As, alias="as")
    type: str
    id: int | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    sublists: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    subrecords: dict[str, dict[str, Any]] = Field(default_factory=dict)
    from_: Source | None = Field(default=None, alias="from")
    event: str | None = None
    parameters: dict[str, str] = Field(default_factory=dict)


class _Deploy(_Body):
    path: str


class _Seed(_Body):
    records: list[SeedRecord]


class Run(_Body):
    """
    A scheduled or map/reduce script to run.

    `wait` until it, and what it started, has ended; without a script until what runs has ended.
    """

    script: str | None = None
    deploy: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    options: dict[str, Any] = Field(
        default_factory=dict
    )  # of types that are no tasks: {type, ids}, {type, id}, ...
    wait: bool = True
    as_: As | None = Field(default=None, alias="as")


class Interrupt(_Body):
    """
    A restart of the application server in the middle of tasks: the next `count` invocations are interrupted.

    `script` and `stage` (getInputData, map, reduce, summarize, execute) say whose.
    """

    script: str | None = None
    stage: Literal["getInputData", "map", "reduce", "summarize", "execute"] | None = None
    count: int = Field(default=1, ge=1)


class _Clock(_Body):
    advance: float | None = None
    set: str | None = None


class _Role(_Body):
    role: str
    add: dict[str, Literal["VIEW", "CREATE", "EDIT", "FULL"]] = Field(default_factory=dict)
    remove: list[str] = Field(default_factory=list)


class User(_Body):
    """
    A user's preferences.

    An IANA zone, formats such as DD.MM.YYYY, H:mm and 1.000.000,00, and how negative numbers are
    written: -100 or (100).
    """

    user: int
    time_zone: str | None = None
    date_format: str | None = None
    time_format: Literal["h:mm a", "H:mm", "h-mm a", "H-mm"] | None = None
    number_format: (
        Literal["1,000,000.00", "1.000.000,00", "1 000 000,00", "1'000'000.00", "1'000'000,00"]
        | None
    ) = None
    negative_format: Literal["-100", "(100)"] | None = None


class SavedSearch(_Body):
    """A saved search by its script id, as N/search writes one."""

    id: str
    type: str
    title: str | None = None
    filters: list[Any] = Field(default_factory=list)
    columns: list[str | dict[str, Any]] = Field(default_factory=list)
    is_public: bool = Field(default=True, alias="isPublic")


class _Searches(_Body):
    searches: list[SavedSearch]


class _CsvImports(_Body):
    imports: list[SavedCsvImport]


class Preference(_Body):
    """The value of a script parameter that is a preference: of a user, or without one of the company."""

    parameter: str
    value: Any = None
    user: int | None = None


class _Limit(_Body):
    limit: int | None = Field(default=None, ge=1)
    integration: str | None = None


class _Clone(_Body):
    account: str


class _Revoke(_Body):
    """A token or certificate by its id, or every access token that was issued."""

    id: str | None = None
    access_tokens: bool = False


class _ScenarioFile(_Body):
    path: str


class Accounts(Protocol):
    """The accounts that are served."""

    def clone(self, of: str, account: str) -> dict[str, str]:
        """Copy an account to another id; what a ready file says of the copy."""

    def listed(self) -> list[dict[str, Any]]:
        """Every account with its host names."""


@dataclass(frozen=True, slots=True)
class Handles:
    """What of the door itself the control API holds."""

    account: str
    faults: Faults
    credentials: Credentials
    accounts: Accounts


class Console(Protocol):
    """What the control API needs of the account and its engine. Every method may block."""

    def deploy(self, path: str) -> dict[str, Any]:
        """Deploy an SDF project folder. DeployError carries the findings."""

    def examine(self, path: str) -> dict[str, Any]:
        """Check an SDF project folder: {objects, files, no_effect}. DeployError as for deploy."""

    def reset(self) -> None:
        """Back to the starter account with the project deployed."""

    def seed(self, records: list[SeedRecord]) -> list[int]:
        """Put records into the account without running scripts; returns their ids."""

    def searches(self, searches: list[SavedSearch]) -> list[int]:
        """Put saved searches into the account; their internal ids."""

    def csv_imports(self, imports: list[SavedCsvImport]) -> list[int]:
        """Put saved CSV imports into the account; their internal ids."""

    def csv_jobs(self) -> list[Mapping[str, Any]]:
        """CSV imports that were submitted, with their results.csv."""

    def dump(self) -> dict[str, Any]:
        """Everything in the account."""

    def records(self, type: str, id: int | None, externalid: str | None) -> list[dict[str, Any]]:  # noqa: A002
        """Records of a type: all, one by id or one by external id."""

    def work(self, work: Work) -> int:
        """A person's work, with user events."""

    def page(self, work: Work) -> dict[str, Any]:
        """A record's page after its beforeLoad scripts."""

    def run(self, run: Run) -> dict[str, Any]:
        """Run a scheduled or map/reduce script, or one that somebody starts at once."""

    def interrupt(self, interrupt: Interrupt) -> None:
        """Interrupt the next invocations of tasks."""

    def clock(self, advance: float | None, set_to: str | None) -> str:
        """Move the account's clock and start what became due; the new time, ISO."""

    def hosts(self, hosts: Mapping[str, str]) -> dict[str, str]:
        """Add to where N/https finds hosts; all of it."""

    def email(self) -> list[Mapping[str, Any]]:
        """E-mail that scripts sent."""

    def usage(self) -> list[Mapping[str, Any]]:
        """Executions with units and calls."""

    def log(self) -> list[Mapping[str, Any]]:
        """Script log."""

    def roles(self, role: str, add: Mapping[str, str], remove: list[str]) -> None:
        """Change a role's permissions by hand."""

    def secrets(self, secrets: Mapping[str, str]) -> None:
        """Set API secrets by script id."""

    def users(self, user: User) -> None:
        """Change a user's preferences."""

    def concurrency(
        self, limit: int | None = None, integration: str | None = None
    ) -> dict[str, Any]:
        """The concurrency limit, or an integration's part of it, changed; and what it has seen."""

    def about(self) -> dict[str, Any]:
        """The account, the profile of its assumptions and what of the project has no effect."""

    def set_preference(self, preference: Preference) -> None:
        """Set the value of a script parameter that is a preference."""


PAGES = frozenset({"create", "edit", "view", "copy", "print", "email", "quickview"})
_Handler = Callable[[Request], Any]
_Model = TypeVar("_Model", bound=BaseModel)


class Control:
    """The routes of the control API over a console."""

    def __init__(self, console: Console, handles: Handles) -> None:
        self._console = console
        self._door = handles
        self._faults = handles.faults
        self._threads = anyio.CapacityLimiter(16)

    def routes(self) -> list[Route]:
        """Starlette routes under /emulator."""
        table: tuple[tuple[str, str, _Handler], ...] = (
            ("POST", "deploy", self._deploy),
            ("POST", "reset", self._reset),
            ("POST", "seed", self._seed),
            ("POST", "searches", self._searches),
            ("POST", "csvimports", self._csv_imports),
            ("GET", "csvimports", lambda _: {"jobs": list(self._console.csv_jobs())}),
            ("GET", "dump", lambda _: self._console.dump()),
            ("GET", "records", self._records),
            ("POST", "records", self._work),
            ("POST", "run", self._run),
            ("POST", "interrupt", lambda r: self._console.interrupt(_read(Interrupt, r))),
            ("POST", "clock", self._clock),
            ("POST", "hosts", self._hosts),
            ("POST", "faults", self._set_fault),
            ("GET", "faults", lambda _: {"rules": self._faults.rules()}),
            ("DELETE", "faults", self._clear_faults),
            ("GET", "faults/history", lambda _: {"history": self._faults.history()}),
            ("POST", "scenario", self._scenario),
            ("POST", "clone", self._clone),
            ("GET", "accounts", lambda _: {"accounts": self._door.accounts.listed()}),
            ("POST", "revoke", self._revoke),
            ("GET", "usage", lambda _: {"executions": list(self._console.usage())}),
            ("GET", "email", lambda _: {"messages": list(self._console.email())}),
            ("GET", "log", lambda _: {"rows": list(self._console.log())}),
            ("POST", "roles", self._roles),
            ("POST", "secrets", self._secrets),
            ("POST", "users", lambda request: self._console.users(_read(User, request))),
            (
                "POST",
                "preferences",
                lambda r: self._console.set_preference(_read(Preference, r)),
            ),
            ("GET", "concurrency", lambda _: self._console.concurrency()),
            ("POST", "concurrency", self._limit),
        )
        return [
            Route(path, self._guarded(lambda _: self._console.about()), methods=["GET"])
            for path in ("/emulator", "/emulator/")
        ] + [
            Route(f"/emulator/{name}", self._guarded(handler), methods=[method])
            for method, name, handler in table
        ]

    def _guarded(self, handler: _Handler) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            if not _is_loopback(request):
                return _error(403, "FORBIDDEN", "The control API answers this machine only.")
            # Starlette reads the body in the loop; handlers run in a thread and find it read.
            await request.body()
            try:
                result = await anyio.to_thread.run_sync(handler, request, limiter=self._threads)
            except DeployError as error:
                return JSONResponse({"findings": error.findings}, 400)
            except ValidationError as error:
                return _error(400, "INVALID_REQUEST", _words(error))
            except NetSuiteError as error:
                return _error(400, error.code, error.message)
            except UsageError as error:
                return _error(400, "INVALID_REQUEST", str(error))
            except EmulatorError as error:
                return _error(500, type(error).__name__, str(error))
            return JSONResponse({} if result is None else result)

        return answer

    # --- calls ---------------------------------------------------------------------------------

    def _deploy(self, request: Request) -> Any:
        return self._console.deploy(_read(_Deploy, request).path)

    def _reset(self, _request: Request) -> Any:
        self._faults.clear()
        return self._console.reset()

    def _seed(self, request: Request) -> Any:
        return {"ids": self._console.seed(_read(_Seed, request).records)}

    def _csv_imports(self, request: Request) -> Any:
        return {"ids": self._console.csv_imports(_read(_CsvImports, request).imports)}

    def _searches(self, request: Request) -> Any:
        return {"ids": self._console.searches(_read(_Searches, request).searches)}

    def _records(self, request: Request) -> Any:
        query = request.query_params
        if "type" not in query:
            raise UsageError("records needs ?type=")
        id_text = query.get("id")
        if id_text is not None and not id_text.isdecimal():
            raise UsageError(f"id is a number, not '{id_text}'")
        number = None if id_text is None else int(id_text)
        return {"records": self._console.records(query["type"], number, query.get("externalid"))}

    def _work(self, request: Request) -> Any:
        work = _read(Work, request)
        if work.action in PAGES:
            return self._console.page(work)
        return {"id": self._console.work(work)}

    def _run(self, request: Request) -> Any:
        return self._console.run(_read(Run, request))

    def _clock(self, request: Request) -> Any:
        clock = _read(_Clock, request)
        if (clock.advance is None) == (clock.set is None):
            raise UsageError("clock needs one of advance (seconds) and set (ISO time)")
        return {"now": self._console.clock(clock.advance, clock.set)}

    def _hosts(self, request: Request) -> Any:
        return self._console.hosts(_texts(request))

    def _set_fault(self, request: Request) -> Any:
        return {"rule": self._faults.set(_read(Fault, request))}

    def _clear_faults(self, _request: Request) -> Any:
        self._faults.clear()

    def _limit(self, request: Request) -> Any:
        given = _read(_Limit, request)
        if given.integration is None and given.limit is None:
            raise UsageError("concurrency needs a limit, or an integration")
        return self._console.concurrency(given.limit, given.integration)

    def _scenario(self, request: Request) -> Any:
        scenario = read_scenario(Path(_read(_ScenarioFile, request).path))
        return {"rules": play(scenario, self._console, self._faults)}

    def _clone(self, request: Request) -> Any:
        return self._door.accounts.clone(self._door.account, _read(_Clone, request).account)

    def _revoke(self, request: Request) -> Any:
        given = _read(_Revoke, request)
        if given.access_tokens:
            self._door.credentials.expire()
        if given.id is not None and not self._door.credentials.revoke(given.id):
            raise UsageError(f"There is no token or certificate {given.id}")
        if given.id is None and not given.access_tokens:
            raise UsageError("revoke needs an id, or access_tokens: true")

    def _roles(self, request: Request) -> Any:
        role = _read(_Role, request)
        self._console.roles(role.role, role.add, role.remove)

    def _secrets(self, request: Request) -> Any:
        self._console.secrets(_texts(request))


def _read(model: type[_Model], request: Request) -> _Model:
    return model.model_validate_json(_body(request))


def _body(request: Request) -> bytes:
    body: bytes = request._body  # noqa: SLF001 (read before the thread was entered)
    return body


def _texts(request: Request) -> dict[str, str]:
    class Texts(BaseModel):
        texts: dict[str, str]

    return Texts.model_validate_json(b'{"texts": ' + (_body(request) or b"{}") + b"}").texts


def _is_loopback(request: Request) -> bool:
    client = request.client
    # A Unix socket has no client address; only this machine reaches it.
    return client is None or ipaddress.ip_address(client.host).is_loopback


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)


def _words(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
        for found in error.errors()
    )
