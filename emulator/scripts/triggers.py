"""
Loads and saves with their user events (help topic "User Event Script Type").

beforeLoad runs when a page shows a record and when a script loads one; scripts on one record work
on one form, each after the other.

beforeSubmit runs first, in standard mode, and may change the new record; then the account commits;
then afterSubmit runs, read-only. An error in beforeSubmit stops the save; one in afterSubmit does
not undo it and reaches whoever saved. Saves inside a user event fire no user events (help topic
"User Event Script Execution").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from emulator.errors import NetSuiteError, ScriptError, UsageError
from emulator.ports import Account, Deployment, RecordData, Saved, Script, Session
from emulator.scripts.audience import may_run
from emulator.scripts.execution import Execution, Outcome
from emulator.scripts.foreseen import taken_back

ALL_TYPES = "UserEventScript"
# What a save may be called (help topic "context.UserEventType"), beside create, edit, xedit and
# delete.
SAVES = frozenset(
    {"create", "edit", "approve", "cancel", "reject", "pack", "ship", "dropship", "specialorder"}
    | {"orderitems", "paybills", "markcomplete", "reassign", "editforecast"}
)
# Events that reach one entry point only (help topics "beforeSubmit(context)",
# "afterSubmit(context)").
BEFORE_ONLY = frozenset({"markcomplete", "reassign", "editforecast"})
AFTER_ONLY = frozenset({"dropship", "specialorder", "orderitems", "paybills"})
# A page of a record is opened for one of these (help topic "beforeLoad(context)").
PAGES = frozenset({"create", "edit", "view", "copy", "print", "email", "quickview"})


@dataclass(frozen=True, slots=True)
class Save:
    """A save that is asked for: by a person or another system (`cause` None) or by a script."""

    session: Session
    record: str
    event: str
    cause: Execution | None


@dataclass(frozen=True, slots=True)
class Page:
    """A record's page after beforeLoad: what a new record was filled in with, the form, and where N/redirect leads."""

    draft: RecordData
    form: Mapping[str, Any] | None = None
    redirect: str | None = None


