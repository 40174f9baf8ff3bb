"""Building into a folder: only what changed, never over a person's work, nothing forgotten."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from generator.errors import ProjectError, UsageError, WriteError
from generator.lint import lint, read
from generator.project import build

ROOT = Path(__file__).resolve().parents[2]
RESTLET = "src/FileCabinet/SuiteScripts/nw/orders_rl.js"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The Northwind example with two of its flows."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "examples/northwind", folder)
    for flow in ("customers", "items", "vendors"):
        (folder / f"specs/{flow}.yaml").unlink()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def suiteloom(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "suiteloom", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_second_build_touches_nothing(project: Path, out: Path) -> None:
    first = build(project, out)
    assert first.written
    assert len(first.changes.added) > 10
    before = snapshot(out)
    again = build(project, out)
    assert not again.changes
    assert snapshot(out) == before


def test_the_output_does_not_depend_on_where_the_project_is(
    project: Path, out: Path, tmp_path: Path
) -> None:
    """To the byte, so that a build can be checked on another machine."""
    build(project, out)
    elsewhere = tmp_path / "some" / "where" / "else"
    shutil.copytree(project, elsewhere)
    build(elsewhere, tmp_path / "out2")
    assert {k: v for k, (v, _) in snapshot(out).items()} == {
        k: v for k, (v, _) in snapshot(tmp_path / "out2").items()
    }


def test_only_what_changed_is_rewritten(project: Path, out: Path) -> None:
    """A new title changes the object and the bundle, and leaves the library alone."""
    build(project, out)
    before = snapshot(out)
    spec = project / "specs/orders.yaml"
    spec.write_text(spec.read_text().replace("sales orders, to the cent", "sales orders"))
    result = build(project, out)
    assert "flows.json" in result.changes.changed
    assert not result.changes.added
    after = snapshot(out)
    touched = {path for path in after if after[path] != before[path]}
    assert touched == {*result.changes.changed, ".suiteloom.json"}
    assert not {path for path in touched if "/lib/" in path and "config" not in path}


def test_check_writes_nothing_and_tells(project: Path, out: Path) -> None:
    build(project, out)
    assert build(project, out, check=True).current
    spec = project / "specs/orders.yaml"
    spec.write_text(spec.read_text().replace('prefix: "NW-"}\n\nbody', 'prefix: "NWO-"}\n\nbody'))
    before = snapshot(out)
    result = build(project, out, check=True)
    assert not result.current
    assert "flows.json" in result.changes.changed
    assert snapshot(out) == before


def test_check_finds_what_a_person_edited(project: Path, out: Path) -> None:
    build(project, out)
    (out / RESTLET).write_text((out / RESTLET).read_text() + "// quick fix\n")
    assert build(project, out, check=True).changes.edited == (RESTLET,)


def test_an_edited_file_is_kept_and_named(project: Path, out: Path) -> None:
    """Nothing at all is written then: half a build would mix two contracts."""
    build(project, out)
    (out / RESTLET).write_text("// mine\n")
    spec = project / "specs/orders.yaml"
    spec.write_text(spec.read_text().replace("places: 0", "places: 1"))
    before = snapshot(out)
    result = build(project, out)
    assert (result.written, result.current) == (False, False)
    assert result.changes.edited == (RESTLET,)
    assert any(RESTLET in line for line in result.lines())
    assert snapshot(out) == before


def test_force_overwrites_an_edited_file(project: Path, out: Path) -> None:
    build(project, out)
    ours = (out / RESTLET).read_text()
    (out / RESTLET).write_text("// mine\n")
    assert build(project, out, force=True).written
    assert (out / RESTLET).read_text() == ours
    assert not build(project, out).changes


def test_a_file_of_somebody_else_is_not_overwritten(project: Path, out: Path) -> None:
    (out / "src").mkdir(parents=True)
    (out / "src/manifest.xml").write_text("<manifest/>")
    (out / "notes.txt").write_text("keep me")
    result = build(project, out)
    assert result.changes.edited == ("src/manifest.xml",)
    assert not result.written
    assert build(project, out, force=True).written
    assert (out / "notes.txt").read_text() == "keep me"


def test_a_flow_that_is_gone_takes_its_files_along(project: Path, out: Path) -> None:
    """Its code goes; its script stays as an object that is not deployed, because SDF never deletes."""
    build(project, out)
    (project / "specs/orders.yaml").unlink()
    result = build(project, out)
    assert RESTLET in result.changes.removed
    assert not (out / RESTLET).exists()
    bundle = json.loads((out / "flows.json").read_text())
    assert bundle["retired"] == ["customscript_nw_orders_rl"]
    assert "<isdeployed>F" in (out / "src/Objects/customscript_nw_orders_rl.xml").read_text()
    assert "customscript_nw_orders_rl" in (out / "SETUP.md").read_text()
    assert not build(project, out).changes, "it stays retired"


def test_a_script_that_no_account_has_can_be_forgotten(project: Path, out: Path) -> None:
    """A misspelt custom record that was built and never deployed: its deployment refers to nothing."""
    events = """\
