"""
Who may run a deployment: its status and its audience.

Sources: help topics "Setting Script Deployment Status" (chapter_N2998873) and "Defining Script
Audience" (chapter_N2999041). The script's owner is here whoever acts in the role Administrator: SDF
projects are deployed by one.
"""

from __future__ import annotations

from dataclasses import replace

from emulator.errors import NetSuiteError
from emulator.ports import Account, Deployment, Session

OWNER = "ADMINISTRATOR"


def may_run(account: Account, session: Session, deployment: Deployment) -> bool:
    """
    Whether the deployment runs for the session.

    In Testing it does for the owner alone, and so it does where no audience is chosen. Of roles and
    departments both must fit where both are chosen; of all other kinds one is enough.
    """
    if deployment.status == "TESTING" or not _chosen(deployment):
        return session.role == OWNER
    external = account.external_role(session.role)
    by_role = session.role in deployment.roles or (deployment.all_roles and not external)
    if deployment.departments:
        in_department = _field(account, session, "department") in deployment.departments
        no_roles = not (deployment.all_roles or deployment.roles)
        by_role = in_department and (by_role or no_roles)
    return (
        by_role
        or (deployment.all_employees and not external)
        or str(session.user) in deployment.employees
        or (
            bool(deployment.subsidiaries)
            and _field(account, session, "subsidiary") in deployment.subsidiaries
        )
    )


def _chosen(deployment: Deployment) -> bool:
    return bool(
        deployment.all_roles
        or deployment.roles
        or deployment.all_employees
        or deployment.employees
        or deployment.departments
        or deployment.subsidiaries
        or deployment.groups
    )


def _field(account: Account, session: Session, name: str) -> str | None:
    """A field of the user's employee record; None where there is none."""
    try:
        system = replace(session, role=OWNER)
        value = account.load(system, "employee", session.user)["fields"].get(name)
    except NetSuiteError:
        return None
    return None if value is None else str(value)
