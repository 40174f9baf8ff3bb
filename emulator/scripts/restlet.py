"""
RESTlets: what goes in, what comes out, with which status.

Sources: help topics "RESTlet HTTP Content Types", "RESTlet Status Codes and Error Message Formats",
"RESTlet Script Deployment Audience".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from emulator.errors import NetSuiteError, ScriptError
from emulator.ports import Account, Deployment, RestletReply, Script, Session
from emulator.scripts.audience import OWNER, may_run
from emulator.scripts.execution import Execution, Outcome

JSON = "application/json"
TEXT = "text/plain"
XML = "application/xml"
BODY_METHODS = ("POST", "PUT")
POINTS = {"GET": "get", "POST": "post", "PUT": "put", "DELETE": "delete"}


class Restlets:
    """Runs RESTlets; every failure becomes an answer."""

    def __init__(
        self, account: Account, run: Callable[[Execution, Mapping[str, Any]], Outcome]
    ) -> None:
        self._account = account
        self._run = run

    def call(
        self,
        session: Session,
        script: str,
        deploy: str,
        method: str,
        params: Mapping[str, str],
        body: bytes,
        content_type: str | None,
        parent: Execution | None = None,
    ) -> RestletReply:
        """
        One request; content types are compared exactly, in case as well.

        `parent` is the script that asks for it (https.requestRestlet) and waits.
        """
        try:
            return self._call(session, script, deploy, method, params, body, content_type, parent)
        except NetSuiteError as error:
            switches = self._account.switches()
            if isinstance(error, ScriptError) and switches["restlet_error_json"]:
                error = NetSuiteError(error.code, json.dumps(error.facts), status=error.status)
            else:
                error = error.outward(switches)
            return failure(error, content_type)

    def _call(
        self,
        session: Session,
        script_id: str,
        deploy_id: str,
        method: str,
        params: Mapping[str, str],
        body: bytes,
        content_type: str | None,
        parent: Execution | None,
    ) -> RestletReply:
        script, deployment = self._find(script_id, deploy_id)
        _check_audience(self._account, session, deployment)
        if method not in POINTS:
            raise NetSuiteError("METHOD_NOT_ALLOWED", f"RESTlets have no {method}.", status=405)
        execution = Execution(
            script=script,
            deployment=deployment,
            session=replace(session, context="RESTLET"),
            stage=POINTS[method],
            parent=parent,
            requested=bool(self._account.switches()["requested_scripts_fire_events"]),
        )
        argument: Any
        if method in BODY_METHODS:
            argument = _parsed(body, content_type)
        else:
            argument = {k: v for k, v in params.items() if k not in ("script", "deploy")}
        try:
            outcome = self._run(execution, {"argument": argument})
        except NetSuiteError as error:
            if error.code == "SSS_ENTRY_POINT_MISSING":
                raise NetSuiteError("METHOD_NOT_ALLOWED", error.message, status=405) from error
            raise
        return _serialised(outcome.value, content_type)

    def _find(self, script_id: str, deploy_id: str) -> tuple[Script, Deployment]:
        script = self._account.script(script_id)
        if script is not None and script.type == "Restlet":
            for number, deployment in enumerate(script.deployments, start=1):
                if deploy_id in (deployment.scriptid, str(number)) and deployment.deployed:
                    return script, deployment
        raise NetSuiteError(
            "SSS_INVALID_SCRIPTLET_ID",
            f"That Suitelet is invalid, disabled, or no longer exists. ({script_id}, {deploy_id})",
        )


def _check_audience(account: Account, session: Session, deployment: Deployment) -> None:
    """An administrator may call every RESTlet; others must be in its audience."""
    if session.role == OWNER:
        return
    if deployment.status == "TESTING":
        raise _denied(f"{deployment.scriptid} is in status {deployment.status}.")
    if not may_run(account, session, deployment):
        raise _denied(f"The role {session.role} is not in the audience of {deployment.scriptid}.")


def _denied(why: str) -> NetSuiteError:
    return NetSuiteError(
        "INSUFFICIENT_PERMISSION",
        f"You do not have privileges to view this page. {why}",
        status=403,
    )


def _parsed(body: bytes, content_type: str | None) -> Any:
    if content_type not in (JSON, TEXT, XML):
        raise NetSuiteError(
            "UNSUPPORTED_MEDIA_TYPE", f"Content-Type is {content_type or 'missing'}.", status=415
        )
    text = body.decode("utf-8", "replace")
    if content_type != JSON:
        return text
    try:
        found = json.loads(text)
    except ValueError as error:
        raise NetSuiteError("SYNTAX_ERROR", f"SyntaxError: {error}") from error
    if "\\u" not in text:
        return found
    # Half a surrogate pair, which JSON can escape, is no text: it is read as a question mark.
    return json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))


def _serialised(value: Mapping[str, Any], content_type: str | None) -> RestletReply:
    """JSON callers get objects as JSON and text as it is; all others must get text."""
    kind = value["kind"]
    if kind == "response":
        return RestletReply(200, value["text"].encode(), value["contentType"])
    if kind == "nothing":
        return RestletReply(200, b"", content_type or TEXT)
    if kind == "json" and content_type != JSON:
        raise NetSuiteError(
            "INVALID_RETURN_DATA_FORMAT",
            "Invalid data format. You should return TEXT.",
        )
    return RestletReply(200, value["text"].encode(), content_type or TEXT)


def failure(error: NetSuiteError, content_type: str | None) -> RestletReply:
    """The answer to a call that failed, in the form of its content type."""
    if content_type == JSON:
        body = json.dumps({"error": {"code": error.code, "message": error.message}})
        return RestletReply(error.status, body.encode(), JSON)
    if content_type == XML:
        text = f"<error><code>{error.code}</code><message>{error.message}</message></error>"
        return RestletReply(error.status, text.encode(), XML)
    text = f"error code: {error.code}\nerror message: {error.message}"
    return RestletReply(error.status, text.encode(), TEXT)
