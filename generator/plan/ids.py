"""Every script id of a project is made here, so that no two places can disagree on one."""

from __future__ import annotations

import hashlib
import re

# Longest ids by object type, with the type's own prefix (reference: SDF XML reference, scriptid).
LIMITS = {
    "customscript": 40,
    "customdeploy": 40,
    "customrecord": 40,
    "custrecord": 40,
    "customrole": 40,
    "customlist": 38,
    "custbody": 38,
    "custitem": 38,
    "custentity": 38,
    "custcol": 37,
    "custscript": 40,
    "custsecret": 99,
}


def scriptid(kind: str, prefix: str, *parts: str) -> str:
    """
    `<kind>_<prefix>_<parts>`, cut to the object type's limit.

    An id over the limit keeps its head and ends in `_` and 6 hex of the full name's SHA-256, so
    two long names with the same head stay apart.
    """
    words = [kind, prefix, *(re.sub(r"[^a-z0-9]+", "_", part.lower()) for part in parts)]
    full = "_".join(words)
    limit = LIMITS[kind]
    if len(full) <= limit:
        return full
    digest = hashlib.sha256(full.encode()).hexdigest()[:6]
    return f"{full[: limit - 7].rstrip('_')}_{digest}"
