"""
Hook modules: the file is there, and it exports what the spec names.

Without Node: comments and strings are blanked out, then the object that the module returns (or
assigns to `exports`) is read. A module that builds its exports some other way is only searched for
the names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from generator.compile.context import FlowContext
from generator.compile.inputs import exists, inside
from generator.plan.flow import Hooks
from generator.spec.diagnose import did_you_mean
from generator.spec.flow import HooksSpec

_STEPS = ("before_map", "after_map", "before_save", "after_save")
_OUTBOUND_STEPS = ("before_map", "after_map")
_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`", re.DOTALL
)
_RETURNED = re.compile(r"(?:\breturn\s*(?:Object\.freeze\s*)?\(?|=>\s*\(|\bexports\s*=)\s*\{")
_ASSIGNED = re.compile(r"\bexports\.([A-Za-z_$][\w$]*)\s*=")
_MEMBER = re.compile(
    r"\s*(?:async\s+)?(?:'([^']*)'|\"([^\"]*)\"|([A-Za-z_$][\w$]*))\s*(?:[:,(}]|$)"
)


class Compiled(Struct, frozen=True):
    """The plan of a flow's hooks, and the module's text for the contract."""

    plan: Hooks | None
    text: str


def compile_hooks(context: FlowContext, spec: HooksSpec | None) -> Compiled:
    """Check the module against every function that the flow names."""
    place = context.place / "hooks"
    if spec is None:
        if context.hook_places and not context.place.lost("hooks"):
            function, first = next(iter(context.hook_places.items()))
            first.error(
                "E280",
                f"the hook '{function}' needs a module",
                "add  hooks: {module: ./hooks/name.js}",
            )
        return Compiled(None, "")
    steps = {step: getattr(spec, step) for step in _STEPS}
    for step, function in steps.items():
        if function and context.outbound and step not in _OUTBOUND_STEPS:
            (place / step).error(
                "E280",
                f"'{step}' is for inbound flows",
                "an outbound flow has before_map(rec, ctx) and after_map(data, rec, ctx)",
                key=True,
            )
        elif function:
            context.use_hook(function, place / step)
    plan = Hooks(
        module=spec.module, **steps, fields=tuple(sorted(context.hook_fields)), units=spec.units
    )
    file = inside(context.project.folder, spec.module)
    if file is None:
        (place / "module").error("E281", f"'{spec.module}' is outside the project folder")
        return Compiled(plan, "")
    if file.suffix != ".js":
        (place / "module").error("E281", f"'{spec.module}' is no .js file")
        return Compiled(plan, "")
    if not exists(file):
        (place / "module").error(
            "E281", f"no file '{spec.module}'", "paths are relative to the project folder"
        )
        return Compiled(plan, "")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        (place / "module").error("E281", f"'{spec.module}' is not UTF-8 (byte {fault.start})")
        return Compiled(plan, "")
    names = exported(text)
    code = _blank(text)
    for function, at in context.hook_places.items():
        if _is_async(code, function):
            at.error(
                "E280",
                f"'{function}' is asynchronous, and hooks are not: what it gives would not be there yet",
                "take async and await away",
            )
        if names is None:
            if not re.search(rf"\b{re.escape(function)}\b", text):
                at.error("E282", f"'{spec.module}' has no function '{function}'")
        elif function not in names:
            listed = f"it exports {', '.join(sorted(names))}" if names else "it exports nothing"
            at.error(
                "E282",
                f"'{spec.module}' exports no function '{function}'{did_you_mean(function, names)}",
                listed,
            )
    return Compiled(plan, text)


@lru_cache(maxsize=64)  # flows share modules
def exported(text: str) -> frozenset[str] | None:
    """Names that a module exports, None where its exports are made in a way that is not read."""
    code = _blank(text)
    names = set(_ASSIGNED.findall(code))
    starts = [match.end() for match in _RETURNED.finditer(code)]
    if not starts:
        return frozenset(names) if names else None
    # The module's own return is its last one at the smallest depth.
    start = min(starts, key=lambda at: (_depth(code, at), -at))
    names.update(_members(code[start:], text[start:]))
    return frozenset(names)


def _is_async(code: str, function: str) -> bool:
    name = re.escape(function)
    pattern = rf"\basync\s+(?:function\s*)?{name}\b|\b{name}\s*[:=]\s*async\b"
    return re.search(pattern, code) is not None


def _blank(text: str) -> str:
    """The code with comments and the insides of strings blanked, at the same length."""

    def blank(match: re.Match[str]) -> str:
        token = match[0]
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]

    return _TOKEN.sub(blank, text)


def _depth(code: str, end: int) -> int:
    before = code[:end]
    return before.count("{") - before.count("}")


def _members(code: str, original: str) -> list[str]:
    """Keys of the object whose body starts here, at its own depth."""
    names: list[str] = []
    depth = 0
    member = 0
    for at, character in enumerate(code):
        if character in "{[(":
            depth += 1
        elif character in "}])":
            if depth == 0:
                _add_member(original[member:at], names)
                break
            depth -= 1
        elif character == "," and depth == 0:
            _add_member(original[member:at], names)
            member = at + 1
    return names


def _add_member(text: str, names: list[str]) -> None:
    match = _MEMBER.match(_TOKEN.sub(lambda m: " " if m[0][0] == "/" else m[0], text).strip())
    if match:
        names.append(match[1] or match[2] or match[3])
