"""`suiteloom catalog pull`: the account's own fields, asked for over HTTP with real signatures."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.server import LocalServer, Settings
from generator import cli
from generator.catalog.schema import read_schema
from generator.compile import compile_project
from generator.project import build

PROJECT = """\
spec: 1
project: meter-works
prefix: mw
timezone: Europe/Amsterdam
environments:
  sandbox: {account: 1234567_SB1}
"""
CUSTOMERS = """\
spec: 1
flow: customers
direction: inbound
record: customer
via: {restlet: {}}
key: {from: id, prefix: "MW-"}
body:
  companyname: name
  custentity_mw_tier: {from: tier, ref: {record: customlist_mw_tier, by: name}}
  custentity_mw_since: since
"""
METERS = """\
spec: 1
flow: meters
direction: inbound
record: customrecord_mw_meter
via: {restlet: {}}
key: {from: serial, prefix: "MW-"}
body:
  name: serial
  custrecord_mw_owner: {from: owner, ref: {record: customer, prefix: "MW-"}}
  custrecord_mw_reading: {from: reading}
"""
OBJECTS = {
    "customlist_mw_tier": """\
<customlist scriptid="customlist_mw_tier"><name>Tier</name><isordered>T</isordered>
  <customvalues><customvalue scriptid="val_1"><value>Gold</value></customvalue></customvalues>
</customlist>""",
    "custentity_mw_tier": """\
<entitycustomfield scriptid="custentity_mw_tier"><fieldtype>SELECT</fieldtype><label>Tier</label>
  <selectrecordtype>[scriptid=customlist_mw_tier]</selectrecordtype><accesslevel>2</accesslevel>
  <appliestocustomer>T</appliestocustomer><storevalue>T</storevalue></entitycustomfield>""",
    "custentity_mw_since": """\
<entitycustomfield scriptid="custentity_mw_since"><fieldtype>DATE</fieldtype><label>Since</label>
  <accesslevel>2</accesslevel><appliestocustomer>T</appliestocustomer><storevalue>T</storevalue>
</entitycustomfield>""",
    "customrecord_mw_meter": """\
<customrecordtype scriptid="customrecord_mw_meter"><recordname>Meter</recordname>
  <accesstype>USEPERMISSIONLIST</accesstype><includename>T</includename>
  <customrecordcustomfields>
    <customrecordcustomfield scriptid="custrecord_mw_owner"><fieldtype>SELECT</fieldtype>
      <label>Owner</label><selectrecordtype>-2</selectrecordtype></customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_mw_reading"><fieldtype>INTEGER</fieldtype>
      <label>Reading</label></customrecordcustomfield>
  </customrecordcustomfields>
  <permissions><permission><permittedrole>[scriptid=customrole_mw_integration]</permittedrole>
    <permittedlevel>EDIT</permittedlevel></permission></permissions></customrecordtype>""",
}


def write(folder: Path, *, objects: bool) -> Path:
    (folder / "specs").mkdir(parents=True)
    (folder / "project.yaml").write_text(PROJECT)
    (folder / "specs" / "customers.yaml").write_text(CUSTOMERS)
    (folder / "specs" / "meters.yaml").write_text(METERS)
    if objects:
        (folder / "objects").mkdir()
        for name, xml in OBJECTS.items():
            (folder / "objects" / f"{name}.xml").write_text(xml)
    return folder


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """An account in which somebody has customised customers, and made meters."""
    folder = write(tmp_path_factory.mktemp("account"), objects=True)
    assert build(folder, folder / "sdf_project").current
    with LocalServer(Settings(folder / "sdf_project", environ={}, workers=1)) as server:
        (folder / "ready.json").write_text(json.dumps(server.ready))
        yield server


@pytest.fixture
def ready(account: LocalServer, tmp_path: Path) -> Path:
    file = tmp_path / "ready.json"
    file.write_text(json.dumps(account.ready))
    return file


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that knows nothing of the account's objects."""
    return write(tmp_path / "project", objects=False)


