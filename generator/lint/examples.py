"""Examples of rules: a few lines that stand for whole files, so that the page shows the lines and the tests run the files."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

SCRIPT = "src/FileCabinet/SuiteScripts/example/example.js"
MANIFEST = """\
<manifest projecttype="ACCOUNTCUSTOMIZATION">
  <projectname>example</projectname>
  <frameworkversion>1.0</frameworkversion>
  <dependencies>
    <features>
      <feature required="true">SERVERSIDESCRIPTING</feature>
      <feature required="true">CUSTOMRECORDS</feature>
    </features>
  </dependencies>
</manifest>
"""
DEPLOY = """\
<deploy>
  <files>
    <path>~/FileCabinet/SuiteScripts/example/*</path>
  </files>
  <objects>
    <path>~/Objects/*</path>
  </objects>
</deploy>
"""
_FRAMES = {
    "Restlet": ("post", "request", ""),
    "UserEventScript.beforeLoad": ("beforeLoad", "context", ""),
    "UserEventScript.beforeSubmit": ("beforeSubmit", "context", ""),
    "UserEventScript.afterSubmit": ("afterSubmit", "context", ""),
    "ScheduledScript": ("execute", "context", ""),
    "Suitelet": ("onRequest", "context", ""),
    "ClientScript": ("pageInit", "context", ""),
}


class Snippet(Struct, frozen=True):
    """
    Lines inside an entry point.

    Args:
        kind: script type, with the entry point where there are several:
            `UserEventScript.afterSubmit`.
        modules: names of N/ modules, by blanks: `record ui/serverWidget`.
        body: the lines.
    """

    kind: str
    modules: str
    body: str

    def whole(self) -> str:
        """The script."""
        entry, argument, _ = _FRAMES[self.kind]
        lines = "\n".join(f"    {line}".rstrip() for line in self.body.strip().splitlines())
        inner = f"  const {entry} = ({argument}) => {{\n{lines}\n  }};\n\n  return {{ {entry} }};"
        return module(self.kind.split(".")[0], self.modules, inner)

    def shown(self) -> str:
        """The lines with what they stand in."""
        kind, _, entry = self.kind.partition(".")
        return f"// {kind}{', ' + entry if entry else ''}\n{self.body.strip()}\n"


# A whole file, lines of an entry point, or several files by their path below the project.
Example = str | Snippet | Mapping[str, str]


def module(kind: str, modules: str, inner: str, version: str = "2.1") -> str:
    """A script of a type (none for an empty one), which loads modules, around what its factory does."""
    names = modules.split()
    asked = ", ".join(f"'N/{name}'" for name in names)
    given = ", ".join(name.split("/")[-1] for name in names)
    typed = f" * @NScriptType {kind}\n" if kind else ""
    lines = inner.strip("\n")
    return f"/**\n * @NApiVersion {version}\n{typed} */\ndefine([{asked}], ({given}) => {{\n{lines}\n}});\n"


def map_reduce(modules: str, **stages: str) -> str:
    """A map/reduce script with these functions, and plain ones for what it needs besides."""
    plain = {
        "getInputData": "() => [1, 2, 3]",
        "summarize": "(summary) => {\n    summary.mapSummary.errors.iterator().each((key, error) => {\n"
        "      log.error({ title: key, details: error });\n      return true;\n    });\n  }",
    }
    names = (
        modules.split()
        if "log" in modules.split() or "summarize" in stages
        else [*modules.split(), "log"]
    )
    given = plain | stages
    order = [n for n in ("getInputData", "map", "reduce", "summarize") if n in given]
    lines = [f"  const {name} = {given[name]};\n" for name in order]
    return module(
        "MapReduceScript",
        " ".join(names),
        "\n".join([*lines, f"  return {{ {', '.join(order)} }};"]),
    )


def files(example: Example) -> dict[str, str]:
    """An example as the files of a whole project."""
    if isinstance(example, Snippet):
        given = {SCRIPT: example.whole()}
    elif isinstance(example, str):
        given = {_path(example): example}
    else:
        given = dict(example)
    return {"src/manifest.xml": MANIFEST, "src/deploy.xml": DEPLOY} | given


def _path(text: str) -> str:
    if not text.lstrip().startswith("<"):
        return SCRIPT
    root = re.match(r"\s*<(\w+)(?:[^>]*?scriptid=\"([^\"]*)\")?", text)
    if root is None:
        return "src/Objects/customlist_example.xml"
    if root[1] in ("manifest", "deploy"):
        return f"src/{root[1]}.xml"
    return f"src/Objects/{root[2]}.xml"


def shown(example: Example) -> list[tuple[str, str, str]]:
    """An example for its page: heading (a file's path, or nothing), language and text of each part."""
    if isinstance(example, Snippet):
        return [("", "js", example.shown())]
    if isinstance(example, str):
        return [("", "xml" if example.lstrip().startswith("<") else "js", example.lstrip("\n"))]
    return [
        (path, {"xml": "xml", "js": "js", "yaml": "yaml"}.get(path.rsplit(".", 1)[-1], ""), text)
        for path, text in example.items()
    ]
