"""
Expressions of SuiteQL rewritten for SQLite: dates, display texts, Oracle's functions and its NULL.

Every rule takes a node whose columns are resolved: `meta["kind"]` says what a column holds,
`meta["column"]` is its definition and `meta["used"]` the columns that its table reads.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from emulator.suiteql import builtin, functions
from emulator.suiteql.faults import refused, search_error, unsupported
from emulator.suiteql.grammar import INSTEAD
from emulator.suiteql.schema import Column

# Nodes that hand on what they hold.
_CARRIERS = (
    exp.Alias,
    exp.Coalesce,
    exp.Distinct,
    exp.FirstValue,
    exp.Lag,
    exp.LastValue,
    exp.Lead,
    exp.Max,
    exp.Min,
    exp.Nullif,
    exp.Paren,
    exp.Window,
)
# Nodes that are numbers whatever they are made of.
_NUMBERS = (
    exp.Abs,
    exp.Add,
    exp.Avg,
    exp.Ceil,
    exp.Count,
    exp.DenseRank,
    exp.Floor,
    exp.Length,
    exp.Mul,
    exp.Neg,
    exp.Ntile,
    exp.Rank,
    exp.RowNumber,
    exp.Sub,
    exp.Sum,
)


def kind_of(node: exp.Expr | None) -> str:
    """What an expression holds, as far as it matters: `date`, `code`, or anything else."""
    match node:
        case exp.Column():
            return str(node.meta.get("kind", "number" if node.name == "rownum" else "text"))
        case exp.Case():
            return kind_of(node.args["ifs"][0].args["true"])
        case exp.DecodeCase():
            return kind_of(node.expressions[2])
        case exp.Nvl2():
            return kind_of(node.args["true"])
        case exp.Subquery():
            inner = node.this
            return kind_of(inner.expressions[0]) if isinstance(inner, exp.Select) else "text"
        case exp.Anonymous() if node.name in functions.CARRIERS:
            return kind_of(node.expressions[0])
        case exp.Anonymous():
            if node.name in functions.DATES:
                return "date"
            return "number" if node.name in functions.NUMBERS else "text"
        case exp.Literal():
            return "text" if node.is_string else "number"
        case _ if isinstance(node, _NUMBERS):
            return "number"
        case _ if isinstance(node, _CARRIERS):
            inner = node.this if node.this is not None else next(iter(node.expressions), None)
            return kind_of(inner)
        case _:
            return "text"


def definition_of(node: exp.Expr | None) -> Column | None:
    """The column whose values an expression hands on unchanged, for display texts."""
    match node:
        case exp.Column():
            return node.meta.get("column")
        case _ if isinstance(node, _CARRIERS):
            return definition_of(node.this)
        case _:
            return None


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
    if name in INSTEAD:
        hint = f"; use {INSTEAD[name]}" if INSTEAD[name] else ""
        raise refused(f"function {name} is not supported{hint}", node)
    if name == "LISTAGG":
        # WITHIN GROUP around it carries it over together with its order.
        return node if isinstance(node.parent, exp.WithinGroup) else _listed(node, [])
    if name == "APPROX_COUNT_DISTINCT":
        return exp.Count(this=exp.Distinct(expressions=node.expressions))
    ours = functions.NAMES.get(name)
    if ours is None:
        raise unsupported(f"function {name}", node)
    return _call(ours, *node.expressions)


def _known(node: exp.Expr) -> exp.Expr:
    """A function that sqlglot knows and the emulator does not."""
    if isinstance(node, _CARRIED):
        return node
    raise unsupported(f"function {node.sql_name()}", node)  # type: ignore[attr-defined]


def _listed(call: exp.Expr, order: list[exp.Expr]) -> exp.Expr:
    value, *rest = call.expressions
    distinct = isinstance(value, exp.Distinct)
    if distinct:
        # The parser takes the separator for a second value that is to differ.
        rest = [*value.expressions[1:], *rest]
    keys: list[exp.Expr] = []
    for ordered in order:
        keys += [ordered.this, exp.Literal.number(1 if ordered.args.get("desc") else 0)]
    return _call(
        "sl_listagg",
        value.expressions[0] if distinct else value,
        rest[0] if rest else exp.Null(),
        exp.Literal.number(int(distinct)),
        *keys,
    )


def _within_group(node: exp.Expr) -> exp.Expr:
    call = node.this
    if not isinstance(call, exp.Anonymous) or call.name.upper() != "LISTAGG":
        raise unsupported(f"{call.sql_name()} WITHIN GROUP", node)
    if isinstance(node.parent, exp.Window):
        raise unsupported("LISTAGG ... OVER", call)
    return _listed(call, list(node.expression.expressions))


def _cast(node: exp.Expr) -> exp.Expr:
    target, value = node.args["to"], node.this
    kind = target.this
    if kind in exp.DataType.TEXT_TYPES:
        return _call("sl_to_char", value)
    if kind in exp.DataType.INTEGER_TYPES:
        return _call("sl_round", _call("sl_to_number", value))
    if kind in exp.DataType.NUMERIC_TYPES:
        number = _call("sl_to_number", value)
        sizes = [size.this for size in target.expressions]
        if not sizes:
            return number
        return _call("sl_round", number, sizes[1] if len(sizes) > 1 else exp.Literal.number(0))
    if kind == exp.DType.DATE:
        return _call("sl_date", value)
    if kind in exp.DataType.TEMPORAL_TYPES:
        return _call("sl_date", value)
    raise unsupported(f"CAST AS {target.sql()}", node)


def _trim(node: exp.Expr) -> exp.Expr:
    side = {"LEADING": "sl_ltrim", "TRAILING": "sl_rtrim"}.get(str(node.args.get("position") or ""))
    characters = node.args.get("expression")
    return _call(side or "sl_trim", node.this, *([characters] if characters is not None else []))


def _mod(node: exp.Expr) -> exp.Expr:
    return _call("sl_mod", node.this, node.expression)


def _div(node: exp.Expr) -> exp.Expr:
    return _call("sl_div", node.this, node.expression)


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
        raise unsupported(f"EXTRACT({node.this.name})", node)
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
    if isinstance(node, exp.In):
        builtin.open_lists(node)
        if not (node.expressions or node.args.get("query")):
            raise search_error("Failed to parse SQL: syntax error, an IN list is empty")
    sides = [node.this, *_operands(node)]
    kinds = {kind_of(side) for side in sides}
    for kind, function in (("date", "sl_date"), ("code", "sl_id")):
        if kind not in kinds:
            continue
        for side in sides:
            if isinstance(side, exp.Literal | exp.Placeholder):
                side.replace(_call(function, side.copy()))
    if not kinds & {"date", "code"}:
        _as_numbers([node.this, *_operands(node)])
    return node


def _as_numbers(sides: list[exp.Expr]) -> None:
    """A computed number compared with a text, or a computed text with a number: both are numbers to Oracle."""
    numbers = [side for side in sides if kind_of(side) in ("number", "id")]
    if not numbers:
        return
    computed = any(not _is_stored(side) for side in numbers if not isinstance(side, exp.Literal))
    for side in sides:
        written = isinstance(side, exp.Literal | exp.Placeholder)
        if kind_of(side) == "text" and not _is_stored(side) and (computed or not written):
            side.replace(_call("sl_to_number", side.copy()))


def _is_stored(node: exp.Expr) -> bool:
    """Whether it is a column of a table, which compares by its own affinity."""
    column = node.meta.get("column")
    return isinstance(node, exp.Column) and column is not None and bool(column.sql)


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
    (exp.WithinGroup, _within_group),
    (exp.Anonymous, _function),
    (exp.Dot, builtin.rewrite),
    (exp.Cast, _cast),
    (exp.Trim, _trim),
    (exp.Mod, _mod),
    (exp.Div, _div),
    (exp.DPipe, _joined),
    (exp.Like, _like),
    (exp.Escape, _like_escape),
    (exp.Extract, _extract),
    ((exp.Add, exp.Sub), _arithmetic),
    ((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between), _compared),
    (exp.Func, _known),
)
# Functions that SQLite has as Oracle does, and the operators that sqlglot counts among functions.
_CARRIED = (
    exp.Abs,
    exp.And,
    exp.Avg,
    exp.Case,
    exp.Ceil,
    exp.Coalesce,
    exp.Count,
    exp.DecodeCase,
    exp.DenseRank,
    exp.Exists,
    exp.FirstValue,
    exp.Floor,
    exp.If,
    exp.Lag,
    exp.LastValue,
    exp.Lead,
    exp.Length,
    exp.Max,
    exp.Min,
    exp.Ntile,
    exp.Nullif,
    exp.Nvl2,
    exp.Or,
    exp.Rank,
    exp.RowNumber,
    exp.Sum,
    exp.Xor,
)