spec: 1
flow: sites
direction: outbound
record: customrecord_{}
via: {{events: {{on: [create]}}}}
target: {{connection: warehouse, path: /sites}}
payload: {{name: name}}
"""
    spec, manifest = project / "specs/sites.yaml", out / "src/manifest.xml"
    spec.write_text(events.format("siet"))
    build(project, out)
    spec.write_text(events.format("site"))
    script, other = (f"customscript_nw_customrecord_siet_{kind}" for kind in ("ue", "wa"))
    result = build(project, out)
    assert result.retired == (script, other)
    said = f"retired  {script}: each deployment turns it off; where no account has it:  suiteloom build --forget {script}"
    assert said in result.lines()
    assert "customrecord_siet" in manifest.read_text()
    assert build(project, out).retired == (), "it is said once"
    with pytest.raises(UsageError, match=f"is no retired script.*did you mean '{script}'"):
        build(project, out, forget=[script.replace("siet", "site")])
    result = build(project, out, forget=[script, other])
    assert f"src/Objects/{script}.xml" in result.changes.removed
    assert "customrecord_siet" not in manifest.read_text()
    assert json.loads((out / "flows.json").read_text())["retired"] == []
    assert not build(project, out).changes, "it stays forgotten"


def test_a_script_can_be_forgotten_in_the_build_that_retires_it(project: Path, out: Path) -> None:
    build(project, out)
    (project / "specs/orders.yaml").unlink()
    assert build(project, out, forget=["customscript_nw_orders_rl"]).retired == ()
    assert not list(out.rglob("*orders*"))


def test_a_flow_that_comes_back_is_deployed_again(project: Path, out: Path) -> None:
    build(project, out)
    before = {path: content for path, (content, _) in snapshot(out).items()}
    spec = project / "specs/orders.yaml"
    text = spec.read_text()
    spec.unlink()
    build(project, out)
    spec.write_text(text)
    build(project, out)
    assert {path: content for path, (content, _) in snapshot(out).items()} == before


def test_a_removed_file_that_was_edited_is_kept(project: Path, out: Path) -> None:
    build(project, out)
    (out / RESTLET).write_text("// mine\n")
    (project / "specs/orders.yaml").unlink()
    result = build(project, out)
    assert result.changes.edited == (RESTLET,)
    assert (out / RESTLET).read_text() == "// mine\n"


def test_a_build_that_was_cut_is_finished_by_the_next(project: Path, out: Path) -> None:
    """The list of owned files is written last; files that are already right are nobody's edits."""
    build(project, out)
    (out / ".suiteloom.json").unlink()
    (out / RESTLET).unlink()
    result = build(project, out)
    assert result.written
    assert result.changes.added == (RESTLET,)


def test_scripts_of_a_flow_without_a_title_begin_with_its_name(project: Path, out: Path) -> None:
    for spec in (project / "specs").glob("*.yaml"):
        text = spec.read_text(encoding="utf-8")
        spec.write_text(re.sub("(?m)^title: .*\n", "", text), encoding="utf-8")
    build(project, out)
    assert (out / RESTLET).read_text(encoding="utf-8").startswith("/**\n * orders\n *\n")


def test_hooks_and_objects_are_copied_as_they_are(project: Path, out: Path) -> None:
    (project / "hooks/shared.js").write_text("define([], () => ({}));\n")
    build(project, out)
    for own, copy in (
        ("hooks/amounts.js", "src/FileCabinet/SuiteScripts/nw/hooks/amounts.js"),
        ("hooks/shared.js", "src/FileCabinet/SuiteScripts/nw/hooks/shared.js"),
        ("objects/custcol_nw_line_id.xml", "src/Objects/custcol_nw_line_id.xml"),
    ):
        assert (out / copy).read_bytes() == (project / own).read_bytes()


