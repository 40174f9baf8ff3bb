"""What the plans of both directions have: hooks, proofs, permissions, units, ways of environments."""

from __future__ import annotations

from typing import ClassVar, Literal

from msgspec import Struct

from generator.plan.values import Json, Path

Kind = Literal["transaction", "entity", "item", "list", "custom"]


class Hooks(Struct, frozen=True):
    """
    The user's SuiteScript module and the functions that the flow names in it.

    `units` are those that its functions use for one document at most, as the spec declares.
    """

    module: str  # file in the project folder
    before_map: str | None = None
    after_map: str | None = None
    before_save: str | None = None
    after_save: str | None = None
    fields: tuple[str, ...] = ()  # field hooks and the key hook
    units: int = 0
    no_contract: ClassVar[tuple[str, ...]] = ("units",)


class Verify(Struct, frozen=True):
    """How the agent proves who sent a call. `secret` is a secret's name; options as in the spec."""

    kind: str
    secret: str | None
    options: tuple[tuple[str, Json], ...] = ()


Template = tuple[str | Path, ...]
"""Text with values of the document between its parts."""


class Schedule(Struct, frozen=True):
    """When files are taken: `at` HH:MM in `timezone` on `days`; None for on arrival."""

    at: str
    timezone: str
    days: tuple[str, ...]


class ViaThere(Struct, frozen=True):
    """The way of one environment, where it differs: the batch, when files are taken, a poll's pace."""

    environment: str
    batch: int | None = None
    schedule: Schedule | None = None
    on_arrival: bool = False
    every_minutes: int | None = None


class Permission(Struct, frozen=True):
    """A permission of the generated role, with the reason that its XML comment gives."""

    key: str
    level: Literal["VIEW", "CREATE", "EDIT", "FULL"]
    reason: str


class Units(Struct, frozen=True):
    """
    Worst case of the plan's batch, from its bill (`generator.bill`).

    `fixed` of the whole batch, `each` of a document, `limit` of the script type. The script goes on
    to the next document while `own` (a document without the records that its references create)
    and `rest` (what may still be asked for the whole batch) are left.
    """

    fixed: int
    each: int
    limit: int
    own: int = 0
    rest: int = 0
