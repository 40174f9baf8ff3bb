"""The SDF objects of the examples: what the account will make of them."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from generator.compile import compile_project
from generator.plan.project import ProjectPlan
from generator.render import objects

ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT.parent / "shared/tools/check_sdf_xml.py"
ROLE = "[scriptid=customrole_acme_integration]"


@cache
def plan(name: str = "acme") -> ProjectPlan:
    compiled, found = compile_project(ROOT / "examples" / name)
    assert compiled is not None, found
    return compiled


@cache
def rendered(name: str = "acme") -> dict[str, str]:
    return objects.render(plan(name))


def object_(scriptid: str, name: str = "acme") -> ET.Element:
    return ET.fromstring(rendered(name)[f"Objects/{scriptid}.xml"])


def all_of(tag: str) -> list[ET.Element]:
    roots = [ET.fromstring(t) for path, t in rendered().items() if path.startswith("Objects/")]
    found = [root for root in roots if root.tag == tag]
    assert found
    return found


def deployments(tag: str) -> list[ET.Element]:
    return [deploy for root in all_of(tag) for deploy in root.iter("scriptdeployment")]


@pytest.mark.skipif(not CHECKER.is_file(), reason="no SDF checker here")
@pytest.mark.parametrize("name", ["acme", "northwind"])
def test_every_object_passes_the_checker(name: str, tmp_path: Path) -> None:
    """Element names, enumerations, lengths and permission levels are SDF's."""
    retired = [objects.retire(script, plan(name).prefix) for script in objects.scripts(plan(name))]
    trees = {"now": rendered(name), "retired": objects.render(plan(name), retired)}
    files = []
    for tree, content in trees.items():
        for path, text in content.items():
            # The checker's data has no workflow actions; the local account refuses what Oracle's
            # page of them (SDFxml 1411852606) does not have.
            if path.startswith("Objects/") and not path.endswith("_wa.xml"):
                files.append(tmp_path / tree / Path(path).name)
                files[-1].parent.mkdir(exist_ok=True)
                files[-1].write_text(text)
    files += sorted((ROOT / "examples" / name / "objects").glob("*.xml"))
    done = subprocess.run([sys.executable, CHECKER, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("OK") == len(files)


def test_restlets_are_for_the_role_alone() -> None:
    """Nobody but the generated role may call them, and they run as their caller."""
    for deploy in deployments("restlet"):
        assert deploy.findtext("allroles") == "F"
        assert deploy.findtext("audslctrole") == ROLE
        assert deploy.find("runasrole") is None
        assert deploy.findtext("status") == "RELEASED"


def test_user_events_run_for_everybody_as_the_role() -> None:
    """Who saves needs no permission: every internal role and employee, executed as the project's role."""
    for deploy in deployments("usereventscript"):
        assert deploy.findtext("allroles") == "T"
        assert deploy.findtext("allemployees") == "T"
        assert deploy.findtext("runasrole") == ROLE
        assert deploy.findtext("status") == "RELEASED"


def test_user_events_list_every_context_but_the_excluded() -> None:
    """A context that is not listed does not run, so mass updates and web stores are there too."""
    customer = object_("customscript_acme_customer_ue").findtext(".//executioncontext") or ""
    assert {"CUSTOMMASSUPDATE", "WEBSTORE", "ACTION", "OTHER"} <= set(customer.split("|"))
    fulfilment = object_("customscript_acme_itemfulfillment_ue").findtext(".//executioncontext")
    assert set(customer.split("|")) - set((fulfilment or "").split("|")) == {"CSVIMPORT"}


def test_a_context_stays_where_one_flow_wants_it() -> None:
    """Flows on one record share a user event; only what all of them exclude is left out."""
    first, second = plan().outbound
    twin = replace(second, record=first.record, script=first.script, deploy=first.deploy)
    both = replace(plan(), outbound=(first, twin))
    (script,) = [each for each in objects.scripts(both) if each.kind == "usereventscript"]
    assert "CSVIMPORT" in script.deployments[0].contexts


def test_only_the_net_has_a_schedule() -> None:
    """Drain and imports are submitted by others; a scheduled deployment could not be."""
    for deploy in deployments("mapreducescript"):
        assert deploy.findtext("status") == "NOTSCHEDULED"
        assert deploy.find("recurrence") is None
    (net,) = deployments("scheduledscript")
    assert net.findtext("status") == "SCHEDULED"
    assert net.findtext("recurrence/daily/repeat") == "PT15M"


def test_whoever_saves_may_add_an_outbox_row_and_nobody_can_look() -> None:
    """No permission needed, no user interface, no business data."""
    outbox = object_("customrecord_acme_outbox")
    assert outbox.findtext("accesstype") == "NONENEEDED"
    assert outbox.findtext("allowuiaccess") == "F"
    assert outbox.findtext("includename") == "F"
    labels = [field.findtext("label") or "" for field in outbox.iter("customrecordcustomfield")]
    assert not [label for label in labels if "payload" in label.lower()]


def test_claims_are_for_the_role_alone() -> None:
    record = object_("customrecord_acme_claim")
    assert record.findtext("accesstype") == "USEPERMISSIONLIST"
    roles = {each.findtext("permittedrole") for each in record.iter("permission")}
    assert roles == {ROLE, "ADMINISTRATOR"}


def test_the_role_is_unrestricted_and_every_permission_says_why() -> None:
    """A restriction would make rows invisible; a permission without a reason cannot be reviewed."""
    text = rendered()["Objects/customrole_acme_integration.xml"]
    role = ET.fromstring(text)
    assert role.findtext("employeerestriction") == "NONE"
    assert role.findtext("subsidiaryoption") == "ALL"
    assert role.findtext("iswebserviceonlyrole") == "F"
    keys = [each.findtext("permkey") for each in role.iter("permission")]
    assert len(keys) == len(set(keys))
    assert {"REPO_ANALYTICS", "ADMI_LOGIN_OAUTH2", "TRAN_FIND", "LIST_FIND"} <= set(keys)
    assert {"TRAN_SALESORD", "TRAN_SALESORDAPPRV", "LIST_CUSTJOB"} <= set(keys)
    assert len(re.findall(r"<!-- \S.* -->\n    <permission>", text)) == len(keys)


def test_a_permission_keeps_the_highest_level_and_all_reasons() -> None:
    by_key = {each.key: each for each in objects.permissions(plan())}
    assert by_key["LIST_CUSTJOB"].level == "EDIT"
    assert "customer-changes" in by_key["LIST_CUSTJOB"].reason
    assert "shop-customers" in by_key["LIST_CUSTJOB"].reason


def test_the_role_has_nothing_that_no_flow_needs() -> None:
    """A project without files has no File Cabinet permission, one without stock no adjustments."""
    flows = tuple(flow for flow in plan().inbound if flow.flow == "shop-customers")
    small = replace(plan(), inbound=flows, outbound=())
    keys = {each.key for each in objects.permissions(small)}
    assert "LIST_FILECABINET" not in keys
    assert not {key for key in keys if key.startswith("TRAN_")} - {"TRAN_FIND"}


def test_the_manifest_has_exactly_the_features_used() -> None:
    def required(which: ProjectPlan) -> set[str]:
        manifest = ET.fromstring(objects.render(which)["manifest.xml"])
        found = manifest.findall("dependencies/features/feature")
        assert {feature.get("required") for feature in found} == {"true"}
        return {feature.text or "" for feature in found}

    assert {"CUSTOMRECORDS", "SERVERSIDESCRIPTING", "INVENTORY", "PAYABLES"} <= required(plan())
    flows = tuple(flow for flow in plan().inbound if flow.flow == "shop-customers")
    assert not {"INVENTORY", "PAYABLES"} & required(replace(plan(), inbound=flows, outbound=()))


def test_deploy_names_only_what_is_there() -> None:
    """A path to a folder that does not exist fails the deployment."""
    deploy = ET.fromstring(rendered()["deploy.xml"])
    assert [(section.tag, section.findtext("path")) for section in deploy] == [
        ("files", "~/FileCabinet/SuiteScripts/acme/*"),
        ("objects", "~/Objects/*"),
    ]


def test_fingerprints_are_on_every_record_that_is_written() -> None:
    """One field per kind of record, on each record type that a flow writes, hidden from forms."""
    body = object_("custbody_acme_fp")
    assert body.tag == "transactionbodycustomfield"
    for applies in ("bodysale", "bodypurchase", "bodyinventoryadjustment"):
        assert body.findtext(applies) == "T"
    assert body.find("bodyjournal") is None
    assert object_("custentity_acme_fp").findtext("appliestocustomer") == "T"
    assert object_("custitem_nw_fp", "northwind").findtext("appliestononinventory") == "T"
    assert body.findtext("displaytype") == "HIDDEN"


def test_drain_has_one_deployment_per_partition() -> None:
    drain = object_("customscript_acme_drain")
    values = [
        each.findtext("custscript_acme_drain_partition") for each in drain.iter("scriptdeployment")
    ]
    assert values == [str(number) for number in range(len(values))]
    assert values


def test_a_retired_script_is_emitted_once_again_not_deployed() -> None:
    """SDF never deletes: the old script stays in the account, off, and points at a stand-in."""
    (old,) = [s for s in objects.scripts(plan()) if s.script.endswith("shop_orders_rl")]
    gone = replace(plan(), inbound=tuple(f for f in plan().inbound if f.flow != "shop-orders"))
    tree = objects.render(gone, [objects.retire(old, "acme")])
    script = ET.fromstring(tree["Objects/customscript_acme_shop_orders_rl.xml"])
    assert {each.text for each in script.iter("isdeployed")} == {"F"}
    file = (script.findtext("scriptfile") or "").strip("[]")
    assert "@NScriptType Restlet" in tree[f"FileCabinet{file}"]


def test_titles_with_markup_stay_text() -> None:
    """What people write into a spec cannot break the XML."""
    first = replace(plan().inbound[0], title='Orders <A> & "B" -- fast')
    text = objects.render(replace(plan(), inbound=(first,)))[f"Objects/{first.script}.xml"]
    assert ET.fromstring(text).findtext("description") == first.title
