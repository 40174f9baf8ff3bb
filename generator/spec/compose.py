"""
YAML text to a tree of nodes that know their marks.

ruamel's parser is YAML 1.2 and says what is wrong best, and it is written in Python. libyaml is
eight times as fast, so a text that both read alike goes there. Where they could differ (tags, tabs
and other line ends, values that are left out) or where libyaml finds a mistake, ruamel decides;
scalars are judged by ruamel's rules of YAML 1.2 in any case.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml  # type: ignore[import-untyped]
from ruamel.yaml import YAML
from ruamel.yaml import nodes as ruamel
from ruamel.yaml.resolver import VersionedResolver

try:
    from yaml.cyaml import CParser  # type: ignore[import-untyped]
except ImportError:  # PyYAML without libyaml
    CParser = None

MAPPING = (ruamel.MappingNode, yaml.MappingNode)
SEQUENCE = (ruamel.SequenceNode, yaml.SequenceNode)
SCALAR = (ruamel.ScalarNode, yaml.ScalarNode)

_READ_APART = re.compile("[!\t\r\x85\u2028\u2029\ufeff]")
_TAG = "tag:yaml.org,2002:"
_RULES = VersionedResolver(loader=None)


def compose(text: str) -> Any:
    """The root node, None where there is none. Raises ruamel's YAMLError where it is no YAML."""
    if CParser is not None and not _READ_APART.search(text):
        try:
            return _Parser(text).get_single_node()
        except (yaml.YAMLError, _Doubt):
            pass
    return YAML(typ="safe", pure=True).compose(text)


class _Doubt(Exception):
    """Something that libyaml places elsewhere than ruamel."""


@lru_cache(maxsize=10_000)
def _tag(value: str, implicit: tuple[bool, bool]) -> str:
    return str(_RULES.resolve(ruamel.ScalarNode, value, implicit))


if CParser is not None:

    class _Parser(CParser):  # type: ignore[misc]
        """libyaml's parser and composer, with ruamel's rules for scalars."""

        def resolve(self, kind: type, value: str, implicit: Any) -> str:
            if kind is yaml.ScalarNode:
                if value == "" and implicit[0]:
                    raise _Doubt
                return _tag(value, implicit)
            return f"{_TAG}map" if kind is yaml.MappingNode else f"{_TAG}seq"

        def descend_resolver(self, node: Any, index: Any) -> None:
            """Tags do not depend on where a node stands."""

        def ascend_resolver(self) -> None:
            """Tags do not depend on where a node stands."""
