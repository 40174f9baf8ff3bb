"""What tests of destinations share: a flow with a target, and events to send there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fake_account import flows_json

from agent import bundle as bundles
from agent.bundle import OutboundFlow
from agent.ports import Outgoing

BASE = {"connection": "shop", "method": "POST", "path": "/hook", "id_path": None}


def flow_of(folder: Path, target: dict[str, Any]) -> OutboundFlow:
    """The flow of events, with this target."""
    content = flows_json()
    content["flows"][-1]["target"] = target
    (folder / "flows.json").write_text(json.dumps(content))
    flow = bundles.load(folder / "flows.json").flows["tracking"]
    assert isinstance(flow, OutboundFlow)
    return flow


def out(id_: str, data: Any, kind: str = "edit") -> Outgoing:
    """An event to send; bytes go as they are."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Outgoing(id_, kind, raw)
