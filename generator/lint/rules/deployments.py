"""Script objects and their deployments: who runs what, when, and as whom."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog import sdf, sdf_types
from generator.lint.model import Found, Rule, place
from generator.lint.project import ObjectFile, Project
from generator.lint.rules.samples import (
    OBJECT,
    PARAMETER,
    PLAIN,
    RESTLET_JS,
    SCHEDULED_JS,
    USER_EVENT,
    USER_EVENT_JS,
    clients,
    simple_script,
    with_script,
)
from generator.spec.diagnose import did_you_mean

_DEPLOYED = frozenset(sdf_types.SCRIPT_TYPES) - {
    "bundleinstallationscript", "sdfinstallationscript", "plugintype", "pluginimplementation",
    "clientscript",
}  # fmt: skip


def _script_file(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter():
        value = (part.text or "").strip()
        if value.startswith("[/") and value.endswith("]"):
            name = value[1:-1]
            below = f"{name.rstrip('/')}/"
            if name not in project.cabinet and not any(
                p.startswith(below) for p in project.cabinet
            ):
                yield Found(
                    part,
                    f"there is no file {name} in the project{did_you_mean(name, project.cabinet)}",
                )


def _status(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag not in sdf_types.SCRIPT_TYPES:
        return
    on_demand = each.element.tag in sdf_types.ON_DEMAND
    allowed = ("NOTSCHEDULED", "SCHEDULED") if on_demand else ("RELEASED", "TESTING")
    for part in each.element.iter("scriptdeployment"):
        status = sdf.text(part, "status")
        at = place(part, "status")
        if status and status not in allowed:
            yield Found(at, f"a {each.element.tag} is {' or '.join(allowed)}, not {status}")
        elif status == "SCHEDULED" and part.find("recurrence") is None:
            yield Found(at, "the deployment is scheduled and has no recurrence: it never runs")


def _testing(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag not in sdf_types.SCRIPT_TYPES or each.element.tag in sdf_types.ON_DEMAND:
        return
    for part in each.element.iter("scriptdeployment"):
        if (
            sdf.text(part, "status", "TESTING") == "TESTING"
            and sdf.text(part, "isdeployed", "T") == "T"
        ):
            yield Found(
                place(part, "status"),
                "the deployment is in testing: it runs for the script's owner alone",
            )


def _debugging(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter("scriptdeployment"):
        if sdf.text(part, "loglevel") == "DEBUG" and sdf.text(part, "status") != "TESTING":
            yield Found(place(part, "loglevel"), "everything is logged, also in production")


def _online(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "suitelet":
        return
    for part in each.element.iter("scriptdeployment"):
        if sdf.text(part, "isonline") == "T":
            yield Found(
                place(part, "isonline"),
                "everybody who knows the address can run this Suitelet, without logging in",
            )


def _as_administrator(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter("scriptdeployment"):
        if sdf.text(part, "runasrole") == "ADMINISTRATOR":
            open_ = sdf.text(part, "allroles") == "T" or sdf.text(part, "isonline") == "T"
            who = "everybody" if open_ else "whoever runs it"
            yield Found(
                place(part, "runasrole"),
                f"the script runs as administrator for {who}",
            )


def _nobody(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag not in ("restlet", "suitelet"):
        return
    for part in each.element.iter("scriptdeployment"):
        given = any(
            sdf.text(part, tag)
            for tag in (
                "audslctrole",
                "audemployee",
                "auddepartment",
                "audsubsidiary",
                "audgroup",
                "audpartner",
            )
        ) or any(
            sdf.text(part, tag) == "T"
            for tag in ("allroles", "allemployees", "allpartners", "isonline")
        )
        if not given and sdf.text(part, "isdeployed", "T") == "T":
            yield Found(
                part, f"{part.get('scriptid')} has no audience: administrators alone can call it"
            )


def _mandatory_parameter(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter("scriptcustomfield"):
        if sdf.text(part, "ismandatory") == "T":
            yield Found(
                place(part, "ismandatory"),
                f"the parameter {part.get('scriptid')} is mandatory and has no value yet",
            )


def _several_on_record(project: Project) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for each in project.objects:
        if each.element.tag != "usereventscript":
            continue
        for part in each.element.iter("scriptdeployment"):
            record = sdf.text(part, "recordtype")
            if sdf.text(part, "isdeployed", "T") != "T" or not record:
                continue
            if record in seen and seen[record] != each.scriptid:
                yield Found(
                    place(part, "recordtype"),
                    f"{seen[record]} has events of {record} too: which of the two runs first is not promised",
                    file=each.path,
                )
            seen.setdefault(record, each.scriptid)


def _not_deployed(each: ObjectFile, project: Project) -> Iterator[Found]:
    if (
        each.element.tag in _DEPLOYED
        and each.element.find("scriptdeployments/scriptdeployment") is None
    ):
        yield Found(each.element, f"{each.scriptid} has no deployment: it never runs")


def _client_scripts(project: Project) -> Iterator[Found]:
    count: dict[str, int] = {}
    for each in project.objects:
        if each.element.tag == "clientscript":
            for part in each.element.iter("scriptdeployment"):
                record = sdf.text(part, "recordtype")
                count[record] = count.get(record, 0) + 1
                if count[record] == 11:
                    yield Found(
                        part,
                        f"this is the eleventh deployment of a client script on {record}: NetSuite runs ten",
                        file=each.path,
                    )


RULES = (
    Rule(
        "L109", "a file that is not in the project", "warning",
        "SDF looks for the file in the project and in the account. In neither the deployment fails.",
        "help topic SDF XML reference (scriptfile); SAFE 8 and 137",
        "Correct the path: it is the File Cabinet's, in brackets, with the exact letters.",
        {OBJECT: simple_script().replace("example.js", "exampel.js")},
        with_script(simple_script()),
        object=_script_file,
    ),
    Rule(
        "L110", "a deployment status that the script type does not have", "error",
        "Map/reduce and scheduled scripts are NOTSCHEDULED or SCHEDULED (with a recurrence), all others RELEASED or TESTING.",
        "SAFE 11; netsuite-facts 9.1",
        "Write the status of the script type.",
        with_script(simple_script("scheduledscript", "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>"), SCHEDULED_JS),
        with_script(simple_script("scheduledscript", "<title>Example</title>\n<status>NOTSCHEDULED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>"), SCHEDULED_JS),
        object=_status,
    ),
    Rule(
        "L111", "a deployment in testing", "warning",
        "TESTING, which is also what a deployment without a status has, runs for the owner of the script only. For everybody else nothing happens.",
        "netsuite-facts 9.1 and 13.1; help topic Setting Script Deployment Status",
        "Write <status>RELEASED</status>.",
        with_script(simple_script(deployment=PLAIN.replace("RELEASED", "TESTING"))),
        with_script(simple_script(deployment=PLAIN)),
        object=_testing,
    ),
    Rule(
        "L112", "debug logging in production", "warning",
        "A company may log 100,000 times in 60 minutes; NetSuite then raises the level of the noisiest scripts by itself, and what was logged in detail may be business data.",
        "SAFE 35 and 50; netsuite-facts 1.1",
        "Write AUDIT or ERROR.",
        with_script(simple_script(deployment=PLAIN.replace("AUDIT", "DEBUG"))),
        with_script(simple_script(deployment=PLAIN)),
        object=_debugging,
    ),
    Rule(
        "L113", "a Suitelet without login", "warning",
        "isonline T opens the Suitelet to everybody who knows or guesses its address.",
        "SAFE 135; netsuite-facts 1.7",
        "Write <isonline>F</isonline>; a page for the public needs its own checks, and a waiver that says so.",
        with_script(simple_script(deployment=PLAIN.replace("<isonline>F", "<isonline>T"))),
        with_script(simple_script(deployment=PLAIN)),
        object=_online,
    ),
    Rule(
        "L114", "a script that runs as administrator", "warning",
        "Whoever may run the script can use the rights of an administrator through it: with allroles, everybody.",
        "SAFE 134 and its template of user events",
        "Give it a role of its own with the permissions that it needs.",
        with_script(simple_script(deployment=PLAIN + "\n<runasrole>ADMINISTRATOR</runasrole>")),
        with_script(simple_script(deployment=PLAIN)),
        object=_as_administrator,
    ),
    Rule(
        "L115", "a deployment that nobody may use", "warning",
        "Without an audience a RESTlet or Suitelet answers to administrators only.",
        "netsuite-facts 9.1; help topic Audience",
        "Name the roles in audslctrole, or write <allroles>T</allroles>.",
        with_script(simple_script("restlet", "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>"), RESTLET_JS),
        with_script(simple_script("restlet", "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"), RESTLET_JS),
        object=_nobody,
    ),
    Rule(
        "L116", "a mandatory script parameter", "error",
        "SDF cannot give a mandatory parameter its value, so the deployment fails.",
        "SAFE 128; netsuite-facts 9.1",
        "Write <ismandatory>F</ismandatory>, and let the script stop where the value is missing.",
        with_script(simple_script(body=PARAMETER.format("T"))),
        with_script(simple_script(body=PARAMETER.format("F"))),
        object=_mandatory_parameter,
    ),
    Rule(
        "L125", "two user events on one record type", "warning",
        "NetSuite does not promise an order among user events: two that set the same field win by turns, and each adds its time to every save.",
        "SAFE 100; netsuite-decisions 24",
        "Make one script of them, which calls a module for each job.",
        with_script(simple_script("usereventscript", USER_EVENT.format("CUSTOMER")), USER_EVENT_JS, **{"src/Objects/customscript_other.xml": simple_script("usereventscript", USER_EVENT.format("CUSTOMER"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        with_script(simple_script("usereventscript", USER_EVENT.format("CUSTOMER")), USER_EVENT_JS, **{"src/Objects/customscript_other.xml": simple_script("usereventscript", USER_EVENT.format("VENDOR"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        project=_several_on_record,
    ),
    Rule(
        "L128", "a script without deployment", "warning",
        "A script runs where it is deployed: this one nowhere.",
        "help topic Script Deployment; SAFE 17",
        "Add a scriptdeployment, or leave the object out.",
        with_script("<suitelet scriptid=\"customscript_example\">\n  <name>Example</name>\n  <scriptfile>[/SuiteScripts/example/example.js]</scriptfile>\n</suitelet>\n"),
        with_script(simple_script()),
        object=_not_deployed,
    ),
    Rule(
        "L129", "more client scripts than NetSuite runs", "warning",
        "Ten client scripts run on a record type; an eleventh is ignored without a word, unless the account has lifted the limit.",
        "SAFE 111",
        "Make one script of several.",
        clients(11),
        clients(10),
        project=_client_scripts,
    ),
)  # fmt: skip
