"""A document that a person has changed, before it takes an event's place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.bundle import Bundle
from agent.documents import parse
from agent.errors import Refused
from agent.ingress import intake


def edited(bundle: Bundle, environment: str, event: Mapping[str, Any], raw: bytes) -> bytes:
    """
    The new body of an event (a row of `Store.show`).

    Raises Refused: 404 for a flow that is not here, 400 for what is no document of it, 409 for one
    of another record: the events of a record go one after the other, and this one would stand in
    the wrong line.
    """
    name = event["flow"]
    text, value = parse(raw)
    body = text.encode("utf-8", "surrogatepass")
    if not isinstance(value, dict):
        raise Refused("not_an_object", "a document is a JSON object", status=400)
    if flow := bundle.inbound(environment).get(name):
        row = intake.row(flow, body, value, event["event_id"], event["origin"])
    elif name in bundle.outbound(environment):
        row = intake.event(bundle, environment, raw)
    else:
        raise Refused("unknown_flow", f"no flow '{name}' here", status=404)
    if (row.key, row.event_id) != (event["key"], event["event_id"]):
        message = (
            f"this document is of {row.key}, the event of {event['key']}: send it as a new one"
        )
        raise Refused("other_key", message, status=409)
    return body
