"""
BUILTIN functions (help topic "SuiteQL Supported Built-in Functions", article_161950565221).

CURRENCY_CONVERT is refused by name. BUILTIN_RESULT.TYPE_..., which Workbook writes around what it
exports (seen in public queries), tells the type of a result and leaves its value.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from emulator.suiteql import expressions
from emulator.suiteql.columns import ID_FIELD
from emulator.suiteql.faults import near, place, search_error, unsupported
from emulator.suiteql.schema import Column

# The record type of a row, read where a display text depends on it.
_TYPE = Column("_type", "r.type", "text")
_CURRENCY = Column("_currency", "json_extract(r.body, '$.currency')", "id")
_RESULT_TYPES = frozenset(
    "BOOLEAN CLOBTEXT CURRENCY CURRENCY_HIGH_PRECISION DATE DATETIME DURATION FLOAT INTEGER PERCENT STRING TIME".split()  # noqa: SIM905
)
_DOCUMENTED = [
    "CF",
    "CONSOLIDATE",
    "CURRENCY",
    "CURRENCY_CONVERT",
    "DF",
    "HIERARCHY",
    "MNFILTER",
    "NAMED_GROUP",
    "PERIOD",
    "RELATIVE_RANGES",
    "RESULT_TYPE",
]
_ADDED_PARTS = 5


def rewrite(node: exp.Expr) -> exp.Expr:
    """A call `BUILTIN.NAME(...)` for SQLite."""
    call = node.expression
    if node.this.name.lower() == "builtin_result" and isinstance(call, exp.Anonymous):
        return _typed(call)
    if node.this.name.lower() != "builtin" or not isinstance(call, exp.Anonymous):
        raise search_error(f"Unknown identifier '{node.sql()}'.{place(node)}")
    name = call.name.upper()
    if name not in _DOCUMENTED:
        hint = near(name, _DOCUMENTED)
        raise search_error(f"Unknown function 'BUILTIN.{name}'{place(call)}.{hint}")
    built = _BUILT.get(name)
    if built is None:
        raise unsupported(f"function BUILTIN.{name}", call)
    least, most, make = built
    if not least <= len(call.expressions) <= most:
        raise search_error(
            f"Invalid number of arguments of BUILTIN.{name}: {len(call.expressions)}{place(call)}"
        )
    return make(call)


def _typed(call: exp.Anonymous) -> exp.Expr:
    kind = call.name.upper().removeprefix("TYPE_")
    if kind == call.name.upper() or not call.expressions:
        hint = near(call.name.upper(), [f"TYPE_{name}" for name in _RESULT_TYPES])
        raise search_error(f"Unknown function 'BUILTIN_RESULT.{call.name}'{place(call)}.{hint}")
    if kind not in _RESULT_TYPES:
        raise unsupported(f"function BUILTIN_RESULT.{call.name.upper()}", call)
    return exp.paren(call.expressions[0])


def open_lists(node: exp.In) -> None:
    """`IN (BUILTIN.PERIOD(...))`: the function gives the whole list."""
    values = node.expressions
    if len(values) == 1 and isinstance(values[0], exp.Subquery):
        node.set("query", values[0].copy())
        node.set("expressions", [])
    elif node.args.get("field") is not None:
        node.set("query", node.args["field"].copy())
        node.set("field", None)


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def _row_type(argument: exp.Column, column: Column) -> exp.Expr:
    """The record type of the row that a column comes from."""
    if "used" not in argument.meta or not column.sql:
        return exp.Literal.string(column.record or "")
    argument.meta["used"][_TYPE.name] = _TYPE
    return exp.column(_TYPE.name, argument.args["table"].copy())


def _display(call: exp.Anonymous) -> exp.Expr:
    argument: exp.Expr = call.expressions[0]
    column = expressions.definition_of(argument)
    source = argument.find(exp.Column)
    if (
        column is None
        or source is None
        or column.record is None
        or column.kind not in ("id", "code", "text")
    ):
        if expressions.kind_of(argument) == "date":
            return _call("sl_to_char", argument)
        return argument
    sublist = exp.Literal.string(column.sublist) if column.sublist else exp.Null()
    row_type: exp.Expr = exp.Literal.string(column.record)
    if isinstance(argument, exp.Column) and column.field != ID_FIELD:
        row_type = _row_type(argument, column)
    name = exp.Literal.string(column.field or column.name)
    return _call("sl_df", row_type, name, sublist, argument)


def _criteria(call: exp.Anonymous) -> exp.Expr:
    """A transaction's status with its type (`SalesOrd:B`); any other field as it is."""
    argument: exp.Expr = call.expressions[0]
    column = expressions.definition_of(argument)
    code = None if column is None else column.criteria
    if column is None or code is None or not isinstance(argument, exp.Column):
        return argument
    argument.meta["used"][code.name] = code
    prefix = exp.column(code.name, argument.args["table"].copy())
    return _call("sl_concat", _call("sl_concat", prefix, exp.Literal.string(":")), argument)


