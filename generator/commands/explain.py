"""`suiteloom explain`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.shared import PROJECT, compiled
from generator.errors import ProjectError, UsageError
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.spec.diagnose import did_you_mean, ordered


@click.command()
@click.argument("subject")
@PROJECT
def explain(subject: str, project: Path) -> None:
    """
    Say what SUBJECT is: a key, a transform, a code or a flow.

    A key may be given with those around it (lines.policy, ref.missing); a flow is one of the
    project.
    """
    from generator.explain import language

    said = language.about(subject)
    flows, unread = _flows(project)
    if subject in flows:
        said.append(_flow(subject, project))
    if not said:
        hint = did_you_mean(subject, {*flows, *language.names()})
        if unread and not hint:
            hint = f"; {', '.join(unread)} cannot be read, which suiteloom check tells more of"
        raise UsageError(f"no key, transform, code or flow '{subject}'{hint}")
    click.echo(f"\n\n{'-' * 40}\n\n".join(said))


def _flows(project: Path) -> tuple[set[str], list[str]]:
    """The names of the project's flows, none outside a project; and the specs that have none."""
    from generator.compile.reading import read_flow, spec_files

    names, unread = set(), []
    for path in spec_files(project):
        found = read_flow(project, path, [])
        if found:
            names.add(found[0].flow)
        else:
            unread.append(path.relative_to(project).as_posix())
    return names, unread


def _flow(name: str, project: Path) -> str:
    from generator.explain.flow import about_flow

    plan, found = compiled(project)
    if plan is None:
        raise ProjectError(ordered(found))
    flows: list[InboundPlan | OutboundPlan] = [*plan.inbound, *plan.outbound]
    return about_flow(plan, next(flow for flow in flows if flow.flow == name))
