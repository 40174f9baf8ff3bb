"""Script objects of every type, from SDF XML to deployments."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.account.account import LocalAccount
from emulator.deploy import read_package
from emulator.errors import DeployError

RECORD = "<recordtype>CUSTOMER</recordtype>"
TITLE = "<title>One</title>"
# Object type, @NScriptType, own elements, elements of the deployment.
TYPES = [
    ("clientscript", "ClientScript", "<pageinitfunction>pageInit</pageinitfunction>", RECORD),
    ("massupdatescript", "MassUpdateScript", "", RECORD + "<runasrole>ADMINISTRATOR</runasrole>"),
    ("workflowactionscript", "WorkflowActionScript", "<returntype>INTEGER</returntype>", RECORD),
    ("portlet", "Portlet", "<portlettype>LIST</portlettype>", TITLE),
    ("bundleinstallationscript", "BundleInstallationScript", "", TITLE),
    ("sdfinstallationscript", "SDFInstallationScript", "", TITLE),
    (
        "suitelet",
        "Suitelet",
        "",
        TITLE + "<isonline>T</isonline><auddepartment>3|4</auddepartment>",
    ),
]


def project(folder: Path, tag: str, script_type: str, own: str, deployment: str, code: str) -> Path:
    root = folder / "src"
    (root / "FileCabinet/SuiteScripts").mkdir(parents=True)
    (root / "Objects").mkdir()
    (root / "manifest.xml").write_text(
        '<manifest projecttype="ACCOUNTCUSTOMIZATION"><projectname>p</projectname><frameworkversion>1.0</frameworkversion>'
        '<dependencies><features><feature required="true">SERVERSIDESCRIPTING</feature></features></dependencies></manifest>'
    )
    (root / "deploy.xml").write_text(
        "<deploy><files><path>~/FileCabinet/SuiteScripts/*</path></files><objects><path>~/Objects/*</path></objects></deploy>"
    )
    (root / "FileCabinet/SuiteScripts/x.js").write_text(
        f"/**\n * @NApiVersion 2.x\n * @NScriptType {script_type}\n */\n{code}\n"
    )
    (root / "Objects/customscript_x.xml").write_text(
        f'<{tag} scriptid="customscript_x"><name>X</name><scriptfile>[/SuiteScripts/x.js]</scriptfile>{own}'
        f'<scriptdeployments><scriptdeployment scriptid="customdeploy_x">{deployment}<status>RELEASED</status>'
        f"</scriptdeployment></scriptdeployments></{tag}>"
    )
    return folder


@pytest.mark.parametrize(("tag", "script_type", "own", "deployment"), TYPES)
def test_every_script_type_deploys(
    tmp_path: Path, tag: str, script_type: str, own: str, deployment: str
) -> None:
    account = LocalAccount()
    code = "define([], function () { return {}; });"
    account.install(
        read_package(project(tmp_path, tag, script_type, own, deployment, code), account)
    )
    script = account.script("customscript_x")
    assert script is not None
    assert (script.type, script.deployments[0].scriptid) == (script_type, "customdeploy_x")
    assert (script.deployments[0].record == "customer") is ("recordtype" in deployment)
    if tag == "suitelet":
        assert script.deployments[0].online
        assert script.deployments[0].departments == ("3", "4")
    account.close()


def test_a_file_in_another_language_than_its_version_does_not_deploy(tmp_path: Path) -> None:
    account = LocalAccount()
    code = "define([], () => ({ render: () => {} }));"
    folder = project(tmp_path, "portlet", "Portlet", "", TITLE, code)
    with pytest.raises(DeployError, match=r"/SuiteScripts/x\.js:5: SyntaxError: an arrow function"):
        read_package(folder, account)
    account.close()


def test_a_client_script_may_use_what_browsers_know(tmp_path: Path) -> None:
    account = LocalAccount()
    code = "define([], () => ({ pageInit: () => {} }));"
    folder = project(tmp_path, "clientscript", "ClientScript", "", RECORD, code)
    assert read_package(folder, account).scripts[0].type == "ClientScript"
    account.close()
