"""
Scripts, deployments and record types as URLs name them: by number or by script id.

A script's number is its place in the account's list of scripts, a deployment's its place within the
script.
"""

from __future__ import annotations

import hashlib

from emulator.errors import NetSuiteError
from emulator.ports import Account, Deployment, Script


def script_of(account: Account, text: str) -> Script | None:
    """A script by script id or number."""
    if not text.isdecimal():
        return account.script(text)
    scripts = account.scripts()
    return scripts[int(text) - 1] if 0 < int(text) <= len(scripts) else None


def deployment_of(script: Script, text: str) -> Deployment | None:
    """A deployment of a script by script id or number."""
    for number, deployment in enumerate(script.deployments, start=1):
        if text in (deployment.scriptid, str(number)):
            return deployment
    return None


def numbers(account: Account, script: Script, deployment: Deployment) -> tuple[int, int]:
    """The numbers of a script and of its deployment."""
    ids = [item.scriptid for item in account.scripts()]
    deployments = [item.scriptid for item in script.deployments]
    return ids.index(script.scriptid) + 1, deployments.index(deployment.scriptid) + 1


def key(account: Account, script: Script, deployment: Deployment) -> str:
    """The key in a Suitelet's external URL: the same as long as account, script and deployment are."""
    text = f"{account.id}|{script.scriptid}|{deployment.scriptid}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def required(account: Account, script_text: str, deploy_text: str) -> tuple[Script, Deployment]:
    """Script and deployment; SSS_INVALID_SCRIPTLET_ID where there is none that is deployed."""
    script = script_of(account, script_text)
    deployment = deployment_of(script, deploy_text) if script else None
    if script is None or deployment is None or not deployment.deployed:
        raise NetSuiteError(
            "SSS_INVALID_SCRIPTLET_ID",
            f"That Suitelet is invalid, disabled, or no longer exists. ({script_text}, {deploy_text})",
            status=404,
        )
    return script, deployment
