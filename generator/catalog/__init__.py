"""
The catalogue: `standard()` is what every account has, `overlay.with_objects()` adds a project's own.

The data are in `records/*.json`, one file per kind, read by `notation`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from generator.catalog.model import Catalog, Field, RecordType, Sublist
from generator.catalog.notation import read

__all__ = ["Catalog", "Field", "RecordType", "Sublist", "load", "standard"]

RECORDS = Path(__file__).parent / "records"


def load(folder: Path = RECORDS) -> Catalog:
    """Read a folder of catalogue files."""
    records: dict[str, RecordType] = {}
    for path in sorted(folder.glob("*.json")):
        records.update(read(json.loads(path.read_text(encoding="utf-8"))))
    return Catalog(records)


@cache
def standard() -> Catalog:
    """The catalogue of a standard account, read once per process."""
    return load()