class Triggers:
    """Runs user events around the account's loads and saves."""

    def __init__(
        self, account: Account, run: Callable[[Execution, Mapping[str, Any]], Outcome]
    ) -> None:
        self._account = account
        self._run = run
        self._generation = -1
        self._entries: dict[str, frozenset[str]] = {}  # entry points by script, once it has run

    def save(
        self,
        session: Session,
        draft: RecordData,
        *,
        sourcing: bool,
        ignore_mandatory: bool,
        event: str | None = None,
        cause: Execution | None = None,
    ) -> Saved:
        """
        Save a record.

        `event` names what kind of save it is for user events (approve, ship, ...); by itself it is
        create or edit.
        """
        record, id_ = draft["type"], draft.get("id")
        save = Save(session, record, event or ("edit" if id_ else "create"), cause)
        if save.event not in SAVES:
            raise UsageError(f"{save.event} is no event of a save: {', '.join(sorted(SAVES))}")
        events = self._matching(save)
        old = None
        if events and self._any(events, "beforeSubmit"):
            if id_:
                old = self._account.load(self._system(session), record, int(id_))
            draft = self._account.desk.listed(draft, old)
        for script, deployment in events:
            if not self._may_have(script, "beforeSubmit"):
                continue
            shown = self._foreseen(save, draft, sourcing=sourcing)
            entry = self._entry(save, shown, old, editable=True)
            changed = self._fire(save, script, deployment, "beforeSubmit", entry)
            if changed:
                draft = taken_back(draft, shown, changed)
        saved = self._account.save(
            session, draft, sourcing=sourcing, ignore_mandatory=ignore_mandatory
        )
        new = saved.new if events else {}
        for script, deployment in events:
            entry = self._entry(save, new, saved.old)
            self._fire(save, script, deployment, "afterSubmit", entry)
        return saved

    def _foreseen(self, save: Save, draft: RecordData, *, sourcing: bool) -> RecordData:
        """The record with its amounts and totals; of one that a script makes, that is assumed."""
        if save.cause is not None and not self._account.switches()["totals_before_submit"]:
            return draft
        return self._account.desk.foresee(save.session, draft, sourcing=sourcing)

    def load(
        self,
        session: Session,
        draft: RecordData,
        event: str,
        *,
        cause: Execution | None = None,
        request: Mapping[str, Any] | None = None,
    ) -> Page:
        """
        Run beforeLoad on a record that is about to be shown or returned.

        What a script sets on a record that exists is ignored; on a new one (create, copy) it stays.
        """
        save = Save(session, draft["type"], event, cause)
        form: Mapping[str, Any] | None = None
        redirect: str | None = None
        for script, deployment in self._matching(save):
            entry = self._entry(save, draft, None, editable=True)
            entry |= {"forms": form, "request": request}
            outcome = self._run_one(save, script, deployment, "beforeLoad", entry)
            if outcome is None or not outcome.value:
                continue
            form = outcome.value["form"]
            redirect = outcome.redirect or redirect
            if event in ("create", "copy") and outcome.value["changed"]:
                draft = outcome.value["changed"]
        return Page(draft, form, redirect)

    def loaded(self, session: Session, draft: RecordData, cause: Execution) -> None:
        """A script has loaded a record: its beforeLoad scripts run, without a page."""
        self._forget_old()
        watched = not cause.in_user_event and any(
            deployment.record in (None, draft["type"]) and self._may_have(script, "beforeLoad")
            for script in self._account.scripts(ALL_TYPES)
            for deployment in script.deployments
        )
        if watched:
            self.load(session, draft, self._account.switches()["load_event"], cause=cause)

    def submit_fields(
        self,
        session: Session,
        record: str,
        id: int,  # noqa: A002  (NetSuite's own word)
        values: Mapping[str, Any],
        *,
        sourcing: bool,
        cause: Execution | None = None,
    ) -> Saved:
        """Write body fields: the event is xedit and newRecord holds only what is written."""
        save = Save(session, record, "xedit", cause)
        events = self._matching(save)
        if events and self._any(events, "beforeSubmit"):
            old = self._account.load(self._system(session), record, id)
            for script, deployment in events:
                entry = self._entry(save, _partial(record, id, values), old, editable=True)
                changed = self._fire(save, script, deployment, "beforeSubmit", entry)
                if changed:
                    cleared = {name: None for name in values if name not in changed["fields"]}
                    values = {**cleared, **changed["fields"]}
        saved = self._account.submit_fields(session, record, id, values, sourcing=sourcing)
        names = saved.changed_fields or tuple(values)
        new = saved.new["fields"] if events else {}
        for script, deployment in events:
            # null: written, and empty now.
            shown = {name: new.get(name) for name in names}
            entry = self._entry(save, _partial(record, id, shown), saved.old)
            self._fire(save, script, deployment, "afterSubmit", entry)
        return saved

    def delete(
        self,
        session: Session,
        record: str,
        id: int,  # noqa: A002
        *,
        cause: Execution | None = None,
    ) -> None:
        """Delete: oldRecord is what was there, newRecord knows only its type and id."""
        save = Save(session, record, "delete", cause)
        events = self._matching(save)
        if events and self._any(events, "beforeSubmit"):
            old = self._account.load(self._system(session), record, id)
            for script, deployment in events:
                entry = self._entry(save, _partial(record, id, {}), old)
                self._fire(save, script, deployment, "beforeSubmit", entry)
        gone = self._account.delete(session, record, id)
        for script, deployment in events:
            entry = self._entry(save, _partial(record, id, {}), gone)
            self._fire(save, script, deployment, "afterSubmit", entry)

    # ---- which scripts

    def _matching(self, save: Save) -> list[tuple[Script, Deployment]]:
        if save.cause is not None and save.cause.in_user_event:
            return []
        self._forget_old()
        return [
            (script, deployment)
            for script in self._account.scripts(ALL_TYPES)
            for deployment in script.deployments
            if _applies(deployment, save) and may_run(self._account, save.session, deployment)
        ]

    def _forget_old(self) -> None:
        """Entry points that are known are those of the scripts as they are deployed now."""
        if self._generation != self._account.generation:
            self._generation = self._account.generation
            self._entries.clear()

    def _any(self, events: list[tuple[Script, Deployment]], point: str) -> bool:
        return any(self._may_have(script, point) for script, _ in events)

    def _may_have(self, script: Script, point: str) -> bool:
        known = self._entries.get(script.scriptid)
        return known is None or point in known

    # ---- running them

    def _entry(
        self,
        save: Save,
        new: RecordData,
        old: RecordData | None,
        *,
        editable: bool = False,
    ) -> dict[str, Any]:
        return {
            "event": save.event,
            "newData": new,
            "oldData": old,
            "editable": editable,
            "optional": True,
        }

    def _fire(
        self,
        save: Save,
        script: Script,
        deployment: Deployment,
        point: str,
        entry: Mapping[str, Any],
    ) -> RecordData | None:
        outcome = self._run_one(save, script, deployment, point, entry)
        changed: RecordData | None = outcome.value if outcome else None
        return changed

    def _run_one(
        self,
        save: Save,
        script: Script,
        deployment: Deployment,
        point: str,
        entry: Mapping[str, Any],
    ) -> Outcome | None:
        """One entry point of one script; None where it does not have it."""
        if not self._may_have(script, point) or not _reaches(save.event, point):
            return None
        execution = Execution(
            script=script,
            deployment=deployment,
            session=self._runs_as(save, deployment),
            stage=point,
            parent=save.cause,
            task=save.cause.task if save.cause else None,
        )
        try:
            outcome = self._run(execution, entry)
        except NetSuiteError as error:
            raise ScriptError(_user_event_facts(error, point, entry["newData"])) from error
        self._entries[script.scriptid] = outcome.entries
        return outcome

    def _runs_as(self, save: Save, deployment: Deployment) -> Session:
        """
        The saver, in the deployment's role where it names one.

        That role is ignored when a script makes the save: the triggered script then runs in the
        first script's role (help topic "Executing Scripts Using a Specific Role").
        """
        if save.cause is None and deployment.run_as:
            return replace(save.session, role=deployment.run_as)
        return save.session

    @staticmethod
    def _system(session: Session) -> Session:
        return replace(session, role="ADMINISTRATOR")


def _applies(deployment: Deployment, save: Save) -> bool:
    return (
        deployment.deployed
        and deployment.record in (None, save.record)
        and (not deployment.contexts or save.session.context in deployment.contexts)
        and (not deployment.events or save.event in {event.lower() for event in deployment.events})
    )


def _reaches(event: str, point: str) -> bool:
    if point == "beforeLoad":
        return event in PAGES
    return event not in (AFTER_ONLY if point == "beforeSubmit" else BEFORE_ONLY)


def _partial(record: str, id_: int, fields: Mapping[str, Any]) -> RecordData:
    return {"type": record, "id": id_, "fields": dict(fields)}


def _user_event_facts(error: NetSuiteError, point: str, new: RecordData) -> dict[str, Any]:
    facts = dict(error.facts) if isinstance(error, ScriptError) else {}
    return {
        **facts,
        "type": "error.UserEventError",
        "name": error.code,
        "message": error.message,
        "eventType": point,
        "recordId": str(new.get("id") or ""),
    }
