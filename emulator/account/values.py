"""Values in their canonical form (see emulator.ports), checked against the field they are for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
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
    if value is None or value in ("", []):
        return None
    check = _CANONICAL.get(field.type)
    return _text(field, value) if check is None else check(field, value)


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


def _multiselect(field: Field, value: Any) -> list[str]:
    values = value.split(MULTISELECT_SEPARATOR) if isinstance(value, str) else value
    if not isinstance(values, list):
        values = [values]
    return [_select(field, one) for one in values]


def _integer(field: Field, value: Any) -> int:
    found = _decimal(field, value)
    if found != found.to_integral_value():
        raise _wrong(field.id, value)
    return int(found)


def _currency(field: Field, value: Any) -> int | float:
    return number(cents(_decimal(field, value)))


def _rate(field: Field, value: Any) -> int | float | str:
    return f"{float(_decimal(field, value))}%" if is_percent(value) else _number(field, value)


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


def moment(text: str) -> int | None:
    """Epoch milliseconds of an ISO time with its zone, as people and REST write one; None of other text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else round(found.timestamp() * 1000)


def iso(ms: int) -> str:
    """Epoch milliseconds as ISO text in UTC, which `moment` reads."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


def _datetime(field: Field, value: Any) -> int:
    if isinstance(value, str) and (found := moment(value)) is not None:
        return found
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(field.id, value)
    return int(value)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "T" if value else "F"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    elif isinstance(value, int | float):
        text = str(value)
    else:
        raise _wrong(field.id, value)
    form = _FORMS.get(field.type)
    if form is not None:
        formed = form(text)
        if formed is None:
            raise _wrong(field.id, value)
        text = formed
    # NetSuite counts UTF-16 code units, as JavaScript does: one or two a character.
    length = field.length
    if (
        length is not None
        and 2 * len(text) > length
        and len(text.encode("utf-16-le")) // 2 > length
    ):
        raise NetSuiteError(
            "EXCEEDED_MAX_FIELD_LENGTH",
            f"The field {field.id} contained more than the maximum number ( {length} )"
            " of characters allowed.",
        )
    return text


def _email(text: str) -> str | None:
    for one in text.split(";"):
        if _EMAIL.fullmatch(one.strip()) is None:
            return None
    return text


def _phone(text: str) -> str | None:
    return None if len(text.strip()) < 7 else text


def _url(text: str) -> str:
    return text if "://" in text else f"http://{text}"


def _never(field: Field, value: Any) -> None:
    raise _wrong(field.id, value)


# Types of fields that are not taken as text, and what text has to look like.
_CANONICAL: Mapping[str, Callable[[Field, Any], Any]] = {
    "boolean": _boolean,
    "select": _select,
    "multiselect": _multiselect,
    "integer": _integer,
    "currency": _currency,
    "rate": _rate,
    "decimal": _number,
    "float": _number,
    "percent": _number,
    "date": _date,
    "datetime": _datetime,
    "summary": _never,
}
_FORMS: Mapping[str, Callable[[str], str | None]] = {"email": _email, "phone": _phone, "url": _url}


def decimal_of(fields: Mapping[str, Any], name: str) -> Decimal | None:
    """A number field as a decimal (-10 of `-10%`), None where it is empty."""
    value = fields.get(name)
    return None if value is None else Decimal(str(value).removesuffix("%"))
