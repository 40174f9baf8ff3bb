"""Asking the running agent: the commands that write go through it, because a SQLite store has one writer."""

from __future__ import annotations

from typing import Any

import httpx

from agent import wiring
from agent.config import Config
from agent.errors import UserError
from agent.secrets import variable


def ask(
    config: Config, path: str, body: bytes, *, event_id: str | None = None, **params: str
) -> dict[str, Any] | None:
    """POST to the running agent; None where there is none. Raises UserError for what it refuses."""
    host, port = config.address
    headers = {**proof(config), "Content-Type": "application/json"}
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
        raise UserError(wants(config))
    raise UserError(f"the agent answers {answer.status_code}: {answer.text}")


def proof(config: Config) -> dict[str, str]:
    """The header that proves a command to the running agent; none where its token is not known here."""
    token = wiring.secrets(config).find(config.ingress.token)
    return {"Authorization": f"Bearer {token}"} if token else {}


def wants(config: Config) -> str:
    """What to do about an agent that refuses the proof."""
    name = config.ingress.token
    return (
        f"the running agent wants its token: give secret '{name}' the value that it has there "
        f"({variable(name)})"
    )
