"""SETUP.md: what an administrator makes by hand, with every id to type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from generator.plan import names
from generator.plan.ids import scriptid
from generator.plan.project import ProjectPlan, Secret
from generator.render import objects
from generator.render.engine import render_template
from generator.render.objects import Script

_FORMS = {
    "text": "the text itself",
    "base64": "base64 of at least 24 random bytes, without `whsec_`",
}


class _AccountSecret(Struct, frozen=True):
    id: str
    form: str
    reason: str
    scripts: tuple[str, ...]


class _Row(Struct, frozen=True):
    what: str
    script: str
    deployments: tuple[str, ...]


def setup_page(plan: ProjectPlan, retired: Sequence[Script], needed: Iterable[str] = ()) -> str:
    """The page as Markdown; `needed` are features of the user's own objects."""
    return render_template(
        "objects/SETUP.md.j2",
        plan=plan,
        vars=[var for var in plan.vars if var.record],
        features=sorted({*objects.features(plan), *needed}),
        secrets=[_account_secret(plan, secret) for secret in plan.secrets if secret.in_account],
        agent_secrets=[secret for secret in plan.secrets if secret.in_agent],
        role=names.integration_role(plan.prefix),
        permissions=objects.permissions(plan),
        scripts=_rows(plan),
        retired=retired,
        service=names.service_script(plan.prefix),
    )


def _account_secret(plan: ProjectPlan, secret: Secret) -> _AccountSecret:
    return _AccountSecret(
        scriptid("custsecret", plan.prefix, secret.name),
        _FORMS[secret.form],
        secret.reason,
        _signing_scripts(plan),
    )


def _signing_scripts(plan: ProjectPlan) -> tuple[str, ...]:
    """Scripts that sign: the drain, the service (its doctor), user events that post in the save."""
    immediate = {flow.script for flow in plan.outbound if flow.deliver == "immediate"}
    return (
        names.drain_script(plan.prefix),
        names.service_script(plan.prefix),
        *sorted(immediate),
    )


def _rows(plan: ProjectPlan) -> list[_Row]:
    flows: dict[str, list[str]] = {}
    for flow in objects.flows(plan):
        flows.setdefault(flow.script, []).append(flow.flow)
    return [
        _Row(
            ", ".join(flows.get(script.script, [script.description.rstrip(".").lower()])),
            script.script,
            tuple(each.id for each in script.deployments),
        )
        for script in objects.scripts(plan)
    ]
