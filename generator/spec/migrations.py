"""
How files of an older version of the language become files of the next one.

The first migration leads from version 1 to 2, the second from 2 to 3, and so on. There is one
version now, so there is none. To add one: raise the number in the shapes, and append here what
changed, as one function over one file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

FileKind = Literal["project", "flow", "shared"]


class Migration(Struct, frozen=True):
    """
    From one version to the next.

    Args:
        about: what changed, in one sentence that `suiteloom upgrade` shows.
        change: changes one file in place; gets its kind and its root, a map that keeps comments
            (ruamel's CommentedMap). The number in `spec` is not its business.
    """

    about: str
    change: Callable[[FileKind, Any], None]


MIGRATIONS: tuple[Migration, ...] = ()


def newest(migrations: tuple[Migration, ...] = MIGRATIONS) -> int:
    """The newest version of the language."""
    return 1 + len(migrations)
