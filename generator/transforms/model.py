"""What a transform is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

ValueType = Literal["any", "text", "number", "date", "list", "element"]
"""`element` is whatever a list holds."""


class Example(Struct, frozen=True):
    """Input, argument and output as JSON values. It is the transform's test and its documentation."""

    given: Any
    argument: Any
    result: Any


class Transform(Struct, frozen=True):
    """
    One step of `apply`.

    Args:
        name: as written in a spec.
        module: library module that holds the function, for example `text` for `lib/text.js`.
        function: name of the function in it; the value is its first argument.
        description: one sentence for the reference.
        examples: three.
        argument: its type (`generator.spec.model`), or None for a transform without an argument.
        takes: type of the value that goes in.
        gives: type of the value that comes out.
        unpack: turns the argument into the function's further arguments, JSON values.
        predicate: the argument is a condition; `emit` then receives it as the JavaScript text of a
            function of one element.
    """

    name: str
    module: str
    function: str
    description: str
    examples: tuple[Example, Example, Example]
    argument: Any = None
    takes: ValueType = "text"
    gives: ValueType = "text"
    unpack: Callable[[Any], tuple[Any, ...]] = lambda argument: (
        () if argument is None else (argument,)
    )
    predicate: bool = False

    def emit(self, expression: str, argument: Any = None) -> str:
        """The transform applied to a JavaScript expression, as one JavaScript expression."""
        further = (
            [str(argument)]
            if self.predicate
            else [_literal(value) for value in self.unpack(argument)]
        )
        return f"{self.module}.{self.function}({', '.join((expression, *further))})"


def _literal(value: Any) -> str:
    """A JSON value as JavaScript source: strings in single quotes, as the generated code has them."""
    if isinstance(value, str):
        inner = json.dumps(value, ensure_ascii=True)[1:-1].replace('\\"', '"').replace("'", "\\'")
        return f"'{inner}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_literal(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=True)
