"""
SuiteQL as sqlglot reads it: Oracle's grammar with SuiteQL's own narrow set of functions.

Functions that need the account's rules (dates, display texts, number masks) stay unparsed calls, so
that the translation decides what they mean; sqlglot's own readings of them are Oracle's, not
NetSuite's.
"""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp, parser
from sqlglot.dialects.oracle import Oracle
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.parsers.oracle import OracleParser
from sqlglot.tokenizer_core import TokenType
from sqlglot.transforms import eliminate_join_marks

from emulator.suiteql import grammar
from emulator.suiteql.faults import search_error

__all__ = ["SuiteQL", "parse", "placeholder_position", "search_error"]

# Read by sqlglot, because it knows what they are; the others are calls by name.
_PLAIN = (
    "ABS",
    "AVG",
    "CEIL",
    "COALESCE",
    "COUNT",
    "DENSE_RANK",
    "FIRST_VALUE",
    "FLOOR",
    "LAG",
    "LAST_VALUE",
    "LEAD",
    "LENGTH",
    "MAX",
    "MIN",
    "NTILE",
    "NULLIF",
    "NVL",
    "NVL2",
    "RANK",
    "ROW_NUMBER",
    "SUM",
)
_WITH_OWN_SYNTAX = ("CAST", "CEIL", "DECODE", "EXTRACT", "FLOOR", "TRIM")


def _placeholder(reader: parser.Parser) -> exp.Expr:
    # A parser may read the same `?` twice; its place in the text tells them apart.
    return exp.Placeholder(this=f"at{reader._prev.start}")  # noqa: SLF001


def placeholder_position(placeholder: exp.Placeholder) -> int:
    """Where in the text a `?` stands."""
    return int(placeholder.name.removeprefix("at"))


class SuiteQL(Oracle):
    """The dialect; registered with sqlglot under its class name."""

    class Parser(OracleParser):
        """Oracle's parser with the functions named above and no others."""

        FUNCTIONS: ClassVar = {
            name: OracleParser.FUNCTIONS[name] for name in _PLAIN if name in OracleParser.FUNCTIONS
        }
        FUNCTION_PARSERS: ClassVar = {
            name: parse
            for name, parse in OracleParser.FUNCTION_PARSERS.items()
            if name in _WITH_OWN_SYNTAX
        }
        PLACEHOLDER_PARSERS: ClassVar = {TokenType.PLACEHOLDER: _placeholder}


def parse(sql: str, *, documented_only: bool = False) -> exp.Query:
    """
    The query as a tree.

    Args:
        sql: the text.
        documented_only: refuse what Oracle's help refuses though public queries use it.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED where it is not one SELECT of SuiteQL.
    """
    dialect = SuiteQL()
    try:
        words = dialect.tokenize(sql)
        trees = dialect.parser(error_level=ErrorLevel.IMMEDIATE).parse(words, sql)
    except (ParseError, TokenError) as error:
        first = str(error).split("\n", 1)[0]
        raise search_error(f"Failed to parse SQL [{sql}]: syntax error, {first}") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise search_error("Invalid or unsupported search")
    tree = trees[0]
    limit = next((word for word in words if word.token_type == TokenType.LIMIT), None)
    if limit is not None:
        raise search_error(
            f"Failed to parse SQL [{sql}]: syntax error, near: LIMIT"
            f" (line {limit.line}, column {limit.col - len(limit.text) + 1}); use FETCH FIRST or ROWNUM"
        )
    grammar.check(tree, documented_only=documented_only)
    return _without_join_marks(tree)


def _without_join_marks(tree: exp.Query) -> exp.Query:
    """`a.x = b.y(+)` as the outer join it means."""
    if any(column.args.get("join_mark") for column in tree.find_all(exp.Column)):
        tree = eliminate_join_marks(tree)  # type: ignore[assignment]
        for select in tree.find_all(exp.Select):
            _in_order(select)
    return tree


def _in_order(select: exp.Select) -> None:
    """Joins that name only tables before them, whatever the order in FROM was."""
    start = select.args.get("from_")
    waiting = list(select.args.get("joins") or ())
    if start is None or not waiting:
        return
    waiting.sort(key=lambda join: join.args.get("on") is not None)
    seen = {start.alias_or_name}
    ordered: list[exp.Expr] = []
    while waiting:
        ready = next((join for join in waiting if _names(join) <= seen), waiting[0])
        waiting.remove(ready)
        seen.add(ready.alias_or_name)
        ordered.append(ready)
    select.set("joins", ordered)


def _names(join: exp.Expr) -> set[str]:
    """The other tables that a join's condition names."""
    condition = join.args.get("on")
    if condition is None:
        return set()
    return {c.table for c in condition.find_all(exp.Column) if c.table} - {join.alias_or_name}
