"""`suiteloom try`: spec tests, and what a document becomes."""

from __future__ import annotations

from pathlib import Path

import click

from emulator.errors import DeployError, EmulatorError
from emulator.trial.report import as_findings, percent, rendered
from emulator.trial.run import run_tests
from generator.commands.shared import FORMAT, PROJECT, need_project
from generator.errors import UsageError


@click.command("try")
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@PROJECT
@click.option("--test", is_flag=True, help="Run the spec tests: specs/**/*.test.yaml.")
@click.option("--environment", help="Whose account (default: the first of the project).")
@click.option("--coverage", is_flag=True, help="Which spec lines the tests covered, and which not.")
@click.option(
    "--coverage-min",
    type=click.FloatRange(0, 100),
    help="Fail where fewer of a hundred spec lines are covered.",
)
@FORMAT
def try_(
    flows: tuple[str, ...],
    project: Path,
    test: bool,
    environment: str | None,
    coverage: bool,
    coverage_min: float | None,
    form: str,
) -> None:
    """Run flows in a local account of this process: spec tests, or one document."""
    need_project(project)
    if not test:
        raise UsageError("say what to try: --test, or --input FILE of a FLOW")
    try:
        raise SystemExit(_tests(flows, project, environment, coverage, coverage_min, form))
    except DeployError as error:
        for finding in error.findings:
            click.echo(finding, err=True)
        raise SystemExit(1) from None
    except EmulatorError as error:
        raise UsageError(str(error)) from error


def _tests(
    flows: tuple[str, ...],
    project: Path,
    environment: str | None,
    coverage: bool,
    coverage_min: float | None,
    form: str,
) -> int:
    report = run_tests(project, flows, environment)
    click.echo(rendered(report, project, form, coverage=coverage or coverage_min is not None))
    code = as_findings(report, project).exit_code
    if coverage_min is not None and percent(report.coverage) < coverage_min:
        click.echo(
            f"coverage is {percent(report.coverage):.1f} %, wanted are {coverage_min:g} %", err=True
        )
        code = 1
    return code
