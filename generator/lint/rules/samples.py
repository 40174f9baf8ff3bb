"""Samples that rules about objects are shown with."""

from __future__ import annotations


def simple_script(
    tag: str = "suitelet",
    deployment: str = "",
    body: str = "",
    scriptid: str = "customscript_example",
) -> str:
    """A script object; the deployment's lines are given, or plain ones stand there."""
    lines = (
        deployment
        or "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<isonline>F</isonline>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"
    )
    inner = "\n".join(f"      {line}" for line in lines.splitlines())
    more = "".join(f"  {line}\n" for line in body.splitlines())
    return (
        f'<{tag} scriptid="{scriptid}">\n  <name>Example</name>\n'
        f"  <scriptfile>[/SuiteScripts/example/example.js]</scriptfile>\n{more}  <scriptdeployments>\n"
        f'    <scriptdeployment scriptid="customdeploy_example">\n{inner}\n'
        f"    </scriptdeployment>\n  </scriptdeployments>\n</{tag}>\n"
    )


SUITELET_JS = "/**\n * @NApiVersion 2.1\n * @NScriptType Suitelet\n */\ndefine([], () => ({ onRequest: (context) => context.response.write('hello') }));\n"
FILE = "src/FileCabinet/SuiteScripts/example/example.js"
OBJECT = "src/Objects/customscript_example.xml"


def with_script(xml: str, js: str = SUITELET_JS, **more: str) -> dict[str, str]:
    """A project of a script, its object, and more files by their paths."""
    return {OBJECT: xml, FILE: js} | more


def script_text(kind: str, entry: str) -> str:
    """A script of a type, with one entry point."""
    return SUITELET_JS.replace("Suitelet", kind).replace(
        "onRequest: (context) => context.response.write('hello')", entry
    )


LIST = """\
<customlist scriptid="{id}">
  <name>{name}</name>
  <customvalues>
    <customvalue scriptid="val_example_one">
      <value>One</value>
    </customvalue>
  </customvalues>
</customlist>
"""
BODY_FIELD = """\
<transactionbodycustomfield scriptid="custbody_example">
  <label>Example</label>
  <fieldtype>{type}</fieldtype>
{more}</transactionbodycustomfield>
"""
RECORD = """\
<customrecordtype scriptid="customrecord_example">
  <recordname>Example</recordname>
  <accesstype>{access}</accesstype>
  <includename>F</includename>
{more}</customrecordtype>
"""
ROLE = """\
<role scriptid="customrole_example">
  <name>Example</name>
  <centertype>BASIC</centertype>
{only}  <permissions>
    <permission>
      <permkey>{key}</permkey>
      <permlevel>{level}</permlevel>
    </permission>
  </permissions>
</role>
"""
PLAIN = "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<isonline>F</isonline>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"
FOR_ROLE = "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>F</allroles>\n<audslctrole>[scriptid=customrole_example]</audslctrole>"
RESTLET_JS = script_text("Restlet", "get: () => 'pong'")
USER_EVENT_JS = script_text("UserEventScript", "beforeLoad: (context) => context.type")
SCHEDULED_JS = script_text("ScheduledScript", "execute: () => undefined")
USER_EVENT = "<recordtype>{}</recordtype>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"
PARAMETER = '<scriptcustomfields>\n  <scriptcustomfield scriptid="custscript_example">\n    <label>Example</label>\n    <fieldtype>TEXT</fieldtype>\n    <ismandatory>{}</ismandatory>\n  </scriptcustomfield>\n</scriptcustomfields>'
ROLE_FILE = "src/Objects/customrole_example.xml"
SDF_REFERENCE = "help topic SDF XML reference"


def clients(count: int) -> dict[str, str]:
    """A client script with so many deployments on customers."""
    lines = "".join(
        f'    <scriptdeployment scriptid="customdeploy_example_{number}">\n'
        "      <recordtype>CUSTOMER</recordtype>\n      <status>RELEASED</status>\n"
        "      <isdeployed>T</isdeployed>\n    </scriptdeployment>\n"
        for number in range(1, count + 1)
    )
    xml = (
        '<clientscript scriptid="customscript_example">\n  <name>Example</name>\n'
        "  <scriptfile>[/SuiteScripts/example/example.js]</scriptfile>\n"
        f"  <scriptdeployments>\n{lines}  </scriptdeployments>\n</clientscript>\n"
    )
    return with_script(xml, script_text("ClientScript", "pageInit: (context) => context.mode"))
