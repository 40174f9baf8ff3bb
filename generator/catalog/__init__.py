"""
The catalogue: `standard()` is what every account has, `overlay.with_objects()` adds a project's own.

The data are in `records/*.json`, one file per kind, read by `notation`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import json

from generator.catalog.model import Catalog, Field, RecordType, Sublist
from generator.catalog.notation import Records

__all__ = ["Catalog", "Field", "RecordType", "Sublist", "load", "standard"]

RECORDS = Path(__file__).parent / "records"


def load(folder: Path = RECORDS) -> Catalog:
    """Read a folder of catalogue files."""
    return Catalog(
        Records([json.decode(path.read_bytes()) for path in sorted(folder.glob("*.json"))])
    )


@cache
def standard() -> Catalog:
    """The catalogue of a standard account, read once per process."""
    return load()
