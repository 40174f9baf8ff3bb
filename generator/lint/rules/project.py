"""The project as a whole: what parses, what the manifest declares and what deploy.xml selects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from generator.catalog import sdf, sdf_types, standard
from generator.lint.examples import DEPLOY, MANIFEST, SCRIPT, Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import ObjectFile, Project
from generator.lint.rules.samples import simple_script
from generator.suitescript.nodes import text

_PLACES = ("SuiteScripts/", "Templates/", "Web Site Hosting Files/")
_SECTIONS = ("configuration", "files", "objects", "translationimports", "script")
# Names that people take for feature ids, and what is meant (SAFE 127).
_NO_FEATURES: Mapping[str, str] = {
    "MANUFACTURING": "ASSEMBLIES",
    "INVENTORYMANAGEMENT": "INVENTORY",
}
_SUITEAPP = ("publisherid", "projectid", "projectversion")


def _javascript(project: Project) -> Iterator[Found]:
    for path, script in project.scripts.items():
        if not script.root.has_error:
            continue
        bad = next((n for n in script.nodes if n.is_error or n.is_missing), script.root)
        near = text(bad).strip().splitlines()
        words = f"a syntax error near '{near[0][:40]}'" if near else "a syntax error"
        yield Found(bad, words, file=path)


def _xml(project: Project) -> Iterator[Found]:
    # Reading them fills the list.
    _ = (project.objects, project.manifest, project.deploy)
    for broken in dict.fromkeys(project.broken):
        line = project.files[broken.path].split(b"\n")[: broken.line - 1]
        offset = sum(len(part) + 1 for part in line)
        yield Found((offset, offset), f"no well-formed XML: {broken.message}", file=broken.path)


def _features(project: Project) -> dict[str, sdf.Element]:
    if project.manifest is None:
        return {}
    return {
        (part.text or "").strip(): part
        for part in project.manifest.element.iterfind("dependencies/features/feature")
    }


def _needed(project: Project) -> dict[str, ObjectFile]:
    """Features that objects need, with the first object of each."""
    found: dict[str, ObjectFile] = {}
    for each in project.objects:
        for feature in sdf_types.features(each.element):
            found.setdefault(feature, each)
    return found


def _undeclared(project: Project) -> Iterator[Found]:
    if project.manifest is None:
        return
    declared = _features(project)
    at = project.manifest.element.find("dependencies/features")
    for name, each in _needed(project).items():
        if name not in declared:
            yield Found(
                at if at is not None else project.manifest.element,
                f"the feature {name} is not declared, {each.scriptid} needs it",
                f'add <feature required="true">{name}</feature>',
                file=project.manifest.path,
            )


def _record_features(project: Project) -> Iterator[Found]:
    """Record types of user events whose features are not declared."""
    if project.manifest is None:
        return
    declared = _features(project)
    seen = set()
    for each in project.objects:
        if each.element.tag != "usereventscript":
            continue
        for part in each.element.iter("recordtype"):
            token = (part.text or "").strip()
            record = next((r for r in standard().records.values() if r.sdf_token == token), None)
            for feature in record.features if record is not None else ():
                if feature not in declared and feature not in seen:
                    seen.add(feature)
                    yield Found(
                        project.manifest.element.find("dependencies/features")
                        or project.manifest.element,
                        f"{each.scriptid} is deployed on {token}, which exists with the feature {feature} only",
                        f'add <feature required="true">{feature}</feature>',
                        file=project.manifest.path,
                    )


def _manifest(project: Project) -> Iterator[Found]:
    if not project.is_sdf or project.manifest is None:
        return
    root, path = project.manifest.element, project.manifest.path
    if root.tag != "manifest":
        yield Found(root, f"the root is <{root.tag}>, not <manifest>", file=path)
        return
    kind = root.get("projecttype")
    if kind not in ("ACCOUNTCUSTOMIZATION", "SUITEAPP"):
        yield Found(root, f"projecttype is {kind}, not ACCOUNTCUSTOMIZATION or SUITEAPP", file=path)
    for name in ("projectname", "frameworkversion", *(_SUITEAPP if kind == "SUITEAPP" else ())):
        if not sdf.text(root, name):
            yield Found(root, f"{name} is missing", file=path)
    if sdf.text(root, "frameworkversion", "1.0") != "1.0":
        yield Found(root.find("frameworkversion"), "frameworkversion is 1.0", file=path)
    if kind == "SUITEAPP" and root.find("dependencies/objects") is not None:
        yield Found(
            root.find("dependencies/objects"),
            "the manifest of a SuiteApp may not declare objects (SAFE 96)",
            file=path,
        )
    for name, part in _features(project).items():
        if name in _NO_FEATURES:
            yield Found(part, f"{name} is no feature; {_NO_FEATURES[name]} is meant", file=path)
        if part.get("required") not in ("true", "false"):
            yield Found(part, f"feature {name}: required is true or false", file=path)


def _selected(project: Project, section: str) -> list[str]:
    """Patterns of a section of deploy.xml, without ~/."""
    if project.deploy is None:
        return []
    return [
        (part.text or "").strip().removeprefix("~/")
        for part in project.deploy.element.iterfind(f"{section}/path")
    ]


def _takes(pattern: str, place: str) -> bool:
    if pattern.endswith("/*"):
        return place.startswith(pattern[:-1])
    return place == pattern or fnmatchcase(place, pattern)


def _deploy(project: Project) -> Iterator[Found]:
    if not project.is_sdf or project.deploy is None:
        return
    root, path = project.deploy.element, project.deploy.path
    for part in root:
        if part.tag not in _SECTIONS:
            yield Found(part, f"deploy.xml has no section {part.tag}", file=path)
    suiteapp = (
        project.manifest is not None and project.manifest.element.get("projecttype") == "SUITEAPP"
    )
    if root.find("objects") is None and not suiteapp:
        yield Found(
            root, "an account customization needs the section objects (SAFE 136)", file=path
        )
    for section in ("files", "objects"):
        for part in root.iterfind(f"{section}/path"):
            pattern = (part.text or "").strip()
            if not pattern.startswith("~/"):
                yield Found(part, f"'{pattern}' must start with ~/", file=path)
            elif not pattern.removeprefix("~/").startswith(("FileCabinet/", "Objects/")):
                yield Found(part, f"'{pattern}' is not below ~/FileCabinet or ~/Objects", file=path)
            elif not pattern.endswith("*") and not any(
                _takes(pattern.removeprefix("~/"), place) for place in project.places.values()
            ):
                yield Found(part, f"nothing in the project is {pattern}", file=path)


def _left_out(project: Project) -> Iterator[Found]:
    if not project.is_sdf or project.deploy is None:
        return
    for section, folder in (("files", "FileCabinet/"), ("objects", "Objects/")):
        patterns = _selected(project, section)
        for path, place in project.places.items():
            if place.startswith(folder) and place.endswith((".js", ".xml")):
                if not any(_takes(pattern, place) for pattern in patterns):
                    yield Found(
                        None, "deploy.xml does not select this file: it is not deployed", file=path
                    )


def _outside(project: Project) -> Iterator[Found]:
    if not project.is_sdf:
        return
    manifest = project.manifest.element if project.manifest is not None else None
    app = None
    if manifest is not None and manifest.get("projecttype") == "SUITEAPP":
        app = f"SuiteApps/{sdf.text(manifest, 'publisherid')}.{sdf.text(manifest, 'projectid')}/"
    allowed = (app, *_PLACES[2:]) if app else _PLACES
    selected = _selected(project, "files")
    for path, place in project.places.items():
        if not place.startswith("FileCabinet/"):
            continue
        inner = place.removeprefix("FileCabinet/")
        name = place.rsplit("/", 1)[-1]
        if name == ".attributes" or "/.attributes/" in place:
            continue
        if name.startswith(".") and any(_takes(pattern, place) for pattern in selected):
            yield Found(
                None, "a hidden file that deploy.xml selects: the upload is refused", file=path
            )
        elif not inner.startswith(allowed) and "/" in inner:
            yield Found(None, f"an SDF project may fill {', '.join(allowed)} only", file=path)


def _unnamed(project: Project) -> Iterator[Found]:
    if not project.is_sdf or not project.objects:
        return
    said = " ".join(s.text for s in project.scripts.values())
    for path, script in project.scripts.items():
        if script.type is None or script.type == "ClientScript" or project.owners(script):
            continue
        name = path.rsplit("/", 1)[-1].removesuffix(".js")
        if name in said.replace(script.text, ""):
            continue  # another script names it: loaded, attached to a form, or submitted
        place = script.tag("NScriptType")
        yield Found(
            place, f"no object of the project has this {script.type} as its script", file=path
        )


_SUITELET = Snippet("Suitelet", "", "context.response.write('hello');").whole()
_OBJECT = "src/Objects/customscript_example.xml"
_FILE = "src/FileCabinet/SuiteScripts/example/{}"
_FULL = {_OBJECT: simple_script(), SCRIPT: _SUITELET}
_BARE = MANIFEST.replace('      <feature required="true">SERVERSIDESCRIPTING</feature>\n', "")

RULES = (
    Rule(
        "L301", "a script that is no JavaScript", "error",
        "The file cannot be uploaded or does not load.",
        "the grammar of ECMAScript",
        "Mend the syntax.",
        _SUITELET.replace("});", "}"),
        _SUITELET,
        project=_javascript,
    ),
    Rule(
        "L302", "a file that is no XML", "error",
        "Nothing of the project is deployed while one of its files cannot be read.",
        "the grammar of XML; SAFE 16",
        "Mend the markup.",
        {_OBJECT: simple_script().replace("</name>", "</nam>"), SCRIPT: _SUITELET},
        _FULL,
        project=_xml,
    ),
    Rule(
        "L303", "a feature that the manifest does not declare", "error",
        "Without the declaration the deployment fails, or passes where the feature happens to be on and fails in the next account.",
        "SAFE 10, 22, 74, 77; help topics SDF Feature Dependencies and SDF XML reference",
        "Declare it under dependencies/features.",
        {**_FULL, "src/manifest.xml": _BARE},
        _FULL,
        project=_undeclared,
    ),
    Rule(
        "L304", "a record type whose feature is not declared", "warning",
        "The record type exists in accounts with a feature only; elsewhere the deployment of the user event fails.",
        "SAFE 77; netsuite-facts 9.1",
        "Declare the feature.",
        {_OBJECT: simple_script("usereventscript", "<recordtype>VENDORBILL</recordtype>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"), SCRIPT: Snippet("UserEventScript.beforeLoad", "", "context.form.title = 'x';").whole()},
        {_OBJECT: simple_script("usereventscript", "<recordtype>CUSTOMER</recordtype>\n<status>RELEASED</status>\n<isdeployed>T</isdeployed>\n<loglevel>AUDIT</loglevel>\n<allroles>T</allroles>"), SCRIPT: Snippet("UserEventScript.beforeLoad", "", "context.form.title = 'x';").whole()},
        project=_record_features,
    ),
    Rule(
        "L305", "a manifest that SDF does not take", "error",
        "The project is refused before anything is looked at.",
        "help topic Manifest Files; SAFE 96, 127",
        "Mend the manifest.",
        {**_FULL, "src/manifest.xml": MANIFEST.replace("CUSTOMRECORDS", "MANUFACTURING")},
        {**_FULL, "src/manifest.xml": MANIFEST.replace("CUSTOMRECORDS", "ASSEMBLIES")},
        project=_manifest,
    ),
    Rule(
        "L306", "a deploy.xml that SDF does not take", "error",
        "A path that is not there or not below ~/, or a missing section, stops the deployment.",
        "help topic Deploy Files; SAFE 136, 137",
        "Mend deploy.xml.",
        {**_FULL, "src/deploy.xml": DEPLOY.replace("~/Objects/*", "~/Objects/*</path>\n    <path>~/Objects/customlist_other.xml")},
        _FULL,
        project=_deploy,
    ),
    Rule(
        "L307", "a file that is not deployed", "warning",
        "Only what deploy.xml selects goes to the account. A file that is left out stays in the account as it was, or is missing there.",
        "SAFE 137; netsuite-facts 9.1",
        "Select it, or take it out of the project.",
        {**_FULL, _FILE.replace("example/", "other/").format("b.js"): "/**\n * @NApiVersion 2.1\n */\ndefine([], () => ({ one: 1 }));\n"},
        {**_FULL, _FILE.format("b.js"): "/**\n * @NApiVersion 2.1\n */\ndefine([], () => ({ one: 1 }));\n"},
        project=_left_out,
    ),
    Rule(
        "L308", "a file where none may be", "error",
        "An account customization fills SuiteScripts, Templates and Web Site Hosting Files, a SuiteApp its own folder. Hidden files such as .DS_Store make the upload fail.",
        "help subsection 155931227706; SAFE 120",
        "Move or delete it.",
        {**_FULL, _FILE.format(".DS_Store"): "x"},
        _FULL,
        project=_outside,
    ),
    Rule(
        "L309", "a script that no object names", "warning",
        "The file is uploaded and never runs: a script needs an object (or a record in the account) with a deployment.",
        "SAFE guide, object generation; netsuite-facts 9.1",
        "Add its object, or take the file out.",
        {**_FULL, _FILE.format("nightly.js"): Snippet("ScheduledScript", "log", "log.audit({ title: 'type', details: context.type });").whole()},
        _FULL,
        project=_unnamed,
    ),
)  # fmt: skip
