"""What tests of destinations share: a flow with a target, and events to send there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from agent_bench import Bench
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


def aim(bench: Bench, folder: Path, target: dict[str, Any]) -> None:
    """Let the flow of events of an agent under test deliver to this target."""
    content = flows_json()
    content["flows"][-1]["target"] = target
    written = bench.write

    def write(listen: str = "127.0.0.1:0") -> Path:
        path = written(listen)
        (folder / "flows.json").write_text(json.dumps(content))
        return path

    bench.write = write  # type: ignore[method-assign]
