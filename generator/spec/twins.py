"""
Pydantic models made of the shapes' annotations: they tell all mistakes of a value, and the JSON Schema.

They are made when they are asked for, because most builds do without (`generator.spec.model`).
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ForwardRef, Literal, Union

from msgspec import NODEFAULT, UNSET, Meta, UnsetType
from msgspec.structs import FieldInfo
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticKnownError

from generator.spec.model import Check, Model, Only, Short, Unfit, further, keys

_CONSTRAINTS = ("gt", "ge", "lt", "le", "min_length", "max_length", "pattern")
_CLOSED = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class _Closed(BaseModel):
    model_config = _CLOSED


@cache
def twin(model: type[Model]) -> type[BaseModel]:
    """The pydantic model of a model."""
    made: type[BaseModel] = _make(model)
    known = {_name(one): other for one, other in _MADE.items()}
    for other in _MADE.values():
        other.model_rebuild(_types_namespace=known)
    return made


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Pydantic's reader of a model, or of any other type that a field may have."""
    if isinstance(kind, type) and issubclass(kind, Model):
        return TypeAdapter(twin(kind))
    return TypeAdapter(_typed(kind), config=ConfigDict(strict=True))


def errors_of(value: Any, kind: Any) -> list[ErrorDetails]:
    """All that is wrong with a value which should be of this type."""
    try:
        adapter(kind).validate_python(value)
    except ValidationError as failure:
        return failure.errors(include_url=False)
    return []


_MADE: dict[type[Model], type[BaseModel]] = {}
_BEGUN: set[type[Model]] = set()


def _make(model: type[Model]) -> Any:
    """The twin, or its name while it is being made."""
    if model in _MADE:
        return _MADE[model]
    if model in _BEGUN:
        return ForwardRef(_name(model))
    _BEGUN.add(model)
    base: type[BaseModel] = _Closed
    if further(model) is not None:
        base = type("_Open", (_Closed,), {
            "__annotations__": {"__pydantic_extra__": _typed(further(model))},
            "__module__": __name__,
            "model_config": ConfigDict(extra="allow"),
        })  # fmt: skip
    own: dict[str, Any] = {one.name: _field(key, one) for key, one in keys(model)}
    made = create_model(
        model.__name__,
        __base__=base,
        __module__=__name__,
        __doc__=model.__doc__,
        **own,
    )
    _MADE[model] = made
    return made


def _name(model: type[Model]) -> str:
    """Of a twin that is not made yet: one that no module knows, where the model itself would be found."""
    return f"_{model.__module__}.{model.__name__}".replace(".", "_")


def _field(key: str, one: FieldInfo) -> tuple[Any, Any]:
    kind, *rest = typing.get_args(one.type)
    says = next(part for part in rest if isinstance(part, Meta) and part.description)
    settings: dict[str, Any] = {"description": says.description}
    if key != one.name:
        settings["alias"] = key
    if one.default is UNSET:
        settings["default_factory"] = NoneType  # a default that no JSON Schema shows
    elif one.default is not NODEFAULT:
        settings["default"] = _default(one.default)
    elif one.default_factory is not NODEFAULT:
        settings["default_factory"] = one.default_factory
    return _typed(Annotated[kind, *rest]), Field(**settings)


def _default(value: Any) -> Any:
    if not isinstance(value, Model):
        return value
    given = {one.name: getattr(value, one.name) for _, one in keys(type(value))}
    unlike = {
        one.name: given[one.name] for _, one in keys(type(value)) if given[one.name] != one.default
    }
    return _make(type(value)).model_construct(**unlike)


def _typed(kind: Any) -> Any:
    """A type of the shapes as pydantic reads it."""
    origin: Any = typing.get_origin(kind)
    arguments = typing.get_args(kind)
    if origin is Annotated:
        inner, *rest = arguments
        only = next((one for one in rest if isinstance(one, Only)), None)
        typed = _typed(Literal.__getitem__(only.value) if only else inner)
        metadata = [own for one in rest if (own := _metadata(one)) is not None]
        return Annotated[typed, *metadata] if metadata else typed
    if origin is Literal and not all(isinstance(one, str) for one in arguments):
        return Annotated[kind, BeforeValidator(_one_of(arguments))]
    if origin in (Union, UnionType):
        return Union.__getitem__(tuple(_typed(one) for one in arguments if one is not UnsetType))
    if origin is tuple:
        items: Any = tuple.__class_getitem__((_typed(arguments[0]), ...))
        return Annotated[items, Strict(False)]
    if origin in (dict, list):
        return origin.__class_getitem__(tuple(map(_typed, arguments)))
    return _make(kind) if isinstance(kind, type) and issubclass(kind, Model) else kind


def _metadata(meta: Any) -> Any:
    if isinstance(meta, Short):
        expand = _expanded(meta.expand)
        if meta.written is None:
            return BeforeValidator(expand)
        return BeforeValidator(expand, json_schema_input_type=_typed(meta.written))
    if isinstance(meta, Check):
        return AfterValidator(_tested(meta.test))
    if isinstance(meta, Meta):
        found = {name: getattr(meta, name) for name in _CONSTRAINTS}
        given = {name: value for name, value in found.items() if value is not None}
        return Field(**given) if given else None
    return None


def _expanded(expand: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def before(value: Any) -> Any:
        try:
            return expand(value)
        except Unfit as fault:
            raise PydanticCustomError(fault.kind, "{what}", {"what": str(fault)}) from None

    return before


def _one_of(allowed: tuple[Any, ...]) -> Callable[[Any], Any]:
    """A literal 1 is neither true nor 1.0, which pydantic takes for it."""

    def before(value: Any) -> Any:
        if not any(type(value) is type(one) and value == one for one in allowed):
            raise PydanticKnownError("literal_error", {"expected": " or ".join(map(repr, allowed))})
        return value

    return before


def _tested(test: Callable[[Any], object]) -> Callable[[Any], Any]:
    def after(value: Any) -> Any:
        test(value)
        return value

    return after
