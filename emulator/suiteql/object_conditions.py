"""Conditions of N/query's objects as expressions of SuiteQL, by operator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlglot import exp

from emulator.errors import NetSuiteError, UnsupportedError
from emulator.suiteql import masks, ranges

if TYPE_CHECKING:
    from emulator.suiteql.objects import Builder

Condition = Mapping[str, Any]

_COMPARED: Mapping[str, tuple[type[exp.Binary], str]] = {
    "AFTER": (exp.GT, "END"),
    "BEFORE": (exp.LT, "START"),
    "EQUAL": (exp.EQ, "START"),
    "GREATER": (exp.GT, "END"),
    "GREATER_OR_EQUAL": (exp.GTE, "START"),
    "IS": (exp.EQ, "START"),
    "LESS": (exp.LT, "START"),
    "LESS_OR_EQUAL": (exp.LTE, "END"),
    "ON_OR_AFTER": (exp.GTE, "START"),
    "ON_OR_BEFORE": (exp.LTE, "END"),
}
# Whose negation also finds rows with nothing in the field.
_EMPTY_TOO = frozenset({"ANY_OF", "CONTAIN", "ENDWITH", "EQUAL", "IS", "START_WITH"})
_ONE = frozenset(_COMPARED) | {"CONTAIN", "ENDWITH", "ON", "START_WITH"}
_ISO = "YYYY-MM-DD HH24:MI:SS"


def split(condition: Condition) -> tuple[Condition | None, Condition | None]:
    """What belongs into WHERE and what, being aggregated, into HAVING."""
    if not _aggregated(condition):
        return condition, None
    if condition.get("operator") != "AND" or "children" not in condition:
        return None, condition
    parts = condition["children"]
    plain = [part for part in parts if not _aggregated(part)]
    grouped = [part for part in parts if _aggregated(part)]
    where = {"operator": "AND", "children": plain} if plain else None
    return where, {"operator": "AND", "children": grouped}


def _aggregated(condition: Condition) -> bool:
    if "children" in condition:
        return any(_aggregated(child) for child in condition["children"])
    return bool(condition.get("aggregate"))


def make(builder: Builder, condition: Condition) -> exp.Expr:
    """The expression of a condition."""
    children = condition.get("children")
    if children is not None:
        made = [exp.paren(make(builder, child)) for child in children]
        match condition["operator"]:
            case "NOT":
                return exp.Not(this=made[0])
            case "OR":
                return exp.or_(*made)
            case _:
                return exp.and_(*made)
    operator = str(condition["operator"])
    positive = operator.removesuffix("_NOT")
    values = [_plain(value) for value in condition.get("values") or ()]
    _check(positive, values)
    value = builder.expression(condition)
    found = _positive(builder, condition, positive, value, values)
    if positive == operator:
        return found
    negated = exp.Not(this=exp.paren(found))
    if builder.not_includes_empty and positive in _EMPTY_TOO:
        return exp.or_(negated, exp.Is(this=value.copy(), expression=exp.Null()))
    return negated


def _plain(value: Any) -> Any:
    return ("T" if value else "F") if isinstance(value, bool) else value


def _check(operator: str, values: list[Any]) -> None:
    least, most = 1, 1_000
    if operator in _ONE:
        most = 1
    elif operator in ("BETWEEN", "WITHIN"):
        most = 2
    elif operator == "EMPTY":
        least, most = 0, 0
    if not least <= len(values) <= most:
        raise NetSuiteError(
            "OPERATOR_ARITY_MISMATCH", f"Operator {operator} does not take {len(values)} values."
        )


def _positive(
    builder: Builder, condition: Condition, operator: str, value: exp.Expr, values: list[Any]
) -> exp.Expr:
    known = builder.column_of(condition)
    if operator in _COMPARED:
        kind, side = _COMPARED[operator]
        if operator in ("EQUAL", "IS") and _is_range(values[0]):
            return _between(builder, value, values[0], values[0])
        return kind(this=value, expression=_value(builder, values[0], side))
    if operator.startswith("MN_"):
        return _chosen(builder, operator, value, values)
    match operator:
        case "EMPTY":
            return exp.Is(this=value, expression=exp.Null())
        case "ANY_OF":
            if known is not None and known.sql.startswith("sl_multi("):
                return _chosen(builder, "MN_INCLUDE", value, values)
            return exp.In(this=value, expressions=[_value(builder, v, "START") for v in values])
        case "ON":
            return _between(builder, value, values[0], values[0])
        case "BETWEEN" | "WITHIN":
            return _between(builder, value, values[0], values[-1])
        case "CONTAIN" | "START_WITH" | "ENDWITH":
            return _like(builder, operator, value, values[0])
    raise NetSuiteError("INVALID_SEARCH_OPERATOR", f"Invalid search operator {operator}.")


def _like(builder: Builder, operator: str, value: exp.Expr, text: Any) -> exp.Expr:
    """Texts are compared without regard to upper and lower case."""
    pattern: exp.Expr = exp.Anonymous(this="UPPER", expressions=[_value(builder, text, "START")])
    if operator != "START_WITH":
        pattern = exp.DPipe(this=exp.Literal.string("%"), expression=pattern)
    if operator != "ENDWITH":
        pattern = exp.DPipe(this=pattern, expression=exp.Literal.string("%"))
    return exp.Like(this=exp.Anonymous(this="UPPER", expressions=[value]), expression=pattern)


def _chosen(builder: Builder, operator: str, value: exp.Expr, values: list[Any]) -> exp.Expr:
    texts = [exp.Literal.string(text) for text in (operator, "-", "FALSE", "-")]
    call = exp.Anonymous(
        this="MNFILTER", expressions=[value, *texts, *(_value(builder, v, "START") for v in values)]
    )
    filtered = exp.Dot(this=exp.to_identifier("BUILTIN"), expression=call)
    return exp.EQ(this=filtered, expression=exp.Literal.string("T"))


def _between(builder: Builder, value: exp.Expr, low: Any, high: Any) -> exp.Expr:
    """A single day lasts until its last second."""
    return exp.and_(
        exp.GTE(this=value.copy(), expression=_value(builder, low, "START")),
        exp.LTE(this=value.copy(), expression=_value(builder, high, "END")),
    )


def _is_range(value: Any) -> bool:
    return isinstance(value, dict) and "relative" in value


def _value(builder: Builder, value: Any, side: str) -> exp.Expr:
    if not isinstance(value, dict):
        builder.params.append(value)
        return exp.Placeholder()
    if "date" in value:
        moment = masks.script_date(value["date"], builder.now.tzinfo)
        if side == "END" and (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            moment = moment.replace(hour=23, minute=59, second=59)
        return _moment(builder, moment)
    if "period" in value:
        raise UnsupportedError("N/query: periods in conditions are not in the emulator")
    relative = value["relative"]
    if relative.get("code"):
        parts = (relative["code"], relative.get("side") or side)
        call = exp.Anonymous(
            this="RELATIVE_RANGES", expressions=[exp.Literal.string(part) for part in parts]
        )
        return exp.Dot(this=exp.to_identifier("BUILTIN"), expression=call)
    moment = ranges.shifted(relative["dateId"], int(relative["value"]), builder.now)
    if relative["dateId"][0] not in "snh":
        start = side == "START"
        moment = moment.replace(
            hour=0 if start else 23, minute=0 if start else 59, second=0 if start else 59
        )
    return _moment(builder, moment)


def _moment(builder: Builder, moment: datetime) -> exp.Expr:
    builder.params.append(moment.strftime("%Y-%m-%d %H:%M:%S"))
    call = exp.Anonymous(this="TO_DATE", expressions=[exp.Placeholder(), exp.Literal.string(_ISO)])
    return cast("exp.Expr", call)