@pytest.fixture
def pull(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["suiteloom", "catalog", "pull", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as leave:
            code = int(leave.code or 0)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


def labels(project: Path) -> list[str]:
    return [found.label for found in compile_project(project)[1]]


@pytest.mark.parametrize("auth", ["oauth2", "tba"])
def test_what_was_unknown_is_checked_after_a_pull(
    project: Path, ready: Path, pull: Callable[..., tuple[int, str]], auth: str
) -> None:
    assert set(labels(project)) == {"W201", "W202"}
    config = project / "agent.toml"
    config.write_text(
        f'bundle = "sdf_project/flows.json"\nenvironment = "sandbox"\n[netsuite]\nauth = "{auth}"\n'
    )
    code, told = pull("--project", project, "--netsuite", ready)
    assert code == 0, told
    assert sorted(path.name for path in (project / "catalog").iterdir()) == [
        "customer.json",
        "customlist_mw_tier.json",
        "customrecord_mw_meter.json",
    ]
    customer = json.loads((project / "catalog/customer.json").read_text())
    assert customer["fields"]["custentity_mw_since"] == {"type": "date", "label": "Since"}
    assert customer["fields"]["custentity_mw_tier"]["refers"] == "customlist_mw_tier"
    assert "companyname" not in customer["fields"]
    assert labels(project) == []


def test_a_pull_that_finds_nothing_new_writes_nothing(
    project: Path, ready: Path, pull: Callable[..., tuple[int, str]]
) -> None:
    pull("--project", project, "--netsuite", ready)
    before = {path: path.read_bytes() for path in (project / "catalog").iterdir()}
    code, told = pull("--project", project, "--netsuite", ready)
    assert code == 0
    assert told.count("unchanged") == len(before)
    assert {path: path.read_bytes() for path in (project / "catalog").iterdir()} == before
    assert pull("--project", project, "--netsuite", ready, "--check") == (0, "")


def test_specs_are_checked_against_the_types_of_the_account(
    project: Path, ready: Path, pull: Callable[..., tuple[int, str]]
) -> None:
    pull("--project", project, "--netsuite", ready)
    spec = project / "specs" / "meters.yaml"
    wrong = METERS.replace("{from: reading}", '{value: "12.5"}').replace(
        ', ref: {record: customer, prefix: "MW-"}', ""
    )
    spec.write_text(wrong + "  custrecord_mw_raeding: {from: other}\n")
    found = [(each.line, each.label, each.message) for each in compile_project(project)[1]]
    assert [(line, label) for line, label, _ in found] == [(9, "E203"), (10, "E213"), (11, "W202")]
    assert "list of customer records" in found[0][2]
    assert "did you mean 'custrecord_mw_reading'" in found[2][2]


def test_check_tells_what_changed_in_the_account(
    project: Path,
    account: LocalServer,
    ready: Path,
    pull: Callable[..., tuple[int, str]],
    tmp_path: Path,
) -> None:
    pull("--project", project, "--netsuite", ready)
    file = project / "catalog" / "customer.json"
    content = json.loads(file.read_text())
    content["fields"]["custentity_mw_since"]["type"] = "text"
    content["fields"]["custentity_mw_gone"] = {"type": "boolean"}
    del content["fields"]["custentity_mw_tier"]
    file.write_text(json.dumps(content))
    (project / "catalog" / "customrecord_mw_meter.json").unlink()
    code, told = pull("--project", project, "--netsuite", ready, "--check")
    assert code == 1
    assert told.splitlines() == [
        "customer.custentity_mw_gone is gone",
        "customer.custentity_mw_tier is new (select)",
        "customer.custentity_mw_since: type is now date (was text)",
        "customrecord_mw_meter: not pulled yet",
    ]
    assert json.loads(file.read_text()) == content


def test_a_record_type_that_the_account_does_not_have_is_told(
    project: Path, ready: Path, pull: Callable[..., tuple[int, str]]
) -> None:
    code, told = pull("--project", project, "--netsuite", ready, "--record", "customrecord_mw_none")
    assert (code, told) == (
        0,
        "customrecord_mw_none: account 1234567_SB1 has no description of it\n",
    )


def test_credentials_that_are_refused_end_with_what_the_role_needs(
    project: Path, account: LocalServer, pull: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    false = tmp_path / "false.json"
    false.write_text(json.dumps({**account.ready, "token_secret": "another"}))
    config = project / "agent.toml"
    config.write_text('bundle = "b"\nenvironment = "sandbox"\n[netsuite]\nauth = "tba"\n')
    code, told = pull("--project", project, "--netsuite", false)
    assert code == 1
    assert "answered 401" in told
    assert "REST Web Services" in told
    assert not (project / "catalog").exists()


def test_without_credentials_the_command_says_where_it_looked(
    project: Path, pull: Callable[..., tuple[int, str]]
) -> None:
    code, told = pull("--project", project)
    assert code == 2
    assert "agent.toml" in told


def test_objects_of_the_project_say_more_than_the_account(
    project: Path, ready: Path, pull: Callable[..., tuple[int, str]]
) -> None:
    """Lengths, and what is required, stand in the SDF objects alone."""
    pull("--project", project, "--netsuite", ready)
    (project / "objects").mkdir()
    required = OBJECTS["customrecord_mw_meter"].replace(
        "<label>Reading</label>", "<label>Reading</label><ismandatory>T</ismandatory>"
    )
    (project / "objects" / "meter.xml").write_text(required)
    (project / "specs" / "meters.yaml").write_text(
        METERS.replace("reading: {from", "owner2: {from")
    )
    assert "E208" in labels(project)
    shutil.rmtree(project / "objects")
    assert "E208" not in labels(project)


def test_a_file_that_was_spoilt_is_told_at_its_place(project: Path) -> None:
    (project / "catalog").mkdir()
    (project / "catalog" / "customer.json").write_text('{\n  "record": "customer",\n')
    found = [each for each in compile_project(project)[1] if each.severity == "error"]
    assert [(each.file, each.line, each.code) for each in found] == [
        ("catalog/customer.json", 3, "E416")
    ]


def reference(**more: Any) -> dict[str, Any]:
    parts = {name: {"type": "string"} for name in ("id", "refName", "externalId")}
    return {"type": "object", "properties": {**parts, "links": {"type": "array"}}, **more}


def test_the_shape_that_netsuite_documents_is_read() -> None:
    """The two properties of the help's example, and what public connectors find beside them."""
    described = read_schema(
        "salesorder",
        {
            "type": "object",
            "$schema": "https://json-schema.org/draft-06/hyper-schema#",
            "properties": {
                "id": {"title": "Internal ID", "type": "string"},
                "links": {"type": "array", "items": {"$ref": "/services/rest/x/nsLink"}},
                "custentity_integer": {
                    "title": "Integer Number",
                    "type": "integer",
                    "format": "int64",
                    "nullable": True,
                    "x-ns-custom-field": True,
                },
                "startDate": {"title": "Start Date", "type": "string", "format": "date"},
                "total": {"type": "number", "format": "double", "readOnly": True},
                "terms": reference(title="Terms"),
                "entity": {"$ref": "/services/rest/record/v1/metadata-catalog/customer"},
                "custbody_regions": {
                    "type": "object",
                    "properties": {"items": {"type": "array", "items": reference()}},
                },
                "shippingAddress": {"type": "object", "properties": {"city": {"type": "string"}}},
                "item": {
                    "type": "object",
                    "properties": {
                        "items": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "quantity": {"type": "number", "format": "double"},
                                    "custcol_note": {"type": "string", "x-ns-custom-field": True},
                                },
                            },
                        }
                    },
                },
            },
        },
    )
    assert {name: (each.type, each.refers) for name, each in described.fields.items()} == {
        "custentity_integer": ("integer", None),
        "startdate": ("date", None),
        "total": ("float", None),
        "terms": ("select", None),
        "entity": ("select", "customer"),
        "custbody_regions": ("multiselect", None),
    }
    assert described.fields["total"].read_only
    assert {name: each.type for name, each in described.sublists["item"].items()} == {
        "quantity": "float",
        "custcol_note": "text",
    }
