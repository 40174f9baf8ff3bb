"""
Summaries of Column.setWhenOrderedBy: the value of the row in which another column is least or greatest.

Both travel through MIN or MAX as one text that sorts by the other column.
"""

from __future__ import annotations

import json
import struct
from typing import Any

_END = "\x00"
_SIGN = 1 << 63


def keyed(value: Any, other: Any) -> str | None:
    """A value behind a text that sorts as the other column does; None where that is empty."""
    if other is None:
        return None
    key = f"1{other}" if isinstance(other, str) else f"0{_sortable(float(other)):016x}"
    return f"{key}{_END}{json.dumps(value)}"


def unkeyed(text: str | None) -> Any:
    """The value of a keyed text."""
    return None if text is None else json.loads(text.split(_END, 1)[1])


def _sortable(number: float) -> int:
    """The bits of a number, in the order of the numbers."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", number))
    return int(bits ^ (_SIGN * 2 - 1) if bits & _SIGN else bits | _SIGN)
