"""`suiteloom bill`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NoReturn

import click

from generator.bill import Bill, flow_bills, project_bills
from generator.commands.shared import PROJECT, compiled, finish, plan_of
from generator.errors import ProjectError, UsageError
from generator.plan.project import ProjectPlan
from generator.report import by_file
from generator.spec.diagnose import did_you_mean

Format = Literal["text", "json", "markdown", "github", "sarif", "junit"]
_FINDINGS = ("github", "sarif", "junit")
_OF_UNITS = ("E251", "E252")


@click.command()
@click.argument("flow", required=False)
@PROJECT
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", *_FINDINGS]), default="text",
    show_default=True, help="The bill; github, sarif and junit tell only what does not fit.",
)  # fmt: skip
@click.option(
    "--against",
    "revision",
    metavar="REV",
    help="A git revision of the project: show what has changed since, step by step.",
)
def bill(flow: str | None, project: Path, form: Format, revision: str | None) -> None:
    """
    Print what the scripts of a project (or of one FLOW) use of NetSuite's governance units.

    Worst case, as an itemised list of steps: what, where in the spec, units, how often and why;
    beside it the usual case where it differs much.
    """
    from generator.bill.compare import compare
    from generator.bill.show import (
        as_json,
        as_markdown,
        as_text,
        changes_as_json,
        changes_as_markdown,
        changes_as_text,
    )
    from generator.project.revision import at_revision

    if form in _FINDINGS:
        if flow is not None or revision is not None:
            raise UsageError(f"--format {form} is about the whole project as it is")
        _findings(project, form)
    now = plan_of(project)
    if revision is None:
        _known(flow, now)
        show = {"text": as_text, "json": as_json, "markdown": as_markdown}[form]
        click.echo(show(_bills(now, flow)))
        return
    with at_revision(project, revision) as folder:
        try:
            before = plan_of(folder)
        except ProjectError as fault:
            raise UsageError(
                f"the project has mistakes at '{revision}', so it has no bill there: "
                f"{fault.diagnostics[0].message}"
            ) from fault
    _known(flow, now, before)
    changes = tuple(compare(_bills(before, flow), _bills(now, flow)))
    tell = {"text": changes_as_text, "json": changes_as_json, "markdown": changes_as_markdown}[form]
    click.echo(tell(changes))


def _findings(project: Path, form: str) -> NoReturn:
    """What does not fit, or keeps the bill from being made, for build servers."""
    from generator.compile.reading import spec_files

    _, found = compiled(project)
    told = [each for each in found if each.severity == "error" or each.code in _OF_UNITS]
    specs = [path.relative_to(project).as_posix() for path in spec_files(project)]
    finish(by_file("bill", project, specs, told), form)


def _bills(plan: ProjectPlan, flow: str | None) -> tuple[Bill, ...]:
    flows = flow_bills(plan)
    if flow is not None:
        return flows.get(flow, ())
    own = dict.fromkeys(found for bills in flows.values() for found in bills)
    return (*own, *project_bills(plan))


def _known(flow: str | None, *plans: ProjectPlan) -> None:
    names = {each.flow for plan in plans for each in plan.inbound}
    names |= {each.flow for plan in plans for each in plan.outbound}
    if flow is not None and flow not in names:
        raise UsageError(
            f"no flow '{flow}'{did_you_mean(flow, names)} (flows: {', '.join(sorted(names))})"
        )
