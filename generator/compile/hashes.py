"""
Contract and build: short hashes that say whether two sides were made from the same specs.

A contract covers what a flow does to its values; titles, limits, permissions, spec lines and what
other flows ask of it are left out, so that moving a comment changes no fingerprint in the account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from generator.memory import Memory
from generator.plan.dump import canonical
from generator.plan.flow import Units
from generator.plan.inbound import FileVia, InboundPlan, RestletVia
from generator.plan.outbound import OutboundPlan, PollVia
from generator.plan.project import ProjectPlan

_LENGTH = 12
# What a contract leaves out, and what stands for it.
_LEFT_OUT: dict[str, Any] = {
    "title": "", "file": "", "enabled": (), "permissions": (), "features": (),
    "units": Units(0, 0, 0), "contract": "", "via_there": (),
}  # fmt: skip
_LEFT_OUT_INBOUND: dict[str, Any] = {**_LEFT_OUT, "batch_max": 0, "makes": ()}


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_LENGTH]


def inbound_contract(plan: InboundPlan, hooks: str) -> str:
    """The contract of an inbound flow; `hooks` is the text of its hook module."""
    bare = replace(
        plan,
        **_LEFT_OUT_INBOUND,
        source=replace(plan.source, sample=None, schema=None),
        via=_format(plan.via),
    )
    return _digest((canonical(bare), hooks))


def _format(via: RestletVia | FileVia) -> RestletVia | FileVia:
    """How a document is read; when and how many at once say nothing about its values."""
    if isinstance(via, RestletVia):
        return RestletVia(0, None)
    return replace(via, pattern="", schedule=None, concurrency=0)


def outbound_contract(plan: OutboundPlan, hooks: str) -> str:
    """The contract of an outbound flow; `hooks` is the text of its hook module."""
    bare = replace(plan, **_LEFT_OUT)
    if isinstance(plan.via, PollVia):  # how often and how much at once changes no value
        pace = replace(plan.via, every_minutes=0, overlap_minutes=0, batch=0, tables=())
        bare = replace(bare, via=pace)
    return _digest((canonical(bare), hooks))


def build_hash(plan: ProjectPlan, generator: str, memory: Memory) -> str:
    """The hash over what flows share, every flow's plan, and the generator's version."""
    shared = canonical(replace(plan, inbound=(), outbound=(), build=""))
    flows: list[InboundPlan | OutboundPlan] = [*plan.inbound, *plan.outbound]
    return _digest((shared, *(_known(flow, memory) for flow in flows), generator))


def _known(flow: InboundPlan | OutboundPlan, memory: Memory) -> str:
    """A flow's plan as it is hashed: its contract, which covers most of it, and the rest."""
    return memory.recall(memory.key("whole", flow), lambda: canonical(_whole(flow)))


def _whole(flow: InboundPlan | OutboundPlan) -> list[object]:
    if isinstance(flow, InboundPlan):
        return [*(getattr(flow, name) for name in _LEFT_OUT_INBOUND), flow.source, flow.via]
    return [*(getattr(flow, name) for name in _LEFT_OUT), flow.via]
