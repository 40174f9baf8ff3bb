"""
Script parameters as `Script.getParameter` returns them (help topics "Creating Script Parameters Overview", "Script Parameter Preferences").

A value given with a task wins over the deployment's, that over the field's default. A parameter
that is a preference is none of the deployment's: it has the user's value, else the company's, else
its default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from emulator.errors import NetSuiteError
from emulator.ports import SERVER_ZONE, Account
from emulator.scripts.execution import Execution

EMPTY = (None, "")
_REFERENCE = "[scriptid="
_NUMBERS = frozenset({"FLOAT", "CURRENCY", "PERCENT"})
_DATES = frozenset({"DATE", "DATETIMETZ", "TIMEOFDAY"})


def parameters(account: Account, execution: Execution) -> dict[str, Any]:
    """{id: {type, value}} of an execution; a parameter without a value is left out."""
    found: dict[str, Any] = {}
    for name, definition in execution.script.params.items():
        for written in _values(account, execution, name, definition):
            value = _settled(account, execution, written)
            if value not in EMPTY:
                found[name] = _typed(name, str(definition.get("type") or "TEXT").upper(), value)
                break
    for name, value in execution.params.items():
        if name not in found and value not in EMPTY:
            found[name] = {"type": "text", "value": value}
    return found


def _values(
    account: Account, execution: Execution, name: str, definition: Mapping[str, Any]
) -> Iterator[Any]:
    """Where a value may come from, the strongest first."""
    yield execution.params.get(name)
    setting = definition.get("setting")
    if setting == "USER":
        yield account.script_preference(name, execution.session.user)
    if setting in ("USER", "COMPANY"):
        yield account.script_preference(name, None)
    else:
        yield execution.deployment.params.get(name)
    yield definition.get("default")


def _settled(account: Account, execution: Execution, value: Any) -> Any:
    """A value that names an object of the project, or depends on the moment, as the account has it."""
    if isinstance(value, Mapping):
        if "selected" in value:
            return account.selected(str(value["selected"]))
        return _dynamic(account, execution, str(value["dynamic"]))
    if isinstance(value, str) and _REFERENCE in value:
        parts = (part.removeprefix(_REFERENCE).removesuffix("]") for part in value.split("|"))
        return "|".join(account.selected(part) or "" for part in parts)
    return value


def _dynamic(account: Account, execution: Execution, name: str) -> Any:
    session = execution.session
    if name == "NOW":
        return datetime.fromtimestamp(account.now_ms() / 1000, ZoneInfo(SERVER_ZONE)).isoformat()
    if name == "ME":
        return str(session.user)
    return account.person(session).get(name.lower())


def _typed(name: str, kind: str, value: Any) -> dict[str, Any]:
    try:
        return _value(kind, value)
    except ValueError as error:
        raise NetSuiteError(
            "SSS_INVALID_TYPE_ARG", f"{name} is of type {kind}, its value is {value!r}."
        ) from error


def _value(kind: str, value: Any) -> dict[str, Any]:
    if kind == "CHECKBOX":
        return {"type": "boolean", "value": value is True or str(value).upper() in ("T", "TRUE")}
    if kind == "INTEGER":
        return {"type": "number", "value": int(float(value))}
    if kind in _NUMBERS:
        return {"type": "number", "value": float(str(value).rstrip("%"))}
    if kind in _DATES:
        return {"type": "date", "value": _moment(str(value))}
    if kind == "MULTISELECT":
        several = value if isinstance(value, list) else str(value).replace("|", "\u0005")
        text = several if isinstance(several, str) else "\u0005".join(str(one) for one in several)
        return {"type": "text", "value": text}
    return {"type": "text", "value": value if isinstance(value, str) else str(value)}


def _moment(text: str) -> int:
    """Epoch milliseconds of an ISO date or time; one without a zone is the server's."""
    if len(text) <= len("23:59:59") and ":" in text:
        text = f"1970-01-01T{text.zfill(5)}"
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(SERVER_ZONE))
    return int(moment.timestamp() * 1000)
