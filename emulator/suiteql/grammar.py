"""
What SuiteQL's grammar leaves out of Oracle's.

Sources: help topics "SuiteQL Performance and Best Practices" (article_0824094533), "SuiteQL
Limitations and Exceptions" (section_156257796125), "SuiteQL Supported and Unsupported Functions"
(section_158513731864).
"""

from __future__ import annotations

from sqlglot import exp

from emulator.suiteql.faults import refused, unsupported

# Most values of one IN list.
_MOST_VALUES = 1000
# Functions that the help lists as unsupported, and what it names instead.
INSTEAD = {
    "BIT_LENGTH": "",
    "BIT_XOR_AGG": "",
    "CEILING": "CEIL",
    "CHAR": "CHR",
    "CHARACTER_LENGTH": "LENGTH",
    "CHARINDEX": "INSTR",
    "CHAR_LENGTH": "LENGTH",
    "CONVERT": "TO_CHAR or TO_NUMBER",
    "COT": "",
    "DATEDIFF": "MONTHS_BETWEEN or a difference of dates",
    "LCASE": "LOWER",
    "LEFT": "SUBSTR",
    "LOCATE": "INSTR",
    "POSITION": "INSTR",
    "REPEAT": "",
    "RIGHT": "SUBSTR",
    "SUBSTRING": "SUBSTR",
    "UCASE": "UPPER",
}


def check(tree: exp.Query, *, documented_only: bool) -> None:
    """
    Refuse what SuiteQL has not.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED with what it is and where.
        UnsupportedError: for a clause that Oracle has and nobody has been seen to use here.
    """
    for node in tree.walk():
        _check(node, documented_only=documented_only)


def _check(node: exp.Expr, *, documented_only: bool) -> None:
    match node:
        case exp.Select():
            _select(node)
        case exp.With() if documented_only:
            raise refused("WITH clauses are not supported", node)
        case exp.Anonymous() if documented_only and node.name.upper() == "LISTAGG":
            raise refused("function LISTAGG is not supported", node)
        case exp.In() if len(node.expressions) > _MOST_VALUES:
            raise refused(f"an IN list has more than {_MOST_VALUES} values", node)
        case exp.DateStrToDate() | exp.TimeStrToTime():
            raise refused("date literals are not supported, use TO_DATE", node)
        case exp.Array() | exp.Bracket():
            raise refused("square brackets are not supported", node)
        case exp.Add() if _is_text(node.this) or _is_text(node.expression):
            raise refused("texts are joined with ||, not with +", node)
        case exp.Lateral() | exp.Pivot() | exp.TableSample() | exp.Interval():
            raise unsupported(f"{type(node).__name__.upper()}", node)
        case exp.Connect():
            raise unsupported("CONNECT BY", node)
        case exp.Cube() | exp.GroupingSets():
            raise unsupported(f"GROUP BY {type(node).__name__.upper()}", node)
        case exp.Join() if node.method:
            raise unsupported(f"JOIN {node.method}", node)


def _select(select: exp.Select) -> None:
    if select.args.get("locks"):
        raise refused("FOR UPDATE", select)
    if select.args.get("into"):
        raise refused("SELECT INTO", select)
    joins = select.args.get("joins") or ()
    marked = [
        column
        for column in select.find_all(exp.Column)
        if column.args.get("join_mark") and column.find_ancestor(exp.Select) is select
    ]
    if marked and any(join.kind or join.side or join.args.get("on") for join in joins):
        raise refused("both (+) and JOIN ... ON in one query", marked[0])
    _no_right_joins(marked)


def _no_right_joins(marked: list[exp.Column]) -> None:
    """`a.id(+) = b.id`: a right outer join, which SuiteQL has in ANSI form only."""
    for column in marked:
        condition = column.find_ancestor(exp.Predicate)
        other = None if condition is None else condition.args.get("expression")
        if isinstance(other, exp.Column) and condition is not None and condition.this is column:
            raise refused("right outer joins by (+) are not supported, use RIGHT JOIN", column)


def _is_text(node: exp.Expr) -> bool:
    if isinstance(node, exp.Literal):
        return bool(node.is_string) and not node.this.replace(".", "", 1).lstrip("+-").isdecimal()
    return False
