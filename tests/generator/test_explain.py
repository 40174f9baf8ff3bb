"""`suiteloom explain`: what it says about the language and about flows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.compile import compile_project
from generator.explain import language
from generator.explain.flow import about_flow
from generator.plan.inbound import InboundPlan
from generator.plan.project import ProjectPlan
from generator.spec.codes import CODES
from generator.spec.keys import groups
from generator.transforms import TRANSFORMS

ROOT = Path(__file__).parents[2]
PROJECTS = (
    ROOT / "examples" / "acme",
    ROOT / "examples" / "northwind",
    ROOT / "tests" / "golden" / "trees" / "corners" / "project",
    ROOT / "tests" / "golden" / "trees" / "example-specs" / "project",
)


@cache
def plan_of(folder: Path) -> ProjectPlan:
    plan, _ = compile_project(folder)
    assert plan is not None
    return plan


def explain(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["explain", *map(str, arguments)])


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.parts[-2])
def test_every_flow_is_told_with_its_record_fields_and_script(folder: Path) -> None:
    plan = plan_of(folder)
    for flow in (*plan.inbound, *plan.outbound):
        said = about_flow(plan, flow)
        for needed in (flow.flow, flow.file, flow.record, flow.script, f"{flow.units.each:,}"):
            assert needed in said
        lines = said.splitlines()
        for field in flow.body if isinstance(flow, InboundPlan) else ():
            assert any(line.startswith(f"  {field.id} ") for line in lines), field.id
        assert max(map(len, lines)) <= 200


def test_a_flow_is_told_in_sentences() -> None:
    said = " ".join(explain("shop-orders", "--project", PROJECTS[0]).output.split())
    assert "A salesorder is created, or updated where it is there." in said
    assert 'It is found again by externalid: "SHOP-" and id.' in said
    assert "looked up in customer by externalid" in said
    assert 'financial_status is "paid" or "partially_refunded", and not (test is true)' in said
    assert "merged by custcol_acme_line_id = id; others are closed." in said


def test_what_a_record_takes_over_from_another_one_is_told(project: Any) -> None:
    project.inbound(
        """
        write: create
        transform_from: {record: salesorder, id: {from: order, ref: {record: salesorder}}}
        lines:
          item: {from: rows, key: {custcol_no: no}, policy: merge, body: {quantity: qty}}
        """,
        record="invoice",
    )
    plan = project.plan()
    said = about_flow(plan, plan.inbound[0]).replace("\n  ", " ")
    assert "by custcol_no = no; of the salesorder's lines others are not taken over." in said


def test_every_key_code_and_transform_can_be_asked_for() -> None:
    for code in CODES.values():
        assert language.about(code.code)[0].startswith(f"{code.code}: {code.title}")
    for name, transform in TRANSFORMS.items():
        assert any(transform.description.split()[0] in said for said in language.about(name))
    for group in groups():
        for key in group.keys:
            path = ".".join((*group.path, key.name))
            assert any(said.startswith(f"{path}: a key of") for said in language.about(path)), path


@pytest.mark.parametrize("asked", ["lines.policy", "lines.item.policy", "lines.<sublist>.policy"])
def test_a_key_is_found_with_and_without_the_names_that_a_user_chooses(asked: str) -> None:
    said = explain(asked).output
    assert said.startswith("lines.<sublist>.policy: a key of an inbound flow")
    assert "merge, replace or append" in said


def test_a_key_alone_is_told_for_every_place_where_it_has_a_meaning_of_its_own() -> None:
    said = explain("prefix").output
    for start in ("prefix: a transform", "prefix: a key of project.yaml", "key.prefix: a key"):
        assert start in said


@pytest.mark.parametrize("asked", ["W251", "e251", "E251"])
def test_a_code_is_found_as_it_is_shown(asked: str) -> None:
    assert explain(asked).output.startswith("E251: ")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("polcy", "policy"), ("ref.mising", "ref.missing"), ("shop-order", "shop-orders")],
)
def test_a_miss_names_what_was_probably_meant(
    asked: str, meant: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from generator import cli as entry

    monkeypatch.setattr("sys.argv", ["suiteloom", "explain", asked, "--project", str(PROJECTS[0])])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 2
    assert f"did you mean '{meant}'?" in capsys.readouterr().err


def test_a_flow_of_a_project_with_mistakes_shows_the_mistakes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from generator import cli as entry

    (tmp_path / "specs").mkdir()
    (tmp_path / "project.yaml").write_text(
        "spec: 1\nproject: shop\nprefix: shp\nenvironments: {sandbox: {account: '1_SB1'}}\n"
    )
    (tmp_path / "specs" / "orders.yaml").write_text(
        "spec: 1\nflow: orders\ndirection: inbound\nrecord: custmer\nvia: {restlet: {}}\n"
        "key: {from: id}\nbody: {companyname: name}\n"
    )
    monkeypatch.setattr("sys.argv", ["suiteloom", "explain", "orders", "--project", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 1
    assert "E201" in capsys.readouterr().err


def test_a_flow_whose_spec_cannot_be_read_is_not_said_to_be_nowhere(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/bills.yaml").write_bytes(b"\xff")
    said = explain("bills", "--project", tmp_path)
    assert "specs/bills.yaml cannot be read" in str(said.exception)
