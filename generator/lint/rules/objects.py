"""SDF objects: what an account refuses, ignores, or takes and regrets."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog import permissions, sdf, sdf_types
from generator.catalog.sdf import Element
from generator.catalog.sdf_schema import Fault, check, schema
from generator.lint.model import Found, Rule
from generator.lint.project import ObjectFile, Project
from generator.spec.diagnose import did_you_mean

_ACCOUNT_VALUE = "[ACCOUNT_SPECIFIC_VALUE]"
_DEPLOYED = frozenset(sdf_types.SCRIPT_TYPES) - {
    "bundleinstallationscript", "sdfinstallationscript", "plugintype", "pluginimplementation",
    "clientscript",
}  # fmt: skip
_LEVELS = ("NONE", "VIEW", "CREATE", "EDIT", "FULL")
_PARTS = {
    "scriptcustomfield": "custscript",
    "scriptdeployment": "customdeploy",
    "customrecordcustomfield": "custrecord",
}


def _faults(each: ObjectFile) -> Iterator[Fault]:
    group = schema().objects.get(each.element.tag)
    if group is not None:
        own = frozenset(
            part.get("scriptid", "")
            for tag in ("scriptcustomfield", "customrecordcustomfield")
            for part in each.element.iter(tag)
        )
        yield from check(each.element, group, each.element.tag, own)


def _unknown_element(each: ObjectFile, project: Project) -> Iterator[Found]:
    for fault in _faults(each):
        if fault.kind == "unknown":
            yield Found(fault.element, f"{fault.message} of {each.element.tag}")


def _required(each: ObjectFile, project: Project) -> Iterator[Found]:
    for fault in _faults(each):
        if fault.kind == "required":
            yield Found(fault.element, fault.message)


def _value(each: ObjectFile, project: Project) -> Iterator[Found]:
    for fault in _faults(each):
        # What has rules of its own is left to them.
        if _ACCOUNT_VALUE in (fault.element.text or ""):
            continue
        if fault.kind == "value":
            yield Found(fault.element, fault.message)
        elif fault.kind == "choice":  # releases add choices
            text, _, lists = fault.message.partition(" is not one of ")
            named = (name.removesuffix(" or [scriptid=...]") for name in lists.split(", "))
            known = {word for name in named for word in schema().enums.get(name, ())}
            value = text.rsplit("'", 2)[1]
            yield Found(
                fault.element, fault.message + did_you_mean(value, known), severity="warning"
            )


def _too_long(each: ObjectFile, project: Project) -> Iterator[Found]:
    for fault in _faults(each):
        if fault.kind == "length":
            yield Found(fault.element, fault.message)


def _script_id(each: ObjectFile, project: Project) -> Iterator[Found]:
    for fault in _faults(each):
        if fault.kind == "id":
            yield Found(fault.element, fault.message)
    beginning = sdf_types.ID_BEGINNINGS.get(each.element.tag)
    if beginning and (not each.scriptid.startswith(beginning) or each.scriptid == beginning):
        if each.scriptid:
            yield Found(each.element, f"the scriptid '{each.scriptid}' must begin with {beginning}")
    for part in each.element.iter():
        wanted = _PARTS.get(part.tag)
        own = part.get("scriptid", "")
        if wanted and own and not own.startswith(wanted):
            yield Found(part, f"the scriptid '{own}' must begin with {wanted}")


def _file_name(each: ObjectFile, project: Project) -> Iterator[Found]:
    stem = each.path.rsplit("/", 1)[-1].removesuffix(".xml")
    if each.scriptid and stem != each.scriptid:
        yield Found(each.element, f"the file is named {stem}, its object {each.scriptid}")


def _twice(project: Project) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for each in project.objects:
        if each.scriptid in seen:
            yield Found(
                each.element, f"{each.scriptid} is also in {seen[each.scriptid]}", file=each.path
            )
        seen.setdefault(each.scriptid, each.path)
    fields: dict[str, tuple[str, str]] = {}
    for each in project.objects:
        inside: set[str] = set()
        for part in each.element.iter():
            own = part.get("scriptid", "")
            if part is each.element or not own:
                continue
            if own in inside and part.tag in _PARTS:
                yield Found(part, f"{own} occurs twice in {each.scriptid}", file=each.path)
            inside.add(own)
            if part.tag == "scriptcustomfield":
                if own in fields and fields[own][0] != each.scriptid:
                    yield Found(
                        part,
                        f"the parameter {own} also belongs to {fields[own][0]}: ids of fields are unique in the account",
                        file=each.path,
                    )
                fields.setdefault(own, (each.scriptid, each.path))


def _references(each: ObjectFile, project: Project) -> Iterator[Found]:
    known = set(project.by_id)
    parts = {
        f"{o.scriptid}.{part.get('scriptid')}"
        for o in project.objects
        for part in o.element.iter()
        if part is not o.element and part.get("scriptid")
    }
    declared = _declared_objects(project)
    for part in each.element.iter():
        for value in (part.text or "").strip().split("|"):
            if value.startswith("[scriptid=") and value.endswith("]"):
                name = value[len("[scriptid=") : -1]
                head = name.split(".")[0]
                if head in known and "." in name and name not in parts:
                    yield Found(
                        part, f"{head} has no part '{name.split('.', 1)[1]}'", severity="error"
                    )
                elif head not in known and head not in declared and name not in declared:
                    yield Found(
                        part,
                        f"{name} is not in the project{did_you_mean(head, known)}",
                        "correct the id, or declare it in manifest.xml under dependencies/objects where the account has it",
                    )


def _declared_objects(project: Project) -> set[str]:
    if project.manifest is None:
        return set()
    return {
        (part.text or "").strip()
        for part in project.manifest.element.iterfind("dependencies/objects/object")
    }


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
        at = _child(part, "status")
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
                _child(part, "status"),
                "the deployment is in testing: it runs for the script's owner alone",
            )


def _debugging(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter("scriptdeployment"):
        if sdf.text(part, "loglevel") == "DEBUG" and sdf.text(part, "status") != "TESTING":
            yield Found(_child(part, "loglevel"), "everything is logged, also in production")


def _online(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "suitelet":
        return
    for part in each.element.iter("scriptdeployment"):
        if sdf.text(part, "isonline") == "T":
            yield Found(
                _child(part, "isonline"),
                "everybody who knows the address can run this Suitelet, without logging in",
            )


def _as_administrator(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter("scriptdeployment"):
        if sdf.text(part, "runasrole") == "ADMINISTRATOR":
            open_ = sdf.text(part, "allroles") == "T" or sdf.text(part, "isonline") == "T"
            who = "everybody" if open_ else "whoever runs it"
            yield Found(
                _child(part, "runasrole"),
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
                _child(part, "ismandatory"),
                f"the parameter {part.get('scriptid')} is mandatory and has no value yet",
            )


def _no_list(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter():
        if part.tag == "customsegment" or sdf.text(part, "fieldtype") not in (
            "SELECT",
            "MULTISELECT",
        ):
            continue
        if not sdf.text(part, "selectrecordtype"):
            yield Found(
                _child(part, "fieldtype"), f"{part.get('scriptid')} is a list and names none"
            )


def _not_stored(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter():
        if sdf.text(part, "storevalue") != "F" or not part.tag.endswith("customfield"):
            continue
        fills = ("defaultvalue", "sourcefrom", "sourcelist", "dynamicdefault", "searchdefault")
        if not any(sdf.text(part, tag) for tag in fills) and sdf.text(part, "fieldtype") not in (
            "HELP",
            "INLINEHTML",
        ):
            yield Found(
                _child(part, "storevalue"),
                f"{part.get('scriptid')} keeps nothing, and nothing fills it",
            )


def _open_record(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "customrecordtype":
        return
    access = sdf.text(each.element, "accesstype", "CUSTRECORDENTRYPERM")
    if access == "NONENEEDED" and sdf.text(each.element, "allowuiaccess", "T") == "T":
        yield Found(
            _child(each.element, "accesstype"),
            "everybody with an internal role can read and change these records",
        )


def _locked_record(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "customrecordtype":
        return
    if sdf.text(each.element, "accesstype") != "USEPERMISSIONLIST":
        return
    if not any(True for _ in sdf.children(each.element, "permissions", "permission")):
        yield Found(
            _child(each.element, "accesstype"),
            "access goes by a list of permissions, and the list is empty",
        )


def _account_value(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter():
        if _ACCOUNT_VALUE in (part.text or ""):
            yield Found(part, f"{part.tag} holds a value of the account that it was exported from")


def _permissions(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "role":
        return
    levels = permissions.allowed()
    for part in sdf.children(each.element, "permissions", "permission"):
        key, level = sdf.text(part, "permkey"), sdf.text(part, "permlevel")
        if not key or key.startswith(("[scriptid=", "customrecord")):
            continue
        if key not in levels:
            yield Found(
                _child(part, "permkey"),
                f"{key} is no permission that is known{did_you_mean(key, levels)}",
                severity="warning",
            )
        elif level not in levels[key] and level != "NONE":
            allowed = ", ".join(sorted(levels[key], key=_LEVELS.index))
            yield Found(_child(part, "permlevel"), f"{key} is given as {allowed}, not as {level}")


def _web_services_only(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "role" or sdf.text(each.element, "iswebserviceonlyrole") != "T":
        return
    for other in project.objects:
        if other.element.tag != "restlet":
            continue
        for part in other.element.iter("audslctrole"):
            if f"[scriptid={each.scriptid}]" in (part.text or "").split("|"):
                yield Found(
                    _child(each.element, "iswebserviceonlyrole"),
                    f"the role is in the audience of {other.scriptid}, and roles for web services only cannot call RESTlets",
                )
                return


def _more_than_needed(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "role" or project.deletes or not project.scripts:
        return
    used = f"[scriptid={each.scriptid}]"
    if not any(
        used in (part.text or "").split("|")
        for other in project.objects
        for tag in ("audslctrole", "runasrole")
        for part in other.element.iter(tag)
    ):
        return
    levels = permissions.allowed()
    for part in sdf.children(each.element, "permissions", "permission"):
        key = sdf.text(part, "permkey")
        if sdf.text(part, "permlevel") == "FULL" and key.startswith(("LIST_", "TRAN_")):
            if "EDIT" in levels.get(key, ()):
                yield Found(
                    _child(part, "permlevel"),
                    f"{key} is FULL, which is the right to delete, and no script of the project deletes",
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
                    _child(part, "recordtype"),
                    f"{seen[record]} has events of {record} too: which of the two runs first is not promised",
                    file=each.path,
                )
            seen.setdefault(record, each.scriptid)


def _unknown_type(each: ObjectFile, project: Project) -> Iterator[Found]:
    tag = each.element.tag
    if tag in schema().objects or tag in sdf_types.OTHER_TYPES:
        return
    if tag == "transactionsearch":
        yield Found(
            each.element,
            "searches cannot be written by hand: SDF takes <savedsearch> with a definition that NetSuite made",
        )
    else:
        known = (*schema().objects, *sdf_types.OTHER_TYPES)
        yield Found(
            each.element, f"<{tag}> is no type of object that is known{did_you_mean(tag, known)}"
        )


def _secret(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag == "secret":
        yield Found(each.element, "the object carries the id of a secret only, never what it holds")


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


def _child(element: Element, tag: str) -> Element:
    found = element.find(tag)
    return element if found is None else found


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


_SUITELET_JS = "/**\n * @NApiVersion 2.1\n * @NScriptType Suitelet\n */\ndefine([], () => ({ onRequest: (context) => context.response.write('hello') }));\n"
_FILE = "src/FileCabinet/SuiteScripts/example/example.js"
_OBJECT = "src/Objects/customscript_example.xml"


def _with_script(xml: str, js: str = _SUITELET_JS, **more: str) -> dict[str, str]:
    return {_OBJECT: xml, _FILE: js} | more


def _js(kind: str, entry: str) -> str:
    return _SUITELET_JS.replace("Suitelet", kind).replace(
        "onRequest: (context) => context.response.write('hello')", entry
    )


_LIST = """\
<customlist scriptid="{id}">
  <name>{name}</name>
  <customvalues>
    <customvalue scriptid="val_example_one">
      <value>One</value>
    </customvalue>
  </customvalues>
