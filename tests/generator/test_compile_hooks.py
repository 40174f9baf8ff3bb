"""Exports of hook modules are read without running them."""

from __future__ import annotations

import pytest

from generator.compile.hooks import exported


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("define([], () => { return { a, b: c, d() {}, async e() {}, 'f': 1 }; });", "abdef"),
        ("define([], () => ({ a, b }));", "ab"),
        ("define([], function () { return { a: function () { return { x: 1 }; } }; });", "a"),
        ("define([], () => { const f = () => { return { x: 1 }; }; return { f: f, }; });", "f"),
        ("define([], () => { // return { x }\n /* return { y } */ return { a /* z */, b // c\n }; });", "ab"),
        ("define([], () => { const t = 'return { x }'; const u = `return { y }`; return { a }; });", "a"),
        ("define(['exports'], (exports) => { exports.a = 1; exports.b = 2; });", "ab"),
        ("define([], () => { return Object.freeze({ a, b: { c: 1, d: [1, 2] } }); });", "ab"),
        ("define([], () => { return {}; });", ""),
    ],
)  # fmt: skip
def test_the_returned_object_is_read(text: str, names: str) -> None:
    assert exported(text) == frozenset(names)


def test_a_module_that_is_built_in_another_way_is_not_judged() -> None:
    assert exported("define([], () => { const api = make(); return api; });") is None
