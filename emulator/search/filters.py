"""
Filters as scripts write them, as a tree.

A filter expression is a term `[name, operator, value, ...]`, or a list of terms and expressions
with 'and', 'or' and 'not' between them (help topic "Search.filterExpression", section_4392316121);
a name may carry a join (`customer.email`), a formula (`formulanumeric: {quantity} * 2`) and a
summary (`sum(amount)`). Filter objects are joined by AND.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.search.model import invalid_expression, invalid_operator
from emulator.search.operators import OPERATORS

_SUMMARY = re.compile(r"(count|sum|avg|min|max|group)\((.*)\)\s*$", re.IGNORECASE | re.DOTALL)
_FORMULA = re.compile(
    r"(formula(?:text|numeric|date|datetime|currency|percent)_?\d*)\s*:(.*)",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = ("and", "or", "not")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition."""

    name: str
    join: str | None
    operator: str
    values: tuple[Any, ...]
    formula: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """`and` or `or` over parts, or `not` over one."""

    word: str
    parts: tuple[Node | Term, ...]


Tree = Node | Term


def tree(filters: Any) -> Tree | None:
    """The tree of a search's filters, None where there are none. SSS_INVALID_SRCH_FILTER_EXPR."""
    if not filters:
        return None
    if isinstance(filters, dict):
        return _object(filters)
    if not isinstance(filters, list):
        raise invalid_expression(repr(filters))
    if _is_term(filters):
        return _term(filters)
    return _or(list(filters))


def _is_term(item: Sequence[Any]) -> bool:
    return (
        len(item) > 1
        and isinstance(item[0], str)
        and isinstance(item[1], str)
        and item[0].lower() not in _WORDS
    )


def _or(items: list[Any]) -> Tree | None:
    groups: list[list[Any]] = [[]]
    for item in items:
        if isinstance(item, str) and item.lower() == "or":
            groups.append([])
        else:
            groups[-1].append(item)
    if len(groups) > 1 and not all(groups):
        raise invalid_expression("an 'or' stands at an end")
    parts = [part for part in (_and(group) for group in groups) if part is not None]
    return _node("or", parts)


def _and(items: list[Any]) -> Tree | None:
    parts: list[Tree] = []
    negated = False
    for item in items:
        if isinstance(item, str):
            if item.lower() not in ("and", "not"):
                raise invalid_expression(repr(item))
            negated = negated != (item.lower() == "not")
            continue
        part = tree(item)
        if part is None:
            continue
        parts.append(Node("not", (part,)) if negated else part)
        negated = False
    if items and isinstance(items[-1], str):
        raise invalid_expression(f"it ends with {items[-1]!r}")
    return _node("and", parts)


def _node(word: str, parts: list[Tree]) -> Tree | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Node(word, tuple(parts))


def _term(item: Sequence[Any]) -> Term:
    values: list[Any] = []
    for value in item[2:]:
        values += value if isinstance(value, list) else [value]
    return _named(item[0], None, item[1], values)


def _object(item: dict[str, Any]) -> Term:
    given = item.get("values")
    values = given if isinstance(given, list) else [] if given is None else [given]
    term = _named(str(item["name"]), item.get("join"), str(item["operator"]), values)
    summary = item.get("summary") or term.summary
    return Term(
        term.name,
        term.join,
        term.operator,
        term.values,
        item.get("formula") or term.formula,
        str(summary).upper() if summary else None,
    )


def _named(name: str, join: str | None, operator: str, values: list[Any]) -> Term:
    name, summary, formula = name.strip(), None, None
    found = _SUMMARY.fullmatch(name)
    if found:
        summary, name = found[1].upper(), found[2].strip()
    written = _FORMULA.fullmatch(name)
    if written:
        name, formula = written[1], written[2].strip()
    elif not join and "." in name:
        join, name = name.split(".", 1)
    if operator.lower() not in OPERATORS:
        raise invalid_operator(operator, name)
    return Term(
        name.lower(),
        join.lower() if join else None,
        operator.lower(),
        tuple(values),
        formula,
        summary,
    )


def wants_main_line(found: Tree | None) -> bool:
    """Whether the filters leave only the transactions' own rows (`mainline` is T, joined by AND)."""
    if isinstance(found, Term):
        checked = found.values[:1] in (("T",), (True,), ("true",))
        return (
            found.name == "mainline" and found.join is None and found.operator == "is" and checked
        )
    return found is not None and found.word == "and" and any(map(wants_main_line, found.parts))


_FEW = 20


def items_wanted(found: Tree) -> tuple[int, ...]:
    """The items without which a line cannot match, where filters joined by AND name a few of them."""
    parts = found.parts if isinstance(found, Node) and found.word == "and" else (found,)
    for part in parts:
        if isinstance(part, Node):
            wanted = items_wanted(part) if part.word == "and" else ()
            if wanted:
                return wanted
        elif (part.name, part.join, part.operator, part.summary) == ("item", None, "anyof", None):
            numbers = [str(value) for value in part.values]
            if 0 < len(numbers) <= _FEW and all(number.isdecimal() for number in numbers):
                return tuple(int(number) for number in numbers)
    return ()


def terms(found: Tree | None) -> Iterator[Term]:
    """Every term of a tree."""
    if isinstance(found, Term):
        yield found
    elif found is not None:
        for part in found.parts:
            yield from terms(part)
