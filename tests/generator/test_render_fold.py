"""Long lines of generated code are broken at brackets, and nothing else about them changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.render.fold import WIDTH, fold

ROOT = Path(__file__).parents[2]
LONG = "x" * 50
CASES = {
    "call": (
        f"    v.a = at('a', 'b.yaml:1').ref(LOOKUPS.{LONG}, get(doc, '{LONG}'), {{ missing: 'error' }});",
        f"    v.a = at('a', 'b.yaml:1').ref(\n      LOOKUPS.{LONG},\n      get(doc, '{LONG}'),\n      {{ missing: 'error' }}\n    );",
    ),
    "define": (
        f"define(['./{LONG}', './{LONG}', './c'], (aaa, bbb, ccc) => {{",
        f"define([\n  './{LONG}',\n  './{LONG}',\n  './c'\n], (aaa, bbb, ccc) => {{",
    ),
    "condition": (
        f"    if (values.among(get(doc, '{LONG}'), ['a'])) return 'not {LONG}';",
        f"    if (values.among(get(doc, '{LONG}'), ['a']))\n      return 'not {LONG}';",
    ),
    "brackets in text": (
        f"  const a = f('({LONG}', \"[{LONG},\", /[({{,]/g, `{{,{LONG}`);",
        f"  const a = f(\n    '({LONG}',\n    \"[{LONG},\",\n    /[({{,]/g,\n    `{{,{LONG}`\n  );",
    ),
    "pattern first": (
        f"  const a = f(/[({{,]x{{1,2}}/g, '{LONG}', '{LONG}');",
        f"  const a = f(\n    /[({{,]x{{1,2}}/g,\n    '{LONG}',\n    '{LONG}'\n  );",
    ),
    "short": ("  return { plan, read };", "  return { plan, read };"),
    "comment": (f"  // {LONG} ({LONG}, {LONG})", f"  // {LONG} ({LONG}, {LONG})"),
    "one long text": (f"  const a = '{LONG}{LONG}{LONG}';", f"  const a = '{LONG}{LONG}{LONG}';"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_line_is_broken_as_a_person_breaks_it(case: str) -> None:
    line, expected = CASES[case]
    assert fold(line) == expected
    assert fold(expected) == expected


def test_generated_code_is_not_wider_than_it_has_to_be() -> None:
    """What is left is text that cannot be broken: comments, and names as long as a line."""
    wide = [
        line
        for path in (ROOT / "sdf_project/src/FileCabinet").rglob("flows/*.js")
        for line in path.read_text(encoding="utf-8").split("\n")
        if len(line) > WIDTH and not re.match(r"\s*(//|\*)", line)
    ]
    assert wide == []
