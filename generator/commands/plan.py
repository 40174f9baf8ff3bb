"""`suiteloom plan`."""

from __future__ import annotations

from pathlib import Path

import click

from generator.commands.shared import PROJECT, plan_of
from generator.errors import UsageError
from generator.plan.dump import dump
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.spec.diagnose import did_you_mean


@click.command()
@click.argument("flow")
@PROJECT
def plan(flow: str, project: Path) -> None:
    """Print the plan of a FLOW as JSON: everything that its scripts are made from."""
    whole = plan_of(project)
    flows: dict[str, InboundPlan | OutboundPlan] = {each.flow: each for each in whole.inbound}
    flows.update((each.flow, each) for each in whole.outbound)
    if flow not in flows:
        raise UsageError(
            f"no flow '{flow}'{did_you_mean(flow, flows)} (flows: {', '.join(sorted(flows))})"
        )
    click.echo(dump(flows[flow]))
