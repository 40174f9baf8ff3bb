"""
The command `suiteloom`.

Exit codes: 0 fine, 1 the project has mistakes (or `build --check` finds it stale), 2 used wrongly,
3 our own fault.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator import __version__
from generator.errors import GeneratorError, ProjectError, UsageError
from generator.plan.dump import dump
from generator.plan.model import InboundPlan, OutboundPlan, ProjectPlan
from generator.spec.diagnose import Diagnostic, Format, did_you_mean, ordered, render

if TYPE_CHECKING:
    from generator.project import BuildResult

_FOLDER = click.Path(file_okay=False, path_type=Path)
_PROJECT = click.option(
    "--project", "project", type=_FOLDER, default=Path(), show_default=".",
    help="Project folder, the one with project.yaml.",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="suiteloom")
def cli() -> None:
    """Two-way integration for NetSuite, as code."""


@cli.command()
@_PROJECT
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
def check(project: Path, form: Format, strict: bool) -> None:
    """Check every spec of a project, without writing anything."""
    _, found = _compile(project)
    _print(found, form, to_stderr=False)
    if form == "text":
        click.echo(_summary(found), err=True)
    if any(each.severity == "error" or strict for each in found):
        raise SystemExit(1)


@cli.command()
@click.argument("flow")
@_PROJECT
def plan(flow: str, project: Path) -> None:
    """Print the plan of a FLOW as JSON: everything that its scripts are made from."""
    whole = _plan_of(project)
    flows: dict[str, InboundPlan | OutboundPlan] = {each.flow: each for each in whole.inbound}
    flows.update((each.flow, each) for each in whole.outbound)
    if flow not in flows:
        raise UsageError(
            f"no flow '{flow}'{did_you_mean(flow, flows)} (flows: {', '.join(sorted(flows))})"
        )
    click.echo(dump(flows[flow]))


@cli.command()
@_PROJECT
@click.option("--out", type=_FOLDER, help="Where to write  [default: PROJECT/sdf_project]")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 when out of date.")
@click.option("--force", is_flag=True, help="Overwrite files that a person edited.")
def build(project: Path, out: Path | None, only_check: bool, force: bool) -> None:
    """Write the SDF project: scripts, objects, manifest, flows.json and SETUP.md."""
    from generator.project import build as build_project

    _need_project(project)
    target = out or project / "sdf_project"
    raise SystemExit(_report_build(build_project(project, target, check=only_check, force=force)))


@cli.command()
@click.argument("folder", type=_FOLDER)
@click.option("--name", help="Name of the project  [default: the folder's]")
@click.option("--prefix", help="2 to 6 letters and digits, part of every script id.")
def new(folder: Path, name: str | None, prefix: str | None) -> None:
    """Make a small project in FOLDER that checks clean."""
    from generator.new import make

    written = make(folder, name=name, prefix=prefix)
    for file in written:
        click.echo(f"wrote {folder / file}")
    click.echo(
        f"\nnext:\n  suiteloom check --project {folder}\n  suiteloom build --project {folder}"
    )


@cli.command()
@click.argument("kind", type=click.Choice(["flow", "project"]), default="flow")
@click.option("--out", type=_FOLDER, help="Write flow-1.json and project-1.json into this folder.")
def schema(kind: str, out: Path | None) -> None:
    """Print the JSON Schema of flow files (or of project.yaml), for editors."""
    from generator.spec import schema as schemas

    made = {"flow": schemas.flow_schema, "project": schemas.project_schema}
    if out is None:
        click.echo(schemas.dump(made[kind]()))
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, make in made.items():
        file = out / f"{name}-1.json"
        file.write_text(schemas.dump(make()) + "\n", encoding="utf-8")
        click.echo(f"wrote {file}")


class _Elsewhere(click.Command):
    """A command of the emulator, imported when it is used: the generator works without it."""

    def __init__(self, name: str, module: str, short: str) -> None:
        super().__init__(name, help=short, add_help_option=False)
        self._module = module

    def _load(self) -> click.Command:
        import importlib

        try:
            command = getattr(importlib.import_module(self._module), str(self.name))
        except ModuleNotFoundError as fault:
            if str(fault.name).partition(".")[0] in ("emulator", "generator", "agent"):
                raise
            raise UsageError(
                f"'{self.name}' needs the emulator ({fault.name} is missing): "
                "pip install 'suiteloom[emulator]'"
            ) from fault
        if not isinstance(command, click.Command):
            raise TypeError(f"{self._module}.{self.name} is no click command")
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The real command parses its own arguments."""
        return self._load().make_context(info_name, args, parent, **extra)


cli.add_command(_Elsewhere("emulate", "emulator.cli", "Run a project in a local NetSuite account."))
cli.add_command(
    _Elsewhere(
        "demo", "emulator.demo.cli", "Run the demo: account, agent and outside world together."
    )
)


def main() -> None:
    """Entry point: turns errors into exit codes."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as leave:
        raise SystemExit(leave.exit_code) from None
    except click.Abort:
        raise SystemExit(130) from None
    except click.ClickException as fault:
        fault.show()
        raise SystemExit(2) from None
    except ProjectError as fault:
        _print(list(fault.diagnostics), "text", to_stderr=True)
        click.echo(_summary(fault.diagnostics), err=True)
        raise SystemExit(1) from None
    except UsageError as fault:
        click.echo(f"error: {fault}", err=True)
        raise SystemExit(2) from None
    except GeneratorError as fault:
        click.echo(f"error: {fault}", err=True)
        raise SystemExit(1) from None
    except Exception as fault:  # noqa: BLE001 - the last resort: our own fault, never a stack trace alone
        click.echo(f"error: unexpected {type(fault).__name__}: {fault}", err=True)
        click.echo(
            "this is a fault of suiteloom, not of the project; "
            "the lines below belong into a report of it",
            err=True,
        )
        click.echo("".join(traceback.format_tb(fault.__traceback__)[-3:]), err=True)
        raise SystemExit(3) from None


# --- helpers ---


def _need_project(project: Path) -> None:
    if not project.is_dir():
        raise UsageError(f"no folder '{project}'")


def _compile(project: Path) -> tuple[ProjectPlan | None, list[Diagnostic]]:
    from generator.compile import compile_project

    _need_project(project)
    return compile_project(project)


def _plan_of(project: Path) -> ProjectPlan:
    whole, found = _compile(project)
    if whole is None:
        raise ProjectError(ordered(found))
    return whole


def _print(found: list[Diagnostic], form: Format, *, to_stderr: bool) -> None:
    text = render(found, form)
    if text:
        click.echo(text, err=to_stderr)


def _summary(found: Any) -> str:
    errors = sum(1 for each in found if each.severity == "error")
    warnings = len(found) - errors
    if not found:
        return "no mistakes found"
    parts = []
    if errors:
        parts.append(f"{errors} error{'' if errors == 1 else 's'}")
    if warnings:
        parts.append(f"{warnings} warning{'' if warnings == 1 else 's'}")
    return "\n" + ", ".join(parts)


def _report_build(result: BuildResult) -> int:
    _print(list(result.warnings), "text", to_stderr=True)
    for flow in result.plan.inbound:
        if flow.save == "fields":
            click.echo(
                f"{flow.flow}: existing records are changed by submitFields "
                "(event xedit, half the units, no check for changes made meanwhile)"
            )
    for line in result.lines():
        click.echo(line)
    return 0 if result.current else 1


if __name__ == "__main__":
    main()
