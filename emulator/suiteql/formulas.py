"""Formulas of N/query: SuiteQL expressions that name fields in braces, `{quantity} * {item.cost}`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from emulator.suiteql.dialect import SuiteQL, parse
from emulator.suiteql.faults import search_error


def parse_formula(formula: str, here: str, aliases: Mapping[str, str]) -> exp.Expr:
    """
    The expression of a formula.

    Args:
        formula: as the script wrote it.
        here: the alias of the component that the formula belongs to.
        aliases: other components by the names that a formula may give them.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED where it is none.
    """
    text, at = "", 0
    tokens = SuiteQL().tokenize(formula)
    place = 0
    while place < len(tokens):
        if tokens[place].token_type != TokenType.L_BRACE:
            place += 1
            continue
        end = next(
            (n for n in range(place, len(tokens)) if tokens[n].token_type == TokenType.R_BRACE),
            None,
        )
        if end is None:
            raise search_error(f"A brace of the formula is not closed: {formula}")
        text += formula[at : tokens[place].start] + _field(tokens[place + 1 : end], here, aliases)
        at, place = tokens[end].end + 1, end + 1
    select = parse(f"SELECT {text + formula[at:]} FROM dual")  # noqa: S608 (parsed, never run)
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise search_error(f"The formula is not one expression: {formula}")
    made = select.expressions[0].unalias()
    return made if isinstance(made, exp.Column | exp.Literal | exp.Func) else exp.paren(made)


def _field(tokens: list[Token], here: str, aliases: Mapping[str, str]) -> str:
    names = [token.text.lower() for token in tokens if token.token_type != TokenType.DOT]
    *path, name = names
    if not path:
        return f"{here}.{name}"
    joined = "_".join([here, *path])
    alias = joined if joined in aliases.values() else aliases.get(path[-1])
    if alias is None:
        raise search_error(f"The query has no component {'.'.join(path)}")
    return f"{alias}.{name}"
