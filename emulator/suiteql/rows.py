"""ROWNUM, which counts rows before they are sorted or grouped (Oracle's rule, and a common surprise)."""

from __future__ import annotations

from sqlglot import exp

from emulator.suiteql.faults import unsupported


def limit_rows(select: exp.Select) -> None:
    """
    Turn `ROWNUM <= n` into a limit in the place where Oracle counts.

    ROWNUM among the results becomes a row number.

    Raises:
        UnsupportedError: for ROWNUM in other conditions.
    """
    limit = _take_condition(select)
    numbered = limit is None and _counts_first(select) and _names_rownum(select)
    if (limit is not None and _counts_first(select)) or numbered:
        inner = _counted_inside(select)
        if limit is not None:
            inner.set("limit", exp.Limit(expression=limit))
        return
    for column in list(select.find_all(exp.Column)):
        if column.name == "rownum" and not column.table:
            if column.find_ancestor(exp.Select) is not select:
                continue
            if column.find_ancestor(exp.Where, exp.Select) is not select:
                raise unsupported("ROWNUM in this condition", column.this)
            column.replace(exp.Window(this=exp.Anonymous(this="ROW_NUMBER", expressions=[])))
    if limit is not None:
        select.set("limit", exp.Limit(expression=limit))


def _names_rownum(select: exp.Select) -> bool:
    return any(
        column.name == "rownum" and not column.table
        for projection in select.expressions
        for column in projection.find_all(exp.Column)
    )


def _counted_inside(select: exp.Select) -> exp.Select:
    """Move FROM and WHERE into a sub-query that counts; what is sorted and grouped reads its results."""
    start = select.args["from_"]
    joins = select.args.get("joins") or []
    sources = {source.alias_or_name for source in [start.this, *(j.this for j in joins)]}
    where = select.args.get("where")
    for part in ("where", "from_", "joins"):
        select.set(part, None)
    moved: dict[str, exp.Expr] = {}
    for column in list(select.find_all(exp.Column)):
        if column.name == "rownum" and not column.table:
            moved["rownum_"] = exp.Window(this=exp.Anonymous(this="ROW_NUMBER", expressions=[]))
            name = "rownum_"
        elif column.table in sources:
            name = f"{column.table}__{column.name}"
            moved[name] = column.copy()
        else:
            continue
        replaced: exp.Expr = exp.column(exp.to_identifier(name, quoted=True), "counted_")
        if column.parent is select:
            replaced = exp.alias_(replaced, column.name, quoted=True)
        column.replace(replaced)
    inner = exp.Select(
        expressions=[exp.alias_(c, name, quoted=True) for name, c in moved.items()]
        or [exp.Literal.number(1)],
        from_=start,
        joins=joins,
        where=where,
        # SQLite would move the outer order into a sub-query that has none of its own.
        order=exp.Order(expressions=[exp.Null()]),
    )
    select.set(
        "from_",
        exp.From(
            this=exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("counted_")))
        ),
    )
    return inner


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
    if isinstance(part, exp.Between) and part.args["low"].name == "1":
        part = exp.LTE(this=part.this, expression=part.args["high"])
    if not isinstance(part, exp.LTE | exp.LT | exp.EQ):
        return None
    column, count = part.this, part.expression
    if not isinstance(column, exp.Column) or column.name != "rownum" or column.table:
        return None
    if isinstance(part, exp.LT):
        return exp.Sub(this=count, expression=exp.Literal.number(1))
    return count if isinstance(count, exp.Literal | exp.Placeholder) else exp.paren(count)
