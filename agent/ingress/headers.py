"""Which headers of a call are kept with its bytes: what says what it is, never what proves who sent it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from agent.redaction import redacted

# Names are known by their ends, because every system has its own: x-shopify-topic,
# x-github-delivery.
_KEPT = re.compile(
    r"content-[a-z-]+|user-agent|date|traceparent|webhook-(id|timestamp)|ce-[a-z-]+"
    r"|.*-(id|topic|event|event-type|timestamp|triggered-at|delivery|version|domain|test|retry|retries|attempts?)"
)
_NEVER = re.compile(r"auth|token|secret|key|password|cookie|session|signature|hmac|cert|credential")
MOST = 4_000


@lru_cache(maxsize=1_024)
def _is_kept(name: str) -> bool:
    return bool(_KEPT.fullmatch(name)) and not _NEVER.search(name)


def kept(headers: Mapping[str, str]) -> str:
    """The headers that are kept, JSON text; known secrets in them are replaced."""
    lower = ((name.lower(), value) for name, value in headers.items())
    text = json.dumps({name: value for name, value in lower if _is_kept(name)}, sort_keys=True)
    return redacted(text) if len(text) <= MOST else "{}"
