"""The page of all rules (docs/lint.md), and what `suiteloom explain` says of one, from their declarations."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from generator.lint.examples import Snippet, files, shown
from generator.lint.model import Rule
from generator.lint.rules import RULES
from generator.spec.codes import Code

_HEAD = """\
# What `suiteloom lint` looks for

`suiteloom lint [FOLDER]` looks at SuiteScript and SDF objects, generated and hand-written: of a project with specs as it would be built
(its `hooks/` and `objects/` too), of any SDF project, or of a folder with scripts. Scripts are read with a real parser, objects with the
place of every element. Nothing is guessed: where the text does not say what a value is, a rule is silent; a rule that can only suspect
is a warning (`--strict` makes warnings fail). `--format text|json|github|sarif|junit`; exit codes: 0 without errors, 1 with errors, 2 for
wrong use, 3 for a fault of Suiteloom itself.

With `--types`, TypeScript with NetSuite's types and eslint look at the scripts too. They are installed once with
`suiteloom lint --install` (npm packages by a lock file, into the user's cache) and need no network afterwards.

## Waivers

What a person has looked at and lets stand is waived, with a reason. In a script, for its own line and the next line with code:

```js
// suiteloom-lint: L271 because the folder has this id in every account of ours
```

For other files and for whole files `lint.yaml` in the project folder:

```yaml
waive:
  - rule: L113
    path: src/Objects/customscript_kiosk.xml   # * stands for any part of a path
    because: the kiosk is a page for visitors
```

A waiver without a reason, one that is not needed any more, and one of an unknown rule are findings themselves (L9xx).
Codes of other tools are waived in the same way: `TS2339`, `no-undef`.

## Sources

"help topic" is a topic of NetSuite's help, by its title or the id in its address; "SAFE n" is pitfall n of Oracle's SuiteCloud guide in
the repository oracle/netsuite-suitecloud-sdk. "netsuite-facts" and "netsuite-decisions" are this project's own notes, which name theirs.
In examples of whole files, `-` is wrong and `+` right.
"""
_GROUPS = {
    "L1": "L1xx: SDF objects",
    "L2": "L2xx: SuiteScript",
    "L3": "L3xx: the project",
    "L9": "L9xx: waivers",
}


def page() -> str:
    """docs/lint.md."""
    parts = [_HEAD, "## Rules\n", "| rule | finds | as |\n| --- | --- | --- |"]
    parts[-1] += "".join(
        f"\n| [{rule.code}](#{rule.code.lower()}) | {rule.title} | {rule.severity} |"
        for rule in RULES.values()
    )
    parts[-1] += "\n"
    for group, title in _GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_section(rule) for rule in RULES.values() if rule.code.startswith(group)]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    return "\n".join(
        [
            f"### {rule.code}",
            "",
            f"**{rule.title[0].upper()}{rule.title[1:]}** ({rule.severity}). {rule.why}",
            "",
            f"Mend: {rule.mend}",
            "",
            f"Source: {rule.source}.",
            "",
            *_examples(rule),
        ]
    )


def _examples(rule: Rule) -> Iterator[str]:
    """Lines of an entry point beside each other; of whole files what has to change in them."""
    if isinstance(rule.wrong, Snippet) or isinstance(rule.right, Snippet):
        for word, example in (("Wrong", rule.wrong), ("Right", rule.right)):
            for _, language, text in shown(example):
                yield from (f"{word}:", "", f"```{language}", text.rstrip("\n"), "```", "")
        return
    wrong, right = files(rule.wrong), files(rule.right)
    for path in sorted({*wrong, *right}):
        before, after = (each.get(path, "").splitlines() for each in (wrong, right))
        if before != after:
            lines = list(unified_diff(before, after, n=3, lineterm=""))[2:]
            yield from (f"`{path.removeprefix('src/')}`", "", "```diff")
            yield from (line for line in lines if not line.startswith("@@"))
            yield from ("```", "")


def code_of(rule: Rule) -> Code:
    """A rule as a code among those of specs."""
    wrong, right = (
        "\n".join(f"{path}\n{text}".strip() for path, _, text in shown(example))
        for example in (rule.wrong, rule.right)
    )
    return Code(rule.code, rule.title, f"{rule.why} {rule.mend}", wrong, right)
