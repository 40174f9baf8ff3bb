"""`suiteloom try`: spec tests, what a document becomes, what a save tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from emulator.account.store import LARGEST
from emulator.errors import DeployError, EmulatorError
from emulator.trial import show
from emulator.trial.inputs import seed_file
from emulator.trial.report import as_findings, percent, rendered, without
from emulator.trial.run import Report, run_tests
from emulator.trial.stage import Stage
from generator.commands.shared import FORMAT, PROJECT, need_project
from generator.compile.trials import read_save
from generator.errors import ProjectError, UsageError
from generator.spec.diagnose import did_you_mean
from generator.spec.trials import Save

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
GIVEN = click.option(
    "--given", type=FILE,
    help="Records that lie in the account before  [default: PROJECT/account.json, where it is]",
)  # fmt: skip


@click.command("try")
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@PROJECT
@click.option("--test", is_flag=True, help="Run the spec tests: specs/**/*.test.yaml.")
@click.option("--input", "file", type=FILE, help="Show what the documents of a file become.")
@click.option("--id", "ids", multiple=True, help="Of the file only the document with this id.")
@click.option(
    "--save", "save", type=FILE, help="Show what a save tells: a file like `save` in a test."
)
@click.option(
    "--record", type=click.IntRange(1, LARGEST), help="Show what saving this record again tells."
)
@GIVEN
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
    file: Path | None,
    ids: tuple[str, ...],
    save: Path | None,
    record: int | None,
    given: Path | None,
    environment: str | None,
    coverage: bool,
    coverage_min: float | None,
    form: str,
) -> None:
    """Run flows in a local account of this process: their spec tests, or one document or save."""
    need_project(project)
    asked = [test, file is not None, save is not None, record is not None]
    if sum(asked) != 1:
        raise UsageError("say what to try: --test, or of one FLOW --input, --save or --record")
    if not test and len(flows) != 1:
        raise UsageError("--input, --save and --record are about one FLOW")
    if not test and form not in ("text", "json"):
        raise UsageError(f"--format {form} goes with --test")
    with account_errors():
        if test:
            code = _tests(flows, project, environment, coverage, coverage_min, form)
        else:
            seeds = given or project / "account.json"
            records = seed_file(seeds) if seeds.is_file() else []
            with Stage.opened(project, environment, flows) as stage:
                _known(stage, flows[0], inbound=file is not None)
                if stage.left_out.specs:
                    click.echo(without(stage.left_out.specs), err=True)
                if file is not None:
                    found = list(show.try_documents(stage, flows[0], file, ids, records))
                else:
                    found = [
                        show.try_save(
                            stage, flows[0], _save(stage, project, flows[0], save, record), records
                        )
                    ]
            if form == "json":
                click.echo(
                    json.dumps([show.data(one) for one in found], indent=2, ensure_ascii=False)
                )
            else:
                click.echo("\n\n\n".join(show.text(one) for one in found))
            code = 1 if any(one.result["outcome"] == "failed" for one in found) else 0
    raise SystemExit(code)


class account_errors:  # noqa: N801 - used like a function
    """Turns what the account refuses into what a person reads: exit 1 for a project that does not deploy."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, DeployError):
            for finding in error.findings:
                click.echo(finding, err=True)
            raise SystemExit(1) from None
        if isinstance(error, EmulatorError):
            raise UsageError(str(error)) from error


def _known(stage: Stage, flow: str, *, inbound: bool) -> None:
    plans = stage.plan.inbound if inbound else stage.plan.outbound
    names = [each.flow for each in plans]
    if flow not in names:
        kind = "inbound" if inbound else "outbound"
        raise UsageError(
            f"no {kind} flow '{flow}'{did_you_mean(flow, names)} (flows: {', '.join(names)})"
        )


def _save(stage: Stage, project: Path, flow: str, file: Path | None, record: int | None) -> Save:
    if file is None:
        return Save(find={"id": record})
    return read_save(project, file, stage.outbound(flow))


def _tests(
    flows: tuple[str, ...],
    project: Path,
    environment: str | None,
    coverage: bool,
    coverage_min: float | None,
    form: str,
) -> int:
    try:
        report = run_tests(project, flows, environment)
    except ProjectError as error:  # mistakes in specs go into the report, whatever its form
        report = Report((), tuple(error.diagnostics), ())
    click.echo(rendered(report, project, form, coverage=coverage or coverage_min is not None))
    code = as_findings(report, project).exit_code
    if coverage_min is not None and percent(report.coverage) < coverage_min:
        click.echo(
            f"coverage is {percent(report.coverage):.1f} %, wanted are {coverage_min:g} %", err=True
        )
        code = 1
    return code
