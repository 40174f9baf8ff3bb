"""Every code that a finding can carry: those of specs (`generator.spec.codes`) and the rules of the linter."""

from __future__ import annotations

from generator.spec.codes import CODES, Code


def find(code: str) -> Code | None:
    """What a code means; None where there is no such code."""
    return CODES.get(code) or (_rules().get(code) if code.startswith("L") else None)


def names() -> set[str]:
    """Every code."""
    return {*CODES, *_rules()}


def _rules() -> dict[str, Code]:
    # Read when it is asked for: `check` and `build` need no parser of JavaScript.
    from generator.lint.page import code_of
    from generator.lint.rules import RULES

    return {rule.code: code_of(rule) for rule in RULES.values()}