</customlist>
"""
_BODY_FIELD = """\
<transactionbodycustomfield scriptid="custbody_example">
  <label>Example</label>
  <fieldtype>{type}</fieldtype>
{more}</transactionbodycustomfield>
"""
_RECORD = """\
<customrecordtype scriptid="customrecord_example">
  <recordname>Example</recordname>
  <accesstype>{access}</accesstype>
  <includename>F</includename>
{more}</customrecordtype>
"""
_ROLE = """\
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
_PLAIN = "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<isonline>F</isonline>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"
_FOR_ROLE = "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>F</allroles>\n<audslctrole>[scriptid=customrole_example]</audslctrole>"
_RESTLET_JS = _js("Restlet", "get: () => 'pong'")
_UE_JS = _js("UserEventScript", "beforeLoad: (context) => context.type")
_SS_JS = _js("ScheduledScript", "execute: () => undefined")
_UE = "<recordtype>{}</recordtype>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"
_PARAMETER = '<scriptcustomfields>\n  <scriptcustomfield scriptid="custscript_example">\n    <label>Example</label>\n    <fieldtype>TEXT</fieldtype>\n    <ismandatory>{}</ismandatory>\n  </scriptcustomfield>\n</scriptcustomfields>'
_ROLE_FILE = "src/Objects/customrole_example.xml"
_SAFE = "help topic SDF XML reference"


