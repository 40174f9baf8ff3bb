"""
Expressions of SuiteQL rewritten for SQLite: dates, display texts, Oracle's functions and its NULL.

Every rule takes a node whose columns are resolved: `meta["kind"]` says what a column holds,
`meta["column"]` is its definition and `meta["used"]` the columns that its table reads.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from emulator.errors import UnsupportedError
from emulator.suiteql import functions
from emulator.suiteql.dialect import search_error
from emulator.suiteql.schema import Column

# The record type of a row, read where a display text depends on it.
_TYPE = Column("_type", "r.type", "text")


def kind_of(node: exp.Expr | None) -> str:
    """What an expression holds, as far as it matters: `date`, `code`, or anything else."""
    match node:
        case exp.Column():
            return str(node.meta.get("kind", "text"))
        case exp.Alias() | exp.Paren() | exp.Max() | exp.Min() | exp.Coalesce() | exp.Distinct():
            inner = node.this if node.this is not None else next(iter(node.expressions), None)
            return kind_of(inner)
        case exp.Case():
            return kind_of(node.args["ifs"][0].args["true"])
        case exp.Subquery():
            return (
                kind_of(node.this.expressions[0]) if isinstance(node.this, exp.Select) else "text"
            )
        case exp.Anonymous() if node.name == "sl_trunc":
            return kind_of(node.expressions[0])
        case exp.Anonymous():
            return "date" if node.name in functions.DATES else "text"
        case _:
            return "text"


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def rewrite(node: exp.Expr) -> exp.Expr:
    """The node, or what stands for it in SQLite."""
    for kinds, rule in _RULES:
        if isinstance(node, kinds):
            return rule(node)
    return node


def _literal(node: exp.Expr) -> exp.Expr:
    return exp.Null() if node.args.get("is_string") and node.name == "" else node


def _now(_node: exp.Expr) -> exp.Expr:
    return _call("sl_now")


def _function(node: exp.Expr) -> exp.Expr:
    name = node.name.upper()
    if name.startswith("SL_") or isinstance(node.parent, exp.Dot):
        return node
    ours = functions.NAMES.get(name)
    if ours is None:
        raise UnsupportedError(f"SuiteQL function {name} is not in the emulator")
    return _call(ours, *node.expressions)


def _builtin(node: exp.Expr) -> exp.Expr:
    call = node.expression
    if node.this.name.lower() != "builtin" or not isinstance(call, exp.Anonymous):
        raise search_error(f"Unknown identifier '{node.sql()}'.")
    if call.name.upper() != "DF" or len(call.expressions) != 1:
        raise UnsupportedError(
            f"SuiteQL function BUILTIN.{call.name.upper()} is not in the emulator"
        )
    argument = call.expressions[0]
    column = argument.meta.get("column") if isinstance(argument, exp.Column) else None
    if (
        not isinstance(column, Column)
        or column.record is None
        or column.kind not in ("id", "code", "text")
    ):
        return _call("sl_to_char", argument) if kind_of(argument) == "date" else argument
    sublist = exp.Literal.string(column.sublist) if column.sublist else exp.Null()
    argument.meta["used"][_TYPE.name] = _TYPE
    return _call(
        "sl_df",
        exp.column(_TYPE.name, argument.args["table"].copy()),
        exp.Literal.string(column.field or column.name),
        sublist,
        argument,
    )


def _joined(node: exp.Expr) -> exp.Expr:
    return _call("sl_concat", node.this, node.expression)


def _like(node: exp.Expr) -> exp.Expr:
    # With ESCAPE the like is inside, and is carried over together with it.
    return node if isinstance(node.parent, exp.Escape) else _matched(node, exp.Null())


def _like_escape(node: exp.Expr) -> exp.Expr:
    return _matched(node.this, node.expression)


def _matched(like: exp.Expr, escape: exp.Expr) -> exp.Expr:
    call = _call("sl_like", like.this, like.expression, escape)
    return exp.Not(this=call) if like.args.get("negate") else call


_PARTS = {
    "YEAR": "YYYY",
    "MONTH": "MM",
    "DAY": "DD",
    "HOUR": "HH24",
    "MINUTE": "MI",
    "SECOND": "SS",
}


def _extract(node: exp.Expr) -> exp.Expr:
    mask = _PARTS.get(node.this.name.upper())
    if mask is None:
        raise UnsupportedError(f"SuiteQL: EXTRACT({node.this.name}) is not in the emulator")
    return _call("sl_to_number", _call("sl_to_char", node.expression, exp.Literal.string(mask)))


def _arithmetic(node: exp.Expr) -> exp.Expr:
    left, right = kind_of(node.this), kind_of(node.expression)
    if isinstance(node, exp.Sub) and left == right == "date":
        return _call("sl_date_diff", node.this, node.expression)
    if left == "date":
        days = node.expression
        return _call(
            "sl_date_add",
            node.this,
            exp.Neg(this=exp.paren(days)) if isinstance(node, exp.Sub) else days,
        )
    if right == "date" and isinstance(node, exp.Add):
        return _call("sl_date_add", node.expression, node.this)
    return node


def _compared(node: exp.Expr) -> exp.Expr:
    """Values compared with a date or a code take its form, as Oracle converts them."""
    if isinstance(node, exp.In) and not (node.expressions or node.args.get("query")):
        raise search_error("Failed to parse SQL: syntax error, an IN list is empty")
    sides = [node.this, *_operands(node)]
    kinds = {kind_of(side) for side in sides}
    for kind, function in (("date", "sl_date"), ("code", "sl_id")):
        if kind not in kinds:
            continue
        for side in sides:
            if isinstance(side, exp.Literal | exp.Placeholder):
                side.replace(_call(function, side.copy()))
    return node


def _operands(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.In):
        return list(node.expressions)
    if isinstance(node, exp.Between):
        return [node.args["low"], node.args["high"]]
    return [node.expression]


_Rule = Callable[[exp.Expr], exp.Expr]
_RULES: tuple[tuple[type | tuple[type, ...], _Rule], ...] = (
    (exp.Literal, _literal),
    ((exp.CurrentTimestamp, exp.CurrentDate), _now),
    (exp.Anonymous, _function),
    (exp.Dot, _builtin),
    (exp.DPipe, _joined),
    (exp.Like, _like),
    (exp.Escape, _like_escape),
    (exp.Extract, _extract),
    ((exp.Add, exp.Sub), _arithmetic),
    ((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between), _compared),
)
