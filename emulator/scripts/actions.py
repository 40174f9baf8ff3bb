"""
Scripts that a person, a workflow or an installation starts: mass updates, workflow actions, portlets, installation scripts.

Sources: help topics "Mass Update Script Type", "Workflow Action Script Type", "Portlet Script
Type", "SDF Installation Script Type", "Bundle Installation Script Type". There are no workflows,
dashboards and bundles here: the control API starts these scripts in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from emulator.errors import NetSuiteError, UnsupportedError, UsageError
from emulator.ports import Account, Deployment, Script, Session
from emulator.scripts.audience import may_run
from emulator.scripts.execution import Execution, Outcome
from emulator.scripts.triggers import Triggers

SYSTEM = Session(-4, "ADMINISTRATOR", "SDFINSTALLATION")
INSTALLATION = {
    "SDFInstallationScript": "SDFINSTALLATION",
    "BundleInstallationScript": "BUNDLEINSTALLATION",
}
BUNDLE_POINTS = ("beforeInstall", "afterInstall", "beforeUpdate", "afterUpdate", "beforeUninstall")
# What runs elsewhere or not at all.
NEVER = {
    "ClientScript": "a client script runs in a browser",
    "CustomGLPlugin": "custom GL lines are not booked",
    "UserEventScript": "a user event is started by a save",
    "Suitelet": "a Suitelet is opened by its address",
    "Restlet": "a RESTlet is called at its address",
    "MapReduceScript": "a map/reduce is submitted as a task",
    "ScheduledScript": "a scheduled script is submitted as a task",
}

Options = Mapping[str, Any]


class Actions:
    """Runs them."""

    def __init__(
        self,
        account: Account,
        run: Callable[[Execution, Mapping[str, Any]], Outcome],
        triggers: Triggers,
    ) -> None:
        self._account = account
        self._run = run
        self._triggers = triggers

    def act(self, session: Session, scriptid: str, options: Options) -> dict[str, Any]:
        """Run a script by its type. UnsupportedError for a type that is started otherwise or not at all."""
        script = self._account.script(scriptid)
        if script is None:
            raise NetSuiteError("INVALID_SCRIPT_ID", f"There is no such script: {scriptid}")
        match script.type:
            case "MassUpdateScript":
                return self._mass_update(session, script, options)
            case "WorkflowActionScript":
                return self._workflow_action(session, script, options)
            case "Portlet":
                return self._portlet(session, script, options)
            case "SDFInstallationScript" | "BundleInstallationScript":
                return self.install(script, options)
        why = NEVER.get(script.type, f"the emulator does not run the type {script.type}")
        raise UnsupportedError(f"{scriptid} cannot be run this way: {why}.")

    def _mass_update(self, session: Session, script: Script, options: Options) -> dict[str, Any]:
        """Once per record, each an execution of its own; one that failed does not stop the others."""
        deployment = self._deployment(session, script, options)
        record = str(options.get("type") or deployment.record or "")
        if not record or (deployment.record not in (None, record)):
            raise UsageError(f"{script.scriptid} is deployed on {deployment.record}")
        failed: dict[str, Any] = {}
        for number in options.get("ids", ()):
            execution = self._execution(
                session, script, deployment, "each", "CUSTOMMASSUPDATE", options
            )
            try:
                self._run(execution, {"id": int(number), "record": record})
            except NetSuiteError as error:
                failed[str(number)] = {"code": error.code, "message": error.message}
        return {"updated": len(options.get("ids", ())) - len(failed), "failed": failed}

    def _workflow_action(
        self, session: Session, script: Script, options: Options
    ) -> dict[str, Any]:
        """
        OnAction on one record, as a workflow does: what it changed on the record is saved afterwards.

        Where the event is that of a page (view, edit, create) nothing is saved.
        """
        deployment = self._deployment(session, script, options)
        record, number = str(options["type"]), int(options["id"])
        system = replace(session, role="ADMINISTRATOR")
        draft = self._account.load(system, record, number)
        event = str(options.get("event") or "edit")
        page = event in ("view", "print", "email") or bool(options.get("form"))
        execution = self._execution(session, script, deployment, "onAction", "WORKFLOW", options)
        entry = {
            "newData": draft,
            "oldData": self._account.load(system, record, number),
            "event": event,
            "workflowId": options.get("workflow"),
            "withForm": page,
        }
        outcome = self._run(execution, entry)
        if outcome.value["changed"] and not page:
            self._triggers.save(
                replace(session, context="WORKFLOW"),
                outcome.value["changed"],
                sourcing=False,
                ignore_mandatory=False,
                cause=execution,
            )
        return {"returned": outcome.value["returned"], "redirect": outcome.redirect}

    def _portlet(self, session: Session, script: Script, options: Options) -> dict[str, Any]:
        deployment = self._deployment(session, script, options)
        execution = self._execution(session, script, deployment, "render", "PORTLET", options)
        entry = {"column": int(options.get("column", 1)), "entity": options.get("entity")}
        return {"portlet": self._run(execution, entry).value}

    def install(self, script: Script, options: Options) -> dict[str, Any]:
        """An installation script: an SDF one has `run`, a bundle one a point per phase."""
        deployment = next((d for d in script.deployments if d.deployed), None)
        if deployment is None:
            raise NetSuiteError("SSS_INVALID_DEPLOYMENT", f"{script.scriptid} is not deployed.")
        point = str(options.get("point") or ("run" if script.type[0] == "S" else "afterInstall"))
        if point != "run" and point not in BUNDLE_POINTS:
            raise UsageError(f"{point} is none of {', '.join(BUNDLE_POINTS)}")
        context = INSTALLATION[script.type]
        execution = self._execution(SYSTEM, script, deployment, point, context, options)
        outcome = self._run(
            execution, {"versions": dict(options.get("versions") or {}), "optional": point != "run"}
        )
        return {"point": point, "units": outcome.units}

    def _deployment(self, session: Session, script: Script, options: Options) -> Deployment:
        wanted = options.get("deploy")
        for deployment in script.deployments:
            if deployment.deployed and wanted in (None, deployment.scriptid):
                if may_run(self._account, session, deployment):
                    return deployment
                raise NetSuiteError(
                    "INSUFFICIENT_PERMISSION",
                    f"The role {session.role} is not in the audience of {deployment.scriptid}.",
                    status=403,
                )
        raise NetSuiteError(
            "INVALID_DEPLOYMENT_ID", f"{script.scriptid} has no deployment {wanted or ''}."
        )

    @staticmethod
    def _execution(
        session: Session,
        script: Script,
        deployment: Deployment,
        stage: str,
        context: str,
        options: Options,
    ) -> Execution:
        role = deployment.run_as or session.role
        return Execution(
            script=script,
            deployment=deployment,
            session=replace(session, role=role, context=context),
            stage=stage,
            params=dict(options.get("params") or {}),
        )
