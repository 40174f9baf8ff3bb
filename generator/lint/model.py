"""A rule and what it finds. Each rule is declared once: its page and its tests come from the declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from tree_sitter import Node

from generator.catalog.sdf import Element
from generator.suitescript.script import Script

if TYPE_CHECKING:
    from generator.lint.examples import Example
    from generator.lint.project import ObjectFile, Project

Severity = Literal["error", "warning"]


class Found(Struct, frozen=True):
    """
    One place that a rule objects to.

    Args:
        at: a node of a script (or bytes from, to), an element of an object; None for the whole
            file.
        message: what is wrong here, in one sentence without a full stop.
        help: what to do here, where it is more than the rule says.
        file: below the project, where it is another file than the one that is checked.
        severity: where a rule is surer, or less sure, than usual.
    """

    at: Node | tuple[int, int] | Element | None
    message: str
    help: str | None = None
    file: str | None = None
    severity: Severity | None = None


Finds = Iterable[Found]
ScriptCheck = Callable[[Script, "Project"], Finds]
ObjectCheck = Callable[["ObjectFile", "Project"], Finds]
ProjectCheck = Callable[["Project"], Finds]


def place(element: Element, tag: str) -> Element:
    """Where a finding about a child points: at the child, or at the element that lacks it."""
    found = element.find(tag)
    return element if found is None else found


class Rule(Struct, frozen=True):
    """
    A rule.

    Args:
        code: L and three digits: 1 SDF objects, 2 SuiteScript, 3 the project, 9 waivers.
        title: what it finds, in a few words, without a full stop.
        severity: an error fails for certain; a warning is what the text alone cannot settle.
        why: what happens in NetSuite.
        source: who says so: a help topic, Oracle's pitfalls (SAFE and their number), the language.
        mend: what to write instead.
        wrong: an example that has the fault, and no other.
        right: the same without it.
        script, object, project: the check, by what it looks at; exactly one is given.
    """

    code: str
    title: str
    severity: Severity
    why: str
    source: str
    mend: str
    wrong: Example
    right: Example
    script: ScriptCheck | None = None
    object: ObjectCheck | None = None
    project: ProjectCheck | None = None


def by_code(*groups: Iterable[Rule]) -> Mapping[str, Rule]:
    """Rules in the order of their codes."""
    every = sorted((rule for group in groups for rule in group), key=lambda rule: rule.code)
    found = {rule.code: rule for rule in every}
    if len(found) != len(every):
        raise ValueError("two rules have one code")
    return found
