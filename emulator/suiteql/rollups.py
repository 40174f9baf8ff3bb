"""GROUP BY ROLLUP, which SQLite has not: one grouped query for each level of sums, put together."""

from __future__ import annotations

from sqlglot import exp

from emulator.suiteql.faults import unsupported

_OUTSIDE = ("with_", "order", "limit", "offset")


def expand(tree: exp.Query) -> exp.Query:
    """
    The query with every ROLLUP as a UNION ALL of its levels.

    Raises:
        UnsupportedError: for more than one ROLLUP in a query, or an ORDER BY of what is no result.
    """
    for select in list(tree.find_all(exp.Select)):
        group = select.args.get("group")
        rolled = group.find_all(exp.Rollup) if group is not None else ()
        rollups = [rollup for rollup in rolled if rollup.find_ancestor(exp.Select) is select]
        if not rollups:
            continue
        if len(rollups) > 1:
            raise unsupported("more than one ROLLUP in a query", rollups[1])
        made = _levels(select, rollups[0])
        if select is tree:
            tree = made
        else:
            select.replace(made)
    return tree


def _levels(select: exp.Select, rollup: exp.Rollup) -> exp.Query:
    fixed = [key for key in select.args["group"].expressions if key is not rollup]
    keys = list(rollup.expressions)
    order = _order(select)
    outside = {name: select.args.get(name) for name in _OUTSIDE}
    for name in _OUTSIDE:
        select.set(name, None)
    levels: list[exp.Query] = []
    for count in range(len(keys), -1, -1):
        level = select.copy()
        for key in keys[count:]:
            _leave_out(level, key)
        grouped = [key.copy() for key in (*fixed, *keys[:count])] or [exp.Null()]
        level.set("group", exp.Group(expressions=grouped))
        levels.append(level)
    made = levels[0]
    for below in levels[1:]:
        made = exp.Union(this=made, expression=below, distinct=False)
    for name, value in outside.items():
        made.set(name, order if name == "order" else value)
    return made


def _leave_out(level: exp.Select, key: exp.Expr) -> None:
    """A key that a level does not group by is empty in its rows."""
    having = level.args.get("having")
    for place in [*level.expressions, *([having] if having is not None else [])]:
        for node in [n for n in place.walk() if n == key]:
            empty: exp.Expr = exp.Null()
            if node.parent is level and isinstance(node, exp.Column):
                empty = exp.alias_(empty, node.name)
            node.replace(empty)


def _order(select: exp.Select) -> exp.Order | None:
    """ORDER BY by the places of results, which is all that a UNION can be sorted by."""
    order = select.args.get("order")
    if order is None:
        return None
    names = [projection.alias_or_name for projection in select.expressions]
    results = [projection.unalias() for projection in select.expressions]
    for ordered in order.expressions:
        key = ordered.this
        if isinstance(key, exp.Column) and not key.table and key.name in names:
            ordered.set("this", exp.Literal.number(names.index(key.name) + 1))
        elif key in results:
            ordered.set("this", exp.Literal.number(results.index(key) + 1))
        elif not isinstance(key, exp.Literal):
            raise unsupported("ORDER BY what is no result of a ROLLUP", key)
    return exp.Order(expressions=order.expressions)
