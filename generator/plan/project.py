"""
The plan: everything a renderer or the units bill needs, and nothing about YAML.

One `ProjectPlan` holds one plan per flow.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from msgspec import Struct

from generator.plan.flow import Verify
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import OutboundPlan
from generator.plan.values import Json


class Environment(Struct, frozen=True):
    """One account: its id as `runtime.accountId` writes it, and the agent's address."""

    name: str
    account: str
    agent_url: str | None


class Var(Struct, frozen=True):
    """A project variable: its type, how a select is looked up, and its value per environment."""

    name: str
    type: str
    record: str | None
    by: str | None
    values: tuple[tuple[str, Json], ...]  # by environment


class Connection(Struct, frozen=True):
    """
    A system that the agent talks to. `base_url` per environment; auth and sign by secret name.

    `database` is the name of the secret with a database's address; it has no base_url.
    """

    name: str
    base_url: tuple[tuple[str, str], ...]
    auth: Verify | None
    sign: Verify | None
    rate_per_second: float | None
    database: str | None = None


class Secret(Struct, frozen=True):
    """A secret by name: where it is needed and in which text form."""

    name: str
    in_account: bool
    in_agent: bool
    form: Literal["text", "base64"]
    reason: str


class ProjectPlan(Struct, frozen=True):
    """
    All flows of a project and what they share.

    `account_objects` are ids of SDF objects that the project's own ones refer to and the account
    has.
    """

    project: str
    prefix: str
    timezone: str | None
    environments: tuple[Environment, ...]
    vars: tuple[Var, ...]
    connections: tuple[Connection, ...]
    secrets: tuple[Secret, ...]
    inbound: tuple[InboundPlan, ...]
    outbound: tuple[OutboundPlan, ...]
    build: str
    retired: tuple[str, ...] = ()
    partitions: int = 1
    account_objects: tuple[str, ...] = ()
    no_contract: ClassVar[tuple[str, ...]] = ("account_objects",)
