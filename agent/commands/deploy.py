"""`suiteloom-agent deploy`: files for who runs the agent, fitted to a configuration."""

from __future__ import annotations

import shutil
import sys
from importlib.resources import files
from pathlib import Path

import click

from agent import bundle as bundles
from agent import config as configs
from agent.commands.options import config_option, plain_errors
from agent.config import Config
from agent.needs import needed
from agent.wiring import KEY_SECRET

WRITTEN = {
    "systemd": "suiteloom-agent.service",
    "container": "Containerfile",
    "kubernetes": "kubernetes.yaml",
    "grafana": "grafana.json",
}


@click.command()
@click.argument("kind", type=click.Choice(list(WRITTEN)))
@config_option
@click.option(
    "--secrets",
    type=click.Path(path_type=Path),
    default=Path("/etc/suiteloom/secrets"),
    show_default=True,
    help="systemd: the folder with one file per secret.",
)
@click.option("--image", default="suiteloom-agent:latest", show_default=True, help="kubernetes.")
@plain_errors
def deploy(kind: str, config_file: Path, secrets: Path, image: str) -> None:
    """Print the file that runs the agent under systemd, in a container or on Kubernetes, or its Grafana board."""
    text = (files("agent.deploy") / WRITTEN[kind]).read_text("utf-8")
    if kind == "systemd":
        text = _unit(text, config_file, secrets)
    click.echo(text.replace("@image@", image), nl=False)


def _unit(text: str, config_file: Path, secrets: Path) -> str:
    config = configs.load(config_file)
    names = needed(config, bundles.load(config.bundle))
    if config.netsuite.auth == "oauth2" and config.netsuite.private_key_file is None:
        names.append(KEY_SECRET)
    elif config.netsuite.auth == "tba":
        names += [config.netsuite.consumer_secret, config.netsuite.token_secret]
    beside = Path(sys.argv[0]).absolute()
    program = shutil.which("suiteloom-agent") or str(beside)
    facts = {
        "agent": program,
        "config": str(config_file.absolute()),
        "secrets": str(secrets),
        "credentials": "\n".join(f"LoadCredential={n}:{secrets / n}" for n in names),
        "folders": "\n".join(f"ReadWritePaths={folder}" for folder in _folders(config)),
    }
    for name, value in facts.items():
        text = text.replace(f"@{name}@", value)
    return text.replace("\n\n\n", "\n\n")


def _folders(config: Config) -> list[Path]:
    """Folders that the agent writes in, beside its state."""
    state = Path("/var/lib/suiteloom")
    watched = [
        folder
        for section in config.watch.values()
        for folder in (section.folder, section.done_folder, section.failed_folder)
    ]
    delivered = [section.folder for section in config.deliver.values()]
    found = {folder for folder in (*watched, *delivered) if folder is not None}
    return sorted(folder for folder in found if not folder.is_relative_to(state))
