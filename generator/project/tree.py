"""
The whole output tree of a project: path to bytes, nothing written.

    suitecloud.config.js  flows.json  SETUP.md
    src/manifest.xml  src/deploy.xml  src/Objects/*.xml  src/FileCabinet/SuiteScripts/<prefix>/...
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.catalog import sdf, sdf_types
from generator.catalog.account import described_ids
from generator.errors import WriteError
from generator.memory import Memory
from generator.plan import names
from generator.plan.project import ProjectPlan
from generator.project.bundle import bundle
from generator.project.setup import setup_page
from generator.project.write import STATE, State, state_text
from generator.render import objects, render
from generator.render.objects import Deployment, Script
from generator.spec.source import shown, utf8

_SCRIPTID = re.compile(r'scriptid="([^"]+)"')
_REFERENCE = re.compile(r"\[scriptid=([^\]]+)\]")
_CONFIG = """\
module.exports = {
  defaultProjectFolder: 'src',
  commands: {}
};
"""


def make_tree(
    plan: ProjectPlan, folder: Path, state: State, memory: Memory | None = None
) -> dict[str, bytes]:
    """
    Every file of the output, STATE among them.

    Args:
        plan: the compiled project.
        folder: the project's folder, for its hooks and objects.
        state: what the output folder knew before; scripts that are no more are retired.
        memory: of earlier builds.
    """
    scripts = objects.scripts(plan)
    retired = tuple(objects.retire(_script(each), plan.prefix) for each in retired_by(plan, state))
    cabinet = f"src/FileCabinet{names.folder(plan.prefix)}"
    own = _objects(folder)
    needed = _needed(own)
    texts = {
        "suitecloud.config.js": _CONFIG,
        "flows.json": bundle(plan, [script.script for script in retired]),
        "SETUP.md": setup_page(plan, retired, needed),
        **{f"src/{path}": text for path, text in objects.render(plan, retired).items()},
        **{f"{cabinet}/{path}": text for path, text in render(plan, memory or Memory()).items()},
    }
    elsewhere = _elsewhere(plan, folder, texts, own)
    if elsewhere or needed:
        texts["src/manifest.xml"] = objects.manifest(plan, needed, elsewhere)
    tree = {path: text.encode() for path, text in texts.items()}
    for path, content in (*_hooks(plan, folder, cabinet), *own):
        if not utf8(path):
            raise WriteError(f"{shown(path)}: the name of the file is not UTF-8")
        if tree.setdefault(path, content) != content:
            raise WriteError(f"{path}: the project's own file has the name of a generated one")
    tree[STATE] = state_text(
        tree, [_record(script) for script in scripts], [_record(script) for script in retired]
    ).encode()
    return dict(sorted(tree.items()))


def _hooks(plan: ProjectPlan, folder: Path, cabinet: str) -> list[tuple[str, bytes]]:
    """The user's hook modules and what they may share: all of `hooks/`, as it is."""
    found = {
        f"{cabinet}/{path.relative_to(folder).as_posix()}": path
        for path in sorted((folder / "hooks").rglob("*.js"))
        if not path.is_dir()
    }
    for flow in objects.flows(plan):
        if flow.hooks:
            found[f"{cabinet}/{names.hook_file(flow.hooks.module)}"] = folder / flow.hooks.module
    return [(path, _read(source)) for path, source in found.items()]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WriteError(f"{path}: cannot be read: {error.strerror}") from error


def _objects(folder: Path) -> list[tuple[str, bytes]]:
    """The user's own SDF objects and their templates, as they are."""
    return [
        (f"src/Objects/{path.name}", _read(path))
        for path in sorted((folder / "objects").rglob("*"))
        if path.name.endswith((".xml", *sdf.TEMPLATES)) and not path.is_dir()
    ]


def _needed(own: Sequence[tuple[str, bytes]]) -> set[str]:
    """Features that the user's own objects need: SDF refuses those whose feature is not declared."""
    return {
        feature
        for path, content in own
        if not path.endswith(sdf.TEMPLATES)
        for feature in sdf_types.features(sdf.parse_bytes(content, Path(path)))
    }


def _elsewhere(
    plan: ProjectPlan, folder: Path, texts: Mapping[str, str], own: Sequence[tuple[str, bytes]]
) -> list[str]:
    """
    Objects that only the account has, by their full ids: SDF wants them declared.

    Those that generated objects refer to, those that the user's own ones refer to and `catalog/`
    knows, and those that project.yaml names. What else the user's objects refer to may be misspelt.
    """
    made = [text for path, text in texts.items() if path.startswith("src/Objects/")]
    written = [content.decode(errors="replace") for _, content in own]
    here = {found[1] for text in (*made, *written) if (found := _SCRIPTID.search(text))}
    account = described_ids(folder)
    wanted = {id_ for text in made for id_ in _REFERENCE.findall(text)}
    wanted |= {
        id_ for text in written for id_ in _REFERENCE.findall(text) if id_.split(".")[0] in account
    }
    return sorted(
        id_ for id_ in wanted.union(plan.account_objects) if id_.split(".")[0] not in here
    )


def retired_by(plan: ProjectPlan, state: State) -> list[Mapping[str, Any]]:
    """Records of scripts of earlier builds that this one does not have, by id: SDF never deletes them."""
    alive = {script.script for script in objects.scripts(plan)}
    gone = {
        str(record["script"]): record
        for record in (*state.retired, *state.scripts)
        if record["script"] not in alive
    }
    return [gone[id_] for id_ in sorted(gone)]


def _record(script: Script) -> dict[str, Any]:
    """What is kept of a script, enough to retire it."""
    return {
        "script": script.script,
        "kind": script.kind,
        "name": script.name,
        "deployments": [
            {"id": each.id, "title": each.title, "record": each.record}
            for each in script.deployments
        ],
    }


def _script(record: Mapping[str, Any]) -> Script:
    contexts = objects.CONTEXTS if record["kind"] == "usereventscript" else ()
    return Script(
        record["script"],
        record["kind"],
        record["name"],
        "",
        "",
        tuple(
            Deployment(each["id"], each["title"], "", each["record"], contexts)
            for each in record["deployments"]
        ),
    )
