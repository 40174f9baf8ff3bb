"""
YAML text to a tree of nodes that know their marks.

ruamel's parser is YAML 1.2 and says what is wrong best, and it is written in Python. libyaml is
eight times as fast, so a text that both read alike goes there. Where they could differ (tags, tabs
and other line ends, values that are left out) or where libyaml finds a mistake, ruamel decides;
scalars are judged by ruamel's rules of YAML 1.2 in any case. It is imported when it is asked.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

import yaml  # type: ignore[import-untyped]

try:
    from yaml.cyaml import CParser  # type: ignore[import-untyped]
except ImportError:  # PyYAML without libyaml
    CParser = None

_READ_APART = re.compile("[!\t\r\x85\u2028\u2029\ufeff]")
_TAG = "tag:yaml.org,2002:"
# What a scalar begins with that may be no text, by the rules of YAML 1.2.
_JUDGED = frozenset("-+.0123456789~<=!&*")
_WORDS = {"true": "bool", "false": "bool", "null": "null"}
_NUMBER = re.compile("-?(?:0|[1-9][0-9]*)([.][0-9]+)?")


DEEPEST = 100
"""Values inside of values; a spec has a dozen. Beyond that parsers end in their own stack."""

# What can make that many: opened brackets, and indentation with the dashes of lists in it.
_OPENED = re.compile(r"[\[\]{}]")
_INDENTED = re.compile(rf"^[ ?-]{{{DEEPEST}}}", re.MULTILINE)


class TooDeepError(Exception):
    """Values are nested more than `DEEPEST` deep; `mark` is the first that is."""

    def __init__(self, mark: Any) -> None:
        super().__init__(f"nested more than {DEEPEST} deep")
        self.mark = mark


class UnreadableError(Exception):
    """
    The text is no YAML.

    Attributes:
        fault: what ruamel says, with marks where it has some.
    """

    def __init__(self, fault: Any) -> None:
        super().__init__(str(fault))
        self.fault = fault


def compose(text: str) -> Any:
    """
    The root node, None where there is none; nodes have the `id` mapping, sequence or scalar.

    Raises:
        UnreadableError, TooDeepError.
    """
    if _may_be_deep(text):
        _refuse_depth(text)
    if CParser is not None and not _READ_APART.search(text):
        try:
            return _Parser(text).get_single_node()
        except (yaml.YAMLError, _Doubt):
            pass
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).compose(text)
    except YAMLError as fault:
        raise UnreadableError(fault) from fault


def _may_be_deep(text: str) -> bool:
    depth = most = 0
    for bracket in _OPENED.findall(text):
        depth = depth + 1 if bracket in "[{" else max(depth - 1, 0)
        most = max(most, depth)
    return most > DEEPEST or _INDENTED.search(text) is not None


def _refuse_depth(text: str) -> None:
    """Read event by event, which needs no stack. What is no YAML is left to who tells it."""
    depth = 0
    with suppress(yaml.YAMLError):
        for event in yaml.parse(
            text, Loader=yaml.SafeLoader if CParser is None else yaml.CSafeLoader
        ):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                raise TooDeepError(event.start_mark)


class _Doubt(Exception):
    """Something that libyaml places elsewhere than ruamel."""


@lru_cache(maxsize=10_000)
def _tag(value: str, implicit: tuple[bool, bool]) -> str:
    if not implicit[0]:  # quoted
        return f"{_TAG}str"
    if value in _WORDS:
        return f"{_TAG}{_WORDS[value]}"
    if value[0] not in _JUDGED and value.lower() not in _WORDS:
        return f"{_TAG}str"
    if value[:2] in ("./", ".."):
        return f"{_TAG}str"
    if number := _NUMBER.fullmatch(value):
        return f"{_TAG}float" if number[1] else f"{_TAG}int"
    return str(_rules()(value, implicit))


@cache
def _rules() -> Any:
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.resolver import VersionedResolver

    resolver = VersionedResolver(loader=None)
    return lambda value, implicit: resolver.resolve(ScalarNode, value, implicit)


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
