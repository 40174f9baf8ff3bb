"""
A local NetSuite account at work: account, SuiteQL and script engine together.

What an administrator, or a person at a screen, does with it is here too: the door's `Console`.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulator import forms
from emulator.account.account import SYSTEM, LocalAccount
from emulator.account.csv_imports import csv_import
from emulator.account.preferences import Preferences
from emulator.account.starter import ADMIN_USER, CLERK_USER
from emulator.deploy import read_package
from emulator.door.concurrency import Concurrency
from emulator.door.control import (
    As,
    Interrupt,
    Preference,
    Run,
    SavedSearch,
    SeedRecord,
    User,
    Work,
)
from emulator.door.credentials import Holder
from emulator.door.csv_bodies import SavedCsvImport
from emulator.errors import EmulatorError, NetSuiteError, UsageError
from emulator.ports import Session
from emulator.project import SdfProject, fingerprint
from emulator.scripts.engine import ScriptEngine
from emulator.scripts.tasks import KINDS
from emulator.suiteql.query import Suiteql
from emulator.tracing import Lens, Trace

_log = logging.getLogger(__name__)
# How long `run` and the clock wait for scripts to end.
_IDLE_SECONDS = 600.0
_TICK_SECONDS = 5.0
_FAMILIES = ("transaction", "entity", "item")


class LocalNetSuite:
    """
    One account with its engine, a project deployed into it.

    Args:
        project: what is deployed.
        state_dir: where the account is kept; None for memory.
        workers: Node processes.
        hosts: where N/https finds hosts.
        limit: the account's concurrency limit, shown by the control API.
        preferences: the account's preferences and what is only assumed of NetSuite.
        smtp: HOST:PORT of a mail server for N/email.
        ca_file: PEM file of certificate authorities that N/https trusts beside the system's.
        lens: what looks at the modules of scripts; None for nobody.
        source: the account that this one is a copy of.
    """

    def __init__(
        self,
        project: SdfProject,
        *,
        state_dir: Path | None = None,
        workers: int = 2,
        hosts: Mapping[str, str] | None = None,
        limit: Concurrency,
        preferences: Preferences | None = None,
        smtp: str | None = None,
        ca_file: Path | None = None,
        trace: Trace | None = None,
        lens: Lens | None = None,
        source: LocalNetSuite | None = None,
    ) -> None:
        self._project = project
        self.limit = limit
        if state_dir is not None:
            state_dir.mkdir(parents=True, exist_ok=True)
        self.account: LocalAccount = LocalAccount(
            project.account,
            state_dir and state_dir / "account.db",
            preferences=preferences,
            source=source.account if source else None,
        )
        self.query = Suiteql(self.account, lambda: self.account.catalog)
        routes = {**(self.account.kept("hosts") or {}), **(hosts or {})}
        routes |= source.engine.routes() if source else {}
        self.engine: ScriptEngine = ScriptEngine(
            self.account,
            self.query,
            workers=workers,
            hosts=routes,
            smtp=smtp,
            authorities=str(ca_file) if ca_file else None,
            trace=trace,
            lens=lens,
            backlog=self.account.backlog,
        )
        kept = self.account.kept("users") or []
        self._users = {user["user"]: User(**user) for user in kept}
        self._closing = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="schedules", daemon=True)

    def start(self, secrets: Mapping[str, str], grants: Mapping[str, str]) -> None:
        """
        Deploy the project and do what SETUP.md asks of an administrator. DeployError.

        A kept account that was started with the same project is not deployed to again.
        """
        digest = fingerprint(self._project.folder)
        if self.account.kept("started_with") != digest:
            self.deploy(str(self._project.folder))
            self.account.keep("started_with", digest)
        self.secrets(secrets)
        if self._project.role is not None:
            self.roles(self._project.role, grants, [])
        self.begin()

    def begin(self) -> None:
        """Go on with the tasks of a kept account, and let schedules start."""
        self.engine.resume()
        self._ticker.start()

    def secret(self, scriptid: str) -> str | None:
        """The text of an API secret; None where there is none."""
        try:
            return self.account.secret(scriptid)
        except NetSuiteError:
            return None

    def close(self) -> None:
        """Stop the scripts and close the account."""
        self._closing.set()
        if self._ticker.is_alive():
            self._ticker.join()
        self.engine.close()
        self.account.close()

    def _tick(self) -> None:
        while not self._closing.wait(_TICK_SECONDS):
            try:
                self.engine.tick()
            except EmulatorError:
                _log.exception("Schedules are not started any more")
                return

    # --- who -----------------------------------------------------------------------------------

    def session(self, holder: Holder, context: str) -> Session:
        """
        The session of a user in a role, with that user's preferences.

        INSUFFICIENT_PERMISSION for a RESTlet and a role that is for web services only
        (section_158263562006).
        """
        role = self.account.roles.get(holder.role)
        if context == "RESTLET" and role is not None and role.web_services_only:
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                f"The role {holder.role} is for web services only and cannot call RESTlets.",
                status=403,
            )
        user = self._users.get(holder.user, User(user=holder.user))
        preferences = self.account.preferences
        return Session(
            holder.user,
            holder.role,
            context,
            user.time_zone or preferences.user_time_zone or preferences.time_zone,
            user.date_format or preferences.user_date_format,
            user.time_format or "h:mm a",
            user.number_format or "1,000,000.00",
            user.negative_format or "-100",
        )

    def _session(self, who: As) -> Session:
        user = who.user
        if user is None:
            user = ADMIN_USER if who.role == "ADMINISTRATOR" else CLERK_USER
        return self.session(Holder(user, who.role), who.context)

    # --- the account ---------------------------------------------------------------------------

    def deploy(self, path: str) -> dict[str, Any]:
        """Deploy an SDF project folder. DeployError carries the findings."""
        package = read_package(Path(path), self.account)
        self.account.install(package)
        installed = {}
        for script in package.scripts:
            if script.type == "SDFInstallationScript" and any(
                d.deployed for d in script.deployments
            ):
                installed[script.scriptid] = self.engine.act(SYSTEM, script.scriptid, {})
        self.account.keep("no_effect", list(package.no_effect))
        answer: dict[str, Any] = {
            "scripts": [script.scriptid for script in package.scripts],
            "no_effect": list(package.no_effect),
        }
        return {**answer, "installed": installed} if installed else answer

    def examine(self, path: str) -> dict[str, Any]:
        """What of an SDF project folder would be deployed: {objects, files, no_effect}. DeployError."""
        package = read_package(Path(path), self.account)
        named = [(tag, scriptid) for tag, scriptid, _ in package.objects]
        named += [(script.type, script.scriptid) for script in package.scripts]
        named += [("role", role.scriptid) for role in package.roles]
        return {
            "objects": named,
            "files": [name for name, _ in package.files],
            "no_effect": list(package.no_effect),
        }

    def about(self) -> dict[str, Any]:
        """The account, the profile of its assumptions and what of the project has no effect."""
        return {
            "account": self.account.id,
            "profile": self.account.preferences.profile,
            "no_effect": list(self.account.kept("no_effect") or ()),
        }

    def reset(self) -> None:
        """Back to the starter account with the project deployed."""
        self.engine.reset()
        self.account.reset()

    def seed(self, records: list[SeedRecord]) -> list[int]:
        """Put records into the account without running scripts; their ids."""
        return self.account.seed([record.model_dump(exclude_none=True) for record in records])

    def searches(self, searches: list[SavedSearch]) -> list[int]:
        """Put saved searches into the account, each in the place of the one with its script id."""
        return self.account.searches.seed(
            ADMIN_USER, [search.model_dump(by_alias=True) for search in searches]
        )

    def csv_imports(self, imports: list[SavedCsvImport]) -> list[int]:
        """Put saved CSV imports into the account, each in the place of the one with its script id."""
        return self.account.csv_imports.keep(
            csv_import({**one.model_dump(), "name": one.name or one.scriptid}) for one in imports
        )

    def csv_jobs(self) -> list[Mapping[str, Any]]:
        """CSV imports as the page Job Status shows them."""
        return list(self.engine.csv_imports())

    def dump(self) -> dict[str, Any]:
        """Everything in the account."""
        return self.account.dump()

    def records(
        self,
        type: str,  # noqa: A002
        id: int | None,  # noqa: A002
        externalid: str | None,
    ) -> list[dict[str, Any]]:
        """Records of a type, or of all types of a family (transaction, entity, item)."""
        types = [type]
        if type in _FAMILIES:
            known = self.account.catalog.records.values()
            types = [record.id for record in known if record.kind == type and record.id != type]
        found: list[dict[str, Any]] = []
        for one in types:
            found += self.account.find(one, id=id, externalid=externalid)
        return found

    def work(self, work: Work) -> int:
        """A person's work, with user events."""
        session = self._session(work.as_)
        if work.action in ("submit_fields", "delete") and work.id is None:
            raise UsageError(f"{work.action} needs an id")
        if work.action == "delete":
            self.engine.delete(session, work.type, int(work.id or 0))
            return int(work.id or 0)
        if work.action == "submit_fields":
            values = forms.resolved(work.fields, self._resolve)
            return self.engine.submit_fields(session, work.type, int(work.id or 0), values)
        if work.action == "transform":
            if work.from_ is None:
                raise UsageError("transform needs from: {type, id}")
            source = work.from_
            draft = self.account.transform(session, source.type, source.id, work.type, {})
        elif work.id is None:
            draft = self.account.new(session, work.type, {})
        else:
            draft = self.account.load(session, work.type, work.id)
        forms.change(draft, work.fields, work.sublists, work.subrecords, self._resolve)
        # A form sources as it is filled in.
        return self.engine.save(session, draft, sourcing=True, event=work.event)

    def page(self, work: Work) -> dict[str, Any]:
        """A record's page as a person opens it, after its beforeLoad scripts: {event, record, form, redirect}."""
        session = self._session(work.as_)
        if work.action == "create":
            source = work.from_
            draft = (
                self.account.transform(session, source.type, source.id, work.type, {})
                if source
                else self.account.new(session, work.type, {})
            )
        elif work.id is None:
            raise UsageError(f"{work.action} needs an id")
        elif work.action == "copy":
            draft = self.account.copy(session, work.type, work.id)
        else:
            draft = self.account.load(session, work.type, work.id)
        return self.engine.open_form(session, work.action, draft, work.parameters)

    def _resolve(self, value: Any) -> Any:
        """`{"ref": type, "by": field, "value": text}` as the internal id it means."""
        if not isinstance(value, Mapping):
            return value
        record = self.account.catalog.record(str(value.get("ref")))
        by = str(value.get("by", "externalid"))
        if record is None or not re.fullmatch(r"[a-z0-9_]+", by):
            raise UsageError(f"Not a reference: {dict(value)}")
        sql = f"SELECT id FROM {record.table} WHERE {by} = ?"  # noqa: S608 (both checked)
        _, rows = self.query.run(SYSTEM, sql, [value.get("value")])
        if len(rows) != 1:
            raise UsageError(f"{len(rows)} records are {dict(value)}")
        return str(rows[0][0])

    # --- scripts -------------------------------------------------------------------------------

    def run(self, run: Run) -> dict[str, Any]:
        """
        Run a scheduled or map/reduce script; without one only wait.

        Scripts of other types that somebody starts (mass update, workflow action, portlet,
        installation) run at once and answer what came of them.
        """
        task: str | None = None
        if run.script is not None:
            session = self._session(run.as_ or As())
            found = self.account.script(run.script)
            if found is not None and found.type not in KINDS:
                options = {**run.options, "deploy": run.deploy, "params": run.params}
                return self.engine.act(session, run.script, options)
            task = self.engine.submit_task(session, run.script, run.deploy, run.params)
        idle = self.engine.idle(_IDLE_SECONDS) if run.wait else False
        status = self.engine.task_status(task) if task is not None else {}
        return {**status, "task": task, "idle": idle}

    def interrupt(self, interrupt: Interrupt) -> None:
        """Interrupt the next invocations of tasks as by a restart of the application server."""
        self.engine.interrupt(interrupt.script, interrupt.stage, interrupt.count)

    def clock(self, advance: float | None, set_to: str | None) -> str:
        """Move the account's clock and start what became due; the new time, ISO."""
        if set_to is not None:
            try:
                moment = datetime.fromisoformat(set_to)
            except ValueError:
                raise UsageError(f"'{set_to}' is no ISO time") from None
            if moment.tzinfo is None:
                raise UsageError("An ISO time needs a zone, for example 2026-11-24T10:00:00Z")
            now = self.account.set_clock(int(moment.timestamp() * 1000))
        else:
            now = self.account.advance(advance or 0)
        self.engine.tick()
        return datetime.fromtimestamp(now / 1000, UTC).isoformat()

    def hosts(self, hosts: Mapping[str, str]) -> dict[str, str]:
        """Add to where N/https finds hosts; all of it."""
        self.engine.route(hosts)
        routes = dict(self.engine.routes())
        self.account.keep("hosts", routes)
        return routes

    def usage(self) -> list[Mapping[str, Any]]:
        """Executions with units and calls."""
        return list(self.engine.usage())

    def email(self) -> list[Mapping[str, Any]]:
        """E-mail that scripts sent, oldest first."""
        return list(self.account.outbox.messages())

    def log(self) -> list[Mapping[str, Any]]:
        """Script log."""
        return list(self.engine.log())

    # --- set-up --------------------------------------------------------------------------------

    def roles(self, role: str, add: Mapping[str, str], remove: list[str]) -> None:
        """Change a role's permissions by hand."""
        for permission, level in add.items():
            self.account.grant(role, permission, level)
        for permission in remove:
            self.account.grant(role, permission, "NONE")

    def secrets(self, secrets: Mapping[str, str]) -> None:
        """Set API secrets by script id."""
        for scriptid, text in secrets.items():
            self.account.set_secret(scriptid, text)

    def set_preference(self, preference: Preference) -> None:
        """Set the value of a script parameter that is a preference."""
        self.account.set_script_preference(preference.parameter, preference.value, preference.user)

    def users(self, user: User) -> None:
        """Change a user's preferences."""
        try:
            ZoneInfo(user.time_zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            raise UsageError(f"There is no time zone {user.time_zone}") from None
        self._users[user.user] = user
        self.account.keep("users", [one.model_dump() for one in self._users.values()])

    def concurrency(
        self, limit: int | None = None, integration: str | None = None
    ) -> dict[str, Any]:
        """The concurrency limit, or an integration's part of it, changed; and what it has seen."""
        if integration is not None:
            self.limit.give(integration, limit)
        elif limit is not None:
            self.limit.limit = limit
        return self.limit.shown()
