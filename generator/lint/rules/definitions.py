"""Record types, fields and roles: what they keep, and who may use it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from generator.catalog import permissions, sdf
from generator.lint.model import Found, Rule, place
from generator.lint.project import ObjectFile, Project
from generator.lint.rules.samples import (
    BODY_FIELD,
    FOR_ROLE,
    RECORD,
    RESTLET_JS,
    ROLE,
    ROLE_FILE,
    simple_script,
    with_script,
)
from generator.spec.diagnose import did_you_mean

_LEVELS = ("NONE", "VIEW", "CREATE", "EDIT", "FULL")


def _no_list(each: ObjectFile, project: Project) -> Iterator[Found]:
    for part in each.element.iter():
        if part.tag == "customsegment" or sdf.text(part, "fieldtype") not in (
            "SELECT",
            "MULTISELECT",
        ):
            continue
        if not sdf.text(part, "selectrecordtype"):
            yield Found(
                place(part, "fieldtype"), f"{part.get('scriptid')} is a list and names none"
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
                place(part, "storevalue"),
                f"{part.get('scriptid')} keeps nothing, and nothing fills it",
            )


def _open_record(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "customrecordtype":
        return
    access = sdf.text(each.element, "accesstype", "CUSTRECORDENTRYPERM")
    if access == "NONENEEDED" and sdf.text(each.element, "allowuiaccess", "T") == "T":
        yield Found(
            place(each.element, "accesstype"),
            "everybody with an internal role can read and change these records",
        )


def _locked_record(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "customrecordtype":
        return
    if sdf.text(each.element, "accesstype") != "USEPERMISSIONLIST":
        return
    if not any(True for _ in sdf.children(each.element, "permissions", "permission")):
        yield Found(
            place(each.element, "accesstype"),
            "access goes by a list of permissions, and the list is empty",
        )


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
                place(part, "permkey"),
                f"{key} is no permission that is known{did_you_mean(key, levels)}",
                "Correct the id: every permission that is known stands in generator/catalog/permissions.json.",
                severity="warning",
            )
        elif level not in levels[key] and level != "NONE":
            allowed = ", ".join(sorted(levels[key], key=_LEVELS.index))
            yield Found(place(part, "permlevel"), f"{key} is given as {allowed}, not as {level}")


# Lists of permissions, and what the entries of each are found by.
_LISTS = (
    ("role", "permissions", "permission", "permkey", "permlevel"),
    ("role", "recordrestrictions", "recordrestriction", "segment", "restriction"),
    ("customrecordtype", "permissions", "permission", "permittedrole", "permittedlevel"),
    ("customtransactiontype", "permissions", "permission", "permittedrole", "permittedlevel"),
    ("customsegment", "permissions", "permission", "role", "recordaccesslevel"),
)


def _given_twice(each: ObjectFile, project: Project) -> Iterator[Found]:
    for tag, group, entry, named, how in _LISTS:
        if each.element.tag != tag:
            continue
        first: dict[str, sdf.Element] = {}
        for part in sdf.children(each.element, group, entry):
            key = sdf.reference(sdf.text(part, named))
            given = first.setdefault(key, part)
            if key and given is not part:
                levels = (sdf.text(given, how), sdf.text(part, how))
                other = f" as {levels[0]}, here as {levels[1]}" if levels[0] != levels[1] else ""
                line = sdf.line(place(given, named))
                yield Found(
                    place(part, named),
                    f"{key} is given in line {line} already{other}",
                    severity=None if tag == "role" else "warning",
                )


def _one_sided(project: Project) -> Iterator[Found]:
    """Record types of the project and its roles, of which only one names the other, or in another way."""
    roles = [each for each in project.objects if each.element.tag == "role"]
    types = [
        each
        for each in project.objects
        if each.element.tag in ("customrecordtype", "customtransactiontype")
    ]
    for role, record in product(roles, types):
        there = _entry(role, "permkey", record.scriptid)
        here = _entry(record, "permittedrole", role.scriptid)
        if there is not None and here is not None:
            a, b = (
                (sdf.text(there, "permlevel"), sdf.text(there, "restriction")),
                (sdf.text(here, "permittedlevel"), sdf.text(here, "restriction")),
            )
            if a != b:
                yield Found(
                    place(here, "permittedlevel"),
                    f"{role.scriptid} gives {_words(a)} on {record.scriptid}, which says {_words(b)}",
                    file=record.path,
                )
        elif there is not None:
            yield Found(
                place(record.element, "permissions"),
                f"{role.scriptid} gives {sdf.text(there, 'permlevel')} on {record.scriptid}, which does not name the role",
                f"add a permission with <permittedrole>[scriptid={role.scriptid}]</permittedrole> and that level",
                file=record.path,
            )
        elif here is not None:
            yield Found(
                place(here, "permittedrole"),
                f"{record.scriptid} names {role.scriptid}, which has no permission on it",
                f"give the role {sdf.text(here, 'permittedlevel')} on it, or take it out here",
                file=record.path,
            )


def _entry(each: ObjectFile, named: str, whom: str) -> sdf.Element | None:
    entries = sdf.children(each.element, "permissions", "permission")
    return next((e for e in entries if sdf.reference(sdf.text(e, named)) == whom), None)


def _words(given: tuple[str, str]) -> str:
    level, restriction = given
    return f"{level} restricted to {restriction}" if restriction else level or "no level"


def _web_services_only(each: ObjectFile, project: Project) -> Iterator[Found]:
    if each.element.tag != "role" or sdf.text(each.element, "iswebserviceonlyrole") != "T":
        return
    for other in project.objects:
        if other.element.tag != "restlet":
            continue
        for part in other.element.iter("audslctrole"):
            if f"[scriptid={each.scriptid}]" in (part.text or "").split("|"):
                yield Found(
                    place(each.element, "iswebserviceonlyrole"),
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
                    place(part, "permlevel"),
                    f"{key} is FULL, which is the right to delete, and no script of the project deletes",
                )


_PERMITTED = "  <permissions>\n    <permission>\n      <permittedrole>[scriptid=customrole_example]</permittedrole>\n      <permittedlevel>{}</permittedlevel>\n    </permission>\n  </permissions>\n"

RULES = (
    Rule(
        "L117", "a list field without a list", "error",
        "SELECT and MULTISELECT need selectrecordtype.",
        "netsuite-facts 9.1; help topic generic_customfield_selectrecordtype",
        "Name the list: [scriptid=customlist_...], or the number of a standard one.",
        BODY_FIELD.format(type="SELECT", more=""),
        BODY_FIELD.format(type="SELECT", more="  <selectrecordtype>-4</selectrecordtype>\n"),
        object=_no_list,
    ),
    Rule(
        "L118", "a custom field that keeps nothing", "warning",
        "With storevalue F a field shows what it is sourced from or computes. Without either, what a script or a person sets is gone after the save.",
        "help topic Store Value; netsuite-facts 9.1",
        "Write <storevalue>T</storevalue>.",
        BODY_FIELD.format(type="TEXT", more="  <storevalue>F</storevalue>\n"),
        BODY_FIELD.format(type="TEXT", more="  <storevalue>T</storevalue>\n"),
        object=_not_stored,
    ),
    Rule(
        "L119", "a record type that is open to everybody", "warning",
        "accesstype NONENEEDED lets every internal role read, change and delete the records, in the user interface too.",
        "help topic section_N2879388; netsuite-decisions 1",
        "Use a list of permissions, or <allowuiaccess>F</allowuiaccess> for records of scripts.",
        RECORD.format(access="NONENEEDED", more=""),
        RECORD.format(access="CUSTRECORDENTRYPERM", more=""),
        object=_open_record,
    ),
    Rule(
        "L120", "a record type that nobody may use", "error",
        "With USEPERMISSIONLIST and an empty list everybody is locked out.",
        "netsuite-facts 9.1 (Salto's change validator for the same)",
        "Add a permission.",
        RECORD.format(access="USEPERMISSIONLIST", more=""),
        RECORD.format(access="USEPERMISSIONLIST", more="  <permissions>\n    <permission>\n      <permittedrole>ADMINISTRATOR</permittedrole>\n      <permittedlevel>FULL</permittedlevel>\n    </permission>\n  </permissions>\n"),
        object=_locked_record,
    ),
    Rule(
        "L122", "a permission or level that does not exist", "error",
        "Each permission has levels of its own: SuiteAnalytics Workbook is EDIT only, logging in is FULL or nothing. A key that is not known may be newer: that is a warning.",
        "netsuite-facts 9.1 and 4; Oracle's list of permissions",
        "Write a level that the message names.",
        ROLE.format(key="REPO_ANALYTICS", level="VIEW", only=""),
        ROLE.format(key="REPO_ANALYTICS", level="EDIT", only=""),
        object=_permissions,
    ),
    Rule(
        "L123", "a web-services-only role for a RESTlet", "error",
        "Roles with that box ticked cannot call RESTlets.",
        "help topic section_158263562006; netsuite-facts 1.3",
        "Write <iswebserviceonlyrole>F</iswebserviceonlyrole>.",
        with_script(simple_script("restlet", FOR_ROLE), RESTLET_JS, **{ROLE_FILE: ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="  <iswebserviceonlyrole>T</iswebserviceonlyrole>\n")}),
        with_script(simple_script("restlet", FOR_ROLE), RESTLET_JS, **{ROLE_FILE: ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="  <iswebserviceonlyrole>F</iswebserviceonlyrole>\n")}),
        object=_web_services_only,
    ),
    Rule(
        "L124", "a role that may do more than its scripts do", "warning",
        "FULL is EDIT and the right to delete. A role that scripts run under needs it only where a script deletes.",
        "Oracle's roles and permissions guide (least privilege); netsuite-decisions 22",
        "Give EDIT, or VIEW where nothing is written.",
        with_script(simple_script("restlet", FOR_ROLE), RESTLET_JS, **{ROLE_FILE: ROLE.format(key="LIST_CUSTJOB", level="FULL", only="")}),
        with_script(simple_script("restlet", FOR_ROLE), RESTLET_JS, **{ROLE_FILE: ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="")}),
        object=_more_than_needed,
    ),
    Rule(
        "L130", "a permission that is given twice", "error",
        "The deployment stops: a permission, and the restriction of a record type, may stand in a role once. Roles that SDF imports may have some twice. In the list of a record type it is a warning: which of the two counts is not said.",
        "oracle/netsuite-suitecloud-sdk issue 181; help topic Custom Roles as XML Definitions (section_4731154857)",
        "Take one of them out.",
        ROLE.format(key="LIST_CUSTJOB", level="EDIT", only="").replace("  </permissions>", "    <permission>\n      <permkey>LIST_CUSTJOB</permkey>\n      <permlevel>VIEW</permlevel>\n    </permission>\n  </permissions>"),
        ROLE.format(key="LIST_CUSTJOB", level="EDIT", only=""),
        object=_given_twice,
    ),
    Rule(
        "L131", "a role and a record type that do not name each other", "error",
        "The deployment stops where a project has both: each has to name the other, with the same level and restriction. A type that the account has and the project has not is no matter.",
        "help topics section_4731157695 and section_4731154857; oracle/netsuite-suitecloud-sdk issue 184; salto-io/salto pull request 5713",
        "Write the same level and restriction in both.",
        {ROLE_FILE: ROLE.format(key="[scriptid=customrecord_example]", level="EDIT", only=""), "src/Objects/customrecord_example.xml": RECORD.format(access="USEPERMISSIONLIST", more=_PERMITTED.format("VIEW"))},
        {ROLE_FILE: ROLE.format(key="[scriptid=customrecord_example]", level="EDIT", only=""), "src/Objects/customrecord_example.xml": RECORD.format(access="USEPERMISSIONLIST", more=_PERMITTED.format("EDIT"))},
        project=_one_sided,
    ),
)  # fmt: skip