def _clients(count: int) -> dict[str, str]:
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
    return _with_script(xml, _js("ClientScript", "pageInit: (context) => context.mode"))


RULES = (
    Rule(
        "L101", "an element that the object type does not have", "warning",
        "SDF ignores it with a warning, or refuses the object: title on a user event, runasrole on a RESTlet, allowinlineinsert on a record type.",
        "help topic SDF XML reference; SAFE 13, 14, 15, 18, 20",
        "Leave it out.",
        _with_script(simple_script("usereventscript", "<title>Example</title>\n" + _UE.format("CUSTOMER")), _UE_JS),
        _with_script(simple_script("usereventscript", _UE.format("CUSTOMER")), _UE_JS),
        object=_unknown_element,
    ),
    Rule(
        "L102", "an element that is missing", "error",
        "The object cannot be deployed without it.",
        _SAFE, "Add it.",
        _LIST.format(id="customlist_example", name=""),
        _LIST.format(id="customlist_example", name="Example"),
        object=_required,
    ),
    Rule(
        "L103", "a value that the element does not take", "error",
        "T and F stand for yes and no, files are written [/SuiteScripts/...] and objects [scriptid=...], in upper case where the list is. A word that is not on its list is a warning: releases add some.",
        "help topic SDF XML reference; SAFE 6, 7",
        "Write one of the values that the message names.",
        _BODY_FIELD.format(type="FREEFORMTEXT", more=""),
        _BODY_FIELD.format(type="TEXT", more=""),
        object=_value,
    ),
    Rule(
        "L104", "a text that is too long", "error",
        "Script ids may have 40 characters (38 for lists, 27 for event subscribers), names of scripts 40, names of lists 30.",
        "help topic SDF XML reference; SAFE 1; netsuite-facts 9.1",
        "Shorten it.",
        _LIST.format(id="customlist_example", name="A list whose name is longer than thirty characters"),
        _LIST.format(id="customlist_example", name="A list"),
        object=_too_long,
    ),
    Rule(
        "L105", "a script id of the wrong form", "error",
        "Script ids are lower-case letters, digits and _, and begin with what their type begins with.",
        "SAFE 2, 3, 12; netsuite-facts 9.1",
        "Rename it; an id that was deployed once is another object under another name.",
        _LIST.format(id="customlist_Example", name="Example"),
        _LIST.format(id="customlist_example", name="Example"),
        object=_script_id,
    ),
    Rule(
        "L106", "a file that is not named after its object", "error",
        "SDF finds an object by the name of its file.",
        "help topic subsect_1537555588; netsuite-facts 9.1",
        "Rename the file to <scriptid>.xml.",
        {"src/Objects/customlist_sample.xml": _LIST.format(id="customlist_example", name="Example")},
        _LIST.format(id="customlist_example", name="Example"),
        object=_file_name,
    ),
    Rule(
        "L107", "a script id that occurs twice", "error",
        "Script ids are unique in the account, those of parameters and fields too: the second object takes the place of the first, or the deployment fails.",
        "help topic SDF XML reference; netsuite-decisions 11",
        "Give each its own id.",
        _with_script(simple_script(body=_PARAMETER.format("F")), **{"src/Objects/customscript_other.xml": simple_script(body=_PARAMETER.format("F"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        _with_script(simple_script(body=_PARAMETER.format("F")), **{"src/Objects/customscript_other.xml": simple_script(body=_PARAMETER.format("F").replace("custscript_example", "custscript_other"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        project=_twice,
    ),
    Rule(
        "L108", "a reference to an object that is not in the project", "warning",
        "It has to be in the account already, which the manifest should say; a misspelt id fails the deployment.",
        "help topic SDF Project Dependencies; SAFE 77",
        "Correct the id, add the object, or declare it in the manifest.",
        _BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>[scriptid=customlist_exampel]</selectrecordtype>\n"),
        {"src/Objects/custbody_example.xml": _BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>[scriptid=customlist_example]</selectrecordtype>\n"), "src/Objects/customlist_example.xml": _LIST.format(id="customlist_example", name="Example")},
        object=_references,
    ),
    Rule(
        "L109", "a file that is not in the project", "warning",
        "SDF looks for the file in the project and in the account. In neither the deployment fails.",
        "help topic SDF XML reference (scriptfile); SAFE 8 and 137",
        "Correct the path: it is the File Cabinet's, in brackets, with the exact letters.",
        {_OBJECT: simple_script().replace("example.js", "exampel.js")},
        _with_script(simple_script()),
        object=_script_file,
    ),
    Rule(
        "L110", "a deployment status that the script type does not have", "error",
        "Map/reduce and scheduled scripts are NOTSCHEDULED or SCHEDULED (with a recurrence), all others RELEASED or TESTING.",
        "SAFE 11; netsuite-facts 9.1",
        "Write the status of the script type.",
        _with_script(simple_script("scheduledscript", "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>"), _SS_JS),
        _with_script(simple_script("scheduledscript", "<title>Example</title>\n<status>NOTSCHEDULED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>"), _SS_JS),
        object=_status,
    ),
    Rule(
        "L111", "a deployment in testing", "warning",
        "TESTING, which is also what a deployment without a status has, runs for the owner of the script only. For everybody else nothing happens.",
        "netsuite-facts 9.1 and 13.1; help topic Setting Script Deployment Status",
        "Write <status>RELEASED</status>.",
        _with_script(simple_script(deployment=_PLAIN.replace("RELEASED", "TESTING"))),
        _with_script(simple_script(deployment=_PLAIN)),
        object=_testing,
    ),
    Rule(
        "L112", "debug logging in production", "warning",
        "A company may log 100,000 times in 60 minutes; NetSuite then raises the level of the noisiest scripts by itself, and what was logged in detail may be business data.",
        "SAFE 35 and 50; netsuite-facts 1.1",
        "Write AUDIT or ERROR.",
        _with_script(simple_script(deployment=_PLAIN.replace("AUDIT", "DEBUG"))),
        _with_script(simple_script(deployment=_PLAIN)),
        object=_debugging,
    ),
    Rule(
        "L113", "a Suitelet without login", "warning",
        "isonline T opens the Suitelet to everybody who knows or guesses its address.",
        "SAFE 135; netsuite-facts 1.7",
        "Write <isonline>F</isonline>; a page for the public needs its own checks, and a waiver that says so.",
        _with_script(simple_script(deployment=_PLAIN.replace("<isonline>F", "<isonline>T"))),
        _with_script(simple_script(deployment=_PLAIN)),
        object=_online,
    ),
    Rule(
        "L114", "a script that runs as administrator", "warning",
        "Whoever may run the script can use the rights of an administrator through it: with allroles, everybody.",
        "SAFE 134 and its template of user events",
        "Give it a role of its own with the permissions that it needs.",
        _with_script(simple_script(deployment=_PLAIN + "\n<runasrole>ADMINISTRATOR</runasrole>")),
        _with_script(simple_script(deployment=_PLAIN)),
        object=_as_administrator,
    ),
    Rule(
        "L115", "a deployment that nobody may use", "warning",
        "Without an audience a RESTlet or Suitelet answers to administrators only.",
        "netsuite-facts 9.1; help topic Audience",
        "Name the roles in audslctrole, or write <allroles>T</allroles>.",
        _with_script(simple_script("restlet", "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>"), _RESTLET_JS),
        _with_script(simple_script("restlet", "<title>Example</title>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"), _RESTLET_JS),
        object=_nobody,
    ),
    Rule(
        "L116", "a mandatory script parameter", "error",
        "SDF cannot give a mandatory parameter its value, so the deployment fails.",
        "SAFE 128; netsuite-facts 9.1",
        "Write <ismandatory>F</ismandatory>, and let the script stop where the value is missing.",
        _with_script(simple_script(body=_PARAMETER.format("T"))),
        _with_script(simple_script(body=_PARAMETER.format("F"))),
        object=_mandatory_parameter,
    ),
    Rule(
        "L117", "a list field without a list", "error",
        "SELECT and MULTISELECT need selectrecordtype.",
        "netsuite-facts 9.1; help topic generic_customfield_selectrecordtype",
        "Name the list: [scriptid=customlist_...], or the number of a standard one.",
        _BODY_FIELD.format(type="SELECT", more=""),
        _BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>-4</selectrecordtype>\n"),
        object=_no_list,
    ),
    Rule(
        "L118", "a custom field that keeps nothing", "warning",
        "With storevalue F a field shows what it is sourced from or computes. Without either, what a script or a person sets is gone after the save.",
        "help topic Store Value; netsuite-facts 9.1",
        "Write <storevalue>T</storevalue>.",
        _BODY_FIELD.format(type="TEXT", more="  <storevalue>F</storevalue>\n"),
        _BODY_FIELD.format(type="TEXT", more="  <storevalue>T</storevalue>\n"),
        object=_not_stored,
    ),
    Rule(
        "L119", "a record type that is open to everybody", "warning",
        "accesstype NONENEEDED lets every internal role read, change and delete the records, in the user interface too.",
        "help topic section_N2879388; netsuite-decisions 1",
        "Use a list of permissions, or <allowuiaccess>F</allowuiaccess> for records of scripts.",
        _RECORD.format(access="NONENEEDED", more=""),
        _RECORD.format(access="CUSTRECORDENTRYPERM", more=""),
        object=_open_record,
    ),
    Rule(
        "L120", "a record type that nobody may use", "error",
        "With USEPERMISSIONLIST and an empty list everybody is locked out.",
        "netsuite-facts 9.1 (Salto's change validator for the same)",
        "Add a permission.",
        _RECORD.format(access="USEPERMISSIONLIST", more=""),
        _RECORD.format(access="USEPERMISSIONLIST", more="  <permissions>\n    <permission>\n      <permittedrole>ADMINISTRATOR</permittedrole>\n      <permittedlevel>FULL</permittedlevel>\n    </permission>\n  </permissions>\n"),
        object=_locked_record,
    ),
    Rule(
        "L121", "a value of one account", "error",
        "[ACCOUNT_SPECIFIC_VALUE] stands for an internal id that an export left out. A deployment with it fails, or warns and leaves the field empty.",
        "netsuite-facts 9.1; SuiteCloud CLI, option --accountspecificvalues",
        "Refer by script id, or set the value after the deployment.",
        _BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>-4</selectrecordtype>\n  <defaultselection>[ACCOUNT_SPECIFIC_VALUE]</defaultselection>\n"),
        _BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>-4</selectrecordtype>\n"),
        object=_account_value,
    ),
    Rule(
        "L122", "a permission or level that does not exist", "error",
        "Each permission has levels of its own: SuiteAnalytics Workbook is EDIT only, logging in is FULL or nothing. A key that is not known may be newer: that is a warning.",
        "netsuite-facts 9.1 and 4; Oracle's list of permissions",
        "Write a level that the message names.",
        _ROLE.format(key="REPO_ANALYTICS", level="VIEW", only=""),
        _ROLE.format(key="REPO_ANALYTICS", level="EDIT", only=""),
        object=_permissions,
    ),
    Rule(
        "L123", "a web-services-only role for a RESTlet", "error",
        "Roles with that box ticked cannot call RESTlets.",
        "help topic section_158263562006; netsuite-facts 1.3",
        "Write <iswebserviceonlyrole>F</iswebserviceonlyrole>.",
        _with_script(simple_script("restlet", _FOR_ROLE), _RESTLET_JS, **{_ROLE_FILE: _ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="  <iswebserviceonlyrole>T</iswebserviceonlyrole>\n")}),
        _with_script(simple_script("restlet", _FOR_ROLE), _RESTLET_JS, **{_ROLE_FILE: _ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="  <iswebserviceonlyrole>F</iswebserviceonlyrole>\n")}),
        object=_web_services_only,
    ),
    Rule(
        "L124", "a role that may do more than its scripts do", "warning",
        "FULL is EDIT and the right to delete. A role that scripts run under needs it only where a script deletes.",
        "Oracle's roles and permissions guide (least privilege); netsuite-decisions 22",
        "Give EDIT, or VIEW where nothing is written.",
        _with_script(simple_script("restlet", _FOR_ROLE), _RESTLET_JS, **{_ROLE_FILE: _ROLE.format(key="LIST_CUSTJOB", level="FULL", only="")}),
        _with_script(simple_script("restlet", _FOR_ROLE), _RESTLET_JS, **{_ROLE_FILE: _ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="")}),
        object=_more_than_needed,
    ),
    Rule(
        "L125", "two user events on one record type", "warning",
        "NetSuite does not promise an order among user events: two that set the same field win by turns, and each adds its time to every save.",
        "SAFE 100; netsuite-decisions 24",
        "Make one script of them, which calls a module for each job.",
        _with_script(simple_script("usereventscript", _UE.format("CUSTOMER")), _UE_JS, **{"src/Objects/customscript_other.xml": simple_script("usereventscript", _UE.format("CUSTOMER"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        _with_script(simple_script("usereventscript", _UE.format("CUSTOMER")), _UE_JS, **{"src/Objects/customscript_other.xml": simple_script("usereventscript", _UE.format("VENDOR"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        project=_several_on_record,
    ),
    Rule(
        "L126", "an object type that does not exist", "warning",
        "SDF takes a file with an unknown root for data, or refuses it. Saved searches cannot be written by hand at all.",
        "SAFE 125; help topic SDF XML reference",
        "Correct the name; import saved searches from an account.",
        {"src/Objects/customsearch_example.xml": "<transactionsearch scriptid=\"customsearch_example\">\n  <definition>\n  </definition>\n</transactionsearch>\n"},
        _LIST.format(id="customlist_example", name="Example"),
        object=_unknown_type,
    ),
    Rule(
        "L127", "an API secret as an object", "warning",
        "The object holds the id of the secret, not the secret, and exists for secrets that SuiteApps share. Deployed from an account customization it makes nothing that works.",
        "help topics section_162072306524 and article_160216486846; netsuite-decisions 13",
        "Make the secret by hand, and write down its id and form.",
        {"src/Objects/custsecret_example.xml": "<secret scriptid=\"custsecret_example\">\n</secret>\n"},
        _LIST.format(id="customlist_example", name="Example"),
        object=_secret,
    ),
    Rule(
        "L128", "a script without deployment", "warning",
        "A script runs where it is deployed: this one nowhere.",
        "help topic Script Deployment; SAFE 17",
        "Add a scriptdeployment, or leave the object out.",
        _with_script("<suitelet scriptid=\"customscript_example\">\n  <name>Example</name>\n  <scriptfile>[/SuiteScripts/example/example.js]</scriptfile>\n</suitelet>\n"),
        _with_script(simple_script()),
        object=_not_deployed,
    ),
    Rule(
        "L129", "more client scripts than NetSuite runs", "warning",
        "Ten client scripts run on a record type; an eleventh is ignored without a word, unless the account has lifted the limit.",
        "SAFE 111",
        "Make one script of several.",
        _clients(11),
        _clients(10),
        project=_client_scripts,
    ),
)  # fmt: skip
