"""The members of SuiteScript, which of them are built, and how much real scripts use them."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from emulator.scripts.bridge import WORKER, node

HERE = Path(__file__).parent
# The reference counts toString and toJSON of every object beside the members that are listed by
# name.
OF_EVERY_OBJECT = 295
REFERENCE = 904


@dataclass(frozen=True, slots=True)
class Use:
    """A name that real scripts use; `members` are what it stands for. Shares are % of scripts."""

    name: str
    scripts: float
    repositories: int
    cumulative: float
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """At least `percent` % of scripts, seen from the first `prefix` names, which `missing` is taken from."""

    percent: float
    prefix: int
    cumulative: float
    missing: tuple[Use, ...]


@cache
def members() -> Mapping[str, bool]:
    """Every listed member, and what is built beyond the list: name to whether it is built."""
    done = subprocess.run(
        [str(node()), str(WORKER.with_name("surface.js")), "--trace"],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    found: dict[str, bool] = json.loads(done.stdout)
    return found


@cache
def usage() -> tuple[Use, ...]:
    """usage.toml, in its order."""
    found = tomllib.loads((HERE / "usage.toml").read_text(encoding="utf-8"))["member"]
    return tuple(
        Use(row["name"], row["scripts"], row["repositories"], row["cumulative"], tuple(row["is"]))
        for row in sorted(found, key=lambda row: row["order"])
    )


@cache
def options() -> Mapping[str, tuple[str, ...]]:
    """The option keys of members."""
    found = tomllib.loads((HERE / "options.toml").read_text(encoding="utf-8"))["options"]
    return {name: tuple(keys) for name, keys in found.items()}


@cache
def errors() -> tuple[str, ...]:
    """The error names that the reference lists."""
    found = tomllib.loads((HERE / "options.toml").read_text(encoding="utf-8"))["errors"]
    return tuple(found)


def share(shown: Collection[str]) -> Share:
    """
    The share of scripts that only use members of `shown`: a lower bound.

    The first n names cover `cumulative` % of scripts if all n are shown. A name that is not takes
    at most its own scripts away, so cumulative less the sum of those is certain; the best n is
    taken.
    """
    best = Share(0.0, 0, 0.0, ())
    missing: list[Use] = []
    for count, use in enumerate(usage(), 1):
        if not set(use.members) <= set(shown):
            missing.append(use)
        percent = use.cumulative - sum(item.scripts for item in missing)
        if percent > best.percent:
            best = Share(percent, count, use.cumulative, tuple(missing))
    return best
