"""Projects written from a few lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.compile import compile_project
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.project import ProjectPlan
from generator.report.text import listing

PROJECT = """
    spec: 1
    project: test-project
    prefix: test
    timezone: America/New_York
    environments:
      sandbox: {account: 1234567_SB1, agent_url: https://hooks-sb.example.com}
      production: {account: "1234567", agent_url: https://hooks.example.com}
    connections:
      shop: {base_url: https://shop.example.com, auth: {bearer: {secret: shop_token}}}
    vars:
      depot: {type: select, record: location, sandbox: LOC-TEST, production: LOC-1}
      greeting: {sandbox: Hello, production: Welcome}
"""


class Project:
    """A project folder that is made of texts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("project.yaml", PROJECT)

    def write(self, file: str, text: str) -> Path:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def inbound(
        self, text: str, record: str = "salesorder", via: str = "restlet: {batch: 10}"
    ) -> str:
        """A flow `orders` of this record with the rest as given; returns its file."""
        head = (
            f"spec: 1\nflow: orders\ndirection: inbound\nrecord: {record}\nvia: {{{via}}}\n"
            'key: {from: id, prefix: "T-"}\n'
        )
        return self.flow("orders", head + textwrap.dedent(text))

    def outbound(self, text: str, record: str = "itemfulfillment") -> str:
        """A flow `shipments` of this record with the rest as given; returns its file."""
        head = (
            f"spec: 1\nflow: shipments\ndirection: outbound\nrecord: {record}\n"
            "target: {connection: shop, path: /hook}\n"
        )
        return self.flow("shipments", head + textwrap.dedent(text))

    def flow(self, name: str, text: str) -> str:
        self.write(f"specs/{name}.yaml", text)
        return f"specs/{name}.yaml"

    def plan(self) -> ProjectPlan:
        plan, found = compile_project(self.folder)
        assert plan is not None, listing(found)
        return plan

    def plan_in(self) -> InboundPlan:
        return self.plan().inbound[0]

    def plan_out(self) -> OutboundPlan:
        return self.plan().outbound[0]

    def labels(self) -> list[str]:
        """`E115 13:3` for every finding."""
        return [f"{d.label} {d.line}:{d.column}" for d in compile_project(self.folder)[1]]

    def messages(self) -> list[str]:
        return [d.message for d in compile_project(self.folder)[1]]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def write_tree(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    def write(files: dict[str, str]) -> Path:
        for file, text in files.items():
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return tmp_path

    return write
