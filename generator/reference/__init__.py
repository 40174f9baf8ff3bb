"""
The reference: pages and JSON Schemas, written from the declarations by `python -m generator.reference`.

A test fails where a page is older than what it is made of.
"""

from __future__ import annotations

from generator.reference import agent, codes, commands, language, transforms
from generator.spec.schema import KINDS, dump


def files() -> dict[str, str]:
    """Every generated file by its path in the repository."""
    return {
        "docs/reference/language.md": language.page(),
        "docs/reference/transforms.md": transforms.page(),
        "docs/reference/codes.md": codes.page(),
        "docs/reference/commands.md": commands.page(),
        "docs/reference/agent.md": agent.page(),
        **{f"generator/schemas/{kind}-1.json": f"{dump(made())}\n" for kind, made in KINDS.items()},
    }
