"""Values that never change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(kind: type[T]) -> type[T]:
    """
    A dataclass whose values nothing assigns to: the type checker sees to that.

    `dataclass(frozen=True)` would see to it again while it runs. Then making a value takes three
    times as long and making the class twice; the compiler makes a million values, and 160 classes
    each time that it starts.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)
