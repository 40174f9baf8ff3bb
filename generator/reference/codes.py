"""The page of every code that `suiteloom check` and `try --test` can say."""

from __future__ import annotations

from generator.reference.markdown import NOTE
from generator.spec.codes import CODES, Code

_HEAD = f"""\
{NOTE}

# Every code

Every finding has a code, a place (file, line, column) and, where it can be said, what to do. All findings of a run are told together; one
that only follows from another is left out. `W` and the same digits is a warning: something that can be right, but that somebody should
look at (`--strict` makes warnings fail). `suiteloom explain CODE` says what this page says. The rules of `suiteloom lint` (L and three
digits) are in [lint.md](../lint.md).

Exit codes of all commands: 0 fine, 1 something was found, 2 wrong use, 3 a fault of Suiteloom itself.

Examples are keys of a spec (or of project.yaml); a test runs each of them.
"""
_GROUPS = {
    "E1": "Reading and shape",
    "E2": "Meaning",
    "E4": "Project and environment",
    "E5": "Spec tests",
}


def page() -> str:
    """docs/reference/codes.md."""
    parts = [_HEAD]
    group = ""
    for code in CODES.values():
        if code.code[:2] != group:
            group = code.code[:2]
            parts.append(f"## {group}xx: {_GROUPS.get(group, 'More')}\n")
        parts.append(_one(code))
    return "\n".join(parts).rstrip() + "\n"


def _one(code: Code) -> str:
    lines = [
        f"### {code.code}",
        "",
        f"**{code.title[0].upper()}{code.title[1:]}.** {code.text}",
        "",
    ]
    if code.wrong:
        wrong = "\n".join(f"- {line}" for line in code.wrong.splitlines())
        right = "\n".join(f"+ {line}" for line in code.right.splitlines())
        lines += [f"```diff\n{wrong}\n{right}\n```", ""]
    return "\n".join(lines)
