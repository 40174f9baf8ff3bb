"""The campaign is part of `make soak` alone until the two faults that it showed last are understood (docs/promises.md)."""

from __future__ import annotations

import os

collect_ignore_glob = (
    [] if int(os.environ.get("SUITELOOM_SOAK", "1")) > 1 else ["test_campaign_*.py"]
)
