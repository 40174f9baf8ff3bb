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

from emulator.errors import NetSuiteError

# Read by sqlglot and carried over as they are.
_PLAIN = (
    "ABS",
    "AVG",
    "CEIL",
    "COALESCE",
    "COUNT",
    "FLOOR",
    "LENGTH",
    "LOWER",
    "MAX",
    "MIN",
    "MOD",
    "NULLIF",
    "NVL",
    "NVL2",
    "RANK",
    "ROUND",
    "ROW_NUMBER",
    "SUM",
    "UPPER",
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


def parse(sql: str) -> exp.Query:
    """
    The query as a tree.

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
    if any(word.token_type == TokenType.LIMIT for word in words):
        raise search_error(f"Failed to parse SQL [{sql}]: syntax error, near: LIMIT")
    if any(query.args.get("locks") for query in tree.find_all(exp.Select)):
        raise search_error("Invalid or unsupported search")
    return _without_join_marks(tree)


def _without_join_marks(tree: exp.Query) -> exp.Query:
    """`a.x = b.y(+)` as the outer join it means."""
    if any(column.args.get("join_mark") for column in tree.find_all(exp.Column)):
        return eliminate_join_marks(tree)  # type: ignore[return-value]
    return tree


def search_error(detail: str) -> NetSuiteError:
    """The error that a query which NetSuite cannot run ends in."""
    return NetSuiteError("SSS_SEARCH_ERROR_OCCURRED", f"Search error occurred: {detail}")