def test_the_manifest_declares_records_that_only_the_account_has(project: Path, out: Path) -> None:
    (project / "specs/sites.yaml").write_text(
        """\
spec: 1
flow: sites
direction: outbound
record: customrecord_site
via: {events: {on: [create]}}
target: {connection: warehouse, path: /sites}
payload: {name: name}
"""
    )
    build(project, out)
    manifest = out / "src/manifest.xml"
    assert "<object>customrecord_site</object>" in manifest.read_text()
    (project / "objects").mkdir(exist_ok=True)
    (project / "objects/customrecord_site.xml").write_text(
        '<customrecordtype scriptid="customrecord_site"><recordname>Site</recordname></customrecordtype>'
    )
    build(project, out)
    assert "<objects>" not in manifest.read_text()


def test_the_manifest_declares_what_own_objects_refer_to_and_the_account_has(
    project: Path, out: Path
) -> None:
    """What `catalog/` knows by itself, else what project.yaml names; anything else may be misspelt."""
    field = (
        '<transactionbodycustomfield scriptid="custbody_{0}"><label>{0}</label>'
        "<fieldtype>SELECT</fieldtype><selectrecordtype>[scriptid={1}]</selectrecordtype>"
        "<storevalue>T</storevalue><bodysale>T</bodysale></transactionbodycustomfield>"
    )
    list_ = '<customlist scriptid="customlist_own"><name>Own</name></customlist>'
    (project / "objects/customlist_own.xml").write_text(list_)
    for name, target in (
        ("one", "customlist_pulled"),
        ("two", "customrecord_named"),
        ("three", "customlist_own"),
        ("four", "customrecord_naemd"),
    ):
        (project / f"objects/custbody_{name}.xml").write_text(field.format(name, target))
    described = '{"record": "salesorder", "fields": {"custbody_x": {"type": "select", "refers": "customlist_pulled"}}}'
    (project / "catalog").mkdir()
    (project / "catalog/salesorder.json").write_text(described)
    with (project / "project.yaml").open("a") as file:
        file.write("account_objects: [customrecord_named, customrole_boss]\n")
    build(project, out)
    manifest = ET.parse(out / "src/manifest.xml")
    declared = [each.text for each in manifest.iterfind("dependencies/objects/object")]
    assert declared == ["customlist_pulled", "customrecord_named", "customrole_boss"]
    (left,) = [each for each in lint(read(project), project) if each.code == "L108"]
    assert left.file == "objects/custbody_four.xml"
    assert left.message == (
        "customrecord_naemd is not in the project; did you mean 'customrecord_named'?"
    )
    assert left.help == (
        "correct the id, or declare it under account_objects: in project.yaml where the account has it"
    )


def test_the_manifest_declares_the_features_of_own_objects(project: Path, out: Path) -> None:
    """SDF refuses an object whose feature the manifest leaves out; the account takes the whole then."""
    for name, xml in {
        "cseg_team": '<customsegment scriptid="cseg_team"><label>Team</label><recordtype>[scriptid=customrecord_cseg_team]</recordtype></customsegment>',
        "customrecord_cseg_team": '<customrecordtype scriptid="customrecord_cseg_team"><customsegment>[scriptid=cseg_team]</customsegment></customrecordtype>',
        "customworkflow_hold": '<workflow scriptid="customworkflow_hold"><name>Hold</name><recordtypes>SALESORDER</recordtypes></workflow>',
        "custbody_team": '<transactionbodycustomfield scriptid="custbody_team"><label>Team</label><fieldtype>SELECT</fieldtype><selectrecordtype>-102</selectrecordtype><storevalue>T</storevalue><bodysale>T</bodysale></transactionbodycustomfield>',
    }.items():
        (project / f"objects/{name}.xml").write_text(xml)
    plain = {"CUSTOMRECORDS", "RECEIVABLES", "SALESORDERS", "SERVERSIDESCRIPTING"}
    build(project, out)
    manifest = ET.parse(out / "src/manifest.xml")
    declared = {each.text for each in manifest.iterfind("dependencies/features/feature")}
    assert declared - plain == {"CUSTOMSEGMENTS", "DEPARTMENTS", "WORKFLOW"}
    assert "L303" not in {each.code for each in lint(read(project), project)}


