"""
Suitelets: who may open them, and what they answer (help topics "Suitelet Script Type", "http.ServerResponse").

Inside the account a Suitelet runs for its audience; with "Available Without Login" it has an external URL with
a key, and runs there for anybody as the deployment's role, or as the role of online forms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from emulator.account import filetypes
from emulator.errors import NetSuiteError
from emulator.ports import Account, Deployment, PageReply, Script, Session
from emulator.scripts import html
from emulator.scripts.addresses import key as key_of
from emulator.scripts.addresses import required
from emulator.scripts.audience import may_run
from emulator.scripts.execution import Execution, Outcome

SYSTEM_USER = -4
VISITOR = "ONLINE_FORM_USER"
HTML = "text/html;charset=utf-8"
# Seconds that a shared cache may keep an answer (help topic "http.CacheDuration").
_CACHE = {"UNIQUE": 0, "SHORT": 300, "MEDIUM": 7_200, "LONG": 604_800}


class Suitelets:
    """Runs Suitelets; what goes wrong becomes a page."""

    def __init__(
        self, account: Account, run: Callable[[Execution, Mapping[str, Any]], Outcome]
    ) -> None:
        self._account = account
        self._run = run

    def call(
        self,
        session: Session | None,
        script: str,
        deploy: str,
        request: Mapping[str, Any],
        key: str | None = None,
        *,
        parent: Execution | None = None,
    ) -> PageReply:
        """
        One request; `session` is None where nobody is logged in, and then the key must fit.

        `parent` is the script that asks for it (https.requestSuitelet) and waits.
        """
        try:
            return self._call(session, script, deploy, request, key, parent)
        except NetSuiteError as error:
            status = error.status
            if status == 400:  # the script's own fault
                status = int(self._account.switches()["suitelet_error_status"])
            error = error.outward(self._account.switches())
            return PageReply(status, html.failure(error).encode(), (("Content-Type", HTML),))

    def _call(
        self,
        session: Session | None,
        script_id: str,
        deploy_id: str,
        request: Mapping[str, Any],
        key: str | None,
        parent: Execution | None,
    ) -> PageReply:
        script, deployment = required(self._account, script_id, deploy_id)
        if script.type != "Suitelet":
            raise NetSuiteError(
                "SSS_INVALID_SCRIPTLET_ID", f"{script_id} is a {script.type}.", status=404
            )
        who = (
            self._inside(session, deployment) if session else self._outside(script, deployment, key)
        )
        execution = Execution(
            script=script,
            deployment=deployment,
            session=replace(who, context="SUITELET"),
            stage="onRequest",
            parent=parent,
            requested=bool(self._account.switches()["requested_scripts_fire_events"]),
            task=parent.task if parent else None,
        )
        outcome = self._run(execution, {"request": request})
        return _reply(outcome)

    def _inside(self, session: Session, deployment: Deployment) -> Session:
        if not may_run(self._account, session, deployment):
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "You do not have privileges to view this page.",
                status=403,
            )
        return replace(session, role=deployment.run_as) if deployment.run_as else session

    def _outside(self, script: Script, deployment: Deployment, key: str | None) -> Session:
        """Only released, available without login, and by its own URL (help topic "Errors Related to the Available Without Login URL")."""
        if not deployment.online or deployment.status != "RELEASED":
            raise NetSuiteError("INVALID_LOGIN", "You must log in to view this page.", status=401)
        if key != key_of(self._account, script, deployment):
            raise NetSuiteError(
                "SSS_INVALID_SCRIPTLET_ID", "The key of the external URL does not fit.", status=403
            )
        return Session(
            SYSTEM_USER,
            deployment.run_as or VISITOR,
            "SUITELET",
            self._account.switches()["time_zone"],
        )


def _reply(outcome: Outcome) -> PageReply:
    answer: Mapping[str, Any] = outcome.value
    headers = [(name, value) for name, value in answer["headers"]]
    named = {name.lower() for name, _ in headers}
    redirect = answer["redirect"] or outcome.redirect
    if redirect:
        return PageReply(302, b"", (*headers, ("Location", redirect)))
    body, content_type = answer["text"].encode(), HTML
    if answer["file"]:
        sent = answer["file"]
        body = filetypes.to_bytes(sent["type"], sent["encoding"], sent["text"])
        other = "text/plain" if filetypes.is_text(sent["type"]) else "application/octet-stream"
        content_type = filetypes.MIME.get(sent["type"], other)
        way = "inline" if sent["inline"] else "attachment"
        headers.append(("Content-Disposition", f'{way}; filename="{sent["name"]}"'))
    elif answer["page"]:
        body = html.page(answer["page"]).encode()
    if "content-type" not in named:
        headers.append(("Content-Type", content_type))
    if answer["cache"]:
        headers.append(("Cache-Control", f"public, max-age={_CACHE[answer['cache']]}"))
    return PageReply(200, body, tuple(headers), answer["page"])
