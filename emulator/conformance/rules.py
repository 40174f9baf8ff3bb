"""The emulator's behaviours as they are declared in rules/*.toml: one table for each rule or known difference."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from emulator.account import preferences
from emulator.account.preferences import ADVERSARIAL, Preferences

FOLDER = Path(__file__).parent / "rules"
WORDS = ("documented", "seen", "assumed", "own")
NONE = "none: "
KEYS = {"id", "text", "word", "source", "switch", "otherwise"}


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A behaviour.

    Args:
        id: area.name.
        text: what happens, in a sentence.
        word: "documented" by Oracle, "seen" in public code, "assumed", or the emulator's "own",
            where NetSuite has nothing alike.
        source: a help topic's id, a public repository, or "nobody".
        switch: the field of Preferences that turns an assumption the other way; "none: " and why,
            where only one behaviour can be built.
        otherwise: what happens then, where the switch's two values do not say it.
    """

    id: str
    text: str
    word: str
    source: str
    switch: str | None = None
    otherwise: str | None = None

    @property
    def alone(self) -> str | None:
        """Why an assumption has no switch."""
        return (
            self.switch.removeprefix(NONE) if self.switch and self.switch.startswith(NONE) else None
        )

    @property
    def area(self) -> str:
        """The file it stands in."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything declared, with what is wrong with it."""

    rules: tuple[Rule, ...]
    differences: tuple[tuple[str, str], ...]  # area, text
    faults: tuple[str, ...]


def read(folder: Path = FOLDER) -> Declared:
    """All files of a folder, in the order of their names."""
    rules: list[Rule] = []
    differences: list[tuple[str, str]] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        differences += [(path.stem, item["text"]) for item in found.get("difference", ())]
        for item in found.get("rule", ()):
            if unknown := set(item) - KEYS:
                faults.append(f"{path.name}: {item.get('id')}: unknown keys {sorted(unknown)}")
            rules.append(Rule(**{key: item[key] for key in KEYS & set(item)}))
    return Declared(tuple(rules), tuple(differences), (*faults, *_faults(rules)))


def _faults(rules: Sequence[Rule]) -> list[str]:
    known = {item.name for item in fields(Preferences)}
    found = []
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            found.append(f"{rule.id} is declared twice")
        seen.add(rule.id)
        if rule.word not in WORDS:
            found.append(f"{rule.id}: {rule.word} is none of {', '.join(WORDS)}")
        if rule.word == "assumed" and rule.switch is None:
            found.append(f"{rule.id} is assumed and names no switch")
        if rule.alone is not None and rule.word != "assumed":
            found.append(f"{rule.id} is not assumed and needs no switch")
        if rule.switch is not None and rule.alone is None and rule.switch not in known:
            found.append(f"{rule.id}: Preferences has no {rule.switch}")
    named = {rule.switch for rule in rules}
    return found + [
        f"Preferences.{name} is assumed and no rule names it"
        for name in assumed_switches()
        if name not in named
    ]


def assumed_switches() -> list[str]:
    """The fields of Preferences whose comment calls them assumed."""
    text = Path(preferences.__file__).read_text(encoding="utf-8")
    found, comment = [], ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            comment += stripped
            continue
        if (match := re.match(r"    (\w+): .*=", line)) and "assumed" in comment:
            found.append(match[1])
        comment = ""
    return found


def values(switch: str) -> tuple[str, str]:
    """A switch's value by default and under the adversarial profile."""
    return _shown(getattr(Preferences(), switch)), _shown(getattr(ADVERSARIAL, switch))


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value))) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
