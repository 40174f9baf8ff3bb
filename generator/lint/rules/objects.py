"""SDF objects of any type: what an account refuses, ignores, or takes and regrets."""

from __future__ import annotations

from collections.abc import Iterator

from generator.catalog import sdf_types
from generator.catalog.sdf_schema import Fault, check, schema
from generator.lint.model import Found, Rule
from generator.lint.project import ObjectFile, Project
from generator.lint.rules.samples import (
    BODY_FIELD,
    LIST,
    PARAMETER,
    SDF_REFERENCE,
    USER_EVENT,
    USER_EVENT_JS,
    simple_script,
    with_script,
)
from generator.spec.diagnose import did_you_mean

_ACCOUNT_VALUE = "[ACCOUNT_SPECIFIC_VALUE]"
# As many values as a message names.
_FEW = 30
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
            allowed = ", ".join(sorted(known)) if 0 < len(known) <= _FEW else lists
            hint = did_you_mean(value, known)
            yield Found(fault.element, f"{text} is not one of {allowed}{hint}", severity="warning")


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
            if own in inside and (part.tag in _PARTS or part.tag == "customvalue"):
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
                        f"{name} is not in the project{did_you_mean(head, known | declared)}",
                        f"correct the id, or {_where_declared(project)} where the account has it",
                    )


def _where_declared(project: Project) -> str:
    """How a reference to an object of the account is declared: a manifest that is built is not written by hand."""
    if project.manifest is not None and project.manifest.path in project.generated:
        return "declare it under account_objects: in project.yaml"
    return "declare it in manifest.xml under dependencies/objects"


def _declared_objects(project: Project) -> set[str]:
    if project.manifest is None:
        return set()
    return {
        (part.text or "").strip()
        for part in project.manifest.element.iterfind("dependencies/objects/object")
    }


def _account_value(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter():
        if _ACCOUNT_VALUE in (part.text or ""):
            yield Found(part, f"{part.tag} holds a value of the account that it was exported from")


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


RULES = (
    Rule(
        "L101", "an element that the object type does not have", "warning",
        "SDF ignores it with a warning, or refuses the object: title on a user event, runasrole on a RESTlet, allowinlineinsert on a record type.",
        "help topic SDF XML reference; SAFE 13, 14, 15, 18, 20",
        "Leave it out.",
        with_script(simple_script("usereventscript", "<title>Example</title>\n" + USER_EVENT.format("CUSTOMER")), USER_EVENT_JS),
        with_script(simple_script("usereventscript", USER_EVENT.format("CUSTOMER")), USER_EVENT_JS),
        object=_unknown_element,
    ),
    Rule(
        "L102", "an element that is missing", "error",
        "The object cannot be deployed without it.",
        SDF_REFERENCE, "Add it.",
        LIST.format(id="customlist_example", name=""),
        LIST.format(id="customlist_example", name="Example"),
        object=_required,
    ),
    Rule(
        "L103", "a value that the element does not take", "error",
        "T and F stand for yes and no, files are written [/SuiteScripts/...] and objects [scriptid=...], in upper case where the list is. A word that is not on its list is a warning: releases add some.",
        "help topic SDF XML reference; SAFE 6, 7",
        "Write one of the values that the message names.",
        BODY_FIELD.format(type="FREEFORMTEXT", more=""),
        BODY_FIELD.format(type="TEXT", more=""),
        object=_value,
    ),
    Rule(
        "L104", "a text that is too long", "error",
        "Script ids may have 40 characters (38 for lists, 27 for event subscribers), names of scripts 40, names of lists 30.",
        "help topic SDF XML reference; SAFE 1; netsuite-facts 9.1",
        "Shorten it.",
        LIST.format(id="customlist_example", name="A list whose name is longer than thirty characters"),
        LIST.format(id="customlist_example", name="A list"),
        object=_too_long,
    ),
    Rule(
        "L105", "a script id of the wrong form", "error",
        "Script ids are lower-case letters, digits and _, and begin with what their type begins with.",
        "SAFE 2, 3, 12; netsuite-facts 9.1",
        "Rename it; an id that was deployed once is another object under another name.",
        LIST.format(id="customlist_Example", name="Example"),
        LIST.format(id="customlist_example", name="Example"),
        object=_script_id,
    ),
    Rule(
        "L106", "a file that is not named after its object", "error",
        "SDF finds an object by the name of its file.",
        "help topic subsect_1537555588; netsuite-facts 9.1",
        "Rename the file to <scriptid>.xml.",
        {"src/Objects/customlist_sample.xml": LIST.format(id="customlist_example", name="Example")},
        LIST.format(id="customlist_example", name="Example"),
        object=_file_name,
    ),
    Rule(
        "L107", "a script id that occurs twice", "error",
        "Script ids are unique in the account, those of parameters and fields too: the second object takes the place of the first, or the deployment fails.",
        "help topic SDF XML reference; netsuite-decisions 11",
        "Give each its own id.",
        with_script(simple_script(body=PARAMETER.format("F")), **{"src/Objects/customscript_other.xml": simple_script(body=PARAMETER.format("F"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        with_script(simple_script(body=PARAMETER.format("F")), **{"src/Objects/customscript_other.xml": simple_script(body=PARAMETER.format("F").replace("custscript_example", "custscript_other"), scriptid="customscript_other").replace("customdeploy_example", "customdeploy_other")}),
        project=_twice,
    ),
    Rule(
        "L108", "a reference to an object that is not in the project", "warning",
        "It has to be in the account already, which the manifest should say; a misspelt id fails the deployment.",
        "help topic SDF Project Dependencies; SAFE 77",
        "Correct the id, add the object, or declare it in the manifest.",
        BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>[scriptid=customlist_exampel]</selectrecordtype>\n"),
        {"src/Objects/custbody_example.xml": BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>[scriptid=customlist_example]</selectrecordtype>\n"), "src/Objects/customlist_example.xml": LIST.format(id="customlist_example", name="Example")},
        object=_references,
    ),
    Rule(
        "L121", "a value of one account", "error",
        "[ACCOUNT_SPECIFIC_VALUE] stands for an internal id that an export left out. A deployment with it fails, or warns and leaves the field empty.",
        "netsuite-facts 9.1; SuiteCloud CLI, option --accountspecificvalues",
        "Refer by script id, or set the value after the deployment.",
        BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>-4</selectrecordtype>\n  <defaultselection>[ACCOUNT_SPECIFIC_VALUE]</defaultselection>\n"),
        BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>-4</selectrecordtype>\n"),
        object=_account_value,
    ),
    Rule(
        "L126", "an object type that does not exist", "warning",
        "SDF takes a file with an unknown root for data, or refuses it. Saved searches cannot be written by hand at all.",
        "SAFE 125; help topic SDF XML reference",
        "Correct the name; import saved searches from an account.",
        {"src/Objects/customsearch_example.xml": "<transactionsearch scriptid=\"customsearch_example\">\n  <definition>\n  </definition>\n</transactionsearch>\n"},
        LIST.format(id="customlist_example", name="Example"),
        object=_unknown_type,
    ),
    Rule(
        "L127", "an API secret as an object", "warning",
        "The object holds the id of the secret, not the secret, and exists for secrets that SuiteApps share. Deployed from an account customization it makes nothing that works.",
        "help topics section_162072306524 and article_160216486846; netsuite-decisions 13",
        "Make the secret by hand, and write down its id and form.",
        {"src/Objects/custsecret_example.xml": "<secret scriptid=\"custsecret_example\">\n</secret>\n"},
        LIST.format(id="customlist_example", name="Example"),
        object=_secret,
    ),
)  # fmt: skip
