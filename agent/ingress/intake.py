"""From a proven call to rows of the inbox: ids, keys and groups of its documents."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from agent.bundle import Bundle, InboundFlow
from agent.documents import BLANKS, at, cut, elements, parse, storable, text_of
from agent.errors import Refused
from agent.inbox.model import Call, Incoming


def documents(
    flow: InboundFlow,
    raw: bytes,
    hint: str | None,
    origin: str,
    call: Call | None = None,
) -> list[Incoming]:
    """
    The documents of one call, one row each.

    The id that makes a repeat a repeat is the value at the flow's `id_path`, else the sender's own
    id for the call, else a new one: then each call is an event of its own, and the key of the
    record keeps it from being doubled. `call` is what is kept of it as it came. Raises Refused
    (400).
    """
    text, value = parse(raw)
    if flow.items is None:
        parts = [(text, value)]
    else:
        found = at(value, flow.items)
        if not isinstance(found, list):
            path = ".".join(flow.items) or "the body"
            raise Refused("not_a_list", f"{path} is no list", status=400)
        texts = elements(cut(text, flow.items) or "")
        parts = list(zip(texts, found, strict=True))
    rows = []
    for number, (part, document) in enumerate(parts):
        if not isinstance(document, dict):
            raise Refused("not_an_object", "a document is a JSON object", status=400)
        own = text_of(at(document, flow.id_path)) if flow.id_path else None
        if own is None and hint is not None:
            own = hint if flow.items is None else f"{hint}/{number}"
        body = part.encode("utf-8", "surrogatepass")
        rows.append(row(flow, body, document, own, origin, raw=call))
    return rows


def row(
    flow: InboundFlow, body: bytes, document: Any, event_id: str | None, origin: str, **more: Any
) -> Incoming:
    """One document as a row; `more` are further fields of `Incoming`."""
    event_id = storable(event_id or str(uuid.uuid4()))
    # Blanks around a key are no part of it, as in the account: else one record had two keys here.
    key = (text_of(at(document, flow.key.path)) or "").strip(BLANKS) if flow.key else ""
    group = text_of(at(document, flow.serialize_by)) if flow.serialize_by else None
    # A document without a key is a row of its own; the account says what is wrong with it.
    full = flow.key.prefix + key if flow.key and key else f"id:{_parts(flow, document) or event_id}"
    if flow.fetch and (place := flow.fetch.address(document)):
        full = f"fetch:{place}"  # what several notifications name is got and written in order
    return Incoming(flow.flow, event_id, full, body, group=group, origin=origin, **more)


def _parts(flow: InboundFlow, document: Any) -> str | None:
    """
    What the account makes the key of: documents that have the same are of one record and keep their order.

    None where there is nothing, or a list, of which it is not known here what is taken.
    """
    values = [at(document, path) for path in flow.made_of]
    texts = [text_of(value) for value in values]
    if not any(texts) or any(isinstance(value, dict | list) for value in values):
        return None
    return json.dumps(texts, ensure_ascii=False)


def event(bundle: Bundle, environment: str, raw: bytes, call: Call | None = None) -> Incoming:
    """
    One CloudEvent of the account as a row.

    Raises Refused: 400 for what is no event of ours, 404 for a flow that the bundle does not have
    (the account keeps the event), 403 for another account.
    """
    _, value = parse(raw)
    if not isinstance(value, dict) or value.get("specversion") != "1.0":
        raise Refused("not_an_event", "the body is no CloudEvents 1.0 event", status=400)
    names = ("id", "source", "flow", "partitionkey", "account")
    missing = [name for name in names if not isinstance(value.get(name), str)]
    if missing:
        raise Refused("not_an_event", f"the event lacks {', '.join(missing)}", status=400)
    account = bundle.environments[environment].account
    if value["account"] != account:
        raise Refused("wrong_account", f"this agent serves account {account}", status=403)
    if value["flow"] not in bundle.outbound(environment):
        raise Refused("unknown_flow", f"no outbound flow '{value['flow']}'", status=404)
    return Incoming(
        value["flow"],
        storable(value["id"]),
        storable(value["partitionkey"]),
        raw,
        sequence=storable(str(value.get("sequence") or "")),
        origin="netsuite",
        raw=call,
    )


def answer(new: Sequence[bool]) -> tuple[int, dict[str, Any]]:
    """Status and body: 202 where anything is new, 200 for repeats alone."""
    accepted = sum(new)
    return (202 if accepted else 200), {"accepted": accepted, "repeated": len(new) - accepted}