@pytest.mark.parametrize(("access", "named"), [("NONENEEDED", False), ("USEPERMISSIONLIST", True)])
def test_the_role_names_no_record_type_that_asks_for_no_permission(
    access: str, named: bool, project: Path, out: Path
) -> None:
    """SDF would refuse it, unless the record type named the role as well."""
    permitted = "<permissions><permission><permittedrole>[scriptid=customrole_nw_integration]</permittedrole><permittedlevel>VIEW</permittedlevel></permission></permissions>"
    (project / "objects/customrecord_site.xml").write_text(
        f'<customrecordtype scriptid="customrecord_site"><recordname>Site</recordname><accesstype>{access}</accesstype>{permitted if named else ""}</customrecordtype>'
    )
    (project / "specs/sites.yaml").write_text(
        "spec: 1\nflow: sites\ndirection: outbound\nrecord: customrecord_site\nvia: {events: {on: [create]}}\ntarget: {connection: warehouse, path: /sites}\npayload: {name: name}\n"
    )
    build(project, out)
    role = (out / "src/Objects/customrole_nw_integration.xml").read_text()
    assert ("[scriptid=customrecord_site]" in role) == named
    assert "L131" not in {each.code for each in lint(read(out), out)}


def test_templates_go_along_with_their_objects(project: Path, out: Path) -> None:
    """They are FreeMarker, which is no XML: nothing but the object beside them is read."""
    object_ = (
        '<advancedpdftemplate scriptid="custtmpl_label"><title>Label</title></advancedpdftemplate>'
    )
    (project / "objects/custtmpl_label.xml").write_text(object_)
    texts = {"xml": "<pdf><#if record.memo?has_content>&nbsp;</#if></pdf>", "html": "<br>${x}"}
    for kind, text in texts.items():
        (project / f"objects/custtmpl_label.template.{kind}").write_text(text)
    build(project, out)
    for kind, text in texts.items():
        assert (out / f"src/Objects/custtmpl_label.template.{kind}").read_text() == text
    assert "ADVANCEDPRINTING" in (out / "src/manifest.xml").read_text()


def test_an_own_object_cannot_take_a_generated_name(project: Path, out: Path) -> None:
    (project / "objects/customrole_nw_integration.xml").write_text(
        '<role scriptid="customrole_nw_integration"><name>x</name></role>'
    )
    with pytest.raises((WriteError, ProjectError)):
        build(project, out)
    assert not out.exists()


def test_a_project_with_mistakes_leaves_the_output_alone(project: Path, out: Path) -> None:
    build(project, out)
    before = snapshot(out)
    spec = project / "specs/orders.yaml"
    spec.write_text(spec.read_text().replace("record: salesorder", "record: salesordr"))
    with pytest.raises(ProjectError):
        build(project, out)
    assert snapshot(out) == before


def test_the_output_cannot_be_the_project(project: Path) -> None:
    with pytest.raises(UsageError, match="another folder"):
        build(project, project)


def test_a_damaged_list_of_owned_files_says_what_to_do(project: Path, out: Path) -> None:
    build(project, out)
    (out / ".suiteloom.json").write_text("{")
    with pytest.raises(WriteError, match="--force"):
        build(project, out)


def test_the_command_line(project: Path, out: Path) -> None:
    """Exit 0 when current, 1 with the names when not."""
    made = suiteloom("build", "--project", project, "--out", out)
    assert (made.returncode, made.stderr) == (0, "")
    assert f"added    {RESTLET}" in made.stdout
    assert suiteloom("build", "--project", project, "--out", out, "--check").returncode == 0
    (out / RESTLET).write_text("// mine\n")
    stale = suiteloom("build", "--project", project, "--out", out, "--check")
    assert stale.returncode == 1
    assert f"edited   {RESTLET}" in stale.stdout


def test_the_committed_project_is_current() -> None:
    """`sdf_project/` is what `suiteloom build --project examples/acme --out sdf_project` writes."""
    result = build(ROOT / "examples/acme", ROOT / "sdf_project", check=True)
    assert result.current, "\n".join(result.lines())
