"""Oracle's rule of grouped queries, which SQLite does not keep: what is not grouped must be aggregated."""

from __future__ import annotations

from sqlglot import exp

from emulator.suiteql.faults import place, search_error

_AGGREGATES = frozenset({"MEDIAN", "LISTAGG", "APPROX_COUNT_DISTINCT"})


def check(select: exp.Select) -> None:
    """
    Refuse a column that is neither grouped nor aggregated.

    Raises:
        NetSuiteError: SSS_SEARCH_ERROR_OCCURRED naming the column.
    """
    group = select.args.get("group")
    having, order = select.args.get("having"), select.args.get("order")
    results = [p.unalias() for p in select.expressions]
    if group is None and having is None and not any(_aggregates(p) for p in results):
        return
    keys = {_text(key) for key in (group.expressions if group is not None else ())}
    keys |= {
        _text(results[int(key.name) - 1])
        for key in (group.expressions if group is not None else ())
        if isinstance(key, exp.Literal) and not key.is_string and 0 < int(key.name) <= len(results)
    }
    sorted_by = [o.this for o in order.expressions] if order is not None else []
    names = {p.alias for p in select.expressions if isinstance(p, exp.Alias)}
    for node in [*results, *([having.this] if having is not None else []), *sorted_by]:
        _covered(node, keys, names if node in sorted_by else set())


def _text(node: exp.Expr) -> str:
    return node.sql().lower()


def _is_aggregate(node: exp.Expr) -> bool:
    around = node.parent.parent if isinstance(node.parent, exp.WithinGroup) else node.parent
    if isinstance(around, exp.Window):
        return False
    if isinstance(node, exp.Anonymous):
        return node.name.upper() in _AGGREGATES
    return isinstance(node, exp.AggFunc) and not isinstance(
        node, exp.FirstValue | exp.LastValue | exp.Lag | exp.Lead
    )


def _aggregates(node: exp.Expr) -> bool:
    """Whether an aggregate stands in the expression itself, not in a sub-query of it."""
    if isinstance(node, exp.Query):
        return False
    return _is_aggregate(node) or any(_aggregates(child) for child in node.iter_expressions())


def _covered(node: exp.Expr, keys: set[str], names: set[str]) -> None:
    if _text(node) in keys or _is_aggregate(node) or isinstance(node, exp.Query):
        return
    if isinstance(node, exp.WithinGroup):
        return
    if isinstance(node, exp.Column):
        if node.name == "rownum" or (not node.table and node.name in names):
            return
        raise search_error(
            f"Invalid or unsupported search: '{node.sql()}' is not a GROUP BY expression{place(node)}"
        )
    for child in node.iter_expressions():
        _covered(child, keys, names)
