"""ROWNUM, which counts rows before they are sorted or grouped (Oracle's rule, and a common surprise)."""

from __future__ import annotations

from sqlglot import exp

from emulator.errors import UnsupportedError


def limit_rows(select: exp.Select) -> None:
    """
    Turn `ROWNUM <= n` into a limit in the place where Oracle counts.

    ROWNUM among the results becomes a row number.

    Raises:
        UnsupportedError: for ROWNUM in other conditions, and together with a sort over a join.
    """
    limit = _take_condition(select)
    for column in list(select.find_all(exp.Column)):
        if column.name == "rownum" and not column.table:
            if column.find_ancestor(exp.Where, exp.Select) is not column.find_ancestor(exp.Select):
                raise UnsupportedError("SuiteQL: ROWNUM in this condition is not in the emulator")
            column.replace(exp.Window(this=exp.Anonymous(this="ROW_NUMBER", expressions=[])))
    if limit is None:
        return
    if not _counts_first(select):
        select.set("limit", exp.Limit(expression=limit))
        return
    start = select.args["from_"]
    if select.args.get("joins"):
        raise UnsupportedError("SuiteQL: ROWNUM with a sort over a join is not in the emulator")
    where = select.args.get("where")
    alias = exp.TableAlias(this=start.this.args["alias"].this.copy())
    inner = exp.Select(
        expressions=[exp.Star()],
        from_=exp.From(this=start.this),
        where=where,
        # SQLite would move the outer order into a sub-query that has none of its own.
        order=exp.Order(expressions=[exp.Null()]),
        limit=exp.Limit(expression=limit),
    )
    select.set("where", None)
    select.set("from_", exp.From(this=exp.Subquery(this=inner, alias=alias)))


def _counts_first(select: exp.Select) -> bool:
    clauses = any(select.args.get(name) for name in ("order", "group", "distinct", "having"))
    return clauses or any(p.find(exp.AggFunc) for p in select.expressions)


def _take_condition(select: exp.Select) -> exp.Expr | None:
    where = select.args.get("where")
    if where is None:
        return None
    kept, limit = [], None
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    for part in parts:
        found = _limit(part.unnest())
        if found is None:
            kept.append(part)
        else:
            limit = found
    if limit is not None:
        select.set("where", exp.Where(this=exp.and_(*kept, copy=False)) if kept else None)
    return limit


def _limit(part: exp.Expr) -> exp.Expr | None:
    if not isinstance(part, exp.LTE | exp.LT | exp.EQ):
        return None
    column, count = part.this, part.expression
    if not isinstance(column, exp.Column) or column.name != "rownum" or column.table:
        return None
    if isinstance(part, exp.LT):
        return exp.Sub(this=count, expression=exp.Literal.number(1))
    return count if isinstance(count, exp.Literal | exp.Placeholder) else exp.paren(count)