def _consolidated(call: exp.Anonymous) -> exp.Expr:
    """The amount itself: the account keeps no consolidated exchange rates."""
    amount = exp.paren(call.expressions[0])
    amount.meta["consolidated"] = True
    return amount


def _currency(call: exp.Anonymous) -> exp.Expr:
    """The code of an amount's currency: its transaction's, or the base currency."""
    amount: exp.Expr = call.expressions[0]
    base = any(part.meta.get("consolidated") for part in amount.walk())
    for column in amount.find_all(exp.Column):
        definition = column.meta.get("column")
        if base or definition is None or not definition.foreign or "used" not in column.meta:
            continue
        column.meta["used"][_CURRENCY.name] = _CURRENCY
        return _call("sl_currency", exp.column(_CURRENCY.name, column.args["table"].copy()))
    return _call("sl_currency", exp.Null())


def _named_group(call: exp.Anonymous) -> exp.Expr:
    """'me' or 'mine': the ids of the user, or of the user's department, class, location or subsidiary."""
    return _listed("sl_named_group", call)


def _period(call: exp.Anonymous) -> exp.Expr:
    """The ids of the accounting periods that lie in a relative period."""
    return _listed("sl_periods", call)


def _listed(name: str, call: exp.Anonymous) -> exp.Expr:
    rows = exp.Table(
        this=exp.Anonymous(this="json_each", expressions=[_call(name, *call.expressions)])
    )
    return exp.Subquery(
        this=exp.Select(expressions=[exp.column("value")], from_=exp.From(this=rows))
    )


def _hierarchy(call: exp.Anonymous) -> exp.Expr:
    argument, *rest = call.expressions
    column = expressions.definition_of(argument)
    target = None if column is None else column.refers
    if target is None:
        raise unsupported("BUILTIN.HIERARCHY of a field that is no select", call)
    mode = rest[0] if rest else exp.Literal.string("DISPLAY")
    return _call("sl_hierarchy", exp.Literal.string(target), argument, mode)


def _relative(call: exp.Anonymous) -> exp.Expr:
    code, side, *flag = call.expressions
    made = _call("sl_relative", code, side)
    if flag and flag[0].name.upper() == "DATE":
        return _call("sl_trunc", made)
    return made


def _filtered(call: exp.Anonymous) -> exp.Expr:
    return _call("sl_mnfilter", *call.expressions)


_BUILT: dict[str, tuple[int, int, Callable[[exp.Anonymous], exp.Expr]]] = {
    "CF": (1, 1, _criteria),
    "CONSOLIDATE": (2, 7, _consolidated),
    "CURRENCY": (1, 1, _currency),
    "DF": (1, 1, _display),
    "HIERARCHY": (1, 2, _hierarchy),
    "MNFILTER": (_ADDED_PARTS + 1, 1000, _filtered),
    "NAMED_GROUP": (2, 2, _named_group),
    "PERIOD": (4, 4, _period),
    "RELATIVE_RANGES": (2, 3, _relative),
}
