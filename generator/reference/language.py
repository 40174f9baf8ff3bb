"""The page of every key."""

from __future__ import annotations

from itertools import groupby

from generator.reference.markdown import NOTE, anchor, code, table
from generator.spec.keys import Group, Key, groups

_HEAD = f"""\
{NOTE}

# Every key

Each map of the language has a table; it is named by the place where it stands first. A name in `<angle brackets>` is chosen by you or is
one of NetSuite's ids. What the parts mean together is told in [the language](../spec.md); `suiteloom explain lines.policy` says what this
page says, on the command line. The same as JSON Schema, for editors: `suiteloom schema`.
"""


def page() -> str:
    """docs/reference/language.md."""
    known = {group.name: group for group in groups()}
    parts = [_HEAD]
    for root, held in groupby(groups(), key=lambda group: group.root):
        parts.append(f"## {root[0].upper() if '.' not in root else root[0]}{root[1:]}\n")
        parts += [_group(group, known) for group in held]
    return "\n".join(parts).rstrip() + "\n"


def _group(group: Group, known: dict[str, Group]) -> str:
    heading = f"### {code(group.title)}\n\n" if group.path else ""
    also = f" Also at {', '.join(map(code, group.places[:6]))}." if group.places else ""
    more = f" And in {len(group.places) - 6} more places." if len(group.places) > 6 else ""
    rows = [_row(key, known) for key in group.keys]
    return f"{heading}{group.text}{also}{more}\n\n{table(('key', 'type', 'default', 'meaning'), rows)}\n"


def _row(key: Key, known: dict[str, Group]) -> tuple[str, str, str, str]:
    links = [f"[{known[name].title}](#{anchor(known[name].title)})" for name in key.inside]
    kind = key.type.replace("<", "&lt;") + (
        f": {', '.join(links)}".replace("<", "&lt;") if links else ""
    )
    default = "**needed**" if key.required else code(key.default) if key.default else ""
    return code(key.name), kind, default, key.text.replace("<", "&lt;")
