"""The reference is what the declarations say, whole, and every example in the docs does what is said of it."""

from __future__ import annotations

import json
import re
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from generator import new
from generator.cli import cli
from generator.commands.elsewhere import Elsewhere
from generator.compile import compile_project
from generator.reference import files
from generator.report.text import count, listing
from generator.spec.codes import CODES, Code
from generator.spec.diagnose import Diagnostic
from generator.spec.keys import groups
from generator.spec.schema import KINDS
from generator.transforms import TRANSFORMS

ROOT = Path(__file__).parents[2]
MADE = files()
PAGES = {
    path.removeprefix("docs/reference/").removesuffix(".md"): text
    for path, text in MADE.items()
    if path.startswith("docs/")
}
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("file", MADE)
def test_every_generated_file_is_current(file: str) -> None:
    path = ROOT / file
    assert path.is_file(), "run make reference"
    assert path.read_text(encoding="utf-8") == MADE[file], "run make reference"


def test_every_key_has_a_row_with_its_meaning() -> None:
    for group in groups():
        assert group.text, group.title
        for key in group.keys:
            assert key.text, f"{group.title}.{key.name}"
            assert f"| `{key.name}` |" in PAGES["language"]


def test_every_link_inside_a_page_leads_to_a_heading() -> None:
    for name, text in PAGES.items():
        headings = {
            re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        asked = set(re.findall(r"\]\(#([^)]+)\)", text))
        assert asked <= headings, name


def test_every_key_of_agent_toml_has_a_row_in_its_section() -> None:
    from agent.config import AlertsSection, Config, RetrySection

    _, *parts = re.split(r"^## ", PAGES["agent"], flags=re.MULTILINE)
    titles = [part.splitlines()[0] for part in parts]
    assert {"`[watch.<flow>]`", "`[alerts.mail]`"} < set(titles)
    for name in Config.model_fields:
        shown = f"| `{name}` |" in PAGES["agent"].partition("\n## ")[0]
        assert shown or any(re.match(rf"`\[{name}[.\]]", title) for title in titles), name
    for section, model in (("`[retry]`", RetrySection), ("`[alerts]`", AlertsSection)):
        rows = parts[titles.index(section)]
        for name in model.model_fields:
            assert f"| `{name}` |" in rows or f"`[alerts.{name}]`" in titles, name
    assert "| `keep_days` | number, more than 0 | `30` |" in PAGES["agent"]


def test_every_transform_and_code_has_its_place() -> None:
    for name in TRANSFORMS:
        assert f"\n## {name}\n" in PAGES["transforms"]
    for code in CODES:
        assert f"\n### {code}\n" in PAGES["codes"]


def test_every_command_and_option_has_its_place() -> None:
    from agent.cli import main

    def every(path: str, group: click.Group) -> None:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            found = command.real() if isinstance(command, Elsewhere) else command
            if isinstance(found, click.Group):
                every(f"{path} {name}", found)
                continue
            section = PAGES["commands"].partition(f"\n## {path} {name}\n")[2].partition("\n## ")[0]
            assert section, f"{path} {name}"
            for option in found.params:
                if isinstance(option, click.Option) and option.name != "help":
                    assert option.opts[0] in section

    every("suiteloom", cli)
    every("suiteloom-agent", main)


def test_schemas_can_be_imported_from_the_package() -> None:
    for kind, made in KINDS.items():
        text = (resources.files("generator") / "schemas" / f"{kind}-1.json").read_text("utf-8")
        assert json.loads(text) == made()


# --- examples ---

BASES: dict[str, dict[str, Any]] = {
    "inbound": {
        "spec": 1, "flow": "web-customers", "direction": "inbound", "record": "customer",
        "via": {"restlet": {"batch": 10}}, "key": {"from": "id", "prefix": "WEB-"},
        "body": {"companyname": "company", "subsidiary": {"from": "sub", "ref": {"record": "subsidiary", "by": "name"}}},
    },
    "outbound": {
        "spec": 1, "flow": "customer-changes", "direction": "outbound", "record": "customer",
        "via": {"events": {}}, "target": {"connection": "crm", "path": "/x"}, "payload": {"id": "entityid"},
    },
}  # fmt: skip
OF_PROJECT = {"timezone", "vars", "connections", "environments", "prefix"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "shop"
    new.make(folder)
    return folder


def found_in(folder: Path, shop: Path, example: str) -> list[Diagnostic]:
    """What is found where an example takes the place of the same keys in a flow, or in project.yaml."""
    (folder / "specs").mkdir(parents=True)
    shutil.copy(shop / "project.yaml", folder / "project.yaml")
    keys = set(re.findall(r"^(\w+):", example, re.MULTILINE))
    out = keys & {"payload", "lists", "target"} or (
        "source" not in keys and re.search(r"\b(events|poll):", example)
    )
    base = "outbound" if out else "inbound"
    lines = [f"{key}: {json.dumps(value)}" for key, value in BASES[base].items() if key not in keys]
    if keys and keys <= OF_PROJECT:
        project = folder / "project.yaml"
        kept = "".join(
            block
            for block in re.split(r"^(?=\w)", project.read_text("utf-8"), flags=re.MULTILINE)
            if block.partition(":")[0] not in keys
        )
        project.write_text(f"{kept}\n{example}\n", "utf-8")
    else:
        lines.append(example)
    (folder / "specs" / "x.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    return compile_project(folder)[1]


@pytest.mark.parametrize("code", [c for c in CODES.values() if c.wrong], ids=lambda c: c.code)
def test_every_example_of_a_code_shows_it_and_the_mended_one_does_not(
    code: Code, shop: Path, tmp_path: Path
) -> None:
    wrong = found_in(tmp_path / "wrong", shop, code.wrong)
    assert code.code in {each.code for each in wrong}, listing(wrong)
    right = found_in(tmp_path / "right", shop, code.right)
    assert code.code not in {each.code for each in right}, listing(right)


def flows_of_the_docs() -> list[tuple[str, str]]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    blocks = [
        (page.name, block) for page in pages for block in BLOCK.findall(page.read_text("utf-8"))
    ]
    return [(page, block) for page, block in blocks if re.match(r"(#.*\n)*(spec|flow):", block)]


def test_every_yaml_block_of_the_docs_is_yaml() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for block in BLOCK.findall(page.read_text("utf-8")):
            assert YAML(typ="safe", pure=True).load(block), page


def test_every_flow_of_the_docs_checks_clean(shop: Path, tmp_path: Path) -> None:
    shown = flows_of_the_docs()
    assert shown
    for number, (page, block) in enumerate(shown):
        folder = tmp_path / f"shop-{number}"
        shutil.copytree(shop, folder)
        head = "" if block.startswith("spec:") else "spec: 1\n"
        name = re.search(r"^flow: (\S+)", block, re.MULTILINE)
        assert name
        (folder / "specs" / f"{name[1]}.yaml").write_text(head + block, "utf-8")
        plan, found = compile_project(folder)
        assert plan is not None, f"{page}: {listing(found)}"
        assert found == [], f"{page}: {listing(found)}"


def test_the_mistakes_that_the_readme_shows_are_found_as_shown(shop: Path, tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(r"suiteloom check --project shop\n(.*?)\n```", text, re.DOTALL)
    assert shown
    shutil.copytree(shop, tmp_path / "shop")
    spec = tmp_path / "shop" / "specs" / "web-customers.yaml"
    lines = spec.read_text("utf-8").splitlines()
    for number, line in re.findall(r"^ +(\d+) \| (.*)$", shown[1], re.MULTILINE):
        lines[int(number) - 1] = line
    spec.write_text("\n".join(lines) + "\n", "utf-8")
    found = compile_project(tmp_path / "shop")[1]
    assert f"{listing(found)}\n{count(found)}" == shown[1]
