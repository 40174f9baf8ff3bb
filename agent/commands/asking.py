"""Asking the running agent: the commands that write go through it, because a SQLite store has one writer."""

from __future__ import annotations

from typing import Any

import httpx

from agent import wiring
from agent.config import Config
from agent.errors import UserError


def ask(
    config: Config, path: str, body: bytes, *, event_id: str | None = None, **params: str
) -> dict[str, Any] | None:
    """POST to the running agent; None where there is none. Raises UserError for what it refuses."""
    host, port = config.address
    token = wiring.secrets(config).find(config.ingress.token)
    headers = {"Authorization": f"Bearer {token or ''}", "Content-Type": "application/json"}
    if event_id:
        headers["webhook-id"] = event_id
    try:
        answer = httpx.post(
            f"http://{host}:{port}{path}", content=body, headers=headers, params=params, timeout=60
        )
    except httpx.ConnectError:
        return None
    if answer.is_success:
        return dict(answer.json())
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise UserError(
            f"the running agent wants its token: give secret '{config.ingress.token}' a value"
        )
    raise UserError(f"the agent answers {answer.status_code}: {answer.text}")
