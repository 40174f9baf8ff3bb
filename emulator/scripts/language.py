"""
The language of a script by its `@NApiVersion`, checked with a real parser.

2.0 is ECMAScript 5.1 (help topic "SuiteScript 2.1", chapter_156042690639); 2.x is 2.0 unless the
account's preference "Execute SuiteScript 2.x Server Scripts As" says 2.1 (section_156632003699);
2.1 is ECMAScript 2023, and what V8 does not take is no syntax there either. Scripts of version 2.x
in production use `const`, which the engine of 2.0 is known to take.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tree_sitter import Node

from generator.suitescript.headers import tags
from generator.suitescript.language import is_generator, newer_than_es5
from generator.suitescript.parse import tree, walk


def version_of(text: str) -> str | None:
    """`@NApiVersion` of a file, None where it has none."""
    return tags(text).get("NApiVersion")


def fault(path: str, text: str, version: str, switches: Mapping[str, Any]) -> str:
    """
    The first construct that the version's language does not have: file, line and name; empty where all is well.

    Args:
        path: of the file, for the message.
        text: of the file.
        version: 2.0, 2.x or 2.1; a file without a version takes that of the script that loads it.
        switches: the account's preferences, `api_version_2x`, `es5_takes_const`,
            `refuse_generators`.
    """
    if version.lower() == "2.x":
        version = str(switches["api_version_2x"])
    if version == "2.0":
        return _es5(path, text, bool(switches["es5_takes_const"]))
    return _generators(path, text) if switches["refuse_generators"] else ""


@lru_cache(maxsize=2_000)
def _es5(path: str, text: str, takes_const: bool) -> str:
    for node in walk(tree(text.encode())):
        name = newer_than_es5(node)
        if name and not (name == "const" and takes_const):
            return (
                f"{path}:{_line(node)}: SyntaxError: {name} is not in SuiteScript 2.0 (ECMAScript 5.1);"
                " @NApiVersion 2.1 has it."
            )
    return ""


@lru_cache(maxsize=2_000)
def _generators(path: str, text: str) -> str:
    if "*" not in text:
        return ""
    for node in walk(tree(text.encode())):
        if is_generator(node):
            return f"{path}:{_line(node)}: SyntaxError: a generator function is reported to fail in SuiteScript 2.1."
    return ""


def _line(node: Node) -> int:
    return node.start_point[0] + 1
