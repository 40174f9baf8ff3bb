"""Values in their canonical form (see emulator.ports), checked against the field they are for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from emulator.errors import NetSuiteError
from generator.catalog.model import Field

# NetSuite's separator of the values of a multi-select when it is written as one text.
MULTISELECT_SEPARATOR = "\x05"
_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}")
# Fields that take at most five decimals (seen: USER_ERROR on a sixth).
_QUANTITIES = frozenset({"quantity", "adjustqtyby", "quantityordered"})


def cents(value: Decimal | float | str, places: int = 2) -> Decimal:
    """A money amount, half away from zero."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number(value: Decimal) -> int | float:
    """A decimal as the port carries it: int where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def is_empty(value: Any) -> bool:
    """Whether a value means "nothing here"."""
    return value is None or value == "" or (isinstance(value, list) and not value)


def is_percent(value: Any) -> bool:
    """Whether a rate is a percentage (`-10%`): it is kept as text, `-10.0%`."""
    return isinstance(value, str) and value.strip().endswith("%")


def _wrong(field: str, value: Any) -> NetSuiteError:
    return NetSuiteError(
        "INVALID_FLD_VALUE",
        f"You have entered an Invalid Field Value {value} for the following field: {field}",
    )


def canonical(field: Field, value: Any) -> Any:
    """
    The canonical value for a field, None for an empty one.

    Raises:
        NetSuiteError: INVALID_FLD_VALUE, EXCEEDED_MAX_FIELD_LENGTH, USER_ERROR (too many decimals).
    """
    if is_empty(value):
        return None
    match field.type:
        case "boolean":
            return _boolean(field, value)
        case "select":
            return _select(field, value)
        case "multiselect":
            values = value.split(MULTISELECT_SEPARATOR) if isinstance(value, str) else value
            if not isinstance(values, list):
                values = [values]
            return [_select(field, one) for one in values]
        case "integer":
            found = _decimal(field, value)
            if found != found.to_integral_value():
                raise _wrong(field.id, value)
            return int(found)
        case "currency":
            return number(cents(_decimal(field, value)))
        case "rate" if is_percent(value):
            return f"{float(_decimal(field, value))}%"
        case "decimal" | "float" | "rate" | "percent":
            return _number(field, value)
        case "date":
            return _date(field, value)
        case "datetime":
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise _wrong(field.id, value)
            return int(value)
        case "summary":
            raise _wrong(field.id, value)
        case _:
            return _text(field, value)


def _boolean(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("T", "F"):
        return bool(value == "T")
    raise _wrong(field.id, value)


def _select(field: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong(field.id, value)
    if isinstance(value, float):
        if not value.is_integer():
            raise _wrong(field.id, value)
        value = int(value)
    return str(value).strip()


def _decimal(field: Field, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong(field.id, value)
    text = str(value).strip().removesuffix("%")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise _wrong(field.id, value) from None
    if not found.is_finite():
        raise _wrong(field.id, value)
    return found


def _number(field: Field, value: Any) -> int | float:
    found = _decimal(field, value)
    if field.id in _QUANTITIES and found != round(found, 5):
        raise NetSuiteError(
            "USER_ERROR", f"Field {field.id} must not have more than 5 decimals: {value}"
        )
    return number(found)


def _date(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(field.id, value)
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise _wrong(field.id, value) from None


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        text = "T" if value else "F"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    elif isinstance(value, str | int | float):
        text = str(value)
    else:
        raise _wrong(field.id, value)
    if field.type == "email" and not all(_EMAIL.fullmatch(one.strip()) for one in text.split(";")):
        raise _wrong(field.id, value)
    if field.type == "phone" and len(text.strip()) < 7:
        raise _wrong(field.id, value)
    if field.type == "url" and "://" not in text:
        text = f"http://{text}"
    # NetSuite counts UTF-16 code units, as JavaScript does.
    if field.length is not None and len(text.encode("utf-16-le")) // 2 > field.length:
        raise NetSuiteError(
            "EXCEEDED_MAX_FIELD_LENGTH",
            f"The field {field.id} contained more than the maximum number ( {field.length} )"
            " of characters allowed.",
        )
    return text


def decimal_of(fields: Mapping[str, Any], name: str) -> Decimal | None:
    """A number field as a decimal (-10 of `-10%`), None where it is empty."""
    value = fields.get(name)
    return None if value is None else Decimal(str(value).removesuffix("%"))
